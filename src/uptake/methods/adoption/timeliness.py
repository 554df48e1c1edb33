"""When: are due actions done inside the agreed window, and how long do they take?

Methods section 1 (when). An action still open is not late until its window has passed, and its lag
is censored, not left out: leaving it out would make slow teams look fast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.arrays import Flags, Floats
from uptake.methods.statistics.proportions import Share
from uptake.methods.statistics.survival import SurvivalCurve, kaplan_meier


@dataclass(frozen=True, slots=True)
class Timeliness:
    """Due actions done inside the window, and what could not be judged.

    ``not_yet_due``: open with time left. ``written_ahead``: recorded before they happened, counted
    as inside the window; many of them ask for a look at the clocks or at invented records.
    """

    share: Share
    not_yet_due: int
    written_ahead: int


def timeliness(lag: npt.ArrayLike, done: npt.ArrayLike, window: float) -> Timeliness:
    """Share of due actions done within ``window``.

    ``lag``: time from the real moment to the record, or to now for actions still open, in the unit
    of ``window``. ``done``: whether it is recorded. Done within the window counts as in time; done
    later, or open for longer than the window, as late; open for less is not yet due.
    """
    waited, closed = _lags(lag, done)
    in_time = closed & (waited <= window)
    waiting = ~closed & (waited <= window)
    return Timeliness(
        share=Share(int(in_time.sum()), int((~waiting).sum())),
        not_yet_due=int(waiting.sum()),
        written_ahead=int(np.count_nonzero(closed & (waited < 0))),
    )


def lag_curve(lag: npt.ArrayLike, done: npt.ArrayLike) -> SurvivalCurve | None:
    """Kaplan-Meier curve of the lag; its ``median`` is the median lag, open actions included.

    Arguments as for ``timeliness``. Records written ahead count as a lag of 0. None without
    actions.
    """
    waited, closed = _lags(lag, done)
    return kaplan_meier(np.maximum(waited, 0.0), closed)


def _lags(lag: npt.ArrayLike, done: npt.ArrayLike) -> tuple[Floats, Flags]:
    waited, closed = np.asarray(lag, dtype=float), np.asarray(done, dtype=bool)
    if np.any(np.isnan(waited)):
        raise ValueError("Every due action needs a lag: for open ones the time waited so far.")
    return waited, closed
