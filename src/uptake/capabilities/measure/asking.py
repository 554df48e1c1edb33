"""Asking for prepared answers: which questions there are, what they rest on, where they lie."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeVar

from uptake.capabilities.customers.standing import records_version
from uptake.capabilities.measure.kept import Meta, Pack, Prepared, Shelf, Stamp
from uptake.capabilities.measure.views import Basis
from uptake.config import load_settings
from uptake.foundation.models import Workspace

Value = TypeVar("Value")

KEPT = "kept"
"""Folder of the data directory that holds prepared answers; may be deleted at any time."""

PORTFOLIO = "portfolio"
GROUPS = "groups"
EXPLORE = "explore"
TEAM = "team"

STANDING = (PORTFOLIO, GROUPS)
"""Questions that are kept ready whether or not somebody asked."""


@dataclass(frozen=True, slots=True)
class Question:
    """A kind of question and what it is about, as text."""

    kind: str
    about: str = ""

    @property
    def text(self) -> str:
        """The question as it is kept."""
        return f"{self.kind} {self.about}".strip()

    @classmethod
    def read(cls, text: str) -> Question:
        """Return the question that was kept as this text."""
        kind, _, about = text.partition(" ")
        return cls(kind, about)


@dataclass(frozen=True, slots=True)
class Answer:
    """The newest answer that may be served, and what answers depend on as of now."""

    pack: Pack
    now: Stamp

    def part(self, name: str, kind: type[Value]) -> Value | None:
        """Return a part; None if there is none of that name."""
        return self.pack.part(name, kind)

    @property
    def as_of(self) -> date | None:
        """The last day that it is about; None without data."""
        return self.pack.meta.as_of

    @property
    def basis(self) -> Basis:
        """What it rests on, and whether newer data is waiting."""
        meta = self.pack.meta
        return Basis(
            as_of=meta.as_of,
            computed_at=meta.computed_at,
            lake_version=meta.stamp.lake,
            settings=meta.settings,
            is_current=meta.stamp == self.now,
            minimum_people=meta.stamp.minimum_people,
            rests_on=(meta.question, meta.form, meta.computed_at, meta.stamp, *self._records),
        )

    @property
    def _records(self) -> tuple[Hashable, ...]:
        """What besides the answer decides how it is shown now: names, rights, contracts."""
        return self.now.records, self.now.erasures, self.now.minimum_people


def ask(workspace: Workspace, question: Question) -> Answer:
    """Return the newest answer that may be served, however old the data in it is."""
    now = stamp(workspace)
    pack = shelf().get(
        workspace.slug,
        question.text,
        now=now,
        stamp=partial(stamp, workspace),
        prepare=partial(prepare, workspace, question),
    )
    return Answer(pack, now if pack.meta.stamp.erasures == now.erasures else stamp(workspace))


def renew(workspace: Workspace, question: Question) -> Meta:
    """Prepare an answer anew."""
    return shelf().renew(
        workspace.slug,
        question.text,
        stamp=partial(stamp, workspace),
        prepare=partial(prepare, workspace, question),
    )


def stamp(workspace: Workspace) -> Stamp:
    """Return what answers about a workspace depend on, as of now."""
    from uptake.capabilities.measure.prepared.footing import shared_lake
    from uptake.store.stand import read_stand

    stand = read_stand(shared_lake(), workspace.slug)
    return Stamp(
        lake=stand.version,
        records=records_version(workspace),
        erasures=stand.erasures,
        minimum_people=workspace.minimum_group,
    )


def shelf() -> Shelf:
    """Return this process's view of the prepared answers."""
    return _shelf(load_settings().data_dir / KEPT)


@lru_cache(maxsize=4)
def _shelf(root: Path) -> Shelf:
    return Shelf(root)


def prepare(workspace: Workspace, question: Question) -> Prepared:
    """Compute an answer from the lake; raises KeyError for a kind of question there is none of."""
    return _preparers()[question.kind](workspace, question.about)


@lru_cache(maxsize=1)
def _preparers() -> Mapping[str, Callable[[Workspace, str], Prepared]]:
    """Import what computes only where something is computed: Ibis takes a second to load."""
    from uptake.capabilities.measure.prepared.accounts import prepare_accounts
    from uptake.capabilities.measure.prepared.exploring import prepare_explore
    from uptake.capabilities.measure.prepared.footing import footing
    from uptake.capabilities.measure.prepared.groups import prepare_groups
    from uptake.capabilities.measure.prepared.team import prepare_team

    def portfolio(workspace: Workspace, _about: str) -> Prepared:
        with footing(workspace) as ground:
            return prepare_accounts(ground)

    def groups(workspace: Workspace, _about: str) -> Prepared:
        with footing(workspace) as ground:
            return prepare_groups(ground)

    return {
        PORTFOLIO: portfolio,
        GROUPS: groups,
        EXPLORE: prepare_explore,
        TEAM: prepare_team,
    }
