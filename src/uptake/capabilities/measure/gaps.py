"""What this data cannot answer, and which column or list would make it answerable."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from uptake.capabilities.measure.picture import Gap


@dataclass(frozen=True, slots=True)
class Known:
    """What the data brings: roles of its columns, and which lists came with it."""

    roles: Collection[str]
    actions: int
    has_people: bool
    has_seats: bool
    has_times: bool


_BY_ROLE: tuple[tuple[str, str, str], ...] = (
    (
        "recorded",
        "When: is work recorded soon after it is done?",
        (
            "A column with the moment the record was written, beside the moment it is about: "
            "--map recorded=COLUMN."
        ),
    ),
    (
        "quality",
        "How well: are records right the first time?",
        (
            "A yes/no column that says whether a record was accepted as first written: "
            "--map quality=COLUMN."
        ),
    ),
    (
        "module",
        "Which parts of the system are used, and which are not?",
        "A column that names the module, screen or kind of record: --map module=COLUMN.",
    ),
    (
        "case",
        "How: is the intended process followed, how often does work change hands?",
        "A column that names the case or order an event belongs to: --map case=COLUMN.",
    ),
    (
        "duration",
        "How long does the work take?",
        "A column with the duration of an event: --map duration=COLUMN.",
    ),
)


def gaps(known: Known) -> tuple[Gap, ...]:
    """Return the questions that stay open, the most useful to close first."""
    open_: list[Gap] = []
    if not known.has_people:
        open_ += [
            Gap(
                "Who should use the system and never did?",
                "A list of the people who are expected to use it, with their team: "
                "uptake import people.",
            ),
            Gap(
                "How fast do new starters become productive?",
                "Start dates in that list; until then, newcomers are people first seen here.",
            ),
        ]
    if not {"team", "account"} & set(known.roles):
        open_.append(
            Gap(
                "Which teams or customers do well, which need help?",
                "A column that names the team, department or customer: --map team=COLUMN.",
            )
        )
    if known.actions < 2:
        open_.append(
            Gap(
                "How: which of the expected actions are used, and how deeply?",
                "A column that says what was done (created, updated, approved ...): "
                "--map action=COLUMN.",
            )
        )
    open_ += [Gap(text, fix) for role, text, fix in _BY_ROLE if role not in known.roles]
    if not known.has_times:
        open_.append(
            Gap("At which hours do people work?", "A time column with hours, not days alone.")
        )
    if not known.has_seats:
        open_.append(
            Gap(
                "How many paid seats are unused, and what do they cost?",
                "Contracts with seats and prices: uptake import contracts.",
            )
        )
    return tuple(open_)
