"""A log of cases as formats give it: events in the order of the file, and what is said of cases."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

CASE = "case"
"""Column of ``EventLog.events``: the row of its case in ``EventLog.cases``."""


@dataclass(frozen=True, slots=True)
class EventLog:
    """Events and cases with whatever attributes they carry, each in a column of its type.

    ``events`` has the column ``case`` (a row of ``cases``, ascending) and one for each attribute;
    ``cases`` has one for each attribute of cases. Attributes of attributes are columns named
    ``outer/inner``. Moments are milliseconds of UTC. ``attributes`` are those of the log itself.
    ``midnights`` tells, for each column of moments, which of them read midnight on the clock they
    were written with. ``warnings`` are sentences about what could not be taken as it stood; nothing
    is left out without one.
    """

    events: pa.Table
    cases: pa.Table
    attributes: dict[str, object] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    midnights: dict[str, npt.NDArray[np.bool_]] = field(default_factory=dict)
