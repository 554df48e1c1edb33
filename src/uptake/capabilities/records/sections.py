"""A picture of record quality as blocks: sentence, picture, table, how."""

from __future__ import annotations

from collections.abc import Sequence

from uptake.capabilities.records.picture import Part, RecordPicture, RuleResult
from uptake.capabilities.records.standard import RecordRole
from uptake.capabilities.records.tallies import FEWEST_RECORDS, FOLLOWED_DAYS
from uptake.methods.statistics.proportions import Share
from uptake.ui import words
from uptake.ui.charts.curves import IntervalRow, intervals
from uptake.ui.charts.groups import GroupPoint, lines
from uptake.ui.charts.theme import Headline
from uptake.ui.document import (
    Block,
    Cell,
    Chart,
    Column,
    Fact,
    Interval,
    Notice,
    Panel,
    Paragraph,
    Section,
    Table,
    Tone,
    text_table,
)

CHARTED = 16
"""Rows of a picture; the table has them all."""

GROUP_LETTERS = 16
"""As long as the name of a group may be beside a chart."""

FIELDS_BY_GROUP = 6
"""Fields with the most gaps that are shown by group and month."""


def share_words(share: Share | None) -> str:
    """A share as "14,278 of 20,769 (69 %, 68 to 69 %)"."""
    if share is None or share.value is None:
        return "nothing to judge"
    limits = share.interval
    shown = f", {words.interval(limits.low, limits.high)}" if limits else ""
    return f"{_of(share)} ({words.percent(share.value)}{shown})"


def _of(share: Share | None) -> str:
    if share is None:
        return "nothing to judge"
    return f"{words.count(share.numerator)} of {words.count(share.denominator)}"


def bar(share: Share | None) -> Interval | None:
    """A share as an interval bar."""
    if share is None or share.value is None or share.interval is None:
        return None
    return Interval(share.value, share.interval.low, share.interval.high)


def headline(picture: RecordPicture) -> str:
    """How many records are fit for use, of how many."""
    fit = picture.whole.fit
    if fit is None or fit.value is None:
        return "No rule of the standard applies to any of these records: nothing can be judged."
    records = _plural(picture.standard.about)
    return (
        f"{_of(fit)} {records} ({words.percent(fit.value)}) are fit for use: "
        "they pass every rule that applies to them."
    )


def _plural(noun: str) -> str:
    """Return "opportunities" of an opportunity, "tickets" of a ticket."""
    if noun.endswith("y") and noun[-2:-1] not in tuple("aeiou"):
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def support(picture: RecordPicture) -> str:
    """What that is measured by, and the rule that fails most."""
    standard = picture.standard
    if standard.is_proposed:
        by = (
            "The rules were proposed from this file: they say what is usual here, and nobody has "
            "agreed on them yet."
        )
    else:
        met = {True: "is met", False: "is missed", None: "cannot be judged"}[picture.is_met]
        by = (
            f"{standard.name}, version {standard.version}, tolerates "
            f"{words.percent(standard.tolerance)} unfit records and {met}."
        )
    worst = failing(picture)
    if not worst or worst[0].share is None:
        return by
    missed = worst[0].share.denominator - worst[0].share.numerator
    return (
        f"{by} Most often missed: {worst[0].rule.sentence} "
        f"({words.count(missed)} of {words.count(worst[0].share.denominator)})."
    )


def failing(picture: RecordPicture) -> list[RuleResult]:
    """Rules that some record fails, the most failures first."""

    def missed(result: RuleResult) -> float:
        return result.share.denominator - result.share.numerator if result.share else 0.0

    return sorted(filter(missed, picture.rules), key=lambda result: -missed(result))


