"""What the API says of whether it happens: of groups, of one's own week, of one's team."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from uptake.capabilities.behaviours.figures import BehaviourFigures, TeamPoint
from uptake.capabilities.measure.api_numbers import BasisShape, Number, Place
from uptake.foundation.api.paging import Listed
from uptake.foundation.api.shapes import RowId, Shape
from uptake.metrics.measurement import Measurement

Said = Annotated[str, Field(examples=["12 of 24 people met it."])]
Known = Annotated[float | None, Field(examples=[0.62])]


class PointShape(Shape):
    """One period of the chart."""

    first: date
    """Its first day."""
    share: Known
    """The share of the people due who met it; null where too few were due."""
    asked: bool
    """Whether people were asked by then; before that is the baseline."""
    centre: Known
    """The centre line of the chart."""
    low: Known
    """The lower limit."""
    high: Known
    """The upper limit."""
    signal: Annotated[str, Field(examples=[""])]
    """Why it is more than noise; empty if it is not."""
    met: Annotated[int | None, Field(examples=[61])]
    """How often it was met; null where the share is rounded or hidden."""
    due: Annotated[int | None, Field(examples=[84])]
    """How often it was due; null where the share is rounded or hidden."""


class StreakShape(Shape):
    """People whose streak has so many periods; a miss in four does not end one."""

    words: Annotated[str, Field(examples=["4 to 7"])]
    """How many periods."""
    people: Annotated[int | None, Field(examples=[12])]
    """How many people; null where they are too few."""


class ConditionShape(Shape):
    """One thing that has to hold before it may be said that it changed."""

    name: Annotated[str, Field(examples=["the chart signals"])]
    """What has to hold."""
    met: bool | None
    """Whether it does; null: not yet known."""
    evidence: Annotated[str, Field(examples=["8 in a row on one side"])]
    """What shows it."""


class ApartShape(Shape):
    """Records that nobody worked for; they are in no other number."""

    kind: Annotated[str, Field(examples=["bulk"])]
    """Why: `bulk`, `repeated`, `unchanged` or `keep_alive`."""
    records: Annotated[int, Field(examples=[30])]
    """How many."""


class Attained(Shape):
    """Whether a behaviour happens, in numbers of groups."""

    basis: BasisShape
    """What the figures rest on."""
    sentence: Said
    """How it stands."""
    missing: Annotated[str, Field(examples=[""])]
    """Why there are no numbers; empty if there are."""
    latest: Number | None
    """Who met it in the newest closed period."""
    people: Number | None
    """Person-periods that met it, of the newest four periods."""
    quantity: Number | None
    """Good ones, at most as many as asked, of all that was asked."""
    quality: Number | None
    """Good ones of what was done."""
    before: Number | None
    """Who met it before it was asked."""
    progress: Number | None
    """What is done by now of what is asked once."""
    points: tuple[PointShape, ...]
    """Period by period, the oldest first."""
    verdict: Annotated[str, Field(examples=["not yet known"])]
    """Whether it may be said that it changed."""
    conditions: tuple[ConditionShape, ...]
    """What has to hold for that."""
    between_teams: Known
    """The share of the differences that lies between teams; above 0.25 it looks organisational."""
    streaks: tuple[StreakShape, ...]
    """How long people have kept it up."""
    artificial: tuple[ApartShape, ...]
    """Records that nobody worked for."""

    @classmethod
    def of(
        cls, figures: BehaviourFigures | None, place: Place, *, key: int, sentence: str
    ) -> Attained:
        """Show the figures of a behaviour."""
        found = figures or BehaviourFigures(0, "", "No data has arrived yet.")

        def told(number: Measurement | None) -> Number | None:
            return number_of(number, place, key)

        return cls(
            basis=place.basis,
            sentence=sentence,
            missing=found.missing,
            latest=told(found.latest),
            people=told(found.people),
            quantity=told(found.quantity),
            quality=told(found.quality),
            before=told(found.before),
            progress=told(found.progress),
            points=tuple(PointShape.model_validate(point) for point in found.points),
            verdict=found.verdict,
            conditions=tuple(ConditionShape.model_validate(each) for each in found.conditions),
            between_teams=found.between,
            streaks=tuple(StreakShape.model_validate(each) for each in found.streaks),
            artificial=tuple(ApartShape.model_validate(each) for each in found.apart),
        )


def number_of(number: Measurement | None, place: Place, key: int) -> Number | None:
    """Return a number; its definition is how it came about."""
    return None if number is None else _shown(number, place, key)


def _shown(number: Measurement, place: Place, key: int) -> Number:
    return place.show(number).model_copy(update={"how": f"{place.root}/behaviours/{key}"})


class TeamShape(Shape):
    """A team in the newest closed period, within the limits of its size."""

    account: Annotated[str, Field(examples=["a001"])]
    """Its account; empty: none."""
    team: Annotated[str, Field(examples=["sales"])]
    """Its name."""
    people: Annotated[int, Field(examples=[12])]
    """For how many people it was due."""
    met: Number
    """Who met it."""
    low: Known
    """The share below which a team of this size is lower than chance explains."""
    standing: Annotated[str, Field(examples=["within"])]
    """`within`, `below` or `far below` those limits."""
    shrunk: Known
    """The share drawn towards that of all teams, the more the smaller the team."""
    place: Annotated[int | None, Field(examples=[1])]
    """Its place by that share."""

    @classmethod
    def of(cls, point: TeamPoint, place: Place, key: int) -> TeamShape:
        """Show a team."""
        return cls(
            account=point.account,
            team=point.team,
            people=point.people,
            met=_shown(point.share, place, key),
            low=point.low,
            standing=point.standing,
            shrunk=point.shrunk,
            place=point.place,
        )


class Teams(Listed[TeamShape]):
    """Teams of a behaviour; those of too few people are left out."""

    basis: BasisShape
    """What the figures rest on."""


class OwnPeriodShape(Shape):
    """A period of one's own that is over."""

    first: date
    """Its first day."""
    standing: Annotated[str, Field(examples=["met"])]
    """`met`, `missed`, `exempt` or `not due`."""


