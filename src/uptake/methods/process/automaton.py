"""Everything a net allows, unfolded to a finite graph: states, and the steps between them.

A net that is bounded has finitely many markings; with much side by side there are many all the
same, so their number is capped, and what is beyond the cap is said, never cut off.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from uptake.methods.process.nets import Net
from uptake.methods.process.nets import NotFinite as NotFinite
from uptake.methods.process.packed import PackedNet, laid_out

Codes = npt.NDArray[np.int32]

SILENT = -1
"""Label of a step that nobody sees."""

MOST_STATES = 20_000

_LONGEST_LOOK = 200
"""States before one that it is held against, to see that a net can grow for ever; what grows more
slowly meets the number of states."""


class NeverEnds(NotFinite):
    """No case can be as the model says, because none of its ways leads to its end."""


@dataclass(frozen=True, slots=True)
class Automaton:
    """States from 0 on, and steps as arrays of equal length.

    ``labels``: the words that ``label`` counts through; ``SILENT`` for steps that nobody sees.
    Every state lies on a way from ``start`` to ``end``.
    """

    states: int
    start: int
    end: int
    labels: tuple[str, ...]
    source: Codes
    target: Codes
    label: Codes

    @classmethod
    def of(cls, steps: Sequence[tuple[int, str | None, int]], *, start: int, end: int) -> Automaton:
        """Make one of steps; what lies on no way from start to end is left out.

        Raises:
            NotFinite: the end cannot be reached.
        """
        useful = _onward(steps, start) & _onward([(t, w, s) for s, w, t in steps], end)
        if start not in useful or end not in useful:
            raise NeverEnds("The model never ends: no way leads from its start to its end.")
        code = {state: number for number, state in enumerate(sorted(useful))}
        kept = sorted({s for s in steps if s[0] in useful and s[2] in useful}, key=_in_order)
        labels = tuple(sorted({word for _from, word, _to in kept if word is not None}))
        word_code = {word: number for number, word in enumerate(labels)}
        return cls(
            len(code),
            code[start],
            code[end],
            labels,
            np.array([code[s] for s, _word, _t in kept], dtype=np.int32),
            np.array([code[t] for _s, _word, t in kept], dtype=np.int32),
            np.array([SILENT if w is None else word_code[w] for _s, w, _t in kept], dtype=np.int32),
        )


def unfold(net: Net, *, most_states: int = MOST_STATES) -> Automaton:
    """Return every marking that a net can reach as an automaton.

    Raises:
        NotFinite: a place can collect ever more tokens, there are more than ``most_states``
            markings, or the end cannot be reached.
    """
    played = laid_out(net)
    number = {played.start: 0}
    came_from: dict[int, int | None] = {played.start: None}
    waiting = deque([played.start])
    steps: list[tuple[int, str | None, int]] = []
    while waiting:
        marking = waiting.popleft()
        visible, silent = played.steps(marking)
        following = [(label, after) for label, after, _number in visible]
        for label, after in (*following, *((None, after) for after, _number in silent)):
            if after not in number:
                _refuse_growth(played, after, marking, came_from)
                if len(number) == most_states:
                    raise NotFinite(f"The model has more than {most_states:,} states.")
                number[after], came_from[after] = len(number), marking
                waiting.append(after)
            steps.append((number[marking], label, number[after]))
    if played.end not in number:
        raise NeverEnds("The model never ends: its final marking cannot be reached.")
    return Automaton.of(steps, start=0, end=number[played.end])


def _refuse_growth(
    net: PackedNet, after: int, before: int | None, came_from: dict[int, int | None]
) -> None:
    """A marking that holds one it came from and more can grow for ever."""
    for _back in range(_LONGEST_LOOK):
        if before is None:
            return
        if after != before and net.covers(after, before):
            raise NotFinite("The model is unbounded: a step can be repeated that adds tokens.")
        before = came_from[before]


def _onward(steps: Sequence[tuple[int, str | None, int]], start: int) -> set[int]:
    """Every state that can be reached."""
    following: dict[int, list[int]] = {}
    for source, _word, target in steps:
        following.setdefault(source, []).append(target)
    seen, waiting = {start}, [start]
    while waiting:
        for state in following.get(waiting.pop(), ()):
            if state not in seen:
                seen.add(state)
                waiting.append(state)
    return seen


def _in_order(step: tuple[int, str | None, int]) -> tuple[int, str, int]:
    return step[2], step[1] or "", step[0]
