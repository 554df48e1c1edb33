"""Process trees: steps put together so that whatever is built of them can always be finished.

Source: W. van der Aalst (2016), Process Mining: Data Science in Action, 2nd ed., section 3.2.8; the
meaning of a loop is that of S. Leemans (2013): its first part, then any number of times one of
the others followed by the first part again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from uptake.methods.process.nets import Net, Transition


class Operator(StrEnum):
    """How the parts of a tree belong together."""

    STEP = "step"
    SEQUENCE = "sequence"
    EXCLUSIVE = "exclusive"
    PARALLEL = "parallel"
    INCLUSIVE = "inclusive"
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class Tree:
    """A step, or parts under an operator.

    ``label``: only for a step; None means that nothing happens. A loop has two parts or more.
    """

    operator: Operator
    label: str | None = None
    parts: tuple[Tree, ...] = ()

    def __post_init__(self) -> None:
        least = {Operator.STEP: 0, Operator.LOOP: 2}.get(self.operator, 1)
        if len(self.parts) < least or (self.operator is Operator.STEP and self.parts):
            raise ValueError(f"A {self.operator} of {len(self.parts)} parts means nothing.")

    def labels(self) -> Iterator[str]:
        """The steps from left to right; one that stands twice comes twice."""
        waiting = [self]
        while waiting:
            tree = waiting.pop()
            if tree.label is not None:
                yield tree.label
            waiting += reversed(tree.parts)

    def as_net(self) -> Net:
        """The net that allows the same; every case can be finished, with one token at the end."""
        builder = _Builder()
        begin, end = builder.place(), builder.place()
        builder.put(self, begin, end)
        start, goal = [0] * builder.places, [0] * builder.places
        start[begin], goal[end] = 1, 1
        return Net(tuple(builder.transitions), tuple(start), tuple(goal))

    def __str__(self) -> str:
        return _spoken(self)


NOTHING = Tree(Operator.STEP)


def step(label: str) -> Tree:
    """One step."""
    return Tree(Operator.STEP, label)


def sequence(*parts: Tree) -> Tree:
    """One after the other."""
    return _of(Operator.SEQUENCE, parts)


def exclusive(*parts: Tree) -> Tree:
    """One of them."""
    return _of(Operator.EXCLUSIVE, parts)


def parallel(*parts: Tree) -> Tree:
    """All of them, side by side."""
    return _of(Operator.PARALLEL, parts)


def inclusive(*parts: Tree) -> Tree:
    """At least one of them, side by side."""
    return _of(Operator.INCLUSIVE, parts)


def loop(first: Tree, *again: Tree) -> Tree:
    """The first, and again after one of the others, or after nothing."""
    return Tree(Operator.LOOP, None, (first, *(again or (NOTHING,))))


def optional(tree: Tree) -> Tree:
    """It, or nothing."""
    return exclusive(tree, NOTHING)


def _of(operator: Operator, parts: tuple[Tree, ...]) -> Tree:
    """The parts under an operator; those under the same one are taken in, one alone is itself."""
    flat: list[Tree] = []
    for part in parts:
        flat += part.parts if part.operator is operator else (part,)
    if operator is Operator.EXCLUSIVE:
        flat = list(dict.fromkeys(flat))
    if not flat:
        return NOTHING
    return flat[0] if len(flat) == 1 else Tree(operator, None, tuple(flat))


@dataclass(slots=True)
class _Builder:
    """The net so far."""

    places: int = 0
    transitions: list[Transition] = field(default_factory=list)

    def place(self) -> int:
        self.places += 1
        return self.places - 1

    def step(self, label: str | None, takes: tuple[int, ...], gives: tuple[int, ...]) -> None:
        ones = tuple((place, 1) for place in takes), tuple((place, 1) for place in gives)
        self.transitions.append(Transition(label, *ones))

    def put(self, tree: Tree, begin: int, end: int) -> None:
        """Put a tree between two places; it takes from the first and gives to the second only."""
        waiting = [(tree, begin, end)]
        while waiting:
            tree, begin, end = waiting.pop()
            waiting += reversed(list(self._put(tree, begin, end)))

    def _put(self, tree: Tree, begin: int, end: int) -> Iterator[tuple[Tree, int, int]]:
        match tree.operator:
            case Operator.STEP:
                self.step(tree.label, (begin,), (end,))
            case Operator.SEQUENCE:
                between = [begin, *(self.place() for _part in tree.parts[1:]), end]
                yield from zip(tree.parts, between, between[1:], strict=False)
            case Operator.EXCLUSIVE:
                yield from ((part, begin, end) for part in tree.parts)
            case Operator.PARALLEL:
                yield from self._side_by_side(tree, begin, end)
            case Operator.INCLUSIVE:
                yield from self._some(tree, begin, end)
            case Operator.LOOP:
                ready, done = self.place(), self.place()
                self.step(None, (begin,), (ready,))
                self.step(None, (done,), (end,))
                yield tree.parts[0], ready, done
                yield from ((part, done, ready) for part in tree.parts[1:])

    def _side_by_side(self, tree: Tree, begin: int, end: int) -> Iterator[tuple[Tree, int, int]]:
        pairs = [(self.place(), self.place()) for _part in tree.parts]
        self.step(None, (begin,), tuple(ready for ready, _done in pairs))
        self.step(None, tuple(done for _ready, done in pairs), (end,))
        yield from ((part, *pair) for part, pair in zip(tree.parts, pairs, strict=True))

    def _some(self, tree: Tree, begin: int, end: int) -> Iterator[tuple[Tree, int, int]]:
        """Each part is begun or passed over; passed over only once another was begun."""
        none_yet, one_at_least = self.place(), self.place()
        trios = [(self.place(), self.place(), self.place()) for _part in tree.parts]
        self.step(None, (begin,), (none_yet, *(trio[0] for trio in trios)))
        self.step(None, (one_at_least, *(trio[2] for trio in trios)), (end,))
        for part, (open_, ready, done) in zip(tree.parts, trios, strict=True):
            self.step(None, (open_, none_yet), (ready, one_at_least))
            self.step(None, (open_, one_at_least), (ready, one_at_least))
            self.step(None, (open_, one_at_least), (done, one_at_least))
            yield part, ready, done


def _spoken(tree: Tree) -> str:
    """A tree in words; brackets where one would not know what belongs together."""
    words = [_spoken(part) if not part.parts else f"({_spoken(part)})" for part in tree.parts]
    match tree.operator:
        case Operator.STEP:
            return tree.label if tree.label is not None else "nothing"
        case Operator.SEQUENCE:
            return ", then ".join(words)
        case Operator.EXCLUSIVE if NOTHING in tree.parts:
            others = [w for w, part in zip(words, tree.parts, strict=True) if part != NOTHING]
            return f"perhaps {' or '.join(others) or 'nothing'}"
        case Operator.EXCLUSIVE:
            return "either " + " or ".join(words)
        case Operator.PARALLEL:
            return " and ".join(words) + " in any order"
        case Operator.INCLUSIVE:
            return "one or more of " + ", ".join(words)
    after = [w for w, part in zip(words, tree.parts, strict=True) if part != NOTHING][1:]
    return f"{words[0]} once or more" + (f", each time after {' or '.join(after)}" if after else "")
