"""What straying costs, where it was planted what it costs."""

from __future__ import annotations

import numpy as np

from tests.capabilities.process.worlds import service_desk
from uptake.capabilities.process.costing import cost_of_straying, with_costs
from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.picture import DeviationRow
from uptake.capabilities.process.timing import times_of
from uptake.methods.arrays import Flags
from uptake.methods.statistics.proportions import Share


def skipped(ground: Ground) -> Flags:
    """Cases without a check."""
    checked = ground.case[ground.activity == ground.names.index("checked")]
    return np.asarray(np.bincount(checked, minlength=len(ground.begins)) == 0)


def row(ground: Ground) -> DeviationRow:
    variants = np.unique(ground.variants.of_case[skipped(ground)]) + 1
    count = int(skipped(ground).sum())
    share = Share(count, len(ground.begins))
    return DeviationRow(
        "skipped", "checked", "checked was skipped", share, count, tuple(variants.tolist())
    )


def test_the_planted_cost_lies_within_the_limits() -> None:
    ground = Ground.of(service_desk(skipping_costs=20))
    times = times_of(ground)
    assert times is not None

    cost = cost_of_straying(ground, times, strays=skipped(ground), straight=~skipped(ground))

    assert cost is not None
    assert cost.each_interval is not None
    assert cost.each_interval.contains(20 * 3600)
    assert cost.total == cost.each * skipped(ground).sum()


def test_a_deviation_is_given_its_cost_only_beyond_chance() -> None:
    costly, harmless = (Ground.of(service_desk(skipping_costs=hours)) for hours in (20, 0))

    (with_cost,) = with_costs((row(costly),), costly, times_of(costly), ~skipped(costly))
    (without,) = with_costs((row(harmless),), harmless, times_of(harmless), ~skipped(harmless))

    assert with_cost.cost_seconds is not None
    assert 15 * 3600 < with_cost.cost_seconds < 25 * 3600
    assert without.cost_seconds is None


def test_a_log_without_moments_leaves_costs_out() -> None:
    ground = Ground.of(service_desk())

    assert with_costs((row(ground),), ground, None, ~skipped(ground))[0].cost_seconds is None
