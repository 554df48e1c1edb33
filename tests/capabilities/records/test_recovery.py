"""What the simulated vendor planted in its records is found again by a standard alone."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest

from uptake.capabilities.records.judging import Judged, judge
from uptake.capabilities.records.reading import read_standard
from uptake.capabilities.records.tallies import author_months, cube, later_use
from uptake.capabilities.records.timing import entry_lag
from uptake.capabilities.records.versions import versions_of_events
from uptake.simulate import SimulatedVendor, SimulationConfig, simulate
from uptake.store.memory import snapshot_of

CONFIG = SimulationConfig(accounts=5, people=420, weeks=40, seed=5, events_per_person_week=16)
STANDARD = read_standard("""
standard: Opportunities of the simulated vendor
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
""")
FAULTS = {
    "filled >= required": ("one missing", "two missing"),
    "note is filled in": ("placeholder",),
    "duplicate is empty": ("duplicate",),
    "invalid is empty": ("invalid",),
}


@pytest.fixture(scope="module")
def vendor() -> SimulatedVendor:
    return simulate(CONFIG)


@pytest.fixture(scope="module")
def judged(vendor) -> Iterator[Judged]:
    with snapshot_of(vendor.batches()) as snapshot:
        versions = versions_of_events(STANDARD.field_names, object_type=STANDARD.about)
        yield judge(snapshot.connection, versions, STANDARD)


def test_a_version_is_fit_exactly_when_it_was_planted_right(judged):
    planted = judged.connection.execute(
        "SELECT count(*), count(*) FILTER (quality_ok) FROM events_text "
        "WHERE object_type = 'opportunity' AND object_id IS NOT NULL AND properties IS NOT NULL"
    ).fetchall()

    found = judged.connection.execute(
        "SELECT count(*), count(*) FILTER (fit = 1) FROM judged"
    ).fetchall()

    assert found == planted
    assert found[0][0] > 1_000


def test_shares_of_faults_are_recovered_within_their_intervals(vendor, judged):
    shares = vendor.truth["parameters"]["fault_shares"]
    unfit = judged.connection.execute("SELECT count(*) FROM judged WHERE fit = 0").fetchall()[0][0]
    rules = [rule.sentence for rule in judged.book.rules]

    for sentence, faults in FAULTS.items():
        bit = rules.index(sentence)
        failed = judged.connection.execute(
            f"SELECT count(*) FROM judged WHERE ((applies_0 & ~passed_0) >> {bit}) & 1 = 1"
        ).fetchall()[0][0]
        planted = sum(shares[fault] for fault in faults)
        error = math.sqrt(planted * (1 - planted) / unfit)
        assert failed / unfit == pytest.approx(planted, abs=4 * error)


def test_careful_people_are_told_from_careless_ones(vendor, judged):
    truth = vendor.people_truth.to_pandas().set_index("person")["right_share"]
    counts = author_months(judged)
    people = np.array(counts.authors)
    names = [name for name in np.unique(people) if name in truth.index]
    charged = np.array([counts.charged[people == name].sum() for name in names])
    fit = np.array([counts.fit[people == name].sum() for name in names])
    planted = truth.loc[names].to_numpy()
    enough = charged >= 10

    correlation = np.corrcoef(fit[enough] / charged[enough], planted[enough])[0, 1]

    assert enough.sum() >= 20
    assert correlation > 0.4


def test_what_people_are_charged_with_is_as_right_as_was_planted(vendor, judged):
    """Where no account fell into bad data: in all within three standard errors, and person by
    person spread as chance spreads it."""
    truth = vendor.people_truth.to_pandas().set_index("person")
    bad = {each["account"] for each in vendor.truth["states"] if each["state"] == "bad_data"}
    sound = truth[~truth["account"].isin(bad)]["right_share"]
    counts = author_months(judged)
    people = np.array(counts.authors)
    names = [name for name in np.unique(people) if name in sound.index]
    charged = np.array([counts.charged[people == name].sum() for name in names])
    fit = np.array([counts.fit[people == name].sum() for name in names])
    planted = sound.loc[names].to_numpy()

    error = np.sqrt(planted * (1 - planted) * charged)
    enough = charged >= 10

    assert enough.sum() >= 80
    assert abs((fit - planted * charged).sum()) < 3 * np.sqrt((error**2).sum())
    assert ((fit - planted * charged) / error)[enough].std() == pytest.approx(1, abs=0.2)


def test_the_lag_of_writing_down_is_recovered(judged):
    lag = entry_lag(judged, [])

    hours = judged.connection.execute(
        "SELECT median(epoch(recorded_at) - epoch(occurred_at)) / 3600 FROM events_text "
        "WHERE object_type = 'opportunity' AND object_id IS NOT NULL AND properties IS NOT NULL"
    ).fetchall()[0][0]

    assert lag.curve.median == pytest.approx(hours, rel=0.01)
    assert lag.waiting == 0
    assert cube(judged).count < lag.entered


def test_articles_that_others_consult_are_of_use(vendor):
    standard = read_standard("standard: Articles\nabout: article\nfields: [field: note]")
    with snapshot_of(vendor.batches()) as snapshot:
        versions = versions_of_events(("note",), object_type="article")
        used = later_use(judge(snapshot.connection, versions, standard), versions)
        expected = snapshot.connection.execute(
            "WITH written AS (SELECT object_id, person, recorded_at AS first_at FROM events_text "
            "WHERE object_type = 'article' AND properties IS NOT NULL QUALIFY row_number() OVER "
            "(PARTITION BY object_id ORDER BY recorded_at) = 1) SELECT count(DISTINCT w.object_id) "
            "FROM written AS w JOIN events_text AS e ON e.object_id = w.object_id "
            "AND e.object_type = 'article' AND e.person <> w.person "
            "AND e.occurred_at BETWEEN first_at AND first_at + INTERVAL 28 DAYS "
            "WHERE first_at + INTERVAL 28 DAYS <= (SELECT max(recorded_at) FROM events_text "
            "WHERE object_type = 'article' AND properties IS NOT NULL)"
        ).fetchall()[0][0]

    assert used.share.numerator == expected > 0
    assert used.share.denominator > 20
