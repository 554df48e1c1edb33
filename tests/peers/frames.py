"""The real files as plain pandas frames, and the same rows handed to Uptake."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa

from uptake.store.memory import MemorySnapshot, snapshot_of
from uptake.store.schema import CANONICAL

OULAD_STARTS = {
    "2013B": date(2013, 2, 1),
    "2013J": date(2013, 10, 1),
    "2014B": date(2014, 2, 1),
    "2014J": date(2014, 10, 1),
}
"""Course runs begin in February (B) or October (J); the files count days from that start."""


def servicenow(data: Path) -> pd.DataFrame:
    """Updates of incidents: person, account, module, action, object_id, occurred_at, quality_ok."""
    raw = pd.read_csv(
        data / "usage" / "servicenow_incident_event_log.csv.gz", na_values="?", dtype=str
    )
    return pd.DataFrame(
        {
            "person": raw["sys_updated_by"],
            "account": raw["assignment_group"],
            "module": raw["category"],
            "action": raw["incident_state"],
            "object_id": raw["number"],
            "object_type": "incident",
            "occurred_at": _times(raw["sys_updated_at"]),
            "quality_ok": raw["reopen_count"] == "0",
        }
    )


def servicenow_openings(data: Path) -> pd.DataFrame:
    """One row per incident: who wrote it down, when it began, when it was written down."""
    raw = pd.read_csv(
        data / "usage" / "servicenow_incident_event_log.csv.gz", na_values="?", dtype=str
    )
    first = raw.drop_duplicates("number").dropna(subset=["sys_created_by"])
    return pd.DataFrame(
        {
            "person": first["sys_created_by"],
            "account": first["assignment_group"],
            "action": "open",
            "occurred_at": _times(first["opened_at"]),
            "recorded_at": _times(first["sys_created_at"]),
        }
    ).reset_index(drop=True)


def oulad(data: Path) -> pd.DataFrame:
    """Submissions of students; the account is the course run, passing is right the first time."""
    folder = data / "usage" / "oulad"
    submitted = pd.read_csv(folder / "studentAssessment.csv.gz")
    rows = submitted.merge(pd.read_csv(folder / "assessments.csv.gz"), on="id_assessment")
    begins = pd.to_datetime(rows["code_presentation"].map(OULAD_STARTS)).dt.tz_localize("UTC")
    return pd.DataFrame(
        {
            "person": rows["id_student"].astype(str),
            "account": rows["code_module"] + "-" + rows["code_presentation"],
            "action": rows["assessment_type"],
            "object_id": rows["id_assessment"].astype(str),
            "object_type": "assessment",
            "occurred_at": begins + pd.to_timedelta(rows["date_submitted"], unit="D"),
            "quality_ok": rows["score"] >= 40,
        }
    )


def handed_over(frame: pd.DataFrame) -> MemorySnapshot:
    """The frame as a snapshot of the lake."""
    rows = frame.assign(
        source_id="peer",
        message_id=[str(number) for number in range(len(frame))],
        received_at=frame["occurred_at"],
    )
    arrays = [
        pa.array(rows[field.name], field.type, from_pandas=True)
        if field.name in rows
        else pa.nulls(len(rows), field.type)
        for field in CANONICAL
    ]
    return snapshot_of(iter(pa.table(arrays, schema=CANONICAL).to_batches()))


def _times(texts: pd.Series[str]) -> pd.Series[pd.Timestamp]:
    return pd.to_datetime(texts, format="%d/%m/%Y %H:%M").dt.tz_localize("UTC")
