"""Uptake's own measures find the planted truth again, from the events and records alone.

Tolerances are stated beside each claim. What the classifier calls "barely used" in teams where most
people lapsed or never began is right, so such teams are not asked to be "working".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from uptake.methods.adoption.retention import gaps_before_return, lapse_gap
from uptake.metrics.attributes import Attributes, GoLive, Member, Seats
from uptake.metrics.classification import classify_groups
from uptake.metrics.evaluate import evaluate, whole_span
from uptake.metrics.lifecycle import retention_curve_of
from uptake.metrics.measurement import Window
from uptake.metrics.profiles import Expectation, Profile
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grouping, Scope
from uptake.metrics.weeks import people_weeks
from uptake.simulate import SimulatedVendor, SimulationConfig, simulate
from uptake.store.memory import MemorySnapshot, snapshot_of
from uptake.store.schema import TermKind

CONFIG = SimulationConfig(accounts=14, people=1_600, weeks=78, seed=11, events_per_person_week=16)
LAST_DAY = CONFIG.sunday(CONFIG.weeks - 1)
EXPECTED_DAYS = 4.0
MOST = 0.6


@dataclass(frozen=True, slots=True)
class Recovered:
    """A vendor, its events in memory (all, and by product), and its truth as frames."""

    vendor: SimulatedVendor
    everything: MemorySnapshot
    products: dict[str, MemorySnapshot]
    people: pd.DataFrame
    states: pd.DataFrame

    @property
    def broken_accounts(self) -> set[str]:
        """Accounts with trouble of extraction or an ended contract: another truth holds there."""
        truth = self.vendor.truth
        trouble = {t["account"] for t in truth["extraction_trouble"]}  # type: ignore[attr-defined]  # JSON
        return trouble | {a["account"] for a in truth["accounts"] if a["ended"]}  # type: ignore[attr-defined]

    def relations(
        self, snapshot: MemorySnapshot, people: pd.DataFrame, attributes: Attributes | None = None
    ) -> Relations:
        """Relations over a snapshot for some people, with the vendor's expected profiles."""
        members = tuple(member_of(row) for row in people.itertuples())
        known = attributes or Attributes()
        chosen = Attributes(members, known.seats, known.go_lives)
        return Relations.from_rollups(snapshot, chosen, profile=profile(self.vendor, snapshot))


def member_of(row: object) -> Member:
    """A listed person; missing dates become None."""
    end = None if pd.isna(row.end) else row.end  # type: ignore[attr-defined]  # a named tuple
    return Member(row.person, row.account, row.team, row.role, None, row.start, end)  # type: ignore[attr-defined]


def profile(vendor: SimulatedVendor, snapshot: MemorySnapshot) -> Profile:
    """The expected actions of each role as the vendor published them."""
    codes = snapshot.codes(TermKind.ACTION)
    rows = vendor.profiles.to_pandas()
    rows = rows[rows["action"].isin(codes)]
    by_role = {
        role: Expectation(frozenset(actions.map(codes)), EXPECTED_DAYS)
        for role, actions in rows.groupby("role")["action"]
    }
    everyone = frozenset(rows["action"].map(codes))
    return Profile(Expectation(everyone, EXPECTED_DAYS), by_role)


@pytest.fixture(scope="module")
def found() -> Iterator[Recovered]:
    vendor = simulate(CONFIG)
    machines = pa.array(vendor.truth["not_people"], pa.string())
    batches = [b.filter(pc.invert(pc.is_in(b["person"], machines))) for b in vendor.batches()]
    products = {
        name: snapshot_of(b.filter(pc.equal(b["product"], name)) for b in batches)
        for name in ("crm", "service", "planning")
    }
    listed = vendor.people.to_pandas().rename(columns={"external_id": "person"})
    truth = vendor.people_truth.to_pandas().drop(columns=["account", "team"])
    recovered = Recovered(
        vendor=vendor,
        everything=snapshot_of(iter(batches)),
        products=products,
        people=listed.merge(truth, on="person"),
        states=pd.DataFrame(vendor.truth["states"]),
    )
    yield recovered
    for snapshot in (recovered.everything, *products.values()):
        snapshot.close()


@pytest.fixture(scope="module")
def team_states(found: Recovered) -> pd.DataFrame:
    """State of every team on the last day beside the planted one, in accounts fit to judge."""
    relations = found.relations(found.everything, found.people)
    seen = classify_groups(relations, by=Grouping.TEAM)
    lasting = found.states[found.states["last_day"] == LAST_DAY.isoformat()]
    planted = dict(zip(lasting["team"], lasting["state"], strict=True))
    rows = pd.DataFrame(
        [(s.group, planted.get(s.group, "working"), s.classification) for s in seen],
        columns=["team", "planted", "classification"],
    )
    rows["state"] = [c.state.value for c in rows["classification"]]
    rows["account"] = rows["team"].str[:4]
    whole = set(lasting.loc[lasting["team"].isna(), "account"])
    return rows[~rows["account"].isin(whole | found.broken_accounts)]


