"""What a drawing in BPMN has: nodes and the arrows between them, for a tree of steps or for a net.

A tree is drawn with gateways in pairs. A net is drawn with an exclusive gateway for each place that
several steps fill or empty, and a parallel one for each step that waits for several tokens or gives
several: a token chooses before the gateway which step it waits for, which changes nothing that can
be seen from the beginning of a case to its end. Source: R. Dijkman, M. Dumas, C. Ouyang (2008),
Information and Software Technology 50, read backwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import Final

from uptake.formats.bpmn_elements import MOST_FLOWS, MOST_NODES
from uptake.formats.bpmn_laying import MOST_BRANCHES
from uptake.formats.errors import UnusableFileError
from uptake.methods.process.guarded import MOST_STATES
from uptake.methods.process.nets import Marking, Net, Transition
from uptake.methods.process.trees import (
    NOTHING,
    Operator,
    Tree,
    exclusive,
    optional,
    parallel,
)

_LONGEST_NAME: Final = 80
_MOST_ROUNDS: Final = 100
"""Times that steps without use are looked for; what leads nowhere is seldom behind such."""

_MOST_TRIED: Final = 2_000_000
"""Steps that are tried in states of a net to see whether its end is clean, about a second."""

_Arcs = tuple[tuple[int, int], ...]


class Drawn(StrEnum):
    """The kinds of node that are drawn, by the names of their elements."""

    START = "startEvent"
    END = "endEvent"
    TASK = "task"
    EXCLUSIVE = "exclusiveGateway"
    PARALLEL = "parallelGateway"
    INCLUSIVE = "inclusiveGateway"
    JOINT = "joint"
    """Drawn as nothing: what leads to it leads on."""


@dataclass(slots=True)
class Sketch:
    """Nodes in the order of their numbers: kind, and name of a task. Arrows between numbers."""

    nodes: list[tuple[Drawn, str]] = field(default_factory=list)
    flows: list[tuple[int, int]] = field(default_factory=list)

    def node(self, kind: Drawn, name: str = "") -> int:
        """Put down a node; its number.

        Raises:
            UnusableFileError: there are more than a drawing may have that is to be read again.
        """
        if len(self.nodes) >= 2 * MOST_NODES:
            raise _too_large()
        self.nodes.append((kind, name))
        return len(self.nodes) - 1

    def flow(self, *numbers: int) -> None:
        """Put down arrows from each node to the next; the same refusal."""
        if len(self.flows) >= 2 * MOST_FLOWS:
            raise _too_large()
        self.flows += pairwise(numbers)

    def without_joints(self) -> Sketch:
        """The same as it is drawn, numbered from its beginning on; the same refusal."""
        onward: dict[int, int] = {a: b for a, b in self.flows if self.nodes[a][0] is Drawn.JOINT}
        led = []
        for source, following in self.flows:
            if self.nodes[source][0] is not Drawn.JOINT:
                target = following
                while target in onward:
                    target = onward[target]
                led.append((source, target))
        number = {at: new for new, at in enumerate(_in_order(led, self._begin()))}
        if len(number) > MOST_NODES or len(led) > MOST_FLOWS:
            raise _too_large()
        return Sketch(
            [self.nodes[at] for at in number], sorted((number[a], number[b]) for a, b in led)
        )

    def _begin(self) -> int:
        return next(at for at, (kind, _name) in enumerate(self.nodes) if kind is Drawn.START)


def sketch_of_tree(tree: Tree) -> Sketch:
    """Draw a tree: a start, gateways in pairs, an end.

    Raises:
        UnusableFileError: it would be too large a drawing.
    """
    sketch = Sketch()
    waiting = [(tree, sketch.node(Drawn.START), sketch.node(Drawn.END))]
    while waiting:
        waiting += reversed(list(_put(sketch, *waiting.pop())))
    return sketch.without_joints()


def _put(sketch: Sketch, tree: Tree, begin: int, end: int) -> Iterator[tuple[Tree, int, int]]:
    """Draw a tree between two nodes: one arrow from the first, one to the second."""
    match tree.operator:
        case Operator.STEP if tree.label is None:
            sketch.flow(begin, end)
        case Operator.STEP:
            sketch.flow(begin, sketch.node(Drawn.TASK, tree.label or ""), end)
        case Operator.SEQUENCE:
            between = [begin, *(sketch.node(Drawn.JOINT) for _part in tree.parts[1:]), end]
            yield from zip(tree.parts, between, between[1:], strict=False)
        case Operator.LOOP:
            ready, done = sketch.node(Drawn.EXCLUSIVE), sketch.node(Drawn.EXCLUSIVE)
            sketch.flow(begin, ready)
            sketch.flow(done, end)
            yield tree.parts[0], ready, done
            yield from ((part, done, ready) for part in dict.fromkeys(tree.parts[1:]))
        case Operator.INCLUSIVE if not _is_block(tree):
            yield _spelt_out(tree), begin, end
        case _:
            kind, parts = _gateway(tree)
            if len(parts) < 2:
                yield (parts or [NOTHING])[0], begin, end
                return
            split, join = sketch.node(kind), sketch.node(kind)
            sketch.flow(begin, split)
            sketch.flow(join, end)
            yield from ((part, split, join) for part in parts)


def _gateway(tree: Tree) -> tuple[Drawn, list[Tree]]:
    """The gateways of a tree, and the branches between them."""
    match tree.operator:
        case Operator.PARALLEL:
            return Drawn.PARALLEL, [part for part in tree.parts if part != NOTHING]
        case Operator.INCLUSIVE:
            return Drawn.INCLUSIVE, list(tree.parts)
    return Drawn.EXCLUSIVE, list(dict.fromkeys(tree.parts))


def _is_block(tree: Tree) -> bool:
    """Whether inclusive gateways say it so that every reader knows what they wait for."""
    if NOTHING in tree.parts or len(tree.parts) > MOST_BRANCHES:
        return False
    waiting = list(tree.parts)
    while waiting:
        part = waiting.pop()
        if part.operator in (Operator.PARALLEL, Operator.INCLUSIVE):
            return False
        waiting += part.parts
    return True


def _spelt_out(tree: Tree) -> Tree:
    """One or more of several: the first that is done, beside any of those after it."""
    parts = [part for part in tree.parts if part != NOTHING]
    if len(parts) ** 2 > MOST_NODES:
        raise _too_large()
    if len(parts) < len(tree.parts):
        return parallel(*map(optional, parts))
    return exclusive(
        *(parallel(part, *map(optional, parts[at + 1 :])) for at, part in enumerate(parts))
    )


def sketch_of_net(net: Net) -> Sketch:
    """Draw a net; steps that no whole case can have are left out.

    Raises:
        UnusableFileError: a step needs nothing to happen, no case has a beginning or an end, or it
            would be too large a drawing.
    """
    steps = _useful(net)
    if not _ends_clean(steps, net):
        steps, net = _with_watch(steps, net)
    sketch = Sketch()
    before, after = _places(sketch, steps, net)
    begin, end = sketch.node(Drawn.START), sketch.node(Drawn.END)
    _tie(sketch, [begin], [before[p] for p, n in enumerate(net.start) for _one in range(n)])
    for step in steps:
        visible = [] if step.label is None else [sketch.node(Drawn.TASK, step.label)]
        given = [before[place] for place, tokens in step.gives for _token in range(tokens)]
        taken = [after[place] for place, tokens in step.takes for _token in range(tokens)]
        _tie(sketch, _gathered(sketch, taken, visible), given or [sketch.node(Drawn.END)])
    last = [after[p] for p, n in enumerate(net.end) for _one in range(n)]
    if last:
        _gathered(sketch, last, [end])
    return sketch.without_joints()


def _gathered(sketch: Sketch, sources: Sequence[int], on: Sequence[int]) -> list[int]:
    """Wait for all of these, and go on; the node to go on from."""
    if len(sources) > 1:
        gate = sketch.node(Drawn.PARALLEL)
        for source in sources:
            sketch.flow(source, gate)
        sources = [gate]
    sketch.flow(*sources, *on)
    return [*sources, *on][-1:]


def _tie(sketch: Sketch, sources: Sequence[int], targets: Sequence[int]) -> None:
    """Lead on to all of these at once."""
    (source,) = sources
    if len(targets) > 1:
        gate = source
        if sketch.nodes[source][0] is not Drawn.PARALLEL:
            gate = sketch.node(Drawn.PARALLEL)
            sketch.flow(source, gate)
        source = gate
    for target in targets:
        sketch.flow(source, target)


def _places(
    sketch: Sketch, steps: Sequence[Transition], net: Net
) -> tuple[dict[int, int], dict[int, int]]:
    """The nodes before and after each place, by its number: gateways, or what is drawn as nothing.

    A place with one way in and one way out is an arrow.
    """
    into, out_of = Counter(dict(enumerate(net.start))), Counter(dict(enumerate(net.end)))
    for step in steps:
        into.update(dict(step.gives))
        out_of.update(dict(step.takes))
    before, after = {}, {}
    for place in (place for place in into if into[place] and out_of[place]):
        before[place] = sketch.node(Drawn.EXCLUSIVE if into[place] > 1 else Drawn.JOINT)
        after[place] = sketch.node(Drawn.EXCLUSIVE if out_of[place] > 1 else Drawn.JOINT)
        sketch.flow(before[place], after[place])
    return before, after


def _useful(net: Net) -> list[Transition]:
    """The steps that may be part of a whole case, as far as places tell: what they need can be
    there, and what they make can be used up."""
    steps = [step for step in net.transitions if step.label is not None or step.takes != step.gives]
    _refuse_unfounded(steps, net)
    begins, ends = _marked(net.start), _marked(net.end)
    for _round in range(_MOST_ROUNDS):
        number = len(steps)
        steps, filled = _following(steps, begins, [(s.takes, s.gives) for s in steps])
        steps, emptied = _following(steps, ends, [(s.gives, s.takes) for s in steps])
        if len(steps) == number:
            if begins <= emptied and ends <= filled:
                return steps
            break
    raise UnusableFileError(
        "No case could ever end as the model says, so there is nothing to draw: mend the model."
    )


def _ends_clean(steps: Sequence[Transition], net: Net) -> bool:
    """Whether nothing is ever left when the end is there, nor nothing at all before.

    False where that is not known after a bounded look.
    """
    if not any(net.end):
        return True
    useful, seen, waiting = Net(tuple(steps), net.start, net.end), {net.start}, [net.start]
    while waiting:
        marking = waiting.pop()
        is_beyond = all(n >= m for n, m in zip(marking, net.end, strict=True))
        if not any(marking) or (is_beyond and marking != net.end):
            return False
        new = {after for _step, after in useful.steps_from(marking)} - seen
        if len(seen) + len(new) > min(MOST_STATES, _MOST_TRIED // (len(steps) + 1)):
            return False
        seen |= new
        waiting += new
    return True


def _with_watch(steps: Sequence[Transition], net: Net) -> tuple[list[Transition], Net]:
    """The same with one more token that waits from the beginning for the end.

    In BPMN a case is over when no token is left, however that came about; in a net when just the
    tokens of its end are. With one that only the end takes away both are the same.
    """
    watched = Net(tuple(steps), (*net.start, 1), (*net.end, 1))
    return list(watched.transitions), watched


def _refuse_unfounded(steps: Sequence[Transition], net: Net) -> None:
    for step in steps:
        if not step.takes:
            named = repr(step.label[:_LONGEST_NAME]) if step.label else "that nobody sees"
            raise UnusableFileError(
                f"The step {named} needs nothing to happen, which BPMN cannot say: "
                "keep the model as PNML or YAML."
            )
    if not any(net.start):
        raise UnusableFileError("The model has no beginning: mark where a case begins first.")


def _marked(marking: Marking) -> frozenset[int]:
    return frozenset(place for place, tokens in enumerate(marking) if tokens)


def _following(
    steps: Sequence[Transition], first: frozenset[int], arcs: Sequence[tuple[_Arcs, _Arcs]]
) -> tuple[list[Transition], set[int]]:
    """The steps whose needs are met, from these places on, and the places that are reached.

    ``arcs``: what each step needs and what it makes, beginning with the first step.
    """
    missing = [len(needs) for needs, _makes in arcs]
    needed: dict[int, list[int]] = {}
    for at, (needs, _makes) in enumerate(arcs):
        for place, _tokens in needs:
            needed.setdefault(place, []).append(at)
    reached, waiting = set(first), list(first)
    ready = [at for at, number in enumerate(missing) if not number]
    while waiting or ready:
        if not ready:
            for at in needed.get(waiting.pop(), ()):
                missing[at] -= 1
                ready += [at] if not missing[at] else []
            continue
        new = {place for place, _tokens in arcs[ready.pop()][1]} - reached
        reached |= new
        waiting += new
    return [step for step, number in zip(steps, missing, strict=True) if not number], reached


def _in_order(flows: Sequence[tuple[int, int]], begin: int) -> list[int]:
    """Nodes from the beginning on, each after those that lead to it, but for circles."""
    following: dict[int, list[int]] = {}
    for source, target in flows:
        following.setdefault(source, []).append(target)
    seen, done = {begin}, []
    waiting = [(begin, reversed(following.get(begin, [])))]
    while waiting:
        at, onward = waiting[-1]
        further = next((node for node in onward if node not in seen), None)
        if further is None:
            done.append(at)
            waiting.pop()
        else:
            seen.add(further)
            waiting.append((further, reversed(following.get(further, []))))
    return done[::-1]


def _too_large() -> UnusableFileError:
    return UnusableFileError(
        f"The drawing would have more than {MOST_NODES:,} nodes or {MOST_FLOWS:,} arrows, which no "
        "tool shows well: keep the model as PNML or YAML."
    )
