"""The worker's part of before and after: what was asked is worked out whenever cases change.

A worker that is killed leaves a row that is due, and the next one takes it up from its beginning.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any  # JSON

import msgspec
import numpy as np
import structlog
from django.utils.timezone import now

from uptake.capabilities.process.asked import Asked
from uptake.capabilities.process.before_after import (
    day_of,
    noted,
    stamp_of_comparison,
    usual_mix,
)
from uptake.capabilities.process.compared import Comparison
from uptake.capabilities.process.comparing import Beside, Tell, before_and_after
from uptake.capabilities.process.comparison_questions import Question
from uptake.capabilities.process.figuring import content_of
from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.judging import judged_by
from uptake.capabilities.process.kept_log import read_log
from uptake.capabilities.process.models import (
    IntendedVersion,
    KeptComparison,
    KeptPicture,
    Outcome,
    Process,
)
from uptake.capabilities.process.naming import Showing
from uptake.capabilities.process.places import folder_of
from uptake.capabilities.process.queries import versions_of
from uptake.capabilities.process.selection import asked_cases, measured_by, only_cases
from uptake.capabilities.process.splitting import beginning_of, check_day
from uptake.capabilities.process.viewing import FEW, NO_CASE, may_be_told
from uptake.capabilities.process.working_hours import hours_of
from uptake.formats.case_log import CaseLog
from uptake.formats.errors import UnusableFileError
from uptake.methods.arrays import Flags
from uptake.methods.process.durations import WorkingHours
from uptake.store.errors import UptakeError

log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(days=30)
"""So long a comparison is prepared that nobody asks for any more."""

SECONDS_BETWEEN = 0.5
"""What is known so far is written down no more often."""


def compare_due(process: Process) -> int:
    """Work out what is due of a process; returns how many comparisons it was."""
    kept = KeptPicture.objects.filter(process=process, outcome=Outcome.DRAWN).first()
    if kept is None or not kept.log:
        return 0
    versions = versions_of(process)
    _forget_unasked(process)
    _note_usual(process, versions)
    stamp = stamp_of_comparison(kept)
    due = list(process.comparisons.exclude(stamp=stamp).order_by("due_at", "-asked_at"))
    cases = read_log(folder_of(process), kept.log) if due else None
    if cases is None:
        return 0
    for row in due:
        _work_out(row, cases, versions, stamp)
    return len(due)


def _forget_unasked(process: Process) -> None:
    process.comparisons.filter(asked_at__lt=now() - KEPT_FOR).delete()


def _note_usual(process: Process, versions: Sequence[IntendedVersion]) -> None:
    """What the page shows when nothing is chosen is prepared though nobody asked yet."""
    day = day_of(versions, None)
    if day is not None:
        noted(process, Question(Asked(), day))


def _work_out(
    row: KeptComparison, cases: CaseLog, versions: Sequence[IntendedVersion], stamp: str
) -> None:
    """Answer one question; where the row is gone meanwhile, nothing is kept of the answer."""
    mine = KeptComparison.objects.filter(pk=row.pk)
    fewest = row.process.workspace.minimum_group
    begun = now()
    mine.update(begun_at=begun, due_at=row.due_at or begun, known={}, minimum_people=fewest)
    written = time.monotonic()

    def tell(found: Comparison) -> None:
        nonlocal written
        if time.monotonic() - written > SECONDS_BETWEEN:
            written = time.monotonic()
            mine.update(known=_plain(found))

    facts: dict[str, Any] = {"numbers": {}, "problem": ""}
    try:
        how = Beside(fewest=fewest, hours=_open_hours(row.process, cases))
        found = compared(cases, versions, Question.of(row.question), how, tell=tell)
        facts["numbers"] = _plain(found)
    except UptakeError as problem:
        log.info("process.not_compared", problem=str(problem))
        facts["problem"] = str(problem)
    mine.update(**facts, stamp=stamp, known={}, due_at=None, begun_at=None, computed_at=now())


def _open_hours(process: Process, cases: CaseLog) -> WorkingHours | None:
    """When the house is open, where somebody said: then business time is compared as well."""
    hours = hours_of(process)
    return hours.within(Ground.of(cases)) if hours else None


def _plain(found: Comparison) -> Any:  # JSON
    return msgspec.to_builtins(found)


def compared(
    log: CaseLog,
    versions: Sequence[IntendedVersion],
    question: Question,
    how: Beside,
    *,
    tell: Tell | None = None,
) -> Comparison:
    """Compare the cases that are asked for; the question says in what they are made alike.

    Raises:
        UptakeError: there are too few, of too few people, or they have no such attribute.
    """
    fewest = how.fewest
    wanted = asked_cases(log, question.cases)
    if not wanted.any():
        raise UnusableFileError(NO_CASE)
    if not may_be_told(log, wanted, fewest):
        raise UnusableFileError(FEW.format(fewest=fewest))
    chosen = only_cases(log, wanted)
    ground = Ground.of(chosen)
    check_day(ground, question.day)
    mix = usual_mix(chosen) if question.mix is None else question.mix
    return before_and_after(
        ground,
        beginning_of(question.day),
        replace(how, mix=mix),
        straight=lambda: _straight(chosen, versions, fewest),
        tell=tell,
    )


def _straight(log: CaseLog, versions: Sequence[IntendedVersion], fewest: int) -> Flags | None:
    """Say of each case whether it ran as the version says that held when it began.

    None where some case began while none held, or a version cannot be read any more.
    """
    straight = np.zeros(log.cases, dtype=np.bool_)
    left = np.ones(log.cases, dtype=np.bool_)
    for version in versions:
        held = left & measured_by(log, version)
        if not version.is_confirmed or not held.any():
            continue
        try:
            intended = content_of(version)
        except UptakeError:
            return None
        if intended is None:
            continue
        judged = judged_by(Ground.of(only_cases(log, held)), intended, Showing(fewest=fewest))
        straight[held] = judged.straight
        left &= ~held
    return None if left.any() else straight
