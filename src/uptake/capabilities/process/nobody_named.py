"""Words that stand where nobody was named: "EMPTY" as a group is no group."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from uptake.formats.case_log import NOBODY, CaseLog, Coded, Performer
from uptake.methods.quality.placeholders import PLACEHOLDERS, is_placeholder
from uptake.ui.words import plural

MAY_BE_SOMEBODY = frozenset(
    {
        *("x", "xx", "xxx", "xxxx", "abc", "foo", "bar", "asdf", "asdfg", "qwerty"),
        *("test", "testing", "test test", "other", "misc", "todo", "na"),
        *(word for word in PLACEHOLDERS if word.isdecimal()),
    }
)
"""Names that people, numbers of staff or groups do have; NA is a region, too."""

MARKS = PLACEHOLDERS - MAY_BE_SOMEBODY | {"unassigned", "not assigned", "no group", "nobody"}
"""In lower case and without spaces around."""

SAID = (
    "{events} {name} {word!r} as {kind}, which looks like nothing filled in: who did them is taken "
    "as not known"
)


def with_nobody(log: CaseLog) -> CaseLog:
    """Return the log with such marks taken as what they mean, and said among its warnings."""
    marked = {kind: _marks(coded) for kind, coded in log.performers.items()}
    if not any(marked.values()):
        return log
    warnings = (
        _said(kind, log.performers[kind], code) for kind, codes in marked.items() for code in codes
    )
    told = {
        kind: _without(coded, marked[kind]) if marked[kind] else coded
        for kind, coded in log.performers.items()
    }
    told = {kind: coded for kind, coded in told.items() if coded.words or not marked[kind]}
    return replace(log, performers=told, warnings=(*log.warnings, *filter(None, warnings)))


def _marks(coded: Coded) -> list[int]:
    return [code for code, word in enumerate(coded.words) if is_placeholder(word, MARKS)]


def _said(kind: Performer, coded: Coded, code: int) -> str:
    times = int((coded.codes == code).sum())
    if not times:
        return ""
    events = plural(times, "event")
    return SAID.format(
        events=events,
        name="names" if times == 1 else "name",
        word=coded.words[code],
        kind=kind.value,
    )


def _without(coded: Coded, marks: list[int]) -> Coded:
    """The same codes without some words; theirs are nobody's."""
    kept = np.ones(len(coded.words) + 1, dtype=np.bool_)
    kept[marks] = False
    kept[NOBODY] = False
    place = np.where(kept, np.cumsum(kept) - 1, NOBODY).astype(np.int32)
    words = tuple(word for word, stays in zip(coded.words, kept, strict=False) if stays)
    return Coded(place[coded.codes], words)
