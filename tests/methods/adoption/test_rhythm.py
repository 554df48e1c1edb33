from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from uptake.methods.adoption.rhythm import (
    BgBb,
    Rhythm,
    bgbb_fit,
    bgbb_log_likelihood,
    bgbb_p_alive,
    rhythm_of,
)

# Fader, Hardie, Shang (2010), table 2: 11,104 donors of 1995 over six years, by number of repeat
# donations, year of the last one, and how many donors have that history.
DONORS = np.array(
    [
        (0, 0, 3464), (1, 1, 1091), (1, 2, 277), (1, 3, 129), (1, 4, 78), (1, 5, 119), (1, 6, 129),
        (2, 2, 613), (2, 3, 255), (2, 4, 155), (2, 5, 173), (2, 6, 234), (3, 3, 322), (3, 4, 181),
        (3, 5, 225), (3, 6, 357), (4, 4, 240), (4, 5, 284), (4, 6, 512), (5, 5, 335), (5, 6, 728),
        (6, 6, 1203),
    ]
)  # fmt: skip
HISTORIES = Rhythm(DONORS[:, 0], DONORS[:, 1], np.full(len(DONORS), 6))
PUBLISHED = BgBb(1.204, 0.750, 0.657, 2.783)


@dataclass(frozen=True)
class Simulated:
    """People x weeks of activity, and in which weeks each person is alive."""

    active: np.ndarray
    alive: np.ndarray

    def history(self, weeks: int) -> Rhythm:
        seen = self.active[:, :weeks]
        last = np.where(seen.any(axis=1), weeks - seen[:, ::-1].argmax(axis=1), 0)
        return Rhythm(seen.sum(axis=1), last, np.full(len(seen), weeks))


def simulated(parameters: BgBb, *, people: int, weeks: int, seed: int) -> Simulated:
    random = np.random.default_rng(seed)
    chance = random.beta(parameters.alpha, parameters.beta, people)
    lapses_in = random.geometric(random.beta(parameters.gamma, parameters.delta, people))
    alive = np.arange(1, weeks + 1) < lapses_in[:, np.newaxis]
    return Simulated(alive & (random.uniform(size=alive.shape) < chance[:, np.newaxis]), alive)


def test_the_fit_gives_the_published_parameters_of_the_donors():
    fit = bgbb_fit(HISTORIES, DONORS[:, 2])

    assert fit is not None
    estimated = (
        fit.parameters.alpha,
        fit.parameters.beta,
        fit.parameters.gamma,
        fit.parameters.delta,
    )
    assert estimated == pytest.approx((1.204, 0.750, 0.657, 2.783), abs=1e-3)
    assert fit.log_likelihood == pytest.approx(-33_225.6, abs=0.05)
    assert fit.people == 11_104


@pytest.mark.parametrize(("x", "tx", "alive"), [(0, 0, 0.11), (2, 4, 0.59), (6, 6, 0.93)])
def test_p_alive_is_that_of_the_paper(x, tx, alive):
    history = Rhythm(np.array([x]), np.array([tx]), np.array([6]))

    assert bgbb_p_alive(history, PUBLISHED)[0] == pytest.approx(alive, abs=0.005)


@pytest.mark.parametrize(("x", "tx", "n"), [(0, 0, 4), (2, 3, 6), (5, 5, 5), (1, 1, 8)])
def test_the_likelihood_is_the_integral_it_stands_for(x, tx, n):
    nodes, weights = special.roots_legendre(40)  # exact for the polynomials that arise here
    active, lapse = np.meshgrid((nodes + 1) / 2, (nodes + 1) / 2)
    alive = active**x * (1 - active) ** (n - x) * (1 - lapse) ** n
    lapsed = sum(
        active**x * (1 - active) ** (tx - x + i) * lapse * (1 - lapse) ** (tx + i)
        for i in range(n - tx)
    )
    spread = stats.beta.pdf(active, 2, 3) * stats.beta.pdf(lapse, 2, 4)
    direct = np.sum(np.outer(weights, weights) / 4 * (alive + lapsed) * spread)

    history = Rhythm(np.array([x]), np.array([tx]), np.array([n]))
    value = bgbb_log_likelihood(history, BgBb(2, 3, 2, 4))[0]
    assert np.exp(value) == pytest.approx(direct, rel=1e-9)


