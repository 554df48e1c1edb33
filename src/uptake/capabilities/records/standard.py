"""A data standard: what a record of one kind must hold to be fit for those who use it.

Requirement rows C6 - C9 and C13; methods section 4. A standard is content: written by people as
YAML, versioned, read with ``reading.read_standard`` and written with ``writing.standard_yaml``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from uptake.capabilities.records.conditions import Condition
from uptake.methods.quality.placeholders import PLACEHOLDERS


class ValueKind(StrEnum):
    """What the values of a field are."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE_NUMBER = "whole number"
    DATE = "date"
    EMAIL = "email"
    PHONE = "phone"
    LINK = "link"


class RecordRole(StrEnum):
    """What a column can mean for a record, beside being one of its fields.

    ``AT``: when this version was recorded; ``ENTERED``: when the record was first entered;
    ``OCCURRED``: when what it tells of happened in the real world.
    """

    RECORD = "record"
    AUTHOR = "author"
    AT = "at"
    ENTERED = "entered"
    OCCURRED = "occurred"
    GROUP = "group"


class Unit(StrEnum):
    """What an entry deadline counts."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WORKING_DAYS = "working days"


@dataclass(frozen=True, slots=True)
class Within:
    """A span after the real-world moment; working days end at midnight, Monday to Friday.

    ``0 working days``: by the end of the same working day.
    """

    count: float
    unit: Unit

    def __str__(self) -> str:
        number = f"{self.count:g}"
        return f"{number} {self.unit if self.count != 1 else self.unit.removesuffix('s')}"


@dataclass(frozen=True, slots=True)
class Terms:
    """What any rule may say beside its demand: from when, whose, how much may fail, and why."""

    applicable_from: date | None = None
    tolerance: float | None = None
    owner: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class FieldStandard:
    """What is asked of one field; every demand but ``required`` is of values that are there.

    ``required``: never (False), always, or when a condition holds. ``shortest`` in characters,
    ``words`` in words. ``under``: places, one of which the value has to begin with; ``named``: a
    naming pattern such as ``{date}_{text}_v{number}.pdf``.
    """

    name: str
    required: bool | Condition = False
    kind: ValueKind = ValueKind.TEXT
    format: str | None = None
    one_of: tuple[str, ...] = ()
    least: str | None = None
    most: str | None = None
    shortest: int | None = None
    words: int | None = None
    under: tuple[str, ...] = ()
    named: str | None = None
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class Check:
    """A rule across fields: it applies where every field it names is filled, and ``when`` holds.

    ``says``: what holds when it passes, as people say it; empty for the condition itself.
    """

    condition: Condition
    when: Condition | None = None
    terms: Terms = Terms()
    says: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """How soon after the real-world moment a record has to be entered.

    ``is_open``: a record without an entry time is still waiting to be entered (planned work that
    nobody logged); otherwise its entry time is merely not known.
    """

    within: Within
    is_open: bool = False
    terms: Terms = Terms()


@dataclass(frozen=True, slots=True)
class Unique:
    """Records that say nearly the same in ``same`` are one thing, looked for inside ``within``."""

    same: tuple[str, ...]
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """The free text that others have to understand, and the acronyms everybody knows."""

    field: str
    fewest_words: int = 8
    glossary: tuple[str, ...] = ()


DEFAULT_TOLERANCE = 0.05
"""Share of records that may be unfit before the owner has to act, where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Standard:
    """A whole standard for records of one kind (``about``).

    ``columns``: which column plays which role in files of this kind. ``is_sparse``: a version
    holds only the fields that were changed, the others are as before. ``system_authors``: names
    of imports and integrations, ``*`` stands for anything. ``is_proposed``: read off data, agreed
    by nobody.
    """

    name: str
    fields: tuple[FieldStandard, ...]
    version: int = 1
    about: str = "record"
    owner: str = ""
    applicable_from: date | None = None
    tolerance: float = DEFAULT_TOLERANCE
    placeholders: frozenset[str] = PLACEHOLDERS
    columns: dict[RecordRole, str] = field(default_factory=dict)
    is_sparse: bool = False
    system_authors: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()
    entry: Entry | None = None
    unique: Unique | None = None
    note: Note | None = None
    is_proposed: bool = False

    @property
    def field_names(self) -> tuple[str, ...]:
        """Names of the fields, in order."""
        return tuple(field.name for field in self.fields)
