"""Asking: waves that are due begin, and whoever was not told yet is, at an hour that suits them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate, now

from uptake.capabilities.assessments.models import Asked, Survey, Wave
from uptake.capabilities.assessments.queries import newest_questions
from uptake.capabilities.assessments.tallying import prepare
from uptake.capabilities.assessments.telling import SURVEY, Turn, message_for
from uptake.capabilities.customers.membership import countable_people
from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.queries import account_with_descendants
from uptake.capabilities.reminders.asks import Mailing, mail
from uptake.foundation.actor import Actor

TO_ANSWER = 14
"""Days in which a wave takes answers."""

REMINDED_BEFORE = 5
"""Who has not answered is told once more, so many days before the end."""

AT_ONCE = 500


def to_ask(survey: Survey, day: date) -> QuerySet[Person]:
    """Return who is asked on a day: the people of the account and below who are there."""
    system = Actor.system(survey.workspace, name="surveys")
    people = countable_people(system).filter(
        Q(starts_on=None) | Q(starts_on__lte=day),
        Q(ends_on=None) | Q(ends_on__gte=day),
        account__in=account_with_descendants(system, survey.account.external_id),
    )
    away = Q(leave_starts_on__lte=day) & (
        Q(leave_ends_on=None) | Q(leave_ends_on__gte=day + timedelta(days=TO_ANSWER))
    )
    return people.exclude(away & Q(leave_starts_on__isnull=False))


def begin_due_waves(day: date | None = None) -> int:
    """Begin the waves that are due; returns how many. Safe to run twice."""
    today = day or localdate()
    rows = Survey.objects.filter(ended_on=None, started_on__lte=today)
    return sum(_begin(each.pk, today) for each in rows)


def due_day(survey: Survey, number: int) -> date:
    """Return the first day of a wave, from 0."""
    return survey.started_on + timedelta(weeks=survey.every_weeks * number)


@transaction.atomic
def _begin(key: int, today: date) -> bool:
    survey = Survey.objects.select_for_update().get(pk=key)
    number = (today - survey.started_on).days // (7 * survey.every_weeks)
    first = due_day(survey, number)
    last = first + timedelta(days=TO_ANSWER - 1)
    is_late = today > last - timedelta(days=REMINDED_BEFORE)
    if is_late or Wave.objects.filter(survey=survey, number=number).exists():
        return False
    wave = Wave.objects.create(
        survey=survey,
        questions=newest_questions(survey),
        number=number,
        first_day=today,
        last_day=last,
    )
    _ask(wave, today)
    return True


def _ask(wave: Wave, day: date) -> None:
    reports = Person.objects.filter(manager=OuterRef("pk"), same_as=None)
    people = to_ask(wave.survey, day).annotate(leads=Exists(reports))
    rows = people.select_related("team", "account").iterator(AT_ONCE)
    Asked.objects.bulk_create(
        (Asked(wave=wave, person=each, team=_team(wave, each), leads=each.leads) for each in rows),
        batch_size=AT_ONCE,
    )
    prepare(wave)


def _team(wave: Wave, person: Person) -> str:
    """The team of a person, named with its account where that is not the one asked."""
    if person.team is None:
        return ""
    team = person.team.external_id
    if person.account is None or person.account_id == wave.survey.account_id:
        return team
    return f"{person.account}: {team}"


def tell_due(moment: datetime | None = None) -> int:
    """Mail people that they are asked, and once more before the end; returns how many.

    With the manners of reminders: who is at rest, away or written to enough is told later, who
    wants no reminders by My week alone.
    """
    at = moment or now()
    today = localdate(at)
    running = Wave.objects.filter(
        first_day__lte=today, last_day__gte=today, survey__ended_on=None
    ).select_related("survey__workspace", "survey__account")
    return sum(_tell_wave(wave, at) for wave in running)


def _tell_wave(wave: Wave, at: datetime) -> int:
    ends_soon = localdate(at) >= wave.last_day - timedelta(days=REMINDED_BEFORE)
    turn = Turn.AGAIN if ends_soon else Turn.FIRST
    fresh = wave.asked.filter(told__lt=turn)
    mailing = Mailing(
        asks=fresh.select_related("wave__survey__workspace", "wave__survey__account"),
        noted={"told": turn.value},
        message=lambda ask: message_for(ask, turn),
        ending=f":{turn.value}",
    )
    return mail(SURVEY, mailing, wave.survey.workspace, at)
