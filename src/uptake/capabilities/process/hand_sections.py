"""Whose hands work passes through, how long it takes and how it was measured, as blocks."""

from __future__ import annotations

from uptake.capabilities.process.asked import Clock
from uptake.capabilities.process.charting import durations_chart, spread_chart, trend_chart
from uptake.capabilities.process.clock_times import times_by, told
from uptake.capabilities.process.explaining import explanations
from uptake.capabilities.process.headlines import open_hours, recorded_words
from uptake.capabilities.process.naming import SMALL
from uptake.capabilities.process.picture import Handing, ProcessPicture, Scope
from uptake.capabilities.process.wording import LEVELS, span
from uptake.formats.case_log import Performer
from uptake.ui import words
from uptake.ui.document import (
    Block,
    Card,
    Cards,
    Cell,
    Column,
    Explanations,
    Panel,
    Paragraph,
    Section,
    Table,
    Tone,
)

BROADEST = 10
"""Performers on a side of a table."""

ROWS = 25
SHADES = 5


def hands_section(picture: ProcessPicture) -> Section | None:
    """How often work changes hands, between whom, and who does what."""
    if not picture.handing:
        return None
    blocks: list[Block] = [Cards(tuple(_card(each) for each in picture.handing))]
    people = picture.of_level(Performer.RESOURCE)
    main = _main(picture)
    blocks += filter(
        None, [spread_chart(people or main, of="different"), trend_chart(main, picture.summary.end)]
    )
    blocks.append(_matrix(main))
    if main.hidden:
        _one, many = LEVELS[main.level]
        text = (
            f"{words.count(main.hidden)} {many} of fewer than five people stand together as "
            f'"{SMALL}", so that nobody can be picked out.'
        )
        blocks.append(Paragraph(text, Tone.QUIET))
    blocks += [Paragraph(recorded_words(each)) for each in picture.recorded]
    blocks += [Panel(f"Who does what: {LEVELS[scope.level][1]}", (_scope(scope),))
               for scope in picture.scopes]  # fmt: skip
    if not picture.is_named and people is not None:
        blocks.append(Paragraph("People are numbered by how much they did; nobody is named.",
                                Tone.QUIET))  # fmt: skip
    return Section("hands", "Whose hands it passes through", tuple(blocks))


def _main(picture: ProcessPicture) -> Handing:
    """Groups or roles before people, because a report is about neither of us."""
    order = (Performer.GROUP, Performer.ROLE, Performer.ORGANISATION, Performer.RESOURCE)
    return next(each for level in order if (each := picture.of_level(level)))


def _card(each: Handing) -> Card:
    one, many = LEVELS[each.level]
    back = each.ping_pong.value
    basis = f"{words.plural(each.handovers, 'handover')} in all"
    if back is not None:
        basis += f"; {words.percent(back)} go straight back"
    if each.unknown:
        basis += f"; {words.count(each.unknown)} more with a side not known"
    return Card(
        f"Times a case passes between {many}",
        f"handovers per case, mean; {words.count(each.performers)} "
        f"{one if each.performers == 1 else many}",
        words.amount(each.per_case.mean),
        basis,
    )


def _matrix(each: Handing) -> Table:
    """Who hands to whom, those who hand on most."""
    totals: dict[str, int] = {}
    for pair in each.pairs:
        if pair.is_handover:
            for name in (pair.source, pair.target):
                totals[name] = totals.get(name, 0) + pair.count
    names = sorted(totals, key=lambda name: -totals[name])[:BROADEST]
    counts = {(p.source, p.target): p.count for p in each.pairs}
    most = max((n for (a, b), n in counts.items() if a != b), default=1)
    rows = tuple(
        (Cell(giver), *(_hand_cell(counts.get((giver, taker), 0), most, giver == taker)
                        for taker in names))
        for giver in names
    )  # fmt: skip
    left = len(totals) - len(names)
    _one, many = LEVELS[each.level]
    caption = f"Handovers between {many}: from the row to the column"
    caption += f"; the {BROADEST} with most of {len(totals)}" if left > 0 else ""
    columns = (Column("From \\ to"), *(Column(name, numeric=True) for name in names))
    return Table(caption, columns, rows)