def test_the_likelihoods_of_all_histories_add_up_to_one():
    n = 5
    rows = [(0, 0, 1)]
    for x in range(1, n + 1):
        for tx in range(x, n + 1):
            ways = stats.binom.pmf(x - 1, tx - 1, 0.5) * 2 ** (tx - 1)
            rows.append((x, tx, ways))
    table = np.array(rows)
    histories = Rhythm(table[:, 0].astype(int), table[:, 1].astype(int), np.full(len(table), n))

    total = np.sum(table[:, 2] * np.exp(bgbb_log_likelihood(histories, PUBLISHED)))

    assert total == pytest.approx(1, abs=1e-12)


def test_planted_parameters_are_recovered():
    people = simulated(BgBb(2.0, 3.0, 1.0, 8.0), people=20_000, weeks=26, seed=8)

    fit = bgbb_fit(people.history(26))

    assert fit is not None
    found = fit.parameters
    assert found.alpha / (found.alpha + found.beta) == pytest.approx(0.4, abs=0.02)
    assert found.gamma / (found.gamma + found.delta) == pytest.approx(1 / 9, abs=0.01)


def test_of_people_given_a_chance_that_share_is_alive():
    planted = BgBb(2.0, 3.0, 1.0, 8.0)
    people = simulated(planted, people=60_000, weeks=21, seed=2)

    chance = bgbb_p_alive(people.history(20), planted)

    tenth = np.minimum((chance * 10).astype(int), 9)
    size = np.bincount(tenth, minlength=10)
    expected = np.bincount(tenth, weights=chance, minlength=10) / size
    truly = np.bincount(tenth, weights=people.alive[:, 20], minlength=10) / size
    assert size.min() > 200
    assert truly == pytest.approx(expected, abs=0.05)


def test_weekly_buyers_of_1997_who_look_alive_are_those_who_come_back(shared_data):
    table = pd.read_csv(
        shared_data / "usage" / "CDNOW_sample.txt",
        sep=r"\s+",
        names=["id", "customer", "day", "discs", "dollars"],
    )
    week = (pd.to_datetime(table["day"], format="%Y%m%d") - pd.Timestamp("1997-01-01")).dt.days // 7
    weeks = np.zeros((2_357, 78), dtype=bool)
    weeks[table["customer"] - 1, np.minimum(week, 77)] = True
    history = rhythm_of(weeks[:, :39])

    fit = bgbb_fit(history)

    assert fit is not None
    alive = bgbb_p_alive(history, fit.parameters)
    came_back = weeks[:, 39:].any(axis=1)
    likely, unlikely = alive > np.quantile(alive, 0.8), alive < np.quantile(alive, 0.4)
    assert np.mean(came_back[likely]) > 3 * np.mean(came_back[unlikely])


def test_two_silent_weeks_say_more_about_a_daily_guest_than_about_a_rare_one():
    weekly, monthly = (
        Rhythm(np.array([18]), np.array([18]), np.array([22])),
        Rhythm(np.array([4]), np.array([18]), np.array([22])),
    )

    steady, rare = bgbb_p_alive(weekly, PUBLISHED)[0], bgbb_p_alive(monthly, PUBLISHED)[0]

    assert steady < rare


def test_a_history_starts_with_the_first_active_week():
    active = np.array([[0, 1, 0, 1, 0], [0, 0, 0, 0, 0], [1, 0, 0, 0, 0]])

    history = rhythm_of(active, [5, 5, 2])

    assert history.x.tolist() == [1, 0]
    assert history.tx.tolist() == [2, 0]
    assert history.n.tolist() == [3, 1]


def test_too_few_people_teach_no_rhythm():
    assert bgbb_fit(Rhythm(np.array([1]), np.array([2]), np.array([5]))) is None


def test_impossible_histories_are_refused():
    with pytest.raises(ValueError, match="cannot outnumber"):
        Rhythm(np.array([3]), np.array([2]), np.array([5]))


lifetimes = st.integers(1, 30).flatmap(
    lambda n: st.integers(0, n).flatmap(
        lambda tx: st.tuples(st.integers(min(tx, 1), tx), st.just(tx), st.just(n))
    )
)
positive = st.floats(0.05, 20)


@given(lifetimes, st.builds(BgBb, positive, positive, positive, positive))
def test_p_alive_is_a_probability_that_falls_with_silence(row, parameters):
    x, tx, n = (np.array([value]) for value in row)

    now, later = (bgbb_p_alive(Rhythm(x, tx, n + weeks), parameters)[0] for weeks in (0, 1))

    assert 0 <= later <= now + 1e-9
    assert now <= 1 + 1e-9
