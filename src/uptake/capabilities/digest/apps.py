"""Django's entry to the digest capability."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class DigestConfig(AppConfig):
    """What whoever leads people is told once a week."""

    name = "uptake.capabilities.digest"
    label = "digest"
    verbose_name = "Digest"

    def ready(self) -> None:
        """Sign up with the queue, erasures, the rail, and the Team page."""
        for module in ("jobs", "erasing", "rail"):
            import_module(f"{self.name}.{module}")
