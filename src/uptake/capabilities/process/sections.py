"""How a process runs and strays as blocks of a report: sentence, picture, table."""

from __future__ import annotations

from collections.abc import Iterator

from uptake.capabilities.process.findings import share_words
from uptake.capabilities.process.kept_by import Kept, KeptRow
from uptake.capabilities.process.map_drawing import map_drawing
from uptake.capabilities.process.picture import (
    Conformance,
    DeviationRow,
    ProcessPicture,
    RuleRow,
    VariantRow,
)
from uptake.capabilities.process.wording import LEVELS, longer, span
from uptake.formats.case_log import Performer
from uptake.methods.statistics.proportions import Share
from uptake.ui import words
from uptake.ui.document import (
    Beside,
    Block,
    Card,
    Cards,
    Cell,
    Column,
    Fact,
    Finding,
    Findings,
    Interval,
    Notice,
    Panel,
    Paragraph,
    Section,
    Table,
    Tone,
    Trace,
    Traces,
    TraceStep,
)

WAYS = 8
MORE_WAYS = 20
LONGEST_TRACE = 60
DEVIATIONS = 15
FEW_TEAMS = 10


def facts(picture: ProcessPicture) -> tuple[Fact, ...]:
    """Short facts under the sentence."""
    summary = picture.summary
    listed = [
        Fact("Cases", words.count(summary.cases)),
        Fact("Events", words.count(summary.events)),
        Fact("Activities", words.count(summary.activities)),
        Fact("Ways of running", words.count(summary.variants)),
    ]
    if summary.resources is not None:
        listed.append(Fact("People", words.count(summary.resources)))
    if summary.start and summary.end:
        when = f"{words.short_day(summary.start)} to {words.short_day(summary.end)}"
        listed.append(Fact("From to", when))
    return tuple(listed)


_PROPOSED = (
    "Nobody has said how this work is meant to run, so no case is judged here. What is usual need "
    "not be right, and what is rare need not be wrong. Keep the usual way with --save-model, "
    "change it with those who do the work, and run again with --model."
)


def first_things(picture: ProcessPicture) -> Section | None:
    """What to know before believing a number."""
    blocks: list[Block] = []
    if picture.conformance is not None and picture.conformance.bound:
        blocks.append(Notice("Not all of it is exact", picture.conformance.bound))
    if picture.summary.columns:
        read = ", ".join(f"{column} as {role}" for role, column in picture.summary.columns)
        blocks.append(Paragraph(f"Columns were read so: {read}.", Tone.QUIET))
    blocks += [Paragraph(warning + _stop(warning), Tone.QUIET) for warning in picture.warnings]
    blocks += [
        Paragraph(f"Not measurable: {gap.what}. {gap.why}", Tone.QUIET)
        for gap in picture.not_measurable
    ]
    return Section("know", "What to know of the log", tuple(blocks)) if blocks else None


def _stop(text: str) -> str:
    return "" if text.endswith(".") else "."


def findings_section(picture: ProcessPicture) -> Section | None:
    """What stands out, with what can be done."""
    if not picture.findings:
        return None
    found = tuple(
        Finding(
            sentence=each.sentence,
            affected=f"Can be done: {words.listed([s.value for s in each.steps], last='or')}",
            evidence=each.evidence,
            next_step=each.advice,
        )
        for each in picture.findings
    )
    return Section("findings", "What stands out", (Findings(found),))


def map_section(picture: ProcessPicture) -> Section:
    """How work runs."""
    return Section("map", "How work runs", (map_drawing(picture),))


def usual_section(picture: ProcessPicture) -> Section | None:
    """The way that was read off the log, as a proposal."""
    usual = picture.usual
    if usual is None:
        return None
    blocks = (Paragraph(usual.sentence), Notice("Nothing is judged by it", _PROPOSED))
    return Section("usual", "The usual way, as a proposal", blocks)


def ways_section(picture: ProcessPicture) -> Section:
    """The ways in which cases ran, step by step beside the model."""
    judged = picture.conformance is not None and picture.conformance.cost_total is not None
    caption = "The most usual first. " + (
        "Dashed: a step of the model that was skipped; orange with a bar: a step that the model "
        "does not have there."
        if judged
        else "Steps as they happened, beside no model."
    )
    shown = tuple(_trace(row) for row in picture.variants[:WAYS])
    blocks: list[Block] = [Traces(caption, shown)]
    rest = picture.variants[WAYS:MORE_WAYS]
    if rest:
        heading = f"The next {words.plural(len(rest), 'way')}"
        more = Traces("The most usual first", tuple(_trace(row) for row in rest))
        blocks.append(Panel(heading, (more,)))
    left = picture.summary.variants - min(picture.summary.variants, MORE_WAYS)
    if left > 0:
        text = f"{words.plural(left, 'rarer way')} not shown; they count in every number."
        blocks.append(Paragraph(text, Tone.QUIET))
    return Section("ways", "The ways in which cases ran", tuple(blocks))


def _trace(row: VariantRow) -> Trace:
    told = [] if row.cost is None else [_cost(row.cost)]
    if row.median_seconds:
        told.append(f"half take {span(row.median_seconds)} or less")
    steps = [TraceStep(name) for name in row.activities]
    if row.steps is not None:
        steps = [TraceStep(step.label, Beside(step.kind.value)) for step in row.steps]
    if len(steps) > LONGEST_TRACE:
        left = len(steps) - LONGEST_TRACE
        steps = [*steps[:LONGEST_TRACE], TraceStep(f"and {words.plural(left, 'more step')}")]
    heading = f"{words.plural(row.cases, 'case')} ({words.percent(row.share)})"
    return Trace(heading, "; ".join(told), tuple(steps))


