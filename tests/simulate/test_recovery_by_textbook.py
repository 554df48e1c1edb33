"""Standard estimators find the planted curves and coefficients again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test

from uptake.simulate import SimulatedVendor, SimulationConfig, simulate
from uptake.simulate.activity import realise
from uptake.simulate.arrays import NEVER
from uptake.simulate.catalogue import VALUE_ACTIONS
from uptake.simulate.contracts import HAZARD, churn_hazard
from uptake.simulate.plan import build_plan

MANY = SimulationConfig(accounts=1_000, people=8_000, weeks=78, seed=5, events_per_person_week=8)


@pytest.fixture(scope="module")
def decisions() -> pd.DataFrame:
    terms = pd.DataFrame(simulate(MANY).truth["contracts"])
    return terms.dropna(subset=["hazard"]).astype({"hazard": float, "active_share": float})


def test_hazard_of_a_textbook_contract() -> None:
    at_centre = churn_hazard(0.6, sponsor_gone=False, later_term=False)

    assert at_centre == pytest.approx(1 / (1 + np.exp(1.6)))
    assert churn_hazard(0.2, sponsor_gone=True, later_term=False) > 0.75


def test_logistic_regression_finds_the_renewal_hazard_again(decisions: pd.DataFrame) -> None:
    churned = (decisions["outcome"] == "churned").astype(float)
    x = pd.DataFrame(
        {
            "const": 1.0,
            "active_share": decisions["active_share"] - HAZARD["active_share_centre"],
            "sponsor_gone": decisions["sponsor_gone"].astype(float),
            "later_term": (decisions["term"] >= 2).astype(float),
        }
    )

    fit = sm.Logit(churned, x).fit(disp=0)

    planted = pd.Series({**HAZARD, "const": HAZARD["intercept"]})
    gap = (fit.params - planted[fit.params.index]).abs()
    assert len(decisions) > 650
    assert (gap < 3 * fit.bse).all()
    assert fit.bse["active_share"] < 0.9


def test_hazards_are_calibrated(decisions: pd.DataFrame) -> None:
    churned = (decisions["outcome"] == "churned").sum()
    expected = decisions["hazard"].sum()
    spread = np.sqrt((decisions["hazard"] * (1 - decisions["hazard"])).sum())

    assert abs(churned - expected) < 3 * spread


def starter_weeks(config: SimulationConfig) -> pd.DataFrame:
    """Value actions of new starters by weeks since they began, in teams that never fail."""
    plan = build_plan(config)
    rows = []
    for account in plan.accounts:
        run = realise(plan, account)
        who = run.people
        main = who.role % 3
        begins = who.seats.activation[np.arange(who.size), main]
        value = run.counts[:, :, VALUE_ACTIONS].sum(axis=2)
        fails = (run.teams.codes != 0).any(axis=(1, 2))[who.team]
        stays = (who.lapse == NEVER) & (who.end == NEVER) & (begins == who.start) & (main != 1)
        ended = np.array([run.ended(int(k)) is not None for k in main])
        for row in np.flatnonzero(stays & ~fails & ~ended & (who.start >= 0)):
            weeks = zip(
                value[row, who.start[row] :],
                run.engagement.base[row, who.start[row] :],
                strict=True,
            )
            rows += [(t, n, base, who.ramp_weeks[row]) for t, (n, base) in enumerate(weeks)]
    return pd.DataFrame(rows, columns=["since", "actions", "effort", "ramp_weeks"])


def test_new_starters_ramp_as_planted() -> None:
    """Value actions per effort by week since the start, relative to weeks 20 to 40."""
    weeks = starter_weeks(SimulationConfig(accounts=30, people=6_000, weeks=78, seed=2))
    learned = 1 - 0.8 * np.exp(-np.log(10) * weeks["since"] / weeks["ramp_weeks"])

    sums = weeks.groupby("since")[["actions", "effort"]].sum()
    seen = sums["actions"] / sums["effort"]
    planted = learned.groupby(weeks["since"]).mean()

    relative = (seen / seen[20:41].mean())[:16]
    assert relative.to_numpy() == pytest.approx(planted[:16].to_numpy(), abs=0.08)


def test_kaplan_meier_finds_the_ramp_and_coaching_shortens_it() -> None:
    vendor = simulate(SimulationConfig(accounts=30, people=6_000, weeks=78, seed=2))
    truth = vendor.people_truth.to_pandas()
    starters = truth[truth["new_starter"] & truth["first_use_planned"].notna()]
    end = pd.Timestamp(vendor.config.sunday(77))
    begun = pd.to_datetime(starters["first_use_planned"])
    weeks = (pd.to_datetime(starters["ramped_on"]) - begun).dt.days / 7
    seen = pd.to_datetime(starters["ramped_on"]) <= end
    censored = weeks.where(seen, (end - begun).dt.days / 7)

    medians = {
        coached: KaplanMeierFitter().fit(censored[rows], seen[rows]).median_survival_time_
        for coached, rows in starters.groupby("coached").groups.items()
    }

    assert medians[False] == pytest.approx(6.0, abs=1.0)
    assert medians[True] == pytest.approx(4.2 + 0.5, abs=1.0)


def test_kaplan_meier_finds_the_planted_retention(
    vendor: SimulatedVendor, events: pd.DataFrame, people: pd.DataFrame
) -> None:
    """From the events alone: the last week with a value action, censored at leaving or the end."""
    curve, coached, plain = _retention_from_events(vendor, events, people)

    week = 40
    assert curve[True].predict(week) == pytest.approx((1 - 0.004) ** week, abs=0.08)
    assert curve[False].predict(week) == pytest.approx((1 - 0.008) ** week, abs=0.08)
    assert logrank_test(coached[0], plain[0], coached[1], plain[1]).p_value < 0.05


def _retention_from_events(
    vendor: SimulatedVendor, events: pd.DataFrame, people: pd.DataFrame
) -> tuple[
    dict[bool, KaplanMeierFitter],
    tuple[pd.Series, pd.Series],
    tuple[pd.Series, pd.Series],
]:
    truth = vendor.truth
    broken = {s["account"] for s in truth["states"] if s["team"] is None}  # type: ignore[attr-defined]
    broken |= {t["account"] for t in truth["extraction_trouble"]}  # type: ignore[attr-defined]
    broken |= {a["account"] for a in truth["accounts"] if a["ended"]}  # type: ignore[attr-defined]
    teams = {s["team"] for s in truth["states"]}  # type: ignore[attr-defined]
    mine = people[~people["account"].isin(broken) & ~people["team"].isin(teams)]
    mine = mine[~mine["role"].str.contains("manager")].set_index("person")
    value = events[events["is_value"] & events["person"].isin(mine.index)]
    weeks = value.groupby("person", observed=True)["week"].agg(["min", _last_before_gap])
    start = pd.Timestamp(vendor.config.start)
    leaves = (pd.to_datetime(mine["end"]) - start).dt.days // 7
    last = leaves.fillna(vendor.config.weeks - 1).clip(upper=vendor.config.weeks - 1)
    last = last.reindex(weeks.index)
    lapsed = weeks["_last_before_gap"] < last - 5
    duration = (weeks["_last_before_gap"].where(lapsed, last) - weeks["min"] + 1).clip(lower=1)
    coached = mine["coached"].reindex(weeks.index)
    fits = {
        flag: KaplanMeierFitter().fit(duration[coached == flag], lapsed[coached == flag])
        for flag in (True, False)
    }
    return (
        fits,
        (duration[coached], lapsed[coached]),
        (duration[~coached], lapsed[~coached]),
    )


def _last_before_gap(weeks: pd.Series) -> int:
    """The last active week before the first gap of more than five weeks."""
    active = np.unique(weeks.to_numpy())
    gaps = np.flatnonzero(np.diff(active) > 5)
    return int(active[gaps[0]] if gaps.size else active[-1])
