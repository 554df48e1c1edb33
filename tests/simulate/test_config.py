from __future__ import annotations

from datetime import date

import pytest

from uptake.simulate import InvalidSimulation, SimulatedKind, SimulationConfig, simulate


@pytest.mark.parametrize(
    ("settings", "advice"),
    [
        ({"accounts": 0}, "at least one account"),
        ({"accounts": 40, "people": 100}, "at least 320 people"),
        ({"weeks": 10}, "at least 26 weeks"),
        ({"seed": -1}, "seed of 0 or more"),
        ({"start": date(2025, 1, 7)}, "Start on a Monday"),
        ({"events_per_person_week": 0.5}, "between 1 and 1000 events"),
    ],
)
def test_impossible_settings_say_what_to_change(settings: dict[str, object], advice: str) -> None:
    with pytest.raises(InvalidSimulation, match=advice):
        SimulationConfig(**settings)  # type: ignore[arg-type]  # one table for several fields


def test_the_default_run_ends_on_a_sunday() -> None:
    config = SimulationConfig()

    last_day = config.sunday(config.weeks - 1)

    assert (last_day, last_day.weekday()) == (date(2026, 7, 5), 6)


def test_a_buyer_has_business_units_where_a_vendor_has_accounts() -> None:
    vendor = simulate(SimulationConfig(accounts=2, people=40, weeks=26))
    buyer = simulate(SimulationConfig(accounts=2, people=40, weeks=26, kind=SimulatedKind.BUYER))

    names = [table.column("name").to_pylist()[0] for table in (vendor.accounts, buyer.accounts)]

    assert names == ["Simulated account 001", "Simulated business unit 001"]
