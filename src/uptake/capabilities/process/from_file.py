"""From a log of cases in a file to a picture of how work runs, with no set-up."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from uptake.capabilities.process.analysis import Analysis, analysed
from uptake.capabilities.process.intended import IntendedProcess
from uptake.capabilities.process.intended_files import load_intended
from uptake.capabilities.process.intended_writing import intended_yaml
from uptake.capabilities.process.naming import Showing
from uptake.capabilities.process.picture import ProcessPicture
from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_logs import open_case_log
from uptake.formats.streams import Progress
from uptake.methods.process.alignment import Kind

MOST_REJECTS = 100_000
"""Cases that stray and are listed; the picture counts them all."""


@dataclass(frozen=True, slots=True)
class LogChoices:
    """What a person says about a log; everything left out is guessed.

    ``columns``: roles and columns, nothing unmaps a role. ``model``: a file that says how the
    process is meant to run. ``rejects``: where rows that are not used and cases that stray are
    listed. ``names``: people stand by name.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    model: Path | None = None
    object_type: str | None = None
    timezone: str | None = None
    save_model: Path | None = None
    rejects: Path | None = None
    names: bool = False


def picture_of_file(
    path: Path, choices: LogChoices, *, progress: Progress | None = None
) -> ProcessPicture:
    """Measure the cases in a file, beside a model where one is named."""
    intended = load_intended(choices.model) if choices.model else None
    _tell(progress, "Reading events")
    read = CaseChoices(choices.columns, choices.object_type, timezone=choices.timezone)
    log = open_case_log(path, read)
    _tell(progress, f"Measuring {log.cases:,} cases")
    found = analysed(log, intended, Showing(choices.names), propose=True)
    if choices.save_model:
        _save(choices.save_model, found, intended)
    if choices.rejects:
        write_rejects(choices.rejects, found)
    return found.picture


def _tell(progress: Progress | None, what: str) -> None:
    if progress:
        progress(what, None)


def _save(path: Path, found: Analysis, intended: IntendedProcess | None) -> None:
    """Keep the model used; without one, the one that was proposed."""
    if intended is not None:
        path.write_text(intended_yaml(intended), encoding="utf-8")
    elif found.picture.usual is not None:
        path.write_text(found.picture.usual.text, encoding="utf-8")


def write_rejects(path: Path, found: Analysis) -> None:
    """List rows that were not used, and cases that stray with how; without any there is no file."""
    rejected, strays = found.ground.log.rejected, list(_strays(found))
    if not rejected and not strays:
        path.unlink(missing_ok=True)
        return
    with path.open("w", encoding="utf-8", newline="") as file:
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
