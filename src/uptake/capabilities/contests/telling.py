"""Contests in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from uptake.capabilities.behaviours.definition import PERIOD_WORDS, Definition
from uptake.capabilities.contests.decay import NOT_MEASURABLE
from uptake.capabilities.contests.figures import ContestFigures, Decay, Level, Move, TeamScore, When
from uptake.capabilities.contests.models import Contest, Status
from uptake.capabilities.contests.rules import Rules, periods_in
from uptake.methods.behaviour.contests import BY_CALENDAR, Kept
from uptake.ui import words

FORMULA = (
    "Of everything that was due to the people of a team in the periods that count, the "
    "share that was met, with the agreed quality. More than was asked counts no more, so neither "
    "the size of a team nor one busy person wins. Teams whose 95 % intervals overlap are tied."
)
NO_EXPERIMENT = (
    "This is no experiment: teams chose whether to take part, so nobody knows what they would have "
    "done without the contest."
)
LEFT = {
    Kept.NO_GAIN: "No gain during the contest could be shown, so there was nothing to keep.",
    Kept.KEPT: "What the contest gave was kept {when}.",
    Kept.PART: "Part of what the contest gave was kept {when}, part of it was gone.",
    Kept.GONE: "What the contest gave was gone {when}.",
    Kept.BELOW: "People did less {when} than before the contest.",
    Kept.UNCERTAIN: "Whether anything of it was kept {when} cannot be told from so few.",
}
WHEN = {
    When.BEFORE: "Eight weeks before",
    When.DURING: "During the contest",
    When.FOUR: "Weeks 1 to 4 after",
    When.EIGHT: "Weeks 5 to 8 after",
}

LONG = tuple(PERIOD_WORDS[cadence] for cadence in BY_CALENDAR)
"""Periods that are looked at whole, not by weeks after the end."""

WHEN_LONG = {
    When.BEFORE: "The {unit} before",
    When.DURING: "During the contest",
    When.FOUR: "The first {unit} after",
    When.EIGHT: "The second {unit} after",
}

MOST_NAMED = 3


def list_sentence(rows: Sequence[Contest]) -> str:
    """How many contests run, and how many are open."""
    running = sum(row.status == Status.RUNNING for row in rows)
    is_open = sum(row.status == Status.OPEN for row in rows)
    if not rows:
        return "There is no contest for you to see."
    if not running and not is_open:
        return "No contest runs at the moment."
    said = []
    if running:
        said.append(f"{words.plural(running, 'contest runs', 'contests run')}")
    if is_open:
        said.append(f"{words.plural(is_open, 'is open', 'are open')} for teams")
    return f"{words.listed(said)}."


def sentence(contest: Contest, figures: ContestFigures | None) -> str:
    """How a contest stands."""
    match contest.status:
        case Status.DRAFT:
            return f"{contest.name} is a draft; no team can enter yet."
        case Status.OPEN:
            return f"Teams may enter until {words.day(contest.first - timedelta(days=1))}."
        case Status.CALLED_OFF:
            return f"{contest.name} was called off."
    if figures is None:
        return "The standing is worked out within the hour."
    if figures.missing:
        return figures.missing
    lead = _lead(figures.teams)
    if contest.status == Status.RUNNING:
        unit = figures.unit
        return f"{lead} {figures.closed} of {words.plural(figures.periods, unit)} closed."
    left = left_words(figures.decay, figures.unit)
    return f"{lead} {left}" if left else lead


def _lead(teams: Sequence[TeamScore]) -> str:
    best = [each.team for each in teams if each.place == 1]
    if not best:
        return "No team has a score yet."
    if len(best) == 1:
        return f"{best[0]} leads."
    if len(best) <= MOST_NAMED:
        return f"{words.listed(best)} are tied for the first place."
    return (
        f"{len(best)} of {len(teams)} teams are tied for the first place: chance alone may make "
        "their differences."
    )


def left_words(decay: Decay, unit: str) -> str:
    """What is left of what the contest gave, by the latest time that is due."""
    nth = (decay.left_eight, "eight", "second"), (decay.left_four, "four", "first")
    for word, weeks, ordinal in nth:
        if word == NOT_MEASURABLE:
            return "Whether anything lasted is not measurable: too little is known of one side."
        if word:
            is_long = unit in LONG
            when = f"in the {ordinal} {unit} after it" if is_long else f"after {weeks} weeks"
            return LEFT[Kept(word)].format(when=when)
    return ""


def gain_words(gain: Move | None) -> str:
    """What people did more of during the contest than before, in points."""
    if gain is None:
        return ""
    if gain.low > 0:
        return f"During the contest the share that was met lay {_points(gain)} above that before."
    if gain.high < 0:
        fall = Move(-gain.value, -gain.high, -gain.low)
        return f"During the contest the share that was met lay {_points(fall)} below that before."
    return f"No difference between during and before can be shown ({_range(gain)} points)."


def _points(found: Move) -> str:
    return f"{found.value * 100:.0f} points ({_range(found)})"


def _range(found: Move) -> str:
    return f"{found.low * 100:.0f} to {found.high * 100:.0f}"


def level_name(level: Level, unit: str) -> str:
    """When a level was."""
    if unit not in LONG:
        return WHEN[level.when]
    if level.when is When.BEFORE and unit == "month":
        return "Two months before"
    return WHEN_LONG[level.when].format(unit=unit)


def time_word(level: Level, unit: str) -> str:
    """Which time a level is of, as tables name it."""
    return level_name(level, unit).lower() if unit in LONG else level.when.value


def length_words(rules: Rules, definition: Definition, zone: ZoneInfo) -> str:
    """How long a contest lasts: in weeks, or in the months or quarters that it is due by."""
    if definition.cadence not in BY_CALENDAR:
        return words.plural(rules.weeks, "week")
    return words.plural(periods_in(rules, definition, zone), PERIOD_WORDS[definition.cadence])
