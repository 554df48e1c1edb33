"""What the API tells of surveys, and what it is told."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from uptake.capabilities.assessments import actions
from uptake.capabilities.assessments.models import Asked, Step, Survey
from uptake.capabilities.assessments.queries import instrument_of
from uptake.capabilities.assessments.results import NormTold, StatementTold, WaveTold
from uptake.capabilities.assessments.saying import headline, stand_of
from uptake.foundation.api.shapes import RowId, Shape
from uptake.methods.assessment.opinions import Mean, Move


class MoveShape(Shape):
    """How far something moved since the wave told before, with its 95 % interval."""

    change: Annotated[float, Field(examples=[0.4])]
    """The difference."""
    low: Annotated[float, Field(examples=[0.1])]
    """Lower end."""
    high: Annotated[float, Field(examples=[0.7])]
    """Upper end."""
    is_moved: bool
    """It stands out among all that was compared, one false alarm in ten allowed for."""

    @classmethod
    def of(cls, move: Move | None, *, is_moved: bool) -> MoveShape | None:
        """Return a move as the API tells it."""
        if move is None:
            return None
        ends = move.interval
        return cls(change=move.change, low=ends.low, high=ends.high, is_moved=is_moved)


class StatementShape(Shape):
    """What was answered to a statement; of something bad: turned."""

    key: Annotated[str, Field(examples=["know-why"])]
    """Its key; a statement that is worded anew gets another."""
    says: Annotated[str, Field(examples=["I know who goes on with what I enter."])]
    """What people agree with or not."""
    is_reversed: bool
    """It is of something bad; numbers are turned."""
    could_say: int | None
    """People who could say; null: fewer than the smallest group, nothing is told."""
    agree: int | None
    """Those who agree mostly or entirely."""
    share: float | None
    """Their share."""
    low: float | None
    """Lower end of its 95 % interval."""
    high: float | None
    """Upper end."""
    counts: tuple[int, ...] | None
    """How often each point was chosen, 1 first."""
    cannot_say: int | None
    """People who could not say."""
    agreement: float | None
    """Agreement of those who could, rwg."""
    moved: MoveShape | None
    """How the share moved; null: nothing to compare with."""

    @classmethod
    def of(cls, told: StatementTold) -> StatementShape:
        """Return a statement as the API tells it."""
        found, asked = told.opinion, told.statement
        ends = found.agree.interval if found else None
        return cls(
            key=asked.key,
            says=asked.says,
            is_reversed=asked.is_reversed,
            could_say=int(found.agree.denominator) if found else None,
            agree=int(found.agree.numerator) if found else None,
            share=found.agree.value if found else None,
            low=ends.low if ends else None,
            high=ends.high if ends else None,
            counts=found.counts if found else None,
            cannot_say=found.unknown if found else None,
            agreement=found.alike if found else None,
            moved=MoveShape.of(told.move, is_moved=told.is_moved),
        )


class MeanShape(Shape):
    """A mean of people's means, 1 to 5, with its 95 % interval."""

    value: Annotated[float, Field(examples=[3.6])]
    """The mean."""
    people: Annotated[int, Field(examples=[41])]
    """People whose means it is of."""
    low: float | None
    """Lower end."""
    high: float | None
    """Upper end."""

    @classmethod
    def of(cls, mean: Mean | None) -> MeanShape | None:
        """Return a mean as the API tells it."""
        if mean is None:
            return None
        ends = mean.interval
        return cls(
            value=mean.value,
            people=mean.people,
            low=ends.low if ends else None,
            high=ends.high if ends else None,
        )


class NormShape(Shape):
    """How far people live by a norm."""

    key: Annotated[str, Field(examples=["example"])]
    """Its key."""
    name: Annotated[str, Field(examples=["Leaders go ahead"])]
    """Its name."""
    mean: MeanShape | None
    """Of everybody; null: too few could say."""
    leaders: MeanShape | None
    """Of those whom others report to; null: too few of them or of the others."""
    others: MeanShape | None
    """Of everybody else; null with the former."""
    moved: MoveShape | None
    """How the mean moved; null: nothing to compare with."""
    statements: tuple[StatementShape, ...]
    """Its statements."""

    @classmethod
    def of(cls, told: NormTold) -> NormShape:
        """Return a norm as the API tells it."""
        return cls(
            key=told.norm.key,
            name=told.norm.name,
            mean=MeanShape.of(told.mean),
            leaders=MeanShape.of(told.leaders),
            others=MeanShape.of(told.others),
            moved=MoveShape.of(told.move, is_moved=told.is_moved),
            statements=tuple(map(StatementShape.of, told.statements)),
        )


class TeamShape(Shape):
    """What a team with enough answers said."""

    name: Annotated[str, Field(examples=["Marketing"])]
    """The team."""
    asked: int
    """Its people who were asked."""
    answered: int
    """Those who answered."""
    norms: dict[str, MeanShape | None]
    """The mean of each norm by its key; null: too few could say."""


