"""A standard taken apart into rules, each a sentence and two pieces of SQL: applies, and passes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from uptake.capabilities.records.conditions import Condition
from uptake.capabilities.records.naming import naming_expression
from uptake.capabilities.records.rule_sql import Fields, all_of, condition_sql, within_sql
from uptake.capabilities.records.standard import (
    Check,
    FieldStandard,
    Standard,
    Terms,
    ValueKind,
)
from uptake.formats.values import list_sql, text_sql


class RuleKind(StrEnum):
    """Which side of quality a rule speaks of (methods section 4)."""

    COMPLETE = "complete"
    VALID = "valid"
    DETAILED = "detailed"
    PLACED = "in its place"
    CONSISTENT = "consistent"
    ON_TIME = "on time"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; ``applies`` and ``passes`` are SQL conditions over the columns of ``Fields``.

    Neither is ever NULL. ``sentence`` is what holds when it passes; ``field`` is empty where a
    rule is about several.
    """

    kind: RuleKind
    field: str
    sentence: str
    applies: str
    passes: str
    terms: Terms


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules that can be judged, and those that cannot, each with what is missing."""

    rules: tuple[Rule, ...]
    not_measurable: tuple[tuple[str, str], ...]


def rule_book(standard: Standard, fields: Fields) -> RuleBook:
    """Take a standard apart for data that holds ``fields``; what they lack is not measurable."""
    drafts: list[_Draft] = []
    for field in standard.fields:
        drafts += _of_field(field, fields)
    drafts += [_of_check(check) for check in standard.checks]
    rules, missing = [], []
    for draft in drafts:
        lacking = [name for name in draft.needs if not fields.has(name)]
        if lacking:
            missing.append((draft.sentence, f"the data has no {' and no '.join(lacking)}"))
        else:
            rules.append(_rule(draft, standard, fields))
    entry = _entry_rule(standard, fields)
    if isinstance(entry, Rule):
        rules.append(entry)
    elif entry:
        missing.append(entry)
    return RuleBook(tuple(rules), tuple(missing))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A rule before it is known whether the data holds what it ``needs``."""

    kind: RuleKind
    field: str
    sentence: str
    needs: tuple[str, ...]
    when: tuple[Condition, ...]
    filled: tuple[str, ...]
    passes: str | Condition
    terms: Terms


def _rule(draft: _Draft, standard: Standard, fields: Fields) -> Rule:
    conditions = [condition_sql(when, fields) for when in draft.when]
    conditions += [f"{fields.text(name)} IS NOT NULL" for name in draft.filled]
    since = _latest(standard.applicable_from, draft.terms.applicable_from)
    if since:
        conditions.append(fields.entered_since(since))
    passes = draft.passes
    if isinstance(passes, Condition):
        passes = condition_sql(passes, fields)
    return Rule(draft.kind, draft.field, draft.sentence, all_of(conditions), passes, draft.terms)


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)


def _of_field(field: FieldStandard, fields: Fields) -> list[_Draft]:
    drafts = []
    if field.required:
        when = (field.required,) if isinstance(field.required, Condition) else ()
        said = f" where {field.required}" if when else ""
        needs = (field.name, *(name for condition in when for name in condition.fields))
        drafts.append(
            _Draft(
                RuleKind.COMPLETE, field.name, f"{field.name} is filled in{said}", needs, when, (),
                f"{fields.text(field.name)} IS NOT NULL", field.terms,
            )
        )  # fmt: skip
    for kind, sentence, passes in _demands(field, fields):
        drafts.append(
            _Draft(
                kind, field.name, f"{field.name} {sentence}", (field.name,), (), (field.name,),
                f"coalesce({passes}, false)", field.terms,
            )
        )  # fmt: skip
    return drafts


_SPOKEN = {
    ValueKind.NUMBER: "a number",
    ValueKind.WHOLE_NUMBER: "a whole number",
    ValueKind.DATE: "a date",
    ValueKind.EMAIL: "an email address",
    ValueKind.PHONE: "a phone number",
    ValueKind.LINK: "a web address",
}


def _demands(field: FieldStandard, fields: Fields) -> list[tuple[RuleKind, str, str]]:
    """Sentence and SQL of everything asked of the values that are there."""
    text = fields.text(field.name)
    found: list[tuple[RuleKind, str, str]] = []
    if field.kind is not ValueKind.TEXT:
        found.append((RuleKind.VALID, f"is {_SPOKEN[field.kind]}", fields.is_kind(field)))
    if field.format:
        sql = f"regexp_full_match({text}, {text_sql(field.format)})"
        found.append((RuleKind.VALID, f"is written as {field.format}", sql))
    if field.one_of:
        shown = ", ".join(field.one_of[:6]) + (" …" if len(field.one_of) > 6 else "")
        sql = f"{text} IN ({list_sql(field.one_of)[1:-1]})"
        found.append((RuleKind.VALID, f"is one of {shown}", sql))
    found += [
        (RuleKind.VALID, f"is {words} {limit}", fields.limit_sql(field, sign, limit))
        for sign, words, limit in ((">=", "at least", field.least), ("<=", "at most", field.most))
        if limit is not None
    ]
    if field.shortest:
        sql = f"length({text}) >= {field.shortest}"
        found.append((RuleKind.DETAILED, f"has {field.shortest} characters or more", sql))
    if field.words:
        sql = f"len(string_split_regex({text}, '\\s+')) >= {field.words}"
        found.append((RuleKind.DETAILED, f"has {field.words} words or more", sql))
    if field.under:
        sql = " OR ".join(f"starts_with({text}, {text_sql(place)})" for place in field.under)
        found.append((RuleKind.PLACED, f"lies under {' or '.join(field.under)}", f"({sql})"))
    if field.named:
        sql = f"regexp_full_match({text}, {text_sql(naming_expression(field.named))})"
        found.append((RuleKind.PLACED, f"is named as {field.named}", sql))
    return found


def _of_check(check: Check) -> _Draft:
    when = (check.when,) if check.when else ()
    said = f" where {check.when}" if check.when else ""
    looked_at = check.condition.fields
    needs = (*looked_at, *(name for condition in when for name in condition.fields))
    filled = looked_at if _compares(check.condition) else ()
    return _Draft(
        RuleKind.CONSISTENT, looked_at[0] if len(looked_at) == 1 else "",
        check.says or f"{check.condition}{said}",
        needs, when, filled, check.condition, check.terms,
    )  # fmt: skip


def _compares(condition: Condition) -> bool:
    """Whether it compares values: then it says nothing about what is not filled in."""
    return all(clause.values or clause.other for clause in condition.clauses)


def _entry_rule(standard: Standard, fields: Fields) -> Rule | tuple[str, str] | None:
    entry = standard.entry
    if entry is None:
        return None
    sentence = f"entered within {entry.within} of happening"
    if not fields.knows_entry:
        return sentence, "the data does not say when things happened and when they were entered"
    due = within_sql("occurred", entry.within)
    known = "occurred IS NOT NULL AND (entered IS NULL OR entered >= occurred)"
    waiting = f"(entered IS NOT NULL OR {due} < {fields.as_of})"
    conditions = [known, waiting if entry.is_open else "entered IS NOT NULL"]
    since = _latest(standard.applicable_from, entry.terms.applicable_from)
    if since:
        conditions.append(fields.entered_since(since))
    passes = f"coalesce(entered <= {due}, false)"
    return Rule(RuleKind.ON_TIME, "", sentence, all_of(conditions), passes, entry.terms)
