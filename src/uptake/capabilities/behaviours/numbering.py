"""Shares as measurements: with their interval, or why there is none."""

from __future__ import annotations

from uptake.methods.statistics.proportions import Share
from uptake.metrics.measurement import Measurement, MeasurementState, Unit, Window


def measured(
    key: str, share: Share | None, window: Window, *, people: int, group: str | None = None
) -> Measurement:
    """Return a share as a measurement; not yet due where nothing was."""
    if share is None:
        nothing = (None, None, None, None, None)
        return Measurement(
            key, group, *nothing, Unit.SHARE, window, MeasurementState.NOT_YET_DUE, "nothing due"
        )
    interval = share.interval
    return Measurement(
        key=key,
        group=group,
        value=share.value,
        numerator=share.numerator,
        denominator=share.denominator,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        unit=Unit.SHARE,
        window=window,
        state=MeasurementState.MEASURED,
        people=people,
    )
