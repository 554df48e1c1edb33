"""What the API says and takes about contests: rules, standing, and what is left of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from uptake.capabilities.contests import telling
from uptake.capabilities.contests.actions import ContestFacts
from uptake.capabilities.contests.figures import ContestFigures, Decay, Move, TeamScore, When
from uptake.capabilities.contests.models import Contest, Entry, PrizeGiven, Status
from uptake.capabilities.contests.queries import TeamChoice, kept_figures, newest_rules
from uptake.capabilities.contests.rules import LONGEST_WEEKS, MOST_PRIZES, Prize, Rules, read
from uptake.capabilities.customers.models import NAME
from uptake.foundation.api.shapes import RowId, Shape
from uptake.metrics.measurement import Measurement, MeasurementState

LONGEST = 1_000
Line = Annotated[str, Field(min_length=1, max_length=200)]
Name = Annotated[str, Field(min_length=1, max_length=NAME, examples=["Spring of notes"])]
Weeks = Annotated[int, Field(ge=1, le=LONGEST_WEEKS, examples=[4])]
About = Annotated[str, Field(max_length=LONGEST, examples=["Notes help whoever calls next."])]
Known = Annotated[float | None, Field(examples=[0.6])]


class PrizeShape(Shape):
    """What every team in the first place wins."""

    what: Annotated[Line, Field(examples=["Lunch together"])]
    """What it is."""
    paid_by: Annotated[Line, Field(examples=["Head of sales"])]
    """Who pays."""
    worth: Annotated[Decimal | None, Field(ge=0, max_digits=12, examples=["200.00"])] = None
    """What it is worth; null: nobody said."""
    currency: Annotated[str, Field(max_length=3, examples=["EUR"])] = ""
    """In which currency."""


class RulesShape(Shape):
    """The rules of a contest, as somebody wants them."""

    name: Name
    """What people call it."""
    first: Annotated[date, Field(examples=["2026-06-01"])]
    """It begins with the first period of the behaviour from this day on."""
    weeks: Weeks
    """How long; of what is due by month or quarter the whole ones within these weeks count."""
    about: About = ""
    """Why, in your words."""
    prizes: Annotated[tuple[PrizeShape, ...], Field(max_length=MOST_PRIZES)] = ()
    """What every team in the first place wins."""

    @property
    def rules(self) -> Rules:
        """The same as rules."""
        prizes = tuple(
            Prize(each.what, each.paid_by, each.worth, each.currency) for each in self.prizes
        )
        return Rules(self.first, self.weeks, self.about.strip(), prizes)


class NewContest(RulesShape):
    """A contest to be written down."""

    behaviour: RowId
    """The number of the behaviour it is about."""
    account: Annotated[str, Field(max_length=254, examples=["a001"])] = ""
    """Whose teams may enter; empty: everybody who is asked for it."""

    @property
    def facts(self) -> ContestFacts:
        """The same as facts."""
        return ContestFacts(self.name, self.behaviour, self.rules, self.account)


class ChangedRules(RulesShape):
    """The next version of the rules; the behaviour and whose teams may enter stay."""

    note: Annotated[str, Field(max_length=500, examples=["Six weeks instead of four."])] = ""
    """What was changed, and why."""


class Reason(Shape):
    """Why a contest is called off."""

    note: Annotated[str, Field(min_length=1, max_length=500, examples=["The system is down."])]
    """Why; the teams read it."""


class TeamChoiceShape(Shape):
    """A team that the caller may enter or take out."""

    team: RowId
    """The number of the team."""
    name: Annotated[str, Field(examples=["Inside sales"])]
    """What it is called."""
    is_in: bool
    """Whether it takes part."""
    is_asked_anew: bool
    """It entered by earlier rules: unless it enters anew it is not in."""

    @classmethod
    def of(cls, found: TeamChoice) -> TeamChoiceShape:
        """Return a team as the API tells it."""
        return cls(
            team=found.key,
            name=found.name,
            is_in=found.is_in,
            is_asked_anew=found.is_asked_anew,
        )


class EntryShape(Shape):
    """That a team takes part, or no longer."""

    contest: RowId
    """The number of the contest."""
    team: RowId
    """The number of the team."""
    is_in: bool
    """Whether it takes part."""
    rules: Annotated[int, Field(examples=[1])]
    """The version of the rules by which it entered."""

    @classmethod
    def of(cls, row: Entry) -> EntryShape:
        """Return an entry as the API tells it."""
        return cls(
            contest=row.contest_id,
            team=row.team_id,
            is_in=row.withdrawn_at is None,
            rules=row.rules,
        )


class NewGivenPrize(Shape):
    """That a team was given a prize."""

    prize: Annotated[int, Field(ge=1, le=MOST_PRIZES, examples=[1])]
    """Which of the contest's prizes: 1 is the first."""
    team: RowId
    """The number of the team."""
    given_on: Annotated[date, Field(examples=["2026-06-30"])]
    """When, after the end of the contest."""


