"""Artefacts of extraction: what a log shows because of how it was made, not of how people work.

A cut export looks like a collapse, a nightly job like a champion, one bulk update like a triumph.
Each detector takes plain arrays and gives an ``Artefact`` in plain words with its numbers, what it
touches and what to do. ``find_artefacts`` runs all of them on one log. Methods sections 3 and 10
(pitfalls); issue text of the first release, section 2.
"""

from uptake.methods.adoption.artefacts.coverage import (
    DayVolume,
    cut_at_end,
    cut_at_start,
    day_volume,
    partial_periods,
    thinning_tail,
)
from uptake.methods.adoption.artefacts.detect import EventArrays, find_artefacts
from uptake.methods.adoption.artefacts.model import (
    Artefact,
    ArtefactKind,
    Certainty,
    Figure,
    Span,
    trusted_window,
)
from uptake.methods.adoption.artefacts.openings import opening_date_sampling
from uptake.methods.adoption.artefacts.people import (
    PersonTraces,
    automated_people,
    giant_person,
    shared_accounts,
    trace_people,
)
from uptake.methods.adoption.artefacts.stamps import (
    burst_stamps,
    midnight_stamps,
    rounded_stamps,
)

__all__ = [
    "Artefact",
    "ArtefactKind",
    "Certainty",
    "DayVolume",
    "EventArrays",
    "Figure",
    "PersonTraces",
    "Span",
    "automated_people",
    "burst_stamps",
    "cut_at_end",
    "cut_at_start",
    "day_volume",
    "find_artefacts",
    "giant_person",
    "midnight_stamps",
    "opening_date_sampling",
    "partial_periods",
    "rounded_stamps",
    "shared_accounts",
    "thinning_tail",
    "trace_people",
    "trusted_window",
]
