"""Everything planted, in machine-readable form: what later methods have to find again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pyarrow as pa

from uptake.simulate import (
    contracts,
    intensity,
    people,
    planting,
    process,
    quality,
    role_drift,
    seats,
    states,
)
from uptake.simulate.arrays import NEVER, Ints, Stream
from uptake.simulate.calendars import COUNTRIES, HOUR_WEIGHTS, TIME_ZONES, WEEKDAY_WEIGHTS
from uptake.simulate.catalogue import (
    ACTIONS,
    CASES_PER_AGENT_WEEK,
    DESIGNED_PATH,
    PROCESS_NAME,
    PRODUCTS,
    VARIANTS,
    ActionClass,
)
from uptake.simulate.config import SimulationConfig
from uptake.simulate.interventions import PLAYS, Barrier, Change, PlayUnit
from uptake.simulate.people import person_ids
from uptake.simulate.plan import Plan
from uptake.simulate.states import PlantedState, StateInterval
from uptake.simulate.summary import AccountSummary

NOTICE = "Simulated data with known truth. No person, customer or contract in it exists."

FORMULAS = {
    "rate": "rate(person, week, action) = profile(role, action) * events_per_person_week / 40"
    " * effort(person) * gamma_noise(person, week) * exp(team_noise(team, week))"
    " * working_days(country, week) / 5 * employed * not_on_leave * not_lapsed"
    " * ramp(person, product, week) * state_factor(state, action class)"
    " * product of (1 + effect * shape) over changes and plays * not_blocked",
    "count": "count ~ Poisson(rate)",
    "ramp": "1 - (1 - 0.2) * exp(-ln(10) * t / T), t = weeks since first use, T = ramp_weeks",
    "team_noise": "AR(1), correlation 0.6, stationary standard deviation 0.18, per team and week",
    "lapse": "constant weekly hazard since max(first use, start of run)",
    "contract": "logit h = intercept + active_share * (x - active_share_centre)"
    " + sponsor_gone * s + later_term * [term >= 2]; x = people with a value action in the four"
    " weeks before the notice week / seats entitled; s = 1 if the sponsor left before notice",
    "delay": "recorded_at - occurred_at = exp(N(delay_mu, delay_sigma)) seconds * state factor,"
    " plus exp(N(written_up_later_mu, written_up_later_sigma)) seconds in the wrong way",
    "right": "P(right first time) = right_share(author) * state factor",
    "handover": "P(next step by another draw of the team) = handover before or after the release",
    "role_drift": "P(step by the team's manager instead) = chance, since first_day",
}


def _constants() -> dict[str, object]:
    """Return every parameter that is the same for all runs."""
    return {
        "starter_share": people.STARTER_SHARE,
        "leaver_share": people.LEAVER_SHARE,
        "ramp_start": people.RAMP_START,
        "ramp_median_weeks": people.RAMP_MEDIAN_WEEKS,
        "ramp_sigma": people.RAMP_SIGMA,
        "coached_ramp_factor": people.COACHED_RAMP,
        "lapse_hazard": people.LAPSE_HAZARD,
        "coached_lapse_factor": people.COACHED_LAPSE,
        "return_share": people.RETURN_SHARE,
        "never_activated_share": seats.NEVER_ACTIVATED,
        "shelfware_share": seats.SHELFWARE_SHARE,
        "activation_lag_parameter": seats.LAG_PARAMETER,
        "weekly_gamma_shape": intensity.WEEKLY_SHAPE,
        "team_noise_correlation": planting.NOISE_CORRELATION,
        "team_noise_sigma": planting.NOISE_SIGMA,
        "trigger_window_weeks": planting.TRIGGER_WINDOW,
        "trigger_share": planting.TRIGGER_SHARE,
        "tries_anyway": states.TRIES_ANYWAY,
        "state_factors": _state_factors(),
        "right_factor": {s.label: f for s, f in states.RIGHT_FACTOR.items()},
        "delay_factor": {s.label: f for s, f in states.DELAY_FACTOR.items()},
        "written_up_later_mu": states.WRITTEN_UP_MU,
        "written_up_later_sigma": states.WRITTEN_UP_SIGMA,
        "fault_shares": dict(zip(quality.FAULTS[1:], quality.FAULT_SHARES.tolist(), strict=True)),
        "hazard": contracts.HAZARD,
        "weekday_weights": WEEKDAY_WEIGHTS.tolist(),
        "hour_weights_from_7": HOUR_WEIGHTS.tolist(),
        "countries": dict(zip(COUNTRIES, TIME_ZONES, strict=True)),
        "streams": {stream.name.lower(): int(stream) for stream in Stream},
    }


def _state_factors() -> dict[str, dict[str, float]]:
    return {
        state.label: {
            kind.name.lower(): float(states.STATE_FACTORS[state, kind]) for kind in ActionClass
        }
        for state in PlantedState
    }


def _process_truth(plan: Plan, summaries: Iterable[AccountSummary]) -> dict[str, object]:
    release = planting.routing_release_week(plan.config)
    return {
        "name": PROCESS_NAME,
        "product": PRODUCTS[process.SERVICE],
        "designed_path": list(DESIGNED_PATH),
        "variants": [
            {"name": v.name, "steps": list(v.steps), "share_of_deviating": v.share}
            for v in VARIANTS
        ],
        "cases_per_agent_week": CASES_PER_AGENT_WEEK * intensity.volume(plan.config),
        "usual_deviation": states.USUAL_DEVIATION,
        "deviation_wrong_way": states.DEVIATION_SHARE[PlantedState.WRONG_WAY],
        "handover_before": process.HANDOVER_BEFORE,
        "handover_after": process.HANDOVER_AFTER,
        "routing_release": plan.config.monday(release).isoformat(),
        "step_median_minutes": process.STEP_MINUTES,
        "step_sigma": process.STEP_SIGMA,
        "accounts": [
            {
                "account": fact.account,
                "after_release": fact.after_release,
                "cases": fact.cases,
                "handovers": fact.handovers,
                "transitions": fact.transitions,
            }
            for summary in summaries
            for fact in summary.process
        ],
    }


class _Dates:
    """Writes weeks as dates and team numbers as identifiers."""

    def __init__(self, plan: Plan) -> None:
        self.config = plan.config
        self.teams = {(a.id, t.number): t.id for a in plan.accounts for t in a.teams}

    def monday(self, week: int) -> str | None:
        return None if week >= NEVER // 2 else self.config.monday(week).isoformat()

    def team(self, account: str, number: int | None) -> str | None:
        return None if number is None else self.teams[account, number]

    def state(self, interval: StateInterval, ended: int) -> dict[str, object]:
        last = min(interval.last, ended)
        return {
            "account": interval.account,
            "product": PRODUCTS[interval.product],
            "team": self.team(interval.account, interval.team),
            "state": interval.state.label,
            "first_day": self.monday(interval.first),
            "last_day": self.config.sunday(last - 1).isoformat(),
            "cut_by_churn": ended < interval.last,
        }

    def change(self, change: Change) -> dict[str, object]:
        return {
            "id": change.id,
            "kind": change.kind,
            "account": change.account,
            "date": self.monday(change.week),
            "effect": change.effect,
            "shape": change.shape.value,
            "actions": sorted({ACTIONS[code].name for code in change.actions}),
        }

    def barrier(self, barrier: Barrier) -> dict[str, object]:
        return {
            "id": barrier.id,
            "account": barrier.account,
            "team": self.team(barrier.account, barrier.team),
            "action": ACTIONS[barrier.action].name,
            "real": barrier.real,
            "blocked_from": self.monday(barrier.first),
            "removed_on": self.monday(barrier.removed),
        }

    def unit(self, unit: PlayUnit) -> dict[str, object]:
        return {
            "play": unit.play.id,
            "account": unit.account,
            "team": self.team(unit.account, unit.team),
            "start": self.monday(unit.start),
            "trigger": unit.trigger,
        }


def _ends(summaries: Iterable[AccountSummary]) -> dict[tuple[str, int], int]:
    return {(s.account.id, product): week for s in summaries for product, week in s.ended.items()}


def truth_of(plan: Plan, summaries: tuple[AccountSummary, ...]) -> dict[str, object]:
    """Return the whole truth as plain values, ready for JSON."""
    dates = _Dates(plan)
    ends = _ends(summaries)
    return {
        "simulated": True,
        "notice": NOTICE,
        "format": 1,
        "config": plan.config.as_dict(),
        "formulas": FORMULAS,
        "parameters": _constants(),
        "accounts": [_account_truth(plan, summary) for summary in summaries],
        "states": [
            dates.state(interval, ends.get((interval.account, interval.product), NEVER))
            for interval in plan.states
            if interval.first < ends.get((interval.account, interval.product), NEVER)
        ],
        "changes": [dates.change(change) for change in plan.changes],
        "barriers": [dates.barrier(barrier) for barrier in plan.barriers],
        "plays": [
            {
                "id": play.id,
                "name": play.name,
                "effect": play.effect,
                "assignment": play.assignment.value,
                "build_up_weeks": 4,
                "actions": "record actions",
            }
            for play in PLAYS
        ],
        "play_units": [dates.unit(unit) for unit in plan.plays],
        "extraction_trouble": _trouble(plan),
        "gaming": [row for summary in summaries for row in _gaming(dates, summary)],
        "not_people": [name for summary in summaries for name in summary.machines],
        "licences": [row for summary in summaries for row in _licence_rows(plan.config, summary)],
        "contracts": [row for summary in summaries for row in _contract_rows(dates, summary)],
        "process": _process_truth(plan, summaries),
        "role_drift": [row for summary in summaries for row in _drift_rows(dates, summary)],
    }


def _account_truth(plan: Plan, summary: AccountSummary) -> dict[str, object]:
    account, config = summary.account, plan.config
    return {
        "account": account.id,
        "people": account.people,
        "teams": [
            {"team": t.id, "coached": t.coached, "country": COUNTRIES[t.country]}
            for t in account.teams
        ],
        "go_live": _by_product(config, {k: account.go_live[k] for k in account.products}),
        "ended": _by_product(config, summary.ended),
        "never_activated_share": summary.people.seats.shelfware_share,
    }


def _by_product(config: SimulationConfig, weeks: dict[int, int]) -> dict[str, str]:
    return {PRODUCTS[product]: config.monday(week).isoformat() for product, week in weeks.items()}


def _trouble(plan: Plan) -> list[dict[str, object]]:
    start = plan.config.start.toordinal()
    return [
        {
            "account": item.account,
            "kind": item.kind.value,
            "first_day": date.fromordinal(start + item.first).isoformat(),
            "last_day": date.fromordinal(start + item.last - 1).isoformat(),
            "is_failure": False,
        }
        for item in plan.trouble
    ]


def _gaming(dates: _Dates, summary: AccountSummary) -> list[dict[str, object]]:
    ids = person_ids(summary.account)
    return [
        {
            "account": item.account,
            "kind": item.kind.value,
            "team": dates.team(item.account, item.team),
            "person": None if item.person is None else ids[item.person],
            "first_day": dates.monday(item.first_week),
            "last_day": dates.config.sunday(item.last_week - 1).isoformat(),
            "events": item.events,
        }
        for item in summary.gaming
    ]


def _drift_rows(dates: _Dates, summary: AccountSummary) -> list[dict[str, object]]:
    if process.SERVICE not in summary.account.products:
        return []
    return [
        {
            "account": drift.account,
            "team": dates.team(drift.account, drift.team),
            "first_day": dates.monday(drift.week),
            "role": role_drift.DRIFTS_TO,
            "action": role_drift.DRIFTING_STEP,
            "chance": role_drift.DRIFT_CHANCE,
        }
        for drift in role_drift.plan_drift(dates.config, summary.account, summary.people)
    ]


def _licence_rows(config: SimulationConfig, summary: AccountSummary) -> list[dict[str, object]]:
    return [
        {
            "account": fact.account,
            "product": PRODUCTS[fact.product],
            "day": config.sunday(fact.week).isoformat(),
            "entitled": fact.entitled,
            "provisioned": fact.provisioned,
            "activated": fact.activated,
            "active28": fact.active28,
            "observable": fact.observable,
        }
        for fact in summary.licences
    ]


def _contract_rows(dates: _Dates, summary: AccountSummary) -> list[dict[str, object]]:
    return [
        {
            "contract": term.id,
            "account": term.account,
            "product": PRODUCTS[term.product],
            "term": term.number,
            "notice_date": dates.monday(term.notice),
            "active_share": term.active_share,
            "sponsor_gone": term.sponsor_gone,
            "hazard": term.hazard,
            "outcome": term.outcome.value,
        }
        for term in summary.terms
    ]


def people_truth(plan: Plan, summaries: Iterable[AccountSummary]) -> pa.Table:
    """Return what is true of every person: ramp, lapse, care, punctuality, effort."""
    return pa.concat_tables([_people_truth(plan.config, summary) for summary in summaries])


def _people_truth(config: SimulationConfig, summary: AccountSummary) -> pa.Table:
    who = summary.people
    main = who.role % len(PRODUCTS)
    rows = np.arange(who.size)
    begins = who.seats.activation[rows, main]
    ramped = np.where(begins < NEVER, begins + np.ceil(who.ramp_weeks).astype(np.int64), NEVER)
    columns = {
        "person": pa.array(person_ids(summary.account)),
        "account": pa.array([summary.account.id] * who.size),
        "team": pa.array([summary.account.teams[int(t)].id for t in who.team]),
        "main_product": pa.array([PRODUCTS[int(k)] for k in main]),
        "coached": pa.array([summary.account.teams[int(t)].coached for t in who.team]),
        "new_starter": pa.array(who.start >= 0),
        "first_use_planned": _dates(config, begins),
        "ramp_weeks": pa.array(who.ramp_weeks),
        "ramped_on": _dates(config, ramped),
        "lapsed_on": _dates(config, who.lapse),
        "returned_on": _dates(config, who.returns),
        "effort": pa.array(who.effort),
        "right_share": pa.array(who.right_share),
        "delay_mu": pa.array(who.delay_mu),
        "delay_sigma": pa.array(who.delay_sigma),
        "punctual": pa.array(who.punctual),
    }
    return pa.table(columns)


def _dates(config: SimulationConfig, weeks: Ints) -> pa.Array:
    days = config.start.toordinal() - date(1970, 1, 1).toordinal() + weeks * 7
    return pa.array(days.astype(np.int32), mask=weeks >= NEVER // 2).cast(pa.date32())