class GivenPrizeShape(Shape):
    """A prize that a team was given."""

    prize: Annotated[int, Field(examples=[1])]
    """Which of the contest's prizes: 1 is the first."""
    team: RowId
    """The number of the team."""
    given_on: date
    """When."""

    @classmethod
    def of(cls, row: PrizeGiven) -> GivenPrizeShape:
        """Return a prize as the API tells it."""
        return cls(prize=row.prize + 1, team=row.entry.team_id, given_on=row.given_on)


class OwnPart(Shape):
    """Whether the caller's own work counts."""

    counts: Annotated[bool, Field(examples=[True])]
    """False: it counts for nobody, and nobody learns it; from the next day on."""


class ContestShape(Shape):
    """A contest and the rules in force."""

    id: RowId
    """Its number."""
    name: Annotated[str, Field(examples=["Spring of notes"])]
    """What people call it."""
    behaviour: RowId
    """The number of the behaviour it is about."""
    account: Annotated[str, Field(examples=["a001"])]
    """Whose teams may enter; empty: the whole company."""
    status: Status
    """How far it has come."""
    first: date
    """The first day that counts."""
    last: date
    """The last day that counts."""
    weeks: Weeks
    """For how many weeks it was written."""
    rules: Annotated[int, Field(examples=[1])]
    """The version of its rules; the last one is in force from the start to the end."""
    about: About
    """Why, in the words of who wrote it."""
    prizes: tuple[PrizeShape, ...]
    """What can be won."""
    given: tuple[GivenPrizeShape, ...]
    """What was given, the first one first."""
    sentence: Annotated[str, Field(examples=["Two teams are tied for the first place."])]
    """How it stands."""

    @classmethod
    def of(cls, row: Contest) -> ContestShape:
        """Return a contest as the API tells it."""
        version = newest_rules(row)
        rules, _definition = read(version)
        return cls(
            id=row.pk,
            name=row.name,
            behaviour=row.behaviour_id,
            account=row.account.external_id if row.account else "",
            status=Status(row.status),
            first=row.first,
            last=row.last,
            weeks=rules.weeks,
            rules=version.number,
            about=rules.about,
            prizes=tuple(PrizeShape.model_validate(prize) for prize in rules.prizes),
            given=tuple(GivenPrizeShape.of(each) for each in row.given.select_related("entry")),
            sentence=telling.sentence(row, kept_figures(row) if row.has_started else None),
        )


class ShareShape(Shape):
    """A share of what was due that was met, rounded; there is a value only if it is measured."""

    value: Known
    """The share, 0 to 1."""
    low: Known
    """Lower end of its 95 % interval."""
    high: Known
    """Upper end."""
    state: MeasurementState
    """Whether there is a number, and if not, why."""
    reason: Annotated[str, Field(examples=[""])]
    """Why there is none."""
    first: date
    """First day it is about."""
    last: date
    """Last day."""

    @classmethod
    def of(cls, told: Measurement) -> ShareShape:
        """Return a share as the API tells it."""
        return cls(
            value=told.value,
            low=told.low,
            high=told.high,
            state=told.state,
            reason=told.reason,
            first=told.window.first,
            last=told.window.last,
        )


