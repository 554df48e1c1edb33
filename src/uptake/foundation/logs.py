"""One log for pages, jobs and commands, as JSON lines or as text; always on stderr.

Whatever is bound to structlog's context variables (``request_id``, ``job_id``, ``workspace``) is
part of every line written meanwhile, Django's and libraries' lines included.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import structlog
from structlog.typing import Processor

from uptake.config import Settings

if TYPE_CHECKING:
    from django.http import HttpRequest

SECRET_PARTS = frozenset({"token", "secret"})
"""Parts of an address, by the names that routes give them, that nobody shall read in a log."""

LOUD_LIBRARIES = ("huey", "django.db.backends")
"""Libraries that tell about every step at info or debug level; only their warnings are kept."""


def configure_logs(settings: Settings) -> None:
    """Send structlog's and the standard library's lines through one formatter to stderr."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(settings),
            ],
        )
    )
    handler.addFilter(_without_secrets)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    for name in LOUD_LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        cache_logger_on_first_use=False,
    )


def told_path(request: HttpRequest) -> str:
    """Return the address of a request as a log may hold it: its pattern where it is a secret."""
    match = request.resolver_match
    is_secret = match is not None and bool(SECRET_PARTS & set(match.kwargs))
    return match.route if match is not None and is_secret else request.path


def _without_secrets(record: logging.LogRecord) -> bool:
    """Django writes the address of whatever it refuses; lines are changed, never dropped."""
    request: HttpRequest | None = getattr(record, "request", None)
    if request is not None and isinstance(record.args, tuple):
        told = told_path(request)
        record.args = tuple(told if each == request.path else each for each in record.args)
    return True


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]


def _renderers(settings: Settings) -> list[Processor]:
    if settings.log_format == "console":
        plain = structlog.dev.plain_traceback  # the other kind prints what variables held
        return [
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)
        ]
    return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
