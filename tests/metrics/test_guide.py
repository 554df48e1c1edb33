"""The metric that the guide adds works as the guide says."""

from __future__ import annotations

import re
from pathlib import Path

from tests.metrics.asking import FOUR_WEEKS
from tests.metrics.logs import Event, both
from uptake.metrics import manner, metric
from uptake.metrics.evaluate import evaluate

GUIDE = Path(__file__).resolve().parent.parent.parent / "docs" / "guides" / "add-a-metric.md"


def test_the_example_of_the_guide_gives_its_answer_from_events_and_from_rollups() -> None:
    blocks = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    names = {**vars(metric), **vars(manner)}
    for block in blocks:
        exec(block, names)
    log = [Event(f"p{n}", 1, module="sales") for n in range(8)]
    log += [Event(f"p{n}", 2, module="stock") for n in range(2)]

    answers = [
        evaluate([names["MODULE_REACH"]], relations, window=FOUR_WEEKS) for relations in both(log)
    ]

    assert answers[0] == answers[1]
    assert (answers[0][0].numerator, answers[0][0].denominator) == (2, 8)
