"""From a process tree to the list of steps that says the same, for people to read and change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from uptake.capabilities.process.intended import Step, StepKind
from uptake.methods.process.trees import Operator, Tree


def steps_of(tree: Tree) -> tuple[Step, ...]:
    """The list of steps; empty where nothing is meant to happen."""
    if tree.operator is Operator.SEQUENCE:
        return tuple(item for part in tree.parts for item in steps_of(part))
    match tree.operator:
        case Operator.STEP if tree.label is None:
            return ()
        case Operator.STEP:
            return (Step(StepKind.STEP, tree.label or ""),)
        case Operator.EXCLUSIVE:
            return _either(tree)
        case Operator.PARALLEL:
            return _together(StepKind.ANY_ORDER, tree.parts)
        case Operator.INCLUSIVE:
            return _some(tree)
    return _repeated(tree)


def _one(steps: Sequence[Step]) -> Step:
    """Several steps as one item."""
    return steps[0] if len(steps) == 1 else Step(StepKind.STEPS, parts=tuple(steps))


def _together(kind: StepKind, parts: Sequence[Tree]) -> tuple[Step, ...]:
    listed = [_one(steps) for part in parts if (steps := steps_of(part))]
    return tuple(listed) if len(listed) < 2 else (Step(kind, parts=tuple(listed)),)


def _either(tree: Tree) -> tuple[Step, ...]:
    chosen = _together(StepKind.EITHER, tree.parts)
    if not chosen or all(steps_of(part) for part in tree.parts):
        return chosen
    return (replace(chosen[0], optional=True),)


def _some(tree: Tree) -> tuple[Step, ...]:
    if all(steps_of(part) for part in tree.parts):
        return _together(StepKind.SOME_OF, tree.parts)
    each = [replace(_one(s), optional=True) for part in tree.parts if (s := steps_of(part))]
    return tuple(each) if len(each) < 2 else (Step(StepKind.ANY_ORDER, parts=tuple(each)),)


def _repeated(tree: Tree) -> tuple[Step, ...]:
    first, *others = tree.parts
    done, again = steps_of(first), _either(Tree(Operator.EXCLUSIVE, None, tuple(others)))
    if not done:
        return (replace(_plain(again), optional=True, repeat=True),) if again else ()
    return (replace(_plain(done), repeat=True, after=again),)


def _plain(steps: Sequence[Step]) -> Step:
    """One item that is neither optional nor repeated by itself."""
    one = _one(steps)
    is_plain = not (one.optional or one.repeat)
    return one if is_plain else Step(StepKind.STEPS, parts=(one,))
