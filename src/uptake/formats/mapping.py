"""Which column means what: proposed from names and content, changed by people, kept as YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping as Pairs
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import yaml

from uptake.formats.columns import ColumnProfile, profile_columns
from uptake.formats.errors import MappingError
from uptake.formats.roles import LEAST_CONFIDENCE, Role, content_fit, name_score, plain_name
from uptake.formats.table import TableSource
from uptake.formats.times import NUMBER_PARSERS, TimeFormat, shown_origin
from uptake.formats.whole_files import write_whole

DEFAULT_ACTION = "used"
CLOCK_ALONE = re.compile(r"\s*\d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?\s*")
JOIN = "+"
CONSTANT = "="


@dataclass(frozen=True, slots=True)
class MappedRole:
    """What one role is read from: one or more columns joined by a blank, or a constant."""

    role: Role
    columns: tuple[str, ...]
    constant: str | None
    samples: tuple[str, ...]
    confidence: float
    reason: str
    time: TimeFormat | None = None

    @property
    def spelled(self) -> str:
        """The role's right-hand side as people write it after ``--map``."""
        return CONSTANT + self.constant if self.constant is not None else JOIN.join(self.columns)


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the columns of an event file mean.

    ``origin`` is day 0 of day numbers; ``timezone`` is the zone of times without an offset
    (``None``: UTC).
    """

    roles: tuple[MappedRole, ...]
    columns: tuple[ColumnProfile, ...]
    origin: date | None = None
    timezone: str | None = None

    def get(self, role: Role) -> MappedRole | None:
        """The mapping of one role, if it has one."""
        return next((mapped for mapped in self.roles if mapped.role is role), None)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is uncertain about the mapped times, in sentences."""
        notes = []
        for mapped in self.roles:
            guess = self._profile(mapped.columns[0]).time if mapped.time else None
            if guess and guess.warning:
                notes.append(f"{mapped.columns[0]}: {guess.warning}.")
            if mapped.time and mapped.time.is_day_number:
                notes.append(
                    f"{mapped.columns[0]} counts days, not dates: {shown_origin(self.origin)}"
                    f"{'' if self.origin else '; say --origin to set it'}. "
                    "Hours are not known, weekdays only as far as the origin is true."
                )
        return tuple(notes)

    def override(self, pairs: Pairs[str, str], *, origin: date | None = None) -> Mapping:
        """Change roles as ``{"person": "column", "team": "a+b", "product": "=CRM", "case": ""}``.

        Columns joined by ``+`` make one value, ``=text`` is a constant, nothing unmaps a role.
        """
        roles = {mapped.role: mapped for mapped in self.roles}
        for name, spelled in pairs.items():
            role = self._role(name)
            changed = self._mapped(role, spelled.strip())
            if changed is None:
                roles.pop(role, None)
            else:
                roles[role] = changed
        if Role.ACTION not in roles:
            roles[Role.ACTION] = _default_action()
        ordered = tuple(roles[role] for role in Role if role in roles)
        return replace(self, roles=ordered, origin=origin or self.origin)

    def checked(self) -> Mapping:
        """Return the mapping, or say which role is missing and which columns could fill it."""
        for role in (Role.TIME, Role.PERSON):
            if self.get(role) is None:
                raise MappingError(self._missing(role))
        return self

    def dump_yaml(self, path: Path) -> None:
        """Save roles, formats, origin and zone in a file that people can read and edit."""
        roles = {mapped.role.value: _as_yaml(mapped) for mapped in self.roles}
        document = {"roles": roles, "origin": self.origin, "timezone": self.timezone}
        kept = {key: value for key, value in document.items() if value is not None}
        write_whole(path, yaml.safe_dump(kept, sort_keys=False, allow_unicode=True))

    def _role(self, name: str) -> Role:
        try:
            return Role(name.strip().lower().replace("-", "_"))
        except ValueError:
            known = ", ".join(Role)
            raise MappingError(f"{name!r} is not a role: use one of {known}.") from None

    def _mapped(self, role: Role, spelled: str) -> MappedRole | None:
        if not spelled:
            return None
        if spelled.startswith(CONSTANT):
            return self._constant(role, spelled.removeprefix(CONSTANT).strip())
        columns = self._named(spelled)
        profile = self._profile(columns[0])
        time = self._time(role, profile) if role in (Role.TIME, Role.RECORDED) else None
        samples = profile.samples if len(columns) == 1 else ()
        return MappedRole(role, columns, None, samples, 1.0, "as you said", time)

    def _constant(self, role: Role, text: str) -> MappedRole:
        allowed = (Role.ACTION, Role.ACCOUNT, Role.TEAM, Role.PRODUCT, Role.MODULE)
        if role not in allowed or not text:
            raise MappingError(
                f"{role} cannot be the constant {text!r}: only {', '.join(allowed)} can, "
                f"so name a column of {self._columns_in_words()}."
            )
        return MappedRole(role, (), text, (text,), 1.0, "as you said")

    def _time(self, role: Role, profile: ColumnProfile) -> TimeFormat:
        if profile.time is None:
            seen = ", ".join(map(repr, profile.seen)) or "nothing"
            raise MappingError(
                f"No value of {profile.name!r} can be read as a time (it holds {seen}): "
                f"map {role} to another column of {self._columns_in_words()}."
            )
        return profile.time.format

    def _named(self, spelled: str) -> tuple[str, ...]:
        whole = self._column(spelled)
        if whole:
            return (whole,)
        parts = [part.strip() for part in spelled.split(JOIN)]
        found = [self._column(part) for part in parts]
        if None in found:
            missing = parts[found.index(None)]
            raise MappingError(
                f"There is no column {missing!r}: the columns are {self._columns_in_words()}."
            )
        return tuple(name for name in found if name)

    def _column(self, name: str) -> str | None:
        names = [profile.name for profile in self.columns]
        if name in names:
            return name
        alike = [other for other in names if plain_name(other) == plain_name(name)]
        return alike[0] if len(alike) == 1 else None

    def _profile(self, name: str) -> ColumnProfile:
        return next(profile for profile in self.columns if profile.name == name)

    def _columns_in_words(self) -> str:
        return ", ".join(profile.name for profile in self.columns)

    def _missing(self, role: Role) -> str:
        taken = {
            name for mapped in self.roles if mapped.confidence >= 0.8 for name in mapped.columns
        }
        likely = [
            profile
            for profile in self.columns
            if profile.name not in taken and _could_be(role, profile)
        ]
        what = "when" if role is Role.TIME else "who"
        if not likely:
            return (
                f"No column says {what}: export the file with a column for the {role}, or say "
                f"--map {role}=COLUMN; the columns are {self._columns_in_words()}."
            )
        named = "; ".join(
            profile.sampled
            for profile in sorted(likely, key=lambda profile: -profile.repeats * profile.fill)[:6]
        )
        return (
            f"It is not clear which column is the {role}: say --map {role}=COLUMN with one of "
            f"{named}."
        )


