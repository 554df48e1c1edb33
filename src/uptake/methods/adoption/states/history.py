"""When a group changed its state: dated changes, without the flapping that noise would give."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from uptake.methods.adoption.states.evidence import AdoptionState
from uptake.methods.adoption.states.rules import Classification


@dataclass(frozen=True, slots=True)
class Observation:
    """A state as it was seen on a day."""

    day: date
    state: AdoptionState
    could_be: tuple[AdoptionState, ...] = ()

    @classmethod
    def of(cls, day: date, classification: Classification) -> Observation:
        """What a classification says about its day."""
        return cls(day, classification.state, classification.could_be)


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of state. ``day`` is when the new state was first seen, ``confirmed`` when it held.

    ``before`` is None for the first state of a group.
    """

    day: date
    confirmed: date
    before: AdoptionState | None
    after: AdoptionState

    @property
    def sentence(self) -> str:
        """The change in plain words."""
        since = f"Since {self.day.isoformat()}: {self.after.plain}"
        return f"{since}." if self.before is None else f"{since}; before: {self.before.plain}."


def transitions(history: Sequence[Observation], *, periods_to_confirm: int = 2) -> list[Transition]:
    """Turn evaluations in order of time into dated changes with hysteresis.

    The first observation opens the history. After that a change counts once another state was seen
    in ``periods_to_confirm`` evaluations in a row, dated by the first of them. An uncertain
    evaluation that could also be the current state is read as the current state, so noise around a
    threshold changes nothing. Single evaluations without an answer (not measurable, not yet due)
    neither break a run nor make one; a run of them is a change like any other. Raises ValueError
    when the days do not ascend.
    """
    days = [seen.day for seen in history]
    if any(later <= earlier for earlier, later in itertools.pairwise(days)):
        raise ValueError("The history must be in order of time, with one evaluation a day at most.")
    changes: list[Transition] = []
    run: list[Observation] = []
    for seen in history:
        current = changes[-1].after if changes else None
        run = _run_after(run, seen, current)
        if run and (current is None or len(run) >= periods_to_confirm):
            changes.append(Transition(run[0].day, seen.day, current, run[-1].state))
            run = []
    return changes


def _run_after(
    run: list[Observation], seen: Observation, current: AdoptionState | None
) -> list[Observation]:
    """The run of evaluations that speak for one other state, after one more evaluation."""
    if current is not None and (seen.state is current or current in seen.could_be):
        return []
    if not run or run[-1].state is seen.state:
        return [*run, seen]
    if _answers(run[-1].state) and not _answers(seen.state):
        return run
    return [seen]


def _answers(state: AdoptionState) -> bool:
    return state.is_failure or state is AdoptionState.WORKING
