"""Figures of behaviours, computed by the worker and kept on disk for every process.

One pack a workspace with a part for each behaviour; it holds groups alone, suppressed and rounded.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

from django.db.models import Q
from django.utils.timezone import now

from uptake.capabilities.behaviours.figures import BehaviourFigures
from uptake.capabilities.behaviours.models import Behaviour, BehaviourVersion
from uptake.capabilities.measure import asking
from uptake.capabilities.measure.kept import Pack, Prepared, Shelf, Stamp, encode
from uptake.capabilities.measure.renewing import is_due
from uptake.capabilities.measure.views import Basis
from uptake.config import load_settings
from uptake.foundation.models import Activity, Workspace
from uptake.store.errors import UptakeError

FOLDER = "kept-behaviours"
"""Folder of the data directory that holds them; may be deleted at any time."""

FORM = 1
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
    found = {int(name): pack.part(name, BehaviourFigures) for name in pack.names}
    return _basis(pack, workspace), {key: each for key, each in found.items() if each}


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
    """Compute the figures of every behaviour from the lake."""
    from uptake.capabilities.behaviours.counted import ground
    from uptake.capabilities.behaviours.figuring import figures_of
    from uptake.capabilities.behaviours.judged import judge_all

    behaviours = list(Behaviour.objects.filter(workspace=workspace).select_related("leader"))
    with ground(workspace) as stand:
        if stand is None:
            return Prepared({}, None, "")
        parts = {
            str(judged.behaviour.pk): encode(
                figures_of(
                    judged,
                    version=_newest(judged.behaviour),
                    fewest=workspace.minimum_group,
                )
            )
            for judged in judge_all(workspace, stand, behaviours)
        }
        return Prepared(parts, stand.last, "")


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