def _could_be(role: Role, profile: ColumnProfile) -> bool:
    if content_fit(role, profile) < 0.5:
        return False
    if role is Role.TIME:
        return not _is_bare_number(profile) or name_score(role, profile.name) > 0
    fractions = any("." in sample or "," in sample for sample in profile.samples)
    return profile.distinct > 4 and not (profile.numeric_share > 0.5 and fractions)


def propose_mapping(table: TableSource) -> Mapping:
    """Guess what each column means; the guess says how sure it is and why."""
    return _propose(profile_columns(table))


def _as_yaml(mapped: MappedRole) -> object:
    if mapped.time is None:
        return mapped.spelled
    return {"column": mapped.spelled, "formats": list(mapped.time.parsers)}


def _propose(columns: tuple[ColumnProfile, ...]) -> Mapping:
    """Time first, then who goes with it, then whatever fits best, each column once."""
    roles: dict[Role, MappedRole] = {}
    for first in ((Role.TIME,), (Role.PERSON,), tuple(Role)):
        while guess := _best(first, roles, columns):
            roles[guess.role] = _with_clock(guess, columns)
    roles.setdefault(Role.ACTION, _default_action())
    return Mapping(tuple(roles[role] for role in Role if role in roles), columns)


def _best(
    wanted: tuple[Role, ...], taken: dict[Role, MappedRole], columns: tuple[ColumnProfile, ...]
) -> MappedRole | None:
    """The surest guess among the roles that are open and the columns that are free."""
    used = {name for mapped in taken.values() for name in mapped.columns}
    free = [column for column in columns if column.name not in used]
    time = taken.get(Role.TIME)
    ranked = [
        (_confidence(role, column, time), -position, role, column)
        for role in wanted
        if role not in taken
        for position, column in enumerate(free)
    ]
    confidence, _, role, column = max(
        ranked, key=lambda rank: rank[:2], default=(0.0, 0, None, None)
    )
    if role is None or column is None:
        return None
    if confidence < LEAST_CONFIDENCE:
        return _only_by_content(free) if wanted == (Role.TIME,) else None
    return _guess(role, column, confidence, _reason(role, column, time))


