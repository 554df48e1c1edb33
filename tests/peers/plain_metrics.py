"""The metrics again, in plain pandas: slow, obvious, and written without looking at Uptake's."""

from __future__ import annotations

import itertools
import math
from datetime import date, timedelta
from statistics import median

import pandas as pd
from lifelines import KaplanMeierFitter

Pair = tuple[int, int]

DELAYS = {
    "within 1 hour": 1,
    "within 4 hours": 4,
    "within 1 day": 24,
    "within 2 days": 48,
    "within 7 days": 168,
}


class Peer:
    """Answers about one log: ``value`` are the actions that count, the window ends on ``last``."""

    def __init__(self, frame: pd.DataFrame, value: set[str], last: date) -> None:
        self.log = frame.assign(day=frame["occurred_at"].dt.date)
        self.value = self.log[self.log["action"].isin(value)]
        self.value_names = value
        self.last = last
        self.first = last - timedelta(days=27)

    def between(self, first: date, last: date) -> pd.DataFrame:
        return self.value[(self.value["day"] >= first) & (self.value["day"] <= last)]

    @property
    def window(self) -> pd.DataFrame:
        return self.between(self.first, self.last)

    def adoption_rate(self, last: date | None = None, days: int = 28) -> Pair:
        end = last or self.last
        active = self.between(end - timedelta(days=days - 1), end)["person"].nunique()
        return active, self.log[self.log["day"] <= end]["person"].nunique()

    def adoption_rate_by_account(self) -> dict[str, Pair]:
        seen = self.log[self.log["day"] <= self.last].groupby("account")["person"].nunique()
        active = self.window.groupby("account")["person"].nunique()
        return {group: (int(active.get(group, 0)), int(n)) for group, n in seen.items()}

    def active_by(self, column: str) -> dict[str, int]:
        return {k: int(n) for k, n in self.window.groupby(column)["person"].nunique().items()}

    def active_days(self) -> Pair:
        pairs = self.window[["person", "day"]].drop_duplicates()
        return len(pairs), pairs["person"].nunique()

    def wau_mau(self) -> Pair:
        week = self.between(self.last - timedelta(days=6), self.last)
        return week["person"].nunique(), self.window["person"].nunique()

    def working_days(self, first: date, last: date) -> list[date]:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return [day for day in days if day.weekday() < 5]

    def stickiness(self) -> float:
        ratios = []
        for day in self.working_days(self.first, self.last):
            people = set(self.between(day - timedelta(days=27), day)["person"])
            today = set(self.between(day, day)["person"])
            if people:
                ratios.append(len(today) / len(people))
        return sum(ratios) / len(ratios)

    def recency(self) -> float:
        past = self.value[self.value["day"] <= self.last]
        newest = past.groupby("person")["day"].max()
        return median(len(self.working_days(day + timedelta(days=1), self.last)) for day in newest)

    def frequency(self, days_a_week: float) -> tuple[float, float]:
        seen = self.log[self.log["day"] <= self.last].groupby("person")["day"].min()
        pairs = self.window[["person", "day"]].drop_duplicates()
        worked = pairs[[day.weekday() < 5 for day in pairs["day"]]].groupby("person").size()
        done, due = [], []
        for person, start in seen.items():
            days = self.working_days(max(start, self.first), self.last)
            expected = days_a_week / 5 * len(days)
            done.append(min(float(worked.get(person, 0)), expected))
            due.append(expected)
        return math.fsum(done), math.fsum(due)

    def breadth(self) -> Pair:
        used = self.window[["person", "action"]].drop_duplicates()
        people = used["person"].nunique()
        present = set(self.log["action"]) & self.value_names
        return len(used), people * len(present)

    def depth(self) -> float:
        shares = self.window["action"].value_counts(normalize=True)
        return math.exp(-sum(p * math.log(p) for p in shares))

    def concentration(self) -> Pair:
        counts = self.window.groupby("person").size().sort_values(ascending=False)
        people = self.log[self.log["day"] <= self.last]["person"].nunique()
        return int(counts.head(math.ceil(people / 10)).sum()), len(self.window)

    def rework(self) -> Pair:
        on_objects = self.window.dropna(subset=["object_id"])
        pairs = on_objects[["object_id", "action"]].drop_duplicates()
        return len(on_objects) - len(pairs), len(on_objects)

    def first_time_right(self) -> dict[str, Pair]:
        judged = self.window.groupby("account")["quality_ok"]
        return {group: (int(n.sum()), len(n)) for group, n in judged}

    def timeliness(self, hours: int) -> Pair:
        known = self.window.dropna(subset=["recorded_at"])
        late = (known["recorded_at"] - known["occurred_at"]) > pd.Timedelta(hours=hours)
        return int((~late).sum()), len(known)

    def recording_delay(self) -> dict[str, Pair]:
        known = self.window.dropna(subset=["recorded_at"])
        waited = known["recorded_at"] - known["occurred_at"]
        return {
            name: (int((waited <= pd.Timedelta(hours=hours)).sum()), len(known))
            for name, hours in DELAYS.items()
            if len(known)
        }

    def value_actions(self) -> dict[str, int]:
        return {group: len(rows) for group, rows in self.window.groupby("account")}

    def actions_in_use(self) -> Pair:
        return self.window["action"].nunique(), len(set(self.log["action"]) & self.value_names)

    def accounts_in_use(self) -> Pair:
        seen = self.log[self.log["day"] <= self.last]
        return self.window["account"].nunique(), seen["account"].nunique()

    def silent_days(self) -> Pair:
        days = self.working_days(self.first, self.last)
        return len(set(days) - set(self.log["day"])), len(days)

    def days_since_last_use(self) -> int:
        past = self.value[self.value["day"] <= self.last]
        return (self.last - past["day"].max()).days

    def days_since_new_adopter(self) -> tuple[int, int]:
        past = self.value[self.value["day"] <= self.last]
        began = past.groupby("person")["day"].min()
        return (self.last - began.max()).days, len(began)

    def weekly_actives(self) -> list[int]:
        start = self.log["day"].min()
        weeks = ((self.last - start).days + 1) // 7
        ends = [self.last - timedelta(days=7 * back) for back in reversed(range(weeks))]
        return [self.between(end - timedelta(days=6), end)["person"].nunique() for end in ends]

    def hours(self) -> dict[tuple[int, int], int]:
        days = (self.log["day"] >= self.first) & (self.log["day"] <= self.last)
        stamps = self.log[days]["occurred_at"]
        counts = pd.Series(1, index=stamps.index).groupby([stamps.dt.weekday, stamps.dt.hour]).sum()
        return {(int(d), int(h)): int(n) for (d, h), n in counts.items()}

    def adoption_curve(self, week: int) -> Pair:
        start = self.log["day"].min()
        past = self.value[self.value["day"] <= self.last]
        first = past.groupby("person")["day"].min()
        people = self.log[self.log["day"] <= self.last]["person"].nunique()
        return int((first <= start + timedelta(days=7 * week)).sum()), people

    def retention(self, week: int) -> float:
        """Kaplan-Meier of the first lapse by lifelines, person by person."""
        weeks = self._weeks_of_each_person()
        latest = -(-((self.last - self.log["day"].min()).days + 1) // 7) - 1
        gaps = sorted(b - a - 1 for w in weeks for a, b in itertools.pairwise(w) if b - a > 1)
        limit = gaps[math.ceil(0.95 * len(gaps)) - 1] + 1
        waited, lapsed = [], []
        for active in weeks:
            ends = [*active, latest + 1]
            stop = next(
                (i for i, a in enumerate(active) if ends[i + 1] - a - 1 >= limit), len(active) - 1
            )
            waited.append(active[stop] + 1 - active[0])
            lapsed.append(ends[stop + 1] - active[stop] - 1 >= limit)
        curve = KaplanMeierFitter().fit(waited, lapsed)
        return float(curve.predict(week))

    def _weeks_of_each_person(self) -> list[list[int]]:
        start = self.log["day"].min()
        whole = -(-((self.last - start).days + 1) // 7)
        origin = self.last - timedelta(days=7 * whole - 1)
        past = self.value[self.value["day"] <= self.last]
        numbered = past.assign(week=[(day - origin).days // 7 for day in past["day"]])
        return [sorted(set(w)) for _, w in numbered.groupby("person")["week"]]

    def ramp(self) -> tuple[list[int], list[bool]]:
        """Weeks that each newcomer took, or was watched, and whether the level was reached."""
        past = self.log[self.log["day"] <= self.last]
        seen, began = past.groupby("person")["day"].min(), self.log["day"].min()
        days = self.value[self.value["day"] <= self.last].groupby("person")["day"].agg(set)
        settled = max(self.last - timedelta(days=182), began + timedelta(days=27))
        weekly = {p: self._days_by_week(start, days.get(p, set())) for p, start in seen.items()}
        level = _level([weekly[p] for p, start in seen.items() if start <= settled])
        found = [
            _ramped(weekly[p], level)
            for p, start in seen.items()
            if start >= began + timedelta(days=28) and weekly[p]
        ]
        return [weeks for weeks, _ in found], [done for _, done in found]

    def _days_by_week(self, start: date, active: set[date]) -> list[int]:
        weeks = ((self.last - start).days + 1) // 7
        begins = [start + timedelta(days=7 * n) for n in range(weeks)]
        return [sum(begin + timedelta(days=n) in active for n in range(7)) for begin in begins]


def _level(weekly: list[list[int]]) -> float:
    """Median, over those who use it, of their mean week from the first to the last in use."""
    active = [[n for n, days in enumerate(row) if days] for row in weekly]
    gaps = sorted(b - a - 1 for w in active for a, b in itertools.pairwise(w) if b - a > 1)
    limit = gaps[math.ceil(0.95 * len(gaps)) - 1] + 1
    means = []
    for row, used in zip(weekly, active, strict=True):
        if used:
            stop = next((a for a, b in itertools.pairwise(used) if b - a - 1 >= limit), used[-1])
            means.append(sum(row[used[0] : stop + 1]) / (stop + 1 - used[0]))
    return median(means)


def _ramped(row: list[int], level: float) -> tuple[int, bool]:
    """The week at whose end four in a row first reached the level, or all weeks watched."""
    ends = (n for n in range(4, len(row) + 1) if sum(row[n - 4 : n]) / 4 >= level)
    week = next(ends, None)
    return (len(row), False) if week is None else (week, True)
