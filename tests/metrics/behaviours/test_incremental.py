"""What is kept of the files of a lake is what counting everything anew would say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.metrics.logs import MONDAY, canonical, day, uses
from uptake.methods.behaviour.periods import Cadence, Deadline
from uptake.metrics.behaviours import files
from uptake.metrics.behaviours.artificial import Rules, artificial
from uptake.metrics.behaviours.counting import tally
from uptake.metrics.behaviours.endings import endings
from uptake.metrics.behaviours.files import Files, View
from uptake.metrics.behaviours.keeping import IDLE_SECONDS, KEEP, Keep, Stamp
from uptake.metrics.behaviours.texts import typed
from uptake.metrics.behaviours.wanted import Answer, Predicate, Quality, Wanted
from uptake.store import Lake, Loader
from uptake.store.memory import snapshot_of
from uptake.store.schema import CANONICAL, TermKind

NAMES = ("ann", "ben", "cyd")
RULES = Rules(bulk=3, keep_alive=3, steady=50_000)
DAYS = 28
FRIDAY_ONE = Deadline(at=time(13), weekday=4)
CREATE = Predicate(frozenset({"create"}))
WON = Predicate(frozenset({"create", "edit"}), None, "deals", "record", (("stage", "won"),))
SPAN = (day(3), day(17))
WANTED = (
    Wanted("plain", CREATE),
    Wanted("by friday", CREATE, Quality(right_first_time=True), deadline=FRIDAY_ONE),
    Wanted("fields", WON, Quality(True, None, ("note",)), deadline=FRIDAY_ONE),
    Wanted("won", replace(WON, object_type=None), Quality(within=timedelta(minutes=40))),
    Wanted("typed", replace(CREATE, properties=(("stage", "won"), ("note", "hello")))),
    Wanted("daily", CREATE, cadence=Cadence.DAY, deadline=Deadline(time(9), None, timedelta(1))),
    Wanted("answered", replace(CREATE, object_type="record"), answer=Answer(WON, timedelta(2))),
    Wanted("once", WON, cadence=Cadence.ONCE, deadline=Deadline(time(13)), span=SPAN),
    Wanted(
        "every",
        CREATE,
        Quality(filled_in=("note", "stage")),
        Cadence.ONCE,
        Deadline(time(13)),
        span=SPAN,
        objects=True,
    ),
)


@dataclass(frozen=True)
class Said:
    """One event: seconds after the first Monday's midnight, and what it says."""

    person: str
    second: int
    action: str = "create"
    object_id: str | None = None
    properties: str | None = None
    right: bool | None = None
    module: str | None = "deals"
    millisecond: int = 0


def table(events: Sequence[Said], prefix: str = "") -> pa.Table:
    """Events as producers hand them over."""
    start = datetime.combine(MONDAY, time(), UTC)
    moments = [
        start + timedelta(seconds=each.second, milliseconds=each.millisecond) for each in events
    ]
    plain = canonical(uses("x", *[0] * len(events)), prefix)
    columns = {
        name: [getattr(each, name) for each in events]
        for name in ("person", "action", "object_id", "properties", "module")
    } | {
        "occurred_at": moments,
        "recorded_at": [
            at + timedelta(seconds=each.second % 4000)
            for at, each in zip(moments, events, strict=True)
        ],
        "quality_ok": [each.right for each in events],
        "object_type": [None if each.object_id is None else "record" for each in events],
    }
    arrays = [pa.array(columns.get(f.name, plain[f.name].to_pylist()), f.type) for f in CANONICAL]
    return pa.table(arrays, schema=CANONICAL)


Found = dict[str, dict[str, list[list[int]]]]
"""By behaviour and what was counted: a row for each person, in the order of their names."""


