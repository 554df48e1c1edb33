from __future__ import annotations

import pytest

from uptake.capabilities.customers.actions import HORIZONS
from uptake.capabilities.customers.disagreement import Standing, horizons, standing_of
from uptake.capabilities.customers.models import SuccessDefinition


def _said(measure: str, target: str = "", years: int = 1) -> SuccessDefinition:
    return SuccessDefinition(
        horizon_years=years, executive=measure + target, measure=measure, target=target
    )


@pytest.mark.parametrize(
    ("definitions", "standing"),
    [
        ([], Standing.NOBODY),
        ([_said("days")], Standing.ONE_VOICE),
        ([_said("Days to close", "12"), _said("days  to close", "12")], Standing.AGREED),
        ([_said("days", "12"), _said("days", "20")], Standing.OTHER_TARGETS),
        ([_said("days", "12"), _said("cost", "12")], Standing.OTHER_MEASURES),
        ([_said("days", "12"), _said("")], Standing.NO_MEASURE),
        ([_said("days"), _said("cost"), _said("")], Standing.OTHER_MEASURES),
    ],
)
def test_executives_agree_or_not(definitions: list[SuccessDefinition], standing: Standing) -> None:
    assert standing_of(definitions) is standing


def test_horizons_nobody_spoke_of_are_there() -> None:
    found = horizons([_said("days", years=5)])

    assert tuple(horizon.years for horizon in found) == HORIZONS
    assert [h.years for h in found if h.definitions] == [5]
