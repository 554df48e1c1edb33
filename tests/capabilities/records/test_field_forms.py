"""A standard changed in a form: what is typed is kept as a version, and judged like the text."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import QueryDict

from tests.capabilities.records.delivering import CONTACTS, founded
from tests.capabilities.records.test_pages import browser, shown
from tests.cast import Cast
from uptake.capabilities.records.field_forms import StandardForms
from uptake.capabilities.records.models import DataStandard
from uptake.capabilities.records.queries import content_of, newest
from uptake.capabilities.records.reading import read_standard
from uptake.capabilities.records.samples import sample_names, sample_text

EMPTY_FIELD = dict.fromkeys(
    ("field", "required", "one_of", "least", "most", "words", "tolerance", "why"), ""
)


def sent(forms: StandardForms) -> dict[str, str]:
    """What a browser sends when nothing is typed."""
    said: dict[str, Any] = {}
    for part in (forms.fields, forms.checks):
        for form in (part.management_form, *part.forms):
            said |= _typed(form)
    said |= _typed(forms.whole)
    return {
        name: str(value) for name, value in said.items() if value is not None and value is not False
    }


def _typed(form: Any) -> dict[str, Any]:
    return {
        form.add_prefix(name): form.get_initial_for_field(field, name)
        for name, field in form.fields.items()
    }


def as_sent(said: dict[str, str]) -> QueryDict:
    query = QueryDict(mutable=True)
    query.update(said)
    return query


@pytest.mark.parametrize("name", sample_names())
def test_a_form_in_which_nothing_is_typed_says_the_same_standard(name: str) -> None:
    text = sample_text(name)

    forms = StandardForms(text, as_sent(sent(StandardForms(text))))

    assert forms.is_valid()
    assert read_standard(forms.text()) == read_standard(text)


@pytest.fixture
def standard(cast: Cast) -> DataStandard:
    return founded(cast.edith)


def path(standard: DataStandard) -> str:
    return f"/w/acme/records/{standard.pk}/fields"


def test_fields_rules_and_deadline_are_changed_without_writing_yaml(
    cast: Cast, standard: DataStandard
) -> None:
    said = sent(StandardForms(CONTACTS)) | {
        "fields-TOTAL_FORMS": "3",
        **{f"fields-2-{name}": value for name, value in EMPTY_FIELD.items()},
        "fields-2-field": "stage",
        "fields-2-kind": "text",
        "fields-2-one_of": "Open\nWon, early\n",
        "fields-2-tolerance": "2.5",
        "fields-0-required": "stage = Open",
        "checks-TOTAL_FORMS": "1",
        "checks-0-check": "email is filled",
        "within": "2",
        "unit": "working days",
        "note": "Sales asked for it",
    }

    answer = browser(cast.edith).post(path(standard), said)

    version = newest(standard)
    content = content_of(version)
    assert answer.status_code == 302
    assert (version.number, version.note) == (2, "Sales asked for it")
    assert content.fields[2].one_of == ("Open", "Won, early")
    assert content.fields[2].terms.tolerance == 0.025
    assert str(content.fields[0].required) == "stage = Open"
    assert str(content.checks[0].condition) == "email is filled"
    assert str(content.entry.within) == "2 working days"
    assert content.columns == read_standard(CONTACTS).columns


def test_a_field_is_taken_out(cast: Cast, standard: DataStandard) -> None:
    said = sent(StandardForms(CONTACTS)) | {"fields-1-DELETE": "on"}

    browser(cast.edith).post(path(standard), said)

    assert content_of(newest(standard)).field_names == ("phone",)


def test_what_cannot_be_is_refused_by_the_same_sentences(
    cast: Cast, standard: DataStandard
) -> None:
    said = sent(StandardForms(CONTACTS)) | {"fields-0-required": "fax is filled"}

    answer = browser(cast.edith).post(path(standard), said)

    assert answer.status_code == 422
    assert "is not one of the fields" in answer.content.decode()
    assert standard.versions.count() == 1


def test_another_row_is_shown_and_nothing_is_kept_yet(cast: Cast, standard: DataStandard) -> None:
    said = sent(StandardForms(CONTACTS)) | {"add-field": "1"}

    page = browser(cast.edith).post(path(standard), said).content.decode()

    assert 'name="fields-2-field"' in page
    assert "A new field" in page
    assert standard.versions.count() == 1


def test_the_preview_tells_what_the_form_would_mean(cast: Cast, standard: DataStandard) -> None:
    said = sent(StandardForms(CONTACTS)) | {"preview": "1"}

    page = browser(cast.edith).post(path(standard), said).content.decode()

    assert "What it would mean today" in page
    assert "No file of records has been delivered yet" in page


def test_who_may_not_write_finds_no_form(cast: Cast, standard: DataStandard) -> None:
    said = sent(StandardForms(CONTACTS))

    assert browser(cast.victor).post(path(standard), said).status_code == 403
    assert browser(cast.stan).post(path(standard), said).status_code == 404
    assert "Change" not in shown(cast.victor, f"records/{standard.pk}").split("<main")[-1]
