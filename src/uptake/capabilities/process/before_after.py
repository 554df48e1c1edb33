"""Cases before and after a day, such as a go-live, for who may read the process."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import numpy as np

from uptake.capabilities.process.analysis import judged_by
from uptake.capabilities.process.at_hand import at_hand, is_at_hand
from uptake.capabilities.process.compared import Comparison
from uptake.capabilities.process.comparing import Beside, before_and_after
from uptake.capabilities.process.figuring import content_of
from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.models import IntendedVersion
from uptake.capabilities.process.naming import Showing
from uptake.capabilities.process.selection import asked_cases, measured_by, only_cases
from uptake.capabilities.process.viewing import View, log_at_hand, may_be_told
from uptake.formats.case_log import CaseLog
from uptake.methods.arrays import Flags
from uptake.store.errors import UptakeError

ACCOUNT = "account"
"""The attribute of cases that makes them alike, where there are several accounts."""

NO_DAY = "Choose a day: cases that began before it are set beside those that began from it on."


@dataclass(frozen=True, slots=True)
class BeforeAfter:
    """Both sides, or why nothing can be said. ``day``: the first of after."""

    day: date | None
    comparison: Comparison | None = None
    problem: str = ""


def day_of(view: View, said: date | None) -> date | None:
    """Return the day that somebody chose, or that on which the version in force began to hold."""
    if said is not None:
        return said
    begins = [each.begins for each in view.versions if each.is_confirmed and each.begins]
    return max(begins, default=None)


def compare_at(view: View, day: date | None) -> BeforeAfter:
    """Set the cases that are asked for before a day beside those from it on."""
    if day is None:
        return BeforeAfter(None, problem=NO_DAY)
    log = log_at_hand(view.process, view.kept.log) if view.kept and view.kept.log else None
    if log is None:
        return BeforeAfter(day, problem=view.problem)
    fewest = view.process.workspace.minimum_group
    return at_hand(_key(view, day), lambda: _compared(view, log, day, fewest))


def takes_long(view: View, day: date | None) -> bool:
    """Say whether comparing would take seconds: it was not done yet since the cases changed."""
    if day is None or view.kept is None or not view.kept.log:
        return False
    return not is_at_hand(_key(view, day))


def _key(view: View, day: date | None) -> Hashable:
    """Everything that a comparison depends on."""
    terms = tuple((each.pk, each.begins, each.ends, each.is_confirmed) for each in view.versions)
    log = view.kept.log if view.kept else ""
    fewest = view.process.workspace.minimum_group
    return "beside", view.process.pk, log, terms, fewest, view.asked.cases, day


def _compared(view: View, log: CaseLog, day: date, fewest: int) -> BeforeAfter:
    wanted = asked_cases(log, view.asked)
    if not wanted.any() or not may_be_told(log, wanted, fewest):
        return BeforeAfter(day, problem=view.problem or NO_DAY)
    chosen = only_cases(log, wanted)
    several = (
        len(set(chosen.case_attributes[ACCOUNT].to_pylist())) > 1
        if (ACCOUNT in chosen.case_attributes.column_names)
        else False
    )
    moment = datetime.combine(day, time(), tzinfo=UTC)
    found = before_and_after(
        Ground.of(chosen),
        moment,
        Beside(mix=(ACCOUNT,) if several else (), fewest=fewest),
        straight=_straight(chosen, view.versions, fewest),
    )
    return BeforeAfter(day, found)


def _straight(log: CaseLog, versions: tuple[IntendedVersion, ...], fewest: int) -> Flags | None:
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
