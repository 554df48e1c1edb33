"""Makes the figures of every behaviour of a workspace, and of everybody who leads people.

What rests on the same data and records is taken over as it was: a changed definition is counted
anew by itself, however many others there are.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from uptake.capabilities.behaviours.counted import Ground, ground
from uptake.capabilities.behaviours.figures import (
    TEAM_PART,
    BehaviourFigures,
    TeamItem,
    TeamsFigures,
    team_part,
)
from uptake.capabilities.behaviours.figuring import figures_of
from uptake.capabilities.behaviours.judged import judge_all
from uptake.capabilities.behaviours.leading import Lines, lines_of
from uptake.capabilities.behaviours.models import Behaviour, BehaviourVersion
from uptake.capabilities.behaviours.overlapping import AskedOf, Hidden, what_to_hide
from uptake.capabilities.behaviours.queries import newest
from uptake.capabilities.behaviours.scope import concerned_by
from uptake.capabilities.behaviours.team_figures import item_of
from uptake.capabilities.measure.kept import Pack, Prepared, Stamp, encode
from uptake.foundation.actor import Actor
from uptake.foundation.models import Workspace

WITHHELD = (
    "It is asked of nearly the same people as a behaviour that went live before, about the same "
    "actions: the numbers of both together would tell of single people, so these are not shown."
)

MADE = "made"
"""The part that says what each of the others rests on."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: ``base`` stands for data and records, ``of`` for each behaviour's asking."""

    base: str = ""
    of: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the last pack holds that is still true."""

    parts: Mapping[str, BehaviourFigures]
    teams: Mapping[int, Mapping[int, TeamItem]]


def prepare(workspace: Workspace, base: Stamp, last: Pack | None) -> Prepared:
    """Compute what changed since the last pack and take over the rest.

    ``base``: what all behaviours rest on, now.
    """
    asked = asked_of(workspace)
    made = Made(_digest(base), asked)
    lines = lines_of(workspace)
    kept = _still_true(last, made, lines)
    rows = (
        Behaviour.objects.filter(workspace=workspace)
        .select_related("leader")
        .prefetch_related("versions")
    )
    behaviours = [each for each in rows if str(each.pk) not in kept.parts]
    if not behaviours and last is not None and last.meta.as_of is not None:
        return Prepared(_encoded(made, dict(kept.parts), kept.teams), last.meta.as_of, "")
    with ground(workspace) as stand:
        if stand is None:
            return Prepared({}, None, "")
        fewest = workspace.minimum_group
        led = {key: lines.led_by(key) for key in lines.leaders()}
        parts: dict[str, BehaviourFigures] = dict(kept.parts)
        teams = _teams_of(kept, lines)
        for judged in judge_all(workspace, stand, behaviours):
            key = judged.behaviour.pk
            found = figures_of(judged, version=judged.version, fewest=fewest)
            parts[str(key)] = found
            for leader, people in led.items():
                item = item_of(judged, people, found, fewest=fewest)
                if item is not None:
                    teams[leader][key] = item
        for each in behaviours:
            parts.setdefault(str(each.pk), _nothing_yet(each))
        withhold(
            what_to_hide(_asked(workspace, stand, rows), _teams_in(stand), fewest=fewest),
            parts,
            teams,
        )
        return Prepared(_encoded(made, parts, teams), stand.last, "")


def _asked(workspace: Workspace, stand: Ground, behaviours: Iterable[Behaviour]) -> list[AskedOf]:
    """Whom behaviours are asked of that share an action with another one."""
    system = Actor.system(workspace, name="behaviours")
    found = [(each, newest(each)) for each in behaviours if each.live_from is not None]
    uses = Counter(action for _each, asked in found for action in asked.actions)
    return [
        AskedOf(
            each.pk,
            each.live_from or date.min,
            frozenset(asked.actions),
            asked.product,
            stand.places(concerned_by(system, each, asked).values_list("external_id", flat=True)),
        )
        for each, asked in found
        if any(uses[action] > 1 for action in asked.actions)
    ]


def _teams_in(stand: Ground) -> list[str]:
    return [f"{m.account or ''}\x1f{m.team}" if m.team else "" for m in stand.people]


def withhold(
    hidden: Hidden,
    parts: dict[str, BehaviourFigures],
    teams: Mapping[int, dict[int, TeamItem]],
) -> None:
    """Take away what would tell of a few people beside what is shown already."""
    for key in hidden.whole:
        found = parts[str(key)]
        parts[str(key)] = BehaviourFigures(found.version, found.status, WITHHELD)
        for items in teams.values():
            if key in items:
                items[key] = TeamItem(key, WITHHELD)
    for key in hidden.teams - hidden.whole:
        parts[str(key)] = replace(parts[str(key)], teams=(), progress_of=())


def _nothing_yet(behaviour: Behaviour) -> BehaviourFigures:
    """Nothing of it can be counted: a draft without an action or a day, say."""
    version = behaviour.versions.count()
    return BehaviourFigures(version, behaviour.status, "There is nothing to count yet.")


def asked_of(workspace: Workspace) -> dict[str, str]:
    """Return a digest of what is asked in each behaviour: its versions, of whom and since when."""
    rows = BehaviourVersion.objects.filter(behaviour__workspace=workspace).order_by("number")
    versions: dict[int, list[object]] = defaultdict(list)
    for key, number, since, text in rows.values_list(
        "behaviour_id", "number", "valid_from", "definition"
    ):
        versions[key].append((number, since, text))
    behaviours = Behaviour.objects.filter(workspace=workspace)
    facts = behaviours.values_list(
        *("pk", "status", "live_from", "ended_on", "account_id", "of_team", "leader_id")
    )
    return {str(row[0]): _digest((row, versions[row[0]])) for row in facts}


def _still_true(last: Pack | None, made: Made, lines: Lines) -> _Kept:
    """What may be taken over: nothing where somebody leads of whose people nothing was counted."""
    before = last.part(MADE, Made) if last is not None else None
    if last is None or before is None or before.base != made.base:
        return _Kept({}, {})
    if not {team_part(leader) for leader in lines.leaders()} <= set(last.names):
        return _Kept({}, {})
    same = {key for key, digest in made.of.items() if before.of.get(key) == digest}
    found = {key: last.part(key, BehaviourFigures) for key in same}
    parts = {key: each for key, each in found.items() if each and each.missing != WITHHELD}
    teams = {
        leader: {each.behaviour: each for each in found.items if str(each.behaviour) in parts}
        for leader, found in _teams(last)
    }
    return _Kept(parts, teams)


def _teams(last: Pack) -> Iterator[tuple[int, TeamsFigures]]:
    for name in last.names:
        if name.startswith(TEAM_PART) and (found := last.part(name, TeamsFigures)):
            yield int(name.removeprefix(TEAM_PART)), found


def _teams_of(kept: _Kept, lines: Lines) -> dict[int, dict[int, TeamItem]]:
    return {leader: dict(kept.teams.get(leader, {})) for leader in lines.leaders()}


def _encoded(
    made: Made,
    parts: Mapping[str, BehaviourFigures],
    teams: Mapping[int, Mapping[int, TeamItem]],
) -> dict[str, bytes]:
    found = {key: encode(each) for key, each in parts.items()}
    for leader, items in teams.items():
        found[team_part(leader)] = encode(TeamsFigures(_in_order(items)))
    return found | {MADE: encode(made)}


def _in_order(items: Mapping[int, TeamItem]) -> tuple[TeamItem, ...]:
    return tuple(items[key] for key in sorted(items))


def _digest(facts: object) -> str:
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:24]
