"""An import as its page shows it: the steps, and each role with the columns it may be read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from uptake.capabilities.imports.mappings import proposal_of
from uptake.capabilities.imports.models import Import, State

ROLE = "role-"
FIXED = "fixed-"

MAY_BE_FIXED = frozenset({"action", "account", "team", "product", "module"})
MEANINGS = {
    "time": "when it happened",
    "person": "who did it",
    "action": "what was done; without it every row counts as use",
    "account": "the customer; without it the team",
    "team": "the group the person works in",
    "module": "the part of the system",
    "object": "the record it was done to",
    "case": "the case or session it belongs to",
    "product": "the system",
    "recorded": "when it was written down",
    "quality": "yes or no: right the first time?",
    "duration": "how long it took",
    "message_id": "the source's own id of the event",
    "external_id": "the identifier that other files use",
    "parent": "id of the account above it",
    "segment": "size, industry or tier",
    "owner": "who looks after it",
    "manager": "id of the person they report to",
    "start": "first day",
    "end": "last day",
    "location": "where they work",
    "days_a_week": "on how many days of a week they work",
    "leave_start": "first day of an absence",
    "leave_end": "last day of it",
    "seats": "how many may use it",
    "price": "amount; the column's name or the billing period says for how long",
    "billing_period": "month, quarter, year or term",
    "notice_date": "last day to give notice",
    "decision": "renewed, churned, ...",
    "is_value_action": "yes or no: is this what the product is bought for?",
}

_STEPS = ("File", "Columns", "Dry run", "Import", "Result")
_AT = {
    State.DRAFT: 1,
    State.DRY_RUN: 2,
    State.QUEUED: 3,
    State.RUNNING: 3,
    State.DONE: 4,
    State.FAILED: 4,
    State.UNDOING: 4,
    State.UNDONE: 4,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way, and whether it is behind, at hand or ahead."""

    name: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Option:
    """One column to choose, with values of it."""

    column: str
    shown: str
    samples: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """One role: what it means, what it is read from, how sure that is, and what is wrong."""

    role: str
    name: str
    meaning: str
    options: tuple[Option, ...]
    samples: str
    sureness: str
    reason: str
    required: bool
    may_be_fixed: bool
    fixed: str
    wrong: str


def steps_of(job: Import) -> list[Step]:
    """Return the five steps as this import has gone through them."""
    at = _AT[State(job.state)]
    return [Step(name, i < at, i == at) for i, name in enumerate(_STEPS)]


def choices(
    job: Import, *, stated: Mapping[str, str] | None = None, wrong: Mapping[str, str] | None = None
) -> list[ColumnChoice]:
    """Return every role with its choice of columns; ``stated`` is what a form said."""
    proposal = proposal_of(job)
    if proposal is None:
        return []
    samples = {name: " · ".join(values) for name, values in proposal.columns}
    found = []
    for line in proposal.lines:
        chosen = (stated or {}).get(line.role, line.column)
        names = list(samples)
        if chosen and not chosen.startswith("=") and chosen not in samples:
            names.append(chosen)  # columns that are read as one
        found.append(
            ColumnChoice(
                role=line.role,
                name=line.role.replace("_", " "),
                meaning=MEANINGS.get(line.role, ""),
                options=tuple(
                    Option(name, name, samples.get(name, ""), name == chosen) for name in names
                ),
                samples=samples.get(chosen) or (" · ".join(line.samples) if chosen else ""),
                sureness=_sureness(line.confidence) if line.column == chosen and chosen else "",
                reason=line.reason if line.column == chosen else "",
                required=line.required,
                may_be_fixed=line.role in MAY_BE_FIXED and job.kind == "events",
                fixed=chosen.removeprefix("=") if chosen.startswith("=") else "",
                wrong=(wrong or {}).get(line.role, ""),
            )
        )
    return found


def _sureness(confidence: float) -> str:
    if confidence >= 1:
        return "chosen"
    if confidence >= 0.8:
        return "sure"
    return "likely" if confidence >= 0.55 else "a guess"
