"""An intended process as a file for other tools: YAML of our own, BPMN 2.0 or PNML."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from uptake.capabilities.process.intended import IntendedProcess
from uptake.capabilities.process.intended_writing import intended_yaml
from uptake.formats.bpmn_writing import bpmn_text
from uptake.formats.errors import UnusableFileError
from uptake.formats.pnml_writing import pnml_text


class Form(StrEnum):
    """What a model can be written in, each by the ending of its files."""

    YAML = "yaml"
    BPMN = "bpmn"
    PNML = "pnml"


DRAWINGS = (Form.BPMN, Form.PNML)
"""Forms that say steps alone."""

_ENDINGS = {".bpmn": Form.BPMN, ".xml": Form.BPMN, ".pnml": Form.PNML}


def form_of(path: Path) -> Form:
    """What a file is meant to be written in, by its ending; YAML where that says nothing."""
    return _ENDINGS.get(path.suffix.lower(), Form.YAML)


def intended_as(process: IntendedProcess, form: Form) -> str:
    """Write a process in a form; of a drawing, what it cannot say is its documentation.

    Raises:
        UnusableFileError: it has rules alone, or cannot be drawn; the text says what to do.
    """
    if form is Form.YAML:
        return intended_yaml(process)
    if not (process.steps or process.net):
        raise UnusableFileError(
            f"{process.name} has rules and no steps, so there is nothing to draw: "
            "keep the model as YAML."
        )
    net = process.as_net()
    if form is Form.PNML and net is not None:
        return pnml_text(net, name=process.name)
    model = process.tree() or process.net
    assert model is not None  # noqa: S101 - there are steps or a net, see above
    return bpmn_text(model, name=process.name, roles=process.roles, notes=_notes(process))


def _notes(process: IntendedProcess) -> list[str]:
    """What a drawing does not say, in sentences."""
    proposed = "Proposed from data, and not confirmed by a person yet."
    rules = (item.rule.sentence for item in process.rules)
    ignored = ", ".join(process.ignored)
    return [
        *([proposed] if process.is_proposed else []),
        *process.notes,
        *(f"Rule: {sentence}." for sentence in rules),
        *([f"Out of scope: {ignored}."] if ignored else []),
    ]
