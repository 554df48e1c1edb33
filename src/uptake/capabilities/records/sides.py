"""Timing, people, doubles and notes as blocks of a report."""

from __future__ import annotations

import numpy as np

from uptake.capabilities.records.content import NoteReading
from uptake.capabilities.records.picture import PeoplePicture, RecordPicture
from uptake.capabilities.records.rules import RuleKind
from uptake.capabilities.records.sections import bar, share_words
from uptake.capabilities.records.timing import EntryLag
from uptake.methods.statistics.proportions import Share
from uptake.ui import words
from uptake.ui.charts.curves import CurvePoint, steps
from uptake.ui.charts.theme import Headline
from uptake.ui.document import (
    Block,
    Card,
    Cards,
    Chart,
    Column,
    Notice,
    Panel,
    Paragraph,
    Section,
    Tone,
    text_table,
)

POINTS = 120
"""Steps of a curve that are drawn."""


def timing_section(picture: RecordPicture) -> Section | None:
    """How soon records are entered."""
    lag = picture.lag
    if lag is None:
        return None
    on_time = next((r for r in picture.rules if r.rule.kind is RuleKind.ON_TIME), None)
    cards = [Card("Half are entered within", "median entry lag", hours_words(lag.curve.median))]
    cards.append(
        Card("Nine of ten within", "90th percentile", hours_words(lag.curve.quantile(0.9)))
    )
    if on_time is not None:
        cards.append(_share_card(f"E{on_time.rule.sentence[1:]}", "within deadline", on_time.share))
    blocks: list[Block] = [Cards(tuple(cards)), _curve(lag)]
    if lag.by_group:
        rows = sorted(lag.by_group.items(), key=lambda row: -row[1][0])
        listed = [[name, hours_words(h), words.count(n)] for name, (h, n) in rows]
        columns = (Column("Group"), Column("Median", numeric=True), Column("Records", numeric=True))
        blocks.append(Panel("By group", (text_table("Slowest first", columns, listed),)))
    left_out = _left_out(lag, "version" if lag.entered > picture.whole.records else "record")
    if left_out:
        blocks.append(Paragraph(left_out, Tone.QUIET))
    return Section("timing", "How soon things are written down", tuple(blocks))


def hours_words(hours: float | None) -> str:
    """Hours as "25 minutes", "3.2 hours" or "4 days"; None was not reached."""
    if hours is None:
        return "not reached yet"
    if hours < 1:
        return words.plural(max(round(hours * 60), 0), "minute")
    if hours < 48:
        return _many(round(hours, 1), "hour")
    return _many(round(hours / 24, 1), "day")


def _many(number: float, unit: str) -> str:
    return f"{words.amount(number)} {unit if number == 1 else f'{unit}s'}"


def _curve(lag: EntryLag) -> Chart:
    longest = lag.curve.quantile(0.95) or lag.curve.followed_to
    unit, scale = ("hours", 1.0) if longest >= 3 else ("minutes", 60.0)
    if longest >= 96:
        unit, scale = "days", 1 / 24
    times = np.linspace(0, longest, POINTS)
    points = []
    for time in times:
        limits = lag.curve.interval_at(float(time))
        share = 1 - lag.curve.at(float(time))
        points.append(CurvePoint(float(time) * scale, share, 1 - limits.high, 1 - limits.low))
    title = f"Half are entered within {hours_words(lag.curve.median)}"
    chart = steps(
        points,
        Headline(title, "Share entered, by time since it happened; band: 95 % interval"),
        x_title=f"{unit} since it happened",
    )
    quantiles = [(f"{share:.0%}", lag.curve.quantile(share)) for share in (0.5, 0.75, 0.9, 0.95)]
    table = text_table(
        "Time until a share of records is entered",
        (Column("Share"), Column("Entered within", numeric=True)),
        [[share, hours_words(value)] for share, value in quantiles],
    )
    return Chart(chart, f"{title}.", table)


