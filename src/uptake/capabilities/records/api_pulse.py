"""The two questions to those who use others' records, over the API."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Query
from pydantic import Field

from uptake.capabilities.records import pulsing
from uptake.capabilities.records.models import DataStandard, PulseAsk
from uptake.capabilities.records.pulse_mail import PULSE
from uptake.capabilities.records.pulses import PulseRound, own_asks, pulse_of
from uptake.capabilities.records.queries import access_standard
from uptake.capabilities.reminders.asks import access_own_ask
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of_rows
from uptake.foundation.api.shapes import RowId, Shape
from uptake.foundation.errors import NotFound
from uptake.methods.quality.pulse import Middle, PulseSummary

READ, WRITE, OWN = Permission.RECORDS_READ, Permission.RECORDS_WRITE, Permission.CUSTOMERS_READ

pulses = Endpoints("Record quality")
own = Endpoints("One's own")


class MedianShape(Shape):
    """A median with its 95 % interval."""

    value: Annotated[float, Field(examples=[25])]
    """The median."""
    low: Annotated[float | None, Field(examples=[15])]
    """Lower end; null below six answers."""
    high: Annotated[float | None, Field(examples=[40])]
    """Upper end."""

    @classmethod
    def of(cls, found: Middle) -> MedianShape:
        """Return the shape of a median."""
        ends = found.interval
        return cls(
            value=found.value, low=ends.low if ends else None, high=ends.high if ends else None
        )


class PulseSummaryShape(Shape):
    """What the answers of a round say, never any single one."""

    group: Annotated[str, Field(examples=["Marketing"])]
    """Whose answers; empty: everybody's."""
    asked: Annotated[int, Field(examples=[40])]
    """People who were asked."""
    answered: Annotated[int, Field(examples=[25])]
    """People who answered."""
    minutes: MedianShape
    """Minutes lost last week because of poor records."""
    confidence: MedianShape
    """Confidence in the records, 1 to 5."""
    confident: Annotated[int, Field(examples=[11])]
    """Answers of 4 or 5."""
    hours: Annotated[float, Field(examples=[18.5])]
    """Hours lost in a week by all who were asked, those who did not answer losing as much."""
    hours_low: Annotated[float, Field(examples=[13.0])]
    """Lower end of the 95 % interval."""
    hours_high: Annotated[float, Field(examples=[25.0])]
    """Upper end of it."""

    @classmethod
    def of(cls, group: str, found: PulseSummary) -> PulseSummaryShape:
        """Return the shape of a summary."""
        return cls(
            group=group,
            asked=int(found.response.denominator),
            answered=int(found.response.numerator),
            minutes=MedianShape.of(found.minutes),
            confidence=MedianShape.of(found.confidence),
            confident=int(found.confident.numerator),
            hours=found.hours,
            hours_low=found.hours_interval.low,
            hours_high=found.hours_interval.high,
        )


class RoundShape(Shape):
    """A round that is over."""

    first: Annotated[date, Field(examples=["2026-01-05"])]
    """Its first day."""
    last: Annotated[date, Field(examples=["2026-02-15"])]
    """Its last day."""
    asked: Annotated[int, Field(examples=[40])]
    """People who were asked."""
    whole: PulseSummaryShape | None
    """What all answers say; null: too few to tell."""
    groups: tuple[PulseSummaryShape, ...]
    """Groups with enough answers, those who lose most first."""
    hidden_groups: Annotated[int, Field(examples=[2])]
    """Groups with too few answers."""

    @classmethod
    def of(cls, found: PulseRound) -> RoundShape:
        """Return the shape of a round."""
        return cls(
            first=found.first,
            last=found.last,
            asked=found.asked,
            whole=PulseSummaryShape.of("", found.summary) if found.summary else None,
            groups=tuple(PulseSummaryShape.of(each.name, each.summary) for each in found.groups),
            hidden_groups=found.hidden,
        )


class PulseShape(Shape):
    """Two questions to those who use others' records."""

    standard: RowId
    """About records of which standard."""
    every_weeks: Annotated[int, Field(examples=[6])]
    """Nobody is asked more often than once in so many weeks."""
    by_mail: bool
    """Whether by mail as well as in My week."""
    started_on: Annotated[date, Field(examples=["2026-01-05"])]
    """Since when."""
    ended_on: Annotated[date | None, Field(examples=["2026-06-30"])]
    """Nobody is asked from then on; null: they are."""
    due: Annotated[date, Field(examples=["2026-02-16"])]
    """When the round that runs is over and told."""
    sentence: str
    """What the newest round says in plain words."""
    rounds: tuple[RoundShape, ...]
    """Rounds that are over, the newest first."""


