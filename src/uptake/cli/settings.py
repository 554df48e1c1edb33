"""Settings for commands, read when one asks: what reads them takes as long to load as a command."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uptake.config import Settings


def load_settings() -> Settings:
    """Return the settings of this process."""
    from uptake import config

    return config.load_settings()