def _with_clock(guess: MappedRole, columns: tuple[ColumnProfile, ...]) -> MappedRole:
    """Join a column of dates with the one column of clock times beside it."""
    if guess.role is not Role.TIME or any(":" in sample for sample in guess.samples):
        return guess
    clocks = [
        column
        for column in columns
        if column.samples and all(CLOCK_ALONE.fullmatch(sample) for sample in column.samples)
    ]
    readable = guess.time and not NUMBER_PARSERS.intersection(guess.time.parsers)
    if len(clocks) != 1 or not readable:
        return guess
    samples = tuple(
        f"{day} {hour}" for day, hour in zip(guess.samples, clocks[0].samples, strict=False)
    )
    reason = f"{guess.reason}, with the clock times of {clocks[0].name}"
    return replace(guess, columns=(*guess.columns, clocks[0].name), samples=samples, reason=reason)


def _only_by_content(columns: list[ColumnProfile]) -> MappedRole | None:
    """A time without a telling name is taken if it is the only column that reads as dates."""
    dates = [
        column
        for column in columns
        if column.time and content_fit(Role.TIME, column) >= 0.75 and not _is_bare_number(column)
    ]
    if len(dates) != 1:
        return None
    return _guess(Role.TIME, dates[0], 0.5, "the only column whose values are dates")


def _is_bare_number(column: ColumnProfile) -> bool:
    """Small numbers are everywhere: only seconds since 1970 look like nothing else."""
    guess = column.time
    return guess is not None and guess.is_plain_number and guess.format.parsers[0] != "epoch"


def _confidence(role: Role, column: ColumnProfile, time: MappedRole | None) -> float:
    named = name_score(role, column.name)
    confidence = named * content_fit(role, column)
    if role is Role.TIME and column.rows:
        confidence *= 0.85 + 0.15 * min(1.0, column.distinct / column.rows * 2)
    if role is Role.PERSON and time and _stem(column.name) == _stem(time.columns[0]) != "":
        confidence = min(1.0, confidence + 0.15)
    return confidence


def _stem(name: str) -> str:
    """What comes before ``_by`` or ``_at``: it pairs who with when."""
    head, _, tail = plain_name(name).rpartition("_")
    return head if tail in {"by", "at", "on"} else ""


def _reason(role: Role, column: ColumnProfile, time: MappedRole | None) -> str:
    sure = name_score(role, column.name) > 0.8
    words = [f"the name says {role.replace('_', ' ')}" if sure else "the name hints at it"]
    if role in (Role.TIME, Role.RECORDED) and column.time:
        reading = column.time.format.in_words
        words.append(f"{column.time.share:.0%} of the values are times ({reading})")
    else:
        words.append(f"{column.distinct} values, each on {column.repeats:.1f} rows")
    if role is Role.PERSON and time and _stem(column.name) == _stem(time.columns[0]) != "":
        words.append(f"it goes with {time.columns[0]}")
    if column.fill < 0.99:
        words.append(f"filled on {column.fill:.0%} of rows")
    return ", ".join(words)


def _guess(role: Role, column: ColumnProfile, confidence: float, reason: str) -> MappedRole:
    time = column.time.format if column.time and role in (Role.TIME, Role.RECORDED) else None
    return MappedRole(
        role, (column.name,), None, column.samples, round(min(confidence, 0.99), 2), reason, time
    )


def _default_action() -> MappedRole:
    return MappedRole(
        Role.ACTION, (), DEFAULT_ACTION, (DEFAULT_ACTION,), 0.5,
        "no column names actions, so every row counts as one use",
    )  # fmt: skip
