from __future__ import annotations

import re
from typing import Any

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


def test_every_field_of_a_list_says_what_it_is(client: Client) -> None:
    """Those of the list itself, which many answers share, and those that one of them adds."""
    shapes = client.get("/api/v1/openapi.json").json()["components"]["schemas"]

    lists = {name: told["properties"] for name, told in shapes.items() if _is_list(told)}
    silent = [
        f"{name}.{field}"
        for name, fields in lists.items()
        for field, told in fields.items()
        if not told.get("description")
    ]

    assert set(lists["Listed_AccountShape_"]) == {"items", "next"} < set(lists["Portfolio"])
    assert silent == []


def _is_list(told: dict[str, Any]) -> bool:
    return {"items", "next"} <= set(told.get("properties", {}))
