"""Versions of the intended way are taken along as drawings that say the same."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import given, settings

from tests.capabilities.process.test_drifting import MEANT, desk
from tests.cast import Cast
from tests.methods.process.trees import trees, words_of, words_of_net
from uptake.capabilities.process import actions
from uptake.capabilities.process.analysis import picture_of
from uptake.capabilities.process.intended import IntendedProcess, IntendedRule, Step, StepKind, item
from uptake.capabilities.process.intended_drawing import Form, form_of, intended_as
from uptake.capabilities.process.intended_files import read_intended, text_of_model
from uptake.capabilities.process.model_files import model_file
from uptake.capabilities.process.models import IntendedVersion
from uptake.capabilities.process.steps_of_trees import steps_of
from uptake.formats.errors import UnusableFileError
from uptake.foundation.errors import Conflict, NotFound
from uptake.methods.process.rules import Rule, Template

WAY = """\
process: Orders & "returns"
steps:
- order
- {step: "check \\"A\\" & <b> 🚀", optional: yes, role: [Sales, Legal]}
- any order: [pack, bill]
- {step: ship, repeat: yes}
"""
RULES = "process: Orders\nrules: [order before ship]\n"


def read_again(process, form):
    return read_intended(intended_as(process, form), name=f"again.{form}")


@pytest.mark.parametrize("form", list(Form))
def test_a_process_is_read_again_as_it_was_written(form):
    process = read_intended(WAY, name="way.yaml")

    again = read_again(process, form)

    assert again.name == process.name
    assert words_of_net(again.as_net(), 4) == words_of_net(process.as_net(), 4)


def test_lanes_of_a_drawing_say_which_steps_are_done_by_others():
    drawn = read_again(MEANT, Form.BPMN)

    found = picture_of(desk(drifts=0.6, cases=60), drawn).deviations

    assert drawn.roles == MEANT.roles
    assert [(row.kind, row.activity, row.performer) for row in found] == [
        ("wrong role", "diagnose", "manager"),
    ]


def test_roles_stand_in_a_drawing():
    process = read_intended(WAY, name="way.yaml")

    assert read_again(process, Form.BPMN).roles == process.roles


@pytest.mark.parametrize("form", [Form.BPMN, Form.PNML])
@settings(max_examples=25)
@given(trees("abcd", leaves=5).filter(steps_of))
def test_steps_of_any_kind_are_drawn_as_what_they_mean(form, tree):
    process = IntendedProcess("Orders", steps=steps_of(tree))

    assert words_of_net(read_again(process, form).as_net(), 3) == words_of(process.tree(), 3)


def test_what_a_drawing_cannot_say_is_its_documentation():
    process = IntendedProcess(
        "Orders",
        steps=(item("order"), Step(StepKind.EITHER, parts=(item("ship"), item("bring")))),
        rules=(IntendedRule(Rule(Template.PRECEDENCE, "order", "ship")),),
        ignored=("note",),
        is_proposed=True,
    )

    text = intended_as(process, Form.BPMN)

    assert "<bpmn:documentation>Proposed from data, and not confirmed" in text
    assert "<bpmn:documentation>Rule: " in text
    assert "<bpmn:documentation>Out of scope: note.</bpmn:documentation>" in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_a_drawing_is_read_in_whatever_it_says_it_is_written_in(encoding):
    said = encoding.removesuffix("-sig").upper()
    text = intended_as(IntendedProcess("Büro", steps=(item("prüfen"),)), Form.BPMN)
    data = text.replace('encoding="UTF-8"', f'encoding="{said}"').encode(encoding)

    of_bytes = read_intended(data, name="way.bpmn")
    of_text = read_intended(text_of_model(data, name="way.bpmn"), name="way.bpmn")

    assert of_bytes.name == of_text.name == "Büro"
    assert words_of_net(of_text.as_net(), 2) == words_of_net(of_bytes.as_net(), 2) == {("prüfen",)}


def test_what_is_in_no_encoding_is_refused_with_what_to_do():
    for data in (b"steps: [\xff\xfe\xfd]", b'<?xml version="1.0" encoding="klingon"?><a/>'):
        with pytest.raises(UnusableFileError, match="save it as UTF-8"):
            text_of_model(data, name="way.bpmn")


@pytest.mark.parametrize("form", [Form.BPMN, Form.PNML])
def test_rules_alone_are_nothing_to_draw(form):
    with pytest.raises(UnusableFileError, match="rules and no steps"):
        intended_as(read_intended(RULES, name="rules.yaml"), form)


@pytest.mark.parametrize(
    ("name", "form"),
    [("a.bpmn", Form.BPMN), ("a.bpmn20.XML", Form.BPMN), ("a.pnml", Form.PNML), ("a", Form.YAML)],
)
def test_the_ending_of_a_file_says_its_form(tmp_path, name, form):
    assert form_of(tmp_path / name) is form


@pytest.fixture
def version(cast: Cast) -> IntendedVersion:
    made = actions.found_process(cast.edith, actions.ProcessFacts("Orders"))
    return actions.write_intended(cast.edith, made.pk, actions.IntendedFacts(WAY))


def test_a_version_is_taken_along_as_what_it_is_or_as_a_drawing(
    cast: Cast, version: IntendedVersion
) -> None:
    own, drawn = model_file(cast.victor, version.pk), model_file(cast.victor, version.pk, Form.BPMN)

    assert (own.text, own.name) == (WAY, f"intended-{version.pk}.yaml")
    assert drawn.text.startswith("<?xml")
    assert drawn.name == f"intended-{version.pk}.bpmn"


def test_a_drawing_that_was_brought_is_given_back_as_it_was(
    cast: Cast, version: IntendedVersion
) -> None:
    text = intended_as(read_intended(WAY, name="way.yaml"), Form.BPMN)
    facts = actions.IntendedFacts(text, file_name="Way.BPMN")
    made = actions.write_intended(cast.edith, version.process_id, facts)

    assert model_file(cast.edith, made.pk, Form.BPMN).text == text
    assert model_file(cast.edith, made.pk, Form.PNML).text.startswith("<?xml")


def test_a_version_of_rules_alone_is_no_drawing(cast: Cast, version: IntendedVersion) -> None:
    made = actions.write_intended(
        cast.edith, version.process_id, actions.IntendedFacts(RULES, file_name="rules.yaml")
    )

    with pytest.raises(Conflict, match="nothing to draw"):
        model_file(cast.edith, made.pk, Form.BPMN)


def test_who_may_not_read_a_process_takes_nothing_along(
    cast: Cast, version: IntendedVersion
) -> None:
    with pytest.raises(NotFound):
        model_file(cast.carla, version.pk, Form.BPMN)


def browser(who) -> Client:
    client = Client()
    client.force_login(who.user)
    return client


def test_the_page_of_the_model_offers_drawings(cast: Cast, version: IntendedVersion) -> None:
    client = browser(cast.victor)
    path = f"/w/acme/processes/versions/{version.pk}/file"

    page = client.get(f"/w/acme/processes/{version.process_id}/model").content.decode()
    drawn, odd = client.get(f"{path}?as=bpmn"), client.get(f"{path}?as=odt")

    assert f"{path}?as=bpmn" in page
    assert f"{path}?as=pnml" in page
    assert drawn["Content-Disposition"] == f'attachment; filename="intended-{version.pk}.bpmn"'
    assert drawn["Content-Type"].startswith("application/xml")
    assert "BPMNDiagram" in drawn.content.decode()
    assert odd.status_code == 422


def test_the_api_gives_a_version_as_a_drawing(cast: Cast, version: IntendedVersion) -> None:
    path = f"/api/v1/workspaces/acme/processes/versions/{version.pk}/file"

    told = browser(cast.victor).get(f"{path}?form=pnml").json()
    usual = browser(cast.victor).get(path).json()
    odd = browser(cast.victor).get(f"{path}?form=odt")

    assert (told["form"], told["name"]) == ("pnml", f"intended-{version.pk}.pnml")
    assert read_intended(told["text"], name="again.pnml").name == 'Orders & "returns"'
    assert usual["form"] == "bpmn"
    assert odd.status_code == 422
