"""Logs of cases of every kind, and when two of them are the same."""

from __future__ import annotations

import string

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

from uptake.formats.case_columns import TEXTS, coded_of
from uptake.formats.case_log import NO_MOMENT, CaseLog, Performer
from uptake.formats.steps import Steps, case_log_of

MINUTE = 60_000
words = st.text(string.ascii_letters + "äß<&>\"' ", min_size=1, max_size=6).map(
    lambda word: word.strip() or "x"
)
texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=6)
moments = st.one_of(
    st.integers(0, 40).map(lambda n: 1_700_000_000_000 + n * 1_000),
    st.integers(0, 20).map(lambda n: 1_700_006_400_000 + n * 86_400_000),
    st.integers(-10_000_000_000_000, 10_000_000_000_000),
    st.just(NO_MOMENT),
)


def column(draw, strategy, kind, rows):
    values = draw(st.lists(st.none() | strategy, min_size=rows, max_size=rows))
    made = pa.array(values, pa.string() if kind == TEXTS else kind)
    return made.dictionary_encode() if kind == TEXTS else made


KINDS = [
    (texts, TEXTS),
    (st.integers(-(2**63), 2**63 - 1), pa.int64()),
    (st.floats(allow_nan=False), pa.float64()),
    (st.booleans(), pa.bool_()),
    (st.integers(-1_000_000, 2_000_000_000_000), pa.timestamp("ms", tz="UTC")),
]


def table(draw, names, rows):
    columns = {}
    for name in names:
        strategy, kind = draw(st.sampled_from(KINDS))
        made = column(draw, strategy, kind, rows)
        if made.null_count < rows:
            columns[name] = made
    return pa.table(columns)


def coded(draw, strategy, rows):
    values = draw(st.lists(strategy, min_size=rows, max_size=rows))
    return coded_of(pa.chunked_array([pa.array(values, pa.string())]), {""})


@st.composite
def case_logs(draw, *, unique_names=False):
    """A log as any reader could have read it."""
    rows = draw(st.integers(1, 8))
    numbers = draw(st.lists(st.integers(0, 3), min_size=rows, max_size=rows))
    _, first, codes = np.unique(numbers, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(first))
    cases = len(first)
    is_timed, has_start = draw(st.booleans()), draw(st.booleans())
    stamps = st.lists(moments, min_size=rows, max_size=rows)
    completed = np.array(draw(stamps)) if is_timed else np.full(rows, NO_MOMENT)
    started = np.array(draw(stamps)) if has_start and is_timed else np.full(rows, NO_MOMENT)
    performers = draw(st.sets(st.sampled_from(list(Performer))))
    names = st.lists(words, min_size=cases, max_size=cases, unique=unique_names)
    days = (completed != NO_MOMENT) & (completed % MINUTE == 0) & draw(st.booleans())
    if not (completed != NO_MOMENT).any():
        started = np.full(rows, NO_MOMENT)
    steps = Steps(
        case=rank[codes].astype(np.int32),
        case_names=pa.array(draw(names), pa.string()),
        case_attributes=table(draw, draw(st.sets(st.sampled_from(["Type", "n/m", "a&b"]))), cases),
        activity=coded(draw, words, rows),
        completed=completed,
        started=started,
        performers={
            who: made for who in performers if (made := coded(draw, st.none() | words, rows)).words
        },
        row=np.arange(1, rows + 1),
        midnight=days,
        event_attributes=table(draw, draw(st.sets(st.sampled_from(["Cost", "x y", "é"]))), rows),
        source="made up",
    )
    return case_log_of(steps)


def content(log: CaseLog):
    """Everything that a log says, but where it was read from."""
    return {
        "case": log.case.tolist(),
        "names": log.case_names.to_pylist(),
        "activity": [log.activity.words[code] for code in log.activity.codes],
        "started": log.started.tolist(),
        "completed": log.completed.tolist(),
        "marks": log.marks.tolist(),
        "is_timed": log.is_timed,
        **{
            who.value: [coded.words[c] if c >= 0 else None for c in coded.codes]
            for who, coded in log.performers.items()
        },
        **{f"event {key}": values for key, values in log.event_attributes.to_pydict().items()},
        **{f"case {key}": values for key, values in log.case_attributes.to_pydict().items()},
    }
