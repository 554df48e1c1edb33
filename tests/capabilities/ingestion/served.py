"""What the tests' server serves: ingestion without the pages, which take long to load."""

from __future__ import annotations

from uptake.config import load_settings
from uptake.foundation.boot import boot

boot()

from tests.capabilities.ingestion.calling import nothing_here  # noqa: E402
from uptake.capabilities.ingestion.http.application import IngestionApplication  # noqa: E402
from uptake.capabilities.ingestion.http.process import receiver_of_process  # noqa: E402

application = IngestionApplication(nothing_here, receiver_of_process(load_settings()))
