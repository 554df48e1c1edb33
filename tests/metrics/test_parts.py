"""Profiles, calendars, windows, hierarchy and the catalogue itself."""

from __future__ import annotations

import statistics
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.asking import FOUR_WEEKS
from tests.metrics.logs import Event, both, day, rollups, snapshot, uses
from uptake.methods.adoption.calendar import WorkingCalendar, propose_calendar
from uptake.metrics.attributes import Attributes, Member, Population, with_populations
from uptake.metrics.catalogue import catalogue
from uptake.metrics.classification import classify_groups, state_history
from uptake.metrics.evaluate import UnknownMetric, default_window, evaluate
from uptake.metrics.hierarchy import ancestors, roll_up
from uptake.metrics.histogram import weighted_median
from uptake.metrics.measurement import Dimension, Figure, Window, ratio
from uptake.metrics.profiles import is_passive, value_actions
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grouping


def test_every_metric_explains_itself() -> None:
    for key, metric in catalogue.items():
        assert metric.key == key
        assert metric.question.endswith("?")
        texts = (metric.formula, metric.numerator, metric.denominator, metric.not_measurable_when)
        assert all(texts)
        assert metric.needs


def test_the_four_sides_of_use_are_all_measured() -> None:
    assert {metric.dimension for metric in catalogue.values()} == set(Dimension)


def test_an_unknown_metric_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownMetric, match="adoption_rate"):
        evaluate(["login_count"], rollups(uses("ann", 1)))


def test_every_metric_says_why_when_there_are_no_events() -> None:
    relations = Relations.from_rollups(snapshot([]))

    answers = evaluate(catalogue.values(), relations)

    assert {answer.reason for answer in answers} == {"there are no events"}


@pytest.mark.parametrize(
    "name", ["login", "user_login", "ViewPage", "Page viewed", "session_start"]
)
def test_presence_is_not_work(name: str) -> None:
    assert is_passive(name)


@pytest.mark.parametrize("name", ["create", "order_placed", "Closed", "review", "loginless", "3"])
def test_work_is_not_presence(name: str) -> None:
    assert not is_passive(name)


def test_every_action_counts_when_all_sound_like_presence() -> None:
    assert value_actions({1: "login", 2: "view"}) == {1, 2}


def test_the_proposed_profile_is_what_a_fifth_of_regular_people_do() -> None:
    log = [event for n in range(10) for event in uses(f"p{n}", 0, 1, 2)]
    log += [Event(f"p{n}", 3, "approve") for n in range(2)] + [Event("p0", 3, "delete")]
    log += [Event(f"p{n}", 3, "login") for n in range(10)]
    raw, rolled_up = both(log)

    names = rolled_up.texts[Grouping.ACTION]
    assert rolled_up.profile.proposed
    assert {names[code] for code in rolled_up.profile.everyone.actions} == {"create", "approve"}
    assert raw.profile == rolled_up.profile


def test_proposals_are_made_for_each_role() -> None:
    log = [event for n in range(5) for event in uses(f"s{n}", 0, 1, 2, 7, action="offer")]
    log += [event for n in range(5) for event in uses(f"b{n}", 0, 1, 2, action="order")]
    people = tuple(Member(f"{kind}{n}", role=kind) for kind in "sb" for n in range(5))
    relations = Relations.from_rollups(snapshot(log), Attributes(people=people))

    names = relations.texts[Grouping.ACTION]
    seller = relations.profile.of("s")

    assert {names[code] for code in seller.actions} == {"offer"}
    assert seller.days_a_week == 2.0


def test_people_belong_to_the_first_population_whose_rule_holds() -> None:
    people = (Member("ann", role="seller", team="red"), Member("ben", role="buyer"))
    rules = (
        Population("red sellers", {"role": frozenset({"seller"}), "team": frozenset({"red"})}),
        Population("sellers", {"role": frozenset({"seller"})}),
    )

    placed = with_populations(people, rules)

    assert [member.population for member in placed] == ["red sellers", "buyer"]


def test_weekdays_with_a_material_share_of_events_are_worked() -> None:
    calendar = propose_calendar({0: 100, 1: 90, 2: 95, 3: 80, 4: 60, 5: 20, 6: 5})

    assert calendar == WorkingCalendar(days_off=frozenset({5, 6}), proposed=True)


def test_holidays_are_no_working_days() -> None:
    calendar = WorkingCalendar(closures=frozenset({date(2025, 3, 5)}))

    assert calendar.count(date(2025, 3, 3), date(2025, 3, 9)) == 4


def test_a_day_that_stops_earlier_than_usual_is_not_complete() -> None:
    full = [Event("ann", n, hour=hour) for n in range(10) for hour in (8, 17)]

    assert rollups([*full, Event("ann", 10, hour=9)]).last_complete_day == day(9)
    assert rollups([*full, Event("ann", 10, hour=17)]).last_complete_day == day(10)


def test_the_default_window_is_four_weeks_to_the_last_complete_day() -> None:
    relations = rollups(uses("ann", *range(40)))

    assert default_window(relations) == Window.ending(day(39))
    assert default_window(relations, day(30)) == Window.ending(day(30))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=1))
