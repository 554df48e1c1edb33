"""The cases behind a number, step by step, for whoever puts work right; nobody is named in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import overload

import numpy as np

from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.naming import Showing, named
from uptake.capabilities.process.selection import begins_of_cases
from uptake.capabilities.process.viewing import View
from uptake.formats.case_log import NO_MOMENT, NOBODY, CaseLog, Coded, Performer
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotAllowed
from uptake.methods.process.alignment import Kind

MOST_STEPS = 200
"""Steps of a case that a page shows."""


@dataclass(frozen=True, slots=True)
class CaseStep:
    """One step of a case: what, when, through whose hands, and how it stands to the model.

    ``kind`` is empty where there is no model; of a skipped step nothing but the activity is known.
    """

    activity: str
    kind: str
    moment: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case. ``cost``: steps skipped or inserted; None without a model."""

    name: str
    began: datetime | None
    seconds: float | None
    events: int
    cost: int | None
    variant: int
    steps: tuple[CaseStep, ...]
    is_cut: bool


def may_see_cases(actor: Actor) -> bool:
    """Say whether an actor may see single cases."""
    return actor.may(Permission.PROCESS_WRITE)


def cases_behind(actor: Actor, view: View) -> CaseRows:
    """Return the cases that are asked for, those that began last first.

    Raises:
        NotAllowed: the actor's role does not put work right.
    """
    if not may_see_cases(actor):
        raise NotAllowed(
            "Single cases are shown to those who put them right; ask an editor of this workspace. "
            "How many there are stands on the page of deviations."
        )
    return CaseRows(view)


class CaseRows(Sequence[CaseRow]):
    """The cases of a view; each is read when it is asked for."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._log = view.log
        if self._log is None:
            self._order = np.zeros(0, dtype=np.int64)
            return
        self._begins = begins_of_cases(self._log)
        self._order = np.argsort(-self._begins, kind="stable")
        self._first = np.searchsorted(self._log.case, np.arange(self._log.cases + 1))
        ground = view.analysis.ground if view.analysis else None
        fewest = view.process.workspace.minimum_group
        who = named(ground, _level(view), Showing(fewest=fewest)) if ground else None
        self._by = (who.shown, who.labels) if who else None
        self._variant = ground.variants.of_case if ground else self._order

    def __len__(self) -> int:
        return len(self._order)

    @overload
    def __getitem__(self, place: int) -> CaseRow: ...

    @overload
    def __getitem__(self, place: slice) -> list[CaseRow]: ...

    def __getitem__(self, place: int | slice) -> CaseRow | list[CaseRow]:
        if isinstance(place, slice):
            return [self._row(int(case)) for case in self._order[place]]
        return self._row(int(self._order[place]))

    def _row(self, case: int) -> CaseRow:
        log = self._log
        assert log is not None  # noqa: S101 - without a log there is no row
        first, last = int(self._first[case]), int(self._first[case + 1])
        number = int(self._variant[case])
        variants = self._view.picture.variants if self._view.picture else ()
        row = variants[number] if number < len(variants) else None
        aligned = row.steps if row and row.steps is not None else None
        kinds = [(step.kind, step.label) for step in aligned] if aligned else None
        return CaseRow(
            name=str(log.case_names[case]),
            began=_moment(int(self._begins[case])),
            seconds=_lasted(log, first, last),
            events=last - first,
            cost=row.cost if row else None,
            variant=number + 1,
            steps=tuple(self._steps(first, min(last, first + MOST_STEPS), kinds)),
            is_cut=last - first > MOST_STEPS,
        )

    def _steps(self, first: int, last: int, kinds: list[tuple[Kind, str]] | None) -> list[CaseStep]:
        """The steps of a case; those that the model misses stand where it misses them."""
        events = [self._step(event, "") for event in range(first, last)]
        if kinds is None:
            return events
        found, waiting = [], iter(range(first, last))
        for kind, label in kinds:
            if kind is Kind.SKIPPED:
                found.append(CaseStep(label, kind.value))
                continue
            event = next(waiting, None)
            if event is None:
                break
            found.append(self._step(event, kind.value))
        return [*found, *(self._step(event, "") for event in waiting)]

    def _step(self, event: int, kind: str) -> CaseStep:
        log = self._log
        assert log is not None  # noqa: S101 - as above
        moment = int(log.completed[event])
        known = moment if moment != NO_MOMENT else int(log.started[event])
        by = ""
        if self._by is not None and self._by[0][event] != NOBODY:
            by = self._by[1][int(self._by[0][event])]
        return CaseStep(
            log.activity.words[int(log.activity.codes[event])], kind, _moment(known), by
        )


def _level(view: View) -> Performer:
    """Whose hands a step of a case is told by: never people, not even as numbers."""
    levels = (view.level, Performer.GROUP, *view.levels)
    return next(
        (level for level in levels if level is not Performer.RESOURCE and level in view.levels),
        Performer.ORGANISATION,
    )


def _moment(milliseconds: int) -> datetime | None:
    if milliseconds == NO_MOMENT:
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError):
        return None


def _lasted(log: CaseLog, first: int, last: int) -> float | None:
    """Seconds from the first to the last moment that is known."""
    moments = np.concatenate([log.started[first:last], log.completed[first:last]])
    known = moments[moments != NO_MOMENT]
    return float(known.max() - known.min()) / 1000 if len(known) else None


def without_names(ground: Ground, fewest: int) -> CaseLog:
    """Return the log without people; roles and teams of too few stand under one name.

    Further attributes stay behind: in logs that are brought, any of them may name somebody.
    """
    performers = {}
    for level in (Performer.ROLE, Performer.GROUP, Performer.ORGANISATION):
        who = named(ground, level, Showing(fewest=fewest))
        if who is not None:
            performers[level] = Coded(who.shown.astype(np.int32), who.labels)
    log = ground.log
    return replace(
        log,
        performers=performers,
        case_attributes=log.case_attributes.select([]),
        event_attributes=log.event_attributes.select([]),
    )
