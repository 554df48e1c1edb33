"""Every case beside the intended way: how far it strays, how, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from uptake.capabilities.process.conforming import (
    Aligned,
    aligned,
    conformance_of,
    rules_of,
)
from uptake.capabilities.process.ground import Ground, traces_of
from uptake.capabilities.process.intended import IntendedProcess
from uptake.capabilities.process.kept_by import kept_by
from uptake.capabilities.process.meant_roles import Outside, outside_of
from uptake.capabilities.process.naming import Showing
from uptake.capabilities.process.picture import (
    Conformance,
    DeviationRow,
    NotMeasurable,
    RuleRow,
)
from uptake.capabilities.process.straying import deviations_of
from uptake.methods.arrays import Flags
from uptake.methods.statistics.proportions import Share

WHAT = "how far cases stray"
NO_OCCASION = (
    "No rule of {name} had its occasion in any case, so none was kept or broken; see whether its "
    "activities have other names in the log."
)


@dataclass(frozen=True, slots=True)
class Judged:
    """Cases beside the intended way.

    ``aligned``: None where it has rules only. ``broken``: for each rule, the variants that break
    it. ``straight``: of each case, whether it keeps to all.
    """

    conformance: Conformance
    aligned: Aligned | None
    rules: tuple[RuleRow, ...]
    broken: tuple[Flags, ...]
    deviations: tuple[DeviationRow, ...]
    straight: Flags
    outside: Outside | None
    gaps: tuple[NotMeasurable, ...]
    warnings: tuple[str, ...] = ()


def judged_by(ground: Ground, intended: IntendedProcess, showing: Showing) -> Judged:
    """Put every case beside the intended way."""
    traces = traces_of(ground, intended.ignored)
    found = aligned(ground, traces, intended)
    rules, broken = rules_of(ground, traces, intended)
    keeps = np.ones(len(traces), dtype=np.bool_) if found is None else found.cost == 0
    for each in broken:
        keeps = keeps & ~each
    straight = keeps[ground.variants.of_case]
    outside = outside_of(ground, intended.roles, showing)
    gaps = (outside,) if isinstance(outside, NotMeasurable) else ()
    rows, said = deviations_of(ground, found) if found else ((), ())
    if isinstance(outside, Outside):
        straight[ground.case[outside.events]] = False
        rows = tuple(sorted((*rows, *outside.rows), key=lambda row: -row.cases.numerator))
    conformance = conformance_of(ground, intended, found, straight)
    if found is None and not outside and not any(row.reading.activations for row in rules):
        conformance = replace(conformance, fitting=Share(0, 0), straight=Share(0, 0))
        gaps = (NotMeasurable(WHAT, NO_OCCASION.format(name=intended.name)), *gaps)
    else:
        conformance = replace(conformance, kept=kept_by(ground, straight, showing))
    return Judged(
        conformance,
        found,
        rules,
        broken,
        rows,
        straight,
        outside if isinstance(outside, Outside) else None,
        gaps,
        said,
    )
