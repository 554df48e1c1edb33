"""Lists in pages: a cursor says after which row the next page begins, whatever came in between."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet
from pydantic import Field

from uptake.foundation.api.shapes import Asked, Shape
from uptake.foundation.errors import Invalid

MOST = 200
USUAL = 50

Item = TypeVar("Item")
Thing = TypeVar("Thing")
Row = TypeVar("Row", bound=Model)


class Paging(Asked):
    """Which part of a list."""

    limit: Annotated[int, Field(ge=1, le=MOST, examples=[USUAL])] = USUAL
    """Most items in one answer."""
    cursor: Annotated[str, Field(max_length=4_000, examples=[""])] = ""
    """`next` of the answer before; empty for the beginning."""


class Listed(Shape, Generic[Item]):
    """A part of a list."""

    items: tuple[Item, ...]
    """The items, in the order that the operation states."""
    next: Annotated[str | None, Field(examples=["WyJhMDAxIl0"])]
    """The cursor of the next part; null at the end."""


def page_of_rows(
    rows: QuerySet[Row], paging: Paging, *, order: Sequence[str], show: Callable[[Row], Item]
) -> Listed[Item]:
    """Return a page of rows; the fields of ``order`` (``-`` for falling) tell any two rows apart.

    Raises:
        Invalid: the cursor is none of ours.
    """
    ordered = rows.order_by(*order)
    if paging.cursor:
        ordered = ordered.filter(_after(rows.model, order, _read(paging.cursor, len(order))))
    found = list(ordered[: paging.limit + 1])
    shown = found[: paging.limit]
    is_more = len(found) > paging.limit
    last = _write([getattr(shown[-1], name.lstrip("-")) for name in order]) if is_more else None
    return Listed(items=tuple(show(row) for row in shown), next=last)


def page_of(
    things: Sequence[Thing],
    paging: Paging,
    *,
    key: Callable[[Thing], str],
    show: Callable[[Thing], Item],
) -> Listed[Item]:
    """Return a page of things in memory; ``key`` tells any two apart.

    Should the one at which a page ended be gone, the next page begins where it stood.
    """
    begin = _place(things, paging, key) if paging.cursor else 0
    shown = things[begin : begin + paging.limit]
    end = begin + len(shown)
    following = _write([key(shown[-1]), end]) if shown and end < len(things) else None
    return Listed(items=tuple(show(thing) for thing in shown), next=following)


def _place(things: Sequence[Thing], paging: Paging, key: Callable[[Thing], str]) -> int:
    last, stood = _read(paging.cursor, 2)
    if not isinstance(stood, int) or isinstance(stood, bool) or stood < 0:
        raise _unreadable()
    if 0 < stood <= len(things) and key(things[stood - 1]) == last:
        return stood
    found = next((i for i, thing in enumerate(things) if key(thing) == last), None)
    return stood if found is None else found + 1


def _after(model: type[Model], order: Sequence[str], values: Sequence[object]) -> Q:
    """Rows behind the one with these values: equal in the first fields, behind in the next."""
    after, before = Q(pk__in=()), Q()
    for name, given in zip(order, values, strict=True):
        field = name.lstrip("-")
        value = _as_field(model, field, given)
        side = "lt" if name.startswith("-") else "gt"
        after |= before & Q(**{f"{field}__{side}": value})
        before &= Q(**{field: value})
    return after


def _as_field(model: type[Model], name: str, given: object) -> object:
    try:
        return model._meta.get_field(name).to_python(given)  # type: ignore[union-attr]  # a column
    except (ValidationError, FieldDoesNotExist, TypeError, ValueError, OverflowError) as wrong:
        raise _unreadable() from wrong


def _write(values: Sequence[object]) -> str:
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read(cursor: str, length: int) -> list[object]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, binascii.Error, RecursionError) as wrong:
        raise _unreadable() from wrong
    if not isinstance(values, list) or len(values) != length:
        raise _unreadable()
    if not all(isinstance(value, str | int) and "\0" not in str(value) for value in values):
        raise _unreadable()
    return values


def _unreadable() -> Invalid:
    return Invalid("This cursor cannot be read; begin again without one.")
