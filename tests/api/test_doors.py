from __future__ import annotations

import json
from datetime import timedelta
from functools import cache, partial

import pytest
from django.test import Client
from django.utils.timezone import now

from tests import factories
from tests.api.asking import Api, of_key
from tests.cast import Cast
from uptake.capabilities.administration.erasing import erase_from_answers
from uptake.capabilities.customers.models import DiscoveryRecord
from uptake.capabilities.ingestion.models import Source
from uptake.config import load_settings
from uptake.foundation.api import callers
from uptake.foundation.api.limits import Allowances
from uptake.foundation.models import ApiKey, KeptAnswer

NOTE = {"account": "north", "day": "2026-02-01", "goals": "Less paper."}


@pytest.fixture
def north(cast: Cast) -> None:
    factories.account(cast.workspace, "north")


@pytest.mark.parametrize(
    "given", ["Bearer uptk_wrong", "Bearer ", "Basic dXNlcg==", "uptk_wrong", "Bearer é"]
)
def test_a_key_that_does_not_work_is_told_so(cast: Cast, given: str) -> None:
    answer = Api(Client(), {"Authorization": given}).get("/me")

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["detail"]


def test_a_revoked_key_works_no_more(cast: Cast, key: Api) -> None:
    assert key.get("/me").status_code == 200

    ApiKey.objects.update(revoked_at=now())

    assert key.get("/me").status_code == 401


def test_a_key_opens_its_own_workspace_only(cast: Cast, key: Api) -> None:
    elsewhere = Api(key.client, key.headers, workspace="elsewhere")

    assert elsewhere.get("/me").status_code == 404
    listed = key.client.get("/api/v1/workspaces", headers=key.headers).json()["items"]
    assert [row["slug"] for row in listed] == ["acme"]


def test_a_browser_writes_with_the_mark_of_its_page_only(cast: Cast, north: None) -> None:
    client = Client(enforce_csrf_checks=True)
    assert cast.olga.user is not None
    client.force_login(cast.olga.user)
    mark = "a" * 32
    client.cookies["csrftoken"] = mark
    bare, marked = Api(client), Api(client, {"X-CSRFToken": mark})

    assert bare.get("/accounts").status_code == 200
    assert bare.post("/discoveries", NOTE).status_code == 403
    assert marked.post("/discoveries", NOTE).status_code == 200


def test_a_key_writes_without_a_mark(cast: Cast, north: None) -> None:
    api = of_key(cast, "customers:write")
    strict = Api(Client(enforce_csrf_checks=True), api.headers)

    assert strict.post("/discoveries", NOTE).status_code == 200


