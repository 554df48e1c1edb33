"""What somebody sees of a process: the part they ask for, beside the intended way, hidden or not.

A part that leaves few people out would tell of them by subtraction, so at least the workspace's
smallest group works on the cases inside and on those outside, or nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from uptake.capabilities.process.analysis import Analysis, More, analysed, with_drift
from uptake.capabilities.process.asked import Asked, Clock
from uptake.capabilities.process.at_hand import at_hand
from uptake.capabilities.process.drift_spans import DriftSpans
from uptake.capabilities.process.figuring import content_of, impersonal
from uptake.capabilities.process.intended import IntendedProcess
from uptake.capabilities.process.kept_log import read_log
from uptake.capabilities.process.models import IntendedVersion, KeptPicture, Outcome, Process
from uptake.capabilities.process.naming import Showing, named
from uptake.capabilities.process.nobody_named import with_nobody
from uptake.capabilities.process.picture import DeviationRow, ProcessPicture
from uptake.capabilities.process.places import folder_of
from uptake.capabilities.process.queries import (
    access_process,
    doing_now,
    kept_picture,
    version_in_force,
    versions_of,
)
from uptake.capabilities.process.selection import (
    Flags,
    asked_cases,
    key_of,
    measured_by,
    only_cases,
    people_in,
)
from uptake.capabilities.process.working_hours import hours_of, terms_of
from uptake.formats.case_log import CaseLog, Performer
from uptake.foundation.actor import Actor

WRONG_ROLE = "wrong role"
NOT_YET = "Nothing has been measured yet; the worker does it within a minute of the first cases."
GONE = "The cases are being read anew; come back in a minute."
NO_CASE = "No case is like this; choose less."
FEW = (
    "Fewer than {fewest} people worked on the cases that you chose, or on those that you left out, "
    "so nothing is said about them; choose more, or less."
)


@dataclass(frozen=True, slots=True)
class View:
    """A process as somebody asks for it. ``problem`` says why there is no picture.

    ``inside``: cases that are asked for, of ``whole`` that are measured. ``doing``: what the worker
    is at. ``activities``, ``organisations`` and ``groups``: what can be asked for.
    """

    process: Process
    asked: Asked
    version: IntendedVersion | None
    versions: tuple[IntendedVersion, ...]
    kept: KeptPicture | None
    analysis: Analysis | None = None
    problem: str = ""
    whole: int = 0
    doing: str = ""
    activities: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def picture(self) -> ProcessPicture | None:
        """What is known of the cases that are asked for."""
        return self.analysis.picture if self.analysis else None

    @property
    def log(self) -> CaseLog | None:
        """The cases that are asked for."""
        return self.analysis.ground.log if self.analysis else None

    @property
    def level(self) -> Performer:
        """Whose hands are looked at."""
        wanted = self.asked.level or Performer(self.process.level)
        levels = self.levels
        found = (wanted, Performer.GROUP, Performer.ROLE, Performer.ORGANISATION)
        return next((level for level in found if level in levels), Performer.RESOURCE)

    @property
    def levels(self) -> tuple[Performer, ...]:
        """Whose hands the cases tell of."""
        found = {each.level for each in self.picture.handing} if self.picture else set()
        return tuple(level for level in Performer if level in found)

    @property
    def clock(self) -> Clock:
        """Which time is shown: business time only where it is known."""
        has = self.picture is not None and self.picture.business is not None
        return self.asked.clock if has else Clock.CALENDAR

    @property
    def inside(self) -> int:
        """How many cases are looked at."""
        return self.picture.summary.cases if self.picture else 0


def look(actor: Actor, key: int, asked: Asked) -> View:
    """Return what the actor sees of a process."""
    process = access_process(actor, key)
    version = version_in_force(process, asked.model)
    kept = kept_picture(process)
    bare = View(
        process, asked, version, tuple(versions_of(process)), kept, doing=doing_now(process)
    )
    if kept is None or kept.outcome != Outcome.DRAWN:
        return _without(bare, (kept.problem if kept else "") or NOT_YET)
    log = log_at_hand(process, kept.log)
    if log is None:
        return _without(bare, GONE)
    return _seen(bare, log, kept.log)


def _without(bare: View, problem: str, **facts: object) -> View:
    return replace(bare, problem=problem, **facts)  # type: ignore[arg-type]  # fields of a view


def _seen(bare: View, log: CaseLog, name: str) -> View:
    fewest = bare.process.workspace.minimum_group
    version = bare.version
    terms = (version.number, version.begins, version.ends) if version else ()
    where = (bare.process.pk, name, fewest, terms)

    def measured() -> CaseLog:
        within = only_cases(log, measured_by(log, version))
        return with_nobody(within if within.events else log)

    base = at_hand(("base", *where), measured)
    offered = {
        "whole": base.cases,
        "activities": tuple(sorted(base.activity.words)),
        "organisations": _large(base, Performer.ORGANISATION, fewest),
        "groups": _large(base, Performer.GROUP, fewest),
    }
    part, problem = at_hand(
        ("part", *where, bare.asked.cases),
        lambda: _part(base, bare.asked, content_of(version), fewest),
    )
    if part is None:
        return _without(bare, problem, **offered)
    more = More(hours=hours_of(bare.process))
    analysis = at_hand(
        ("picture", *where, terms_of(bare.process), bare.asked.cases),
        lambda: _impersonal(analysed(part, content_of(version), Showing(fewest=fewest), more)),
    )
    if bare.asked.spans.are_chosen:
        analysis = _drifting(analysis, bare.asked.spans, fewest)
    return _without(bare, "", analysis=analysis, **offered)


def _drifting(found: Analysis, spans: DriftSpans, fewest: int) -> Analysis:
    """The same with drift between the days that were chosen, or why it is not measurable."""
    showing = Showing(fewest=fewest)
    picture = with_drift(found.picture, found.ground, found.judged, showing, spans)
    return _impersonal(replace(found, picture=picture))


def _impersonal(found: Analysis) -> Analysis:
    return replace(found, picture=impersonal(found))


def _part(
    base: CaseLog, asked: Asked, intended: IntendedProcess | None, fewest: int
) -> tuple[CaseLog | None, str]:
    """The cases that are asked for, or why nothing may be said of them."""
    wanted = asked_cases(base, asked)
    if asked.deviation and wanted.any():
        among = only_cases(base, wanted)
        whole = analysed(among, intended, Showing(fewest=fewest))
        wanted[wanted] = straying(whole, asked.deviation, fewest)
    if not wanted.any():
        return None, NO_CASE
    if not may_be_told(base, wanted, fewest):
        return None, FEW.format(fewest=fewest)
    return only_cases(base, wanted), ""


def straying(found: Analysis, key: str, fewest: int) -> Flags:
    """Say of each case whether it strays in one way."""
    ground = found.ground
    cases = np.zeros(len(ground.begins), dtype=np.bool_)
    for row in found.picture.deviations:
        if key_of_deviation(row) != key:
            continue
        if row.kind == WRONG_ROLE:
            cases[ground.case[_by_others(found, row, fewest)]] = True
        else:
            numbers = [number - 1 for number in row.variants]
            cases |= np.isin(ground.variants.of_case, numbers)
    return cases


def _by_others(found: Analysis, row: DeviationRow, fewest: int) -> Flags:
    """Say of each event whether it is the row's activity, done by whom the row says."""
    ground, outside = found.ground, found.judged.outside if found.judged else None
    who = named(ground, outside.level, Showing(fewest=fewest)) if outside else None
    if outside is None or who is None:
        return np.zeros(len(ground.case), dtype=np.bool_)
    here = ground.activity == ground.names.index(row.activity)
    return np.asarray(outside.events & here & (who.shown == who.labels.index(row.performer)))


