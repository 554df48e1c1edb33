"""The metric that the guide adds works as the guide says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.metrics.asking import FOUR_WEEKS
from tests.metrics.logs import Event, both
from uptake.metrics import manner
from uptake.metrics.evaluate import evaluate
from uptake.metrics.measurement import MeasurementState
from uptake.metrics.metric import Metric

GUIDE = Path(__file__).resolve().parent.parent.parent / "docs" / "guides" / "add-a-metric.md"


@pytest.fixture
def module_reach() -> Metric:
    """The metric of the guide, in a file that has what its chapter has."""
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    names = dict(vars(manner))
    for block in blocks:
        exec(block, names)
    added = names["MODULE_REACH"]
    assert isinstance(added, Metric)
    return added


def test_the_example_of_the_guide_gives_its_answer_from_events_and_from_rollups(
    module_reach: Metric,
) -> None:
    log = [Event(f"p{n}", 1, module="sales") for n in range(8)]
    log += [Event(f"p{n}", 2, module="stock") for n in range(2)]

    log += [Event("p9", 2)]  # says of no module

    answers = [evaluate([module_reach], relations, window=FOUR_WEEKS) for relations in both(log)]

    assert answers[0] == answers[1]
    assert (answers[0][0].numerator, answers[0][0].denominator) == (2, 8)


def test_the_example_of_the_guide_is_not_measurable_where_no_module_is_named(
    module_reach: Metric,
) -> None:
    log = [Event(f"p{n}", 1) for n in range(8)]

    for relations in both(log):
        (answer,) = evaluate([module_reach], relations, window=FOUR_WEEKS)
        assert (answer.value, answer.state) == (None, MeasurementState.NOT_MEASURABLE)
        assert answer.reason == module_reach.not_measurable_when