def _teams(kept: Kept) -> list[Block]:
    """By team; of many, those that are apart from the others, and all of them on demand."""
    many = LEVELS[kept.level or Performer.GROUP][1]
    caption = f"Cases as intended by {many}, the highest first"
    if len(kept.teams) <= FEW_TEAMS:
        return [_where_kept(caption, kept.teams)]
    apart = [row for row in kept.teams if row.stands_out]
    half = FEW_TEAMS // 2
    ends = apart if len(apart) <= FEW_TEAMS else [*apart[:half], *apart[-half:]]
    whole = words.count(len(kept.teams))
    told = f"{words.count(len(apart))} of {whole} {many} are apart from the others beyond chance"
    everything = Panel(f"All {whole} {many}", (_where_kept(caption, kept.teams),))
    if not ends:
        return [Paragraph(f"{told}."), everything]
    shown = f"{told}; the highest and the lowest" if len(ends) < len(apart) else told
    return [_where_kept(shown, tuple(ends)), everything]


def _where_kept(caption: str, rows: tuple[KeptRow, ...]) -> Table:
    columns = (Column("Where"), Column("As intended", numeric=True), Column("", extra=True))
    cells = tuple(
        (
            Cell(row.name),
            Cell(share_words(row.straight), interval=bar(row.straight)),
            Cell("beyond chance apart from the others" if row.stands_out else ""),
        )
        for row in rows
    )
    return Table(caption, columns, cells)


def _cost(cost: int) -> str:
    return "as intended" if not cost else f"{words.plural(cost, 'step')} skipped or added"


def straying_section(picture: ProcessPicture) -> Section | None:
    """How far cases stray from the intended way, and how."""
    found = picture.conformance
    if found is None:
        return None
    blocks: list[Block] = [Cards(tuple(_cards(found)))]
    if picture.deviations:
        blocks.append(_deviations(picture.deviations[:DEVIATIONS]))
        rest = picture.deviations[DEVIATIONS:]
        if rest:
            more = _deviations(rest[:200])
            blocks.append(Panel(f"{words.plural(len(rest), 'rarer deviation')}", (more,)))
    elif found.cost_total == 0:
        blocks.append(Paragraph("No case skips a step or adds one."))
    if picture.rules:
        blocks.append(_rules(picture.rules))
    if found.kept is not None and found.kept.teams:
        blocks += _teams(found.kept)
    if found.kept is not None and len(found.kept.months) > 1:
        months = _where_kept("Cases as intended by month of beginning", found.kept.months)
        blocks.append(Panel("By month", (months,)))
    return Section("straying", "How far it strays from the intended way", tuple(blocks))


def _cards(found: Conformance) -> Iterator[Card]:
    yield _share_card("As intended in everything", "conforming cases", found.straight)
    if found.cost_total is None:
        return
    yield _share_card("No step skipped or added", "fitting cases", found.fitting)
    steps = words.plural(found.cost_total, "step")
    fit = "" if found.fitness is None else f"{found.fitness:.3f}"
    missing = "" if fit else "No case could be measured exactly."
    yield Card("Kept to on average", "alignment fitness", fit, f"{steps} skipped or added in all",
               missing=missing)  # fmt: skip
    if found.precision is None:
        return
    told = "of what the model allows where cases are, they do"
    yield Card("How much the model demands", "precision, escaping edges",
               f"{found.precision:.2f}", told)  # fmt: skip


def _share_card(title: str, term: str, share: Share) -> Card:
    if share.value is None:
        return Card(title, term, missing="No case could be measured.")
    return Card(title, term, words.percent(share.value), share_words(share, "cases"), bar(share))


def bar(share: Share) -> Interval | None:
    """A share as an interval bar."""
    limits = share.interval
    if share.value is None or limits is None:
        return None
    return Interval(share.value, limits.low, limits.high)


def _deviations(rows: tuple[DeviationRow, ...]) -> Table:
    columns = (
        Column("What strays"),
        Column("How", extra=True),
        Column("Cases", numeric=True),
        Column("Times", numeric=True, extra=True),
        Column("Cases take", numeric=True, extra=True),
        Column("For example", extra=True),
    )
    cells = tuple(
        (
            Cell(row.sentence),
            Cell(row.kind),
            Cell(share_words(row.cases), interval=bar(row.cases)),
            Cell(words.count(row.times)),
            Cell(longer(row.cost_seconds)),
            Cell(", ".join(row.example_cases)),
        )
        for row in rows
    )
    return Table("Deviations, those of most cases first", columns, cells)


def _rules(rows: tuple[RuleRow, ...]) -> Table:
    columns = (
        Column("Rule"),
        Column("Kept in cases", numeric=True),
        Column("Kept, of times its occasion came", numeric=True, extra=True),
    )
    cells = tuple(
        (
            Cell(row.sentence),
            Cell(_kept(row), interval=bar(row.reading.of_cases)),
            Cell(
                f"{words.count(row.reading.fulfilments)} of {words.count(row.reading.activations)}"
            ),
        )
        for row in rows
    )
    return Table("Rules; cases in which the occasion never came say nothing", columns, cells)


def _kept(row: RuleRow) -> str:
    share = row.reading.of_cases
    return share_words(share) if share.value is not None else "its occasion never came"


def _times(row: RuleRow) -> str:
    return f"{words.count(row.reading.fulfilments)} of {words.count(row.reading.activations)}"
