from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils.timezone import now

from tests.cast import Cast, gather_cast
from uptake.capabilities.ingestion.actions import create_source
from uptake.capabilities.ingestion.models import RefusedHour, Source, SourceHour
from uptake.cli import sources
from uptake.foundation.errors import NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    """A workspace with one source, from which something came and something was refused."""
    found = gather_cast()
    create_source(found.olga, "Web app")
    source = Source.objects.get()
    hour = now().replace(minute=0, second=0, microsecond=0)
    SourceHour.objects.create(source=source, hour=hour, accepted=1_200, rejected=3)
    RefusedHour.objects.create(source=source, hour=hour, reason="too_large", requests=2)
    earlier = hour - timedelta(days=4)
    RefusedHour.objects.create(source=source, hour=earlier, reason="too_fast", requests=9)
    monkeypatch.setattr(sources, "system_in", lambda _workspace: found.olga)
    return found


def test_sources_are_listed_in_lines_and_in_json(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    sources.list_sources()
    line = capsys.readouterr().out
    sources.list_sources(as_json=True)
    rows = json.loads(capsys.readouterr().out)

    assert line.startswith("web-app  Web app  1,200 accepted, 3 wrong, 2 requests refused")
    assert [(row["slug"], row["accepted"], row["refused"]) for row in rows] == [
        ("web-app", 1_200, 2)
    ]


def test_a_source_is_shown_with_what_was_refused_and_what_ends_it(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    sources.show_source("web-app")

    told = capsys.readouterr().out
    assert "1,200 records accepted, 3 wrong" in told
    assert "2 requests refused with 413" in told
    assert "fewer records at once" in told


def test_a_source_is_shown_in_json_over_as_many_hours_as_asked(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    sources.show_source("web-app", hours=120, as_json=True)

    told = json.loads(capsys.readouterr().out)
    assert len(told["hours"]) == 120
    assert [(part["reason"], part["requests"]) for part in told["refusals"]] == [
        ("too_fast", 9),
        ("too_large", 2),
    ]


def test_a_source_that_is_not_there_is_said(cast: Cast) -> None:
    with pytest.raises(NotFound, match="no source 'mobile'"):
        sources.show_source("mobile")
