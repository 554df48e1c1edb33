from __future__ import annotations

import pytest

from tests.methods.process.nets import N1, N2, N4, net, side_by_side
from tests.methods.process.textbook import FULL
from uptake.methods.process import language
from uptake.methods.process.language import Language
from uptake.methods.process.precision import Precision, precision


def judged(model, cases):
    return precision(Language(model), list(cases), list(cases.values()))


def test_a_model_that_allows_just_what_was_done_is_precise():
    row = net("sabo", ("x", "s", "a"), ("y", "a", "b"), ("z", "b", "o"))

    assert judged(row, {"xyz": 7}).value == 1


def test_each_step_that_nobody_takes_escapes_as_often_as_cases_pass():
    choice = net("sao", ("x", "s", "a"), ("y", "a", "o"), ("z", "a", "o"))

    assert judged(choice, {"xy": 3}) == Precision(3 * 3, 3, 0, 3, 1 / 3)
    assert judged(choice, {"xy": 3, "xz": 1}).value == 1


def test_what_comes_after_a_case_has_left_the_model_is_not_judged():
    found = judged(N2, {"abdeg": 1, "aebdg": 2})

    assert found.not_judged == 2 * 3
    assert found.allowed == 3 + 3 * 2 + 1 + 1 + 3


def test_more_allowed_is_less_precise():
    values = [judged(model, FULL).value for model in (N1, N4)]

    assert values[0] > 0.95
    assert values[1] < 0.5


@pytest.mark.parametrize(("model", "is_flower"), [(N1, False), (N4, True)])
def test_a_model_that_allows_nearly_everything_is_a_flower(model, is_flower):
    assert judged(model, FULL).is_flower is is_flower


def test_much_side_by_side_is_no_flower():
    assert not judged(side_by_side("abcdef"), {"abcdef": 1, "fedcba": 1}).is_flower


def test_nothing_to_judge_is_no_precision():
    assert judged(N1, {"": 4}).value is None
    assert judged(N1, {"": 4}).is_flower is False


def test_a_model_too_large_to_be_followed_has_no_precision(monkeypatch):
    monkeypatch.setattr(language, "MOST_HELD", 3)

    assert judged(N1, FULL) is None