class NewPulse(Shape):
    """How often people are asked."""

    every_weeks: Annotated[int, Field(ge=pulsing.FEWEST_WEEKS, le=pulsing.MOST_WEEKS)] = (
        pulsing.USUAL_WEEKS
    )
    """Once in so many weeks."""
    by_mail: bool = True
    """By mail as well, so that those who do not sign in can answer."""
    subject: Annotated[str, Field(max_length=150, examples=[""])] = ""
    """Subject of the mail; empty: the usual one. `{records}`, `{name}`, `{until}` are filled in."""
    text: Annotated[str, Field(max_length=2_000, examples=[""])] = ""
    """What the mail says; empty: the usual text."""

    @property
    def asking(self) -> pulsing.Asking:
        """The same as how people are asked."""
        return pulsing.Asking(**self.model_dump())


class OwnAskShape(Shape):
    """Two questions that wait for oneself."""

    id: RowId
    """Their number."""
    name: Annotated[str, Field(examples=["Contacts"])]
    """About which records."""
    asked_on: Annotated[date, Field(examples=["2026-01-05"])]
    """Since when."""
    state: Annotated[str, Field(examples=["open"])]
    """`open`, `answered` or `skipped`."""


class NewPulseAnswer(Shape):
    """An answer to both questions; kept without a name or a day."""

    minutes: Annotated[int, Field(ge=0, le=pulsing.MOST_MINUTES, examples=[30])]
    """Minutes lost last week because of poor records."""
    confidence: Annotated[int, Field(ge=1, le=5, examples=[3])]
    """Confidence in the records: 1, not at all, to 5, entirely."""


def _shown(standard: DataStandard) -> PulseShape:
    stand = pulse_of(standard)
    if stand is None:
        raise NotFound("Nobody is asked about these records yet; start it first.")
    return PulseShape(
        standard=standard.pk,
        every_weeks=stand.pulse.every_weeks,
        by_mail=stand.pulse.by_mail,
        started_on=stand.pulse.started_on,
        ended_on=stand.pulse.ended_on,
        due=stand.due,
        sentence=stand.sentence,
        rounds=tuple(map(RoundShape.of, stand.rounds)),
    )


@pulses.get("/standards/{standard}/pulse", answers=PulseShape, needs=READ)
def get_pulse(request: ApiRequest, standard: int) -> PulseShape:
    """Show what poor records cost those who use them, by the rounds that are over."""
    return _shown(access_standard(request.actor, standard))


@pulses.post("/standards/{standard}/pulse", answers=PulseShape, needs=WRITE, status=201)
def start_pulse(request: ApiRequest, standard: int, body: NewPulse) -> PulseShape:
    """Ask those who use others' records two questions, once in some weeks."""
    made = pulsing.start_pulse(request.actor, standard, body.asking)
    return _shown(made.standard)


@pulses.delete("/standards/{standard}/pulse", needs=WRITE)
def stop_pulse(request: ApiRequest, standard: int) -> None:
    """Ask nobody any more; rounds that are over stay to be read."""
    pulsing.stop_pulse(request.actor, standard)


@own.get("/me/pulse", answers=Listed[OwnAskShape], needs=OWN)
def list_own_pulse(request: ApiRequest, asked: Query[Paging]) -> Listed[OwnAskShape]:
    """List the questions about records that wait for oneself."""
    return page_of_rows(own_asks(request.actor), asked, order=("id",), show=_own)


def _own(ask: PulseAsk) -> OwnAskShape:
    return OwnAskShape(
        id=ask.pk, name=ask.pulse.standard.name, asked_on=ask.asked_on, state=ask.state
    )


@own.post("/me/pulse/{ask}/answer", answers=OwnAskShape, needs=OWN)
def answer_own_pulse(request: ApiRequest, ask: int, body: NewPulseAnswer) -> OwnAskShape:
    """Answer both questions; the answer is kept without a name or a day."""
    said = pulsing.Answered(body.minutes, body.confidence)
    pulsing.answer_pulse(request.actor, ask, said)
    return _own(access_own_ask(PULSE, request.actor, ask))


@own.post("/me/pulse/{ask}/skip", answers=OwnAskShape, needs=OWN)
def skip_own_pulse(request: ApiRequest, ask: int) -> OwnAskShape:
    """Leave the questions unanswered until the next round."""
    pulsing.skip_pulse(request.actor, ask)
    return _own(access_own_ask(PULSE, request.actor, ask))


ROUTERS = (pulses.router, own.router)
"""What is added to the API."""
