"""Real files with something broken in them, the same for the same seed."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from pathlib import Path

from uptake.formats.case_choices import CaseChoices

LARGEST = 40_000
"""Bytes of a file that are kept; what is broken in a head is broken enough."""

CHOICES = CaseChoices(object_type="Invoice")
"""With which any of the files can be read; those that are about cases take no notice."""

CASE_ENDS = b"</trace>"

TOKENS = (
    b"<trace>", b"</trace>", b"<event>", b"</event>", b"<log>", b"<!--", b"-->", b"<![CDATA[",
    b"]]>", b"<?x ?>", b"&amp;", b"&#0;", b"&l;", b'"', b"'", b"<", b">", b"/>", b"\x00", b"\xff",
    b"\xef\xbf\xbf", b"\r", b"\n", b",", b'""', b"{", b"}", b"[", b"]", b":", b"null", b"1e999",
    b"-", b"9" * 400, b"0000-00-00T00:00:00", b"9999-12-31T23:59:59.999Z", b"A" * 5_000, b"\\u0000",
    b"<list key='l'>", b"<string key='", b"key=", b"\t", b"NaN", b"ocel_id", b"ocel_changed_field",
)  # fmt: skip


def plain(path: Path) -> bytes:
    """The content of a file without its compression, and no more of it than is worth breaking."""
    content = path.read_bytes()
    content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    if content.startswith(b"SQLite") or len(content) <= LARGEST:
        return content
    cut = max(content.rfind(CASE_ENDS, 0, LARGEST), content.find(CASE_ENDS))
    return content[: cut + len(CASE_ENDS)] + b"</log>" if cut > 0 else content[:LARGEST]


def mutations(content: bytes, seed: int) -> Iterator[bytes]:
    """The content, broken again and again in few places, without end."""
    draw = random.Random(seed)
    while True:
        broken = bytearray(content)
        for _ in range(draw.choice((1, 1, 2, 3, 8, 40))):
            _break(broken, draw)
        yield bytes(broken)


def _break(content: bytearray, draw: random.Random) -> None:
    """Change one place."""
    at = draw.randrange(len(content) + 1)
    length = draw.choice((1, 2, 8, 100, 5_000))
    match draw.randrange(7):
        case 0:
            content[at : at + 1] = bytes([draw.randrange(256)])
        case 1:
            del content[at : at + length]
        case 2:
            content[at:at] = draw.choice(TOKENS)
        case 3:
            content[at : at + length] = draw.choice(TOKENS)
        case 4:
            other = draw.randrange(len(content) + 1)
            content[at:at] = content[other : other + length]
        case 5 if draw.random() < 0.2:
            del content[at:]
        case _:
            content[at : at + 1] = bytes(
                byte ^ 1 << draw.randrange(8) for byte in content[at : at + 1]
            )
