from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from tests.cast import Cast
from uptake.foundation.errors import Conflict
from uptake.foundation.web import Guard, guard_of, show_problem

OTHERS_PAGES = ("allauth.", "django.", "ninja.")


def _client(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, name).user)
    return client


def _views(patterns: list[URLPattern | URLResolver]) -> list[URLPattern]:
    found: list[URLPattern] = []
    for pattern in patterns:
        below = getattr(pattern, "url_patterns", None)
        found += _views(below) if below is not None else [pattern]
    return found


def test_every_page_of_ours_is_guarded() -> None:
    ours = [
        view
        for view in _views(get_resolver().url_patterns)
        if not view.callback.__module__.startswith(OTHERS_PAGES)
    ]

    bare = [str(view.pattern) for view in ours if guard_of(view.callback) is None]

    assert bare == ["accounts/signup/", "accounts/email/"]


def test_the_address_of_a_workspace_is_guarded_for_members() -> None:
    inside = next(p for p in get_resolver().url_patterns if str(p.pattern).startswith("w/"))

    guards = {guard_of(view.callback) for view in _views(inside.url_patterns)}

    assert guards == {Guard.MEMBER}


def test_nobody_is_sent_to_sign_in_and_back(client: Client, db: None) -> None:
    answer = client.get("/w/acme/search?q=x")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/accounts/login/?next=/w/acme/search%3Fq%3Dx"


def test_a_part_of_a_page_sends_the_whole_page_to_sign_in(client: Client, db: None) -> None:
    answer = client.get("/w/acme/search", headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"].startswith("/accounts/login/")


def test_a_stranger_gets_the_answer_of_a_workspace_that_is_not_there(cast: Cast) -> None:
    stan = _client(cast, "stan")

    there = stan.get("/w/acme/")
    not_there = stan.get("/w/nowhere/")

    assert there.status_code == not_there.status_code == 404
    assert _without_marks(there) == _without_marks(not_there).replace("nowhere", "acme")


def _without_marks(answer: HttpResponse) -> str:
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.content.decode())


def test_a_deed_that_a_role_lacks_is_told_on_a_page(cast: Cast) -> None:
    answer = _client(cast, "victor").get("/w/acme/settings/members")

    assert answer.status_code == 403
    assert "see and change members" in answer.content.decode()
    assert "<nav" in answer.content.decode()


def test_a_part_of_a_page_gets_the_sentence_alone(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.htmx = True  # type: ignore[attr-defined]  # set by its middleware

    answer = show_problem(request, Conflict("It is taken."))

    assert answer.status_code == 409
    assert "It is taken." in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_the_workspace_one_was_in_is_where_one_comes_back(cast: Cast) -> None:
    stan = _client(cast, "stan")
    stan.get("/w/elsewhere/")

    answer = stan.get("/")

    assert answer.headers["Location"] == "/w/elsewhere/"


@pytest.mark.parametrize("address", ["/accounts/signup/", "/accounts/email/", "/nowhere"])
def test_what_is_not_there_says_so(client: Client, db: None, address: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 404
    assert "There is no page at this address" in answer.content.decode()


def test_a_form_without_its_mark_is_refused_in_plain_words(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.olga.user)

    answer = client.post("/profile", {"name": "x"})

    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()


def test_an_address_that_is_only_sent_to_says_so_on_a_page(cast: Cast) -> None:
    answer = _client(cast, "olga").get("/w/acme/settings/privacy/withdraw")

    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "cannot be opened like this" in answer.content.decode()