def facts(picture: RecordPicture) -> tuple[Fact, ...]:
    """Short facts under the sentence."""
    listed = [
        Fact("Records", words.count(picture.whole.records)),
        Fact("Versions", words.count(picture.versions)),
        Fact("Rules", words.count(len(picture.rules))),
        Fact("Groups shown", words.count(len(picture.groups))),
    ]
    if picture.months:
        first, last = picture.months[0][0], picture.months[-1][0]
        listed.append(Fact("Entered", f"{first:%b %Y} to {last:%b %Y}"))
    if picture.rejected:
        listed.append(Fact("Rows not readable", words.count(picture.rejected)))
    return tuple(listed)


_PROPOSED = (
    "It was read off the data: what nearly all records keep to became a rule, so gaps that "
    "everybody leaves are not seen as gaps. {how}"
)
_BY_COMMAND = (
    "Keep it with --save-standard, strike out what is nobody's need, add what users need, and "
    "check again with --standard."
)
_BY_PAGE = (
    "Change it: strike out what is nobody's need, add what users need, then agree on it with them."
)


def first_things(picture: RecordPicture, *, in_product: bool = False) -> Section | None:
    """What to know before believing a number."""
    blocks: list[Block] = []
    if picture.standard.is_proposed:
        how = _PROPOSED.format(how=_BY_PAGE if in_product else _BY_COMMAND)
        blocks.append(Notice("The standard is a proposal", how))
    if picture.not_measurable:
        listed = words.listed([f"{what} ({why})" for what, why in picture.not_measurable], limit=6)
        count = words.plural(len(picture.not_measurable), "rule")
        blocks.append(Notice(f"{count} not measurable", f"Not counted as failed: {listed}."))
    if picture.rejected:
        lines = words.plural(picture.rejected, "row")
        blocks.append(Notice(f"{lines} could not be read", "They are left out of every number."))
    missing = [role.value for role in RecordRole if role not in picture.roles]
    if missing:
        how = (
            "Name their columns in the standard, under columns"
            if in_product
            else f"Name a column with --map, such as --map {missing[0]}=COLUMN"
        )
        text = f"Not known here: {words.listed(missing, limit=6)}. {how}, and more can be said."
        blocks.append(Paragraph(text, Tone.QUIET))
    blocks += [Paragraph(remark, Tone.QUIET) for remark in picture.remarks]
    return Section("know-first", "What to know first", tuple(blocks)) if blocks else None


def rules_section(picture: RecordPicture) -> Section | None:
    """Each rule with how many pass it, the most missed in a picture."""
    if not picture.rules:
        return None
    worst = failing(picture)
    blocks: list[Block] = []
    if worst:
        labels = _labels(worst[:CHARTED])
        rows = [
            _interval_row(label, result.share, result.is_met is False)
            for label, result in zip(labels, worst, strict=False)
        ]
        many = words.plural(len(worst), "rule")
        title = (
            f"{many} of {len(picture.rules)} {'is' if len(worst) == 1 else 'are'} missed by some"
        )
        subtitle = "Records that pass, of those the rule applies to; orange: more than tolerated"
        chart = intervals(rows, Headline(title, subtitle))
        blocks.append(Chart(chart, f"{title}.", _rule_table(worst[:CHARTED])))
    else:
        blocks.append(Paragraph("Every record passes every rule that applies to it."))
    blocks.append(Panel("Every rule", (_rule_table(picture.rules),)))
    return Section("rules", "Which rules are missed", tuple(blocks))


def _labels(results: Sequence[RuleResult]) -> list[str]:
    """A short, different name for each rule: its field, and its side where a field has two."""
    names = [result.rule.field or result.rule.sentence for result in results]
    labels = [
        name if names.count(name) == 1 else f"{name} ({result.rule.kind})"
        for name, result in zip(names, results, strict=True)
    ]
    return [
        label if labels.count(label) == 1 else f"{label} {place}"
        for place, label in enumerate(labels, start=1)
    ]


def _interval_row(label: str, share: Share | None, stands_out: bool) -> IntervalRow:
    shown = bar(share) or Interval(0.0, 0.0, 1.0)
    return IntervalRow(label, shown.share, shown.low, shown.high, _of(share), stands_out)


