"""The four sides of use as cards, kept apart: how, when, how well, how often; and seats."""

from __future__ import annotations

from uptake.capabilities.measure.picture import AdoptionPicture, SeatUse, Side
from uptake.capabilities.measure.sections.numbers import (
    basis_text,
    interval_of,
    sentence,
    value_text,
)
from uptake.metrics.catalogue import catalogue
from uptake.metrics.measurement import Dimension, Measurement
from uptake.ui import words
from uptake.ui.document import Block, Card, Cards, Column, Panel, Section, Table, text_table

PLAIN = {
    Dimension.MANNER: "How",
    Dimension.TIMING: "When",
    Dimension.QUALITY: "How well",
    Dimension.FREQUENCY: "How often",
}


def sides_section(picture: AdoptionPicture) -> Section:
    """Return a card for each side of use, then every number of each in a panel."""
    cards = [_card(side) for side in picture.sides]
    if picture.seats is not None:
        cards.append(_seats(picture.seats))
    blocks: list[Block] = [Cards(tuple(cards))]
    measured = [number for side in picture.sides for number in _all(side)]
    if measured:
        blocks.append(Panel("All numbers of the four sides", (_table(measured),)))
    return Section("sides", "How, when, how well and how often", tuple(blocks))


def _all(side: Side) -> list[Measurement]:
    leading = [] if side.leading is None else [side.leading]
    return [*leading, *side.others]


def _card(side: Side) -> Card:
    title = PLAIN[side.dimension]
    leading = side.leading
    if leading is None or not leading.is_measured:
        return Card(title, side.dimension.value, missing=sentence(side.missing))
    return Card(
        title,
        _term(leading, side.dimension),
        value=value_text(leading),
        basis=basis_text(leading),
        interval=interval_of(leading),
        trend=side.trend if _enough(side.trend) else (),
        trend_label=_trend_label(side),
    )


def _term(measurement: Measurement, dimension: Dimension) -> str:
    metric = catalogue[measurement.key]
    return f"{metric.name} ({dimension.value}). {metric.question}"


def _enough(trend: tuple[float | None, ...]) -> bool:
    return sum(value is not None for value in trend) >= 3


def _trend_label(side: Side) -> str:
    if not _enough(side.trend):
        return ""
    return f"last {sum(window.days for window in side.trend_windows) // 7} weeks"


def _seats(seats: SeatUse) -> Card:
    cost = "their price is not known"
    if seats.unused is not None and seats.unused.value is not None:
        cost = f"unused seats cost {words.count(seats.unused.value)} a year"
    return Card(
        "Seats",
        catalogue[seats.in_use.key].question,
        value=value_text(seats.in_use),
        basis=f"{basis_text(seats.in_use)}; {cost}",
        interval=interval_of(seats.in_use),
    )


def _table(measured: list[Measurement]) -> Table:
    columns = (
        Column("Number"),
        Column("Side", extra=True),
        Column("Value", numeric=True),
        Column("Of (95 % interval)", numeric=True),
        Column("Note", extra=True),
    )
    rows = [
        [
            catalogue[number.key].name,
            catalogue[number.key].dimension.value,
            value_text(number),
            basis_text(number),
            number.reason,
        ]
        for number in measured
    ]
    return text_table("One row per number", columns, rows)