def counted(view: View, names: Sequence[str]) -> Found:
    """Everything that is counted of all behaviours."""
    codes = view.codes(TermKind.PERSON)
    known = sorted((codes.get(name, 2**40 + number), number) for number, name in enumerate(names))
    people = np.array([code for code, _number in known], dtype=np.int64)
    order = np.argsort([number for _code, number in known])
    when = {"first": MONDAY, "last": day(DAYS)}
    found: Found = {each.key: {} for each in WANTED}
    for told in tally(view, WANTED, people, **when):
        found[told.key] |= {"done": told.done[order].tolist(), "ok": told.ok[order].tolist()}
    for ending in endings(view, WANTED, people, **when):
        found[ending.key]["ended"] = ending.done[order].tolist()
    for apart in artificial(view, WANTED, people, rules=RULES, **when):
        for name, kinds in (("done", apart.done), ("ok", apart.ok)):
            rows = {f"{kind} {name}": each[order].tolist() for kind, each in kinds.items()}
            found[apart.key] |= {kind: each for kind, each in rows.items() if np.any(each)}
    return found


def anew(events: Sequence[Said], names: Sequence[str]) -> Found:
    """The same of all events in one table, of which nothing is kept."""
    with snapshot_of(iter(table(events).to_batches())) as view:
        return counted(view, names)


NOTES = [{"stage": "won", "note": "hello"}, {"stage": "won", "note": "n/a"}, {"changed": False}]
said = st.builds(
    Said,
    person=st.sampled_from(NAMES),
    second=st.one_of(
        st.integers(0, DAYS * 86_400),
        st.integers(4 * 86_400, 4 * 86_400 + 200),
        st.integers(5 * 86_400 - 50, 5 * 86_400 + 50),
    ),
    action=st.sampled_from(["create", "create", "edit"]),
    object_id=st.sampled_from([None, "x", "y"]),
    properties=st.sampled_from([None, *map(json.dumps, NOTES)]),
    right=st.sampled_from([None, True, False]),
    module=st.sampled_from([None, "deals"]),
)


@dataclass
class World:
    """A lake beside the events that it has to hold; who was erased is not let in again."""

    lake: Lake
    events: list[Said]
    gone: set[str]
    same_as: dict[str, str]
    number: int = 0

    @property
    def living(self) -> list[Said]:
        """The events that count, each of the person who is meant."""
        return [
            replace(each, person=self.same_as.get(each.person, each.person))
            for each in self.events
            if each.person not in self.gone
        ]


@dataclass(frozen=True)
class Load:
    """Events arrive, late ones among them."""

    events: tuple[Said, ...]

    def do(self, world: World) -> None:
        fresh = [
            replace(each, millisecond=world.number + n)
            for n, each in enumerate(self.events)
            if each.person not in world.gone
        ]
        prefix = f"{world.number}-"
        world.number += len(self.events)
        world.lake.append("acme", table([*fresh, Said("dan", 5)], prefix))
        world.events += fresh
        Loader(world.lake).run_once("acme")


@dataclass(frozen=True)
class Compact:
    """Files become others that say the same."""

    def do(self, world: World) -> None:
        world.lake.compact("acme", thorough=True)


@dataclass(frozen=True)
class Erase:
    """Somebody goes, with every name that they have."""

    person: str

    def do(self, world: World) -> None:
        meant = world.same_as.get(self.person, self.person)
        world.gone |= {n for n in NAMES if world.same_as.get(n, n) == meant}
        world.lake.erase_person("acme", self.person, even_unknown=True)


@dataclass(frozen=True)
class Join:
    """Two names turn out to be one person's."""

    name: str
    person: str

    def do(self, world: World) -> None:
        known = not world.gone & {self.name, self.person}
        world.same_as |= {self.name: self.person} if known else {}
        world.lake.join_people("acme", {self.name: self.person})


loads = st.builds(Load, st.lists(said, min_size=1, max_size=25).map(tuple))
steps = st.lists(
    st.one_of(
        loads,
        loads,
        st.builds(Compact),
        st.builds(Erase, st.sampled_from(NAMES)),
        st.just(Join("cyd", "ben")),
    ),
    min_size=2,
    max_size=5,
)


