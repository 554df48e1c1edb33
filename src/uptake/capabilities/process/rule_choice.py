"""Which of the rules found in a log are worth saying: those that no other one already says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from uptake.methods.process.rule_mining import FoundRule, FoundRules
from uptake.methods.process.rules import Rule, Template

EXPECTED = 5
"""Cases in which two activities would meet by chance; of fewer it says nothing that they do not."""

AVOIDED = 0.25
"""Share of the meetings to be expected by chance, above which nothing is avoided."""

Found = dict[Rule, FoundRule]


def telling(found: FoundRules) -> list[FoundRule]:
    """The rules that do not follow from others of them, or from how rare an activity is."""
    rules = {rule.rule: rule for rule in found.rules}
    return [
        one
        for one in found.rules
        if not _IS_SAID.get(one.rule.template, _never)(one, rules)
        and (one.rule.template is not Template.NOT_COEXISTENCE or _avoided(one, found.there))
    ]


def _avoided(one: FoundRule, there: Mapping[str, int]) -> bool:
    """Whether two activities meet in far fewer cases than they would by chance."""
    expected = there[one.rule.first] * there[one.rule.second] / one.cases
    meetings = one.activated - one.fulfilled
    return expected >= EXPECTED and meetings <= AVOIDED * expected


def _has(found: Found, template: Template, a: str, b: str = "") -> bool:
    return Rule(template, a, b) in found


def _never(_one: FoundRule, _found: Found) -> bool:
    return False


def _happens(found: Found, a: str) -> bool:
    of_one = (Template.EXISTENCE, Template.EXACTLY_ONE, Template.INIT, Template.LAST)
    return any(_has(found, template, a) for template in of_one)


def _existence(one: FoundRule, found: Found) -> bool:
    a = one.rule.first
    return any(_has(found, t, a) for t in (Template.EXACTLY_ONE, Template.INIT, Template.LAST))


def _follows(found: Found, template: Template, a: str, b: str) -> bool:
    stronger = (template, Template.SUCCESSION, Template.CHAIN_SUCCESSION)
    return any(_has(found, one, a, b) for one in stronger)


def _in_between(one: FoundRule, found: Found) -> bool:
    """Whether another activity stands between, so that two rules say what this one says."""
    template, a, c = one.rule.template, one.rule.first, one.rule.second
    for rule in found:
        b = rule.second
        if rule.first == a and b not in ("", a, c) and _follows(found, template, a, b):
            is_one_way = not _follows(found, template, b, a)
            if is_one_way and _follows(found, template, b, c):
                return not _follows(found, template, c, b)
    return False


def _response(one: FoundRule, found: Found) -> bool:
    a, b = one.rule.first, one.rule.second
    is_stronger = _has(found, Template.SUCCESSION, a, b)
    return is_stronger or _has(found, Template.LAST, b) or _in_between(one, found)


def _precedence(one: FoundRule, found: Found) -> bool:
    a, b = one.rule.first, one.rule.second
    is_stronger = _has(found, Template.SUCCESSION, a, b)
    return is_stronger or _has(found, Template.INIT, a) or _in_between(one, found)


def _succession(one: FoundRule, found: Found) -> bool:
    a, b = one.rule.first, one.rule.second
    is_stronger = _has(found, Template.CHAIN_SUCCESSION, a, b)
    is_plain = _has(found, Template.INIT, a) and _has(found, Template.LAST, b)
    return is_stronger or is_plain or _in_between(one, found)


def _responded(one: FoundRule, found: Found) -> bool:
    a, b = one.rule.first, one.rule.second
    return (
        _happens(found, b)
        or _follows(found, Template.RESPONSE, a, b)
        or _follows(found, Template.PRECEDENCE, b, a)
        or _has(found, Template.COEXISTENCE, a, b)
    )


def _coexistence(one: FoundRule, found: Found) -> bool:
    a, b = one.rule.first, one.rule.second
    is_twin = a > b and _has(found, Template.COEXISTENCE, b, a)
    both = _happens(found, a) and _happens(found, b)
    in_order = any(_follows(found, Template.SUCCESSION, *pair) for pair in ((a, b), (b, a)))
    return is_twin or both or in_order


def _not_coexistence(one: FoundRule, found: Found) -> bool:
    a, b = one.rule.first, one.rule.second
    return a > b and _has(found, Template.NOT_COEXISTENCE, b, a)


_IS_SAID: dict[Template, Callable[[FoundRule, Found], bool]] = {
    Template.EXISTENCE: _existence,
    Template.RESPONSE: _response,
    Template.PRECEDENCE: _precedence,
    Template.SUCCESSION: _succession,
    Template.RESPONDED_EXISTENCE: _responded,
    Template.COEXISTENCE: _coexistence,
    Template.NOT_COEXISTENCE: _not_coexistence,
}
