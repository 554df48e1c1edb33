from __future__ import annotations

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_the_description_is_there_for_anybody(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()

    assert described["openapi"] == "3.1.0"
    assert "/api/v1/workspaces/{workspace}/portfolio" in described["paths"]
    assert described["security"] == [{"Key": []}, {"Session": []}]


def test_the_page_shows_every_operation_and_asks_for_nothing_elsewhere(client: Client) -> None:
    described = client.get("/api/v1/openapi.json").json()
    page = client.get("/api/v1/docs")
    text = page.content.decode()

    names = [told["operationId"] for path in described["paths"].values() for told in path.values()]
    assert all(f'<details id="{name}">' in text for name in names)
    assert not re.findall(r'(?:src|href)="(?!/|#)', text)
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
