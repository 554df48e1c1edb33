"""Expected profiles: which actions count as use for whom, and on how many days a week.

"Active" means having done an action that the profile of one's population expects, never having
signed in. Where nobody set a profile a sensible one is read off the data and marked as proposed.
Methods section 1.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

PASSIVE_WORDS = frozenset(
    {
        *("login", "logon", "logout", "logoff", "signin", "signout", "sign", "signed", "log"),
        *("session", "heartbeat", "ping", "idle", "keepalive", "auth", "authenticate"),
        *("authenticated", "refresh", "load", "loaded", "launch", "launched", "start", "started"),
        *("view", "viewed", "views", "open", "opened", "visit", "visited", "page", "pageview"),
        *("browse", "read", "seen", "impression"),
    }
)
"""Words in the name of an action that say somebody was there, not that work was done."""

MATERIAL_SHARE = 0.2
"""An action is expected when this share of a population's regular people have done it."""

REGULAR_DAYS = 3
"""A person is regular with value actions on at least this many different days."""

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What is expected of a population: codes of value actions, and active days a week.

    ``days_a_week`` None: nobody said and the data did not allow a proposal.
    """

    actions: frozenset[int]
    days_a_week: float | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Expectations by population; ``everyone`` holds for people of no population named here.

    ``recorded_within`` is the agreed delay of recording, one of the steps that rollups count.
    ``proposed`` says that it was read off the data and nobody has confirmed it.
    """

    everyone: Expectation
    by_population: Mapping[str, Expectation] = field(default_factory=dict)
    recorded_within: str = "within_1d"
    proposed: bool = False

    def of(self, population: str | None) -> Expectation:
        """The expectation that holds for a population."""
        return self.by_population.get(population or "", self.everyone)

    def on_days(self, days_a_week: Mapping[str, float]) -> Profile:
        """Return the same expectations on as many days a week as was said of each population."""
        said = {
            name: replace(self.of(name), days_a_week=days) for name, days in days_a_week.items()
        }
        return replace(self, by_population={**self.by_population, **said})

    @property
    def is_uniform(self) -> bool:
        """Say whether the same actions are expected of everyone."""
        return all(e.actions == self.everyone.actions for e in self.by_population.values())


@dataclass(frozen=True, slots=True)
class ActionUse:
    """How many people of a population did an action, and on how many of them it was regular."""

    population: str | None
    action: int
    people: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How many regular people a population has, and the active days of each in active weeks."""

    population: str | None
    regular: int
    days_a_week: float | None


def is_passive(name: str) -> bool:
    """Say whether an action's name reads like presence (login, view) rather than work."""
    words = {word.lower() for word in _WORD.findall(name)}
    return bool(words) and bool(words & PASSIVE_WORDS)


def value_actions(names: Mapping[int, str]) -> frozenset[int]:
    """Codes of the actions that are work by their name; all of them if none would be left."""
    working = frozenset(code for code, name in names.items() if not is_passive(name))
    return working or frozenset(names)


def expectation_of(uses: list[ActionUse], rhythm: Rhythm, allowed: frozenset[int]) -> Expectation:
    """Actions that a material share of regular people did; every allowed one if none reaches it."""
    done = {use.action: use.people for use in uses if use.action in allowed}
    floor = MATERIAL_SHARE * rhythm.regular
    material = frozenset(code for code, people in done.items() if people and people >= floor)
    return Expectation(material or frozenset(done) or allowed, rhythm.days_a_week)
