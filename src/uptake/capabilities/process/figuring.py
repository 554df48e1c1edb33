"""From events to a picture: what the worker works out of a process, and what it keeps of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any  # JSON
from uuid import uuid4

from django.utils.timezone import now

from uptake.capabilities.process.analysis import Analysis, More, analysed
from uptake.capabilities.process.as_json import to_json
from uptake.capabilities.process.findings import findings_of
from uptake.capabilities.process.from_lake import log_of_events
from uptake.capabilities.process.intended import IntendedProcess
from uptake.capabilities.process.intended_files import read_intended
from uptake.capabilities.process.kept_log import cases_path, events_path, read_log, write_log
from uptake.capabilities.process.models import IntendedVersion, KeptPicture, Outcome, Process
from uptake.capabilities.process.naming import Showing
from uptake.capabilities.process.picture import ProcessPicture
from uptake.capabilities.process.places import folder_of, name_of_delivery
from uptake.capabilities.process.queries import newest_delivery, version_in_force
from uptake.capabilities.process.selection import measured_by, only_cases, people_in
from uptake.capabilities.process.working_hours import hours_of
from uptake.formats.case_log import CaseLog, Performer
from uptake.store.errors import UptakeError

TOO_FEW = (
    "Fewer than {fewest} people worked on these cases, so nothing is said about them. Bring more "
    "cases, or ask for a longer period."
)
NO_EVENTS = (
    "No event of this process has arrived with a case yet. Send the case with each event, or "
    "choose other actions."
)
NO_LOG = "No log has been brought yet; bring one as your system exports it."
NONE_SINCE = "No case began while {version} was in force, so nothing is measured by it."


@dataclass(frozen=True, slots=True)
class Found:
    """What came of measuring: a picture, or why there is none."""

    outcome: Outcome
    problem: str = ""
    picture: ProcessPicture | None = None
    log: str = ""
    version: IntendedVersion | None = None


def say(process: Process, doing: str) -> None:
    """Write down what the worker is at with a process, for whoever waits for it."""
    since = now() if doing else None
    KeptPicture.objects.update_or_create(
        process=process, defaults={"doing": doing, "doing_since": since}
    )


def measure_now(process: Process, *, stamp: str) -> KeptPicture:
    """Read the events of a process, measure them, and keep what may be said of them."""
    say(process, "Reading events")
    try:
        log, name = _log_of(process)
        found = _found(process, log, name)
    except UptakeError as problem:
        found = Found(Outcome.FAILED, str(problem))
    return _keep(process, found, stamp=stamp)


def _log_of(process: Process) -> tuple[CaseLog | None, str]:
    """The events of a process and the name under which they are kept."""
    if not process.is_of_events:
        delivery = newest_delivery(process)
        name = name_of_delivery(delivery) if delivery else ""
        return (read_log(folder_of(process), name) if name else None), name
    log, name = log_of_events(process), uuid4().hex
    if log is not None:
        write_log(log, folder_of(process), name)
    return log, name


def _found(process: Process, log: CaseLog | None, name: str) -> Found:
    fewest = process.workspace.minimum_group
    if log is None or not log.events:
        return Found(Outcome.NO_DATA, NO_EVENTS if process.is_of_events else NO_LOG)
    people = people_in(log)
    if people is not None and 0 < people < fewest:
        return Found(Outcome.SUPPRESSED, TOO_FEW.format(fewest=fewest))
    version = version_in_force(process)
    say(process, _measuring(log, version))
    measured = only_cases(log, measured_by(log, version))
    if not measured.events and version is not None:
        version, measured = None, log
    more = More(hours=hours_of(process))
    found = analysed(measured, content_of(version), Showing(fewest=fewest), more)
    return Found(Outcome.DRAWN, picture=impersonal(found), log=name, version=version)


def _measuring(log: CaseLog, version: IntendedVersion | None) -> str:
    beside = f", beside version {version.number}" if version else ""
    return f"Measuring {log.cases:,} cases with {log.events:,} events{beside}"


def content_of(version: IntendedVersion | None) -> IntendedProcess | None:
    """Return a version as cases can be measured by it."""
    if version is None:
        return None
    said = read_intended(version.text, name=version.file_name)
    return replace(said, is_proposed=not version.is_confirmed, version=version.number)


def _keep(process: Process, found: Found, *, stamp: str) -> KeptPicture:
    picture = found.picture
    fit = picture.conformance.straight if picture and picture.conformance else None
    row, _ = KeptPicture.objects.update_or_create(
        process=process,
        defaults={
            "stamp": stamp,
            "minimum_people": process.workspace.minimum_group,
            "outcome": found.outcome,
            "problem": found.problem,
            "log": found.log,
            "version": found.version.number if found.version else 0,
            "computed_at": datetime.now(UTC),
            "as_of": picture.summary.end if picture else None,
            "cases": picture.summary.cases if picture else None,
            "events": picture.summary.events if picture else None,
            "judged": int(fit.denominator) if fit else None,
            "fitting": int(fit.numerator) if fit else None,
            "numbers": _numbers(picture),
            "doing": "",
            "doing_since": None,
        },
    )
    _forget_other_logs(process, found.log)
    return row


def _numbers(picture: ProcessPicture | None) -> dict[str, Any]:
    return to_json(picture) if picture else {}


def impersonal(found: Analysis) -> ProcessPicture:
    """Return the picture without what is about single people or cases, under whatever name."""
    picture = found.picture
    told = replace(
        picture,
        handing=tuple(
            replace(each, pairs=(), pair_count=0) if each.level is Performer.RESOURCE else each
            for each in picture.handing
        ),
        scopes=tuple(each for each in picture.scopes if each.level is not Performer.RESOURCE),
        deviations=tuple(replace(each, example_cases=()) for each in picture.deviations),
        drift=picture.drift.without_people if picture.drift else None,
    )
    return replace(told, findings=findings_of(told, found.ground))


def _forget_other_logs(process: Process, name: str) -> None:
    """Remove what was read before, and what a worker that died has left."""
    folder = folder_of(process)
    kept = {events_path(folder, name), cases_path(folder, name)}
    for path in folder.iterdir():
        if path not in kept and "delivery-" not in path.name:
            path.unlink(missing_ok=True)
