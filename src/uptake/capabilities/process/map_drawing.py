"""The map of a process for a page that holds no script: what fits to be read, and what is left out.

Steps are shown by how many cases take them; each keeps the way most cases come from and go to, so
that nothing hangs in the air, and the most frequent others follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from uptake.capabilities.process.picture import ActivityRow, Edge, ProcessPicture
from uptake.ui import words
from uptake.ui.charts.process_map import MapEdge, MapNode, process_map
from uptake.ui.charts.render import NARROW, WIDE
from uptake.ui.document import Column, Drawing, text_table

LEAST_SHARE = 0.05
"""Beyond the first few steps, those that fewer cases take are left out."""

STRAYS = 0.5
"""From this share of its times on a line is drawn as straying."""

RARE = 0.005
"""Lines that fewer cases take are left out, unless they are a step's main one."""

START, END = "start", "end"
TIMES = "\N{MULTIPLICATION SIGN}"

Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a map can be read: at most so many steps and lines; ``few`` are always drawn."""

    steps: int
    edges: int
    few: int
    width: int


PAGE = Room(steps=16, edges=40, few=8, width=WIDE)
PHONE = Room(steps=7, edges=10, few=7, width=NARROW)


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a map is drawn: steps in the order they usually happen, and lines between them."""

    steps: tuple[ActivityRow, ...]
    edges: tuple[Edge, ...]
    left_out: str


def map_drawing(picture: ProcessPicture) -> Drawing:
    """Draw the map, wide and narrow, with its lines as a table."""
    shown = shown_of(picture, PAGE)
    judged = picture.conformance is not None
    subtitle = "Wider lines: more cases; numbers: times taken"
    if judged:
        subtitle += "; orange and dashed: mostly not as intended"
    return Drawing(
        title=_title(picture),
        subtitle=f"{subtitle}. {shown.left_out}".strip(),
        wide=_drawn(shown, picture, PAGE),
        narrow=_drawn(shown_of(picture, PHONE), picture, PHONE),
        printed=_drawn(shown, picture, PHONE),
        summary=f"{_title(picture)}. {shown.left_out}".strip(),
        table=text_table(
            "What follows what, the most frequent first",
            (
                Column("From"),
                Column("To"),
                Column("Times", numeric=True),
                Column("Cases", numeric=True),
                *((Column("Not as intended", numeric=True),) if judged else ()),
            ),
            [
                [
                    edge.source,
                    edge.target,
                    words.count(edge.count),
                    words.count(edge.cases),
                    *([words.count(edge.deviating or 0)] if judged else []),
                ]
                for edge in shown.edges
            ],
        ),
    )


def _drawn(shown: Shown, picture: ProcessPicture, room: Room) -> str:
    return process_map(list(_nodes(shown.steps)), list(_edges(shown, picture)), width=room.width)


def _title(picture: ProcessPicture) -> str:
    first = max(picture.activities, key=lambda row: row.starts)
    share = words.percent(first.starts / max(picture.summary.cases, 1))
    ends = max(picture.activities, key=lambda row: row.ends)
    return f"{share} of cases begin with {first.name}; most end with {ends.name}"


def shown_of(picture: ProcessPicture, room: Room) -> Shown:
    """Choose what can be read: the most usual steps, each with its main ways, then the others."""
    least = LEAST_SHARE * picture.summary.cases
    usual = sorted(picture.activities, key=lambda row: -row.cases)[: room.steps]
    steps = [row for place, row in enumerate(usual) if place < room.few or row.cases >= least]
    names = {row.name for row in steps}
    inside = [edge for edge in picture.edges if edge.source in names and edge.target in names]
    kept = {(edge.source, edge.target) for edge in _main(steps, inside)}
    for edge in inside:
        if len(kept) >= room.edges or edge.cases < RARE * picture.summary.cases:
            break
        kept.add((edge.source, edge.target))
    edges = tuple(edge for edge in inside if (edge.source, edge.target) in kept)
    order = _order(picture, names)
    steps.sort(key=lambda row: order[row.name])
    return Shown(tuple(steps), edges, _left_out(picture, len(steps), edges))


def _main(steps: Iterable[ActivityRow], edges: list[Edge]) -> Iterator[Edge]:
    """The most frequent way into and out of each step."""
    for row in steps:
        into = (each for each in edges if each.target == row.name != each.source)
        out_of = (each for each in edges if each.source == row.name != each.target)
        yield from filter(None, (next(into, None), next(out_of, None)))


def _left_out(picture: ProcessPicture, steps: int, edges: tuple[Edge, ...]) -> str:
    missing_steps = len(picture.activities) - steps
    missing = picture.edge_count - len(edges)
    if not missing and not missing_steps:
        return ""
    drawn = sum(edge.count for edge in edges)
    whole = picture.summary.events - picture.summary.cases
    parts = [words.plural(missing_steps, "rare step")] if missing_steps else []
    parts += [words.plural(missing, "rare line")] if missing else []
    share = words.percent(1 - drawn / whole) if whole else "none"
    return f"Left out: {words.listed(parts)}, together {share} of what follows what."


def _order(picture: ProcessPicture, names: set[str]) -> dict[str, float]:
    """Where in a case each step usually is, from 0 at its beginning to 1 at its end."""
    place: dict[str, float] = dict.fromkeys(names, 0.0)
    weight: dict[str, float] = dict.fromkeys(names, 0.0)
    for row in picture.variants:
        last = max(len(row.activities) - 1, 1)
        for position, name in enumerate(row.activities):
            if name in names:
                place[name] += row.cases * position / last
                weight[name] += row.cases
    return {name: place[name] / weight[name] if weight[name] else 1.0 for name in names}


def _nodes(steps: tuple[ActivityRow, ...]) -> Iterator[MapNode]:
    yield MapNode(START, is_end=True)
    for row in steps:
        yield MapNode(
            row.name,
            words.plural(row.cases, "case"),
            tuple(_strays(row)),
            is_outside=row.is_in_model is False,
        )
    yield MapNode(END, is_end=True)


def _strays(row: ActivityRow) -> Iterator[str]:
    if row.is_in_model is False:
        yield "not in the model"
        return
    if row.skipped:
        yield f"skipped {words.count(row.skipped)}{TIMES}"
    if row.inserted:
        yield f"added {words.count(row.inserted)}{TIMES}"


def _edges(shown: Shown, picture: ProcessPicture) -> Iterator[MapEdge]:
    place = {row.name: number for number, row in enumerate(shown.steps, start=1)}
    for edge in shown.edges:
        strays = edge.deviating is not None and edge.deviating >= STRAYS * edge.count
        yield MapEdge(
            place[edge.source], place[edge.target], edge.count, words.count(edge.count), strays
        )
    last = len(shown.steps) + 1
    least = picture.summary.cases / 100
    begins = max(row.starts for row in shown.steps)
    ends = max(row.ends for row in shown.steps)
    for row in shown.steps:
        if row.starts and row.starts >= min(least, begins):
            yield MapEdge(0, place[row.name], row.starts, words.count(row.starts))
        if row.ends and row.ends >= min(least, ends):
            yield MapEdge(place[row.name], last, row.ends, words.count(row.ends))
