"""What the picture of a map is drawn from: activities and what follows them, with their words.

Numbers decide how wide and which colour; the words are ready to be read, drawn or spoken.
"""

from __future__ import annotations

from typing import Any  # JSON

from uptake.capabilities.process.asked import Clock
from uptake.capabilities.process.clock_times import path_seconds, told, waiting_seconds
from uptake.capabilities.process.picture import ActivityRow, Edge, Handing, ProcessPicture
from uptake.ui.words import count, percent, plural

MOST_EDGES = 2_500
"""Paths that are sent to a page; those beyond are named as left out."""

START, END = "\N{BULLET}start", "\N{BULLET}end"
Json = dict[str, Any]


def map_data(picture: ProcessPicture, clock: Clock = Clock.CALENDAR) -> Json:
    """Return the map of activities; start and end of cases are places of their own."""
    edges = [_edge(each, picture, clock) for each in picture.edges[:MOST_EDGES]]
    for row in picture.activities:
        edges += _first_and_last(row)
    return {
        "layout": "dagre",
        "nodes": [*(_node(row, clock) for row in picture.activities), *_ends(picture)],
        "edges": edges,
        "left_out": max(0, picture.edge_count - len(picture.edges[:MOST_EDGES])),
        "measured": picture.conformance is not None,
        "timed": picture.durations is not None,
    }


def _node(row: ActivityRow, clock: Clock) -> Json:
    waits = waiting_seconds(row, clock)
    skipped, inserted = row.skipped or 0, row.inserted or 0
    return {
        "id": row.name,
        "weight": row.events,
        "seconds": waits,
        "strays": (skipped + inserted) / max(1, row.events + skipped),
        "outside": row.is_in_model is False,
        "under": {
            "frequency": plural(row.events, "time"),
            "performance": "" if waits is None else f"after {told(waits, clock)}",
            "deviation": _strays(skipped, inserted),
        },
        "facts": [
            ["Done", f"{plural(row.events, 'time')} in {plural(row.cases, 'case')}"],
            ["Begins", plural(row.starts, "case")],
            ["Ends", plural(row.ends, "case")],
            ["Done again", f"{plural(row.repeats, 'time')} in {plural(row.repeat_cases, 'case')}"],
            *_median("Waits before it", waits, clock),
            *_median("Takes", row.touch_seconds, Clock.CALENDAR),
            *_model_facts(row),
        ],
    }


def _model_facts(row: ActivityRow) -> list[list[str]]:
    if row.skipped is None:
        return []
    known = "yes" if row.is_in_model else "no"
    return [
        ["Part of the intended way", known],
        ["Left out", plural(row.skipped, "time")],
        ["Done where it has no place", plural(row.inserted or 0, "time")],
    ]


def _median(name: str, seconds: float | None, clock: Clock) -> list[list[str]]:
    """A median as a fact; none where it is not measurable."""
    return [] if seconds is None else [[name, f"{told(seconds, clock)} (median{_inside(clock)})"]]


def _inside(clock: Clock) -> str:
    return ", business time" if clock is Clock.BUSINESS else ""


def _strays(skipped: int, inserted: int) -> str:
    parts = [f"left out {count(skipped)}\N{MULTIPLICATION SIGN}"] if skipped else []
    if inserted:
        parts.append(f"out of place {count(inserted)}\N{MULTIPLICATION SIGN}")
    return "\n".join(parts)


def _edge(edge: Edge, picture: ProcessPicture, clock: Clock) -> Json:
    seconds = path_seconds(edge, clock)
    share = None if edge.deviating is None else edge.deviating / max(1, edge.count)
    facts = [
        ["Taken", f"{plural(edge.count, 'time')} in {plural(edge.cases, 'case')}"],
        ["Of all cases", percent(edge.cases / max(1, picture.summary.cases))],
        *_median("Takes", seconds, clock),
    ]
    if edge.deviating is not None:
        facts.append(["Not as intended", f"{plural(edge.deviating, 'time')}"])
    return {
        "source": edge.source,
        "target": edge.target,
        "weight": edge.count,
        "seconds": seconds,
        "strays": share or 0,
        "under": {
            "frequency": count(edge.count),
            "performance": "" if seconds is None else told(seconds, clock),
            "deviation": count(edge.deviating) if edge.deviating else "",
        },
        "facts": facts,
    }


def _first_and_last(row: ActivityRow) -> list[Json]:
    found = []
    for source, target, cases in ((START, row.name, row.starts), (row.name, END, row.ends)):
        if cases:
            words = ["Cases", count(cases)]
            found.append(
                {
                    "source": source,
                    "target": target,
                    "weight": cases,
                    "seconds": None,
                    "strays": 0,
                    "under": {"frequency": count(cases), "performance": "", "deviation": ""},
                    "facts": [words],
                }
            )
    return found


def _ends(picture: ProcessPicture) -> list[Json]:
    cases = picture.summary.cases
    return [
        {
            "id": name,
            "end": label,
            "weight": cases,
            "seconds": None,
            "strays": 0,
            "outside": False,
            "under": {"frequency": plural(cases, "case"), "performance": "", "deviation": ""},
            "facts": [["Cases", count(cases)]],
        }
        for name, label in ((START, "Start"), (END, "End"))
    ]


def network_data(handing: Handing) -> Json:
    """Return who hands work to whom; what stays with one performer is told in their facts."""
    given, taken, kept = _sums(handing)
    names = sorted({*given, *taken, *kept}, key=lambda name: -given.get(name, 0))
    return {
        "layout": "circle",
        "nodes": [
            {
                "id": name,
                "weight": given.get(name, 0) + taken.get(name, 0),
                "seconds": None,
                "strays": 0,
                "outside": False,
                "under": {"frequency": f"gives {count(given.get(name, 0))}"},
                "facts": [
                    ["Hands on", plural(given.get(name, 0), "time")],
                    ["Takes over", plural(taken.get(name, 0), "time")],
                    ["Goes on itself", plural(kept.get(name, 0), "time")],
                ],
            }
            for name in names
        ],
        "edges": [
            {
                "source": pair.source,
                "target": pair.target,
                "weight": pair.count,
                "seconds": None,
                "strays": 0,
                "under": {"frequency": count(pair.count)},
                "facts": [
                    ["Handed on", plural(pair.count, "time")],
                    ["Of all handovers", percent(pair.count / max(1, handing.handovers))],
                ],
            }
            for pair in handing.pairs[:MOST_EDGES]
            if pair.is_handover
        ],
        "left_out": max(0, handing.pair_count - MOST_EDGES),
        "measured": False,
        "timed": False,
    }


def _sums(handing: Handing) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """How often each performer gave, took and kept."""
    given: dict[str, int] = {}
    taken: dict[str, int] = {}
    kept: dict[str, int] = {}
    for pair in handing.pairs:
        if pair.is_handover:
            given[pair.source] = given.get(pair.source, 0) + pair.count
            taken[pair.target] = taken.get(pair.target, 0) + pair.count
        else:
            kept[pair.source] = kept.get(pair.source, 0) + pair.count
    return given, taken, kept