def _rule_table(results: Sequence[RuleResult]) -> Table:
    columns = (
        Column("Rule"),
        Column("Side", extra=True),
        Column("Pass", numeric=True),
        Column("Tolerated", numeric=True, extra=True),
        Column("Verdict"),
        Column("Owner", extra=True),
    )
    verdicts = {True: "kept", False: "missed", None: "nothing to judge"}
    rows = tuple(
        (
            Cell(result.rule.sentence),
            Cell(result.rule.kind.value),
            Cell("" if result.is_hidden else _of(result.share), interval=bar(result.share)),
            Cell(words.percent(result.tolerance)),
            Cell("hidden: too few people" if result.is_hidden else verdicts[result.is_met]),
            Cell(result.owner),
        )
        for result in results
    )
    return Table("Records as they stand", columns, rows)


def fields_section(picture: RecordPicture) -> Section | None:
    """What is filled in: by field, by group, by month."""
    if not picture.fields:
        return None
    filled = sorted(
        zip(picture.fields, picture.whole.filled, range(len(picture.fields)), strict=True),
        key=lambda row: row[1].value or 0.0 if row[1] else 1.0,
    )
    required = {field.name for field in picture.standard.fields if field.required is True}
    gaps = [row for row in filled if row[1] is not None and (row[1].value or 0.0) < 1]
    if not gaps:
        everything = Paragraph("Every field is filled in, in every record.")
        return Section("fields", "What is filled in", (everything,))
    rows = [_interval_row(name, share, name in required) for name, share, _ in gaps[:CHARTED]]
    title = f"{words.plural(len(gaps), 'field')} of {len(filled)} not filled in everywhere"
    subtitle = "Records in which the field is filled in; orange: always required"
    table = text_table(
        "Records in which the field says something; placeholders count as empty",
        (Column("Field"), Column("Filled in", numeric=True), Column("Required")),
        [[name, _of(share), "always" if name in required else ""] for name, share, _ in filled],
    )
    blocks: list[Block] = [Chart(intervals(rows, Headline(title, subtitle)), f"{title}.", table)]
    places = [place for _, share, place in gaps if share is not None and share.numerator]
    shown = _telling(picture, places, required)
    if shown and picture.groups:
        blocks.append(Panel("By group", (_by_part(picture, picture.groups, shown, "Group"),)))
    if shown and picture.months:
        months = tuple(part for _, part in picture.months)
        blocks.append(Panel("By month of entry", (_by_part(picture, months, shown, "Month"),)))
    return Section("fields", "What is filled in", tuple(blocks))


def _telling(picture: RecordPicture, places: list[int], required: set[str]) -> list[int]:
    """The required fields with gaps first, then the others."""
    ordered = sorted(places, key=lambda place: picture.fields[place] not in required)
    return ordered[:FIELDS_BY_GROUP]


def _by_part(picture: RecordPicture, parts: Sequence[Part], places: list[int], word: str) -> Table:
    columns = (
        Column(word),
        Column("Records", numeric=True, extra=True),
        *(Column(picture.fields[place], numeric=True) for place in places),
    )
    rows = [
        [
            part.name[:7] if word == "Month" else part.name,
            words.count(part.records),
            *(_percent(part.filled[place]) for place in places),
        ]
        for part in parts
    ]
    return text_table("Share of records in which the field is filled in", columns, rows)


def _percent(share: Share | None) -> str:
    return "" if share is None or share.value is None else words.percent(share.value)


def _end_of(group: str) -> str:
    """Return a name as short as a chart has room for: groups of one account begin alike."""
    return group if len(group) <= GROUP_LETTERS else f"…{group[1 - GROUP_LETTERS :]}"


