"""What is asked one by one in two ways, alike: a survey, and the two questions about records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests import factories
from uptake.capabilities.assessments.instrument import standard_instrument, write_instrument
from uptake.capabilities.assessments.models import Asked, Cut, Questions, Survey, Tally, Wave
from uptake.capabilities.assessments.tallying import prepare
from uptake.capabilities.assessments.telling import SURVEY
from uptake.capabilities.customers.models import Person
from uptake.capabilities.records.models import DataStandard, Pulse, PulseAsk, PulseTally, Status
from uptake.capabilities.records.pulse_mail import PULSE
from uptake.capabilities.records.pulse_tallies import count_asked
from uptake.capabilities.reminders.asks import AskKind, answer_address
from uptake.foundation.models import Workspace

DAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
"""A Monday, on which everybody is asked."""

LONG_OVER = DAY + timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Use:
    """One kind of questions; ``said``: answers to all of them; ``kept``: how many were taken."""

    kind: AskKind[Any]
    asks: Callable[[Person], Any]
    said: dict[str, object]
    kept: Callable[[], int]
    withdraw: Callable[[], object]

    def path(self, ask: Any) -> str:
        """The address in the mail, without the host."""
        return "/" + answer_address(self.kind, ask).partition("//")[2].partition("/")[2]


def survey_of(workspace: Workspace) -> Use:
    """A wave that runs."""
    account = factories.account(workspace, "asked")
    survey = Survey.objects.create(
        workspace=workspace, account=account, name="Culture", every_weeks=13, started_on=DAY.date()
    )
    content = write_instrument(standard_instrument())
    questions = Questions.objects.create(survey=survey, number=1, content=content)
    wave = Wave.objects.create(
        survey=survey,
        questions=questions,
        number=0,
        first_day=DAY.date(),
        last_day=DAY.date() + timedelta(days=13),
    )
    prepare(wave)
    return Use(
        kind=SURVEY,
        asks=lambda person: Asked.objects.create(wave=wave, person=person, leads=False),
        said={each.key: "4" for each in standard_instrument().statements},
        kept=lambda: Tally.objects.get(cut=Cut.ALL).answered,
        withdraw=lambda: Wave.objects.update(last_day=DAY.date() - timedelta(days=1)),
    )


def pulse_of(workspace: Workspace) -> Use:
    """A round that runs, mailed on its first day."""
    standard = DataStandard.objects.create(
        workspace=workspace, name="Contacts", status=Status.AGREED
    )
    pulse = Pulse.objects.create(standard=standard, every_weeks=6, started_on=DAY.date())
    count_asked(pulse, 0)
    return Use(
        kind=PULSE,
        asks=lambda person: PulseAsk.objects.create(
            pulse=pulse, person=person, round=0, asked_on=DAY.date(), mailed_at=DAY
        ),
        said={"minutes": 45, "confidence": 2},
        kept=lambda: PulseTally.objects.get(group="").answered,
        withdraw=lambda: Pulse.objects.update(ended_on=DAY.date()),
    )