def _left_out(lag: EntryLag, of: str) -> str:
    """What the curve is drawn of: records, or their versions where each tells of a moment."""
    parts = []
    if lag.waiting:
        parts.append(f"{words.plural(lag.waiting, of)} still waiting, counted as open")
    if lag.early:
        parts.append(f"{words.plural(lag.early, of)} entered before it happened, left out")
    if lag.unknown:
        parts.append(f"{words.plural(lag.unknown, of)} without one of the two moments")
    known = f"Based on {words.plural(lag.entered, of)}. "
    return known + (f"Also: {words.listed(parts)}." if parts else "")


def people_section(picture: RecordPicture) -> Section | None:
    """What people's own records are like, who mends, and who comes back to them."""
    if picture.people is None:
        return None
    people = picture.people
    charged = "Fit after their creator's first day"
    if not picture.has_history:
        charged = "Fit, of records with an author"
    cards = [_share_card(charged, "charged records", people.charged), _spread_card(people)]
    missing = "" if picture.has_history else "Needs a log with every version of a record."
    mended = "" if missing else words.plural(people.credited, "time")
    cards.append(Card("Mended by somebody else", "credited fixes", mended, missing=missing))
    used = picture.used
    if used is not None and used.share is not None:
        cards.append(_share_card("Edited by others within 28 days", "usefulness", used.share))
    blocks: list[Block] = [Cards(tuple(cards))]
    if used is not None and used.not_yet:
        young = words.plural(used.not_yet, "record")
        blocks.append(Paragraph(f"{young} too young to tell whether others use it.", Tone.QUIET))
    blocks.append(
        Paragraph(
            "Nobody is named. A low share more often means a form that asks for what nobody has "
            "yet than a careless person: look at the rule before the people.",
            Tone.QUIET,
        )
    )
    return Section("people", "People", tuple(blocks))


def _spread_card(people: PeoplePicture) -> Card:
    spread = people.spread
    if spread is None:
        missing = "Needs five people with five records or more each."
        return Card("Spread over people", "quartiles", missing=missing)
    value = f"{words.percent(spread.lower)} to {words.percent(spread.upper)}"
    basis = f"middle {words.percent(spread.middle)}, {words.people(spread.people)}"
    return Card("The middle half of people", "quartiles of the share fit", value, basis)


def _share_card(title: str, term: str, share: Share | None) -> Card:
    if share is None or share.value is None:
        return Card(title, term, missing="Nothing to judge.")
    return Card(title, term, words.percent(share.value), share_words(share), bar(share))


def content_section(picture: RecordPicture) -> Section | None:
    """Doubles and notes."""
    blocks: list[Block] = []
    if picture.doubles is not None:
        share = picture.doubles.share
        twice = int(share.denominator - share.numerator)
        unsure = sum(not pair.is_duplicate for pair in picture.doubles.pairs)
        heading = f"{words.plural(twice, 'record')} of {words.count(share.denominator)} twice"
        text = "No two others are nearly alike."
        if unsure:
            text = f"{words.plural(unsure, 'pair')} nearly alike: somebody has to look."
        if picture.doubles.not_compared:
            many = words.plural(len(picture.doubles.not_compared), "block")
            text += f" {many} too large to compare: name more fields under within."
        blocks.append(Notice(heading, text, tone=Tone.QUIET))
    if picture.notes is not None:
        blocks.append(_notes(picture.notes))
        ease = picture.notes.reading_ease
        if ease is not None:
            advice = f"Reading ease (Flesch, English, advice only): median {ease:.0f} of 100."
            blocks.append(Paragraph(advice, Tone.QUIET))
    return Section("content", "The same twice, and notes", tuple(blocks)) if blocks else None


def _notes(notes: NoteReading) -> Cards:
    return Cards(
        (
            _share_card("Notes others can understand", "all clarity rules hold", notes.clear),
            _share_card("Long enough", "detail", notes.long_enough),
            _share_card("Name somebody", "who", notes.somebody),
            _share_card("Name a next step", "what next", notes.next_step),
            _share_card("Name a date", "when", notes.dated),
            _share_card("Copied from the author's earlier notes", "likeness", notes.copied),
        )
    )
