"""Retention, rhythm and ramp on logs whose answer is known."""

from __future__ import annotations

import pytest

from tests.metrics.asking import one
from tests.metrics.logs import Event, day, rollups, uses
from uptake.metrics.attributes import Attributes, GoLive, Member
from uptake.metrics.course import measurement_lapses
from uptake.metrics.evaluate import evaluate
from uptake.metrics.measurement import Measurement, MeasurementState, Window
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grouping, Scope

HALF_A_YEAR = Window.ending(day(7 * 26 - 1))


def weekly(person: str, first: int, last: int, every: int = 1) -> list[Event]:
    """One event in every ``every``-th week from the first to before the last."""
    return uses(person, *(7 * week for week in range(first, last, every)))


def points(key: str, relations: Relations, **how: object) -> dict[str | None, Measurement]:
    how = {"window": HALF_A_YEAR, "minimum_people": 1} | how
    return {answer.point: answer for answer in evaluate([key], relations, **how)}  # type: ignore[arg-type]


def fortnightly_and_lapsing() -> list[Event]:
    """Four people come every other week all along; one of them stops after week 3."""
    log = [event for n in range(4) for event in weekly(f"p{n}", 0, 26, every=2)]
    return log + weekly("gone", 0, 4)


def test_a_silence_longer_than_usual_is_a_lapse() -> None:
    answers = points("retention", rollups(fortnightly_and_lapsing()))

    # the usual silence is one week, so "gone" lapsed after week 3 and the four others never did
    assert answers["week 4"].value == pytest.approx(0.8)
    assert answers["week 4"].reason.startswith("lapsed: 2 weeks")


def test_people_who_left_have_not_lapsed() -> None:
    staying = tuple(Member(f"p{n}") for n in range(4))
    people = (*staying, Member("gone", end=day(7 * 4 - 1)))

    answers = points("retention", rollups(fortnightly_and_lapsing(), Attributes(people=people)))

    assert answers["week 4"].value == 1.0


def test_retention_is_not_measurable_while_the_rhythm_is_not_known() -> None:
    answer = one("retention", rollups(uses("ann", 0, 7, 14)), window=HALF_A_YEAR)

    assert answer.state is MeasurementState.NOT_MEASURABLE
    assert "silence is a lapse" in answer.reason


def test_someone_silent_for_long_is_less_likely_to_be_a_user_than_someone_active() -> None:
    steady = [event for n in range(20) for event in weekly(f"s{n}", 0, 26)]
    silent = [event for n in range(20) for event in weekly(f"q{n}", 0, 10)]
    log = steady + [Event(e.person, e.day, account="bolt") for e in silent]

    answers = evaluate(
        ["p_alive"], rollups(log), by=Grouping.ACCOUNT, window=HALF_A_YEAR, minimum_people=1
    )

    chance = {answer.group: answer.value or 0.0 for answer in answers}
    assert chance["acme"] > 0.95
    assert chance["bolt"] < 0.2


def starters() -> Relations:
    """Tenured people work five days a week; half of the ten starters do so from week 4 on."""
    tenured = [Event(f"t{n}", d) for n in range(6) for d in range(182) if d % 7 < 5]
    quick = [Event(f"q{n}", d) for n in range(5) for d in range(28, 182) if d % 7 < 5]
    slow = [Event(f"s{n}", d) for n in range(5) for d in range(28, 182, 7)]
    people = tuple(Member(f"t{n}", start=day(-400)) for n in range(6))
    people += tuple(Member(f"{kind}{n}", start=day(28)) for kind in "qs" for n in range(5))
    return rollups(tenured + quick + slow, Attributes(people=people))


def test_starters_are_ramped_once_they_work_as_often_as_tenured_people() -> None:
    answer = one("ramp_days", starters(), window=HALF_A_YEAR)

    assert (answer.numerator, answer.denominator) == (5, 10)
    assert answer.value == 28.0


def test_the_share_of_ramped_starters_is_given_by_day() -> None:
    answers = points("ramped_by", starters())

    assert [answers[f"day {n}"].value for n in (30, 60, 90)] == pytest.approx([0.5, 0.5, 0.5])


def test_the_ramp_is_not_measurable_without_newcomers() -> None:
    answer = one("ramp_days", rollups(weekly("ann", 0, 26)), window=HALF_A_YEAR)

    assert answer.state is MeasurementState.NOT_MEASURABLE
    assert "start dates" in answer.reason


