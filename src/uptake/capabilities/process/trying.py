"""What a way of working would mean for the cases that are here, before anybody writes it down."""

from __future__ import annotations

from dataclasses import dataclass

from uptake.capabilities.process.flow import flow_of
from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.intended import IntendedProcess
from uptake.capabilities.process.intended_checking import Remark, check_alone, check_intended
from uptake.capabilities.process.judging import judged_by
from uptake.capabilities.process.models import Process
from uptake.capabilities.process.naming import Showing
from uptake.capabilities.process.picture import DeviationRow, RuleRow
from uptake.capabilities.process.queries import kept_picture
from uptake.capabilities.process.selection import in_period, only_cases, people_in
from uptake.capabilities.process.viewing import log_at_hand
from uptake.formats.case_log import Performer
from uptake.methods.statistics.proportions import Share

SHOWN = 6
NOTHING_HERE = "Cases are put beside it once they have been measured."
NONE_THEN = "No case began on these days."


@dataclass(frozen=True, slots=True)
class Trial:
    """How cases would stand: ``missing`` says why nothing is known; ``remarks``: what is odd."""

    missing: str = ""
    fitting: Share | None = None
    deviations: tuple[DeviationRow, ...] = ()
    rules: tuple[RuleRow, ...] = ()
    remarks: tuple[Remark, ...] = ()


def try_intended(process: Process, intended: IntendedProcess) -> Trial:
    """Put the cases that are here beside a way of working."""
    kept = kept_picture(process)
    log = log_at_hand(process, kept.log) if kept and kept.log else None
    if log is None:
        return Trial(NOTHING_HERE, remarks=check_alone(intended))
    wanted = in_period(log, intended.begins, intended.ends)
    if not wanted.any():
        return Trial(NONE_THEN)
    measured = only_cases(log, wanted)
    fewest, people = process.workspace.minimum_group, people_in(measured)
    if people is not None and people < fewest:
        return Trial(f"Fewer than {fewest} people worked on the cases of these days.")
    ground = Ground.of(measured)
    found = judged_by(ground, intended, Showing(fewest=fewest))
    levels = (Performer.ROLE, Performer.GROUP, Performer.ORGANISATION)
    named = (measured.performers[level].words for level in levels if level in measured.performers)
    done = {row.name: row.cases for row in flow_of(ground, None).activities}
    return Trial(
        fitting=found.conformance.straight,
        deviations=found.deviations[:SHOWN],
        rules=found.rules,
        remarks=check_intended(intended, done, roles={word for words in named for word in words}),
    )
