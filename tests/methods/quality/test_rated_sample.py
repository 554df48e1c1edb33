from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from uptake.methods.quality.rated_sample import RatedRecords, Verdict, compare
from uptake.methods.statistics.agreement import Agreement
from uptake.methods.statistics.proportions import Interval

RULES, ALSO_FIT = 3, 0


def rated(agree=1.0, rules=1.0, things=60, seed=5):
    """Records of which half are fit by rules; people follow the rules with ``rules``, else do not.

    ``agree``: how surely each rater says what people mean, else throws a coin.
    """
    rng = np.random.default_rng(seed)
    by_rules = np.arange(things) % 2 == 0
    people = np.where(rng.random(things) < rules, by_rules, rng.integers(0, 2, things))
    coins = rng.integers(0, 2, (2, things))
    fit = np.where(rng.random((2, things)) < agree, people, coins).astype(float)
    failed = np.zeros((things, RULES), dtype=bool)
    failed[~by_rules, 1] = True
    clarity = np.where(fit == 1, 4.0, 2.0)
    return RatedRecords(by_rules, fit, clarity, failed, np.full(things, np.nan))


def compared(records, of_all=(800, 200)):
    return compare(records, of_all=of_all, rng=np.random.default_rng(1))


def test_rules_that_people_share_agree():
    found = compared(rated())

    assert found.verdict is Verdict.AGREE
    assert (found.fit_confirmed.numerator, found.fit_confirmed.denominator) == (30, 30)
    assert found.people_fit == pytest.approx(0.8)
    assert found.people_fit_interval.contains(0.8)
    assert not len(found.differing)


def test_rules_that_people_do_not_share_differ_and_the_worst_comes_first():
    found = compared(rated(rules=0.0))

    assert found.verdict is Verdict.DIFFER
    assert len(found.differing) > 10
    assert [rule.place for rule in found.rules] == [1]
    assert found.rules[0].failing == 30


def test_people_who_do_not_agree_say_nothing_of_rules():
    found = compared(rated(agree=0.1))

    assert found.verdict is Verdict.SPLIT
    assert len(found.split) > 10


def test_few_records_leave_it_open():
    records = rated(things=12)
    records.fit[:, 0] = 0

    assert compared(records).verdict is Verdict.OPEN


def test_the_share_of_all_goes_by_the_sizes_of_both_kinds():
    """Of 30 fit by rules 15 are called fit, of 30 unfit none; 90 % of all are fit by rules."""
    records = rated()
    records.fit[:, 0:30:1] = 0

    found = compared(records, of_all=(900, 100))

    assert found.people_fit == pytest.approx(0.9 * 0.5)
    assert 0.25 < found.people_fit_interval.low < 0.3


def test_limits_of_one_kind_alone_are_wilsons():
    found = compared(rated(), of_all=(100, 0))

    wilson = found.fit_confirmed.interval
    assert found.people_fit_interval.low == pytest.approx(wilson.low)
    assert found.people_fit_interval.high == pytest.approx(wilson.high)


def test_clarity_is_held_against_the_rules_for_notes():
    records = rated()
    clear = RatedRecords(
        records.by_rules, records.fit, records.clarity, records.failed, records.fit[0]
    )

    assert compared(clear).clarity_with_rules.value == pytest.approx(1)
    assert compared(records).clarity_with_rules.value is None


def test_records_that_nobody_rated_are_refused():
    records = rated()
    records.fit[:, 3] = np.nan

    with pytest.raises(ValueError, match="rated by somebody"):
        compared(records)


def test_limits_of_both_kinds_are_put_together_by_their_sizes():
    """By hand: 15 of 30 (0.3315 to 0.6685) weighs 0.6, 3 of 30 (0.0346 to 0.2562) weighs 0.4."""
    records = rated()
    records.fit[:, 0:30:2] = 0
    records.fit[:, 1:7:2] = 1

    found = compared(records, of_all=(600, 400))

    assert found.people_fit == pytest.approx(0.6 * 0.5 + 0.4 * 0.1)
    assert found.people_fit_interval.low == pytest.approx(0.34 - 0.1044, abs=2e-4)
    assert found.people_fit_interval.high == pytest.approx(0.34 + 0.1188, abs=2e-4)


@pytest.mark.parametrize(("clarity", "agrees"), [(3.0, False), (4.0, True), (5.0, True)])
def test_from_four_on_a_record_is_called_clear(clarity, agrees):
    records = rated()
    clear = np.arange(60) % 2 == 0
    rating = np.where(clear, clarity, 3.0)
    said = RatedRecords(
        records.by_rules, records.fit, np.stack([rating] * 2), records.failed, clear.astype(float)
    )

    found = compared(said).clarity_with_rules

    assert found.value == pytest.approx(1.0 if agrees else -0.322, abs=0.01)


@pytest.mark.parametrize(
    ("people", "rules", "verdict"),
    [
        ((0.40, 0.66), (0.70, 0.90), Verdict.SPLIT),
        ((0.40, 0.67), (0.70, 0.90), Verdict.AGREE),
        ((0.80, 1.00), (0.40, 0.66), Verdict.DIFFER),
        ((0.80, 1.00), (0.66, 0.90), Verdict.OPEN),
        ((0.80, 1.00), (0.67, 0.90), Verdict.AGREE),
    ],
)
def test_two_thirds_are_what_counts_as_agreement(people, rules, verdict):
    found = replace(
        compared(rated()),
        between_fit=Agreement(0.65, Interval(*people), 60),
        with_rules=Agreement(0.65, Interval(*rules), 60),
    )

    assert found.verdict is verdict
