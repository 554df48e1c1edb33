"""Rules as people say them: "Quote approved before Quote sent".

Each template has several ways to say it. A name that holds words of a sentence goes in quotes;
without them a sentence that can be read in two ways is read as the one whose names are steps of
the process.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from uptake.formats.marked_places import nearest
from uptake.methods.process.rules import Rule, Template

WAYS: dict[Template, tuple[str, ...]] = {
    Template.EXISTENCE: ("{a} happens", "always {a}", "{a} happens at least once"),
    Template.ABSENCE: ("{a} never happens", "never {a}"),
    Template.EXACTLY_ONE: ("{a} happens exactly once", "{a} exactly once", "{a} happens once"),
    Template.INIT: ("{a} comes first", "{a} first", "begins with {a}", "starts with {a}"),
    Template.LAST: ("{a} comes last", "{a} last", "ends with {a}"),
    Template.RESPONDED_EXISTENCE: (
        "where {a} happens, {b} happens too, before or after",
        "where {a} happens, {b} happens too",
        "{a} needs {b}",
    ),
    Template.RESPONSE: (
        "{a} is followed by {b}, at once or later",
        "{a} is followed by {b}",
        "after {a} comes {b}",
    ),
    Template.PRECEDENCE: ("{b} happens only after {a}", "{a} before {b}", "{b} only after {a}"),
    Template.SUCCESSION: ("{a} is followed by {b}, and {b} happens only after {a}",),
    Template.ALTERNATE_RESPONSE: ("{a} is followed by {b} before {a} happens again",),
    Template.ALTERNATE_PRECEDENCE: ("each {b} has {a} before it, and no other {b} between",),
    Template.CHAIN_RESPONSE: ("right after {a} comes {b}", "{a} is directly followed by {b}"),
    Template.CHAIN_PRECEDENCE: ("right before {b} comes {a}",),
    Template.CHAIN_SUCCESSION: ("{a} and {b} follow each other directly",),
    Template.COEXISTENCE: ("{a} and {b} happen both or not at all", "{a} if and only if {b}"),
    Template.NOT_COEXISTENCE: (
        "{a} and {b} never happen in one case",
        "never both {a} and {b}",
        "either {a} or {b}, never both",
    ),
    Template.NOT_SUCCESSION: ("{a} is never followed by {b}", "never {b} after {a}"),
    Template.NOT_CHAIN_SUCCESSION: (
        "right after {a} never comes {b}",
        "{a} is never directly followed by {b}",
    ),
}
"""Ways to say each template; the first is how it is written back."""

LONGEST = 2_000
"""Characters of a sentence."""

_QUOTED = re.compile(r'"[^"]*"')


def parse_rule(sentence: str, known: Collection[str] = ()) -> Rule:
    """Read a sentence; ``known``: activities that names are likely to be.

    Raises:
        ValueError: it is no rule, or can be read in two ways; the text says how to write it.
    """
    text = " ".join(sentence.split()).removesuffix(".")
    if len(text) > LONGEST:
        raise ValueError(f"a rule of more than {LONGEST:,} characters is no sentence: shorten it.")
    readings = dict(_readings(text))
    if not readings:
        raise ValueError(
            f"{text[:120]!r} is no rule: write one such as A before B, A is followed by B, "
            "A happens exactly once, or never both A and B."
        )
    names = set(known)
    rank = {rule: (not names.issuperset(_names(rule)), -said) for rule, said in readings.items()}
    best = min(rank.values())
    chosen = [rule for rule in readings if rank[rule] == best]
    if len(chosen) > 1:
        raise ValueError(f"{text[:120]!r} can be read in two ways: put each name in quotes.")
    return chosen[0]


def template_named(word: str) -> Template:
    """The template of a name such as response; ValueError with the nearest one."""
    name = word.strip().casefold().replace(" ", "_").replace("-", "_")
    if name not in list(Template):
        spoken = [template.replace("_", " ") for template in Template]
        raise ValueError(f"{word!r} is no kind of rule; {nearest(name.replace('_', ' '), spoken)}")
    return Template(name)


def rule_sentence(rule: Rule, known: Collection[str] = ()) -> str | None:
    """The sentence that is read as this rule again; None where its names stand in the way."""
    for mark in ("", '"'):
        a, b = (f"{mark}{name}{mark}" for name in (rule.first, rule.second))
        said = WAYS[rule.template][0].format(a=a, b=b)
        try:
            if parse_rule(said, known) == rule:
                return said
        except ValueError:
            continue
    return None


def _names(rule: Rule) -> tuple[str, ...]:
    return (rule.first, rule.second) if rule.second else (rule.first,)


def _readings(text: str) -> Iterator[tuple[Rule, int]]:
    """Every rule that the text can be read as, with how many letters of it are of the template."""
    for template, ways in WAYS.items():
        for way in ways:
            for found in _matches(text, way):
                first, second = _bare(found.get("a", "")), _bare(found.get("b", ""))
                if first and (second or "b" not in found):
                    yield Rule(template, first, second), len(way)


def _matches(text: str, way: str) -> Iterator[dict[str, str]]:
    """The names for which a way of saying is the text."""
    parts = re.split(r"\{([ab])\}", way)
    waiting: list[tuple[int, int, dict[str, str]]] = []
    if _starts(text, parts[0], 0):
        waiting.append((1, len(parts[0]), {}))
    while waiting:
        at, begin, names = waiting.pop()
        if at == len(parts):
            if begin == len(text):
                yield names
            continue
        name, literal = parts[at], parts[at + 1]
        for end in _ends(text, literal, begin):
            if names.get(name, text[begin:end]) == text[begin:end]:
                further = {**names, name: text[begin:end]}
                waiting.append((at + 2, end + len(literal), further))


def _ends(text: str, literal: str, begin: int) -> Iterator[int]:
    """Where a name that begins here can end: before each occurrence of what follows it."""
    if not literal:
        yield len(text)
        return
    quoted = [found.span() for found in _QUOTED.finditer(text)]
    for found in re.compile(re.escape(literal), re.IGNORECASE).finditer(text, begin + 1):
        if not any(left < found.start() < right for left, right in quoted):
            yield found.start()


def _starts(text: str, literal: str, at: int) -> bool:
    return text[at : at + len(literal)].casefold() == literal.casefold()


def _bare(name: str) -> str:
    name = name.strip()
    whole = _QUOTED.fullmatch(name)
    if whole:
        return name[1:-1]
    return "" if '"' in name else name
