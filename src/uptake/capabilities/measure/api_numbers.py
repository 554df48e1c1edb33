"""Numbers as the API states them: each one explains itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Annotated
from urllib.parse import quote, urlencode

from pydantic import Field

from uptake.capabilities.measure.figures import GroupFigures, StateFigure
from uptake.capabilities.measure.views import Basis, HowView
from uptake.foundation.api.shapes import Shape
from uptake.methods.adoption.states import AdoptionState
from uptake.metrics.measurement import Measurement, MeasurementState, Unit
from uptake.metrics.scope import Grouping

Amount = Annotated[float | None, Field(examples=[0.62])]
Count = Annotated[float | None, Field(examples=[38.0])]
Whole = Annotated[float | None, Field(examples=[61.0])]


class WindowShape(Shape):
    """Calendar days, both ends included."""

    first: date
    """The first day."""
    last: date
    """The last day."""
    label: Annotated[str, Field(examples=["28 days to 2026-03-29"])]
    """The same in words."""


class BasisShape(Shape):
    """What figures rest on."""

    as_of: date | None
    """The last day they are about; null: there is no data."""
    computed_at: datetime
    """When they were computed."""
    lake_version: Annotated[int, Field(examples=[41])]
    """On which version of the data."""
    settings: Annotated[str, Field(examples=["0f3a9c"])]
    """With which version of thresholds, profiles and calendar."""
    is_current: bool
    """False while newer data waits to be computed."""
    minimum_people: Annotated[int, Field(examples=[5])]
    """Numbers about fewer people are hidden."""


class Number(Shape):
    """One number that explains itself; there is a value only if the state is `measured`."""

    key: Annotated[str, Field(examples=["adoption_rate"])]
    """Its metric in the catalogue."""
    group: Annotated[str | None, Field(examples=["sales"])]
    """The group it is about; null: everyone."""
    point: Annotated[str | None, Field(examples=["week 4"])]
    """Its place in a curve or pattern."""
    value: Amount
    """The number itself; shares run from 0 to 1."""
    numerator: Count
    """What was counted."""
    denominator: Whole
    """Of how many."""
    low: Annotated[float | None, Field(examples=[0.50])]
    """Lower end of the 95 % interval."""
    high: Annotated[float | None, Field(examples=[0.73])]
    """Upper end of the 95 % interval."""
    unit: Unit
    """What the value counts."""
    people: Annotated[int | None, Field(examples=[61])]
    """How many people are behind it."""
    window: WindowShape
    """The days it is about."""
    state: MeasurementState
    """Whether there is a number, and if not, why."""
    reason: Annotated[str, Field(examples=[""])]
    """Why there is no number, or a caveat about the one there is."""
    how: Annotated[str, Field(examples=["/api/v1/workspaces/acme/how/adoption_rate?account=a001"])]
    """Where to ask how it came about."""
    basis: BasisShape
    """What it rests on."""


class StatePeriodShape(Shape):
    """The state in one four-week period."""

    first: date
    """Its first day."""
    last: date
    """Its last day."""
    state: AdoptionState | None
    """The state; null where too few people belonged to the group."""


class StateChangeShape(Shape):
    """A change of state that lasted."""

    day: date
    """When it was seen."""
    before: AdoptionState | None
    """What it was before; null for the first state seen."""
    after: AdoptionState
    """What it has been since."""
    sentence: Annotated[str, Field(examples=["It went from idle to working."])]
    """The same in words."""


class State(Shape):
    """In which state of adoption a group is, and why."""

    state: AdoptionState | None
    """The state; null where it is hidden to protect people."""
    plain: Annotated[str, Field(examples=["working"])]
    """The state in everyday words."""
    is_failure: bool
    """Whether it is one of the five failure states."""
    reason: Annotated[str, Field(examples=["38 of 61 people use it."])]
    """Why."""
    could_be: tuple[AdoptionState, ...]
    """What else it could be, given what is not measured."""
    unmeasured: tuple[Annotated[str, Field(examples=["quality"])], ...]
    """The measures nothing is known about."""
    history: tuple[StatePeriodShape, ...]
    """What it was before, the oldest period first."""
    changes: tuple[StateChangeShape, ...]
    """When it changed for good."""

    @classmethod
    def of(cls, figure: StateFigure) -> State:
        """Show a state."""
        return cls.model_validate(figure)


class Group(Shape):
    """A team, role or population; a hidden one keeps its name alone."""

    group: Annotated[str, Field(examples=["sales"])]
    """Its name."""
    people: Annotated[int | None, Field(examples=[61])]
    """How many people; null where it is hidden."""
    state: State
    """How it stands."""
    numbers: tuple[Number, ...]
    """Its numbers of the 28 days."""
    trend: tuple[Annotated[float | None, Field(examples=[38.0])], ...]
    """Active people in each of the last weeks, the oldest first; null where hidden."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where numbers stand: what they rest on, and where to ask about them."""

    root: str
    basis: BasisShape
    account: str | None = None
    product: str | None = None
    by: Grouping | None = None

    @classmethod
    def of(cls, workspace: str, basis: Basis) -> Place:
        """Return the place of numbers of a workspace."""
        shown = BasisShape.model_validate(basis)
        return cls(root=f"/api/v1/workspaces/{workspace}", basis=shown)

    def at(self, account: str, product: str | None) -> Place:
        """Return the place of a deployment's numbers."""
        return replace(self, account=account, product=product)

    @property
    def deployment(self) -> str:
        """Where everything about the deployment is."""
        asked = f"?{urlencode({'product': self.product})}" if self.product is not None else ""
        return f"{self.root}/deployments/{quote(self.account or '', safe='')}{asked}"

    def within(self, by: Grouping, basis: Basis) -> Place:
        """Return the place of numbers of a deployment's groups."""
        return replace(self, by=by, basis=BasisShape.model_validate(basis))

    def how(self, number: Measurement) -> str:
        """Return where to ask how a number came about."""
        if self.account is None:
            return f"{self.root}/metrics/{number.key}"
        asked = {"account": self.account}
        if self.product is not None:
            asked["product"] = self.product
        if self.by is not None and number.group is not None:
            asked |= {"by": self.by.value, "group": number.group}
        return f"{self.root}/how/{number.key}?{urlencode(asked)}"

    def show(self, number: Measurement) -> Number:
        """Return a number as the API states it."""
        return Number(
            key=number.key,
            group=number.group,
            point=number.point,
            value=number.value,
            numerator=number.numerator,
            denominator=number.denominator,
            low=number.low,
            high=number.high,
            unit=number.unit,
            people=number.people,
            window=WindowShape.model_validate(number.window),
            state=number.state,
            reason=number.reason,
            how=self.how(number),
            basis=self.basis,
        )

    def maybe(self, number: Measurement | None) -> Number | None:
        """Return a number, or that nothing is known."""
        return None if number is None else self.show(number)

    def all(self, numbers: tuple[Measurement, ...]) -> tuple[Number, ...]:
        """Return numbers in their order."""
        return tuple(self.show(number) for number in numbers)

    def group(self, figures: GroupFigures) -> Group:
        """Return a group with its numbers."""
        return Group(
            group=figures.group,
            people=figures.people,
            state=State.of(figures.state),
            numbers=self.all(figures.numbers),
            trend=figures.trend,
        )


