"""One log for pages, jobs and commands, as JSON lines or as text; always on stderr.

Whatever is bound to structlog's context variables (``request_id``, ``job_id``, ``workspace``) is
part of every line written meanwhile, Django's and libraries' lines included.
"""

from __future__ import annotations

import logging
import sys

import structlog
from structlog.typing import Processor

from uptake.config import Settings

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
