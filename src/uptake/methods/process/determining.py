"""The smallest graph in which every sequence of visible steps leads to one state only.

What a net unfolds to says one thing many times over: markings that differ in what nobody sees, or
that allow the same from there on. Put together, hundreds of states often become a few dozen.
Sources: M. Rabin, D. Scott (1959), "Finite automata and their decision problems", IBM Journal 3
(sets of states); E. Moore (1956), "Gedanken-experiments on sequential machines" (states alike).
"""

from __future__ import annotations

from uptake.methods.process.automaton import MOST_STATES, Automaton, NeverEnds, NotFinite
from uptake.methods.process.language import Language


def determined(language: Language, *, most_states: int = MOST_STATES) -> Automaton:
    """Return everything a net allows as the smallest deterministic automaton.

    Its one end is reached from every state in which a case may end, by a step nobody sees.

    Raises:
        NotFinite: there are more than ``most_states`` states.
        NeverEnds: no end can be reached.
    """
    steps = _explored(language, most_states)
    ends = [state for state in range(len(language)) if language.ends(state)]
    useful = _backward(steps, ends)
    if 0 not in useful:
        raise NeverEnds("The model never ends: no way leads from its start to its end.")
    kept = {s: {w: t for w, t in steps[s].items() if t in useful} for s in sorted(useful)}
    alike = _alike(kept, set(ends))
    different = {
        (alike[s], word, alike[t]) for s, after in kept.items() for word, t in after.items()
    }
    end = len(set(alike.values()))
    last: set[tuple[int, str | None, int]] = {(alike[state], None, end) for state in ends}
    return Automaton.of([*different, *last], start=alike[0], end=end)


def _explored(language: Language, most_states: int) -> list[dict[str, int]]:
    """Where each state leads by each step."""
    steps: list[dict[str, int]] = []
    while len(steps) < len(language):
        if len(language) > most_states:
            raise NotFinite(f"The model has more than {most_states:,} states.")
        steps.append(language.following(len(steps)))
    return steps


def _backward(steps: list[dict[str, int]], ends: list[int]) -> set[int]:
    """Every state from which a case may come to its end."""
    before: list[list[int]] = [[] for _ in steps]
    for state, after in enumerate(steps):
        for target in after.values():
            before[target].append(state)
    seen, waiting = set(ends), list(ends)
    while waiting:
        for state in before[waiting.pop()]:
            if state not in seen:
                seen.add(state)
                waiting.append(state)
    return seen


def _alike(steps: dict[int, dict[str, int]], ends: set[int]) -> dict[int, int]:
    """Number states so that those that allow the same from there on have one number."""
    kind = {state: int(state in ends) for state in steps}
    count = len(set(kind.values()))
    while True:
        number: dict[object, int] = {}
        finer = {
            state: number.setdefault(
                (kind[state], frozenset((word, kind[t]) for word, t in after.items())), len(number)
            )
            for state, after in steps.items()
        }
        if len(number) == count:
            return finer
        kind, count = finer, len(number)
