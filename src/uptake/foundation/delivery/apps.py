"""Django's entry to the outbox."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    """Messages that leave Uptake, and the channels they go to."""

    name = "uptake.foundation.delivery"
    label = "delivery"
    verbose_name = "Delivery"

    def ready(self) -> None:
        """Sign the job up with the queue."""
        import_module("uptake.foundation.delivery.jobs")
