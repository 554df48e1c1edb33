"""Short logs for tests: a text for each case, a letter for each step, a step an hour."""

from __future__ import annotations

from collections.abc import Sequence

from tests.capabilities.process.worlds import HOUR, START, log_of
from uptake.formats.case_log import CaseLog, Performer


def lettered(
    cases: Sequence[str],
    people: Sequence[str] | None = None,
    groups: Sequence[str] | None = None,
) -> CaseLog:
    """``people`` and ``groups``: like ``cases``, a letter for who did each step."""
    numbers = [number for number, case in enumerate(cases) for _step in case]
    moments = [START + HOUR * step for case in cases for step in range(len(case))]
    given = {Performer.RESOURCE: people, Performer.GROUP: groups}
    performers = {level: "".join(who) for level, who in given.items() if who is not None}
    return log_of(numbers, "".join(cases), moments, performers)
