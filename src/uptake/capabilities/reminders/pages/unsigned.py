"""What works without signing in: leaving with one click, and one's calendar."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from uptake.capabilities.reminders.feeds import feed
from uptake.capabilities.reminders.leaving import leave, whom
from uptake.foundation.web import open_page


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the address is the secret
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def leave_reminders(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether somebody wants no more reminders; a post is the answer."""
    person = leave(token) if request.method == "POST" else whom(token)
    shown = {"is_done": request.method == "POST", "workspace": person.workspace}
    return render(request, "reminders/leave.html", shown)


@never_cache
@require_safe
@open_page
def calendar(_request: HttpRequest, secret: str) -> HttpResponse:
    """Send one's deadlines as a calendar."""
    answer = HttpResponse(feed(secret, now()), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'inline; filename="asked-of-me.ics"'
    return answer
