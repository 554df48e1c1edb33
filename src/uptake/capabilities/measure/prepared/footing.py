"""What preparing stands on: one view of the lake, the records, the windows, who may be shown.

Teams, roles and populations are told apart by account, because two accounts may call different
people by the same name: each carries its account in front of its own name. Populations take the
place of managers as a grouping, because what is expected of a person hangs on the population.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta

from uptake.capabilities.customers.attributes import (
    attributes,
    expected_days,
    expected_profile,
)
from uptake.capabilities.customers.queries import visible_accounts
from uptake.foundation.actor import Actor
from uptake.foundation.lake import shared_lake as shared_lake
from uptake.foundation.models import Workspace
from uptake.methods.adoption.states import Thresholds
from uptake.metrics.attributes import Attributes, Member, one_row_each
from uptake.metrics.evaluate import default_window
from uptake.metrics.measurement import Window
from uptake.metrics.relations import Relations
from uptake.metrics.scope import Grouping
from uptake.store.schema import TermKind

MARK = "\x1f"
"""Stands between an account and the name of a group in it."""

STANDS_FOR = {
    Grouping.TEAM: Grouping.TEAM,
    Grouping.ROLE: Grouping.ROLE,
    Grouping.POPULATION: Grouping.MANAGER,
}
"""Groupings inside accounts, and the column that carries each."""


Shape = Callable[[tuple[Member, ...], Mapping[str, str]], tuple[Member, ...]]
"""How metrics shall tell people apart, given the segment of each account that has one."""

SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Footing:
    """Relations with groups by account, the window of accounts and the one of groups.

    ``window`` ends on the last complete day; ``grid`` on the last complete Sunday, so that windows
    of small groups never overlap by a few days only. ``populations`` are those of the records.
    """

    relations: Relations
    attributes: Attributes
    segments: Mapping[str, str]
    window: Window
    grid: Window
    thresholds: Thresholds
    minimum_people: int

    @property
    def is_empty(self) -> bool:
        """Say whether there are no events."""
        return self.relations.span is None

    @property
    def settings(self) -> str:
        """The version of what the numbers rest on besides data."""
        relations = self.relations
        rests = (
            self.thresholds.version,
            repr(sorted(relations.profile.everyone.actions)),
            repr(relations.profile),
            repr(relations.calendar),
            self.minimum_people,
        )
        return hashlib.sha256(repr(rests).encode()).hexdigest()[:8]


def last_sunday(day: date) -> date:
    """Return the day itself if it is a Sunday, else the Sunday before."""
    return day - timedelta(days=(day.weekday() - SUNDAY) % 7)


def by_account(people: tuple[Member, ...], _segments: Mapping[str, str]) -> tuple[Member, ...]:
    """Tell groups apart by account."""
    return tuple(map(_by_account, people))


def plain(people: tuple[Member, ...], _segments: Mapping[str, str]) -> tuple[Member, ...]:
    """Leave groups their own names, across accounts."""
    return people


def by_segment(people: tuple[Member, ...], segments: Mapping[str, str]) -> tuple[Member, ...]:
    """Put the segment of the account in the place of the team."""
    return tuple(replace(m, team=segments.get(m.account or "")) for m in people)


def _segments(system: Actor) -> dict[str, str]:
    """The segment of each account that has one."""
    rows = visible_accounts(system).exclude(segment="")
    return dict(rows.values_list("external_id", "segment"))


def _by_account(member: Member) -> Member:
    population = member.population or member.role
    return replace(
        member,
        team=inside(member.account, member.team),
        role=inside(member.account, member.role),
        manager=inside(member.account, population),
        population=population,
    )


def inside(account: str | None, name: str | None) -> str | None:
    """Return the name of a group with its account in front; None where one is missing."""
    return None if account is None or name is None else f"{account}{MARK}{name}"


def split(name: str | None) -> tuple[str, str]:
    """Return account and name of a group."""
    account, _, group = (name or "").partition(MARK)
    return account, group


@contextmanager
def footing(workspace: Workspace, shape: Shape = by_account) -> Iterator[Footing]:
    """Open the lake of a workspace; people are told apart as the shape says."""
    system = Actor.system(workspace, name="figures")
    listed, segments = attributes(system), _segments(system)
    with shared_lake().snapshot(workspace.slug) as snapshot:
        known = replace(listed, people=one_row_each(listed.people, snapshot.known_as()))
        profile = expected_profile(system, snapshot.codes(TermKind.ACTION))
        shaped = replace(known, people=shape(known.people, segments))
        relations = Relations.from_rollups(snapshot, shaped, profile=profile)
        agreed = relations.profile.on_days(expected_days(system))
        calendar = relations.calendar.at(workspace.country)
        relations = replace(relations, profile=agreed, calendar=calendar)
        window = default_window(relations)
        yield Footing(
            relations=relations,
            attributes=known,
            segments=segments,
            window=window,
            grid=Window.ending(last_sunday(window.last)),
            thresholds=Thresholds(),
            minimum_people=workspace.minimum_group,
        )