class TeamScoreShape(Shape):
    """A team in the standing; teams in one place are tied."""

    team: Annotated[str, Field(examples=["inside"])]
    """Its name."""
    account: Annotated[str, Field(examples=["a001"])]
    """Its account; empty: none."""
    place: Annotated[int | None, Field(examples=[1])]
    """One more than there are teams surely better; null: no score."""
    score: ShareShape | None
    """What was met of what was due to its people; null: none."""
    counted: Annotated[int, Field(examples=[3])]
    """Periods that count."""
    closed: Annotated[int, Field(examples=[4])]
    """Periods that are over."""
    missing: Annotated[str, Field(examples=[""])]
    """Why there is no score."""

    @classmethod
    def of(cls, row: TeamScore) -> TeamScoreShape:
        """Return a team as the API tells it."""
        return cls(
            team=row.team,
            account=row.account,
            place=row.place,
            score=None if row.score is None else ShareShape.of(row.score),
            counted=row.counted,
            closed=row.closed,
            missing=row.missing,
        )


class MoveShape(Shape):
    """A difference of two levels, in shares."""

    value: Annotated[float, Field(examples=[0.12])]
    """Later less earlier."""
    low: Annotated[float, Field(examples=[0.05])]
    """Lower end of its 95 % interval."""
    high: Annotated[float, Field(examples=[0.19])]
    """Upper end."""

    @classmethod
    def of(cls, found: Move | None) -> MoveShape | None:
        """Return a difference as the API tells it."""
        return None if found is None else cls(value=found.value, low=found.low, high=found.high)


class LevelShape(Shape):
    """The level at one time."""

    when: When
    """Which time; of what is due by month or quarter the first and the second one after."""
    level: ShareShape
    """What was met of what was due."""


class DecayShape(Shape):
    """What a contest gave, and what is left of it."""

    levels: tuple[LevelShape, ...]
    """Before, during, and after."""
    gain: MoveShape | None
    """During less before; null while that cannot be told."""
    kept_after_four_weeks: MoveShape | None
    """Weeks 1 to 4 after less before."""
    kept_after_eight_weeks: MoveShape | None
    """Weeks 5 to 8 after less before."""
    left: Annotated[str, Field(examples=["gone"])]
    """What is left after eight weeks, in a word; empty: not yet due."""
    sentence: Annotated[str, Field(examples=["What the contest gave was gone after eight weeks."])]
    """The same in a sentence, by the latest time that is due."""

    @classmethod
    def of(cls, found: Decay, unit: str) -> DecayShape:
        """Return it as the API tells it."""
        levels = (LevelShape(when=e.when, level=ShareShape.of(e.level)) for e in found.levels)
        return cls(
            levels=tuple(levels),
            gain=MoveShape.of(found.gain),
            kept_after_four_weeks=MoveShape.of(found.kept_four),
            kept_after_eight_weeks=MoveShape.of(found.kept_eight),
            left=found.left_eight,
            sentence=telling.left_words(found, unit),
        )


class CounterShape(Shape):
    """How what must not get worse went."""

    name: Annotated[str, Field(examples=["Records that had to be put right"])]
    """What must not get worse."""
    sentence: Annotated[str, Field(examples=["4 % during the contest, 3 % before."])]
    """How it went."""
    is_bad: bool | None
    """Whether it got worse; null: cannot be told."""


class StandingShape(Shape):
    """The standing of a contest; teams alone, never people."""

    sentence: Annotated[str, Field(examples=["inside leads."])]
    """How it stands."""
    as_of: date | None
    """The newest day with data; null: none yet."""
    teams: tuple[TeamScoreShape, ...]
    """Teams by place, those tied by name."""
    counters: tuple[CounterShape, ...]
    """What must not get worse."""
    decay: DecayShape
    """The teams in it before, during and after."""
    other_teams: DecayShape | None
    """The teams that did not take part, for comparison: no experiment; null: too few people."""

    @classmethod
    def of(cls, row: Contest, found: ContestFigures | None) -> StandingShape:
        """Return a standing as the API tells it."""
        told = found or ContestFigures(row.workspace.minimum_group)
        return cls(
            sentence=telling.sentence(row, found),
            as_of=told.as_of,
            teams=tuple(TeamScoreShape.of(each) for each in told.teams),
            counters=tuple(CounterShape.model_validate(each) for each in told.counters),
            decay=DecayShape.of(told.decay, told.unit),
            other_teams=None if told.others is None else DecayShape.of(told.others, told.unit),
        )
