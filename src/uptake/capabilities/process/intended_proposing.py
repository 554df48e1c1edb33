"""Proposals read off a log: how work usually runs, and which rules it keeps to.

What is usual need not be right. A proposal says what it was read off, and counts for nothing until
a person has confirmed it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uptake.capabilities.process.intended import IntendedProcess, IntendedRule
from uptake.capabilities.process.intended_writing import intended_yaml
from uptake.capabilities.process.picture import UsualWay
from uptake.capabilities.process.rule_choice import telling
from uptake.capabilities.process.steps_of_trees import steps_of
from uptake.methods.process.mining import Mined, mine
from uptake.methods.process.rule_mining import FoundRule, find_rules
from uptake.methods.statistics.proportions import Share

USUAL = 0.8
"""Share of the cases that a proposed way is read off."""

MOST_RULES = 40
"""Rules of a proposal; of more, those that most cases are about."""

MOST_NAMED = 12
"""Activities that a note names; of more, how many there are."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed process, and the cases whose ways it was read off."""

    process: IntendedProcess
    cases: Share


def propose_steps(
    variants: Sequence[Sequence[str]],
    cases: Sequence[int],
    *,
    name: str,
    usual: float = USUAL,
    noise: float = 0.0,
) -> Proposal | None:
    """Propose steps that allow the most frequent ways; None where nothing happened in them.

    ``cases``: how many cases ran like each variant. ``usual``: the share of the cases to read it
    off, 1 for all. ``noise``: as in ``mine``.
    """
    order = sorted(range(len(variants)), key=lambda at: (-cases[at], at))
    total, covered, taken = sum(cases), 0, 0
    while taken < len(order) and (covered < usual * total or not taken):
        covered += cases[order[taken]]
        taken += 1
    chosen = order[:taken]
    mined = mine([variants[at] for at in chosen], [cases[at] for at in chosen], noise=noise)
    steps = steps_of(mined.tree)
    if not steps:
        return None
    share = Share(mined.cases.numerator, total)
    ways = f"the {taken:,} most frequent of {len(variants):,} ways"
    activities = {activity for variant in variants for activity in variant}
    notes = (f"Read off {ways}, which {_of(share)} cases ran.", *_notes(mined, activities))
    return Proposal(IntendedProcess(name, steps=steps, is_proposed=True, notes=notes), share)


def propose_rules(
    variants: Sequence[Sequence[str]],
    cases: Sequence[int],
    *,
    name: str,
    least_support: float = 0.1,
    least_confidence: float = 0.95,
) -> Proposal | None:
    """Propose the rules that cases keep to and that no other rule already says; None without any.

    The shares are as in ``find_rules``.
    """
    found = find_rules(
        variants, cases, least_support=least_support, least_confidence=least_confidence
    )
    rules = telling(found)
    if not rules:
        return None
    chosen = sorted(rules, key=lambda rule: -rule.activated)[:MOST_RULES]
    notes = [f"Rules that at least {least_confidence:.0%} of {_of(found.cases)} cases keep to."]
    if len(rules) > MOST_RULES:
        notes.append(f"{len(rules) - MOST_RULES:,} rules about fewer cases are left out.")
    if found.left_out:
        notes.append(f"Too rare to be looked at: {_named(found.left_out)}.")
    process = IntendedProcess(
        name,
        rules=tuple(IntendedRule(rule.rule, _kept(rule)) for rule in chosen),
        is_proposed=True,
        notes=tuple(notes),
    )
    return Proposal(process, found.cases)


def usual_way(
    variants: Sequence[Sequence[str]], cases: Sequence[int], *, name: str
) -> UsualWay | None:
    """How work usually runs, as a proposal to change and confirm; None where nothing happened."""
    proposal = propose_steps(variants, cases, name=name)
    if proposal is None:
        return None
    process = proposal.process
    return UsualWay(
        name=name,
        steps=tuple(str(step.tree()) for step in process.steps),
        sentence=f"{_of(proposal.cases)} cases run like this: {process.tree()}.",
        cases=proposal.cases,
        text=intended_yaml(process),
    )


def _notes(mined: Mined, activities: set[str]) -> list[str]:
    """What the steps do not say."""
    missing = sorted(activities - set(mined.tree.labels()))
    found = []
    if missing:
        found.append(f"Not in it: {_named(missing)}.")
    if mined.loose:
        found.append(f"No order was found among {_named(mined.loose)}: any is allowed.")
    return found


def _named(names: Sequence[str]) -> str:
    rest = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")


def _of(share: Share) -> str:
    return f"{share.numerator:,.0f} of {share.denominator:,.0f}"


def _kept(rule: FoundRule) -> str:
    """How often it is kept where it says something, with Wilson's interval."""
    counts = f"{rule.fulfilled:,} of {rule.activated:,}"
    interval = rule.interval
    within = f" ({interval.low:.0%} to {interval.high:.0%})" if interval else ""
    return f"Kept in {counts} cases it is about{within}."
