from __future__ import annotations

from tests.capabilities.behaviours.conftest import cast as cast
