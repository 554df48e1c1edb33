"""Draw an adoption picture: as a page, as a PDF, as JSON with a documented contract."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any  # JSON: its shape is report.schema.json

from uptake.capabilities.measure.figures import StateChange, StatePeriod
from uptake.capabilities.measure.picture import (
    AdoptionPicture,
    FoundThing,
    GroupPicture,
    StateCourse,
)
from uptake.capabilities.measure.sections.activity import over_time_section
from uptake.capabilities.measure.sections.groups import groups_section
from uptake.capabilities.measure.sections.head import facts, first_things, headline, support
from uptake.capabilities.measure.sections.journeys import journeys_section
from uptake.capabilities.measure.sections.method import (
    findings_section,
    gaps_section,
    method_section,
)
from uptake.capabilities.measure.sections.sides import sides_section
from uptake.capabilities.measure.sections.spread import concentration_section, pattern_section
from uptake.methods.adoption.ramp import RampedBy
from uptake.methods.adoption.states import Classification, Margin
from uptake.metrics.measurement import Measurement, Window
from uptake.metrics.newcomers import StartCohort
from uptake.ui.document import Document
from uptake.ui.html import render_html
from uptake.ui.pdf import render_document_pdf
from uptake.ui.reports import Answer, contract_schema, report

Json = dict[str, Any]

CONTRACT = 1
"""Version of the JSON contract; it grows when a field changes its meaning or goes."""


def to_document(picture: AdoptionPicture) -> Document:
    """Return the report as blocks, in the order sentence, picture, table, how."""
    sections = (
        first_things(picture),
        sides_section(picture),
        over_time_section(picture),
        findings_section(picture),
        groups_section(picture),
        journeys_section(picture),
        concentration_section(picture),
        pattern_section(picture),
        gaps_section(picture),
        method_section(picture),
    )
    answer = Answer(headline(picture), support(picture), facts(picture))
    return report("Adoption report", picture.source.name, answer, sections)


def to_html(picture: AdoptionPicture) -> str:
    """Return the report as one self-contained HTML page."""
    return render_html(to_document(picture))


def to_pdf(picture: AdoptionPicture) -> bytes:
    """Return the report as a PDF."""
    return render_document_pdf(to_document(picture))


def to_json(picture: AdoptionPicture) -> Json:
    """Return the report as JSON values; ``schema()`` describes them."""
    summary = picture.summary
    return {
        "contract": CONTRACT,
        "source": {"name": picture.source.name, "rows": picture.source.rows},
        "summary": {
            "events": summary.events,
            "people": summary.people,
            "groups": summary.groups,
            "first": summary.first.isoformat(),
            "last": summary.last.isoformat(),
            "rejected": summary.rejected,
        },
        "mapping": dict(picture.source.mapping),
        "basis": _basis(picture),
        "metrics": [_metric(number) for number in picture.measurements],
        "states": _states(picture),
        "courses": [_course(course) for course in picture.courses],
        "newcomers": [_newcomers(cohort) for cohort in picture.ramp.cohorts],
        "weeks": [asdict(week) | {"start": week.start.isoformat()} for week in picture.weeks],
        "findings": [_finding(thing) for thing in picture.findings],
        "warnings": [asdict(warning) for warning in picture.warnings],
        "gaps": [asdict(gap) for gap in picture.gaps],
    }


def schema() -> Json:
    """Return the JSON schema (draft 2020-12) of ``to_json``."""
    return contract_schema("uptake.capabilities.measure", "report.schema.json")


def _basis(picture: AdoptionPicture) -> Json:
    basis = picture.basis
    return {
        "window": _window(basis.window),
        "trusted": _window(basis.trusted),
        "timezone": basis.timezone,
        "thresholds": asdict(basis.thresholds),
        "settings": basis.thresholds.version,
    }


def _window(window: Window) -> Json:
    return {"first": window.first.isoformat(), "last": window.last.isoformat()}


def _metric(number: Measurement) -> Json:
    return {
        "key": number.key,
        "group": number.group,
        "value": number.value,
        "numerator": number.numerator,
        "denominator": number.denominator,
        "low": number.low,
        "high": number.high,
        "unit": number.unit.value,
        "window": _window(number.window),
        "state": number.state.value,
        "reason": number.reason,
        "point": number.point,
    }


def _states(picture: AdoptionPicture) -> list[Json]:
    rows = [] if picture.overall is None else [_classified(None, picture.overall)]
    return rows + [_group_state(group) for group in picture.groups if not group.suppressed]


def _group_state(group: GroupPicture) -> Json:
    return _classified(group.group, group.classification)


def _classified(group: str | None, classification: Classification) -> Json:
    evidence = classification.evidence
    return {
        "group": group,
        "state": classification.state.value,
        "rule": classification.rule,
        "could_be": [state.value for state in classification.could_be],
        "unmeasured": list(classification.unmeasured),
        "people": evidence.people,
        "active": evidence.active28,
        "records": evidence.records28,
        "margins": [_margin(margin) for margin in classification.margins],
    }


def _course(course: StateCourse) -> Json:
    return {
        "group": course.group,
        "periods": [_period(period) for period in course.periods],
        "changes": [_change(change) for change in course.changes],
    }


def _period(period: StatePeriod) -> Json:
    return {
        "first": period.first.isoformat(),
        "last": period.last.isoformat(),
        "state": period.state.value if period.state else None,
    }


def _change(change: StateChange) -> Json:
    return {
        "day": change.day.isoformat(),
        "before": change.before.value if change.before else None,
        "after": change.after.value,
    }


def _newcomers(cohort: StartCohort) -> Json:
    ramp = cohort.ramp
    return {
        "first": cohort.first.isoformat(),
        "last": cohort.last.isoformat(),
        "people": ramp.people,
        "ramped": ramp.ramped,
        "median_days": ramp.median_days,
        "low": ramp.median_low,
        "high": ramp.median_high,
        "by_day": [_ramped_by(by) for by in ramp.ramped_by],
    }


def _ramped_by(by: RampedBy) -> Json:
    return {
        "day": by.day,
        "share": by.share,
        "low": by.interval.low,
        "high": by.interval.high,
        "followed": by.followed,
    }


def _margin(margin: Margin) -> Json:
    interval = margin.interval
    return {
        "measure": margin.measure,
        "value": margin.value,
        "threshold": margin.threshold,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
    }


def _finding(thing: FoundThing) -> Json:
    return asdict(thing) | {"share": thing.share}
