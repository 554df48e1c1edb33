"""The rules of the classifier, in order of severity; the first that holds gives the state."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

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
    state: AdoptionState
    words: str

    @property
    def fails(self) -> bool:
        return self.share is not None and _below(self.share, self.line)


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
    for rule in (_not_due, _no_measure, _no_data, _idle, _barely_used, _wrong_or_bad):
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


def _idle(evidence: Evidence, lines: Thresholds) -> _Verdict | None:
    if not _below(evidence.activity, lines.idle_active_share):
        return None
    return _Verdict(AdoptionState.IDLE, sentences.few_active(evidence, lines.idle_active_share))


def _barely_used(evidence: Evidence, lines: Thresholds) -> _Verdict | None:
    """Few people, seldom, or only a corner of it."""
    breadth = _checks(evidence, lines)[0]
    if _below(evidence.activity, lines.barely_active_share):
        why = sentences.few_active(evidence, lines.barely_active_share)
    elif evidence.frequency is not None and evidence.frequency < lines.barely_frequency:
        why = sentences.seldom(evidence.frequency, lines.barely_frequency)
    elif breadth.share is not None and breadth.fails:
        why = sentences.below_line(breadth.share, breadth.words, breadth.line)
    else:
        return None
    return _Verdict(AdoptionState.BARELY_USED, why)


def _wrong_or_bad(evidence: Evidence, lines: Thresholds) -> _Verdict | None:
    """Used in the wrong way (manner, then timing), then bad data."""
    for check in _checks(evidence, lines)[1:]:
        if check.share is not None and check.fails:
            return _Verdict(check.state, sentences.below_line(check.share, check.words, check.line))
    return None


def _checks(evidence: Evidence, lines: Thresholds) -> tuple[_Check, ...]:
    def enough(share: Share | None) -> Share | None:
        return share if share and share.denominator >= lines.fewest_records else None

    wrong, bad = AdoptionState.WRONG_WAY, AdoptionState.BAD_DATA
    barely = AdoptionState.BARELY_USED
    conformance, timeliness = enough(evidence.conformance), enough(evidence.timeliness)
    quality = enough(evidence.quality)
    return (
        _Check("breadth", evidence.breadth, lines.barely_breadth, barely, sentences.USED),
        _Check("conformance", conformance, lines.conformance, wrong, sentences.FOLLOWS),
        _Check("timeliness", timeliness, lines.timeliness, wrong, sentences.ON_TIME),
        _Check("quality", quality, lines.quality, bad, sentences.RIGHT),
    )


def _below(share: Share, line: float) -> bool:
    return share.value is not None and share.value < line


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
    reached = {_verdict(other, lines).state for other in _at_the_ends(evidence, lines)}
    return tuple(sorted(reached - {state}, key=lambda other: other.severity))


def _at_the_ends(evidence: Evidence, lines: Thresholds) -> list[Evidence]:
    """The evidence with one ratio at a time at the low and at the high end of its interval."""
    others: list[Evidence] = []
    active = evidence.activity.interval_at(lines.confidence)
    if active:
        people = evidence.people
        others.append(replace(evidence, active28=math.floor(active.low * people)))
        others.append(replace(evidence, active28=math.ceil(active.high * people)))
    if bounds := _bounds(evidence.breadth, lines):
        others += [replace(evidence, breadth=end) for end in bounds]
    if bounds := _bounds(evidence.conformance, lines):
        others += [replace(evidence, conformance=end) for end in bounds]
    if bounds := _bounds(evidence.timeliness, lines):
        others += [replace(evidence, timeliness=end) for end in bounds]
    if bounds := _bounds(evidence.quality, lines):
        others += [replace(evidence, quality=end) for end in bounds]
    return others


def _bounds(share: Share | None, lines: Thresholds) -> tuple[Share, Share] | None:
    interval = share.interval_at(lines.confidence) if share else None
    if share is None or interval is None:
        return None
    whole = share.denominator
    return Share(interval.low * whole, whole), Share(interval.high * whole, whole)
