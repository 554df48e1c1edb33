from __future__ import annotations

import json
from typing import Any  # JSON

import pytest
from jsonschema import Draft202012Validator, ValidationError

from tests.capabilities.measure.logs import picture, steady
from tests.metrics.logs import Event
from uptake.capabilities.measure.picture import AdoptionPicture
from uptake.capabilities.measure.report import schema, to_json

PROMISED = ["summary", "mapping", "metrics", "states", "findings", "warnings"]


def _json(seen: AdoptionPicture) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(json.dumps(to_json(seen), allow_nan=False))
    return loaded


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(schema())


def test_the_report_of_real_data_keeps_the_contract(servicenow: AdoptionPicture) -> None:
    report = _json(servicenow)

    Draft202012Validator(schema()).validate(report)
    assert [key for key in report if key in PROMISED] == PROMISED


@pytest.mark.parametrize("events", [[Event("a", 0)], steady(6, 1), steady(6, 12)])
def test_reports_of_small_data_keep_the_contract(events: list[Event]) -> None:
    Draft202012Validator(schema()).validate(_json(picture(events)))


def test_a_missing_number_is_null_with_a_reason(servicenow: AdoptionPicture) -> None:
    rows = _json(servicenow)["metrics"]
    absent = [row for row in rows if row["state"] != "measured"]

    assert absent
    assert {row["value"] for row in absent} == {None}
    assert all(row["reason"] for row in absent)


def test_the_contract_refuses_a_number_that_is_not_measured() -> None:
    report = _json(picture(steady(6, 1)))
    report["metrics"][0] |= {"state": "not_measurable", "value": 0.0}

    with pytest.raises(ValidationError):
        Draft202012Validator(schema()).validate(report)


def test_the_mapping_is_said(servicenow: AdoptionPicture) -> None:
    mapping = _json(servicenow)["mapping"]

    assert mapping["person"] == "sys_updated_by"
    assert mapping["action"] == "=updated"


def test_every_ratio_has_its_parts_and_its_interval(servicenow: AdoptionPicture) -> None:
    rates = [row for row in _json(servicenow)["metrics"] if row["key"] == "adoption_rate"]
    shown = [row for row in rates if row["state"] == "measured"]

    assert len(shown) > 60
    assert all(row["low"] <= row["numerator"] / row["denominator"] <= row["high"] for row in shown)
