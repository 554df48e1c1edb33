"""What every part of a picture rests on: the relations, the days that can be judged, the window."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from uptake.capabilities.measure import readings
from uptake.capabilities.measure.extraction import Extraction, examine, without_people
from uptake.capabilities.measure.picture import Basis, Source, Summary
from uptake.methods.adoption.calendar import WorkingCalendar
from uptake.methods.adoption.states import Thresholds
from uptake.metrics.attributes import Attributes
from uptake.metrics.measurement import WINDOW_DAYS, Window
from uptake.metrics.profiles import Profile
from uptake.metrics.relations import LakeView, Relations
from uptake.metrics.scope import Grouping
from uptake.ui import words


@dataclass(frozen=True, slots=True)
class Question:
    """What a picture is asked about: an account (None: everything), a last day, the thresholds.

    ``profile`` is what is expected of whom; None: one is proposed from the data. ``place`` is where
    people work, for its public holidays (``DE``, or ``DE-BY``); None: holidays are not known.
    """

    scope: str | None = None
    as_of: date | None = None
    thresholds: Thresholds = field(default_factory=Thresholds)
    profile: Profile | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """Relations without machines, what the extraction did, the basis of all numbers, the groups."""

    relations: Relations
    extraction: Extraction
    summary: Summary
    basis: Basis
    by: Grouping | None


def lay_ground(
    snapshot: LakeView, attributes: Attributes | None, source: Source, question: Question
) -> Ground:
    """Read what there is, find out what can be trusted, and leave machines out."""
    everything = Relations.from_rollups(snapshot, attributes, profile=question.profile)
    if question.place is not None:
        everything = replace(everything, calendar=everything.calendar.at(question.place))
    if question.scope is not None:
        everything = readings.within_account(everything, question.scope)
    by = _grouping(everything, question.scope)
    events = readings.raw_events(everything, question.scope)
    summary = readings.summary(everything, events, rejected=source.rejected, by=by)
    extraction = examine(everything, events, count=summary.events)
    relations = without_people(everything, extraction.automatic)
    return Ground(relations, extraction, summary, _basis(relations, extraction, question), by)


def _grouping(relations: Relations, scope: str | None) -> Grouping | None:
    if scope is None and relations.texts[Grouping.ACCOUNT]:
        return Grouping.ACCOUNT
    return Grouping.TEAM if Grouping.TEAM in relations.attributes_known else None


def _basis(relations: Relations, extraction: Extraction, question: Question) -> Basis:
    trusted = extraction.trusted
    last = min(question.as_of or trusted.last, trusted.last)
    first = max(trusted.first, last - timedelta(days=WINDOW_DAYS - 1))
    return Basis(
        window=Window(first, last, f"{(last - first).days + 1} days to {last}"),
        trusted=Window(min(trusted.first, last), last, trusted.label),
        timezone=relations.timezone,
        thresholds=question.thresholds,
        profile=_profile_sentence(relations),
        calendar=_calendar_sentence(relations),
    )


def _profile_sentence(relations: Relations) -> str:
    profile = relations.profile
    names = relations.texts[Grouping.ACTION]
    actions = sorted(names.get(code, "?") for code in profile.everyone.actions)
    pace = profile.everyone.days_a_week
    often = f", on about {words.plural(pace, 'day')} a week" if pace == 1 else ""
    if pace and pace != 1:
        often = f", on about {words.amount(pace)} days a week"
    said = "proposed from this data, confirmed by nobody" if profile.proposed else "as agreed"
    return f"Expected of everyone ({said}): {words.listed(actions, limit=6)}{often}."


def _calendar_sentence(relations: Relations) -> str:
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    calendar = relations.calendar
    days = words.listed([names[day] for day in sorted(calendar.weekdays)], limit=7)
    said = " (read off the data)" if calendar.proposed else ""
    return f"Working days{said}: {days}; {_holidays(calendar)}."


def _holidays(calendar: WorkingCalendar) -> str:
    if not calendar.knows_holidays:
        return "holidays are not known"
    place = "-".join(filter(None, (calendar.country, calendar.subdivision)))
    public = f"nothing is expected on public holidays of {place}" if place else ""
    own = words.plural(len(calendar.closures), "own day off") if calendar.closures else ""
    return " and ".join(filter(None, (public, own)))
