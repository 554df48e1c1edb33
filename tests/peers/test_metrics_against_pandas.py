"""Uptake's numbers on real files, held to plain pandas to the last digit."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from tests.peers.frames import handed_over, oulad, servicenow, servicenow_openings
from tests.peers.plain_metrics import Peer
from uptake.methods.adoption.calendar import WorkingCalendar
from uptake.metrics.catalogue import catalogue
from uptake.metrics.evaluate import evaluate, measure_over_time
from uptake.metrics.measurement import Measurement, Window
from uptake.metrics.profiles import Expectation, Profile
from uptake.metrics.relations import Relations
from uptake.store.schema import TermKind

DAYS_A_WEEK = 3.0

FILES = {
    "servicenow": (servicenow, {"New", "Active", "Resolved", "Closed"}, date(2016, 5, 29)),
    "servicenow late": (servicenow, {"Resolved", "Closed"}, date(2016, 8, 14)),
    "openings": (servicenow_openings, {"open"}, date(2016, 5, 1)),
    "oulad": (oulad, {"TMA", "CMA"}, date(2014, 3, 30)),
}


@dataclass(frozen=True)
class Case:
    """One file: Uptake over raw events, Uptake over rollups, and the peer."""

    sides: tuple[Relations, Relations]
    peer: Peer
    columns: frozenset[str]

    @property
    def window(self) -> Window:
        return Window.ending(self.peer.last)

    def answers(self, key: str, by: str | None = None) -> list[Measurement]:
        """The answers of both ways, which must be one and the same."""
        raw, rolled_up = (
            evaluate([key], side, by=by, window=self.window, minimum_people=1)
            for side in self.sides
        )
        assert raw == rolled_up
        return rolled_up

    def pair(self, key: str) -> tuple[float | None, float | None]:
        (answer,) = self.answers(key)
        return answer.numerator, answer.denominator


@pytest.fixture(scope="module", params=list(FILES))
def case(request: pytest.FixtureRequest, shared_data: Path) -> Iterator[Case]:
    read, value, last = FILES[request.param]
    frame: pd.DataFrame = read(shared_data)
    with handed_over(frame) as view:
        codes = view.codes(TermKind.ACTION)
        expected = Expectation(frozenset(codes[name] for name in value), DAYS_A_WEEK)
        told = {"profile": Profile(expected), "calendar": WorkingCalendar()}
        sides = (
            Relations.from_events(view, **told),  # type: ignore[arg-type]  # two named arguments
            Relations.from_rollups(view, **told),  # type: ignore[arg-type]  # two named arguments
        )
        yield Case(sides, Peer(frame, value, last), frozenset(frame.columns))


def test_adoption_rate(case: Case) -> None:
    assert case.pair("adoption_rate") == case.peer.adoption_rate()


def test_adoption_rate_by_group(case: Case) -> None:
    answers = case.answers("adoption_rate", by="account")

    found = {answer.group: (answer.numerator, answer.denominator) for answer in answers}
    assert found == case.peer.adoption_rate_by_account()


def test_active_people_by_action(case: Case) -> None:
    answers = case.answers("active_people", by="action")

    assert {answer.group: answer.value for answer in answers} == case.peer.active_by("action")


def test_active_days(case: Case) -> None:
    assert case.pair("active_days") == case.peer.active_days()


def test_weekly_of_monthly_actives(case: Case) -> None:
    assert case.pair("wau_mau") == case.peer.wau_mau()


def test_stickiness(case: Case) -> None:
    # the same terms in another order of summation
    assert case.answers("stickiness")[0].value == pytest.approx(case.peer.stickiness(), rel=1e-14)


def test_recency(case: Case) -> None:
    assert case.answers("recency")[0].value == case.peer.recency()


def test_frequency(case: Case) -> None:
    assert case.pair("frequency") == case.peer.frequency(DAYS_A_WEEK)


def test_breadth(case: Case) -> None:
    assert case.pair("breadth") == case.peer.breadth()


def test_depth(case: Case) -> None:
    # the same terms in another order of summation
    assert case.answers("depth")[0].value == pytest.approx(case.peer.depth(), rel=1e-14)


def test_concentration(case: Case) -> None:
    assert case.pair("concentration") == case.peer.concentration()


def test_weekly_active_people(case: Case) -> None:
    answers = case.answers("weekly_active_people")

    assert [answer.value for answer in answers] == case.peer.weekly_actives()


def test_adoption_rate_week_by_week(case: Case) -> None:
    weeks = measure_over_time(
        "adoption_rate", case.sides[1], "week", window=case.window, minimum_people=1
    )

    found = [(week.numerator, week.denominator) for week in weeks]
    assert found == [case.peer.adoption_rate(week.window.last, days=7) for week in weeks]


def test_adoption_curve(case: Case) -> None:
    answers = case.answers("adoption_curve")

    assert answers
    for answer in answers:
        week = int((answer.point or "").removeprefix("week "))
        assert (answer.numerator, answer.denominator) == case.peer.adoption_curve(week)


def test_hours_of_the_week(case: Case) -> None:
    answers = case.answers("weekday_hours")

    names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    expected = {f"{names[d]} {h:02d}": n for (d, h), n in case.peer.hours().items()}
    assert {answer.point: answer.numerator for answer in answers} == expected


def test_retention_against_lifelines(case: Case) -> None:
    answers = [answer for answer in case.answers("retention") if answer.is_measured]

    for answer in answers:
        week = int((answer.point or "").removeprefix("week "))
        assert answer.value == pytest.approx(case.peer.retention(week), rel=1e-12)


def test_first_time_right_by_group(case: Case) -> None:
    answers = case.answers("first_time_right", by="account")

    found = {a.group: (a.numerator, a.denominator) for a in answers if a.is_measured}
    assert found == (case.peer.first_time_right() if "quality_ok" in case.columns else {})


def test_rework(case: Case) -> None:
    assert case.pair("rework") == (case.peer.rework() if "object_id" in case.columns else (0, 0))


def test_timeliness(case: Case) -> None:
    expected = case.peer.timeliness(24) if "recorded_at" in case.columns else (0, 0)

    assert case.pair("timeliness") == expected


def test_recording_delay(case: Case) -> None:
    answers = [answer for answer in case.answers("recording_delay") if answer.is_measured]

    found = {answer.point: (answer.numerator, answer.denominator) for answer in answers}
    assert found == (case.peer.recording_delay() if "recorded_at" in case.columns else {})


def test_value_actions_by_group(case: Case) -> None:
    answers = case.answers("value_actions", by="account")

    assert {a.group: a.value for a in answers if a.value} == case.peer.value_actions()


def test_actions_in_use(case: Case) -> None:
    assert case.pair("actions_in_use") == case.peer.actions_in_use()


def test_breadth_of_teams(case: Case) -> None:
    assert case.pair("team_breadth") == case.peer.accounts_in_use()


def test_silent_days(case: Case) -> None:
    assert case.pair("silent_days") == case.peer.silent_days()


def test_days_since_last_use(case: Case) -> None:
    assert case.answers("days_since_last_use")[0].value == case.peer.days_since_last_use()


def test_days_since_a_new_adopter(case: Case) -> None:
    (answer,) = case.answers("days_since_new_adopter")

    assert (answer.value, answer.numerator) == case.peer.days_since_new_adopter()


def test_ramp_of_newcomers_against_lifelines(case: Case) -> None:
    (answer,) = case.answers("ramp_days")
    weeks, ramped = case.peer.ramp()

    half = KaplanMeierFitter().fit(weeks, ramped).median_survival_time_
    assert (answer.numerator, answer.denominator) == (sum(ramped), len(ramped))
    assert answer.value == (None if math.isinf(half) else 7 * half)


def test_share_ramped_by_a_day_against_lifelines(case: Case) -> None:
    weeks, ramped = case.peer.ramp()
    curve = KaplanMeierFitter().fit([7 * n for n in weeks], ramped)

    answers = [answer for answer in case.answers("ramped_by") if answer.is_measured]

    assert answers
    for answer in answers:
        day = int((answer.point or "").removeprefix("day "))
        assert answer.value == pytest.approx(1 - float(curve.predict(day)), rel=1e-12)


@pytest.mark.parametrize("by", [None, "account", "module"])
def test_the_whole_catalogue_is_the_same_from_raw_events_and_from_rollups(
    case: Case, by: str | None
) -> None:
    raw, rolled_up = (
        evaluate(catalogue.values(), side, by=by, window=case.window, minimum_people=1)
        for side in case.sides
    )

    assert {answer.key for answer in raw} == set(catalogue)
    assert raw == rolled_up
