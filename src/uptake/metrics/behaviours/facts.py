"""What is asked of single events beyond product, module and action, as bits of whole numbers.

Events that are alike in everything that some behaviours ask are counted together, so that one pass
over the events of a file serves all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from uptake.methods.arrays import Flags
from uptake.metrics.behaviours.files import Column
from uptake.metrics.behaviours.sql import Codes, is_good, one_of, said, says_something, text
from uptake.metrics.behaviours.sums import COMBINATION
from uptake.metrics.behaviours.wanted import Predicate, Quality, Wanted
from uptake.store.schema import TermKind

BITS = 62
"""Tests in one whole number; 62 keep it positive."""

OTHER_TYPE = -1
"""In place of an object type that nobody asks for."""


class Test(NamedTuple):
    """Something that is true or not of an event: a property is ``value`` or filled in, or none."""

    kind: str
    name: str = ""
    value: str = ""


RIGHT = Test("right")
"""The source says that it was right the first time."""


def tests_of(predicate: Predicate) -> list[Test]:
    """What an event has to pass to count, beyond its names."""
    return [Test("is", name, value) for name, value in predicate.properties]


def tests_of_quality(quality: Quality) -> list[Test]:
    """What an event has to pass to be a good one."""
    found = [RIGHT] if quality.right_first_time else []
    if quality.within is not None:
        found.append(Test("within", value=str(round(quality.within.total_seconds() * 1000))))
    return [*found, *(Test("filled", name) for name in quality.filled_in)]


@dataclass(frozen=True, slots=True)
class Facts:
    """The tests of some behaviours, each with the actions of those that ask for it."""

    codes: Codes
    actions: frozenset[str]
    tests: Mapping[Test, frozenset[str]]
    object_types: tuple[int, ...]

    @classmethod
    def of(cls, wanted: Iterable[Wanted], codes: Codes, *, quality: bool = True) -> Facts:
        """What some behaviours ask of events; without ``quality``, which of them count alone."""
        tests: dict[Test, set[str]] = defaultdict(set)
        actions: set[str] = set()
        types: set[str] = set()
        for each in wanted:
            actions |= each.predicate.actions
            good = tests_of_quality(each.quality) if quality else []
            for test in (*tests_of(each.predicate), *good):
                tests[test] |= each.predicate.actions
            types |= {each.predicate.object_type} - {None}  # type: ignore[arg-type]  # None is out
        known = codes[TermKind.OBJECT_TYPE]
        return cls(
            codes,
            frozenset(actions),
            {test: frozenset(tests[test]) for test in sorted(tests)},
            tuple(sorted(known[name] for name in types if name in known)),
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns in which events can differ for the behaviours."""
        words = range((len(self.tests) + BITS - 1) // BITS)
        return (*COMBINATION, "object_type", *(f"facts_{word}" for word in words))

    @property
    def condition(self) -> str:
        """A condition on events: their action is asked for."""
        return one_of(self.codes[TermKind.ACTION], self.actions, "action")

    @property
    def read(self) -> str:
        """Columns to read from ``events``: the texts of properties that somebody asks for."""
        where: dict[str, set[str]] = defaultdict(set)
        for test, actions in self.tests.items():
            if test.name:
                where[test.name] |= actions
        return "".join(
            f", CASE WHEN {self._by(actions)} THEN {said(name)} END AS {self._property(name)}"
            for name, actions in where.items()
        )

    @property
    def told(self) -> str:
        """Object type and bits, from rows with the columns of ``events`` and those of ``read``."""
        every = list(self.tests.items())
        words = [every[at : at + BITS] for at in range(0, len(every), BITS)]
        bits = [
            " + ".join(
                f"CASE WHEN {self._by(actions)} AND {self._passes(test)} THEN {1 << bit} ELSE 0 END"
                for bit, (test, actions) in enumerate(word)
            )
            for word in words
        ]
        types = ", ".join(map(str, self.object_types))
        kind = f"CASE WHEN object_type IN ({types}) THEN object_type ELSE {OTHER_TYPE} END"
        columns = [f"{kind if types else OTHER_TYPE}::INTEGER AS object_type"]
        columns += [f"({word})::BIGINT AS facts_{number}" for number, word in enumerate(bits)]
        return ", ".join(columns)

    def chosen(
        self, predicate: Predicate, quality: Quality | None = None
    ) -> Callable[[Mapping[str, Column]], Flags]:
        """Which combinations are of events that count and, with ``quality``, are good ones."""
        good = [] if quality is None else tests_of_quality(quality)
        needed = self._words([*tests_of(predicate), *good])

        def choose(rows: Mapping[str, Column]) -> Flags:
            found = named(predicate, self.codes)(rows)
            if predicate.object_type is not None:
                code = self.codes[TermKind.OBJECT_TYPE].get(predicate.object_type)
                found &= rows["object_type"] == code if code is not None else False
            for word, bits in needed.items():
                found &= (rows[word].astype(np.int64) & bits) == bits
            return found

        return choose

    def _words(self, tests: Sequence[Test]) -> dict[str, int]:
        place = {test: number for number, test in enumerate(self.tests)}
        found: dict[str, int] = defaultdict(int)
        for test in tests:
            found[f"facts_{place[test] // BITS}"] |= 1 << (place[test] % BITS)
        return found

    def _passes(self, test: Test) -> str:
        column = self._property(test.name) if test.name else ""
        match test.kind:
            case "is":
                return f"{column} = {text(test.value)}"
            case "filled":
                return says_something(column)
            case "within":
                return is_good(Quality(within=timedelta(milliseconds=int(test.value))))
        return is_good(Quality(right_first_time=True))

    def _by(self, actions: Iterable[str]) -> str:
        return one_of(self.codes[TermKind.ACTION], actions, "action")

    def _property(self, name: str) -> str:
        names = sorted({test.name for test in self.tests if test.name})
        return f"said_{names.index(name)}"


def named(predicate: Predicate, codes: Codes) -> Callable[[Mapping[str, Column]], Flags]:
    """Which combinations have the names of a predicate."""
    wanted = [codes[TermKind.ACTION].get(name, -1) for name in predicate.actions]
    others = [
        (kind.value, codes[kind].get(name, -1))
        for kind, name in (
            (TermKind.PRODUCT, predicate.product),
            (TermKind.MODULE, predicate.module),
        )
        if name is not None
    ]

    def choose(rows: Mapping[str, Column]) -> Flags:
        found = np.isin(rows["action"], wanted)
        for column, code in others:
            found &= rows[column] == code
        return np.asarray(found, dtype=bool)

    return choose
