"""Shapes that all endpoints share: the base of bodies and answers, problems, common values."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

LONGEST_IDENTIFIER = 254
LARGEST_ID = 2**63 - 1


class Shape(BaseModel):
    """A body or an answer; what stands under a field is its description."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", from_attributes=True, use_attribute_docstrings=True
    )

    @classmethod
    def __pydantic_init_subclass__(cls, **named: object) -> None:
        """Look for descriptions in the source of each class once, not again for ``Listed[Item]``.

        What is made of a generic shape takes its descriptions over. It has no source, and to find
        that out takes 20 ms each: most of the time in which the API is put together.
        """
        super().__pydantic_init_subclass__(**named)
        is_generic = bool(cls.__pydantic_generic_metadata__["parameters"])
        cls.model_config["use_attribute_docstrings"] = not is_generic


class Asked(Shape):
    """What an address asks for behind its question mark."""


AccountId = Annotated[str, Field(max_length=LONGEST_IDENTIFIER, examples=["a001"])]
ProductId = Annotated[str, Field(max_length=LONGEST_IDENTIFIER, examples=["crm"])]
PersonId = Annotated[str, Field(max_length=LONGEST_IDENTIFIER, examples=["p.0815"])]
RowId = Annotated[int, Field(ge=1, le=LARGEST_ID, examples=[17])]


class FieldProblem(Shape):
    """What is wrong with one value."""

    field: Annotated[str, Field(examples=["query.limit"])]
    """Where it stands: path, query or body, then the names that lead to it."""
    message: Annotated[str, Field(examples=["Input should be less than or equal to 200"])]
    """What is wrong with it."""


class Problem(Shape):
    """Why there is no answer, in a sentence that says what to do next."""

    detail: Annotated[str, Field(examples=["There is no account 'a999'; check its identifier."])]
    """The sentence."""
    fields: tuple[FieldProblem, ...] = ()
    """The values that cannot be used, if that is the reason (status 422)."""
