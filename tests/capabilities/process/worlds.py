"""Logs of cases made up with a known truth."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from uptake.formats.case_log import CaseLog, Coded, Performer

HOUR = 3_600_000
DAY = 24 * HOUR
START = 1_767_225_600_000
"""The first of January 2026."""


def log_of(
    case: npt.ArrayLike,
    activity: Sequence[str],
    moments: npt.ArrayLike,
    performers: dict[Performer, Sequence[str]],
    attributes: dict[str, Sequence[str]] | None = None,
) -> CaseLog:
    """A log with one stamp for each event, in the order of its cases."""
    cases = np.asarray(case, dtype=np.int32)
    count = int(cases.max()) + 1
    names = pa.array([f"C{number}" for number in range(count)])
    stamps = np.asarray(moments, dtype=np.int64)
    none = np.full(len(cases), np.iinfo(np.int64).min)
    return CaseLog(
        case=cases,
        activity=coded(activity),
        started=none,
        completed=stamps,
        performers={level: coded(words) for level, words in performers.items()},
        marks=np.zeros(len(cases), dtype=np.uint8),
        row=np.arange(len(cases), dtype=np.int64),
        case_names=names,
        case_attributes=pa.table(
            {key: pa.array(list(values)) for key, values in (attributes or {}).items()}
        ),
        event_attributes=pa.table({}),
        source="made up",
    )


def coded(words: Sequence[str]) -> Coded:
    """Codes for words."""
    distinct = tuple(sorted(set(words)))
    place = {word: code for code, word in enumerate(distinct)}
    return Coded(np.array([place[word] for word in words], dtype=np.int32), distinct)


def service_desk(
    *,
    teams: int = 16,
    cases_each: int = 40,
    handover: tuple[float, float] = (0.5, 0.5),
    skips: float = 0.3,
    skipping_costs: float = 0.0,
    hard: tuple[float, float] = (0.3, 0.3),
    seed: int = 3,
) -> CaseLog:
    """Cases of four steps over a hundred days, the middle of which is day 50.

    ``handover``: chance before and after that somebody else does the second step; ``skips``: share
    without a check, which take ``skipping_costs`` hours longer; ``hard``: share of hard cases
    before and after, which take twice as long.
    """
    random = np.random.default_rng(seed)
    count = teams * cases_each
    team = np.repeat(np.arange(teams), cases_each)
    begun = np.sort(random.uniform(0, 90, count)) * DAY
    team = random.permutation(team)
    after = (begun >= 50 * DAY).astype(int)
    is_hard = random.random(count) < np.array(hard)[after]
    passes = random.random(count) < np.array(handover)[after]
    skipped = random.random(count) < skips
    rows: list[tuple[int, str, int, str, str]] = []
    for case in range(count):
        first, second = random.choice(6, size=2, replace=False)
        people = [first, second if passes[case] else first]
        steps = ["opened", "worked on", "checked", "closed"]
        wait = random.lognormal(2, 0.4, 4) * (2 if is_hard[case] else 1) * HOUR
        moment = START + begun[case]
        for number, step in enumerate(steps):
            moment += wait[number] if number else 0
            moment += skipping_costs * HOUR if number == 3 and skipped[case] else 0
            if step == "checked" and skipped[case]:
                continue
            who = f"p{team[case]}-{people[min(number, 1)]}"
            rows.append((case, step, int(moment), who, f"Team {team[case]}"))
    return log_of(
        [row[0] for row in rows],
        [row[1] for row in rows],
        [row[2] for row in rows],
        {Performer.RESOURCE: [row[3] for row in rows], Performer.GROUP: [row[4] for row in rows]},
        {"size": ["hard" if one else "easy" for one in is_hard]},
    )