@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(loads, steps)
def test_after_loads_late_events_compactions_and_erasures_it_is_as_if_counted_anew(
    first: Load, then: list[Load | Compact | Erase | Join]
) -> None:
    with (
        TemporaryDirectory() as folder,
        Lake.open(Path(folder) / "lake", f"sqlite:///{folder}/lake.sqlite3") as lake,
    ):
        lake.create_workspace("acme")
        world = World(lake, [], set(), {})
        for step in (first, *then):
            step.do(world)
            with lake.snapshot("acme") as view:
                everybody = [name for name in NAMES if name not in world.same_as]
                expected = anew([*world.living, Said("dan", 5)], everybody)
                assert counted(view, everybody) == expected
                assert words(view) == words_anew(view)


def words(view: View) -> tuple[int, list[int], list[int]]:
    """How often words occur in texts of either side of a day."""
    people = np.array(sorted(set(view.codes(TermKind.PERSON).values())), dtype=np.int64)
    wanted = Wanted("w", CREATE, Quality(filled_in=("note", "stage")))
    found = typed(view, wanted, people, live=day(5))
    return found.texts, sorted(found.before.tolist()), sorted(found.since.tolist())


def words_anew(view: View) -> tuple[int, list[int], list[int]]:
    """The same in a process that has kept nothing."""
    with patch.object(files, "KEEP", Keep()):
        return words(view)


@pytest.fixture
def lake(tmp_path: Path) -> Iterator[Lake]:
    with Lake.open(tmp_path / "lake", f"sqlite:///{tmp_path}/lake.sqlite3") as opened:
        opened.create_workspace("acme")
        yield opened


def test_a_load_makes_its_own_file_be_read_and_the_days_that_it_has_events_of(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(lake, [], set(), {})
    Load(tuple(Said("ann", 86_400 * n + 30_000) for n in range(DAYS))).do(world)
    with lake.snapshot("acme") as view:
        counted(view, NAMES)
    Load((Said("ben", 86_400 * 20),)).do(world)
    read: list[int] = []
    looked: list[int] = []
    source, look = Files.source, Files._look
    monkeypatch.setattr(
        Files, "source", lambda self, files: read.append(len(files)) or source(self, files)
    )
    monkeypatch.setattr(
        Files,
        "_look",
        lambda self, build, days: looked.append(len(days)) or look(self, build, days),
    )

    with lake.snapshot("acme") as view:
        counted(view, NAMES)

    assert set(looked) == {4, 5}
    assert max(read) == 2
    assert len(read) < 40


def test_nothing_is_kept_of_files_that_are_gone_and_of_people_as_they_were(lake: Lake) -> None:
    world = World(lake, [], set(), {})
    Load((Said("ann", 5), Said("ben", 6), Said("cyd", 7))).do(world)
    Join("cyd", "ben").do(world)
    with lake.snapshot("acme") as view:
        counted(view, NAMES)
        before = {*view.files("events"), *view.files("person_day_actions")}
    Erase("ann").do(world)
    with lake.snapshot("acme") as view:
        counted(view, NAMES)
        after = {*view.files("events"), *view.files("person_day_actions")}

    assert before & KEEP.paths == set()
    assert after <= KEEP.paths


@dataclass(frozen=True)
class Thing:
    nbytes: int = 1000


def test_what_is_asked_for_in_turn_stays_and_what_nobody_asked_for_makes_room(
    tmp_path: Path,
) -> None:
    moment = [0.0]
    keep = Keep(most_bytes=2500, clock=lambda: moment[0])
    stamps = (Stamp(tmp_path, ""),)
    for question in "abc":
        keep.of(stamps, question, Thing)
    in_turn = [keep.get(stamps, question) is not None for question in "abc"]
    moment[0] = IDLE_SECONDS + 1
    keep.get(stamps, "b")
    keep.of(stamps, "c", Thing)

    assert in_turn == [True, True, False]
    assert [keep.get(stamps, question) is not None for question in "abc"] == [False, True, True]
