"""Nobody sees numbers about fewer than five people, nor can work them out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.metrics.asking import FOUR_WEEKS
from tests.metrics.logs import Event, rollups
from uptake.metrics.catalogue import catalogue
from uptake.metrics.classification import classify_groups
from uptake.metrics.evaluate import evaluate, measure_over_time
from uptake.metrics.measurement import Figure, Measurement, MeasurementState
from uptake.metrics.ranking import ranked
from uptake.metrics.scope import Grain, Grouping
from uptake.metrics.suppression import hidden_among, suppress


def crowd(**sizes: int) -> list[Event]:
    """So many active people in each account."""
    return [
        Event(f"{name}{n}", 1, account=name) for name, size in sizes.items() for n in range(size)
    ]


def states(log: list[Event]) -> dict[str | None, MeasurementState]:
    answers = evaluate(["adoption_rate"], rollups(log), by=Grouping.ACCOUNT, window=FOUR_WEEKS)
    return {answer.group: answer.state for answer in answers}


def test_a_group_of_four_is_hidden_and_one_of_five_is_shown() -> None:
    found = states(crowd(four=4, three=3, five=5, six=6))

    assert found["five"] is MeasurementState.MEASURED
    assert found["four"] is MeasurementState.SUPPRESSED


def test_a_single_small_group_takes_the_next_smallest_with_it() -> None:
    found = states(crowd(two=2, six=6, nine=9))

    assert found == {
        "two": MeasurementState.SUPPRESSED,
        "six": MeasurementState.SUPPRESSED,
        "nine": MeasurementState.MEASURED,
    }


def test_what_is_hidden_has_no_parts_either() -> None:
    answers = evaluate(
        ["adoption_rate"], rollups(crowd(two=2, six=6)), by="account", window=FOUR_WEEKS
    )

    for answer in answers:
        assert (answer.value, answer.numerator, answer.denominator) == (None, None, None)
        assert (answer.low, answer.high, answer.people) == (None, None, None)
        assert "fewer than 5" in answer.reason


def test_everyone_is_hidden_when_they_are_fewer_than_five() -> None:
    answers = evaluate(catalogue.values(), rollups(crowd(four=4)), window=FOUR_WEEKS)

    assert not [answer for answer in answers if answer.is_measured]


def test_quality_counts_those_who_worked_not_those_in_scope() -> None:
    log = [Event(f"p{n}", 1) for n in range(9)] + [Event("p0", 2, right=False)]

    (answer,) = evaluate(["first_time_right"], rollups(log), window=FOUR_WEEKS)

    assert answer.state is MeasurementState.SUPPRESSED


def test_small_groups_are_hidden_in_every_period() -> None:
    answers = measure_over_time(
        "active_people", rollups(crowd(four=4)), Grain.WEEK, window=FOUR_WEEKS
    )

    assert not [answer for answer in answers if answer.is_measured]


def test_no_state_tells_what_fewer_than_five_people_did() -> None:
    (state,) = classify_groups(rollups(crowd(four=4)), by="account", window=FOUR_WEEKS)

    assert state.classification.state.value == "not_measurable"
    assert state.classification.evidence.active28 == 0


@given(st.dictionaries(st.integers(0, 30), st.integers(1, 30), min_size=1), st.integers(2, 9))
def test_hidden_groups_cannot_be_worked_out_from_the_total(sizes: dict[int, int], k: int) -> None:
    hidden = hidden_among(sizes, k)

    people = sum(sizes[label] for label in hidden)
    alone = len(hidden) == 1 and len(sizes) > 1
    assert not hidden or hidden == set(sizes) or (people >= k and not alone)
    assert all(size >= k for label, size in sizes.items() if label not in hidden)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=12))
def test_suppression_never_changes_a_number_that_it_shows(sizes: list[int]) -> None:
    figures = [Figure(str(i), float(n), n, n, people=n) for i, n in enumerate(sizes)]

    shown = suppress(figures, 5, lambda figure: figure.people)

    kept = [figure for figure in shown if figure.value is not None]
    assert all(figure in figures for figure in kept)


def test_a_ranking_has_no_place_for_hidden_groups() -> None:
    log = crowd(two=2, three=3, six=6, nine=9, ten=10)
    log += [Event(f"idle{n}", 1, "login", account="ten") for n in range(10)]
    answers: list[Measurement] = evaluate(
        ["adoption_rate"], rollups(log), by="account", window=FOUR_WEEKS
    )

    places = ranked(answers)

    assert {place.measurement.group for place in places} == {"six", "nine", "ten"}
    assert places[-1].measurement.group == "ten"
    assert places[-1].shrunk > (places[-1].measurement.value or 0)
