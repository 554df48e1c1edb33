"""What is known of the quality of some records: everything a report about them says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from uptake.capabilities.records.content import NoteReading, notes_read, repeated_records
from uptake.capabilities.records.judging import Judged
from uptake.capabilities.records.people_behind import people_of_rules, quiet_months
from uptake.capabilities.records.rules import Rule
from uptake.capabilities.records.standard import RecordRole, Standard
from uptake.capabilities.records.tallies import (
    Cube,
    LaterUse,
    Spread,
    author_months,
    cube,
    later_use,
    shown_groups,
    spread_over_people,
)
from uptake.capabilities.records.timing import EntryLag, entry_lag
from uptake.capabilities.records.versions import Versions
from uptake.methods.quality.duplicates import Uniqueness
from uptake.methods.statistics.proportions import Share
from uptake.metrics.measurement import MINIMUM_PEOPLE


@dataclass(frozen=True, slots=True)
class RuleResult:
    """One rule with the records that pass it of those it applies to; None: applies to none.

    ``is_hidden``: it applies to the records of too few people, so nothing is told of it.
    """

    rule: Rule
    share: Share | None
    tolerance: float
    owner: str
    is_hidden: bool = False

    @property
    def is_met(self) -> bool | None:
        """Whether no more fail than is tolerated; None where nothing was judged."""
        if self.share is None or self.share.value is None:
            return None
        return 1 - self.share.value <= self.tolerance + 1e-12


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the records: a group or a month."""

    name: str
    records: int
    fit: Share | None
    rules: tuple[Share | None, ...]
    filled: tuple[Share | None, ...]


@dataclass(frozen=True, slots=True)
class PeoplePicture:
    """What people's own records are like, and who mends: never by name.

    ``charged``: records judged for their creator as they stood after a day; ``credited``:
    versions that mended what somebody else had left unfit.
    """

    authors: int
    charged: Share | None
    credited: int
    spread: Spread | None


@dataclass(frozen=True, slots=True)
class RecordPicture:
    """The quality of the records of one file by one standard."""

    name: str
    rows: int
    rejected: int
    standard: Standard
    versions: int
    whole: Part
    rules: tuple[RuleResult, ...]
    fields: tuple[str, ...]
    not_measurable: tuple[tuple[str, str], ...]
    groups: tuple[Part, ...]
    hidden_groups: int
    months: tuple[tuple[date, Part], ...]
    hidden_months: int
    people: PeoplePicture | None
    used: LaterUse | None
    lag: EntryLag | None
    doubles: Uniqueness | None
    notes: NoteReading | None
    roles: frozenset[RecordRole]
    has_history: bool
    as_of: datetime | None
    remarks: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool | None:
        """Whether the standard is kept to within its tolerances; None: nothing to judge.

        A proposed standard was agreed by nobody, so nobody can miss it: None.
        """
        fit = self.whole.fit
        if self.standard.is_proposed or fit is None or fit.value is None:
            return None
        own = [result for result in self.rules if result.rule.terms.tolerance is not None]
        within = 1 - fit.value <= self.standard.tolerance + 1e-12
        return within and all(result.is_met is not False for result in own)


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of the file itself."""

    name: str
    rows: int
    rejected: int
    remarks: tuple[str, ...]


def picture_of(
    judged: Judged, versions: Versions, facts: FileFacts, *, fewest: int = MINIMUM_PEOPLE
) -> RecordPicture:
    """Count everything a report says about judged versions; ``fewest``: people behind a number."""
    counts = cube(judged)
    groups, hidden = shown_groups(judged, counts, fewest)
    quiet = quiet_months(judged, fewest)
    months = sorted({month for month in counts.months if month is not None} - quiet)
    behind = people_of_rules(judged)
    few = behind.too_few(fewest)
    whole = _part("all", counts, few)
    return RecordPicture(
        name=facts.name,
        rows=facts.rows,
        rejected=facts.rejected,
        standard=judged.standard,
        versions=_versions(judged),
        whole=whole,
        rules=_rules(judged, whole, few),
        fields=judged.fields,
        not_measurable=judged.book.not_measurable,
        groups=tuple(
            _part(group, counts.of_group(group), behind.too_few(fewest, group)) for group in groups
        ),
        hidden_groups=hidden,
        months=tuple(
            (month, _part(month.isoformat(), counts.of_month(month), few)) for month in months
        ),
        hidden_months=len(quiet),
        people=_people(judged, fewest),
        used=later_use(judged, versions),
        lag=entry_lag(judged, groups) if _knows_lag(judged.roles) else None,
        doubles=repeated_records(judged, versions),
        notes=notes_read(judged, versions),
        roles=judged.roles,
        has_history=judged.has_history,
        as_of=judged.as_of,
        remarks=facts.remarks,
    )


def _knows_lag(roles: frozenset[RecordRole]) -> bool:
    return RecordRole.OCCURRED in roles and bool({RecordRole.ENTERED, RecordRole.AT} & roles)


def _versions(judged: Judged) -> int:
    found = judged.connection.execute("SELECT count(*) FROM judged").fetchall()
    return int(found[0][0])


def _part(name: str, counts: Cube, few: Sequence[bool]) -> Part:
    """``few``: the rules that are about too few people here."""
    return Part(
        name,
        counts.count,
        counts.share_fit,
        tuple(None if hidden else counts.rule(place) for place, hidden in enumerate(few)),
        tuple(counts.field(place) for place in range(counts.filled.shape[1])),
    )


def _rules(judged: Judged, whole: Part, few: Sequence[bool]) -> tuple[RuleResult, ...]:
    standard = judged.standard
    return tuple(
        RuleResult(
            rule,
            share,
            standard.tolerance if rule.terms.tolerance is None else rule.terms.tolerance,
            rule.terms.owner or standard.owner,
            hidden,
        )
        for rule, share, hidden in zip(judged.book.rules, whole.rules, few, strict=True)
    )


def _people(judged: Judged, fewest: int) -> PeoplePicture | None:
    if RecordRole.AUTHOR not in judged.roles:
        return None
    counts = author_months(judged)
    charged, fit = int(counts.charged.sum()), int(counts.fit.sum())
    return PeoplePicture(
        authors=len(set(counts.authors)),
        charged=Share(fit, charged) if charged else None,
        credited=int(counts.credited.sum()),
        spread=spread_over_people(counts, fewest),
    )
