"""From YAML to an intended process; whatever is wrong is named with its line and how to mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from uptake.capabilities.process.intended import (
    IntendedProcess,
    IntendedRule,
    Step,
    StepKind,
)
from uptake.capabilities.process.rule_sentences import parse_rule, template_named
from uptake.formats.drawn_model import DrawnModel
from uptake.formats.marked_places import MarkedPlace
from uptake.formats.marked_yaml import Marked, read_marked
from uptake.formats.pnml import pnml_from_text
from uptake.methods.process.rules import Rule, Template

TOP = (
    *("process", "version", "about", "owner", "proposed", "from", "until", "tolerance"),
    *("steps", "pnml", "rules", "roles", "ignore", "notes", "events", "not taken"),
)
GROUPS = tuple(kind.value for kind in StepKind if kind is not StepKind.STEP)
ITEM = ("step", *GROUPS, "optional", "repeat", "repeat after", "role")
MOST_STEPS = 2_000
"""Steps that one process has, in all of its lists."""

DEEPEST = 40
"""Lists within lists."""

Value = TypeVar("Value")


def read_intended_yaml(text: str, *, name: str) -> IntendedProcess:
    """Read and check an intended process; ``name`` is the file that sentences of refusal name."""
    document = read_marked(text, name=name, what="a process")
    place = MarkedPlace(name, "")
    parts = place.parts(document, TOP)
    if "process" not in parts or parts["process"].is_nothing:
        raise place.refuse(document, "process is missing: write process: and its name.")
    reading = _Reading(name, parts)
    steps = reading.steps()
    drawn = reading.drawn()
    rules = reading.rules()
    if not steps and drawn is None and not rules:
        raise place.refuse(document, "write steps: with a list of steps, or rules: with rules.")
    if steps and drawn is not None:
        raise place.refuse(parts["pnml"], "a process has steps or a net: leave one of them out.")
    begins, ends = reading.days()
    return IntendedProcess(
        name=place.text(parts["process"]),
        steps=steps,
        net=drawn.net if drawn else None,
        rules=rules,
        roles=reading.roles(),
        ignored=reading.part("ignore", _as_written, ()),
        begins=begins,
        ends=ends,
        version=reading.part("version", lambda at, said: at.whole(said, 1), 1),
        about=reading.part("about", MarkedPlace.text, "case"),
        owner=reading.part("owner", MarkedPlace.text, ""),
        tolerance=reading.part("tolerance", MarkedPlace.share, 0.0),
        is_proposed=reading.part("proposed", MarkedPlace.truth, False),
        notes=reading.part("notes", MarkedPlace.texts, ()),
        events=reading.part("events", _as_written, ()),
        left=reading.part("not taken", MarkedPlace.texts, ()),
    )


@dataclass(slots=True)
class _Reading:
    """One document being read; roles are collected from the steps that name them."""

    file: str
    parts: dict[str, Marked]
    _roles: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _names: dict[str, None] = field(default_factory=dict)
    _steps: int = 0

    def part(self, key: str, read: Callable[[MarkedPlace, Marked], Value], default: Value) -> Value:
        marked = self.parts.get(key)
        if marked is None or marked.is_nothing:
            return default
        return read(MarkedPlace(self.file, key), marked)

    def steps(self) -> tuple[Step, ...]:
        at = self.parts.get("steps")
        if at is None or at.is_nothing:
            return ()
        return self._list(at, MarkedPlace(self.file, "steps"), (), 0)

    def drawn(self) -> DrawnModel | None:
        def read(place: MarkedPlace, at: Marked) -> DrawnModel:
            return pnml_from_text(place.text(at), name=f"{self.file}, pnml from line {at.line}")

        drawn = self.part("pnml", read, None)
        for step in drawn.net.transitions if drawn else ():
            if step.label is not None:
                self._names[step.label] = None
        return drawn

    def days(self) -> tuple[date | None, date | None]:
        begins = self.part("from", MarkedPlace.day, None)
        ends = self.part("until", MarkedPlace.day, None)
        if begins and ends and ends < begins:
            problem = "until is before from: swap them, or mend the year."
            raise MarkedPlace(self.file, "").refuse(self.parts["until"], problem)
        return begins, ends

    def rules(self) -> tuple[IntendedRule, ...]:
        at = self.parts.get("rules", Marked(0, items=()))
        place = MarkedPlace(self.file, "rules")
        return tuple(self._rule(item, place) for item in place.items(at))

    def roles(self) -> dict[str, tuple[str, ...]]:
        place = MarkedPlace(self.file, "roles")
        at = self.parts.get("roles")
        if at is not None and not at.is_nothing:
            for name, said in place.named(at).items():
                self._say_roles(name, said, place)
        return self._roles

    def _list(
        self, at: Marked, place: MarkedPlace, roles: tuple[str, ...], depth: int
    ) -> tuple[Step, ...]:
        if depth == DEEPEST:
            raise place.refuse(at, f"lists stand more than {DEEPEST} deep in each other.")
        items = place.items(at)
        if not items:
            raise place.refuse(at, "this list is empty: write its steps, or leave it out.")
        return tuple(self._item(item, place, roles, depth) for item in items)

    def _item(self, at: Marked, place: MarkedPlace, roles: tuple[str, ...], depth: int) -> Step:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise place.refuse(at, f"there are more than {MOST_STEPS:,} steps: split the process.")
        if at.text is not None:
            return self._step(at, place, roles)
        parts = place.parts(at, ITEM)
        said = [kind for kind in StepKind if kind in parts]
        if len(said) != 1:
            problem = f"write one of {', '.join(StepKind)} here, each on an item of its own."
            raise place.refuse(at, problem)
        own = place.texts(parts["role"]) if "role" in parts else roles
        if said[0] is StepKind.STEP:
            one = self._step(parts["step"], place, own)
        else:
            one = Step(said[0], parts=self._list(parts[said[0]], place, own, depth + 1))
        after: tuple[Step, ...] = ()
        if "repeat after" in parts:
            after = self._list(parts["repeat after"], place, own, depth + 1)
        repeat = "repeat" in parts and place.truth(parts["repeat"])
        optional = "optional" in parts and place.truth(parts["optional"])
        return Step(one.kind, one.name, one.parts, optional, repeat or bool(after), after)

    def _step(self, at: Marked, place: MarkedPlace, roles: tuple[str, ...]) -> Step:
        name = at.text or ""
        if not place.text(at):
            raise place.refuse(at, "a step has no name: write the activity as the log names it.")
        self._names[name] = None
        if roles:
            self._put_roles(name, roles, at, place)
        return Step(StepKind.STEP, name)

    def _say_roles(self, name: str, said: Marked, place: MarkedPlace) -> None:
        roles = place.texts(said)
        if not roles:
            raise place.refuse(said, f"{name} has no role: name one, or leave the line out.")
        self._put_roles(name, roles, said, place)

    def _put_roles(self, name: str, roles: tuple[str, ...], at: Marked, place: MarkedPlace) -> None:
        if self._roles.setdefault(name, roles) != roles:
            known = ", ".join(self._roles[name])
            problem = f"{name} is meant for {known} above: name all of its roles in one place."
            raise place.refuse(at, problem)

    def _rule(self, at: Marked, place: MarkedPlace) -> IntendedRule:
        if at.text is not None:
            return IntendedRule(self._sentence(at, place))
        parts = place.named(at)
        why = place.text(parts["why"]) if "why" in parts else ""
        kinds = [key for key in parts if key != "why"]
        if len(kinds) != 1:
            problem = "write rule: and a sentence, or the kind of rule and its activities."
            raise place.refuse(at, problem)
        if kinds[0] == "rule":
            return IntendedRule(self._sentence(parts["rule"], place), why)
        template = place.tried(at, lambda: template_named(kinds[0]))
        return IntendedRule(self._of_template(template, parts[kinds[0]], place), why)

    def _sentence(self, at: Marked, place: MarkedPlace) -> Rule:
        text = place.text(at)
        return place.tried(at, lambda: parse_rule(text, self._names))

    def _of_template(self, template: Template, at: Marked, place: MarkedPlace) -> Rule:
        names = _as_written(place, at)
        if not all(names) or len(names) not in (1, 2):
            raise place.refuse(at, "name its activities as [first, second].")
        return place.tried(at, lambda: Rule(template, *names))


def _as_written(place: MarkedPlace, at: Marked) -> tuple[str, ...]:
    """Names of activities, with the blanks that quotes keep."""
    marked = at.items if at.items is not None else (at,)
    if not all(place.text(item) for item in marked):
        raise place.refuse(at, "a name is empty: write the activity as the log names it.")
    return tuple(item.text or "" for item in marked)
