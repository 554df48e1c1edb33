"""Lets every server process know that sources, keys or identities have changed."""

from __future__ import annotations

from django.db import transaction

from uptake.capabilities.ingestion.signal import Signal
from uptake.config import load_settings

SIGNAL_FILE = "ingestion.signal"


def open_signal() -> Signal:
    """Return this machine's signal."""
    return Signal(load_settings().data_dir / SIGNAL_FILE)


def tell_processes() -> None:
    """Make them look again, once the change is committed."""
    transaction.on_commit(_raise)


def _raise() -> None:
    signal = open_signal()
    try:
        signal.raise_()
    finally:
        signal.close()
