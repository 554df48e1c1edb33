"""Figures of behaviours, computed by the worker and kept on disk for every process.

One pack a workspace with a part for each behaviour; it holds groups alone, suppressed and rounded.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

from django.db.models import Q
from django.utils.timezone import now

from uptake.capabilities.behaviours.figures import BehaviourFigures, TeamsFigures, team_part
from uptake.capabilities.behaviours.leading import lines_of
from uptake.capabilities.behaviours.models import Behaviour, BehaviourVersion
from uptake.capabilities.customers.models import Person
from uptake.capabilities.measure import asking
from uptake.capabilities.measure.kept import Pack, Prepared, Shelf, Stamp
from uptake.capabilities.measure.renewing import is_due
from uptake.capabilities.measure.views import Basis
from uptake.config import load_settings
from uptake.foundation.models import Activity, Workspace
from uptake.store.errors import UptakeError

FOLDER = "kept-behaviours"
"""Folder of the data directory that holds them; may be deleted at any time."""

FORM = 8
"""Version of what is kept; raised when figures change their fields or their making."""

QUESTION = f"behaviours {FORM}"
_OURS = Q(object_type__startswith="behaviours.")


def kept_figures(behaviour: Behaviour) -> tuple[Basis, BehaviourFigures | None]:
    """Return the figures of a behaviour as it is now; None without any data."""
    workspace = behaviour.workspace
    pack = _pack(workspace)
    found = pack.part(str(behaviour.pk), BehaviourFigures)
    if not _is_about(found, behaviour):
        renew(workspace)
        pack = _pack(workspace)
        found = pack.part(str(behaviour.pk), BehaviourFigures)
    return _basis(pack, workspace), found


def all_figures(workspace: Workspace) -> tuple[Basis, dict[int, BehaviourFigures]]:
    """Return the figures of every behaviour of a workspace by its key, as old as they are."""
    pack = _pack(workspace)
    keys = (name for name in pack.names if name.isdecimal())
    found = {int(name): pack.part(name, BehaviourFigures) for name in keys}
    return _basis(pack, workspace), {key: each for key, each in found.items() if each}


def kept_team(workspace: Workspace, leader: Person) -> tuple[Basis, TeamsFigures]:
    """Return how the people of a leader do what is asked of them, as old as it is."""
    pack = _pack(workspace)
    found = pack.part(team_part(leader.pk), TeamsFigures)
    if found is None and _lacks(pack, workspace, leader):
        renew(workspace)
        pack = _pack(workspace)
        found = pack.part(team_part(leader.pk), TeamsFigures)
    return _basis(pack, workspace), found or TeamsFigures()


def _lacks(pack: Pack, workspace: Workspace, leader: Person) -> bool:
    """Whether what is kept knows nothing of somebody who leads: linked or named since."""
    if pack.meta.as_of is None:
        return False
    return pack.meta.stamp != stamp(workspace) or leader.pk in lines_of(workspace).leaders()


def asked_below(workspace: Workspace, leader: Person) -> tuple[int, ...]:
    """Return the numbers of the behaviours that are asked of the people of a leader."""
    _basis, found = kept_team(workspace, leader)
    return tuple(each.behaviour for each in found.items)


def renew(workspace: Workspace) -> None:
    """Compute the figures of every behaviour of a workspace anew."""
    shelf().renew(
        workspace.slug,
        QUESTION,
        stamp=partial(stamp, workspace),
        prepare=partial(prepare, workspace),
    )


def renew_due(moment: datetime | None = None) -> int:
    """Compute anew where something changed; returns in how many workspaces."""
    done = 0
    for workspace in Workspace.objects.filter(behaviours__isnull=False).distinct():
        try:
            metas = (meta for meta, _asked in shelf().metas(workspace.slug))
            kept = [meta for meta in metas if meta.question == QUESTION]
            if not kept or is_due(kept[0], stamp(workspace), moment or now()):
                renew(workspace)
                done += 1
        except UptakeError:  # no place in the lake yet: nothing has arrived
            continue
    return done


def prepare(workspace: Workspace) -> Prepared:
    """Compute the figures that changed from the lake; the others are taken over."""
    from uptake.capabilities.behaviours.preparing import prepare as prepare_figures

    last = shelf().last(workspace.slug, QUESTION, now=stamp(workspace))
    return prepare_figures(workspace, asking.stamp(workspace), last)


def stamp(workspace: Workspace) -> Stamp:
    """Return what figures depend on, as of now."""
    of_all = asking.stamp(workspace)
    newest = Activity.objects.filter(_OURS, workspace=workspace).order_by("-pk")
    ours = newest.values_list("pk", flat=True).first() or 0
    return Stamp(of_all.lake, max(of_all.records, ours), of_all.erasures, of_all.minimum_people)


def shelf() -> Shelf:
    """Return this process's view of the kept figures."""
    return _shelf(load_settings().data_dir / FOLDER)


@lru_cache(maxsize=4)
def _shelf(root: Path) -> Shelf:
    return Shelf(root)


def _pack(workspace: Workspace) -> Pack:
    return shelf().get(
        workspace.slug,
        QUESTION,
        now=stamp(workspace),
        stamp=partial(stamp, workspace),
        prepare=partial(prepare, workspace),
    )


def _newest(behaviour: Behaviour) -> int:
    return BehaviourVersion.objects.filter(behaviour=behaviour).count()


def _is_about(found: BehaviourFigures | None, behaviour: Behaviour) -> bool:
    if found is None:
        return False
    return (found.version, found.status) == (_newest(behaviour), behaviour.status)


def _basis(pack: Pack, workspace: Workspace) -> Basis:
    meta = pack.meta
    return Basis(
        as_of=meta.as_of,
        computed_at=meta.computed_at,
        lake_version=meta.stamp.lake,
        settings=meta.settings,
        is_current=meta.stamp == stamp(workspace),
        minimum_people=meta.stamp.minimum_people,
    )
