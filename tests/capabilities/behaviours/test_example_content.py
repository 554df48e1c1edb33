"""Behaviours to begin from: complete in themselves, and fitted to what the data has."""

from __future__ import annotations

import pytest
from django.test import Client

from tests import factories
from tests.cast import Cast
from uptake.capabilities.behaviours.definition import for_linter
from uptake.capabilities.behaviours.example_content import Example, example_of, examples, fitted
from uptake.methods.behaviour.smart import Part, lint


def test_four_kinds_of_system_have_examples_with_keys_of_their_own() -> None:
    systems = {example.system for example in examples()}

    assert systems == {"CRM", "Service desk", "Learning platform", "Project tracker"}
    assert len({example.key for example in examples()}) == len(examples())


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.key)
def test_only_the_day_of_review_is_left_to_be_said(example: Example) -> None:
    findings = lint(for_linter(example.definition, owner="somebody", people=5))

    assert [finding.part for finding in findings] == [Part.REVIEW]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.key)
def test_each_says_how_it_could_be_met_in_name_only(example: Example) -> None:
    assert example.definition.effects.unintended_behaviours
    assert example.definition.depends_on


def test_actions_take_the_names_that_the_data_has() -> None:
    contacts = example_of("crm-2")
    assert contacts is not None

    assert fitted(contacts.definition, ["Contact Created", "login"]).actions == ("Contact Created",)
    assert fitted(contacts.definition, []).actions == ()


def test_the_builder_begins_with_an_example_and_says_where_it_is_from(cast: Cast) -> None:
    factories.action(factories.product(cast.workspace), "Call-Logged")
    client = Client()
    client.force_login(cast.edith.user)

    shown = client.get("/w/acme/behaviours/new?example=crm-1").content.decode()

    assert "Log each customer call in Activities, with the next step" in shown
    assert '<option value="Call-Logged" selected>' in shown
    assert "Begun from an example for a CRM" in shown


def test_an_example_that_is_not_there_leaves_an_empty_form(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.edith.user)

    shown = client.get("/w/acme/behaviours/new?example=crm-99")

    assert shown.status_code == 200
    assert b"Begun from an example" not in shown.content


def test_the_list_says_whose_actions_the_data_has(cast: Cast) -> None:
    product = factories.product(cast.workspace)
    factories.action(product, "contact.created")
    client = Client()
    client.force_login(cast.edith.user)

    shown = client.get("/w/acme/behaviours/examples").content.decode()

    assert "Your data has 1 of its 2 actions" in shown
    assert shown.count("Begin from this") == len(examples())
