"""What a text would mean: what of it is unclear, and how the records that are here would fare.

A text can be turned until it is about one person, so nothing is told of fewer people than the
workspace's smallest group, in steps of one percent.
"""
# ruff: noqa: S608  (SQL is composed from expressions of our own making)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from uptake.capabilities.records.ground import Ground, ground
from uptake.capabilities.records.judging import judge
from uptake.capabilities.records.models import DataStandard
from uptake.capabilities.records.people_behind import people_of_rules
from uptake.capabilities.records.queries import exempt_now
from uptake.capabilities.records.standard import RecordRole, Standard
from uptake.capabilities.records.tallies import author_months, cube
from uptake.methods.statistics.proportions import Share
from uptake.store.errors import UptakeError

MOST_RECORDS = 50_000
"""About so many records are looked at; of more, a repeatable part."""

SHOWN = 8
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something unclear; ``refused``: it cannot be kept like this."""

    sentence: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class RuleLook:
    """A rule and the share of records that would pass it."""

    sentence: str
    share: float


@dataclass(frozen=True, slots=True)
class StandardLook:
    """What a text would mean today.

    ``missing`` says why nothing is told of records. ``records``: about how many were looked at;
    ``fit``: share of them that would be fit; ``worst``: the rules most often missed.
    """

    doubts: tuple[Doubt, ...]
    rules: int = 0
    missing: str = ""
    records: int = 0
    is_part: bool = False
    fit: float | None = None
    worst: tuple[RuleLook, ...] = ()


def look(standard: DataStandard | None, content: Standard) -> StandardLook:
    """Return what a standard's text would mean for the records that are here."""
    of_events = standard is not None and standard.is_of_events
    doubts = tuple(doubts_of(content, of_events=of_events))
    if standard is None:
        return StandardLook(doubts, missing="Records are shown here once they are delivered.")
    try:
        with ground(standard, content) as found:
            if isinstance(found, str):
                return StandardLook(doubts, missing=found)
            return _judged(standard, content, found, doubts)
    except UptakeError as problem:
        return StandardLook(
            (*doubts, Doubt(str(problem))), missing="It cannot be judged like this."
        )


def doubts_of(content: Standard, *, of_events: bool) -> Iterator[Doubt]:
    """Say plainly what a standard leaves unclear, or asks in vain; events say who wrote."""
    if not any(field.required for field in content.fields) and not content.checks:
        yield Doubt("Nothing is required: say which fields have to be filled in.")
    if not content.owner:
        yield Doubt("Nobody answers for it: name an owner.")
    if content.entry is None:
        yield Doubt("It says nothing about time: add entry: within 24 hours, or as users need it.")
    names_authors = of_events or RecordRole.AUTHOR in content.columns
    if not names_authors and not content.is_proposed:
        yield Doubt("No column says who wrote: nobody can be credited, and few people hide groups.")
    vague = [field.name for field in content.fields if field.required and not field.terms.why]
    if vague and len(vague) == sum(bool(field.required) for field in content.fields):
        yield Doubt(f"Say why, for one field at least: people fill in {vague[0]} if they know.")
    if content.is_proposed:
        yield Doubt("It is a proposal: strike out proposed: yes once people agreed on it.")


def _judged(
    standard: DataStandard, content: Standard, found: Ground, doubts: tuple[Doubt, ...]
) -> StandardLook:
    parts = _parts(found)
    versions = found.versions
    if parts > 1:
        record = versions.roles.get(RecordRole.RECORD, "random()")
        only = f"({versions.only}) AND hash({record}) % {parts} = 0"
        versions = replace(versions, only=only)
    judged = judge(found.connection, versions, content, exempt=exempt_now(standard))
    fewest = standard.workspace.minimum_group
    authors = set(author_months(judged).authors) if RecordRole.AUTHOR in judged.roles else set()
    missing_rules = tuple(
        Doubt(f"“{sentence}” cannot be judged: {why}.")
        for sentence, why in judged.book.not_measurable
    )
    doubts += missing_rules
    rules = len(judged.book.rules)
    if 0 < len(authors) < fewest:
        return StandardLook(doubts, rules, f"Fewer than {fewest} people wrote these records.")
    counts = cube(judged)
    few = people_of_rules(judged).too_few(fewest)
    shares = [
        RuleLook(rule.sentence, _step(counts.rule(place)) or 0.0)
        for place, rule in enumerate(judged.book.rules)
        if not few[place] and counts.rule(place) is not None
    ]
    shares.sort(key=lambda each: each.share)
    vain = tuple(
        Doubt(f"More than half miss “{each.sentence}”: agree with users that it is needed.")
        for each in shares
        if each.share < HALF
    )
    return StandardLook(
        (*doubts, *vain),
        rules,
        records=counts.count,
        is_part=parts > 1,
        fit=_step(counts.share_fit),
        worst=tuple(each for each in shares if each.share < 1)[:SHOWN],
    )


def _step(share: Share | None) -> float | None:
    """A share in steps of one percent."""
    return None if share is None or share.value is None else round(share.value, 2)


def _parts(found: Ground) -> int:
    rows = found.connection.execute(
        f"SELECT count(*) FROM {found.versions.relation} WHERE {found.versions.only}"
    ).fetchall()
    return max(1, -(-int(rows[0][0]) // MOST_RECORDS))
