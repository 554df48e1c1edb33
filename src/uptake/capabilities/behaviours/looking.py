"""What a definition would mean: who is in, what they did lately, how many would have met it.

A definition can be turned until it is about one person more or less, so numbers are about the
smallest group or more, in steps of five percent; the best tenth is told of twenty people or more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
from django.utils.timezone import localdate

from uptake.capabilities.behaviours.counted import (
    Counted,
    Ground,
    Piece,
    count,
    ground,
    judge,
    part,
    worked,
)
from uptake.capabilities.behaviours.definition import Definition, for_linter
from uptake.capabilities.behaviours.scope import at_work_on, concerned
from uptake.capabilities.customers.models import Account, Person
from uptake.capabilities.measure.privacy import COARSE_BELOW
from uptake.foundation.actor import Actor
from uptake.methods.arrays import Floats
from uptake.methods.behaviour.attainment import Attainment, Standing
from uptake.methods.behaviour.smart import Finding, best_tenth, lint, may_go_live
from uptake.metrics.attributes import Member

WEEKS = 8
STEP = 0.05
KEY = "preview"


@dataclass(frozen=True, slots=True)
class Bucket:
    """Share of what was asked of people in a period that lies in one range."""

    words: str
    share: float


@dataclass(frozen=True, slots=True)
class Look:
    """What a definition would mean today.

    ``people`` who work there today and would be asked, of ``of`` in all. ``missing`` says why there
    is nothing on what they did. ``periods``: share of the people who would have met each closed
    period, oldest first, None where it was due for too few. ``met``: the same of all periods.
    ``usual``: what half of the people reach at least in a period; ``best``: what the best tenth
    reach.
    """

    people: int
    of: int
    findings: tuple[Finding, ...]
    missing: str = ""
    last: date | None = None
    periods: tuple[float | None, ...] = ()
    met: float | None = None
    buckets: tuple[Bucket, ...] = ()
    usual: float | None = None
    best: float | None = None

    @property
    def may_go_live(self) -> bool:
        """Say whether nothing is unclear."""
        return may_go_live(self.findings)


def look(
    actor: Actor,
    definition: Definition,
    *,
    owner: str,
    account: Account | None,
    team: Person | bool | None = None,
) -> Look:
    """Return what a definition would mean, as far as the actor may know."""
    people = concerned(actor, definition, account=account, team=team)
    everybody = concerned(actor, Definition(), account=None, team=None)
    names = list(people.values_list("external_id", flat=True))
    today = at_work_on(localdate())
    there = people.filter(today).count()
    asked = for_linter(definition, owner=owner, people=there)
    found = Look(there, everybody.filter(today).count(), lint(asked))
    if not definition.actions:
        return replace(found, missing="Choose an action, and what they did lately stands here.")
    if there < actor.workspace.minimum_group:
        return replace(found, missing=_too_few(actor))
    done, told = _did(actor, definition, names)
    if told is None:
        return replace(found, missing="No data has arrived yet.")
    reached = told.reached if told.people >= COARSE_BELOW else ()
    best = best_tenth(reached)
    linted = lint(replace(asked, reached=() if best is None else (best,)))
    return replace(
        _described(found, told, definition, fewest=actor.workspace.minimum_group),
        findings=linted,
        last=done,
        best=best,
    )


def _too_few(actor: Actor) -> str:
    return (
        f"What people did is shown of {actor.workspace.minimum_group} or more; "
        "this is asked of fewer."
    )


@dataclass(frozen=True, slots=True)
class _Did:
    """People x closed periods, and what each reached in a usual period of those at work."""

    judged: Attainment
    people: int
    reached: tuple[float, ...]


def _did(actor: Actor, definition: Definition, names: list[str]) -> tuple[date | None, _Did | None]:
    with ground(actor.workspace) as stand:
        if stand is None:
            return None, None
        first = max(stand.first, stand.last - timedelta(weeks=WEEKS))
        piece = _lately(definition, stand.last)
        counted = count(stand, [piece], first=first)[KEY]
        closed = np.array([s.closes <= stand.now and s.first >= first for s in counted.spans])
        rows = stand.places(names)
        members = [stand.people[place] for place in rows]
        kept = part(counted, rows, closed)
        return stand.last, _judged(kept, members, definition, stand)


def _lately(definition: Definition, last: date) -> Piece:
    """What is asked once is looked at as if it had been due on the newest day."""
    plain = replace(definition, ramp=())
    if not definition.is_once:
        return Piece(KEY, plain)
    ahead = WEEKS * 7 if definition.due_on is None else (definition.due_on - last).days
    days = 0 if definition.every_object else min(max(ahead, 1), WEEKS * 7)
    return Piece(KEY, replace(plain, due_on=last), last - timedelta(days=days))


def _judged(kept: Counted, members: list[Member], definition: Definition, stand: Ground) -> _Did:
    shares = worked(members, kept.spans, stand.calendar)
    judged = judge(kept, shares, replace(definition, ramp=()), now=stand.now, since=0)
    at_work = judged.standing != Standing.EXEMPT
    there = at_work.any(axis=1)
    ok: Floats = np.where(at_work, judged.ok, np.nan)[there]
    reached = tuple(float(value) for value in np.nanmedian(ok, axis=1)) if ok.size else ()
    return _Did(judged, int(there.sum()), reached)


def _described(found: Look, told: _Did, definition: Definition, *, fewest: int) -> Look:
    judged = told.judged
    usual = float(np.median(told.reached)) if told.people >= COARSE_BELOW else None
    if told.people < fewest or not judged.due.any():
        return replace(found, missing=_not_due(definition), usual=usual)
    due = judged.due.sum(axis=0)
    met = (judged.standing == Standing.MET).sum(axis=0)
    return replace(
        found,
        periods=tuple(_step(m / n) if n >= fewest else None for m, n in zip(met, due, strict=True)),
        met=_step(float(met.sum() / due.sum())),
        buckets=_buckets(judged),
        usual=usual,
    )


def _not_due(definition: Definition) -> str:
    if definition.amount is None and not (definition.every_opportunity or definition.every_object):
        return "Say how many, and how often that would have been met stands here."
    return "Nothing of it was due in the last eight weeks."


def _buckets(judged: Attainment) -> tuple[Bucket, ...]:
    ok, asked = judged.ok[judged.due], judged.asked[judged.due]
    parts = (
        ("None", ok == 0),
        ("Fewer than asked", (ok > 0) & (ok < asked)),
        ("As many as asked", (ok > 0) & (ok == asked)),
        ("More than asked", ok > asked),
    )
    return tuple(Bucket(words, _step(float(inside.mean()))) for words, inside in parts)


def _step(share: float) -> float:
    return round(round(share / STEP) * STEP, 2)