def groups_section(picture: RecordPicture) -> Section | None:
    """Fit records by group."""
    blocks: list[Block] = []
    judged = [part for part in picture.groups if part.fit is not None]
    if judged:
        tolerated = 1 - picture.standard.tolerance
        ordered = sorted(judged, key=lambda part: (part.fit and part.fit.value) or 0.0)
        rows = [
            _interval_row(_end_of(part.name), part.fit, _below(part.fit, tolerated))
            for part in ordered[:CHARTED]
        ]
        below = sum(_below(part.fit, tolerated) for part in judged)
        title = f"{below} of {words.plural(len(judged), 'group')} below what is tolerated"
        subtitle = f"Fit records by group, lowest first; orange: surely below {tolerated:.0%}"
        table = _group_table(picture, ordered)
        blocks.append(Chart(intervals(rows, Headline(title, subtitle)), f"{title}.", table))
    if picture.hidden_groups:
        many = words.plural(picture.hidden_groups, "group")
        kept = "is" if picture.hidden_groups == 1 else "are"
        blocks.append(
            Paragraph(
                f"{many} of fewer than five people {kept} not shown, so that nobody can be picked "
                "out; their records count in the totals.",
                Tone.QUIET,
            )
        )
    return Section("groups", "Groups", tuple(blocks)) if blocks else None


def _below(share: Share | None, line: float) -> bool:
    return bool(share and share.interval and share.interval.high < line)


def _group_table(picture: RecordPicture, parts: Sequence[Part]) -> Table:
    columns = (
        Column("Group"),
        Column("Fit", numeric=True),
        Column("Most often missed", extra=True),
    )
    rows = [(Cell(p.name), Cell(_of(p.fit), interval=bar(p.fit)), Cell(_worst(picture, p)))
            for p in parts]  # fmt: skip
    return Table("Records as they stand, lowest share first", columns, tuple(rows))


def _worst(picture: RecordPicture, part: Part) -> str:
    missed = [
        (share.denominator - share.numerator, result.rule.sentence)
        for share, result in zip(part.rules, picture.rules, strict=True)
        if share is not None and share.numerator < share.denominator
    ]
    if not missed:
        return ""
    count, sentence = max(missed)
    return f"{sentence} ({words.count(count)})"


def months_section(picture: RecordPicture) -> Section | None:
    """Fit records by the month they were entered."""
    parts = [
        (month, part) for month, part in picture.months if part.fit and part.fit.denominator >= 5
    ]
    if len(parts) < 3:
        return None
    points = [
        GroupPoint("all", month, value, limits.low, limits.high, share_words(part.fit), 0)
        for month, part in parts
        if part.fit and (limits := part.fit.interval) and (value := part.fit.value) is not None
    ]
    headline = Headline("Fit records by month of entry", "Share of records as they stand today")
    rows = [[f"{month:%b %Y}", share_words(part.fit)] for month, part in parts]
    table = text_table("By month of entry", (Column("Month"), Column("Fit", numeric=True)), rows)
    chart = Chart(lines(points, headline, is_share=True), "Share of fit records by month.", table)
    blocks: list[Block] = [chart]
    if picture.hidden_months:
        left_out = words.plural(picture.hidden_months, "month")
        text = f"{left_out} left out: too few people entered records, or the total would tell."
        blocks.append(Paragraph(text, Tone.QUIET))
    return Section("months", "Over time", tuple(blocks))


def method_section(picture: RecordPicture) -> Section:
    """How it was counted, and the standard itself."""
    how = (
        "A record is as good as its worst rule: it is fit for use when it passes every rule that "
        "applies. Values that only fill a field (such as n/a, tbd, ?) count as empty. Shares carry "
        "their 95 % Wilson interval. A record is charged to its creator as it stood after 24 "
        "hours; whoever mends it later is credited; imports and integrations are no persons. "
        f"Spread over people counts those with {FEWEST_RECORDS} records or more, at least five of "
        f"them. Used by others: somebody else wrote to it within {FOLLOWED_DAYS} days."
    )
    rows = [[role.value, column] for role, column in picture.standard.columns.items()]
    blocks: list[Block] = [Paragraph(how)]
    if rows:
        columns = (Column("Role"), Column("Column"))
        blocks.append(text_table("Which column says what", columns, rows))
    return Section("how", "How this was counted", tuple(blocks))
