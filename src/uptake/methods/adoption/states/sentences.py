"""The words in which the classifier explains itself."""

from __future__ import annotations

from uptake.methods.adoption.states.evidence import AdoptionState, Evidence
from uptake.methods.adoption.states.thresholds import Thresholds
from uptake.methods.statistics.proportions import Share

FOLLOWS = "pieces of work followed the intended process"
ON_TIME = "records were written inside the agreed window"
RIGHT = "records were right the first time"
USED = "expected actions were used at all"
SILENT_SOURCE = (
    "The source delivered nothing for anybody in the last 28 days: check the connection."
)


def rule_texts(thresholds: Thresholds | None = None) -> dict[AdoptionState, str]:
    """The written rule of each state with the thresholds filled in, in the order they are tried."""
    lines = thresholds or Thresholds()
    few = f"at least {lines.fewest_records} records were judged and"
    return {
        AdoptionState.NOT_YET_DUE: (
            f"The system is not live yet or went live less than {lines.due_after_days} days ago."
        ),
        AdoptionState.NOT_MEASURABLE: (
            f"Fewer than {lines.fewest_people} people are in scope, or the source delivered "
            "nothing for anybody in the last 28 days, or the way the data were extracted explains "
            "what they show."
        ),
        AdoptionState.NO_DATA: (
            "The source delivers, but nobody of the group ever entered a record; or people signed "
            "in or looked in the last 28 days and entered none."
        ),
        AdoptionState.IDLE: (
            f"Fewer than {percent(lines.idle_active_share)} of the people in scope entered "
            "something in the last 28 days."
        ),
        AdoptionState.BARELY_USED: (
            f"Fewer than {percent(lines.barely_active_share)} of the people in scope entered "
            "something in the last 28 days; or the median person was active on fewer than "
            f"{percent(lines.barely_frequency)} of the days expected; or fewer than "
            f"{percent(lines.barely_breadth)} of the expected actions were used at all."
        ),
        AdoptionState.WRONG_WAY: (
            f"{few.capitalize()} fewer than {percent(lines.conformance)} of the work followed the "
            f"intended process, or fewer than {percent(lines.timeliness)} of the records were "
            "written inside the agreed window."
        ),
        AdoptionState.BAD_DATA: (
            f"{few.capitalize()} fewer than {percent(lines.quality)} were right the first time."
        ),
        AdoptionState.WORKING: "None of the rules above holds.",
    }


def percent(value: float) -> str:
    """A share in whole per cent, with a decimal where rounding would hide that it is not zero."""
    return f"{100 * value:.0f} %" if value == 0 or value >= 0.01 else f"{100 * value:.1f} %"


def not_due(days_live: int, due_after: int) -> str:
    """Why a group is not judged yet."""
    when = (
        f"goes live in {_days(-days_live)}"
        if days_live < 0
        else f"went live {_days(days_live)} ago"
    )
    return f"The system {when}; a group is judged {due_after} days after go-live."


def too_few(people: int, fewest: int) -> str:
    """Why a small group gets no state."""
    return (
        f"{people} people are in scope; with fewer than {fewest} a state would show single persons."
    )


def never_a_record(evidence: Evidence) -> str:
    """Nobody ever entered anything."""
    seen = evidence.other_events28
    looked = f", although {seen:,} other events such as sign-ins were seen" if seen else ""
    return f"{evidence.people:,} people are in scope and no record was ever entered{looked}."


def only_looking(evidence: Evidence) -> str:
    """People come but enter nothing."""
    return (
        f"In the last 28 days there were {evidence.other_events28:,} events such as sign-ins or "
        f"views, but none of the {evidence.people:,} people in scope entered a record"
        f"{_last_record(evidence)}."
    )


def few_active(evidence: Evidence, line: float) -> str:
    """Too few people enter something."""
    paid = "" if evidence.entitled is None else f"; {evidence.entitled:,} seats are paid for"
    return f"{_activity(evidence)}, below {percent(line)}{_last_record(evidence)}{paid}."


def seldom(frequency: float, line: float) -> str:
    """People enter something too seldom."""
    return (
        f"The median person was active on {percent(frequency)} of the days expected of them, "
        f"below {percent(line)}."
    )


def below_line(share: Share, words: str, line: float) -> str:
    """A ratio misses its line."""
    counted = f"{share.numerator:,.0f} of {share.denominator:,.0f} {words}"
    return f"{counted} ({_with_interval(share)}), below {percent(line)}."


def working(evidence: Evidence, unmeasured: tuple[str, ...]) -> str:
    """Nothing is wrong as far as it was measured."""
    gap = f"; not measured: {', '.join(unmeasured)}" if unmeasured else ""
    return f"{_activity(evidence)} and no measured threshold is missed{gap}."


def _activity(evidence: Evidence) -> str:
    return (
        f"{evidence.active28:,} of {evidence.people:,} people "
        f"({_with_interval(evidence.activity)}) entered something in the last 28 days"
    )


def _with_interval(share: Share) -> str:
    bounds = share.interval
    value = percent(share.value or 0.0)
    if bounds is None:
        return value
    return f"{value}, 95 % interval {100 * bounds.low:.0f} to {100 * bounds.high:.0f} %"


def _last_record(evidence: Evidence) -> str:
    since = evidence.days_since_last_record
    if since is None:
        return ""
    return f"; the last record is {_days(since)} old" if since else "; the last day has a record"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
