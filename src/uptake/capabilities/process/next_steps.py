"""What can be done about a finding or a deviation, as addresses that are ready to be opened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from uptake.capabilities.process.models import ReportedBarrier
from uptake.capabilities.process.picture import DeviationRow, NextStep, ProcessFinding
from uptake.capabilities.process.viewing import View, key_of_deviation
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class Link:
    """An address with its words."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class DeviationLine:
    """A way of straying. ``query``: the address of its cases; ``stops``: what people reported."""

    row: DeviationRow
    key: str
    query: str
    behaviour: str
    stops: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class FindingLine:
    """A finding with where it leads."""

    finding: ProcessFinding
    links: tuple[Link, ...]


def deviations_with_steps(view: View) -> list[DeviationLine]:
    """Return the ways of straying, the most frequent first, each with what can be done."""
    rows = view.picture.deviations if view.picture else ()
    reported = _reported(view)
    return [
        DeviationLine(
            row,
            key := key_of_deviation(row),
            view.asked.query(deviation=key),
            behaviour_address(view, row.activity, row.sentence),
            tuple(reported.get(key, Counter()).most_common()),
        )
        for row in rows
    ]


def _reported(view: View) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for row in ReportedBarrier.objects.filter(process=view.process):
        found.setdefault(row.deviation, Counter())[row.get_kind_display()] += 1
    return found


def behaviour_address(view: View, activity: str, why: str) -> str:
    """Return the builder of behaviours with what is already known written in it."""
    said = {
        "name": activity,
        "statement": f"Do {activity} in every case of {view.process.name}",
        "action": activity,
        "reason": why,
    }
    place = reverse("behaviours:new", args=[view.process.workspace.slug])
    return f"{place}?{urlencode(said)}"


def findings_with_steps(actor: Actor, view: View) -> list[FindingLine]:
    """Return what was found with addresses for what can be done about it."""
    found = view.picture.findings if view.picture else ()
    return [FindingLine(each, tuple(_links(actor, view, each))) for each in found]


def _links(actor: Actor, view: View, finding: ProcessFinding) -> list[Link]:
    slug, key = view.process.workspace.slug, view.process.pk
    query = view.asked.query()
    activity = getattr(finding, "activity", "")
    places = {
        NextStep.LOOK: ("Look at it", reverse("process:deviations", args=[slug, key]) + query),
        NextStep.BARRIER: (
            "Report what stops people",
            reverse("process:deviations", args=[slug, key]) + query,
        ),
    }
    if actor.may(Permission.BEHAVIOURS_WRITE) and activity:
        places[NextStep.BEHAVIOUR] = (
            "Ask for a behaviour",
            behaviour_address(view, activity, finding.sentence),
        )
    if actor.may(Permission.PROCESS_WRITE):
        places[NextStep.MODEL] = (
            "Change how it is meant to run",
            reverse("process:model", args=[slug, key]),
        )
    return [Link(*places[step]) for step in finding.steps if step in places]
