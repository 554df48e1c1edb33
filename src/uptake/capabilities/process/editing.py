"""The editor of a happy path: a list of steps as rows of a form, and rules, a sentence a line.

Whatever a list of rows cannot say (steps within steps, a drawn net) is changed as text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import yaml

from uptake.capabilities.process.intended import IntendedProcess, Step, StepKind
from uptake.capabilities.process.intended_writing import intended_yaml

MOST_ROWS = 100
OR = " | "
"""Stands between activities of which one is done."""


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step: an activity, or one of several; who is meant to do it is empty for anybody."""

    name: str = ""
    instead: str = ""
    is_optional: bool = False
    is_repeated: bool = False
    role: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The activities of which one is done."""
        others = (each.strip() for each in self.instead.split(OR.strip()))
        return tuple(dict.fromkeys(each for each in (self.name.strip(), *others) if each))


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the editor."""

    name: str
    rows: tuple[StepRow, ...]
    rules: str = ""
    tolerance: str = ""


def draft_of(process: IntendedProcess) -> Draft | None:
    """Return a process as the editor shows it; None where rows cannot say all of it."""
    if process.net is not None or not all(map(_is_row, process.steps)):
        return None
    said = yaml.safe_load(intended_yaml(process))
    rules = [each if isinstance(each, str) else "" for each in said.get("rules", [])]
    if not all(rules) or process.ignored or process.events:
        return None
    rows = tuple(_row(step, process) for step in process.steps)
    tolerance = f"{process.tolerance * 100:g}" if process.tolerance else ""
    return Draft(process.name, rows, "\n".join(rules), tolerance)


def _is_row(step: Step) -> bool:
    if step.after:
        return False
    if step.kind is StepKind.STEP:
        return True
    plain = all(
        part.kind is StepKind.STEP and not (part.optional or part.repeat) for part in step.parts
    )
    return step.kind is StepKind.EITHER and plain


def _row(step: Step, process: IntendedProcess) -> StepRow:
    names = tuple(step.names())
    role = process.roles.get(names[0], ())
    return StepRow(names[0], OR.join(names[1:]), step.optional, step.repeat, ", ".join(role))


def usual_draft(name: str, steps: Sequence[str]) -> Draft:
    """Return a draft that begins with the steps that most cases take."""
    return Draft(name, tuple(StepRow(step) for step in steps))


def read_draft(sent: Mapping[str, str]) -> Draft:
    """Return what was sent from the editor, with the act carried out that was asked for."""
    many = sent.get("rows", "0")
    count = min(int(many), MOST_ROWS) if many.isdecimal() else 0
    rows = [
        StepRow(
            name=sent.get(f"name-{place}", ""),
            instead=sent.get(f"instead-{place}", ""),
            is_optional=f"optional-{place}" in sent,
            is_repeated=f"repeat-{place}" in sent,
            role=sent.get(f"role-{place}", ""),
        )
        for place in range(count)
    ]
    draft = Draft(
        sent.get("process", ""), tuple(rows), sent.get("rules", ""), sent.get("tolerance", "")
    )
    return acted(draft, sent.get("act", ""))


def acted(draft: Draft, act: str) -> Draft:
    """Move, add or remove a row: "up 3", "down 3", "add 3" (below it), "remove 3"."""
    verb, _, place_text = act.partition(" ")
    place = int(place_text) if place_text.isdecimal() else len(draft.rows)
    rows = list(draft.rows)
    if verb == "add" and len(rows) < MOST_ROWS:
        rows.insert(place + 1, StepRow())
    elif verb == "remove" and place < len(rows):
        del rows[place]
    elif verb in ("up", "down"):
        other = place + (1 if verb == "down" else -1)
        if 0 <= place < len(rows) and 0 <= other < len(rows):
            rows[place], rows[other] = rows[other], rows[place]
    return replace(draft, rows=tuple(rows))


def text_of(draft: Draft) -> str:
    """Return what stands in the editor as YAML, to be read as any other file."""
    roles = {
        name: [each.strip() for each in row.role.split(",") if each.strip()]
        for row in draft.rows
        for name in row.names
        if row.role.strip()
    }
    said = {
        "process": draft.name.strip(),
        "steps": [_item(row) for row in draft.rows if row.names],
        "rules": [line.strip() for line in draft.rules.splitlines() if line.strip()],
        "roles": roles,
        "tolerance": f"{draft.tolerance.strip().removesuffix('%').strip()} %"
        if draft.tolerance.strip()
        else "",
    }
    kept = {key: value for key, value in said.items() if value}
    return yaml.safe_dump(kept, sort_keys=False, allow_unicode=True, width=100)


def _item(row: StepRow) -> object:
    names = row.names
    item: dict[str, object] = {"step": names[0]} if len(names) == 1 else {"either": list(names)}
    if row.is_optional:
        item["optional"] = True
    if row.is_repeated:
        item["repeat"] = True
    return names[0] if item == {"step": names[0]} else item
