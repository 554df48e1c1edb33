"""Logs of cases and of objects, as pm4py reads what we write and writes what we read."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.formats.case_strategies import content
from tests.formats.object_strategies import facts
from tests.peers import pm4py_process as peer
from uptake.formats.case_choices import CaseChoices
from uptake.formats.case_log import NO_MOMENT, NOBODY, CaseLog, Performer
from uptake.formats.case_logs import open_case_log
from uptake.formats.object_log import ObjectLog
from uptake.formats.ocel import ocel_reader, write_object_log
from uptake.formats.ocel_writing import write_ocel
from uptake.formats.xes_writing import write_xes

LOGS = ("running-example.xes", "08_receipt.xes.gz", "roadtraffic100traces.xes",
        "06_bpic2013_closed.xes.gz", "a32f0n00.xes.gz")  # fmt: skip
JSON, XML, SQLITE = (
    "ocel20_example.jsonocel",
    "ocel20_example.xmlocel",
    "ocel20_example.sqlite",
)
READERS = {".json": "read_ocel2_json", ".xml": "read_ocel2_xml", ".sqlite": "read_ocel2_sqlite"}
WRITERS = {".json": "write_ocel2_json", ".xml": "write_ocel2_xml", ".sqlite": "write_ocel2_sqlite"}

Step = tuple[str, int | None, str | None]


def steps(log: CaseLog) -> dict[str, list[Step]]:
    """Activity, moment and resource of each step of each case, by the name of the case."""
    names, words = log.case_names.to_pylist(), log.activity.words
    people = log.performers.get(Performer.RESOURCE)
    found: dict[str, list[Step]] = {}
    for row in range(log.events):
        code = people.codes[row] if people else NOBODY
        who = people.words[code] if people and code != NOBODY else None
        moment = int(log.completed[row])
        step = (words[log.activity.codes[row]], None if moment == NO_MOMENT else moment, who)
        found.setdefault(names[log.case[row]], []).append(step)
    return found


def their_steps(frame: pd.DataFrame) -> dict[str, list[Step]]:
    """The same from pm4py's table, in the order of its rows."""
    columns = ("time:timestamp", "org:resource")
    texts = frame.reindex(columns=["case:concept:name", "concept:name", *columns])
    found: dict[str, list[Step]] = {}
    for case, activity, moment, who in texts.itertuples(index=False):
        when = None if pd.isna(moment) else moment.value // 1_000_000
        step = (str(activity), when, None if pd.isna(who) else str(who))
        found.setdefault(str(case), []).append(step)
    return found


def by_time(found: dict[str, list[Step]]) -> dict[str, list[Step]]:
    return {case: sorted(rows, key=lambda row: row[1] or 0) for case, rows in found.items()}


@pytest.mark.parametrize("name", LOGS)
def test_the_same_is_read_from_a_log(shared_data, name):
    path = shared_data / "process" / name

    theirs = by_time(their_steps(peer.read_log(path)))

    assert steps(open_case_log(path)) == theirs


@pytest.mark.parametrize("name", LOGS[:3])
def test_what_is_written_is_read_there(shared_data, tmp_path, name):
    log = open_case_log(shared_data / "process" / name)

    write_xes(log, tmp_path / "log.xes")

    assert their_steps(peer.read_log(tmp_path / "log.xes")) == steps(log)


@pytest.mark.parametrize("suffix", sorted(WRITERS))
def test_what_is_written_there_is_read_here(shared_data, tmp_path, suffix):
    log = read(shared_data / "ocel" / JSON)
    path = tmp_path / f"log{suffix}"

    with peer.quiet():
        theirs = peer.pm4py.read_ocel2_json(str(shared_data / "ocel" / JSON))
        getattr(peer.pm4py, WRITERS[suffix])(theirs, str(path))

    assert unordered(read(path)) == unordered(log)


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_objects_that_are_written_are_read_there(shared_data, tmp_path, suffix):
    log = read(shared_data / "ocel" / JSON)
    path = tmp_path / f"log{suffix}"
    write_object_log(log, path)

    with peer.quiet():
        theirs = getattr(peer.pm4py, READERS[suffix])(str(path))

    events, objects = facts(log)["events"], facts(log)["objects"]
    moments = [stamp.value // 1_000_000 for stamp in theirs.events["ocel:timestamp"]]
    assert dict(zip(theirs.events["ocel:eid"], moments, strict=True)) == dict(
        zip(log.event_ids.to_pylist(), log.moments.tolist(), strict=True)
    )
    assert set(theirs.objects["ocel:oid"]) == {row.name for row in objects}
    related = {(row.name, *pair) for row in events for pair in row.related}
    assert set(
        theirs.relations[["ocel:eid", "ocel:oid", "ocel:qualifier"]].itertuples(index=False)
    ) == {tuple(row) for row in related}


@pytest.mark.parametrize("kind", ["Invoice", "Purchase Order", "Payment"])
def test_cases_are_what_flattening_makes_of_objects_there(shared_data, kind):
    path = shared_data / "ocel" / JSON

    with peer.quiet():
        frame = peer.pm4py.ocel_flattening(peer.pm4py.read_ocel2_json(str(path)), kind)
    ours = open_case_log(path, CaseChoices(object_type=kind))

    assert {case: [row[:2] for row in rows] for case, rows in steps(ours).items()} == {
        case: [row[:2] for row in rows] for case, rows in their_steps(frame).items()
    }


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_a_log_of_cases_is_an_object_centric_log_there(shared_data, tmp_path, suffix):
    log = open_case_log(shared_data / "process" / LOGS[0])
    path = tmp_path / f"log{suffix}"
    write_ocel(log, path)

    with peer.quiet():
        theirs = getattr(peer.pm4py, READERS[suffix])(str(path))
        frame = peer.pm4py.ocel_flattening(theirs, "case")

    assert their_steps(frame) == steps(log)
    assert content(open_case_log(path)) == content(log)


def read(path) -> ObjectLog:
    reader = ocel_reader(path.read_bytes()[:4_096], path.name)
    assert reader is not None
    return reader(path, "UTC")


def unordered(log: ObjectLog):
    """What a log says, whatever the order of its objects and of what is said of them."""
    said = facts(log)
    return (
        sorted((row.name, row.kind, row.time, sorted(row.values), sorted(row.related))
               for row in said["events"]),
        sorted((row.name, row.kind, sorted(row.changes, key=str), sorted(row.related))
               for row in said["objects"]),
    )  # fmt: skip