class WaveShape(Shape):
    """A wave that is over."""

    number: Annotated[int, Field(examples=[1])]
    """Its number, from 1."""
    first_day: date
    """Its first day."""
    last_day: date
    """Its last day."""
    asked: Annotated[int, Field(examples=[60])]
    """People who were asked."""
    answered: Annotated[int, Field(examples=[41])]
    """People who answered."""
    norms: tuple[NormShape, ...]
    """What they said; empty: too few answered to tell anything."""
    teams: tuple[TeamShape, ...]
    """Teams with enough answers, by name."""
    hidden_teams: int
    """Groups that are not told."""

    @classmethod
    def of(cls, told: WaveTold) -> WaveShape:
        """Return a wave as the API tells it."""
        teams = (
            TeamShape(
                name=each.name,
                asked=int(each.answered.denominator),
                answered=int(each.answered.numerator),
                norms={key: MeanShape.of(mean) for key, mean in each.norms.items()},
            )
            for each in told.groups
        )
        return cls(
            number=told.wave.number + 1,
            first_day=told.wave.first_day,
            last_day=told.wave.last_day,
            asked=int(told.answered.denominator),
            answered=int(told.answered.numerator),
            norms=tuple(map(NormShape.of, told.norms)),
            teams=tuple(teams),
            hidden_teams=told.hidden,
        )


class SurveyShape(Shape):
    """A survey, and what its waves told."""

    id: RowId
    """Its number."""
    name: Annotated[str, Field(examples=["Culture of adoption"])]
    """Its name."""
    account: Annotated[str, Field(examples=["a001"])]
    """Of the people of which account and below."""
    every_weeks: Annotated[int, Field(examples=[13])]
    """Asked once in so many weeks."""
    started_on: date
    """The first day of the first wave."""
    ended_on: date | None
    """Nobody is asked from then on; null: they are."""
    sentence: str
    """What the newest wave says, in plain words."""
    due: date | None
    """When the next wave is told; null: none is asked."""
    waves: tuple[WaveShape, ...]
    """Waves that are over, the newest first."""

    @classmethod
    def of(cls, survey: Survey) -> SurveyShape:
        """Return a survey as the API tells it."""
        stand = stand_of(survey)
        return cls(
            id=survey.pk,
            name=survey.name,
            account=survey.account.external_id,
            every_weeks=survey.every_weeks,
            started_on=survey.started_on,
            ended_on=survey.ended_on,
            sentence=headline(stand),
            due=stand.due,
            waves=tuple(map(WaveShape.of, stand.waves)),
        )


class NewSurvey(Shape):
    """A survey that begins."""

    account: Annotated[str, Field(examples=["a001"])]
    """Of the people of which account and below."""
    name: Annotated[str, Field(max_length=200, examples=["Culture of adoption"])] = ""
    """Its name; empty: as the statements are called."""
    every_weeks: Annotated[int, Field(ge=actions.FEWEST_WEEKS, le=actions.MOST_WEEKS)] = (
        actions.USUAL_WEEKS
    )
    """Asked once in so many weeks."""
    first_day: date | None = None
    """First asked on; null: today."""


class StepShape(Shape):
    """What was done to shape norms."""

    id: RowId
    """Its number."""
    what: Annotated[str, Field(examples=["The head of sales decides by the forecast alone."])]
    """What was done."""
    by_whom: Annotated[str, Field(examples=["Head of sales"])]
    """By whom."""
    day: date
    """When."""
    norms: Annotated[tuple[str, ...], Field(examples=[["example"]])]
    """Keys of the norms that it is meant to move."""

    @classmethod
    def of(cls, step: Step) -> StepShape:
        """Return a step as the API tells it."""
        return cls(
            id=step.pk, what=step.what, by_whom=step.by_whom, day=step.day, norms=tuple(step.norms)
        )


class NewStep(Shape):
    """Something that was done to shape norms."""

    what: Annotated[str, Field(max_length=600, examples=["Good notes are read out on Mondays."])]
    """What was done."""
    by_whom: Annotated[str, Field(max_length=200, examples=["Head of sales"])]
    """By whom."""
    day: date
    """When."""
    norms: Annotated[tuple[str, ...], Field(examples=[["recognition"]])]
    """Keys of the norms that it is meant to move."""


class AskedStatement(Shape):
    """A statement to answer."""

    key: Annotated[str, Field(examples=["know-why"])]
    """Its key."""
    says: Annotated[str, Field(examples=["I know who goes on with what I enter."])]
    """What one agrees with or not."""


class OwnSurveyShape(Shape):
    """What waits for one's own answer."""

    id: RowId
    """Its number."""
    name: Annotated[str, Field(examples=["Culture of adoption"])]
    """Which survey."""
    until: date
    """The last day on which an answer is taken."""
    state: Annotated[str, Field(examples=["open"])]
    """`open`, `answered` or `skipped`."""
    statements: tuple[AskedStatement, ...]
    """What is asked."""

    @classmethod
    def of(cls, ask: Asked) -> OwnSurveyShape:
        """Return what one is asked as the API tells it."""
        asked = (
            AskedStatement(key=each.key, says=each.says)
            for each in instrument_of(ask.wave.questions).statements
        )
        return cls(
            id=ask.pk,
            name=ask.wave.survey.name,
            until=ask.wave.last_day,
            state=ask.state,
            statements=tuple(asked),
        )


class NewAnswers(Shape):
    """One's own answers; kept without a name or a day."""

    answers: Annotated[dict[str, int | None], Field(examples=[{"know-why": 4}])]
    """1, not at all, to 5, entirely, by the key of each statement; null: one cannot say."""
