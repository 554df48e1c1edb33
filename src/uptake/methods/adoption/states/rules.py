"""The rules of the classifier, in order of severity; the first that holds gives the state."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from uptake.methods.adoption.states import sentences
from uptake.methods.adoption.states.evidence import AdoptionState, Evidence
from uptake.methods.adoption.states.thresholds import Thresholds
from uptake.methods.statistics.proportions import Interval, Share


@dataclass(frozen=True, slots=True)
class Margin:
    """How far a measure is from the threshold that matters for it; positive is the good side."""

    measure: str
    value: float
    threshold: float
    interval: Interval | None

    @property
    def distance(self) -> float:
        """Value minus threshold."""
        return self.value - self.threshold

    @property
    def uncertain(self) -> bool:
        """Whether the interval contains the threshold."""
        return self.interval is not None and self.interval.contains(self.threshold)


@dataclass(frozen=True, slots=True)
class Classification:
    """The state of a group, why, and how sure.

    ``rule`` is a sentence with the numbers. ``margins`` covers every measured threshold.
    ``could_be`` lists other states that the intervals of single ratios allow. ``unmeasured`` names
    the measures nothing is known about. ``thresholds`` is the version of the set used.
    """

    state: AdoptionState
    rule: str
    margins: tuple[Margin, ...]
    could_be: tuple[AdoptionState, ...]
    unmeasured: tuple[str, ...]
    thresholds: str
    evidence: Evidence

    @property
    def uncertain(self) -> bool:
        """Whether the state flips inside an interval."""
        return bool(self.could_be)


@dataclass(frozen=True, slots=True)
class _Verdict:
    state: AdoptionState
    rule: str


@dataclass(frozen=True, slots=True)
class _Check:
    """A ratio that must reach a line; ``share`` is None when too little is known."""

    measure: str
    share: Share | None
    line: float
    words: str


def classify(evidence: Evidence, thresholds: Thresholds | None = None) -> Classification:
    """Put a group into a state by the first rule that holds; see ``rule_texts`` for the rules."""
    lines = thresholds or Thresholds()
    verdict = _verdict(evidence, lines)
    return Classification(
        state=verdict.state,
        rule=verdict.rule,
        margins=_margins(evidence, lines),
        could_be=_could_be(evidence, lines, verdict.state),
        unmeasured=_unmeasured(evidence, lines),
        thresholds=lines.version,
        evidence=evidence,
    )


def _verdict(evidence: Evidence, lines: Thresholds) -> _Verdict:
    for rule in (_not_due, _no_measure, _no_data, _missing_line):
        verdict = rule(evidence, lines)
        if verdict:
            return verdict
    return _Verdict(
        AdoptionState.WORKING, sentences.working(evidence, _unmeasured(evidence, lines))
    )


def _not_due(evidence: Evidence, lines: Thresholds) -> _Verdict | None:
    live = evidence.days_since_go_live
    if live is None or live >= lines.due_after_days:
        return None
    return _Verdict(AdoptionState.NOT_YET_DUE, sentences.not_due(live, lines.due_after_days))


def _no_measure(evidence: Evidence, lines: Thresholds) -> _Verdict | None:
    if evidence.people < lines.fewest_people:
        why = sentences.too_few(evidence.people, lines.fewest_people)
    elif not evidence.source_delivers:
        why = sentences.SILENT_SOURCE
    elif evidence.artefacts:
        why = " ".join(evidence.artefacts)
    else:
        return None
    return _Verdict(AdoptionState.NOT_MEASURABLE, why)


def _no_data(evidence: Evidence, lines: Thresholds) -> _Verdict | None:  # noqa: ARG001  one shape for every rule
    if evidence.records_ever == 0:
        return _Verdict(AdoptionState.NO_DATA, sentences.never_a_record(evidence))
    if evidence.records28 == 0 and evidence.other_events28 > 0:
        return _Verdict(AdoptionState.NO_DATA, sentences.only_looking(evidence))
    return None


class _Ratios(NamedTuple):
    """The measures that must reach a line; None where too little is known."""

    activity: Share
    frequency: float | None
    breadth: Share | None
    conformance: Share | None
    timeliness: Share | None
    quality: Share | None


def _ratios(evidence: Evidence, lines: Thresholds) -> _Ratios:
    def enough(share: Share | None) -> Share | None:
        return share if share and share.denominator >= lines.fewest_records else None

    return _Ratios(
        evidence.activity,
        evidence.frequency,
        evidence.breadth,
        enough(evidence.conformance),
        enough(evidence.timeliness),
        enough(evidence.quality),
    )


def _missed(ratios: _Ratios, lines: Thresholds) -> tuple[AdoptionState, str] | None:
    """The state of the first line that is missed, and the measure that misses it.

    Few people, seldom, or only a corner of it; then the wrong way (manner, then timing), then bad
    data.
    """
    activity, frequency, breadth, conformance, timeliness, quality = ratios
    if _below(activity, lines.idle_active_share):
        return AdoptionState.IDLE, "activity"
    if _below(activity, lines.barely_active_share):
        return AdoptionState.BARELY_USED, "activity"
    if frequency is not None and frequency < lines.barely_frequency:
        return AdoptionState.BARELY_USED, "frequency"
    if _below(breadth, lines.barely_breadth):
        return AdoptionState.BARELY_USED, "breadth"
    if _below(conformance, lines.conformance):
        return AdoptionState.WRONG_WAY, "conformance"
    if _below(timeliness, lines.timeliness):
        return AdoptionState.WRONG_WAY, "timeliness"
    if _below(quality, lines.quality):
        return AdoptionState.BAD_DATA, "quality"
    return None


def _missing_line(evidence: Evidence, lines: Thresholds) -> _Verdict | None:
    missed = _missed(_ratios(evidence, lines), lines)
    if missed is None:
        return None
    state, measure = missed
    if measure == "activity":
        idle = state is AdoptionState.IDLE
        line = lines.idle_active_share if idle else lines.barely_active_share
        return _Verdict(state, sentences.few_active(evidence, line))
    if measure == "frequency":
        often = evidence.frequency or 0.0
        return _Verdict(state, sentences.seldom(often, lines.barely_frequency))
    check = next(check for check in _checks(evidence, lines) if check.measure == measure)
    share = check.share or Share(0, 0)
    return _Verdict(state, sentences.below_line(share, check.words, check.line))


def _checks(evidence: Evidence, lines: Thresholds) -> tuple[_Check, ...]:
    ratios = _ratios(evidence, lines)
    return (
        _Check("breadth", ratios.breadth, lines.barely_breadth, sentences.USED),
        _Check("conformance", ratios.conformance, lines.conformance, sentences.FOLLOWS),
        _Check("timeliness", ratios.timeliness, lines.timeliness, sentences.ON_TIME),
        _Check("quality", ratios.quality, lines.quality, sentences.RIGHT),
    )


def _below(share: Share | None, line: float) -> bool:
    return share is not None and share.value is not None and share.value < line


def _unmeasured(evidence: Evidence, lines: Thresholds) -> tuple[str, ...]:
    missing = [check.measure for check in _checks(evidence, lines) if check.share is None]
    return tuple((["frequency"] if evidence.frequency is None else []) + missing)


def _margins(evidence: Evidence, lines: Thresholds) -> tuple[Margin, ...]:
    idle = _below(evidence.activity, lines.idle_active_share)
    active_line = lines.idle_active_share if idle else lines.barely_active_share
    rows = [_margin("activity", evidence.activity, active_line, lines)]
    if evidence.frequency is not None:
        rows.append(Margin("frequency", evidence.frequency, lines.barely_frequency, None))
    checks = _checks(evidence, lines)
    rows += [_margin(check.measure, check.share, check.line, lines) for check in checks]
    return tuple(row for row in rows if row is not None)


def _margin(name: str, share: Share | None, line: float, lines: Thresholds) -> Margin | None:
    if share is None or share.value is None:
        return None
    return Margin(name, share.value, line, share.interval_at(lines.confidence))


def _could_be(
    evidence: Evidence, lines: Thresholds, state: AdoptionState
) -> tuple[AdoptionState, ...]:
    """States reached when one ratio at a time moves to either end of its interval."""
    if not (state.is_failure or state is AdoptionState.WORKING) or evidence.records28 == 0:
        return ()
    ends = (_missed(other, lines) for other in _at_the_ends(evidence, lines))
    reached = {missed[0] if missed else AdoptionState.WORKING for missed in ends}
    return tuple(sorted(reached - {state}, key=lambda other: other.severity))


def _at_the_ends(evidence: Evidence, lines: Thresholds) -> list[_Ratios]:
    """The ratios with one at a time at the low and at the high end of its interval."""
    ratios, others = _ratios(evidence, lines), list[_Ratios]()
    active = ratios.activity.interval_at(lines.confidence)
    if active:
        people = evidence.people
        ends = math.floor(active.low * people), math.ceil(active.high * people)
        others += [ratios._replace(activity=Share(end, people)) for end in ends]
    others += [ratios._replace(breadth=end) for end in _bounds(ratios.breadth, lines)]
    others += [ratios._replace(conformance=end) for end in _bounds(ratios.conformance, lines)]
    others += [ratios._replace(timeliness=end) for end in _bounds(ratios.timeliness, lines)]
    others += [ratios._replace(quality=end) for end in _bounds(ratios.quality, lines)]
    return others


def _bounds(share: Share | None, lines: Thresholds) -> tuple[Share, ...]:
    interval = share.interval_at(lines.confidence) if share else None
    if share is None or interval is None:
        return ()
    whole = share.denominator
    return Share(interval.low * whole, whole), Share(interval.high * whole, whole)
