from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.capabilities.behaviours.conftest import cast as cast
from tests.capabilities.behaviours.conftest import worked as worked
from tests.foundation.delivery.conftest import told as told
from tests.foundation.delivery.servers import MailSink, mail_sink
from uptake.capabilities.customers.models import Person
from uptake.config import load_settings


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailSink]:
    """A mail server that Uptake knows, and everybody on record has an address."""
    with mail_sink() as taken:
        monkeypatch.setenv("UPTAKE_MAIL_URL", taken.url)
        load_settings.cache_clear()
        yield taken
    load_settings.cache_clear()


@pytest.fixture
def reachable(sink: MailSink) -> MailSink:
    for person in Person.objects.all():
        person.email = f"{person.external_id}@example.org"
        person.save()
    return sink
