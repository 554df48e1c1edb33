"""Taking a person out of the logs that are kept of processes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from uptake.capabilities.imports.deliveries import DeliveryState
from uptake.capabilities.process.kept_log import cases_path, events_path, read_log, write_log
from uptake.capabilities.process.models import KeptPicture, Process
from uptake.capabilities.process.places import folder_of, name_of_delivery
from uptake.capabilities.process.selection import rows_of
from uptake.formats.case_log import CaseLog, Coded, Performer
from uptake.foundation.models import Workspace


def forget_performer(workspace: Workspace, person: str) -> int:
    """Remove what a person did and their name elsewhere; returns how many steps went."""
    gone = 0
    for process in Process.objects.filter(workspace=workspace).select_related("workspace"):
        for delivery in process.deliveries.filter(state=DeliveryState.TAKEN):
            gone += _rewrite(process, name_of_delivery(delivery), person)
        forget_drawn(process)
    return gone


def _rewrite(process: Process, name: str, person: str) -> int:
    folder = folder_of(process)
    log = read_log(folder, name)
    if log is None:
        return 0
    left = without_person(log, person)
    write_log(left, folder, name)
    return log.events - left.events


def forget_drawn(process: Process) -> None:
    """Remove what was found of a process and the events it was found in; it is measured anew."""
    KeptPicture.objects.filter(process=process).delete()
    process.comparisons.all().delete()
    folder, kept = folder_of(process), set()
    for delivery in process.deliveries.all():
        name = name_of_delivery(delivery)
        kept |= {events_path(folder, name), cases_path(folder, name)}
    for path in folder.iterdir():
        if path not in kept:
            path.unlink(missing_ok=True)


def without_person(log: CaseLog, person: str) -> CaseLog:
    """Return the log without what a person did; a case that has no step left is not there."""
    people = log.performers.get(Performer.RESOURCE)
    left = np.ones(log.events, dtype=np.bool_)
    if people is not None and person in people.words:
        left = people.codes != people.words.index(person)
    cases = np.zeros(log.cases, dtype=np.bool_)
    cases[log.case[left]] = True
    place = np.cumsum(cases) - 1
    performers = {
        kind: Coded(each.codes[left], tuple("" if word == person else word for word in each.words))
        for kind, each in log.performers.items()
    }
    return replace(
        log,
        case=place[log.case[left]].astype(np.int32),
        activity=Coded(log.activity.codes[left], log.activity.words),
        started=log.started[left],
        completed=log.completed[left],
        performers=performers,
        marks=log.marks[left],
        row=log.row[left],
        case_names=log.case_names.filter(pa.array(cases)),
        case_attributes=rows_of(_unnamed(log.case_attributes, person), pa.array(cases)),
        event_attributes=rows_of(_unnamed(log.event_attributes, person), pa.array(left)),
    )


def _unnamed(table: pa.Table, person: str) -> pa.Table:
    """The table without the person's name in any of its texts."""
    for place, name in enumerate(table.column_names):
        column = table[name]
        if pa.types.is_string(column.type):
            hers = pc.equal(column, person).fill_null(False)
            table = table.set_column(place, name, pc.if_else(hers, None, column))
    return table