class OwnItemShape(Shape):
    """One thing that is asked of the caller."""

    behaviour: RowId
    """The number of the behaviour."""
    name: Annotated[str, Field(examples=["Calls logged"])]
    """What people call it."""
    statement: Annotated[str, Field(examples=["Log each customer call with the next step"])]
    """What exactly is asked."""
    reason: Annotated[str, Field(examples=["Inside sales call the same contacts next."])]
    """Why it matters."""
    standing: Annotated[str, Field(examples=["open"])]
    """`met`, `open`, `missed`, `exempt` or `not due`."""
    good: Annotated[int, Field(examples=[2])]
    """How many are done well."""
    others: Annotated[int, Field(examples=[1])]
    """How many were done and do not count."""
    asked: Annotated[int, Field(examples=[3])]
    """How many are asked for."""
    left: Annotated[int, Field(examples=[1])]
    """How many are left."""
    due: datetime
    """Until when."""
    streak: Annotated[int, Field(examples=[7])]
    """Periods met in a row; a miss in four does not end it."""
    course: tuple[OwnPeriodShape, ...]
    """The last periods, the oldest first."""


class OwnWeekOfBehaviours(Shape):
    """What is asked of the caller, and how they stand; nobody else reads it."""

    as_of: date | None
    """The newest day with data; null: there is none."""
    sentences: tuple[Said, ...]
    """How one stands."""
    items: tuple[OwnItemShape, ...]
    """What is asked, the next due first."""


class ObstacleShape(Shape):
    """What stops how many people, of the smallest group or more."""

    kind: Annotated[str, Field(examples=["time"])]
    """Which kind of thing."""
    words: Annotated[str, Field(examples=["I have no time for it"])]
    """The same in words."""
    people: Annotated[int, Field(examples=[6])]
    """How many said so."""


class TeamItemShape(Shape):
    """A behaviour as the people whom the caller leads do it."""

    behaviour: RowId
    """The number of the behaviour."""
    name: Annotated[str, Field(examples=["Calls logged"])]
    """What people call it."""
    missing: Annotated[str, Field(examples=[""])]
    """Why there is no number; empty if there is one."""
    latest: Number | None
    """Who met it in the newest closed period."""
    before: Number | None
    """Who met it before it was asked."""
    progress: Number | None
    """What is done by now of what is asked once."""
    trend: tuple[Known, ...]
    """The share that met it in the newest periods, the oldest first; null where hidden."""
    improved: Annotated[int | None, Field(examples=[3])]
    """How many people got better; null: cannot be told."""
    is_organisational: bool
    """Whether the shortfall looks organisational, so that pushing people will not help."""
    stops: tuple[ObstacleShape, ...]
    """What stops people and waits to be acted on."""


class DutyShape(Shape):
    """One of a manager's duties over the newest periods."""

    duty: Annotated[str, Field(examples=["articulate"])]
    """`articulate`, `recognise` or `correct`."""
    cadence: Annotated[str, Field(examples=["Every week"])]
    """How often it is due."""
    standing: Annotated[str, Field(examples=["open"])]
    """In the running period: `met`, `open`, `not due` or `exempt`."""
    why: Annotated[str, Field(examples=["nobody was thanked"])]
    """What is missing."""
    is_missed: bool
    """Whether it was not done when it was due last."""


class ManagerShape(Shape):
    """Somebody who reports to the caller and leads people."""

    person: Annotated[str, Field(examples=["p.0815"])]
    """Who."""
    is_measurable: bool
    """Whether they can do anything here."""
    missed: tuple[Annotated[str, Field(examples=["recognise"])], ...]
    """Duties that were not done when they were due last."""


class TeamOfBehaviours(Shape):
    """The people whom the caller leads, as groups; nobody by name."""

    basis: BasisShape
    """What the figures rest on."""
    sentences: tuple[Said, ...]
    """How they stand, and what is the caller's to do."""
    people: Annotated[int, Field(examples=[14])]
    """How many the caller leads."""
    items: tuple[TeamItemShape, ...]
    """What is asked of them."""
    waiting: Annotated[int, Field(examples=[1])]
    """Questions that wait for the caller."""
    oldest: datetime | None
    """Since when the oldest waits."""
    duties: tuple[DutyShape, ...]
    """The caller's own duties."""
    managers: tuple[ManagerShape, ...]
    """Managers who report to the caller."""
