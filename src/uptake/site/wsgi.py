"""The web application as a WSGI callable: ingestion in front, pages behind."""

from __future__ import annotations

import sys

from django.core.handlers.wsgi import WSGIHandler
from django.template.loader import get_template
from django.urls import get_resolver

from uptake.config import load_settings
from uptake.foundation.boot import boot

boot()

from uptake.capabilities.ingestion.http.application import IngestionApplication  # noqa: E402
from uptake.capabilities.ingestion.http.process import receiver_of_process  # noqa: E402

SWITCH_SECONDS = 0.001
"""How long a thread of Python's goes on while others wait. A page asks the database twenty times
and waits for its turn after each; at Python's usual 5 ms a short page waits longest."""

sys.setswitchinterval(SWITCH_SECONDS)
get_resolver().url_patterns  # noqa: B018 - loads every page now, so that nobody waits for it
get_template("ui/base.html")
application = IngestionApplication(WSGIHandler(), receiver_of_process(load_settings()))
