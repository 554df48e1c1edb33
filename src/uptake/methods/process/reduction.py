"""Smaller nets that allow exactly the same: steps that nobody sees are joined with what they serve.

A step that nobody sees and that alone empties a place may as well happen at once; one that alone
fills a place may as well wait until somebody takes from it. Neither changes what can be seen to
happen, nor which cases can end. Source: T. Murata (1989), "Petri nets: properties, analysis and
applications", Proceedings of the IEEE 77; the two rules are its agglomerations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from uptake.methods.process.nets import Net, Transition

Tokens = Counter[int]


@dataclass(slots=True)
class _Step:
    label: str | None
    takes: Tokens
    gives: Tokens

    @property
    def key(self) -> tuple[str | None, frozenset[tuple[int, int]], frozenset[tuple[int, int]]]:
        return self.label, frozenset(self.takes.items()), frozenset(self.gives.items())


def reduce_net(net: Net) -> Net:
    """Return a net with the same words and the same ends, and fewer steps that nobody sees."""
    steps = [
        _Step(t.label, Counter(dict(t.takes)), Counter(dict(t.gives))) for t in net.transitions
    ]
    start, end = Counter(dict(enumerate(net.start))), Counter(dict(enumerate(net.end)))
    while True:
        steps = _without_idle(steps)
        if not _joined(steps, start, end):
            break
    return _packed(steps, start, end, len(net.start))


def _without_idle(steps: Sequence[_Step]) -> list[_Step]:
    """Steps that nobody sees and that change nothing are left out, and so are second copies."""
    kept = {step.key: step for step in steps if step.label is not None or step.takes != step.gives}
    return list(kept.values())


def _joined(steps: list[_Step], start: Tokens, end: Tokens) -> bool:
    """Join what can be joined in one pass; False where nothing could."""
    takers, givers = _tied(steps)
    touched: set[int] = set()
    gone: set[int] = set()
    for at, step in enumerate(steps):
        if step.label is not None:
            continue
        near = step.takes.keys() | step.gives.keys()
        if near & touched:
            continue
        if _happens_at_once(step, at, takers, end):
            (place,) = step.takes
            others = [steps[other] for other in givers.get(place, ())]
            _replace([other.gives for other in others] + [start], place, step.gives)
        elif _can_wait(step, at, givers, start, end):
            (place,) = step.gives
            others = [steps[other] for other in takers.get(place, ())]
            _replace([other.takes for other in others], place, step.takes)
            _replace([end], place, step.takes)
        else:
            continue
        gone.add(at)
        touched |= near
        for other in others:
            touched |= other.takes.keys() | other.gives.keys()
    steps[:] = [step for at, step in enumerate(steps) if at not in gone]
    return bool(gone)


def _tied(steps: Sequence[_Step]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    """Which steps take from each place, and which give to it."""
    takers: dict[int, list[int]] = {}
    givers: dict[int, list[int]] = {}
    for at, step in enumerate(steps):
        for place in step.takes:
            takers.setdefault(place, []).append(at)
        for place in step.gives:
            givers.setdefault(place, []).append(at)
    return takers, givers


def _happens_at_once(step: _Step, at: int, takers: dict[int, list[int]], end: Tokens) -> bool:
    """It takes one token from a place that nothing else empties and no case ends on."""
    if len(step.takes) != 1 or step.takes.total() != 1:
        return False
    (place,) = step.takes
    return takers[place] == [at] and not end[place] and place not in step.gives


def _can_wait(
    step: _Step, at: int, givers: dict[int, list[int]], start: Tokens, end: Tokens
) -> bool:
    """It gives one token to a place that nothing else fills and no case begins on."""
    if len(step.gives) != 1 or step.gives.total() != 1 or not step.takes:
        return False
    (place,) = step.gives
    ends_well = not end[place] or step.takes.total() == 1
    return givers[place] == [at] and not start[place] and ends_well and place not in step.takes


def _replace(bags: Sequence[Tokens], place: int, instead: Tokens) -> None:
    for bag in bags:
        times = bag.pop(place, 0)
        for other, tokens in instead.items():
            if times:
                bag[other] += times * tokens


def _packed(steps: Sequence[_Step], start: Tokens, end: Tokens, places: int) -> Net:
    """The net with the places that are still used."""
    used = {p for step in steps for p in (*step.takes, *step.gives)}
    used |= {place for place in range(places) if start[place] or end[place]}
    number = {place: at for at, place in enumerate(sorted(used))}

    def tied(bag: Tokens) -> tuple[tuple[int, int], ...]:
        return tuple(sorted((number[place], tokens) for place, tokens in bag.items() if tokens))

    return Net(
        tuple(Transition(step.label, tied(step.takes), tied(step.gives)) for step in steps),
        tuple(start[place] for place in number),
        tuple(end[place] for place in number),
    )
