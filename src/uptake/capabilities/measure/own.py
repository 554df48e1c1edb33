"""My adoption: one's own numbers against one's own past, and who has looked at them.

Read from the lake for the person who asks and for nobody else; what was read is kept in memory for
some moments, and never on disk.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING

from django.utils.timezone import now

from uptake.capabilities.customers.expectations import PersonalExpectation, expected_of
from uptake.capabilities.customers.queries import person_of
from uptake.capabilities.customers.standing import while_events_come
from uptake.capabilities.measure.views import Look, OwnAction, OwnView, OwnWeek
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound
from uptake.foundation.privacy import looks_at, policy_in_force
from uptake.ui import words

if TYPE_CHECKING:
    from uptake.capabilities.customers.models import Person

WEEKS = 26
"""Weeks of one's own that are shown."""

WINDOW_DAYS = 28
MOST_LOOKS = 100

_DONE = """
SELECT days.day, action.text AS action, sum(days.events)::BIGINT AS times
FROM person_day_actions AS days
JOIN terms AS action ON action.kind = 'action' AND action.code = days.action
WHERE days.person = (SELECT code FROM person_codes WHERE text = $person)
  AND days.day BETWEEN $first AND $last
GROUP BY ALL
"""


@dataclass(frozen=True, slots=True)
class _Done:
    """What one person did: times by day and action, up to the newest day of the workspace."""

    last: date | None
    times: Mapping[tuple[date, str], int]


def own_adoption(actor: Actor) -> OwnView:
    """Return the numbers of the person who is signed in.

    Raises:
        NotFound: nobody has said which person the user is.
    """
    person = person_of(actor)
    if person is None:
        raise NotFound(
            "Nobody has said which person you are in the data; ask an owner to link you under "
            "Settings, Members."
        )
    expected = expected_of(person)
    key = ("own adoption", person.pk)
    done = while_events_come(actor, key, lambda: _done(actor.workspace.slug, person.external_id))
    weeks = _weeks(done, expected)
    now_days, before = _active_days(done, expected, 0), _active_days(done, expected, WINDOW_DAYS)
    earlier = [week.active_days for week in weeks[:-4]]
    usual = float(median(earlier)) if len(earlier) >= 4 else None
    actions = _actions(done, expected)
    return OwnView(
        as_of=done.last,
        computed_at=now(),
        name=person.name or person.external_id,
        account=str(person.account) if person.account else "",
        team=str(person.team) if person.team else "",
        role=person.role,
        population=expected.population,
        sentences=_sentences(now_days, before, actions, done.last),
        active_days=now_days,
        active_days_before=before,
        usual_days=usual,
        weeks=weeks,
        actions=actions,
        looks=_looks(actor, person),
        who_can_see=_who_can_see(actor),
    )


def _done(workspace: str, person: str) -> _Done:
    from uptake.capabilities.measure.prepared.footing import shared_lake

    with shared_lake().snapshot(workspace) as snapshot:
        found = snapshot.connection.execute("SELECT max(day) FROM account_hours").fetchone()
        last = found[0] if found else None
        if last is None:
            return _Done(None, {})
        first = last - timedelta(days=7 * WEEKS - 1)
        told = {"person": person, "first": first, "last": last}
        rows = snapshot.connection.execute(_DONE, told).fetchall()
    return _Done(last, {(day, action): times for day, action, times in rows})


def _counts(expected: PersonalExpectation, action: str) -> bool:
    """Whether an action is use: expected, or anything where nothing at all is said."""
    return not expected.actions or action in expected.actions


def _active_days(done: _Done, expected: PersonalExpectation, back: int) -> int:
    if done.last is None:
        return 0
    last = done.last - timedelta(days=back)
    first = last - timedelta(days=WINDOW_DAYS - 1)
    return len({d for d, action in done.times if first <= d <= last and _counts(expected, action)})


def _weeks(done: _Done, expected: PersonalExpectation) -> tuple[OwnWeek, ...]:
    """Whole weeks back from the newest day, oldest first, from the first one with anything."""
    if done.last is None or not done.times:
        return ()
    days: dict[int, set[date]] = defaultdict(set)
    actions: dict[int, int] = defaultdict(int)
    for (day, action), times in done.times.items():
        if _counts(expected, action):
            back = (done.last - day).days // 7
            days[back].add(day)
            actions[back] += times
    oldest = max(days, default=0)
    return tuple(
        OwnWeek(
            first=done.last - timedelta(days=7 * back + 6),
            last=done.last - timedelta(days=7 * back),
            active_days=len(days[back]),
            actions=actions[back],
        )
        for back in range(oldest, -1, -1)
    )


def _actions(done: _Done, expected: PersonalExpectation) -> tuple[OwnAction, ...]:
    if done.last is None:
        return ()
    first = done.last - timedelta(days=WINDOW_DAYS - 1)
    times: dict[str, int] = defaultdict(int)
    for (day, action), count in done.times.items():
        if day >= first:
            times[action] += count
    names = sorted(expected.actions) or sorted(times)
    return tuple(
        OwnAction(name, times[name], times[name] / 4, expected.actions.get(name)) for name in names
    )


def _sentences(
    days: int, before: int, actions: Sequence[OwnAction], last: date | None
) -> tuple[str, ...]:
    if last is None:
        return ("No data has arrived yet; your own numbers will stand here.",)
    change = "as in" if days == before else ("more than in" if days > before else "fewer than in")
    first = (
        f"You used it on {words.plural(days, 'day')} in the four weeks to {words.day(last)}, "
        f"{change} the four weeks before ({before})."
    )
    judged = [action for action in actions if action.is_met is not None]
    if not judged:
        return (first,)
    met = sum(bool(action.is_met) for action in judged)
    return (
        first,
        f"{met} of {words.plural(len(judged), 'expected action')} were done as often as expected.",
    )


def _looks(actor: Actor, person: Person) -> tuple[Look, ...]:
    looks = looks_at(actor.workspace, person.external_id)[:MOST_LOOKS]
    return tuple(Look(look.at, look.viewer_name, look.page, look.purpose) for look in looks)


def _who_can_see(actor: Actor) -> str:
    policy = policy_in_force(actor.workspace)
    minimum = actor.workspace.minimum_group
    if policy is None:
        return f"Only you see this page. Everybody else sees groups of {minimum} people or more."
    return (
        f"Only you see this page. Others may see your numbers by name under a policy decided by "
        f"{policy.decided_by} ({policy.legal_basis}; {policy.scope}) until "
        f"{words.day(policy.expires_on)}; each such look is listed below."
    )
