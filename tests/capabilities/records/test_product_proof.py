"""Real and simulated records through the product: delivered or received, judged, told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

from tests.capabilities.records.delivering import delivered, founded, judged
from tests.capabilities.records.test_real_log import STANDARD as INCIDENTS
from tests.cast import Cast
from uptake.capabilities.records import actions, working
from uptake.capabilities.records.models import Judgement
from uptake.capabilities.records.places import authors_path
from uptake.capabilities.records.queries import newest
from uptake.foundation.lake import shared_lake
from uptake.simulate import SimulationConfig, simulate

PLANTED = """
standard: Opportunities
about: opportunity
fields:
  - {field: required, is: number}
  - {field: filled, is: number, required: always}
  - {field: note, required: always}
  - field: duplicate
  - field: invalid
checks:
  - check: filled >= required
  - check: duplicate is empty
  - check: invalid is empty
"""
CONFIG = SimulationConfig(accounts=3, people=200, weeks=26, seed=5, events_per_person_week=10)


@pytest.fixture
def incidents(cast: Cast, shared_data: Path) -> Judgement:
    log = shared_data / "usage" / "servicenow_incident_event_log.csv.gz"
    standard = founded(cast.edith, INCIDENTS)
    actions.agree_on_standard(cast.edith, standard.pk)
    delivery = delivered(cast.edith, standard, log.read_bytes(), log.name)
    assert (delivery.rows, delivery.rejected) == (119_998, 0)
    return judged(standard)


def test_a_real_log_is_told_of_by_field_group_month_lag_and_use(incidents: Judgement) -> None:
    told = incidents.numbers

    assert told["records"] == 20_769
    assert (told["filled"]["u_symptom"]["numerator"], told["filled"]["cmdb_ci"]["numerator"]) == (
        15_838,
        52,
    )
    assert len(told["groups"]) == 61
    assert [month["name"] for month in told["months"]] == [
        "2016-02-01",
        "2016-03-01",
        "2016-04-01",
        "2016-05-01",
    ]
    assert told["entry_lag"]["unknown"] == 9_079
    assert told["entry_lag"]["median_hours"] * 60 == pytest.approx(5)
    assert told["used_by_others"]["share"]["numerator"] == 18_990
    assert incidents.is_met is False
    assert "Updated by" not in str(told) + str(incidents.page)


def test_what_the_simulated_vendor_planted_is_recovered_from_its_events(cast: Cast) -> None:
    made = simulate(CONFIG)
    shared_lake().bulk_load("acme", made.batches(), import_key="simulated", content_keyed=False)
    facts = actions.StandardFacts("Opportunities", object_type="opportunity")
    standard = actions.found_standard(cast.edith, facts, text=PLANTED)

    working.carry_on()

    with shared_lake().snapshot("acme") as snapshot:
        planted = snapshot.connection.execute(
            "SELECT count(*) FILTER (right_now), count(*) FROM (SELECT object_id, arg_max("
            "quality_ok, coalesce(recorded_at, occurred_at)) AS right_now FROM events_text WHERE "
            "object_type = 'opportunity' AND object_id IS NOT NULL AND properties IS NOT NULL "
            "GROUP BY object_id)"
        ).fetchall()[0]
    assert (judged(standard).fit, judged(standard).judged) == planted
    assert planted[1] > 1_000


def test_authors_are_told_apart_as_they_were_planted(cast: Cast) -> None:
    made = simulate(replace(CONFIG, weeks=40, events_per_person_week=16))
    shared_lake().bulk_load("acme", made.batches(), import_key="simulated", content_keyed=False)
    facts = actions.StandardFacts("Opportunities", object_type="opportunity")
    standard = actions.found_standard(cast.edith, facts, text=PLANTED)

    working.carry_on()

    version = newest(standard)
    assert version is not None
    counted = duckdb.execute(
        "SELECT author, sum(charged), sum(fit) FROM read_parquet(?) GROUP BY author "
        "HAVING sum(charged) >= 10",
        [str(authors_path(version))],
    ).fetchall()
    planted = made.people_truth.to_pandas().set_index("person")["right_share"]
    truth = planted.loc[[author for author, _, _ in counted]].to_numpy()
    found = np.array([fit / charged for _, charged, fit in counted], dtype=float)
    assert len(counted) >= 20
    assert np.corrcoef(found, truth)[0, 1] > 0.4
