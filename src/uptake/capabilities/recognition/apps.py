"""Django's entry to the recognition capability."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class RecognitionConfig(AppConfig):
    """Who was seen doing well what is asked."""

    name = "uptake.capabilities.recognition"
    label = "recognition"
    verbose_name = "Recognition"

    def ready(self) -> None:
        """Sign the pages up with the rail."""
        import_module(f"{self.name}.rail")
