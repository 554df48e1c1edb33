"""Texts as they stand in XML."""

from __future__ import annotations

import re
from typing import Final

_NEVER: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPED: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;",
     "\r": "&#13;"}
)  # fmt: skip


def xml_text(text: str) -> str:
    """A text within quotes or without; what XML does not have is marked as not to be shown."""
    return _NEVER.sub("\ufffd", text).translate(_ESCAPED)
