"""The list of reminders, the page of one, and what it would do tomorrow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_safe

from uptake.capabilities.behaviours.queries import sees_own_team_only
from uptake.capabilities.customers.forms import PurposeForm
from uptake.capabilities.reminders.lifting import MeasuredLift, lift_of
from uptake.capabilities.reminders.models import Reminded, Reminder
from uptake.capabilities.reminders.previewing import NamedPreview, name_preview, preview
from uptake.capabilities.reminders.queries import access_reminder, limits_of, visible_reminders
from uptake.foundation.access import Permission
from uptake.foundation.privacy import policy_in_force
from uptake.foundation.web import PageRequest, page
from uptake.ui import words

LATELY = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Row:
    """A reminder with how many it reached lately and whether it helps; None: too few to tell."""

    reminder: Reminder
    reminded: int | None
    held_out: int | None
    lift: MeasuredLift


@require_safe
@page
def list_reminders(request: PageRequest) -> HttpResponse:
    """List who is reminded of what, and whether it helps."""
    actor = request.actor
    rows = [_row(each, actor.workspace.minimum_group) for each in visible_reminders(actor)]
    of_part = actor.account is not None or sees_own_team_only(actor)
    shown = {
        "rows": rows,
        "of_part": of_part,
        "sentence": _sentence(rows, of_part=of_part),
        "limits": limits_of(actor.workspace),
        "may_write": actor.may(Permission.BEHAVIOURS_WRITE),
        "may_manage": actor.may(Permission.WORKSPACE_MANAGE),
    }
    return render(request, "reminders/reminders.html", shown)


@require_safe
@page
def reminder(request: PageRequest, reminder: int) -> HttpResponse:
    """Show one reminder: what it says, when, and whether it helps."""
    actor = request.actor
    found = access_reminder(actor, reminder)
    row = _row(found, actor.workspace.minimum_group)
    shown = {
        "reminder": found,
        "row": row,
        "sentence": _sentence_of(row),
        "limits": limits_of(actor.workspace),
        "may_write": actor.may(Permission.BEHAVIOURS_WRITE),
    }
    return render(request, "reminders/reminder.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def tomorrow(request: PageRequest, reminder: int) -> HttpResponse:
    """Show whom a reminder would reach tomorrow; by name once the look has been written down."""
    actor = request.actor
    found = access_reminder(actor, reminder)
    form = PurposeForm(request.POST or None)
    named: list[NamedPreview] = []
    if request.method == "POST":
        actor.require(Permission.BEHAVIOURS_WRITE)
        if form.is_valid():
            purpose = form.cleaned_data["purpose"]
            named = name_preview(actor, found, today=now(), purpose=purpose)
    shown = {
        "reminder": found,
        "preview": preview(found, today=now()),
        "named": named,
        "form": form,
        "policy": policy_in_force(actor.workspace),
        "may_name": actor.may(Permission.PEOPLE_READ) and actor.may(Permission.BEHAVIOURS_WRITE),
    }
    status = 422 if form.is_bound and form.errors else 200
    template = "parts/tomorrow" if request.htmx else "tomorrow"
    return render(request, f"reminders/{template}.html", shown, status=status)


def _row(reminder: Reminder, fewest: int) -> Row:
    lately = Reminded.objects.filter(reminder=reminder, decided_at__gte=now() - LATELY)
    people = lately.aggregate(
        reminded=Count("person", distinct=True, filter=Q(is_held_out=False)),
        held_out=Count("person", distinct=True, filter=Q(is_held_out=True)),
    )
    told = {name: number if _may_tell(number, fewest) else None for name, number in people.items()}
    found = lift_of(reminder, fewest=fewest)
    return Row(reminder, told["reminded"], told["held_out"], found)


def _may_tell(number: int, fewest: int) -> bool:
    return number == 0 or number >= fewest


def _sentence(rows: list[Row], *, of_part: bool) -> str:
    """``of_part``: the reader sees those of one account or team, and not those of all accounts."""
    if not rows and of_part:
        return "You have no reminder of your own."
    if not rows:
        return "Nobody is reminded of anything."
    on = sum(row.reminder.is_on for row in rows)
    helps = sum(row.lift.is_clear is True for row in rows)
    said = words.plural(on, "reminder is on", "reminders are on")
    if not helps:
        return f"{said}; whether they help is not known yet."
    return f"{said}; {words.plural(helps, 'wording is', 'wordings are')} known to help."


def _sentence_of(row: Row) -> str:
    if row.lift.lift is not None and not row.lift.is_early:
        return f"{row.reminder.name}: {row.lift.sentence}"
    if row.reminder.is_on:
        return f"{row.reminder.name} is on; whether it helps is not known yet."
    return f"{row.reminder.name} is off: nobody gets it."
