"""Small logs of cases, and what to look at in them."""

from __future__ import annotations

from uptake.formats.case_log import NOBODY, Mark, Performer

SMALL = """case,activity,timestamp,resource
2,b,2024-03-01 10:00:00,Eva
1,a,2024-03-01 09:00:00,Eva
2,a,2024-03-01 08:00:00,
1,c,2024-03-02 09:00:00,Tom
"""


def named_steps(log):
    """What was done in each case, by whom, and when."""
    names, words = log.case_names.to_pylist(), log.activity.words
    people = log.performers.get(Performer.RESOURCE)
    found: dict[str, list[tuple[str, str | None, int]]] = {}
    for row in range(log.events):
        code = people.codes[row] if people else NOBODY
        who = people.words[code] if people and code != NOBODY else None
        step = (words[log.activity.codes[row]], who, int(log.completed[row]))
        found.setdefault(names[log.case[row]], []).append(step)
    return found


def written(folder, text, name="log.csv"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def activities(log):
    return [log.activity.words[code] for code in log.activity.codes]


def marks(log):
    return [Mark(int(mark)) for mark in log.marks]
