"""Inclusive gateways in pairs: what one opens the other closes, and nothing else comes in between.

A gateway that closes such a block need not look at everything that is under way: each branch brings
it exactly one token, or was not taken. So a token goes past the branches that are not taken, and
the block is a plain net, however much runs beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from uptake.formats.bpmn_elements import Flow, Kind, Node

Into = Mapping[str, Sequence[int]]
OutOf = Mapping[str, Sequence[tuple[int, Flow]]]

_SIMPLE = frozenset({Kind.ACTIVITY, Kind.EVENT, Kind.EXCLUSIVE})


@dataclass(slots=True)
class Blocks:
    """``past``: for each opening gateway, from the first place of a branch to its last one.

    ``closing``: the gateways that close blocks.
    """

    past: dict[str, dict[int, int]] = field(default_factory=dict)
    closing: set[str] = field(default_factory=set)


def find_blocks(nodes: Mapping[str, Node], into: Into, out_of: OutOf) -> Blocks:
    """Find the blocks of one scope; ``into`` and ``out_of``: the places of each node's arrows."""
    hosts = {node.on for node in nodes.values() if node.kind is Kind.BOUNDARY}
    simple = {
        name
        for name, node in nodes.items()
        if node.kind in _SIMPLE
        and node.part is None
        and name not in hosts
        and out_of[name]
        and (len(out_of[name]) == 1 or node.kind is Kind.EXCLUSIVE)
    }
    found = Blocks()
    for name, node in nodes.items():
        if node.kind is Kind.INCLUSIVE and len(out_of[name]) > 1:
            _add(name, nodes, into, out_of, simple, found)
    return found


def _add(
    opening: str,
    nodes: Mapping[str, Node],
    into: Into,
    out_of: OutOf,
    simple: set[str],
    found: Blocks,
) -> None:
    past: dict[int, int] = {}
    closing = set()
    for place, flow in out_of[opening]:
        end = _end_of_branch(place, flow, into, out_of, simple)
        if end is None:
            return
        closing.add(end[0])
        past[place] = end[1]
    name = closing.pop()
    is_pair = not closing and name != opening and nodes[name].kind is Kind.INCLUSIVE
    if is_pair and sorted(past.values()) == sorted(into[name]):
        found.past[opening] = past
        found.closing.add(name)


def _end_of_branch(
    place: int, flow: Flow, into: Into, out_of: OutOf, simple: set[str]
) -> tuple[str, int] | None:
    """The one node that a branch leads to, and by which place; None where it is no branch."""
    own = {place}
    seen: set[str] = set()
    ends: set[tuple[str, int]] = set()
    waiting = [(place, flow)]
    while waiting:
        at, arrow = waiting.pop()
        if arrow.target not in simple:
            ends.add((arrow.target, at))
        elif arrow.target not in seen:
            seen.add(arrow.target)
            own.update(after for after, _flow in out_of[arrow.target])
            waiting += out_of[arrow.target]
    is_closed = all(own.issuperset(into[name]) for name in seen)
    return ends.pop() if len(ends) == 1 and is_closed else None
