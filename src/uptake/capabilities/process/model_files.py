"""Versions of the intended way as files to be taken along."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from uptake.capabilities.process.figuring import content_of
from uptake.capabilities.process.intended import IntendedProcess
from uptake.capabilities.process.intended_drawing import DRAWINGS, Form, form_of, intended_as
from uptake.capabilities.process.models import IntendedVersion
from uptake.capabilities.process.queries import access_version
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict
from uptake.store.errors import UptakeError


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A version as a file."""

    name: str
    form: Form
    text: str

    @property
    def media_type(self) -> str:
        """What the content is, for whoever downloads it."""
        kind = "text/plain" if self.form is Form.YAML else "application/xml"
        return f"{kind}; charset=utf-8"


def model_file(actor: Actor, key: int, form: Form | None = None) -> ModelFile:
    """Return a version as the file that it is, or as another tool reads it.

    Raises:
        NotFound: there is no such version for the actor.
        Conflict: it cannot be written in that form; the text says why and what to do.
    """
    version = access_version(actor, key)
    own = form_of(Path(version.file_name))
    if form is None or version.file_name.lower().endswith(f".{form}"):
        ending = version.file_name.rpartition(".")[2][:8] or Form.YAML
        return ModelFile(f"intended-{version.pk}.{ending}", own, version.text)
    try:
        said = content_of(version)
        assert said is not None  # noqa: S101 - a version that is there says something
        text = intended_as(said, form)
    except UptakeError as problem:
        raise Conflict(str(problem)) from problem
    return ModelFile(f"intended-{version.pk}.{form}", form, text)


def other_forms(version: IntendedVersion, said: IntendedProcess | None) -> tuple[Form, ...]:
    """The drawings that a version can be taken along as, besides what it is."""
    if said is None or not (said.steps or said.net):
        return ()
    return tuple(form for form in DRAWINGS if not version.file_name.lower().endswith(f".{form}"))
