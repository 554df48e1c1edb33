"""Makes what pages need from npm before a wheel is built, unless it is there already.

So `pip install .` from a bare checkout gives pages that work. Editable installations leave it to
`make assets`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ASSETS = Path("src/uptake/ui/static/uptake/vendor/icons.svg")


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's hooks are configured by it
    """Runs ``tools/assets.py`` where the assets are missing."""

    def dependencies(self) -> list[str]:
        """What ``tools/assets.py`` imports; nothing where it will not run."""
        return [] if self._is_made() else ["vl-convert-python>=1.8"]

    def initialize(self, version: str, build_data: dict[str, object]) -> None:  # noqa: ARG002  hatchling names them
        """Make the assets before files are collected."""
        if version != "editable" and not self._is_made():
            subprocess.run([sys.executable, "tools/assets.py"], cwd=self.root, check=True)

    def _is_made(self) -> bool:
        return (Path(self.root) / ASSETS).exists()
