"""Django's entry to the customers capability."""

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CustomersConfig(AppConfig):
    """Accounts, products, people, populations and contracts."""

    name = "uptake.capabilities.customers"
    label = "customers"
    verbose_name = "Customers"

    def ready(self) -> None:
        """Put our pages into the rail."""
        import_module(f"{self.name}.rail")
