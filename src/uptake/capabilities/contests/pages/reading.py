"""The list of contests, the page of one that everybody in it sees, and the table to take along."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from uptake.capabilities.behaviours.definition import due_words
from uptake.capabilities.behaviours.telling import amount_words
from uptake.capabilities.contests import telling
from uptake.capabilities.contests.figures import ContestFigures
from uptake.capabilities.contests.models import Contest, Entry, Status
from uptake.capabilities.contests.queries import (
    TeamChoice,
    access_contest,
    has_opted_out,
    kept_figures,
    newest_rules,
    runs_contests,
    takes_part,
    team_choices,
    visible_contests,
)
from uptake.capabilities.contests.rules import read
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_csv


@require_safe
@page
def list_contests(request: PageRequest) -> HttpResponse:
    """List the contests that one may see."""
    actor = request.actor
    found = list(visible_contests(actor))
    shown = {
        "rows": [(each, telling.sentence(each, kept_figures(each))) for each in found],
        "sentence": telling.list_sentence(found),
        "may_run": runs_contests(actor),
        "may_export": actor.may(Permission.METRICS_EXPORT),
    }
    return render(request, "contests/contests.html", shown)


@require_safe
@page
def contest(request: PageRequest, contest: int) -> HttpResponse:
    """Show a contest: its rules, the standing of its teams, what is left of it later."""
    actor = request.actor
    found = access_contest(actor, contest)
    figures = kept_figures(found) if found.has_started else None
    version = newest_rules(found)
    rules, definition = read(version)
    choices = team_choices(actor, found)
    shown = {
        "contest": found,
        "account": str(found.account or ""),
        "figures": figures,
        "sentence": telling.sentence(found, figures),
        "rules": rules,
        "length": telling.length_words(rules, definition, ZoneInfo(actor.workspace.timezone)),
        "fewest": actor.workspace.minimum_group,
        "version": version,
        "definition": definition,
        "amount": amount_words(definition),
        "due": due_words(definition),
        "formula": telling.FORMULA,
        "entered": _others(found, choices),
        "teams": choices,
        "takes_part": takes_part(actor, found),
        "has_opted_out": has_opted_out(actor, found),
        "may_choose": found.status in (Status.OPEN, Status.RUNNING),
        "may_run": runs_contests(actor),
        "given": list(found.given.select_related("entry__team")),
        **decay_shown(figures),
    }
    return render(request, "contests/contest.html", shown)


def _others(contest: Contest, choices: list[TeamChoice]) -> list[Entry]:
    """Teams that have entered, without those that whoever looks decides for."""
    rows = contest.entries.filter(withdrawn_at=None).select_related("team")
    return list(rows.exclude(team__in=[each.key for each in choices]))


def decay_shown(figures: ContestFigures | None) -> dict[str, object]:
    """What the part about decay shows."""
    if figures is None:
        return {}
    return {
        "left": telling.left_words(figures.decay, figures.unit),
        "gain": telling.gain_words(figures.decay.gain),
        "levels": _levels(figures),
        "no_experiment": telling.NO_EXPERIMENT,
    }


def _levels(figures: ContestFigures) -> list[tuple[object, ...]]:
    decay, others = figures.decay, figures.others
    beside = others.levels if others else (None,) * len(decay.levels)
    return [
        (telling.level_name(level, figures.unit), level.level, other.level if other else None)
        for level, other in zip(decay.levels, beside, strict=True)
    ]


HEADINGS = (
    *("contest", "status", "first", "last", "row", "group", "place"),
    *("value", "low", "high", "state", "counted", "closed"),
)


@require_safe
@page
def contests_csv(request: PageRequest) -> HttpResponseBase:
    """Send the standing of each contest and its levels before, during and after as a table."""
    request.actor.require(Permission.METRICS_EXPORT)
    found = list(visible_contests(request.actor))
    activity.record(request.actor, "contests.exported", contests=len(found))
    return answer_csv(_lines(found), name="contests")


def _lines(found: list[Contest]) -> Iterator[tuple[object, ...]]:
    yield HEADINGS
    for each in found:
        head = (each.name, each.status, each.first, each.last)
        figures = kept_figures(each) if each.has_started else None
        if figures is None:
            yield (*head, "contest", "", "", "", "", "", "not yet due", "", "")
            continue
        for team in figures.teams:
            told = team.score
            numbers = (
                (told.value, told.low, told.high, told.state)
                if told
                else ("",) * 3 + (team.missing,)
            )
            place = "" if team.place is None else team.place
            yield (*head, "team", team.team, place, *numbers, team.counted, team.closed)
        for name, decay in (("teams in it", figures.decay), ("other teams", figures.others)):
            for level in decay.levels if decay else ():
                told = level.level
                values = ("" if v is None else v for v in (told.value, told.low, told.high))
                when = telling.time_word(level, figures.unit)
                yield (*head, when, name, "", *values, told.state.value, "", "")
