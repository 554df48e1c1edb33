"""What was sent, and what nobody knows about."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from uptake.capabilities.reminders.queries import visible_deliveries
from uptake.foundation.access import Permission
from uptake.foundation.delivery.messages import read
from uptake.foundation.delivery.models import State
from uptake.foundation.delivery.outbox import settle as settle_delivery
from uptake.foundation.web import PageRequest, page
from uptake.ui import words
from uptake.ui.outcomes import problems_next

MOST = 100


@require_safe
@page
def sent(request: PageRequest) -> HttpResponse:
    """List messages, those that need somebody first; to whom they went is not told."""
    rows = visible_deliveries(request.actor)
    wanted = request.GET.get("state", "")
    counts = dict(rows.order_by().values_list("state").annotate(many=Count("pk")))
    chosen = rows.filter(state=wanted) if wanted in State.values else rows
    shown = {
        "rows": [(each, _about(each.message)) for each in chosen.order_by("-due_at", "-pk")[:MOST]],
        "counts": [(state, label, counts.get(state, 0)) for state, label in State.choices],
        "wanted": wanted,
        "most": MOST,
        "sentence": _sentence(counts),
        "may_write": request.actor.may(Permission.BEHAVIOURS_WRITE),
    }
    return render(request, "reminders/sent.html", shown)


def _about(message: object) -> str:
    return read(message).subject


def _sentence(counts: dict[str, int]) -> str:
    unknown, failed = counts.get(State.UNKNOWN, 0), counts.get(State.FAILED, 0)
    if unknown:
        many = words.plural(unknown, "message", "messages")
        return f"Of {many} nobody knows whether it arrived: decide whether to send again."
    if failed:
        return f"{words.plural(failed, 'message')} could not be delivered."
    if not counts:
        return "Nothing was sent yet."
    return f"{words.plural(counts.get(State.SENT, 0), 'message')} sent; nothing is stuck."


@require_POST
@page
def settle(request: PageRequest, delivery: int) -> HttpResponse:
    """Say whether a message arrived, or have it sent again."""
    arrived = request.POST.get("arrived") == "1"
    with problems_next(request):
        rows = visible_deliveries(request.actor)
        settle_delivery(request.actor, rows, delivery, arrived=arrived)
        messages.success(request, "It counts as sent." if arrived else "It is sent again.")
    return redirect("reminders:sent", workspace=request.actor.workspace.slug)