def key_of_deviation(row: DeviationRow) -> str:
    """Return a short name of a way of straying, the same in every selection."""
    return key_of((row.kind, row.activity, row.performer))


def may_be_told(base: CaseLog, wanted: Flags, fewest: int) -> bool:
    """Whether enough people are inside, and outside unless nobody is."""
    if wanted.all():
        return True
    inside, outside = people_in(only_cases(base, wanted)), people_in(only_cases(base, ~wanted))
    if inside is None or outside is None:
        return True
    return inside >= fewest and (outside == 0 or outside >= fewest)


def _large(log: CaseLog, level: Performer, fewest: int) -> tuple[str, ...]:
    """Groups of enough people to be asked for by name."""
    groups, people = log.performers.get(level), log.performers.get(Performer.RESOURCE)
    if groups is None:
        return ()
    if people is None:
        return tuple(sorted(groups.words))
    known = (groups.codes >= 0) & (people.codes >= 0)
    pairs = np.unique(np.stack([groups.codes[known], people.codes[known]]), axis=1)
    sizes = np.bincount(pairs[0], minlength=len(groups.words))
    return tuple(
        sorted(word for word, size in zip(groups.words, sizes, strict=True) if size >= fewest)
    )


def log_at_hand(process: Process, name: str) -> CaseLog | None:
    """Return a log that is kept, read once."""
    return at_hand(("log", process.pk, name), lambda: read_log(folder_of(process), name))
