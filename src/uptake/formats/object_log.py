"""A log of what happened to which objects, before it is seen through the eyes of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.formats.case_log import Coded, Moments

Flags = npt.NDArray[np.bool_]
Ranks = npt.NDArray[np.int64]

KINDS: Final[Mapping[str, str]] = {
    "string": "string",
    "time": "date",
    "date": "date",
    "timestamp": "date",
    "integer": "int",
    "int": "int",
    "float": "float",
    "double": "float",
    "boolean": "boolean",
}
"""What types are called in such logs, and what they are called here."""


@dataclass(frozen=True, slots=True)
class Relations:
    """What goes with which object, and how: rows of events or objects, rows of objects, words."""

    rows: Ranks
    objects: Ranks
    qualifier: Coded


@dataclass(frozen=True, slots=True)
class Changes:
    """Values of one attribute of the objects of one type, as they came to be.

    A value from the beginning on has the moment ``NO_MOMENT``.
    """

    objects: Ranks
    moments: Moments
    values: pa.Array


@dataclass(frozen=True, slots=True)
class ObjectLog:
    """Events, objects, and how they go together, in the order of the file.

    ``midnight``: which stamps read midnight on the clock they were written with. ``changes`` by
    type of object and attribute. ``source``: the name of the file.
    """

    event_ids: pa.Array
    event_types: Coded
    moments: Moments
    midnight: Flags
    event_attributes: pa.Table
    object_ids: pa.Array
    object_types: Coded
    related: Relations
    connected: Relations
    changes: Mapping[tuple[str, str], Changes]
    source: str
    warnings: tuple[str, ...] = field(default=())
