"""What the way the data was extracted does to it, and which days can be judged all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import ibis.expr.types as ir
import numpy as np

from uptake.capabilities.measure.picture import Caution
from uptake.methods.adoption.artefacts import (
    Artefact,
    ArtefactKind,
    Certainty,
    EventArrays,
    Span,
    find_artefacts,
    trusted_window,
)
from uptake.metrics.measurement import Window
from uptake.metrics.relations import Relations
from uptake.store.localtime import local_milliseconds
from uptake.store.schema import NO_TERM
from uptake.ui import words

MOST_EVENTS = 20_000_000
"""Events above which the detectors, which need every stamp in memory, are not run."""

_BY_PERSON = ("presence", "seen", "value_days", "activity", "value_activity", "value_records")

_UNJUDGED = frozenset({ArtefactKind.THINNING_TAIL})
"""Kinds that are left out of judgement even where they are only possible."""

_OF_MACHINES = frozenset({ArtefactKind.BURST_STAMPS, ArtefactKind.GIANT_PERSON})
"""Kinds that say nothing new where they concern accounts already known to be machines."""

_UNSAID = frozenset({ArtefactKind.PARTIAL_PERIOD})
"""Kinds that the chart shows and that need no warning of their own."""

_TITLES = {
    ArtefactKind.OPENING_DATE_SAMPLING: "The export picked cases by the day they were opened",
    ArtefactKind.THINNING_TAIL: "The data thins out towards its end",
    ArtefactKind.CUT_AT_END: "The last day is incomplete",
    ArtefactKind.CUT_AT_START: "The first day is incomplete",
    ArtefactKind.AUTOMATED_PERSON: "Some accounts are machines",
    ArtefactKind.GIANT_PERSON: "One account has a very large part of all events",
    ArtefactKind.SHARED_ACCOUNT: "Some accounts may be shared by several people",
    ArtefactKind.BURST_STAMPS: "Events were written in batches",
    ArtefactKind.MIDNIGHT_STAMPS: "Many times are dates alone",
    ArtefactKind.ROUNDED_STAMPS: "Times are rounded",
}

_CONSEQUENCES = {
    ArtefactKind.OPENING_DATE_SAMPLING: "The numbers of this report stop before that fall; weeks "
    "after it are drawn hollow, and nobody is called inactive because of it.",
    ArtefactKind.THINNING_TAIL: "The numbers of this report stop before that fall. If use really "
    "stopped, they show what it was before.",
    ArtefactKind.CUT_AT_END: "The last day is left out of every number.",
    ArtefactKind.CUT_AT_START: "The first day is left out of every number.",
    ArtefactKind.AUTOMATED_PERSON: "The totals at the top count them; every number below leaves "
    "them out.",
    ArtefactKind.GIANT_PERSON: "Shares of people do not suffer from it; shares of events do.",
    ArtefactKind.SHARED_ACCOUNT: "If so, more people work here than are counted.",
    ArtefactKind.BURST_STAMPS: "They count as events; days and people are not inflated by them.",
    ArtefactKind.MIDNIGHT_STAMPS: "Hours of the day and delays say nothing for these events.",
    ArtefactKind.ROUNDED_STAMPS: "Minutes and short delays say nothing.",
}


@dataclass(frozen=True, slots=True)
class Extraction:
    """Days that can be judged, accounts that are machines, and what the reader must know."""

    trusted: Window
    automatic: tuple[int, ...]
    warnings: tuple[Caution, ...]
    log: EventArrays | None


def examine(relations: Relations, events: ir.Table, *, count: int) -> Extraction:
    """Look for artefacts in these raw events, of which there are ``count``."""
    first, last = relations.span or (date(1970, 1, 1), date(1970, 1, 1))
    log = _log(relations, events) if count <= MOST_EVENTS else None
    found = find_artefacts(log) if log is not None else []
    judged = trusted_window(Span(first, last), [_hardened(artefact) for artefact in found])
    span = judged or Span(first, last)
    return Extraction(
        trusted=Window(span.first, span.last, "days that can be judged"),
        automatic=_automatic(found),
        warnings=tuple(_caution(a) for a in sorted(found, key=_order) if _is_told(a, found)),
        log=log,
    )


def without_people(relations: Relations, people: Sequence[int]) -> Relations:
    """Return the relations without these people; ``hours``, which names nobody, stays as it is."""
    if not people:
        return relations
    tables: dict[str, ir.Table] = {
        name: (table := getattr(relations, name)).filter(table.person.notin(list(people)))
        for name in _BY_PERSON
    }
    return replace(relations, **tables)


def _hardened(artefact: Artefact) -> Artefact:
    if artefact.kind in _UNJUDGED:
        return replace(artefact, certainty=Certainty.LIKELY)
    return artefact


def _automatic(found: Sequence[Artefact]) -> tuple[int, ...]:
    return tuple(
        int(person)
        for artefact in found
        if artefact.kind is ArtefactKind.AUTOMATED_PERSON
        and artefact.certainty is not Certainty.POSSIBLE
        for person in artefact.people
    )


def _log(relations: Relations, events: ir.Table) -> EventArrays:
    """Every event: local time, who, in which group, on which case."""
    case = events.case_id.fill_null(events.object_id)
    rows = relations.run(
        events.select(
            utc=events.occurred_at,
            person=events.person,
            account=events.account,
            case=case.hash(),
            has_case=case.notnull(),
        )
    )
    utc = rows["utc"].to_numpy().astype("datetime64[ms]").astype(np.int64)
    grouped = bool(np.any(rows["account"].to_numpy() != NO_TERM))
    cased = len(utc) > 0 and all(rows["has_case"].unique().to_pylist())
    return EventArrays(
        stamps=local_milliseconds(utc, relations.timezone).astype("datetime64[ms]"),
        people=rows["person"].to_numpy(),
        groups=rows["account"].to_numpy() if grouped else None,
        cases=rows["case"].to_numpy() if cased else None,
    )


def _order(artefact: Artefact) -> int:
    """Artefacts that take days away come first, those that take people away second."""
    return list(_TITLES).index(artefact.kind) if artefact.kind in _TITLES else len(_TITLES)


def _is_told(artefact: Artefact, found: Sequence[Artefact]) -> bool:
    """Say whether it needs words of its own: not where machines explain all of it."""
    if artefact.kind in _UNSAID:
        return False
    if artefact.kind not in _OF_MACHINES or not artefact.people:
        return True
    machines = {int(person) for person in _automatic(found)}
    return not {int(person) for person in artefact.people} <= machines


def _caution(artefact: Artefact) -> Caution:
    figures = [
        f"{figure.name} {words.amount(figure.value)} {figure.unit}" for figure in artefact.evidence
    ]
    return Caution(
        kind=artefact.kind.value,
        title=_TITLES.get(artefact.kind, "An artefact of the export"),
        sentence=artefact.sentence,
        consequence=_CONSEQUENCES.get(artefact.kind, ""),
        advice=artefact.advice,
        evidence=f"{artefact.certainty.value.capitalize()}: {'; '.join(figures)}.",
    )
