"""``python -m uptake`` is ``uptake``."""

from __future__ import annotations

from uptake.cli import main

main()
