"""Whether people near champions begin sooner, in words and as a picture."""

from __future__ import annotations

from uptake.capabilities.champions.near import ToldNear
from uptake.methods.behaviour.nearness import (
    FEWEST_EVENTS,
    FEWEST_PEOPLE,
    FEWEST_TEAMS,
    Nearness,
    Side,
    TooFew,
)
from uptake.ui import words
from uptake.ui.charts.theme import ACCENT, QUIET, Headline, Spec, chart
from uptake.ui.document import Chart, Column, Table, text_table

ASSOCIATION = (
    "This is an association, not an effect: nobody drew by lot which team gets a champion, and "
    "champions may come from where things went well anyway."
)

MISSING = {
    TooFew.TEAMS: (
        f"Not measurable: it takes {FEWEST_TEAMS} teams with a champion from the beginning and as "
        "many without one, in accounts that have both."
    ),
    TooFew.PEOPLE: (
        f"Not measurable: it takes {FEWEST_PEOPLE} people in teams with a champion and as many in "
        "teams without one, in accounts that have both."
    ),
    TooFew.EVENTS: (
        f"Not measurable yet: it takes {FEWEST_EVENTS} people on either side who met it."
    ),
}


def sentence(found: Nearness | None, missing: TooFew | None, *, habit: bool = False) -> str:
    """Return what is known: who began sooner, by how much, and whether chance explains it."""
    if found is None:
        return MISSING[missing or TooFew.PEOPLE]
    did = "had made it a habit" if habit else "first met it"
    near, far = _periods(found.near.mean), _periods(found.far.mean)
    first = f"Near a champion people {did} after {near} on average, elsewhere after {far}"
    limits = f"95 %: {_apart(found.interval.low)} to {_apart(found.interval.high)}"
    verdict = "chance hardly explains it" if found.is_clear else "chance may explain it"
    return (
        f"{first}, of the first {found.horizon}: {_apart(found.sooner)} ({limits}); {verdict} "
        f"(p {_chance(found.p_value)})."
    )


def _apart(sooner: float) -> str:
    return f"{abs(sooner):.1f} {'sooner' if sooner >= 0 else 'later'}"


def behind(found: Nearness) -> str:
    """Return who stands behind a comparison."""
    return f"{_side(found.near)} near a champion, {_side(found.far)} elsewhere"


def _side(side: Side) -> str:
    return f"{words.people(side.people)} in {words.plural(side.teams, 'team')}"


def _periods(number: float) -> str:
    return f"{number:.1f} due periods"


def _chance(p_value: float) -> str:
    return "< 0.001" if p_value < 0.001 else f"{p_value:.3f}"


def picture(told: ToldNear) -> Chart | None:
    """Return both sides as curves of who has met it, with who was still followed."""
    found = told.near.first
    if found is None:
        return None
    finding = f"{told.behaviour}: {_finding(found)}"
    headline = Headline(finding, "Share who have met it, by due periods since they were asked")
    return Chart(_curves(found, headline), finding, _table(found))


def _finding(found: Nearness) -> str:
    if not found.is_clear:
        return "both sides begin about as soon."
    return f"people near a champion began {'sooner' if found.sooner > 0 else 'later'}."


_X: Spec = {
    "field": "x",
    "type": "quantitative",
    "title": "due periods since they were asked",
    "scale": {"nice": False},
    "axis": {"tickMinStep": 1, "format": "d"},
}
_Y: Spec = {
    "field": "share",
    "type": "quantitative",
    "title": None,
    "scale": {"domain": [0, 1]},
    "axis": {"format": ".0%", "tickCount": 5},
}


def _curves(found: Nearness, headline: Headline) -> Spec:
    sides = (("near a champion", found.near), ("elsewhere", found.far))
    values = [
        {"side": name, "x": period, "share": 1 - waiting}
        for name, side in sides
        for period, waiting in enumerate((1.0, *side.waiting))
    ]
    top = found.near.waiting[-1] <= found.far.waiting[-1]
    last = [
        each | {"above": (each["side"] == sides[0][0]) == top}
        for each in values
        if each["x"] == found.horizon
    ]
    domain = [name for name, _side in sides]
    colour = {
        "field": "side",
        "type": "nominal",
        "legend": None,
        "scale": {"domain": domain, "range": [ACCENT, QUIET]},
    }
    named = {"text": {"field": "side", "type": "nominal"}}
    return chart(
        headline,
        height=220,
        body={
            "encoding": {"x": _X, "y": _Y, "color": colour},
            "layer": [
                {
                    "data": {"values": values},
                    "mark": {"type": "line", "interpolate": "step-after"},
                },
                *(
                    {
                        "data": {"values": [each for each in last if each["above"] is above]},
                        "mark": {"type": "text", "align": "right", "dy": -10 if above else 14},
                        "encoding": named,
                    }
                    for above in (True, False)
                ),
            ],
        },
    )


def _table(found: Nearness) -> Table:
    columns = (
        Column("Due periods", numeric=True),
        Column("Near: met it", numeric=True),
        Column("Still followed", numeric=True),
        Column("Elsewhere: met it", numeric=True),
        Column("Still followed", numeric=True),
    )
    rows = [
        (
            str(period + 1),
            words.percent(1 - found.near.waiting[period]),
            words.count(found.near.at_risk[period]),
            words.percent(1 - found.far.waiting[period]),
            words.count(found.far.at_risk[period]),
        )
        for period in range(found.horizon)
    ]
    return text_table("Who has met it", columns, rows)
