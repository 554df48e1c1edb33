"""Cases before and after a day, such as a go-live, for who may read the process.

The worker works comparisons out, so that nobody waits for a page; what is asked for the first time
is noted, and answered within a minute. What was asked for is prepared anew whenever cases change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import msgspec
from django.db import transaction
from django.utils.timezone import now

from uptake.capabilities.process import jobs
from uptake.capabilities.process.at_hand import at_hand
from uptake.capabilities.process.compared import Comparison
from uptake.capabilities.process.comparison_questions import MOST_ALIKE, Question
from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.models import (
    IntendedVersion,
    KeptComparison,
    KeptPicture,
    Outcome,
    Process,
)
from uptake.capabilities.process.teams_of_cases import mix_candidates
from uptake.capabilities.process.viewing import View, log_at_hand
from uptake.formats.case_log import CaseLog

FORM = 1
"""Version of what is kept; raised when comparisons change their making."""

MOST_ASKED = 12
"""Comparisons of a process that are kept; of others, the one not asked for longest goes."""

NOTED_AGAIN = timedelta(hours=1)
"""So long it is not written down again that somebody asks the same."""

ACCOUNT = "account"
"""The attribute of cases that makes them alike, where there are several accounts."""

NO_DAY = "Choose a day: cases that began before it are set beside those that began from it on."
NOT_ALIKE = "Cases have no attribute {names} of few values; choose another, or none."


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """Both sides, or why nothing can be said. ``day``: the first of after.

    ``mix``: in what cases are made alike, ``offered``: in what they can be. ``since``: an answer,
    or a newer one, is being worked out so long; ``is_begun``: by the worker already. ``as_of``:
    when the answer was worked out, None while only part is known.
    """

    day: date | None
    mix: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    comparison: Comparison | None = None
    problem: str = ""
    since: datetime | None = None
    is_begun: bool = False
    as_of: datetime | None = None


def day_of(versions: Sequence[IntendedVersion], said: date | None) -> date | None:
    """Return the day that somebody chose, or that on which the version in force began to hold."""
    if said is not None:
        return said
    begins = [each.begins for each in versions if each.is_confirmed and each.begins]
    return max(begins, default=None)


def usual_mix(log: CaseLog) -> tuple[str, ...]:
    """Return what makes cases alike where nobody says: the account, where there are several."""
    table = log.case_attributes
    has = ACCOUNT in table.column_names and len(table[ACCOUNT].unique()) > 1
    return (ACCOUNT,) if has else ()


def compare_at(view: View, day: date | None, mix: tuple[str, ...] | None = None) -> BeforeAfter:
    """Return what is known of the cases that are asked for before a day beside those from it on.

    What nobody asked yet is noted for the worker.
    """
    kept = view.kept
    log = log_at_hand(view.process, kept.log) if kept and kept.log else None
    if kept is None or log is None or kept.outcome != Outcome.DRAWN:
        return BeforeAfter(day, problem=view.problem or NO_DAY)
    where = view.process.pk, kept.log
    candidates = at_hand(("alike in", *where), lambda: mix_candidates(Ground.of(log)))
    usual = at_hand(("usually alike in", *where), lambda: usual_mix(log))
    offered = tuple(dict.fromkeys((*usual, *candidates)))
    bare = BeforeAfter(day, usual if mix is None else mix, offered)
    if day is None:
        return replace(bare, problem=NO_DAY)
    if mix and (unknown := set(mix) - set(offered) or mix[MOST_ALIKE:]):
        return replace(bare, problem=NOT_ALIKE.format(names=", ".join(sorted(unknown))))
    cases = replace(view.asked.cases, deviation="")
    row, is_new = noted(view.process, Question(cases, day, None if mix == usual else mix))
    if is_new:
        transaction.on_commit(jobs.wake)
    return _answer(bare, row, kept, fewest=view.process.workspace.minimum_group)


def noted(process: Process, question: Question) -> tuple[KeptComparison, bool]:
    """Write down that a question is asked; returns its row, and whether it is the first time."""
    facts = {"question": question.text}
    row, is_new = KeptComparison.objects.get_or_create(
        process=process, key=question.key, defaults=facts
    )
    if is_new:
        stale = process.comparisons.values_list("pk", flat=True)[MOST_ASKED:]
        KeptComparison.objects.filter(pk__in=list(stale)).delete()
    elif now() - row.asked_at > NOTED_AGAIN:
        KeptComparison.objects.filter(pk=row.pk).update(asked_at=now())
    return row, is_new


def _answer(
    bare: BeforeAfter, row: KeptComparison, kept: KeptPicture, *, fewest: int
) -> BeforeAfter:
    is_new = row.stamp == stamp_of_comparison(kept)
    since = None if is_new else row.due_at or kept.computed_at
    waiting = replace(bare, since=since, is_begun=row.begun_at is not None)
    if row.minimum_people < fewest:
        return waiting
    numbers = row.numbers or row.known
    return replace(
        waiting,
        comparison=msgspec.convert(numbers, Comparison) if numbers else None,
        problem=row.problem if is_new else "",
        as_of=row.computed_at if row.numbers else None,
    )


def stamp_of_comparison(kept: KeptPicture) -> str:
    """Return what comparing rests on: all that the picture does."""
    return f"{FORM} {kept.stamp}"
