"""Behaviours from the command line: the same as pages and the API say."""

from __future__ import annotations

import json

import pytest

from tests.capabilities.behaviours.asking import CLEAR, drafted
from tests.cast import Cast, gather_cast
from tests.factories import person
from uptake.capabilities.behaviours import keeping
from uptake.capabilities.behaviours.models import Clarification
from uptake.cli import behaviours
from uptake.foundation.actor import Actor


@pytest.fixture
def cast(db: None, monkeypatch: pytest.MonkeyPatch) -> Cast:
    found = gather_cast()
    monkeypatch.setattr(behaviours, "system_in", lambda workspace: Actor.system(found.workspace))
    return found


def test_versions_and_waiting_questions_are_listed_in_lines_and_in_json(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    behaviour = drafted(cast.edith)
    asked = Clarification.objects.create(
        behaviour=behaviour, person=person(cast.workspace), question="Which calls?"
    )

    for as_json in (False, True):
        behaviours.versions(behaviour.pk, as_json=as_json)
        behaviours.questions(as_json=as_json)
    lines = capsys.readouterr().out.splitlines()

    assert lines[0].endswith(f"edith@example.org: {CLEAR.statement}")
    assert lines[1].startswith(f"{asked.pk}  ")
    assert lines[1].endswith("Log calls: Which calls?")
    assert json.loads(lines[2])[0]["definition"]["amount"] == 3
    assert json.loads(lines[3])[0]["question"] == "Which calls?"


def test_a_draft_is_listed_with_why_it_has_no_number(
    cast: Cast, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drafted(cast.edith)
    monkeypatch.setattr(keeping, "all_figures", lambda workspace: (None, {}))

    behaviours.list_behaviours()

    assert capsys.readouterr().out.endswith("draft  Log calls: nothing is known of it yet.\n")