def test_the_curve_counts_who_has_begun_since_go_live() -> None:
    known = Attributes(
        people=tuple(Member(f"p{n}", "acme") for n in range(10)), go_lives=(GoLive("acme", day(7)),)
    )
    log = [*uses("p0", 2), *uses("p1", 10), *uses("p2", 30)]

    answers = points("adoption_curve", rollups(log, known), window=Window.ending(day(70)))

    shares = {p: (a.numerator, a.denominator) for p, a in answers.items()}
    assert shares == {
        "week 1": (2, 10),
        "week 2": (2, 10),
        "week 4": (3, 10),
        "week 8": (3, 10),
    }


def test_a_curve_without_go_live_says_what_it_is_counted_from() -> None:
    answers = points("adoption_curve", rollups(uses("ann", 0)), window=Window.ending(day(20)))

    assert "go-live is not known" in answers["week 1"].reason


def test_growth_has_stalled_when_nobody_new_came_for_four_weeks() -> None:
    known = Attributes(people=tuple(Member(f"p{n}") for n in range(10)))
    log = [*uses("p0", 0), *uses("p1", 3, 40)]

    answer = one("days_since_new_adopter", rollups(log, known), window=Window.ending(day(50)))

    assert answer.value == 47
    assert answer.reason.startswith("Adoption has stalled: 2 of 10 people have begun")


def test_silence_of_the_data_is_counted_in_working_days() -> None:
    log = [Event("ann", n) for n in range(28) if n % 7 < 5 and n not in (8, 9, 15)]

    answer = one("silent_days", rollups(log))

    assert (answer.numerator, answer.denominator) == (3, 20)


def test_a_source_that_fell_silent_is_a_lapse_of_measurement() -> None:
    relations = rollups([Event("ann", n) for n in range(60) if n % 7 < 5])
    later = Scope(Window.ending(day(100)))

    (lapse,) = measurement_lapses(relations, later)[None]

    assert lapse.since is not None
    assert "no data" in lapse.kind.value.replace("_", " ")


def test_time_to_value_censors_accounts_that_still_wait() -> None:
    lives = tuple(GoLive(name, day(0)) for name in ("acme", "bolt", "core", "dorn"))
    log = [*uses("ann", 3), *uses("ben", 5, account="bolt"), *uses("cem", 9, account="core")]

    answer = one("time_to_value", rollups(log, Attributes(go_lives=lives)))

    assert (answer.value, answer.numerator, answer.denominator) == (5.0, 3, 4)


def test_use_before_go_live_is_not_value_yet() -> None:
    lives = Attributes(go_lives=(GoLive("acme", day(5)),))

    answer = one("time_to_value", rollups(uses("ann", 1, 15), lives))

    assert answer.value == 10.0


def test_the_level_of_the_ramp_is_that_of_weeks_in_which_it_was_used() -> None:
    # two days a week from go-live in week 8 on; three of the six tenured people stop in week 16
    tenured = [
        Event(f"t{n}", 7 * week + d)
        for n in range(6)
        for week in range(8, 26 if n < 3 else 16)
        for d in range(2)
        if (week + n) % 5
    ]
    new = [Event("new", 7 * week) for week in range(12, 26)]
    back = [Event(f"t{n}", 181) for n in range(3, 6)]
    people = tuple(Member(f"t{n}", "acme", start=day(-400)) for n in range(6))
    people += (Member("new", "acme", start=day(84)),)

    answer = one("ramp_days", rollups(tenured + new + back, Attributes(people)), window=HALF_A_YEAR)

    assert (answer.numerator, answer.denominator) == (0, 1)


def test_a_starter_hired_before_go_live_begins_with_it() -> None:
    tenured = [Event(f"t{n}", d) for n in range(6) for d in range(56, 182) if d % 7 < 5]
    new = [Event("new", d) for d in range(56, 182) if d % 7 < 5]
    new += [Event("t0", 0, action="login")]
    people = tuple(Member(f"t{n}", "acme", start=day(-400)) for n in range(6))
    people += (Member("new", "acme", start=day(14)),)
    known = Attributes(people, go_lives=(GoLive("acme", day(56)),))

    answer = one("ramp_days", rollups(tenured + new, known), window=HALF_A_YEAR)

    assert answer.value == 28.0
