"""The page that a load balancer asks: does this process reach its database?"""

from __future__ import annotations

import structlog
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from uptake import __version__

log = structlog.get_logger(__name__)


@require_safe
@never_cache
def health(_request: HttpRequest) -> JsonResponse:
    """Answer 200 if the database answers, else 503 with what to do."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("health.database_unreachable")
        detail = "The database does not answer; run `uptake doctor` on the server."
        return JsonResponse({"status": "fail", "detail": detail}, status=503)
    return JsonResponse({"status": "ok", "version": __version__})
