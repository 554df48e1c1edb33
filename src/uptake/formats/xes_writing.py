"""Writing logs of cases in XES, case by case, so that reading them gives the same log again."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

import numpy as np
import pyarrow as pa

from uptake.formats.case_log import NO_MOMENT, NOBODY, CaseLog, Coded, Mark, Moments, Performer
from uptake.formats.case_roles import PERFORMERS
from uptake.formats.iso_moments import written_moments
from uptake.formats.whole_files import whole
from uptake.formats.xes_columns import SEPARATOR, spoken
from uptake.formats.xes_steps import NAME, STANDARD
from uptake.formats.xml_text import xml_text

AT_ONCE: Final = 20_000
"""Events that are texts at one time."""

_EXTENSIONS: Final = {
    "Concept": "concept",
    "Time": "time",
    "Organizational": "org",
    "Lifecycle": "lifecycle",
}
_KEYS: Final = {who: STANDARD[role] for role, who in PERFORMERS.items()}
_OWN: Final = frozenset({*STANDARD.values(), NAME})
_KINDS: Final = ((pa.types.is_timestamp, "date"), (pa.types.is_boolean, "boolean"),
                 (pa.types.is_integer, "int"), (pa.types.is_floating, "float"))  # fmt: skip

Fragments = list[str]


def write_xes(log: CaseLog, path: Path) -> None:
    """Write a log; a name that ends in ``.gz`` is compressed.

    A step with a start and an end becomes two events, which ``concept:instance`` ties together.
    Characters that XML does not have become the mark for what cannot be shown.
    """
    with whole(path) as draft, _opened(draft) as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1849.2016">\n')
        for name, prefix in _EXTENSIONS.items():
            address = f"http://www.xes-standard.org/{prefix}.xesext"
            file.write(f'\t<extension name="{name}" prefix="{prefix}" uri="{address}"/>\n')
        file.write(f'\t<classifier name="Activity" keys="{NAME}"/>\n')
        cases = _Cases(log)
        for first in range(0, log.events, AT_ONCE):
            rows = np.arange(first, min(first + AT_ONCE, log.events))
            file.writelines(cases.around(rows, _events(log, rows)))
        file.write("\t</trace>\n</log>\n")


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    if path.suffix.lower() == ".gz":
        with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
            yield file
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file


class _Cases:
    """Puts cases around their events."""

    def __init__(self, log: CaseLog) -> None:
        self._log = log
        self._attributes = log.case_attributes

    def around(self, rows: np.ndarray[tuple[int], np.dtype[np.int64]], events: Fragments) -> (
        Iterator[str]
    ):  # fmt: skip
        """The events with the ends and beginnings of cases between them."""
        case = self._log.case
        first, last = int(case[rows[0]]), int(case[rows[-1]])
        names = self._log.case_names[first : last + 1].to_pylist()
        heads = _attributes(self._attributes, slice(first, last + 1), frozenset({NAME}), "\t\t")
        for row, event in zip(rows.tolist(), events, strict=True):
            if row == 0 or case[row] != case[row - 1]:
                number = int(case[row]) - first
                end = "\t</trace>\n" if row else ""
                name = f'\t\t<string key="{NAME}" value="{xml_text(names[number])}"/>\n'
                yield f"{end}\t<trace>\n{name}{heads[number]}"
            yield event


def _events(log: CaseLog, rows: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Fragments:
    """Each event as text, a step with a start as two."""
    part = slice(int(rows[0]), int(rows[-1]) + 1)
    midnight = (log.marks[part] & Mark.DATE_ONLY) > 0
    activity = _words(NAME, log.activity, part)
    whose = [_words(_KEYS[who], log.performers[who], part) for who in Performer
             if who in log.performers]  # fmt: skip
    who = _joined([activity, *whose], len(rows))
    said = _attributes(log.event_attributes, part, _OWN - _transitions(log), "\t\t\t")
    started, completed = log.started[part], log.completed[part]
    ends = _moments("time:timestamp", completed, midnight)
    if not (log.started != NO_MOMENT).any():
        return [f"\t\t<event>\n{a}{b}{c}\t\t</event>\n"
                for a, b, c in zip(who, ends, said, strict=True)]  # fmt: skip
    is_alone = completed == NO_MOMENT
    if _transitions(log):
        starts = _moments("start_timestamp", started, midnight & is_alone)
        return [f"\t\t<event>\n{a}{b}{c}{d}\t\t</event>\n"
                for a, b, c, d in zip(who, starts, ends, said, strict=True)]  # fmt: skip
    starts = _moments("time:timestamp", started, midnight & is_alone)
    return [
        _both(str(row + 1), *texts, begun=begun, ended=ended)
        for row, begun, ended, *texts in zip(
            rows.tolist(), (started != NO_MOMENT).tolist(),
            (~is_alone | (started == NO_MOMENT)).tolist(), who, starts, ends, said, strict=True,
        )
    ]  # fmt: skip


def _both(
    number: str, who: str, start: str, end: str, said: str, *, begun: bool, ended: bool
) -> str:
    """A start and an end that know of each other; what is said of the step stands at its end.

    A half without the other has a number of its own, so that no other half is taken for its own.
    """
    tie = f'\t\t\t<string key="concept:instance" value="{number}"/>\n'
    parts = []
    if begun:
        parts.append(f"{who}{_transition('start')}{start}{tie}{'' if ended else said}")
    if ended:
        parts.append(f"{who}{_transition('complete')}{end}{tie}{said}")
    return "".join(f"\t\t<event>\n{part}\t\t</event>\n" for part in parts)


def _transition(word: str) -> str:
    return f'\t\t\t<string key="lifecycle:transition" value="{word}"/>\n'


def _transitions(log: CaseLog) -> frozenset[str]:
    """Attributes of its own in which the log says what else would say starts and ends here."""
    said = {"lifecycle:transition", "concept:instance"}
    return frozenset(said.intersection(log.event_attributes.column_names))


def _words(key: str, coded: Coded, part: slice) -> Fragments:
    texts = [f'\t\t\t<string key="{key}" value="{xml_text(word)}"/>\n' for word in coded.words]
    texts.append("")
    return [texts[code] for code in coded.codes[part].tolist()]


def _moments(key: str, moments: Moments, midnight: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> (
    Fragments
):  # fmt: skip
    return [
        f'\t\t\t<date key="{key}" value="{text}"/>\n' if text else ""
        for text in written_moments(moments, midnight)
    ]


def _attributes(table: pa.Table, part: slice, taken: frozenset[str], indent: str) -> Fragments:
    """All attributes of each row as one text; a key of our own has a mark behind it."""
    rows = part.stop - part.start
    columns = [
        _column(f"{name}{SEPARATOR}" if name in taken else name, table[name][part], indent)
        for name in table.column_names
    ]
    return _joined(columns, rows)


def _column(key: str, column: pa.ChunkedArray, indent: str) -> Fragments:
    kind = next((kind for is_kind, kind in _KINDS if is_kind(column.type)), "string")
    begin = f'{indent}<{kind} key="{xml_text(key)}" value="'
    coded = column.combine_chunks()
    if not pa.types.is_dictionary(coded.type):
        coded = coded.dictionary_encode()
    words = coded.dictionary
    plain = (words.cast(pa.int64()) if kind == "date" else words).to_pylist()
    texts = [f'{begin}{xml_text(spoken(word, kind) or "")}"/>\n' for word in plain]
    texts.append("")
    return [texts[code] for code in coded.indices.fill_null(NOBODY).to_pylist()]


def _joined(columns: Sequence[Fragments], rows: int) -> Fragments:
    if not columns:
        return [""] * rows
    return ["".join(parts) for parts in zip(*columns, strict=True)]
