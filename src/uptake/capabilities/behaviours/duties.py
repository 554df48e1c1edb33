"""Managers' duties: say clearly what is wanted, thank, act on what stops people.

Measured by what a manager does in Uptake and by nothing else. A period in which nothing is asked of
their people, or nothing is in their way, owes nothing; one on leave throughout is exempt; the
running one is not yet due. Requirement rows C4 and C12.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils.timezone import localtime, now

from uptake.capabilities.behaviours.counted import calendar_of, worked
from uptake.capabilities.behaviours.keeping import asked_below
from uptake.capabilities.behaviours.leading import Lines, lines_of
from uptake.capabilities.behaviours.models import (
    BarrierReport,
    Behaviour,
    Clarification,
    Duty,
    LeadersWord,
    ManagersDuty,
    Status,
    WordKind,
)
from uptake.capabilities.behaviours.own_counts import member_of
from uptake.capabilities.customers.models import Person
from uptake.foundation.access import GRANTS, Permission
from uptake.foundation.models import Activity, Membership, Workspace
from uptake.methods.behaviour.attainment import Standing
from uptake.methods.behaviour.periods import Cadence, Deadline, Period, periods

PERIODS = 6
"""So many periods are judged, the running one included."""

LONGEST_WAIT = timedelta(days=7)
"""A question that waits longer at the end of a period makes it a missed one."""

VERBS: Mapping[Duty, frozenset[str]] = {
    Duty.ARTICULATE: frozenset(
        {
            *("behaviour.question_answered", "behaviour.explained"),
            *("behaviour.went_live", "behaviour.revised"),
        }
    ),
    Duty.RECOGNISE: frozenset({"behaviour.thanked", "recognition.confirmed"}),
    Duty.CORRECT: frozenset({"behaviour.followed_up"}),
}
"""Deeds by which a duty is done."""

_BACK = {
    Cadence.WEEK: timedelta(weeks=PERIODS - 1),
    Cadence.MONTH: timedelta(days=30 * (PERIODS - 1)),
    Cadence.QUARTER: timedelta(days=91 * (PERIODS - 1)),
}


@dataclass(frozen=True, slots=True)
class DutyPeriod:
    """A period and how the duty was done in it; ``why`` says what was missing."""

    first: date
    last: date
    standing: Standing
    why: str = ""

    @property
    def word(self) -> str:
        """How it was done: met, missed, not due, exempt, open."""
        return self.standing.name.lower().replace("_", " ")


@dataclass(frozen=True, slots=True)
class DutyStanding:
    """One duty of one manager over the newest periods, oldest first; the last one is running."""

    duty: Duty
    cadence: str
    periods: tuple[DutyPeriod, ...]

    @property
    def running(self) -> DutyPeriod:
        """The period that is not over."""
        return self.periods[-1]

    @property
    def closed(self) -> tuple[DutyPeriod, ...]:
        """Those that are over."""
        return self.periods[:-1]

    @property
    def last_due(self) -> DutyPeriod | None:
        """The newest period that is over and in which it was due."""
        due = [each for each in self.closed if each.standing <= Standing.MET]
        return due[-1] if due else None

    @property
    def is_missed(self) -> bool:
        """Whether it was not done when it was due last."""
        last = self.last_due
        return last is not None and last.standing is Standing.MISSED


@dataclass(frozen=True, slots=True)
class Manager:
    """Somebody who leads people, as a person; ``is_measurable``: they can do something here."""

    person: Person
    duties: tuple[DutyStanding, ...]
    is_measurable: bool = True

    @property
    def missed(self) -> tuple[DutyStanding, ...]:
        """Duties that were not done when they were due last."""
        return tuple(each for each in self.duties if each.is_missed)


def duties_of(workspace: Workspace, people: Sequence[Person]) -> list[Manager]:
    """Return how people who lead others do the duties that managers are asked for."""
    rows = ManagersDuty.objects.filter(workspace=workspace)
    asked = sorted(rows, key=lambda row: list(Duty).index(Duty(row.duty)))
    able = _able(workspace)
    stage = _Stage.of(workspace, asked) if asked and people else None
    return [
        Manager(
            person,
            tuple(stage.judged(each, person) for each in asked)
            if stage and person.user_id in able
            else (),
            is_measurable=person.user_id in able,
        )
        for person in people
    ]


def _able(workspace: Workspace) -> frozenset[int]:
    """Users whose role lets them lead people here."""
    needed = (Permission.TEAM_METRICS_READ, Permission.BEHAVIOURS_WRITE)
    roles = [role for role, granted in GRANTS.items() if granted.issuperset(needed)]
    rows = Membership.objects.filter(workspace=workspace, role__in=roles, user__is_active=True)
    return frozenset(rows.values_list("user_id", flat=True))


def managers_below(workspace: Workspace, person: Person) -> list[Person]:
    """Return those who report to somebody directly and lead people themselves."""
    reports = Person.objects.filter(workspace=workspace, manager=person, reports__isnull=False)
    return list(reports.exclude(pk=person.pk).distinct().order_by("name", "external_id"))


@dataclass(frozen=True, slots=True)
class _Stage:
    """What the duties of all managers of a workspace are judged by."""

    workspace: Workspace
    lines: Lines
    moment: datetime
    deeds: Mapping[tuple[int, Duty], list[datetime]]

    @classmethod
    def of(cls, workspace: Workspace, asked: Sequence[ManagersDuty]) -> _Stage:
        moment = now()
        since = min(_first_day(each, moment, workspace) for each in asked)
        return cls(workspace, lines_of(workspace), moment, _deeds(workspace, since))

    def judged(self, asked: ManagersDuty, person: Person) -> DutyStanding:
        """How one manager does one duty."""
        duty = Duty(asked.duty)
        spans = _spans(asked, self.moment, self.workspace)
        (shares,) = worked([member_of(person)], spans, calendar_of(self.workspace))
        led = self.lines.led_by(person.pk)
        behaviours = _live_ever(self.workspace, asked_below(self.workspace, person))
        test = _Owed(
            person, led, behaviours, fewest=self.workspace.minimum_group, moment=self.moment
        )
        done = self.deeds.get((person.user_id or 0, duty), [])
        return DutyStanding(
            duty,
            asked.get_cadence_display(),
            tuple(
                _judge(span, share, test.of(duty, span), done, self.moment)
                for span, share in zip(spans, shares, strict=True)
            ),
        )


@dataclass(frozen=True, slots=True)
class Need:
    """Whether a duty is owed in a period, and what alone makes it a missed one."""

    is_owed: bool
    why: str
    fails: str = ""


def _judge(
    span: Period, share: float, need: Need, done: Sequence[datetime], moment: datetime
) -> DutyPeriod:
    def told(standing: Standing, why: str = "") -> DutyPeriod:
        return DutyPeriod(span.first, span.last, standing, why)

    if share <= 0:
        return told(Standing.EXEMPT, "on leave")
    if not need.is_owed:
        return told(Standing.NOT_DUE, need.why)
    is_done = any(span.opens < at <= span.closes for at in done)
    if is_done and not need.fails:
        return told(Standing.MET)
    if span.closes > moment:
        return told(Standing.OPEN, need.fails or need.why)
    return told(Standing.MISSED, need.fails or need.why)


@dataclass(frozen=True, slots=True)
class _Owed:
    """What a manager owes in a period."""

    person: Person
    led: Collection[str]
    behaviours: Sequence[Behaviour]
    fewest: int
    moment: datetime

    def of(self, duty: Duty, span: Period) -> Need:
        """Say whether a duty is owed in a period."""
        live = [each for each in self.behaviours if _is_asked(each, span)]
        if not live:
            return Need(False, "nothing is asked of your people")
        if duty is Duty.ARTICULATE:
            return Need(True, "nothing was explained or answered", self._kept_waiting(span))
        if duty is Duty.RECOGNISE:
            return Need(True, "nobody was thanked")
        return self._in_the_way(live, span)

    def _kept_waiting(self, span: Period) -> str:
        before = min(span.closes, self.moment) - LONGEST_WAIT
        waited = Clarification.objects.filter(
            Q(answered_at=None) | Q(answered_at__gt=span.closes),
            asked_at__lte=before,
            person__external_id__in=self.led,
        )
        return "a question waited longer than a week" if waited.exists() else ""

    def _in_the_way(self, live: Sequence[Behaviour], span: Period) -> Need:
        said = LeadersWord.objects.filter(leader=self.person, kind=WordKind.FOLLOWED_UP)
        acted = list(said.values_list("behaviour_id", "obstacle", "said_at"))
        reports = BarrierReport.objects.filter(behaviour__in=live, reported_at__lte=span.closes)
        waiting = obstacles_open(
            reports.order_by("reported_at").values_list(
                "behaviour_id", "kind", "person_id", "reported_at"
            ),
            [(key, kind, at) for key, kind, at in acted if at <= span.opens],
            fewest=self.fewest,
        )
        if not waiting:
            return Need(False, "nothing is known to stop people")
        return Need(True, "nobody acted on what stops people")


def obstacles_open(
    reports: Iterable[tuple[int, str, int, datetime]],
    acted: Iterable[tuple[int, str, datetime]],
    *,
    fewest: int,
) -> dict[tuple[int, str], int]:
    """Return what stops how many people by behaviour and kind, since it was acted on last.

    Only of the smallest group or more: nobody owes an answer to what nobody may know.
    """
    since: dict[tuple[int, str], datetime] = {}
    for behaviour, kind, at in acted:
        since[behaviour, kind] = max(at, since.get((behaviour, kind), at))
    people: dict[tuple[int, str], set[int]] = {}
    for behaviour, kind, person, at in reports:
        if (behaviour, kind) not in since or at > since[behaviour, kind]:
            people.setdefault((behaviour, kind), set()).add(person)
    return {key: len(found) for key, found in people.items() if len(found) >= fewest}


def _deeds(workspace: Workspace, since: date) -> dict[tuple[int, Duty], list[datetime]]:
    """When each user did what a duty asks for."""
    duty_of = {verb: duty for duty, verbs in VERBS.items() for verb in verbs}
    rows = Activity.objects.filter(
        workspace=workspace, verb__in=duty_of, user__isnull=False, at__date__gte=since
    )
    found: dict[tuple[int, Duty], list[datetime]] = {}
    for user, verb, at in rows.values_list("user_id", "verb", "at"):
        found.setdefault((user or 0, duty_of[verb]), []).append(at)
    return found


def _live_ever(workspace: Workspace, keys: Collection[int]) -> list[Behaviour]:
    rows = Behaviour.objects.filter(workspace=workspace, pk__in=keys)
    return list(rows.exclude(status=Status.DRAFT))


def _is_asked(behaviour: Behaviour, span: Period) -> bool:
    if behaviour.live_from is None or behaviour.live_from > span.last:
        return False
    return behaviour.ended_on is None or behaviour.ended_on >= span.first


def _first_day(asked: ManagersDuty, moment: datetime, workspace: Workspace) -> date:
    today = localtime(moment, ZoneInfo(workspace.timezone)).date()
    return max(asked.asked_from, today - _BACK[Cadence(asked.cadence)])


def _spans(asked: ManagersDuty, moment: datetime, workspace: Workspace) -> tuple[Period, ...]:
    zone = ZoneInfo(workspace.timezone)
    today = localtime(moment, zone).date()
    first = min(_first_day(asked, moment, workspace), today)
    return tuple(periods(Cadence(asked.cadence), first, today, zone=zone, deadline=Deadline()))
