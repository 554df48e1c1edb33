"""From a log of cases in a file to a picture of how work runs, with no set-up."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from uptake.capabilities.process.analysis import Analysis, More, analysed
from uptake.capabilities.process.drift_spans import DriftSpans
from uptake.capabilities.process.naming import Showing
from uptake.capabilities.process.picture import ProcessPicture
from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_log import CaseLog
from uptake.formats.case_logs import open_case_log
from uptake.formats.errors import UnusableFileError
from uptake.formats.streams import Progress
from uptake.formats.whole_files import whole, write_whole
from uptake.methods.process.alignment import Kind

if TYPE_CHECKING:  # what only some questions need is imported where it is asked
    from uptake.capabilities.process.business_hours import BusinessHours
    from uptake.capabilities.process.intended import IntendedProcess
    from uptake.capabilities.process.splitting import Split

NO_MODEL = (
    "--since, --until and --reference set days beside each other to see whether steps move to "
    "others than those they are meant for: bring a model that names roles with --model."
)
MOST_REJECTS = 100_000
"""Cases that stray and are listed; the picture counts them all."""


@dataclass(frozen=True, slots=True)
class LogChoices:
    """What a person says about a log; everything left out is guessed.

    ``columns``: roles and columns, nothing unmaps a role. ``model``: a file that says how the
    process is meant to run. ``rejects``: where rows that are not used and cases that stray are
    listed. ``names``: people stand by name. ``hours``: when work is done, as 09:00-17:00, on the
    working days of ``country``. ``split``: a day, as 2025-03-31; cases that began before it are set
    beside the others, which are weighted so that they are alike in ``mix``. ``since``, ``until``
    and ``reference``, as 2025-01-01..2025-03-31: days set beside each other for drift of roles.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    model: Path | None = None
    object_type: str | None = None
    timezone: str | None = None
    save_model: Path | None = None
    rejects: Path | None = None
    names: bool = False
    hours: str | None = None
    country: str | None = None
    split: str | None = None
    mix: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None
    reference: str | None = None


def picture_of_file(
    path: Path, choices: LogChoices, *, progress: Progress | None = None
) -> ProcessPicture:
    """Measure the cases in a file, beside a model where one is named."""
    intended = _intended(choices.model) if choices.model else None
    spans = parsed_spans(choices, intended)
    more = More(True, _hours(choices), parsed_split(choices), spans)
    _tell(progress, "Reading events")
    read = CaseChoices(choices.columns, choices.object_type, timezone=choices.timezone)
    log = open_case_log(path, read)
    if intended is not None:
        log = _measured_by(log, intended)
    _tell(progress, f"Measuring {log.cases:,} cases")
    found = analysed(log, intended, Showing(choices.names), more)
    if spans.are_chosen and found.picture.drift is None:
        raise UnusableFileError(_why_no_drift(found.picture))
    if choices.save_model:
        _save(choices.save_model, found, intended)
    if choices.rejects:
        write_rejects(choices.rejects, found)
    return found.picture if intended is None else _with_remarks(found.picture, intended)


def _why_no_drift(picture: ProcessPicture) -> str:
    """Why days were set beside each other for nothing; a proposal judges no step."""
    from uptake.capabilities.process.drifting import WHAT

    gaps = {gap.what: gap.why for gap in picture.not_measurable}
    return gaps.get(WHAT) or next(iter(gaps.values()))


def _intended(model: Path) -> IntendedProcess:
    from uptake.capabilities.process.intended_files import load_intended  # readers of models

    return load_intended(model)


def _with_remarks(picture: ProcessPicture, intended: IntendedProcess) -> ProcessPicture:
    """What is odd about the model beside this log stands among the warnings."""
    from uptake.capabilities.process.intended_checking import model_warnings  # as readers of models

    cases = {row.name: row.cases for row in picture.activities}
    return replace(picture, warnings=(*picture.warnings, *model_warnings(intended, cases)))


def _hours(choices: LogChoices) -> BusinessHours | None:
    if choices.hours is None:
        return None
    from uptake.capabilities.process.business_hours import parsed_hours

    return parsed_hours(choices.hours, zone=choices.timezone, place=choices.country)


def parsed_split(choices: LogChoices) -> Split | None:
    """Read the day that parts cases; None where none is said.

    Raises:
        UnusableFileError: it is no day, or attributes are named without one.
    """
    if choices.split is None:
        if choices.mix:
            raise UnusableFileError(
                "--mix says what makes cases before and after alike: say the day with --split."
            )
        return None
    from uptake.capabilities.process.splitting import Split

    return Split(_day(choices.split), choices.mix)


