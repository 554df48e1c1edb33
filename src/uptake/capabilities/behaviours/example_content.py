"""Behaviours that come with the product, by kind of system: read one, change it, agree on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import msgspec
import yaml

from uptake.capabilities.behaviours.definition import Definition, due_words, read

_FOLDER = files("uptake.capabilities.behaviours") / "examples"


@dataclass(frozen=True, slots=True)
class Example:
    """One behaviour to begin from.

    ``key`` names it in addresses; ``of_whom`` says in words who is usually asked, because nobody's
    populations are known before. The definition names actions as such systems usually call them.
    """

    key: str
    system: str
    name: str
    of_whom: str
    definition: Definition

    @property
    def usual_actions(self) -> tuple[str, ...]:
        """Every action that it names."""
        return (*self.definition.actions, *self.definition.answer_actions)

    @property
    def due(self) -> str:
        """By when, in words."""
        return due_words(self.definition)


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    """A file of examples."""

    system: str
    behaviours: list[dict[str, object]]


@cache
def examples() -> tuple[Example, ...]:
    """Every example, by system as the files are named, in the order they are written."""
    found = sorted(each.name for each in _FOLDER.iterdir() if each.name.endswith(".yaml"))
    return tuple(example for name in found for example in _of_file(name))


def example_of(key: str) -> Example | None:
    """The example of this key; None where there is none."""
    return next((each for each in examples() if each.key == key), None)


def fitted(definition: Definition, known: Sequence[str]) -> Definition:
    """The definition with the actions that the data has, under the names they have there.

    ``known``: names of actions in the data. Two names are the same where only case and
    punctuation differ; an action that the data does not have is left out.
    """
    spelled = {_plain(name): name for name in known}
    return replace(
        definition,
        actions=_spelled(definition.actions, spelled),
        answer_actions=_spelled(definition.answer_actions, spelled),
    )


def _spelled(wanted: Sequence[str], spelled: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(spelled[_plain(name)] for name in wanted if _plain(name) in spelled)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _of_file(name: str) -> tuple[Example, ...]:
    written = msgspec.convert(yaml.safe_load((_FOLDER / name).read_text("utf-8")), _Written)
    stem = name.removesuffix(".yaml")
    return tuple(
        _example(f"{stem}-{number}", written.system, facts)
        for number, facts in enumerate(written.behaviours, start=1)
    )


def _example(key: str, system: str, facts: Mapping[str, object]) -> Example:
    asked = dict(facts)
    name, of_whom = str(asked.pop("name")), str(asked.pop("of_whom"))
    return Example(key, system, name, of_whom, read(asked))
