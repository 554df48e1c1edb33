"""How a process is meant to run: steps, a drawn net, rules, and who is meant to do what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from uptake.methods.process.nets import Net
from uptake.methods.process.rules import Rule
from uptake.methods.process.trees import (
    Tree,
    exclusive,
    inclusive,
    loop,
    optional,
    parallel,
    sequence,
    step,
)


class StepKind(StrEnum):
    """What an item of a list of steps is, by the word that begins it."""

    STEP = "step"
    STEPS = "steps"
    EITHER = "either"
    ANY_ORDER = "any order"
    SOME_OF = "some of"


@dataclass(frozen=True, slots=True)
class Step:
    """One item of a list of steps: an activity, or several under one word.

    ``repeat``: it may be done more than once, each time after the steps ``after``, if there are
    any. ``optional``: it may be left out.
    """

    kind: StepKind
    name: str = ""
    parts: tuple[Step, ...] = ()
    optional: bool = False
    repeat: bool = False
    after: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        if (self.kind is StepKind.STEP) != bool(self.name) or bool(self.name) == bool(self.parts):
            raise ValueError("A step has a name; anything else has parts.")
        if self.after and not self.repeat:
            raise ValueError("Only what is repeated has steps that come before it again.")

    def tree(self) -> Tree:
        """The item as a process tree."""
        tree = _TREES[self.kind](self)
        if self.repeat:
            tree = loop(tree, sequence(*(item.tree() for item in self.after)))
        return optional(tree) if self.optional else tree

    def names(self) -> Iterator[str]:
        """The activities in it, from the first to the last; one that stands twice comes twice."""
        if self.name:
            yield self.name
        for item in (*self.parts, *self.after):
            yield from item.names()


_TREES = {
    StepKind.STEP: lambda item: step(item.name),
    StepKind.STEPS: lambda item: sequence(*(part.tree() for part in item.parts)),
    StepKind.EITHER: lambda item: exclusive(*(part.tree() for part in item.parts)),
    StepKind.ANY_ORDER: lambda item: parallel(*(part.tree() for part in item.parts)),
    StepKind.SOME_OF: lambda item: inclusive(*(part.tree() for part in item.parts)),
}


@dataclass(frozen=True, slots=True)
class IntendedRule:
    """A rule of the process, and why it is there."""

    rule: Rule
    why: str = ""


@dataclass(frozen=True, slots=True)
class IntendedProcess:
    """How a process is meant to run. It has steps, or a drawn net, or rules; rules may join either.

    ``roles``: who is meant to do an activity, by its name; activities that are not named may be
    done by anybody. ``ignored``: activities that are out of scope: counted, and no deviation.
    ``begins`` and ``ends``: the first and the last day on which cases may begin that are measured
    by it, None without bound. ``about``: what one case is. ``tolerance``: the share of cases that
    may stray before anybody has to act. ``is_proposed``: found in data and not yet confirmed by a
    person; ``notes`` say how. ``events``: drawn events that nobody sees. ``left``: what of a
    drawing was not taken as it was drawn, in sentences.
    """

    name: str
    steps: tuple[Step, ...] = ()
    net: Net | None = None
    rules: tuple[IntendedRule, ...] = ()
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    begins: date | None = None
    ends: date | None = None
    version: int = 1
    about: str = "case"
    owner: str = ""
    tolerance: float = 0.0
    is_proposed: bool = False
    notes: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.steps and self.net is not None:
            raise ValueError("A process has steps or a net, not both.")

    def tree(self) -> Tree | None:
        """The steps as a process tree; None where there are none."""
        return sequence(*(item.tree() for item in self.steps)) if self.steps else None

    def as_net(self) -> Net | None:
        """The net that cases are aligned with; None where there are only rules."""
        tree = self.tree()
        return self.net if tree is None else tree.as_net()

    def modelled(self) -> tuple[str, ...]:
        """The activities of the steps or the net, each once, in their order."""
        if self.net is not None:
            labels = (step.label for step in self.net.transitions)
            return tuple(dict.fromkeys(label for label in labels if label is not None))
        return tuple(dict.fromkeys(name for item in self.steps for name in item.names()))

    def activities(self) -> tuple[str, ...]:
        """Every activity that the steps, the net, a rule or a role names, each once."""
        ruled = (name for item in self.rules for name in (item.rule.first, item.rule.second))
        named = (*self.modelled(), *(name for name in ruled if name), *self.roles)
        return tuple(dict.fromkeys(named))

    def covers(self, day: date) -> bool:
        """Whether cases that begin on this day are measured by it."""
        return (self.begins is None or self.begins <= day) and (
            self.ends is None or day <= self.ends
        )


def item(name: str, *, optional: bool = False, repeat: bool = False) -> Step:
    """One activity."""
    return Step(StepKind.STEP, name, optional=optional, repeat=repeat)