def _hand_cell(count: int, most: int, same: bool) -> Cell:
    if same:
        return Cell("\N{MIDDLE DOT}")
    shade = -(-SHADES * count // most) if count else 0
    return Cell(words.count(count) if count else "", shade=min(shade, SHADES))


def _scope(scope: Scope) -> Table:
    one, _many = LEVELS[scope.level]
    columns = (
        Column(one.capitalize()),
        Column("Events", numeric=True),
        Column("Cases", numeric=True, extra=True),
        Column("Activities", numeric=True),
        Column("Effective", numeric=True, extra=True),
        Column("Mostly", extra=True),
    )
    rows = tuple(
        (
            Cell(row.performer),
            Cell(words.count(row.events)),
            Cell(words.count(row.cases)),
            Cell(words.count(row.activities)),
            Cell(f"{row.effective:.1f}"),
            Cell(words.listed([name for name, _times in row.done], limit=3)),
        )
        for row in scope.rows[:ROWS]
    )
    return Table("Those who do most first; effective: 1 is one activity only", columns, rows)


def durations_section(picture: ProcessPicture) -> Section | None:
    """How long cases take, and where work waits."""
    found = picture.durations
    if found is None:
        return None
    cards = [
        Card("Half of the cases take at most", "median", span(found.half_seconds),
             f"{words.plural(found.cases, 'case')}"),
        Card("Nine of ten take at most", "90th percentile", span(found.most_seconds),
             f"mean {span(found.mean_seconds)}"),
    ]  # fmt: skip
    if found.touch_share is not None:
        cards.append(
            Card("Of that, work", "touch time of case time", words.percent(found.touch_share),
                 "the rest is waiting")
        )  # fmt: skip
    business = picture.business
    if business is not None and business.median_seconds is not None:
        cards.append(
            Card(
                "Half take at most, in business time",
                "median while the house is open",
                open_hours(business.median_seconds),
                business.hours,
            )
        )
    blocks: list[Block] = [Cards(tuple(cards))]
    chart = durations_chart(times_by(picture, Clock.CALENDAR))
    blocks += [chart] if chart else []
    blocks.append(_waits(picture))
    notes = []
    if found.open_cases:
        notes.append(f"{words.plural(found.open_cases, 'case')} seem to be still open: their last "
                    "step usually leads on, and the log ends before that was due")  # fmt: skip
    if found.left_out:
        notes.append(f"{words.plural(found.left_out, 'case')} left out: their moments are missing "
                    "or cannot be believed")  # fmt: skip
    blocks += [Paragraph(f"{text}.", Tone.QUIET) for text in notes]
    return Section("durations", "How long it takes", tuple(blocks))


def _waits(picture: ProcessPicture) -> Table:
    timed = [edge for edge in picture.edges if edge.median_seconds is not None]
    timed.sort(key=lambda edge: -(edge.median_seconds or 0) * edge.count)
    columns = (
        Column("From"),
        Column("To"),
        Column("Waits, median", numeric=True),
        *((Column("In business time", numeric=True),) if picture.business else ()),
        Column("Times", numeric=True),
    )
    rows = tuple(
        (
            Cell(edge.source),
            Cell(edge.target),
            Cell(span(edge.median_seconds)),
            *((Cell(told(edge.business_seconds, Clock.BUSINESS)),) if picture.business else ()),
            Cell(words.count(edge.count)),
        )
        for edge in timed[:10]
    )
    return Table("Where work waits longest in all: times taken by median", columns, rows)


def method_section(picture: ProcessPicture) -> Section:
    """How the numbers came about."""
    return Section("how", "How it was computed", (Explanations(explanations(picture)),))
