"""What the API says and takes about populations."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from uptake.capabilities.customers.api_shapes import Text
from uptake.capabilities.customers.models import NAME, Population
from uptake.capabilities.customers.populations import Attribute, Comparison
from uptake.foundation.api.shapes import Shape

PopulationName = Annotated[str, Field(max_length=NAME, examples=["Field agents"])]


class RuleShape(Shape):
    """One condition on a person."""

    field: Attribute
    """The attribute."""
    op: Comparison
    """How it is compared; `before` and `on_or_after` are for start and end."""
    value: str | Annotated[tuple[str, ...], Field(max_length=1_000)] = Field(
        examples=["field agent"]
    )
    """What it is compared with: a list for `in` and `not_in`, a day for `before`."""


Rules = Annotated[tuple[RuleShape, ...], Field(max_length=50)]


class PopulationRules(Shape):
    """Rules that every member fits."""

    rules: Rules = ()
    """The rules; without any, everybody fits."""


class WantedPopulation(PopulationRules):
    """What a population is to be."""

    goal: Text = ""
    """Which business goal their use serves."""
    days_a_week: Annotated[
        Decimal | None, Field(ge=0, le=7, max_digits=3, decimal_places=2, examples=["3"])
    ] = None
    """On how many days of a week they are expected to use it; null: nobody has said."""
    precedence: Annotated[int, Field(ge=0, le=32_767, examples=[0])] = 0
    """Who fits several is measured against the lowest."""


class PopulationShape(WantedPopulation):
    """People whose expected use is the same."""

    name: PopulationName
    """Its name."""

    @classmethod
    def of(cls, row: Population) -> PopulationShape:
        """Show a row."""
        return cls(
            name=row.name,
            rules=tuple(RuleShape(**rule) for rule in row.rules),
            goal=row.goal,
            days_a_week=row.days_a_week,
            precedence=row.precedence,
        )


class PopulationSize(Shape):
    """How many people fit, among those whom the caller may know of."""

    people: Annotated[int | None, Field(examples=[38])]
    """How many; null where it is hidden."""
    state: Literal["measured", "suppressed"]
    """`suppressed`: fewer than the workspace's smallest group, and names are not the caller's."""
