"""Makes a process ready: Django's settings, its apps and the log.

Every command imports this module, so it loads nothing before it is called.
"""

from __future__ import annotations

import os

SETTINGS_MODULE = "uptake.site.settings"


def boot() -> None:
    """Set Django and the log up once; a second call does nothing."""
    import django
    from django.apps import apps

    from uptake.config import load_settings
    from uptake.foundation.logs import configure_logs

    if apps.ready:
        return
    settings = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    configure_logs(settings)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS_MODULE)
    django.setup()