def test_every_planted_state_of_a_team_is_recovered(team_states: pd.DataFrame) -> None:
    failing = team_states[team_states["planted"] != "working"]

    assert set(failing["planted"]) == {
        "no_data",
        "idle",
        "barely_used",
        "wrong_way",
        "bad_data",
    }
    assert failing["state"].tolist() == failing["planted"].tolist()


def test_working_teams_are_called_working_or_the_doubt_is_shown(
    found: Recovered, team_states: pd.DataFrame
) -> None:
    """At least 95 % of teams in which most people use it; the others show working as possible."""
    there = found.people[
        (found.people["start"] <= LAST_DAY)
        & (found.people["end"].isna() | (found.people["end"] > LAST_DAY))
    ]
    gone = there["lapsed_on"] <= LAST_DAY
    back = there["returned_on"] <= LAST_DAY
    uses = (there["first_use_planned"] <= LAST_DAY) & (~gone | back)
    used_by_most = uses.groupby(there["team"]).mean() > MOST
    working = team_states[
        (team_states["planted"] == "working") & team_states["team"].map(used_by_most)
    ]

    right = working["state"] == "working"
    doubt = [
        "working" in c.could_be
        for c, fine in zip(working["classification"], right, strict=True)
        if not fine
    ]
    assert len(working) >= 25
    assert right.mean() >= 0.95
    assert all(doubt)


def test_every_planted_state_of_a_deployment_is_recovered(found: Recovered) -> None:
    lasting = found.states[
        found.states["team"].isna() & (found.states["last_day"] == LAST_DAY.isoformat())
    ]
    lasting = lasting[~lasting["account"].isin(found.broken_accounts)]
    seen = {
        (state.group, product): state.classification.state.value
        for product in lasting["product"].unique()
        for state in classify_groups(deployment(found, product), by=Grouping.ACCOUNT)
    }

    recovered = [seen[row.account, row.product] for row in lasting.itertuples()]

    assert len(lasting) >= 4
    assert recovered == lasting["state"].tolist()


def deployment(found: Recovered, product: str) -> Relations:
    """One product's events and the members of the teams it is the main product of."""
    function = {"crm": "sales"}.get(product, product)
    mine = found.people[found.people["function"] == function]
    return found.relations(found.products[product], mine)


@pytest.mark.parametrize("product", ["crm", "service", "planning"])
def test_licence_use_is_recovered_exactly(found: Recovered, product: str) -> None:
    """Given the seat list of the day: entitled, provisioned, activated and active seats."""
    truth = pd.DataFrame(found.vendor.truth["licences"])
    truth = truth[(truth["product"] == product) & truth["observable"]]
    for day, facts in truth.groupby("day"):
        holders = seat_list(found, product, date.fromisoformat(str(day)))
        relations = found.relations(found.products[product], holders, contracts(found, product))
        window = Window(date.fromisoformat(str(day)), date.fromisoformat(str(day)))
        measured = {
            (m.key, m.group): (m.numerator, m.denominator)
            for m in evaluate(
                ["seats_provisioned", "seats_activated", "seats_active"],
                relations,
                by=Grouping.ACCOUNT,
                window=window,
                minimum_people=1,
            )
        }
        for row in facts.itertuples():
            entitled, provisioned = row.entitled, row.provisioned
            assert measured["seats_provisioned", row.account] == (provisioned, entitled)
            assert measured["seats_activated", row.account] == (row.activated, provisioned)
            assert measured["seats_active", row.account] == (row.active28, entitled)


def seat_list(found: Recovered, product: str, day: date) -> pd.DataFrame:
    """People who hold a seat on a day, without dates of leaving: the list an admin exports."""
    seats = found.vendor.seats.to_pandas()
    seats = seats[(seats["product"] == product) & (seats["provisioned_on"] <= day)]
    seats = seats[seats["deprovisioned_on"].isna() | (seats["deprovisioned_on"] > day)]
    holders = found.people[found.people["person"].isin(seats["person"])].copy()
    holders["end"] = None
    return holders


def contracts(found: Recovered, product: str) -> Attributes:
    """Seats and go-lives of one product as a contract list has them."""
    rows = found.vendor.contracts.to_pylist()
    seats = tuple(
        Seats(r["account"], r["seats"], r["start"], r["end"], r["product"], None, None)
        for r in rows
        if r["product"] == product
    )
    lives = found.vendor.deployments.to_pylist()
    go_lives = tuple(GoLive(r["account"], r["go_live"], r["product"]) for r in lives)
    return Attributes((), seats, go_lives)


