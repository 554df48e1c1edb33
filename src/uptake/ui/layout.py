"""What the frame of every page shows: the rail, the workspaces to change to, the theme."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest

from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.models import User, Workspace
from uptake.foundation.queries import visible_workspaces
from uptake.foundation.web import LAST_WORKSPACE
from uptake.ui.navigation import Entry, Group, entries_for


@dataclass(frozen=True, slots=True)
class Line:
    """One drawn line of the rail."""

    name: str
    icon: str
    address: str
    is_current: bool


class Shell:
    """The frame around a page; worked out only as far as the template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def user(self) -> User | None:
        """Who is signed in."""
        user = getattr(self._request, "user", None)
        return user if isinstance(user, User) else None

    @cached_property
    def actor(self) -> Actor | None:
        """Who is looking, in the workspace at hand or else in the one they were in last."""
        actor = getattr(self._request, "actor", None)
        if isinstance(actor, Actor):
            return actor if actor.role is not None else None
        return self._last_place()

    @cached_property
    def sees_deployments(self) -> bool:
        """Whether there is any deployment to change to."""
        return self.actor is not None and self.actor.may(Permission.METRICS_READ)

    def _last_place(self) -> Actor | None:
        if self.user is None:
            return None
        last = self._request.session.get(LAST_WORKSPACE, "")
        spaces = {space.slug: space for space in self.workspaces}
        place = spaces.get(last) or next(iter(spaces.values()), None)
        return Actor.of(self.user, place) if place else None

    @cached_property
    def theme(self) -> str:
        """``light``, ``dark``, or empty for what the device prefers."""
        return self.user.theme if self.user else ""

    @cached_property
    def work(self) -> list[Line]:
        """The upper part of the rail."""
        return self._lines(Group.WORK)

    @cached_property
    def settings(self) -> list[Line]:
        """The lower part of the rail."""
        return self._lines(Group.SETTINGS)

    @cached_property
    def workspaces(self) -> list[Workspace]:
        """Where else the user can go."""
        return list(visible_workspaces(self.user)) if self.user else []

    def _lines(self, group: Group) -> list[Line]:
        actor = self.actor
        if actor is None:
            return []
        return [self._line(actor, entry) for entry in entries_for(actor, group)]

    def _line(self, actor: Actor, entry: Entry) -> Line:
        match = self._request.resolver_match
        here = match is not None and entry.is_at(match.view_name)
        return Line(entry.name, entry.icon, entry.address(actor), here)


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Give every template the frame (a context processor)."""
    return {"shell": Shell(request)}
