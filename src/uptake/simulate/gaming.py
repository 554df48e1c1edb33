"""Gaming, machines and shared accounts: much activity that is no adoption."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from uptake.simulate.activity import Activity
from uptake.simulate.arrays import Flags, Ints, Stream, generator
from uptake.simulate.calendars import DAY_MS, Calendar
from uptake.simulate.catalogue import action_code
from uptake.simulate.config import SimulationConfig
from uptake.simulate.drafts import OBJECTS_OF_A_PERSON, Draft, draft_of

HOUR_MS = 3_600_000
SALES, SERVICE = 0, 1
LARGE_ENOUGH = 20
BOT_FROM = 60
SHARED_FROM = 100
IMPORT_SECONDS = 150
EMPTY_EDITS_A_WEEK = 40
EMPTY_EDIT_WEEKS = 4
ANONYMOUS_VISITS = 5
SHARED_EVENTS_A_DAY = 40


class GamingKind(StrEnum):
    """Ways to look busy."""

    BULK_IMPORT = "bulk_import"
    EMPTY_EDITS = "empty_edits"
    DEADLINE_BURST = "deadline_burst"


@dataclass(frozen=True, slots=True)
class Gaming:
    """One planted case: ``person`` or ``team`` is None where it does not apply."""

    account: str
    kind: GamingKind
    team: int | None
    person: int | None
    first_week: int
    last_week: int
    events: int | None


@dataclass(frozen=True, slots=True)
class GamingPlan:
    """What is planted in one account, and its identifiers beside people."""

    planted: tuple[Gaming, ...]
    bot: bool
    shared: bool
    anonymous: int
    teams: int

    def bursts(self, team: Ints, week: Ints) -> Flags:
        """Return which rows belong to a team in weeks of deadline bursts."""
        first = np.full(self.teams, np.iinfo(np.int64).max)
        for item in self.planted:
            if item.kind is GamingKind.DEADLINE_BURST and item.team is not None:
                first[item.team] = item.first_week
        return np.asarray(week >= first[team], dtype=np.bool_)

    def extra_ids(self, account: str) -> list[str]:
        """Return the identifiers that follow those of people: integration, shared, anonymous."""
        named = [f"{account}-integration"] * self.bot + [f"{account}-shared-desk"] * self.shared
        return named + [f"{account}-anonymous-{row + 1:02d}" for row in range(self.anonymous)]


def plan_gaming(config: SimulationConfig, activity: Activity) -> GamingPlan:
    """Draw what is planted; the largest account gets one of each."""
    account = activity.account
    random = generator(config.seed, Stream.GAMING, account.number)
    always = account.number == 1
    wanted = [always or bool(random.random() < 0.4) for _ in GamingKind]
    planted: list[Gaming] = []
    if account.people >= LARGE_ENOUGH:
        for kind, is_wanted in zip(GamingKind, wanted, strict=True):
            found = _plant(random, config, activity, kind) if is_wanted else None
            planted += [found] if found else []
    bot = account.people >= BOT_FROM and (always or bool(random.random() < 0.5))
    shared = SERVICE in account.products and account.people >= SHARED_FROM
    return GamingPlan(
        planted=tuple(planted),
        bot=bot,
        shared=shared and bool(random.random() < 0.4),
        anonymous=int(random.integers(0, 4)),
        teams=len(account.teams),
    )


def _plant(
    random: np.random.Generator, config: SimulationConfig, activity: Activity, kind: GamingKind
) -> Gaming | None:
    """Choose somebody who works in the week anyway, so that gaming makes nobody active."""
    week = int(random.integers(config.weeks // 3, config.weeks - EMPTY_EDIT_WEEKS - 1))
    weeks = EMPTY_EDIT_WEEKS if kind is GamingKind.EMPTY_EDITS else 1
    there = activity.presence[:, SALES, week : week + weeks].all(axis=1)
    there &= activity.people.role == SALES
    candidates = np.flatnonzero(there)
    if not candidates.size:
        return None
    person = int(random.choice(candidates))
    team = int(activity.people.team[person])
    name = activity.account.id
    if kind is GamingKind.DEADLINE_BURST:
        return Gaming(name, kind, team, None, week, config.weeks, None)
    amount = int(random.integers(300, 900)) if weeks == 1 else EMPTY_EDITS_A_WEEK * weeks
    return Gaming(name, kind, team, person, week, week + weeks, amount)


def gaming_events(
    random: np.random.Generator, calendar: Calendar, activity: Activity, item: Gaming
) -> Draft | None:
    """Return the events that a case of gaming adds; deadline bursts only move events."""
    if item.person is None or item.events is None or item.team is None:
        return None
    country = int(activity.account.team_countries()[item.team])
    person = np.full(item.events, item.person)
    owner = item.person * OBJECTS_OF_A_PERSON
    if item.kind is GamingKind.BULK_IMPORT:
        start = _local_moment(calendar, country, item.first_week, hour=10)
        moments = start + np.sort(random.integers(0, IMPORT_SECONDS * 1_000, item.events))
        made = owner + OBJECTS_OF_A_PERSON // 2 + np.arange(item.events)
        return draft_of(
            person, np.full(item.events, action_code("contact.created")), moments, item=made
        )
    week = np.repeat(np.arange(item.first_week, item.last_week), EMPTY_EDITS_A_WEEK)
    starts = np.array([_local_moment(calendar, country, int(w), hour=14) for w in week])
    moments = starts + random.integers(0, 2 * HOUR_MS, item.events)
    return draft_of(
        person,
        np.full(item.events, action_code("contact.updated")),
        moments,
        item=np.full(item.events, owner),
        changed=np.zeros(item.events, dtype=np.int64),
    )


def _local_moment(calendar: Calendar, country: int, week: int, *, hour: int) -> int:
    day = week * 7 + int(calendar.deadline_day[country, week])
    local = calendar.midnight_ms + day * DAY_MS + hour * HOUR_MS
    return local - int(calendar.offset_ms[country, day])


def machine_events(
    random: np.random.Generator, calendar: Calendar, activity: Activity, plan: GamingPlan
) -> list[Draft]:
    """Return what integration, shared and anonymous identifiers do."""
    number = activity.account.people
    drafts: list[Draft] = []
    if plan.bot:
        drafts.append(_integration(calendar, number, activity))
        number += 1
    if plan.shared:
        drafts.append(_shared_desk(random, calendar, number, activity))
        number += 1
    visitors = range(number, number + plan.anonymous)
    return drafts + [_anonymous(random, calendar, visitor, activity) for visitor in visitors]


def _days_in_use(activity: Activity, product: int) -> range:
    """Return the days of the run on which the account uses a product."""
    end = activity.ended(product) or activity.presence.shape[2]
    return range(max(activity.account.go_live[product], 0) * 7, end * 7)


def _integration(calendar: Calendar, number: int, activity: Activity) -> Draft:
    """Every hour at five past, day and night, two contacts are synchronised."""
    days = _days_in_use(activity, SALES)
    hours = np.repeat(np.arange(days.start * 24, days.stop * 24), 2)
    moments = calendar.midnight_ms + hours * HOUR_MS + 300_000
    item = np.arange(hours.size) % OBJECTS_OF_A_PERSON + number * OBJECTS_OF_A_PERSON
    code = np.full(hours.size, action_code("contact.updated"))
    changed = np.ones(hours.size, dtype=np.int64)
    return draft_of(np.full(hours.size, number), code, moments, item=item, changed=changed)


def _shared_desk(
    random: np.random.Generator, calendar: Calendar, number: int, activity: Activity
) -> Draft:
    """One login for a whole desk: long days, seven days a week, several people's volume."""
    days = np.repeat(np.array(_days_in_use(activity, SERVICE)), SHARED_EVENTS_A_DAY)
    moments = calendar.midnight_ms + days * DAY_MS
    moments = moments + random.integers(4 * HOUR_MS, 22 * HOUR_MS, days.size)
    code = np.full(days.size, action_code("article.consulted"))
    item = number * OBJECTS_OF_A_PERSON + random.integers(0, 50, days.size)
    return draft_of(np.full(days.size, number), code, moments, item=item)


def _anonymous(
    random: np.random.Generator, calendar: Calendar, number: int, activity: Activity
) -> Draft:
    """Somebody who was never identified looks at a few pages on one day."""
    days = _days_in_use(activity, SALES)
    midnight = calendar.midnight_ms + int(random.integers(days.start, days.stop)) * DAY_MS
    moments = midnight + random.integers(8 * HOUR_MS, 20 * HOUR_MS, ANONYMOUS_VISITS)
    code = np.full(ANONYMOUS_VISITS, action_code("page.viewed", SALES))
    return draft_of(np.full(ANONYMOUS_VISITS, number), code, moments)
