"""The web application as a WSGI callable."""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIHandler

from uptake.foundation.boot import boot

boot()
application = WSGIHandler()
