"""Intended processes in files: YAML of our own, or drawn in BPMN or PNML."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from uptake.capabilities.process.intended import IntendedProcess
from uptake.capabilities.process.intended_reading import read_intended_yaml
from uptake.formats.bpmn import bpmn_of
from uptake.formats.drawn_model import DrawnModel
from uptake.formats.errors import UnusableFileError
from uptake.formats.marked_yaml import text_of
from uptake.formats.pnml import pnml_of
from uptake.formats.streams import plain_bytes
from uptake.formats.xml_tree import tree_of

LONGEST: Final = 64 << 20
"""Bytes of a model; more is some other file."""

_DECLARED: Final = re.compile(r"^\ufeff?\s*<\?xml[^>]{0,200}\?>")
_ENCODING: Final = re.compile(rb"""^\s*<\?xml[^>]*?encoding=["']([A-Za-z0-9._-]{1,40})["']""")

_XML: Final = re.compile(rb"(\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<")


def load_intended(path: Path) -> IntendedProcess:
    """Read an intended process from a file, whatever it is written in.

    Raises:
        UnusableFileError: there is no such file, or it cannot be used; the text says where and why.
    """
    if not path.exists():
        raise UnusableFileError(f"There is no model {path}: check the name.")
    if path.is_dir():
        raise UnusableFileError(f"{path} is a folder: name one file in it.")
    with plain_bytes(path) as file:
        content = file.read(LONGEST + 1)
    return read_intended(content, name=path.name)


def read_intended(content: str | bytes, *, name: str) -> IntendedProcess:
    """Read an intended process from the content of the file ``name``; the same refusals.

    What is text already is in no encoding any more, whatever it was written in.
    """
    if isinstance(content, str):
        data = _DECLARED.sub("", content, count=1).encode("utf-8", "replace")
    else:
        data = content
    if len(data) > LONGEST:
        raise UnusableFileError(f"{name} is too large to be a model: name a YAML or BPMN file.")
    if _XML.match(data):
        return of_drawing(_drawn(data, name))
    return read_intended_yaml(text_of(data, name=name), name=name)


def text_of_model(data: bytes, *, name: str) -> str:
    """Return the content of a file as text, as it says itself that it is written.

    Raises:
        UnusableFileError: it is neither UTF-8 nor what it says.
    """
    declared = _ENCODING.match(data)
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    if encoding in ("utf-8", "utf8"):
        return text_of(data, name=name)
    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        raise UnusableFileError(f"{name} is not UTF-8 text: save it as UTF-8.") from None


def of_drawing(drawn: DrawnModel) -> IntendedProcess:
    """The process that a drawing says."""
    return IntendedProcess(
        name=drawn.name,
        net=drawn.net,
        roles=dict(drawn.roles),
        events=drawn.events,
        left=tuple(left.sentence for left in drawn.left),
    )


def _drawn(data: bytes, name: str) -> DrawnModel:
    root = tree_of(iter([data]), name=name, what="model")
    if root.name == "pnml":
        return pnml_of(root, name=name)
    if root.name == "definitions":
        return bpmn_of(root, name=name)
    raise UnusableFileError(
        f"{name} is XML, but neither BPMN nor PNML: its first element is {root.name[:80]}."
    )
