"""Rules that business people write: "a quote is approved before it is sent".

A rule is activated where its occasion occurs, and fulfilled there or not. A case in which the
occasion never occurs fulfils it vacuously and says nothing, so the rate is that of activations.
Templates are those of DECLARE. Source: M. Pesic, H. Schonenberg, W. van der Aalst (2007), "DECLARE:
full support for loosely-structured processes", EDOC; activations as in A. Burattin, F. Maggi, A.
Sperduti (2016), Expert Systems with Applications 65. Methods section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from uptake.methods.statistics.proportions import Interval, Share, wilson


class Template(StrEnum):
    """What a rule demands of A, or of A and B."""

    EXISTENCE = "existence"
    ABSENCE = "absence"
    EXACTLY_ONE = "exactly_one"
    INIT = "init"
    LAST = "last"
    RESPONDED_EXISTENCE = "responded_existence"
    RESPONSE = "response"
    PRECEDENCE = "precedence"
    SUCCESSION = "succession"
    ALTERNATE_RESPONSE = "alternate_response"
    ALTERNATE_PRECEDENCE = "alternate_precedence"
    CHAIN_RESPONSE = "chain_response"
    CHAIN_PRECEDENCE = "chain_precedence"
    CHAIN_SUCCESSION = "chain_succession"
    COEXISTENCE = "coexistence"
    NOT_COEXISTENCE = "not_coexistence"
    NOT_SUCCESSION = "not_succession"
    NOT_CHAIN_SUCCESSION = "not_chain_succession"


@dataclass(frozen=True, slots=True)
class Rule:
    """A template with its activities; ``second`` is empty where the template has only one."""

    template: Template
    first: str
    second: str = ""

    def __post_init__(self) -> None:
        if not self.first or bool(self.second) != (self.template in _OF_TWO):
            needs = "two activities" if self.template in _OF_TWO else "one activity"
            raise ValueError(f"A rule {self.template.value!r} is about {needs}.")

    @property
    def sentence(self) -> str:
        """The rule in plain words."""
        return _SENTENCES[self.template].format(a=self.first, b=self.second)


@dataclass(frozen=True, slots=True)
class Judged:
    """How often a rule was activated in a case, and how often it was fulfilled then."""

    activations: int
    fulfilments: int


@dataclass(frozen=True, slots=True)
class RuleReading:
    """A rule over a log. ``share``: fulfilled of activations, None where it was never activated.

    ``interval`` takes cases as the trials, because activations of one case are alike: a case is
    fulfilled when all of its activations are.
    """

    cases: int
    activated_cases: int
    fulfilled_cases: int
    activations: int
    fulfilments: int
    interval: Interval | None

    @property
    def share(self) -> float | None:
        """Fulfilled of the activations."""
        return self.fulfilments / self.activations if self.activations else None

    @property
    def of_cases(self) -> Share:
        """Cases that fulfil it, of those in which it was activated."""
        return Share(self.fulfilled_cases, self.activated_cases)


Judge = Callable[[Sequence[str], str, str], Judged]
"""Judges a case by a template and its activities."""


def judge(rule: Rule, trace: Sequence[str]) -> Judged:
    """Judge one case; events in the order they happened."""
    return _JUDGES[rule.template](trace, rule.first, rule.second)


def read_rule(rule: Rule, variants: Sequence[Sequence[str]], cases: Sequence[int]) -> RuleReading:
    """Judge every variant once; ``cases``: how many cases ran like each."""
    activated = fulfilled = activations = fulfilments = 0
    for trace, count in zip(variants, cases, strict=True):
        judged = judge(rule, trace)
        activations += count * judged.activations
        fulfilments += count * judged.fulfilments
        activated += count * (judged.activations > 0)
        fulfilled += count * (judged.activations == judged.fulfilments > 0)
    interval = wilson(fulfilled, activated)
    return RuleReading(sum(cases), activated, fulfilled, activations, fulfilments, interval)


def _existence(trace: Sequence[str], a: str, _b: str) -> Judged:
    return Judged(1, int(a in trace))


def _absence(trace: Sequence[str], a: str, _b: str) -> Judged:
    return Judged(1, int(a not in trace))


def _exactly_one(trace: Sequence[str], a: str, _b: str) -> Judged:
    return Judged(1, int(list(trace).count(a) == 1))


def _init(trace: Sequence[str], a: str, _b: str) -> Judged:
    return Judged(1, int(bool(trace) and trace[0] == a))


def _last(trace: Sequence[str], a: str, _b: str) -> Judged:
    return Judged(1, int(bool(trace) and trace[-1] == a))


def _responded_existence(trace: Sequence[str], a: str, b: str) -> Judged:
    occasions = list(trace).count(a)
    return Judged(occasions, occasions if b in trace else 0)


def _response(trace: Sequence[str], a: str, b: str) -> Judged:
    occasions = answered = waiting = 0
    for step in trace:
        if step == b:
            answered, waiting = answered + waiting, 0
        if step == a:
            occasions, waiting = occasions + 1, waiting + 1
    return Judged(occasions, answered)


def _precedence(trace: Sequence[str], a: str, b: str) -> Judged:
    return _response(trace[::-1], b, a)


def _alternate_response(trace: Sequence[str], a: str, b: str) -> Judged:
    occasions = answered = 0
    waits = False
    for step in trace:
        if step == b:
            answered, waits = answered + waits, False
        if step == a:
            occasions, waits = occasions + 1, True
    return Judged(occasions, answered)


def _alternate_precedence(trace: Sequence[str], a: str, b: str) -> Judged:
    return _alternate_response(trace[::-1], b, a)


def _chain_response(trace: Sequence[str], a: str, b: str) -> Judged:
    following = zip_longest(trace, trace[1:])
    occasions = [after for step, after in following if step == a]
    return Judged(len(occasions), occasions.count(b))


def _chain_precedence(trace: Sequence[str], a: str, b: str) -> Judged:
    return _chain_response(trace[::-1], b, a)


def _both(one: Judge, other: Judge) -> Judge:
    def judged(trace: Sequence[str], a: str, b: str) -> Judged:
        first, second = one(trace, a, b), other(trace, a, b)
        return Judged(
            first.activations + second.activations, first.fulfilments + second.fulfilments
        )

    return judged


def _swapped(judged: Judge) -> Judge:
    return lambda trace, a, b: judged(trace, b, a)


def _refused(judged: Judge) -> Judge:
    """The opposite: what would fulfil the one breaks the other."""

    def turned(trace: Sequence[str], a: str, b: str) -> Judged:
        found = judged(trace, a, b)
        return Judged(found.activations, found.activations - found.fulfilments)

    return turned


_coexistence = _both(_responded_existence, _swapped(_responded_existence))
_not_both = _refused(_responded_existence)

_JUDGES: dict[Template, Judge] = {
    Template.EXISTENCE: _existence,
    Template.ABSENCE: _absence,
    Template.EXACTLY_ONE: _exactly_one,
    Template.INIT: _init,
    Template.LAST: _last,
    Template.RESPONDED_EXISTENCE: _responded_existence,
    Template.RESPONSE: _response,
    Template.PRECEDENCE: _precedence,
    Template.SUCCESSION: _both(_response, _precedence),
    Template.ALTERNATE_RESPONSE: _alternate_response,
    Template.ALTERNATE_PRECEDENCE: _alternate_precedence,
    Template.CHAIN_RESPONSE: _chain_response,
    Template.CHAIN_PRECEDENCE: _chain_precedence,
    Template.CHAIN_SUCCESSION: _both(_chain_response, _chain_precedence),
    Template.COEXISTENCE: _coexistence,
    Template.NOT_COEXISTENCE: _both(_not_both, _swapped(_not_both)),
    Template.NOT_SUCCESSION: _refused(_response),
    Template.NOT_CHAIN_SUCCESSION: _refused(_chain_response),
}

_OF_ONE = frozenset(
    {
        Template.EXISTENCE,
        Template.ABSENCE,
        Template.EXACTLY_ONE,
        Template.INIT,
        Template.LAST,
    }
)
_OF_TWO = frozenset(Template) - _OF_ONE

_SENTENCES = {
    Template.EXISTENCE: "{a} happens",
    Template.ABSENCE: "{a} never happens",
    Template.EXACTLY_ONE: "{a} happens exactly once",
    Template.INIT: "{a} comes first",
    Template.LAST: "{a} comes last",
    Template.RESPONDED_EXISTENCE: "where {a} happens, {b} happens too, before or after",
    Template.RESPONSE: "{a} is followed by {b}, at once or later",
    Template.PRECEDENCE: "{b} happens only after {a}",
    Template.SUCCESSION: "{a} is followed by {b}, and {b} happens only after {a}",
    Template.ALTERNATE_RESPONSE: "{a} is followed by {b} before {a} happens again",
    Template.ALTERNATE_PRECEDENCE: "each {b} has {a} before it, and no other {b} between",
    Template.CHAIN_RESPONSE: "right after {a} comes {b}",
    Template.CHAIN_PRECEDENCE: "right before {b} comes {a}",
    Template.CHAIN_SUCCESSION: "{a} and {b} follow each other directly",
    Template.COEXISTENCE: "{a} and {b} happen both or not at all",
    Template.NOT_COEXISTENCE: "{a} and {b} never happen in one case",
    Template.NOT_SUCCESSION: "{a} is never followed by {b}",
    Template.NOT_CHAIN_SUCCESSION: "right after {a} never comes {b}",
}
