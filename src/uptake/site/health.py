"""What machines ask: is this process alive, is it ready for people, what has it counted?"""

from __future__ import annotations

import secrets
from ipaddress import ip_address

import structlog
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from uptake import __version__
from uptake.config import load_settings
from uptake.foundation.lake import open_lake
from uptake.foundation.migration import pending_migrations
from uptake.foundation.web import open_page
from uptake.site import telemetry

log = structlog.get_logger(__name__)
_migrated: set[bool] = set()
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@require_safe
@never_cache
@open_page
def health(_request: HttpRequest) -> JsonResponse:
    """Answer 200 if the database answers, else 503 with what to do."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("health.database_unreachable")
        return _not_well("The database does not answer; run `uptake doctor` on the server.")
    return JsonResponse({"status": "ok", "version": __version__})


@require_safe
@never_cache
@open_page
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 once databases answer and are of this version, so that people may be sent here."""
    try:
        if not _is_migrated():
            return _not_well("The database is not up to date; run `uptake migrate`.")
        with open_lake() as lake:
            lake.workspaces()
    except Exception:  # whatever is wrong, nobody should be sent here now
        log.exception("ready.failed")
        return _not_well("A database does not answer; run `uptake doctor` on the server.")
    return JsonResponse({"status": "ok", "version": __version__})


def _not_well(detail: str) -> JsonResponse:
    return JsonResponse({"status": "fail", "detail": detail}, status=503)


def _is_migrated() -> bool:
    """Say whether the tables are of this version; once they are, nobody looks again."""
    if not _migrated and not pending_migrations():
        _migrated.add(True)
    return bool(_migrated)


@require_safe
@never_cache
@open_page
def metrics(request: HttpRequest) -> HttpResponse:
    """Tell Prometheus what was counted; to this machine, or to whoever holds the token."""
    if not _may_read_metrics(request):
        return HttpResponse(status=404)
    return HttpResponse(telemetry.tell(), content_type=PROMETHEUS)


def _may_read_metrics(request: HttpRequest) -> bool:
    token = load_settings().metrics_token
    if token is not None:
        given = request.headers.get("Authorization", "")
        return secrets.compare_digest(given.encode(), f"Bearer {token.get_secret_value()}".encode())
    # Behind a proxy of the same machine everybody seems to be local; its header gives it away.
    is_forwarded = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    return not is_forwarded and _is_local(request.META.get("REMOTE_ADDR", ""))


def _is_local(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