def test_who_asks_too_often_is_told_how_long_to_wait(
    key: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPTAKE_API_REQUESTS_A_MINUTE", "2")
    load_settings.cache_clear()
    at_once = cache(partial(Allowances, clock=lambda: 0.0))
    monkeypatch.setattr(callers, "allowances", at_once)

    answers = [key.get("/me") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "30"
    assert "wait" in answers[-1].json()["detail"]


def test_an_allowance_fills_again_and_is_ones_own() -> None:
    moment = [0.0]
    allowed = Allowances(2, clock=lambda: moment[0])

    spent = [allowed.take("a"), allowed.take("a"), allowed.take("a")]
    moment[0] = 30.0

    assert spent == [0, 0, 30]
    assert allowed.take("a") == 0
    assert allowed.take("a") == 30
    assert allowed.take("b") == 0


# --- once ------------------------------------------------------------------------------------


def test_the_same_request_twice_is_done_once(key: Api, north: None) -> None:
    first = key.post("/discoveries", NOTE, Idempotency_Key="n1")
    second = key.post("/discoveries", NOTE, Idempotency_Key="n1")

    assert second.content == first.content
    assert second.headers["Idempotency-Replayed"] == "true"
    assert DiscoveryRecord.objects.count() == 1


def test_another_request_of_the_same_key_is_refused(key: Api, north: None) -> None:
    key.post("/discoveries", NOTE, Idempotency_Key="n1")

    other = key.post("/discoveries", NOTE | {"goals": "More."}, Idempotency_Key="n1")

    assert other.status_code == 409
    assert DiscoveryRecord.objects.count() == 1


def test_keys_of_different_callers_are_different(key: Api, olga: Api, north: None) -> None:
    key.post("/discoveries", NOTE, Idempotency_Key="n1")
    answer = olga.post("/discoveries", NOTE, Idempotency_Key="n1")

    assert "Idempotency-Replayed" not in answer.headers
    assert DiscoveryRecord.objects.count() == 2


def test_what_failed_may_be_tried_again(cast: Cast, key: Api) -> None:
    failed = key.post("/discoveries", NOTE, Idempotency_Key="n1")
    factories.account(cast.workspace, "north")

    assert failed.status_code == 404
    assert key.post("/discoveries", NOTE, Idempotency_Key="n1").status_code == 200


def test_an_answer_is_kept_for_a_day(key: Api, north: None) -> None:
    key.post("/discoveries", NOTE, Idempotency_Key="n1")
    KeptAnswer.objects.update(created_at=now() - timedelta(hours=25))

    key.post("/discoveries", NOTE, Idempotency_Key="n1")

    assert DiscoveryRecord.objects.count() == 2
    assert KeptAnswer.objects.count() == 1


def test_a_secret_in_an_answer_is_not_readable_in_the_table(key: Api) -> None:
    made = key.post("/sources", {"name": "Web app"}, Idempotency_Key="s1")
    again = key.post("/sources", {"name": "Web app"}, Idempotency_Key="s1")

    kept = KeptAnswer.objects.get()
    assert made.status_code == again.status_code == 201
    assert again.json() == made.json()
    assert made.json()["key"] not in kept.body
    assert Source.objects.count() == 1


def test_a_replay_needs_the_right_that_the_deed_needed(cast: Cast, olga: Api, north: None) -> None:
    olga.post("/discoveries", NOTE, Idempotency_Key="n1")
    assert cast.olga.user is not None
    cast.olga.user.memberships.update(role="viewer")

    assert olga.post("/discoveries", NOTE, Idempotency_Key="n1").status_code == 403


@pytest.mark.parametrize("unusable", [" ", "x" * 201])
def test_a_key_for_once_that_cannot_be_used_is_refused(
    key: Api, north: None, unusable: str
) -> None:
    assert key.post("/discoveries", NOTE, Idempotency_Key=unusable).status_code == 422


def test_erasing_somebody_forgets_kept_answers(cast: Cast, key: Api, north: None) -> None:
    key.post("/discoveries", NOTE, Idempotency_Key="n1")

    assert erase_from_answers(cast.workspace, "p1") == 1
    assert not KeptAnswer.objects.exists()


# --- problems --------------------------------------------------------------------------------


def test_values_that_cannot_be_used_are_listed(key: Api) -> None:
    answer = key.get("/accounts", limit=500)

    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"] == "query.limit"
    assert "query.limit" in answer.json()["detail"]


def test_a_parameter_that_is_misspelled_is_refused(key: Api) -> None:
    answer = key.get("/accounts", segmnt="enterprise")

    assert answer.status_code == 422
    assert "segment" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        (b"{", 400),
        (b"[]", 422),
        (b'{"records": NaN}', 400),
        (b'{"records": [{"external_id": "\\ud800"}]}', 400),
        (b'{"records": [{"external_id": "a\\u0000"}]}', 422),
        (b"[" * 100_000, 400),
        (b"", 422),
        (b'{"records": [{"external_id": "a", "colour": "red"}]}', 422),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_in_a_sentence(
    key: Api, said: bytes, status: int
) -> None:
    answer = key.client.post(
        key.place("/accounts"), said, content_type="application/json", headers=key.headers
    )

    assert answer.status_code == status
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/nothing", 404),
        ("GET", "/api/nothing", 404),
        ("DELETE", "/api/v1/workspaces", 405),
        ("GET", "/api/v1/workspaces/nowhere/me", 404),
    ],
)
def test_every_problem_is_told_in_the_same_shape(
    key: Api, method: str, path: str, status: int
) -> None:
    answer = key.client.generic(method, path, headers=key.headers)

    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    assert json.loads(answer.content)["detail"]


def test_nobody_keeps_answers(key: Api) -> None:
    assert key.get("/me").headers["Cache-Control"] == "private, no-store"


def test_a_key_says_what_it_may(cast: Cast) -> None:
    me = of_key(cast, "data:read").get("/me").json()

    assert me["permissions"] == ["customers.read", "sources.read"]
