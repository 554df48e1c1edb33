"""What people caused is said on the form or on the next page; a refusal ends the page."""

from __future__ import annotations

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.test import RequestFactory

from uptake.foundation.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from uptake.ui.outcomes import problems_next, problems_on, require_clear


class DayForm(forms.Form):
    day = forms.DateField(label="On")


@pytest.fixture
def request_() -> HttpRequest:
    found = RequestFactory().post("/")
    found._messages = CookieStorage(found)  # type: ignore[attr-defined]  # as the middleware does
    return found


@pytest.mark.parametrize("problem", [Invalid, Conflict, NotFound])
def test_what_is_wrong_with_a_form_is_said_on_it(problem: type[DomainError]) -> None:
    form = DayForm({"day": "2026-03-02"})
    with problems_on(form):
        raise problem("Choose a working day.")

    assert form.non_field_errors() == ["Choose a working day."]


@pytest.mark.parametrize("problem", [Invalid, Conflict])
def test_what_is_wrong_is_said_on_the_next_page(
    request_: HttpRequest, problem: type[DomainError]
) -> None:
    with problems_next(request_):
        raise problem("It has ended already.")

    assert [str(each) for each in get_messages(request_)] == ["It has ended already."]


def test_refusals_and_what_nobody_caused_go_on(request_: HttpRequest) -> None:
    form = DayForm({})
    for within, problem in (
        (problems_on(form), NotAllowed),
        (problems_next(request_), NotAllowed),
        (problems_next(request_), NotFound),
        (problems_on(form), ZeroDivisionError),
    ):
        with pytest.raises(problem), within:
            raise problem("x")

    assert not form.non_field_errors()


def test_an_unclear_form_says_of_its_first_field_what_is_wrong() -> None:
    whole = DayForm({"day": "2026-03-02"})
    whole.add_error(None, "Two days would be better.")

    require_clear(DayForm({"day": "2026-03-02"}))
    with pytest.raises(Invalid, match=r"^On: Enter a valid date"):
        require_clear(DayForm({"day": "soon"}))
    with pytest.raises(Invalid, match=r"^Two days"):
        require_clear(whole)