def parsed_spans(choices: LogChoices, intended: IntendedProcess | None) -> DriftSpans:
    """Read the days that are set beside each other for drift.

    Raises:
        UnusableFileError: they are no days, in no order, or no model says whose steps are whose.
    """
    first, dots, last = (choices.reference or "..").partition("..")
    if not dots:
        raise UnusableFileError(
            f"{choices.reference!r} is no span of days: write it as 2025-01-01..2025-03-31."
        )
    spans = DriftSpans(
        *(_day(text) if text and text.strip() else None for text in
          (choices.since, choices.until, first, last))
    )  # fmt: skip
    if spans.are_chosen and intended is None:
        raise UnusableFileError(NO_MODEL)
    return spans


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UnusableFileError(f"{text.strip()!r} is no day: write it as 2025-03-31.") from None


def _measured_by(log: CaseLog, intended: IntendedProcess) -> CaseLog:
    """The cases that began while the intended way was in force."""
    if not (intended.begins or intended.ends):
        return log
    from uptake.capabilities.process.selection import in_period, only_cases

    wanted = in_period(log, intended.begins, intended.ends)
    if wanted.all():
        return log
    if not wanted.any():
        raise UnusableFileError(
            f"No case of {log.source} began while {intended.name} was in force: change its dates, "
            "or bring later cases."
        )
    many = int((~wanted).sum())
    left = f"{many:,} cases began while {intended.name} was not in force: they are left out"
    return replace(only_cases(log, wanted), warnings=(*log.warnings, left))


def _tell(progress: Progress | None, what: str) -> None:
    if progress:
        progress(what, None)


def _save(path: Path, found: Analysis, intended: IntendedProcess | None) -> None:
    """Keep the model used; without one, the one that was proposed. Its ending says the form."""
    from uptake.capabilities.process.intended_drawing import Form, form_of, intended_as  # seldom
    from uptake.capabilities.process.intended_files import read_intended

    usual, form = found.picture.usual, form_of(path)
    if intended is not None:
        write_whole(path, intended_as(intended, form))
    elif usual is not None and form is Form.YAML:
        write_whole(path, usual.text)
    elif usual is not None:
        said = read_intended(usual.text, name=usual.name)
        write_whole(path, intended_as(said, form))


def write_rejects(path: Path, found: Analysis) -> None:
    """List rows that were not used, and cases that stray with how; without any there is no file."""
    rejected, strays = found.ground.log.rejected, list(_strays(found))
    if not rejected and not strays:
        path.unlink(missing_ok=True)
        return
    with whole(path) as draft, draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("case", "line", "what"))
        writer.writerows(("", row.line, f"not used: {row.reason}: {row.raw}") for row in rejected)
        writer.writerows(strays)


def _strays(found: Analysis) -> Iterator[tuple[str, int, str]]:
    """Cases that stray with the line of their first event, the first of the log first."""
    judged, ground = found.judged, found.ground
    if judged is None:
        return
    names = ground.log.case_names
    for case in np.flatnonzero(~judged.straight)[:MOST_REJECTS].tolist():
        first = int(ground.begins[case])
        variant = int(ground.variants.of_case[case])
        yield str(names[case]), int(ground.log.row[first]), _said(found, variant, case)


def _said(found: Analysis, variant: int, case: int) -> str:
    """How one case strays."""
    judged = found.judged
    assert judged is not None  # noqa: S101 - asked for only of cases that were judged
    parts = []
    beside = judged.aligned.alignments[variant] if judged.aligned else None
    if beside is not None:
        parts += [f"{s.kind.value} {s.label}" for s in beside.steps if s.kind is not Kind.TOGETHER]
    elif judged.aligned is not None:
        parts.append("not measured exactly")
    rules = zip(judged.rules, judged.broken, strict=True)
    parts += [f"broken: {row.sentence}" for row, broken in rules if broken[variant]]
    if judged.outside is not None:
        begin = int(found.ground.begins[case])
        events = np.arange(begin, begin + int(found.ground.lengths[case]))
        here = events[judged.outside.events[events]]
        steps = dict.fromkeys(found.ground.named(found.ground.activity[here]))
        parts += [f"wrong role for {step}" for step in steps]
    return "; ".join(parts)
