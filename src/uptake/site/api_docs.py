"""The API described on a page: our own, without a script and without anything from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from uptake.config import load_settings
from uptake.foundation.keys import SCOPE_WORDS
from uptake.foundation.web import open_page
from uptake.site.api import ABOUT, api

Described = dict[str, Any]  # Any: JSON
NAMES_OF_ALL = frozenset({"workspace", "Idempotency-Key"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value in the address or a header."""

    name: str
    place: str
    says: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation with examples of what is sent and what comes back."""

    name: str
    method: str
    path: str
    headline: str
    says: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    sent: str
    answered: str
    status: str


@dataclass(frozen=True, slots=True)
class Subject:
    """Operations on one subject."""

    name: str
    operations: tuple[Operation, ...]


@require_safe
@open_page
def docs(request: HttpRequest) -> HttpResponse:
    """Show every operation of the API."""
    shown = {
        "subjects": subjects(),
        "about": _plain(ABOUT),
        "scopes": SCOPE_WORDS.items(),
        "root": load_settings().public_url,
    }
    return render(request, "ui/api.html", shown)


@require_safe
@open_page
def openapi(_request: HttpRequest) -> HttpResponse:
    """Say what the API is to machines."""
    return HttpResponse(_described(), content_type="application/json")


@lru_cache(maxsize=1)
def _described() -> bytes:
    return json.dumps(api.get_openapi_schema()).encode()


@lru_cache(maxsize=1)
def subjects() -> tuple[Subject, ...]:
    """Return what there is to show, subject by subject."""
    found: dict[str, list[Operation]] = {}
    for subject, operation in _operations(api.get_openapi_schema()):
        found.setdefault(subject, []).append(operation)
    return tuple(Subject(name, tuple(operations)) for name, operations in found.items())


def _operations(described: Described) -> Iterator[tuple[str, Operation]]:
    for path, methods in described["paths"].items():
        for method, told in methods.items():
            yield told["tags"][0], _operation(method.upper(), path, told)


def _operation(method: str, path: str, told: Described) -> Operation:
    status = next(iter(told["responses"]))
    says = _plain(told["description"]).split("\n\n")
    return Operation(
        name=told["operationId"],
        method=method,
        path=path,
        headline=_plain(told["summary"]),
        says=tuple(part for part in says if part != _plain(told["summary"])),
        parameters=tuple(
            Parameter(p["name"], p["in"], _plain(p.get("description", "")), p["required"])
            for p in told["parameters"]
            if p["name"] not in NAMES_OF_ALL
        ),
        sent=_example(told.get("requestBody", {})),
        answered=_example(told["responses"][status]),
        status=status,
    )


def _plain(text: str) -> str:
    """Without the marks that are for readers of Markdown."""
    return text.replace("`", "")


def _example(body: Described) -> str:
    for content in body.get("content", {}).values():
        example = content["example"]
        return example if isinstance(example, str) else json.dumps(example, indent=2)
    return ""
