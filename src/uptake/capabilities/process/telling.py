"""What the pages of a process say in one sentence, and the rows of its list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uptake.capabilities.process.asked import Clock
from uptake.capabilities.process.before_after import BeforeAfter
from uptake.capabilities.process.clock_times import DASH, ClockTimes, times_by
from uptake.capabilities.process.findings import share_words
from uptake.capabilities.process.models import KeptPicture, Outcome, Process
from uptake.capabilities.process.picture import DeviationRow, Handing, ProcessPicture
from uptake.capabilities.process.saying_comparison import comparison_sentence
from uptake.capabilities.process.viewing import View
from uptake.capabilities.process.wording import LEVELS
from uptake.methods.statistics.proportions import Share
from uptake.ui.words import amount, count, percent, plural


@dataclass(frozen=True, slots=True)
class ProcessRow:
    """A line of the list of processes."""

    process: Process
    kept: KeptPicture | None

    @property
    def share(self) -> Share | None:
        """Cases that run as intended, of those that were measured."""
        kept = self.kept
        if kept is None or kept.outcome != Outcome.DRAWN or not kept.judged:
            return None
        return Share(kept.fitting or 0, kept.judged)

    @property
    def state(self) -> str:
        """Where it stands, in a word or two."""
        if self.process.ended_at is not None:
            return "Ended"
        if self.kept is None or not self.kept.outcome:
            return "Waiting"
        if self.kept.outcome == Outcome.DRAWN and self.kept.judged is None:
            return "No intended way"
        return self.kept.get_outcome_display()


def row_of(process: Process, fewest: int) -> ProcessRow:
    """Return the line of a process; what may be shown no more is not."""
    kept = getattr(process, "picture", None)
    if kept is not None and kept.outcome and kept.minimum_people < fewest:
        kept = None
    return ProcessRow(process, kept)


def list_sentence(rows: Sequence[ProcessRow]) -> str:
    """Return the sentence over the list of processes."""
    judged = [(row.share, row) for row in rows if row.share is not None and row.share.value]
    if not rows:
        return "See how work really runs."
    if not judged:
        return f"{plural(len(rows), 'process', 'processes')}; none is measured against a way yet."
    share, worst = min(judged, key=lambda pair: pair[0].value or 0)
    if len(judged) == 1:
        kept = f"{share_words(share, 'cases')} run as intended"
        return f"{worst.process.name}: {kept}."
    return (
        f"{worst.process.name} strays most: {percent(1 - (share.value or 0))} of its cases do not "
        "run as intended."
    )


def nothing_yet(*, may_found: bool) -> str:
    """Return what stands where there is no process: what to do, or who can."""
    if not may_found:
        return "An editor or owner of the workspace can name one; then it can be read here."
    return (
        "Name the actions that belong together, or bring a log as your service desk, ERP or "
        "workflow system exports it: the map, the ways that cases take and the handovers are there "
        "a minute later."
    )


def overview_sentence(view: View) -> str:
    """Return how far work strays, or what there is to look at."""
    picture = view.picture
    if picture is None:
        return view.process.name
    found = picture.conformance
    if found is None or found.straight.value is None:
        ways = plural(picture.summary.variants, "way", "ways")
        return f"{plural(picture.summary.cases, 'case')} ran in {ways}."
    return f"{share_words(found.straight, 'cases')} run as intended."


def overview_support(view: View) -> str:
    """Return what stands below the sentence: what strays most, and how long cases take."""
    picture = view.picture
    if picture is None:
        return view.problem
    parts = []
    if picture.deviations:
        most = picture.deviations[0]
        parts.append(f"Most often: {_small(most.sentence)}")
    elif picture.conformance is None:
        parts.append("Nobody has said yet how this work is meant to run.")
    if picture.durations:
        parts.append(durations_sentence(times_by(picture, view.clock)))
    return " ".join(parts)


def _small(sentence: str) -> str:
    ended = sentence if sentence.endswith(".") else f"{sentence}."
    return ended[:1].lower() + ended[1:] if ended[1:2].islower() else ended


def map_sentence(picture: ProcessPicture) -> str:
    """Return how many ways there are and what the most usual one is."""
    if not picture.variants:
        return "No case is here."
    if picture.summary.variants == 1:
        return one_way(picture)
    usual = picture.variants[0]
    if usual.cases == 1:
        return f"No two of the {count(picture.summary.cases)} cases run alike."
    return (
        f"{percent(usual.share)} of cases take the most usual way; in all there are "
        f"{plural(picture.summary.variants, 'way')}."
    )


def one_way(picture: ProcessPicture) -> str:
    """Return that all cases run alike."""
    if picture.summary.cases == 1:
        return "There is one case."
    return f"All {count(picture.summary.cases)} cases take the same way."


def variants_sentence(picture: ProcessPicture) -> str:
    """Return how many ways carry most cases."""
    if picture.summary.variants == 1:
        return one_way(picture)
    reached, ways = 0.0, 0
    for row in picture.variants:
        if reached >= 0.8:
            break
        reached, ways = reached + row.share, ways + 1
    is_are = "way carries" if ways == 1 else "ways carry"
    return (
        f"{count(ways)} of {plural(picture.summary.variants, is_are.split()[0])} "
        f"{is_are.split()[1]} {percent(reached)} of cases."
    )


def deviations_sentence(rows: Sequence[DeviationRow], picture: ProcessPicture) -> str:
    """Return the most frequent way of straying."""
    if picture.conformance is None:
        return "Nothing strays while nobody has said how this work is meant to run."
    if not rows:
        return "No case strays from the intended way."
    most = rows[0]
    return f"{_ended(most.sentence)} {_of_cases(most)}"


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?")) else f"{sentence}."


def _of_cases(row: DeviationRow) -> str:
    value = row.cases.value
    share = f" ({percent(value)})" if value is not None else ""
    of = f"{count(row.cases.numerator)} of {plural(row.cases.denominator, 'case')}"
    return f"It is so in {of}{share}."


def cases_sentence(view: View) -> str:
    """Return how many cases are like what was chosen."""
    if not view.asked.narrows:
        return f"{plural(view.inside, 'case')}, the newest first."
    return f"{plural(view.inside, 'case is', 'cases are')} like this."


def handing_sentence(found: Handing) -> str:
    """Return how often a case passes on, and how often straight back."""
    one, _many = LEVELS[found.level]
    if not found.handovers:
        return f"No case passes from one {one} to another."
    back = found.ping_pong.value
    straight = f" {percent(back)} of them go straight back." if back else ""
    return f"A case passes from one {one} to another {amount(found.per_case.mean)} times.{straight}"


def resources_sentence(found: Handing) -> str:
    """Return how many performers a case passes through."""
    one, many = LEVELS[found.level]
    mean = found.different_per_case.mean
    told = amount(mean)
    return f"A case passes through {told} {one if told == '1' else many} on average."


def comparing_sentence(found: BeforeAfter) -> str:
    """Return the sentence over before and after, while it is worked out as well."""
    if found.comparison is None and found.since is not None:
        return "Before and after is being worked out."
    return comparison_sentence(found.comparison)


def durations_sentence(found: ClockTimes | None) -> str:
    """Return how long cases take."""
    if found is None:
        return "How long cases take is not measurable."
    open_too = " of business time" if found.clock is Clock.BUSINESS else ""
    if DASH in (found.half, found.most):
        return "Too many cases are still open to say how long half of them take."
    return (
        f"Half of the cases take {found.half}{open_too} or less, one in ten more than {found.most}."
    )
