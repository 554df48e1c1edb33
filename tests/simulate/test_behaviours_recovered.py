"""What the simulated vendor planted of gaming and habits is found by the measures of behaviours.

Tolerances are stated beside each claim.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from uptake.methods.behaviour.gaming import last_hours
from uptake.methods.behaviour.habit import fit_habit
from uptake.metrics.behaviours.artificial import Kind, artificial
from uptake.metrics.behaviours.counting import tally
from uptake.metrics.behaviours.wanted import Predicate, Wanted
from uptake.simulate import SimulatedVendor, SimulationConfig, simulate
from uptake.simulate.calendars import COUNTRIES, TIME_ZONES
from uptake.store.memory import MemorySnapshot, snapshot_of
from uptake.store.schema import TermKind

CONFIG = SimulationConfig(accounts=6, people=1_300, weeks=60, seed=5, events_per_person_week=20)
CONTACTS = Wanted("contacts", Predicate(frozenset({"contact.created", "contact.updated"})))
ZONES = dict(zip(COUNTRIES, TIME_ZONES, strict=True))
WATCHED = 30
"""Weeks of a starter; the later half of them says what their own level is."""

ROOM = 0.75
"""Where that level is put on the scale from 0 to 1, so that busy weeks fit below the top."""


@dataclass(frozen=True, slots=True)
class World:
    """A vendor, its events, and the codes of its people in ascending order with their rows."""

    vendor: SimulatedVendor
    view: MemorySnapshot
    people: npt.NDArray[np.int64]
    row_of: dict[str, int]

    def planted(self, kind: str) -> list[dict[str, object]]:
        """What of a kind was planted."""
        return [g for g in self.vendor.truth["gaming"] if g["kind"] == kind]  # type: ignore[attr-defined]  # JSON

    def counts(self, wanted: Wanted) -> npt.NDArray[np.int64]:
        """People x weeks."""
        last = CONFIG.sunday(CONFIG.weeks - 1)
        (found,) = tally(self.view, [wanted], self.people, first=CONFIG.start, last=last)
        return np.asarray(found.done)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    vendor = simulate(CONFIG)
    view = snapshot_of(vendor.batches())
    texts = view.texts(TermKind.PERSON)
    people = np.array(sorted(texts))
    yield World(vendor, view, people, {texts[code]: row for row, code in enumerate(people)})
    view.close()


@pytest.fixture(scope="module")
def kinds(world: World) -> dict[Kind, npt.NDArray[np.int64]]:
    last = CONFIG.sunday(CONFIG.weeks - 1)
    (found,) = artificial(world.view, [CONTACTS], world.people, first=CONFIG.start, last=last)
    return {kind: np.asarray(done.sum(axis=1)) for kind, done in found.done.items()}


def test_imports_are_told_apart_record_by_record(
    world: World, kinds: dict[Kind, npt.NDArray[np.int64]]
) -> None:
    """All but those of a minute that the import only began or ended in: 19 at most on each side."""
    planted = world.planted("bulk_import")

    for gaming in planted:
        found = kinds[Kind.BULK][world.row_of[str(gaming["person"])]]
        assert int(str(gaming["events"])) - 38 <= found <= int(str(gaming["events"])) + 20
    importers = {str(gaming["person"]) for gaming in planted}
    seen = {name for name, row in world.row_of.items() if kinds[Kind.BULK][row]}
    assert importers <= seen
    assert len(seen - importers) <= 1


def test_edits_that_change_nothing_are_all_told_apart(
    world: World, kinds: dict[Kind, npt.NDArray[np.int64]]
) -> None:
    """Those within a minute of each other are called repeated, the others unchanged."""
    planted = world.planted("empty_edits")

    assert planted
    for gaming in planted:
        row = world.row_of[str(gaming["person"])]
        assert kinds[Kind.UNCHANGED][row] + kinds[Kind.REPEATED][row] >= int(str(gaming["events"]))
    editors = {str(gaming["person"]) for gaming in planted}
    assert editors == {n for n, row in world.row_of.items() if kinds[Kind.UNCHANGED][row]}


def test_what_nobody_planted_is_hardly_ever_called_artificial(
    world: World, kinds: dict[Kind, npt.NDArray[np.int64]]
) -> None:
    """At most one record in a thousand of people who did not game."""
    gamers = {str(g["person"]) for g in world.vendor.truth["gaming"]}  # type: ignore[attr-defined]
    listed = set(world.vendor.people["external_id"].to_pylist())
    honest = [row for name, row in world.row_of.items() if name in listed - gamers]

    called = sum(int(found[honest].sum()) for found in kinds.values())

    assert called <= 0.001 * world.counts(CONTACTS)[honest].sum()


def test_teams_that_rush_before_the_deadline_stand_out(world: World) -> None:
    """Each planted team in its weeks is suspicious; before them it is not."""
    people = world.vendor.people.to_pandas().set_index("external_id")
    planted = world.planted("deadline_burst")

    assert planted
    for gaming in planted:
        members = people[people["team"] == gaming["team"]]
        began = f"DATE '{gaming['first_day']}'"
        before, during = (
            last_hours(*_before_the_deadline(world, members, f"day {side} {began}"), 1 / 40)
            for side in ("<", ">=")
        )
        assert before is not None
        assert not before.suspicious
        assert during is not None
        assert during.suspicious
        assert during.share.value is not None
        assert during.share.value > 0.5


def _before_the_deadline(world: World, members: pd.DataFrame, days: str) -> tuple[int, int]:
    """Updates of contacts, and those from 12:00 to 13:00 of Fridays on the clock of the team."""
    code = world.view.codes(TermKind.ACTION)["contact.updated"]
    zone = ZONES[members["location"].iloc[0]]
    codes = [str(world.people[world.row_of[n]]) for n in members.index if n in world.row_of]
    found = world.view.connection.execute(
        "SELECT count(*), count(*) FILTER (isodow(here) = 5 AND hour(here) = 12) FROM (SELECT "
        f"timezone('{zone}', occurred_at::TIMESTAMPTZ) AS here FROM events WHERE action = {code} "
        f"AND person IN ({', '.join(codes)}) AND {days})"
    ).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


def test_the_time_to_habit_of_starters_is_recovered(world: World) -> None:
    """Pooled over all starters, within two fifths of the planted mean time to 95 %.

    The planted growth of a person is 1 - 0.8 exp(-ln 10 t / T); T differs between people, holidays
    and months of leave lie over it.
    """
    weeks, planted = _starters(world)
    growth = weeks.sum(axis=0) / weeks[:, WATCHED // 2 :].mean(axis=1).sum() * ROOM

    habit = fit_habit(np.arange(WATCHED) + 0.5, growth)

    truth = float(np.mean(np.log(0.8 / 0.05) / np.log(10) * planted))
    assert len(planted) > 60
    assert habit is not None
    assert habit.formed_at == pytest.approx(truth, rel=0.4)


def _starters(world: World) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Records of each in their first weeks, people x weeks, and the planted T in weeks."""
    listed = world.vendor.people.to_pandas().rename(columns={"external_id": "person"})
    truth = world.vendor.people_truth.to_pandas().drop(columns=["account", "team"])
    new = listed.merge(truth, on="person").query("new_starter and end.isna()")
    new = new[new["lapsed_on"].isna() & new["ramped_on"].notna()]
    done, found, planted = world.counts(_value(world)), [], []
    for person in new[new["person"].isin(list(world.row_of))].itertuples():
        since = (pd.Timestamp(person.start).date() - CONFIG.start).days // 7
        own = done[world.row_of[person.person], since : since + WATCHED]
        if len(own) == WATCHED and own[WATCHED // 2 :].mean() > 1:
            found.append(own)
            planted.append(person.ramp_weeks)
    return np.array(found), np.array(planted)


def _value(world: World) -> Wanted:
    products = world.vendor.products.to_pandas()
    known = world.view.codes(TermKind.ACTION)
    actions = products[products["is_value_action"] & products["action"].isin(list(known))]["action"]
    return Wanted("value", Predicate(frozenset(actions)))
