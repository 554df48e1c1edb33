"""What stands out in one deployment, whose move it is, and the next step: from shown values only.

Nothing here looks at people: findings are drawn from numbers that are suppressed and rounded
already, so that a sentence cannot say what a table may not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from uptake.capabilities.measure.figures import DeploymentFigures, GroupFigures
from uptake.capabilities.measure.views import DeploymentRow, FindingView
from uptake.methods.adoption.lapses import owner_lapse, review_lapse
from uptake.methods.adoption.states import AdoptionState
from uptake.metrics.measurement import Measurement
from uptake.ui import words

MOST = 9
SILENT_DAYS = 7
"""Days without any event after which the source is looked at."""

UNUSED_SHARE = 0.3
"""Share of entitled seats unused from which on it is worth a sentence."""

FALL = 0.1
"""Fall of the adoption rate over twelve weeks that is worth a sentence."""

IDLE_SHARE = 0.2
STALLED_DAYS = 42
SHORTFALL = 0.1
CONCENTRATED = 0.5
RENEWAL_DAYS = 120
REVIEW_DAYS = 91
"""A quarter: by then adoption is looked at again, and what came of it is written down."""

LEAD, SOURCE, OWNER = "the adoption lead", "whoever runs the source", "the account's owner"
MANAGERS, EXECUTIVE = "the managers of the teams", "the executive sponsor"


@dataclass(frozen=True, slots=True)
class Material:
    """What findings are looked for in.

    ``reviewed``: the newest note or discovery record; ``owner_left``: the last day of the owner, if
    the list of people says that there is one.
    """

    row: DeploymentRow
    figures: DeploymentFigures
    teams: Sequence[GroupFigures]
    definitions: int
    days_to_renewal: int | None
    reviewed: date | None
    as_of: date | None
    owner_left: date | None = None

    def number(self, key: str) -> Measurement | None:
        """Return a measured number."""
        found = self.figures.number(key)
        return found if found is not None and found.is_measured else None


def find(material: Material) -> tuple[FindingView, ...]:
    """Return what stands out, what somebody must act on first."""
    if material.row.state.state is AdoptionState.NOT_YET_DUE:
        return tuple(f for c in (_no_owner, _no_definition) if (f := c(material)))
    found = [finding for candidate in _CANDIDATES if (finding := candidate(material))]
    return tuple(sorted(found, key=lambda finding: not finding.is_red))[:MOST]


def _silence(material: Material) -> FindingView | None:
    days = material.row.silent_days
    if days is None or days < SILENT_DAYS:
        return None
    return FindingView(
        key="silence",
        sentence=f"Nothing has arrived from this account for {words.plural(days, 'day')}.",
        evidence=f"The last event is of {words.day(material.row.last_data)}."
        if material.row.last_data
        else "",
        whose_move=SOURCE,
        next_step="Check the connection of the source before anything is concluded from silence.",
        size=days,
        unit="days",
        is_red=True,
    )


def _renewal(material: Material) -> FindingView | None:
    days, row = material.days_to_renewal, material.row
    if days is None or days > RENEWAL_DAYS or not row.state.is_failure or row.renewal is None:
        return None
    return FindingView(
        key="renewal",
        sentence=f"The contract ends in {words.plural(days, 'day')}, and the state is: "
        f"{row.state.plain}.",
        evidence=row.state.reason,
        whose_move=OWNER,
        next_step="Agree with the executive sponsor what has to be better by the notice date.",
        size=days,
        unit="days",
        is_red=True,
    )


def _failing_teams(material: Material) -> FindingView | None:
    shown = [team for team in material.teams if not team.is_hidden]
    failing = sorted(
        (team for team in shown if team.state.is_failure),
        key=lambda team: (team.state.severity, -(team.people or 0)),
    )
    if not failing:
        return None
    named = [
        f"{team.group} ({team.state.plain}, {words.people(team.people or 0)})" for team in failing
    ]
    return FindingView(
        key="failing_teams",
        sentence=f"{words.plural(len(failing), 'team')} of {len(shown)} "
        f"{'is' if len(failing) == 1 else 'are'} in a failure state.",
        evidence=f"{words.listed(named)}.",
        whose_move=MANAGERS,
        next_step="Ask what these teams have in common: place, manager, task, permission.",
        size=sum(team.people or 0 for team in failing),
        whole=sum(team.people or 0 for team in shown),
        unit="people",
        is_red=True,
    )


def _falling(material: Material) -> FindingView | None:
    before, now = compared(material.figures.weeks)
    if before is None or now is None or before - now < FALL:
        return None
    return FindingView(
        key="falling",
        sentence=f"Weekly use fell from {words.percent(before)} to {words.percent(now)} of people "
        "in twelve weeks.",
        evidence="Mean share of people active in a week: the last four weeks against the four "
        "weeks twelve weeks before.",
        whose_move=LEAD,
        next_step="Look for what changed where the curve breaks: a release, a leader, a process.",
        is_red=True,
    )


def _idle(material: Material) -> FindingView | None:
    rate = material.number("adoption_rate")
    if rate is None or rate.denominator is None or rate.numerator is None:
        return None
    idle = rate.denominator - rate.numerator
    if idle < IDLE_SHARE * rate.denominator:
        return None
    return FindingView(
        key="idle_people",
        sentence=f"{words.count(idle)} of {words.people(rate.denominator)} who should use it did "
        "nothing in four weeks.",
        evidence=f"Active: {words.count(rate.numerator)} ({words.percent(rate.value or 0)}).",
        whose_move=MANAGERS,
        next_step="Find out who never began, who stopped, and who should not be on the list.",
        size=idle,
        whole=rate.denominator,
        unit="people",
    )


def _unused_seats(material: Material) -> FindingView | None:
    seats = material.number("seats_active")
    if seats is None or seats.value is None or 1 - seats.value < UNUSED_SHARE:
        return None
    entitled = material.row.entitled or seats.denominator or 0
    unused, cost = (1 - seats.value) * entitled, material.row.unused
    money = ""
    if cost is not None and cost.value is not None:
        money = f", {material.row.currency} {words.amount(cost.value)} a year".replace("  ", " ")
    return FindingView(
        key="unused_seats",
        sentence=f"About {words.count(unused)} of {words.count(entitled)} paid seats are not "
        f"used{money}.",
        evidence="Average over the 28 days of people active in the 28 days before each of them.",
        whose_move=EXECUTIVE,
        next_step="Decide before the notice date: bring more people in, or pay for fewer seats.",
        size=unused,
        whole=entitled,
        unit="seats",
    )


def _stalled(material: Material) -> FindingView | None:
    stall = material.number("days_since_new_adopter")
    if stall is None or stall.value is None or stall.value < STALLED_DAYS:
        return None
    reached = (stall.numerator or 0) / stall.denominator if stall.denominator else 1.0
    if reached > 0.9:
        return None
    return FindingView(
        key="stalled",
        sentence=f"Nobody new has begun for {words.plural(stall.value, 'day')}.",
        evidence=stall.reason,
        whose_move=LEAD,
        next_step="Ask those who never began what keeps them away; do not remind those who use it.",
        size=stall.value,
        unit="days",
    )


def _concentrated(material: Material) -> FindingView | None:
    top = material.number("concentration")
    if top is None or top.value is None or top.value < CONCENTRATED:
        return None
    return FindingView(
        key="concentration",
        sentence=f"The most active tenth of people does {words.percent(top.value)} of the work.",
        evidence=top.reason or "Share of value actions in four weeks.",
        whose_move=LEAD,
        next_step="Ask what happens when one of them is away, and why the others do so little.",
    )


def _shortfall(key: str, sentence: str, next_step: str) -> Callable[[Material], FindingView | None]:
    def candidate(material: Material) -> FindingView | None:
        number = material.number(key)
        if number is None or number.value is None or 1 - number.value < SHORTFALL:
            return None
        counted = ""
        if number.numerator is not None and number.denominator is not None:
            missed = number.denominator - number.numerator
            counted = f"{words.count(missed)} of {words.count(number.denominator)} records."
        return FindingView(
            key=key,
            sentence=sentence.format(share=words.percent(1 - number.value)),
            evidence=counted,
            whose_move=LEAD,
            next_step=next_step,
        )

    return candidate


def _no_owner(material: Material) -> FindingView | None:
    owner, left = material.row.owner, material.owner_left
    today = material.as_of or left or date.min
    lapse = owner_lapse(has_owner=bool(owner), owner_left=left, today=today)
    if lapse is None:
        return None
    return FindingView(
        key="no_owner",
        sentence=lapse.sentence,
        evidence=f"{owner} is still written down as owner."
        if owner
        else "The account has no owner.",
        whose_move=EXECUTIVE,
        next_step=lapse.advice,
    )


def _no_review(material: Material) -> FindingView | None:
    if material.as_of is None:
        return None
    lapse = review_lapse(material.reviewed, material.as_of, every_days=REVIEW_DAYS)
    if lapse is None:
        return None
    return FindingView(
        key="no_review",
        sentence=lapse.sentence,
        evidence=f"The last note is of {words.day(material.reviewed)}."
        if material.reviewed
        else "There is no note and no discovery record of this account.",
        whose_move=LEAD,
        next_step="Go through these numbers with the people who can act on them, and note what "
        "came of it.",
    )


def _no_definition(material: Material) -> FindingView | None:
    if material.definitions:
        return None
    return FindingView(
        key="no_success_definition",
        sentence="No executive has said what success of this deployment is.",
        evidence="Without a definition nothing links use to a business outcome and to the renewal.",
        whose_move=EXECUTIVE,
        next_step="Write down what success is at go-live and after one and three years.",
    )


def compared(weeks: Sequence[Measurement]) -> tuple[float | None, float | None]:
    """Return the mean weekly adoption of four weeks twelve weeks ago, and of the last four."""

    def mean(part: Sequence[Measurement]) -> float | None:
        values = [week.value for week in part if week.is_measured and week.value is not None]
        return sum(values) / len(values) if len(values) == 4 else None

    return mean(weeks[-16:-12]), mean(weeks[-4:])


_CANDIDATES: tuple[Callable[[Material], FindingView | None], ...] = (
    _silence,
    _renewal,
    _failing_teams,
    _falling,
    _idle,
    _unused_seats,
    _stalled,
    _shortfall(
        "timeliness",
        "{share} of records were not written within the agreed time.",
        "Ask which teams write late, and what the delay costs those who read the records.",
    ),
    _shortfall(
        "first_time_right",
        "{share} of records had to be corrected.",
        "Look which fields are corrected, and whether the form makes them hard to get right.",
    ),
    _concentrated,
    _no_owner,
    _no_review,
    _no_definition,
)