def test_parents_are_the_sums_of_what_lies_below(parts: list[tuple[int, int]]) -> None:
    figures = [ratio(f"g{i}", min(p), max(p), people=max(p)) for i, p in enumerate(parts)]
    parents = {f"g{i}": "region" for i in range(len(parts))} | {"region": "world"}

    summed = {figure.group: figure for figure in roll_up(figures, parents)}

    counted = [f for f in figures if f.value is not None]
    totals = [(f.numerator, f.denominator) for f in summed.values()]
    expected = (sum(f.numerator or 0 for f in counted), sum(f.denominator or 0 for f in counted))
    assert totals == [expected] * len(totals)
    assert set(summed) == ({"region", "world"} if counted else set())


def test_a_circle_of_parents_ends() -> None:
    assert list(ancestors("a", {"a": "b", "b": "c", "c": "a"})) == ["b", "c"]


def test_parents_are_measured_with_their_children() -> None:
    log = [Event(f"a{n}", 1, account="acme") for n in range(6)]
    log += [Event(f"b{n}", 1, "login", account="bolt") for n in range(6)]

    answers = evaluate(
        ["adoption_rate"],
        rollups(log),
        by="account",
        window=FOUR_WEEKS,
        parents={"acme": "group", "bolt": "group"},
    )

    values = {answer.group: answer.value for answer in answers}
    assert values == {"acme": 1.0, "bolt": 0.0, "group": 0.5}


@given(st.lists(st.integers(0, 20), min_size=1))
def test_the_weighted_median_is_the_median(values: list[int]) -> None:
    assert weighted_median((value, 1) for value in values) == statistics.median(values)


def test_an_empty_window_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Window(day(1), day(0))


def test_a_figure_without_people_in_it_has_no_value() -> None:
    assert ratio(None, 0, 0) == Figure(None, None, 0, 0)


def test_groups_are_put_into_states_with_their_evidence() -> None:
    busy = [Event(f"a{n}", d, account="busy") for n in range(9) for d in range(28)]
    idle = [Event(f"i{n}", 0, account="idle") for n in range(9)]
    log = [Event(e.person, e.day - 28, account="idle") for e in idle] + busy

    found = classify_groups(rollups(log), by=Grouping.ACCOUNT, window=FOUR_WEEKS)

    states = {state.group: state.classification for state in found}
    assert states["busy"].state.value == "working"
    assert states["busy"].evidence.active28 == 9
    assert states["busy"].evidence.records28 == 9 * 28
    assert states["idle"].state.value == "idle"
    assert states["idle"].evidence.records_ever == 9
    assert states["idle"].evidence.days_since_last_record == 55


def test_only_looking_is_no_data_entered() -> None:
    log = [Event(f"a{n}", d, "login") for n in range(9) for d in range(28)]
    log += [Event("other", 1, account="elsewhere")]

    found = classify_groups(rollups(log), by=Grouping.ACCOUNT, window=FOUR_WEEKS)

    states = {state.group: state.classification.state.value for state in found}
    assert states["acme"] == "no_data"


def test_a_silent_source_is_nobodys_failure() -> None:
    log = [Event(f"a{n}", d) for n in range(9) for d in range(7)]

    (found,) = classify_groups(rollups(log), window=Window.ending(day(60)))

    assert found.classification.state.value == "not_measurable"


def test_the_history_of_states_dates_the_change() -> None:
    log = [Event(f"a{n}", d) for n in range(9) for d in range(28 * 3)]
    log += [Event("other", d, account="elsewhere") for d in range(28 * 6)]

    found = state_history(rollups(log), by=Grouping.ACCOUNT, window=Window(day(0), day(28 * 6 - 1)))

    (acme,) = [history for history in found if history.group == "acme"]
    states = [state.classification.state.value for state in acme.states]
    assert states == ["working"] * 3 + ["idle"] * 3
    assert acme.transitions[-1].day == day(28 * 4 - 1)


def test_an_account_whose_machines_alone_record_has_no_data() -> None:
    people = tuple(Member(f"p{n}", "acme") for n in range(6))
    others = tuple(Member(f"q{n}", "bolt") for n in range(6))
    log = [Event("robot", n % 28, account="acme") for n in range(200)]
    log += [Event(f"q{n % 6}", n % 28, account="bolt") for n in range(200)]

    found = classify_groups(
        rollups(log, Attributes((*people, *others))), by=Grouping.ACCOUNT, window=FOUR_WEEKS
    )

    states = {state.group: state.classification.state.value for state in found}
    assert states["acme"] == "no_data"
    assert states["bolt"] != "no_data"


def test_a_source_that_sends_machines_records_alone_is_not_silent() -> None:
    people = tuple(Member(f"p{n}", "acme") for n in range(6))
    log = [Event("robot", n % 28) for n in range(200)]

    (found,) = classify_groups(rollups(log, Attributes(people)), window=FOUR_WEEKS)

    assert found.classification.state.value == "no_data"
