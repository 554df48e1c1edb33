from __future__ import annotations

from tests.capabilities.behaviours.conftest import cast as cast
from tests.capabilities.behaviours.conftest import worked as worked
from tests.capabilities.reminders.conftest import sink as sink