def healthy(found: Recovered) -> pd.DataFrame:
    """Members (not managers) who began, in teams whose main product never fails or ends."""
    truth = found.vendor.truth
    trouble = {t["account"] for t in truth["extraction_trouble"]}  # type: ignore[attr-defined]
    whole = found.states[found.states["team"].isna()]
    fails = set(zip(whole["account"], whole["product"], strict=True))
    fails |= {(a["account"], k) for a in truth["accounts"] for k in a["ended"]}  # type: ignore[attr-defined]
    people = found.people
    place = pd.MultiIndex.from_frame(people[["account", "main_product"]])
    return people[
        ~place.isin(list(fails))
        & ~people["account"].isin(trouble)
        & ~people["team"].isin(set(found.states["team"].dropna()))
        & ~people["role"].str.contains("manager")
        & people["first_use_planned"].notna()
    ]


@pytest.mark.parametrize(("coached", "hazard"), [(True, 0.004), (False, 0.008)])
def test_retention_is_recovered(found: Recovered, coached: bool, hazard: float) -> None:
    """(1 - h)^t lies in Uptake's own 95 % interval, give or take 0.03 for long holidays.

    A lapse is a silence longer than 95 % of those that ended.
    """
    people = healthy(found)
    relations = found.relations(found.everything, people[people["coached"] == coached])
    scope = Scope(whole_span(relations), None)
    weeks = people_weeks(relations, scope)
    usual = lapse_gap(gaps_before_return(weeks.active))
    assert usual is not None

    curve = retention_curve_of(weeks, usual)

    assert curve is not None
    for week in (8, 26, 52):
        interval = curve.interval_at(week)
        assert interval.low - 0.03 <= (1 - hazard) ** week <= interval.high + 0.03
        assert interval.high - interval.low < 0.35


def test_the_ramp_of_new_starters_is_recovered(found: Recovered) -> None:
    """Median within a week, share ramped by day 60 and 90 within 0.12, of what the planted
    parameters imply for the same definition (active days against the tenured median).
    """
    people = healthy(found)
    live = found.vendor.deployments.to_pandas()
    settled = live[live["go_live"] < CONFIG.start]
    places = pd.MultiIndex.from_frame(settled[["account", "product"]])
    mine = pd.MultiIndex.from_frame(people[["account", "main_product"]])
    people = people[
        (people["function"] != "service") & people["lapsed_on"].isna() & mine.isin(places)
    ]
    relations = found.relations(found.everything, people)
    measured = {(m.key, m.point): m.value for m in evaluate(["ramp_days", "ramped_by"], relations)}

    implied = implied_ramp_days(found, people)

    assert measured["ramp_days", None] == pytest.approx(np.median(implied), abs=7)
    for day in (60, 90):
        share = np.mean(implied <= day)
        assert measured["ramped_by", f"day {day}"] == pytest.approx(share, abs=0.12)


def implied_ramp_days(found: Recovered, people: pd.DataFrame) -> np.ndarray:
    """Days to ramped if active days were drawn from the planted parameters, 20 times a starter.

    A day is active with chance 1 - exp(-rate / 5); rates and leave as documented, no lapses.
    """
    random = np.random.default_rng(1)
    rates = found.vendor.profiles.to_pandas().groupby("role")["per_week"].sum()
    ramps = []
    for role, group in people.groupby("role"):
        tenured = draw_days(random, rates[role], np.ones((400, 52)))
        level = np.median(tenured.mean(axis=1))
        starters = group[group["new_starter"]]
        weeks = np.arange(60)[None, :]
        length = np.repeat(starters["ramp_weeks"].to_numpy(), 20)[:, None]
        learned = 1 - 0.8 * np.exp(-np.log(10) * weeks / length)
        days = draw_days(random, rates[role], learned)
        four = np.lib.stride_tricks.sliding_window_view(days, 4, axis=1).mean(axis=2)
        reached = four >= level
        first = np.where(reached.any(axis=1), reached.argmax(axis=1) + 4, 10_000)
        ramps.append(first * 7)
    return np.concatenate(ramps)


def draw_days(random: np.random.Generator, rate: float, learned: np.ndarray) -> np.ndarray:
    """Active days a week of people with the planted effort, luck and leave."""
    effort = random.lognormal(-0.018 * 0.9, 0.18, (len(learned), 1))
    luck = random.gamma(12, 1 / 12, learned.shape) * np.exp(random.normal(0, 0.18, learned.shape))
    chance = 1 - np.exp(-rate * effort * luck * learned / 5)
    return random.binomial(5, chance) * (random.random(learned.shape) > 0.08)