class How(Shape):
    """How a number came about."""

    key: Annotated[str, Field(examples=["adoption_rate"])]
    """The metric."""
    name: Annotated[str, Field(examples=["Adoption rate"])]
    """What people call it."""
    question: Annotated[str, Field(examples=["How many of those who should use it do?"])]
    """The question it answers."""
    formula: Annotated[str, Field(examples=["active people / people in scope"])]
    """The formula in one line."""
    numerator: Annotated[str, Field(examples=["38 active people"])]
    """What is counted."""
    denominator: Annotated[str, Field(examples=["61 people in scope"])]
    """Of what."""
    unit: Annotated[str, Field(examples=["share"])]
    """What the value counts."""
    interval: Annotated[str, Field(examples=["50 % to 73 % (95 %)"])]
    """The interval in words."""
    window: Annotated[str, Field(examples=["2 to 29 March 2026 (28 days)"])]
    """The days it is about."""
    method: Annotated[str, Field(examples=[""])]
    """The page that explains the mathematics."""
    needs: tuple[Annotated[str, Field(examples=["person"])], ...]
    """The columns or lists it cannot do without."""
    caveats: tuple[Annotated[str, Field(examples=["It is wrong where the list is."])], ...]
    """What would make it wrong."""
    rows: Annotated[str, Field(examples=["The rows behind it are what single people did."])]
    """How to get at the rows behind it, or why one may not."""
    number: Number | None
    """The number itself; null: there is none here."""
    basis: BasisShape
    """What it rests on."""

    @classmethod
    def of(cls, view: HowView, place: Place) -> How:
        """Show how a number came about."""
        told = {name: getattr(view, name) for name in cls.model_fields}
        told |= {"number": place.maybe(view.number)}
        return cls(**told | {"basis": BasisShape.model_validate(view.basis)})
