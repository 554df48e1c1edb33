"""Each reply is taken apart and added to counts, as answers are from now on.

Waves that are over are closed by the worker's next run, as every wave is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

REPLY = "Reply"  # gone with the next migration
FEWEST_STRAIGHT = 5
Parts = list[tuple[str, str, int, list[Any]]]
"""Cut, team, how many were asked, and the replies."""


def count(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write the counts of every wave."""
    tally = apps.get_model("assessments", "Tally")
    reply = apps.get_model("assessments", REPLY)
    waves = apps.get_model("assessments", "Wave").objects
    for wave in waves.select_related("questions", "survey__workspace"):
        replies = list(reply.objects.filter(wave=wave))
        norms = [each for each in wave.questions.content["norms"] if each["statements"]]
        tally.objects.bulk_create(
            tally(
                wave=wave,
                cut=cut,
                team=team,
                asked=asked,
                answered=len(theirs),
                straight=sum(map(_is_straight, theirs)) if cut == "all" else 0,
                counts={norm["key"]: _counts(norm, theirs) for norm in norms} if theirs else {},
            )
            for cut, team, asked, theirs in _parts(wave, replies)
        )


def _parts(wave: Any, replies: list[Any]) -> Parts:  # a model as it was then
    fewest = wave.survey.workspace.minimum_group
    asked = list(wave.asked.values_list("team", "leads"))
    teams = Counter(team for team, _leads in asked)
    many = max(len(asked), len(replies))
    parts: Parts = [("all", "", many, replies)]
    for name in _large_enough(teams, fewest):
        parts.append(("team", name, teams[name], [r for r in replies if r.team == name]))
    leads = sum(leads for _team, leads in asked)
    if min(leads, len(asked) - leads) >= fewest:
        parts.append(("leads", "", leads, [r for r in replies if r.leads]))
        parts.append(("others", "", len(asked) - leads, [r for r in replies if not r.leads]))
    return parts


def _large_enough(teams: Counter[str], fewest: int) -> Sequence[str]:
    ordered = sorted(teams, key=lambda name: (-teams[name], name))
    shown = [name for name in ordered if name and teams[name] >= fewest]
    left = teams.total() - sum(teams[name] for name in shown)
    while shown and 0 < left < fewest:
        left += teams[shown.pop()]
    return sorted(shown)


def _counts(norm: dict[str, Any], replies: list[Any]) -> dict[str, int]:
    keys = [each["key"] for each in norm["statements"]]
    said = Counter(" ".join(_point(reply.answers.get(key)) for key in keys) for reply in replies)
    return dict(sorted(said.items()))


def _point(answer: int | None) -> str:
    return "-" if answer is None else str(answer)


def _is_straight(reply: Any) -> bool:  # a model as it was then
    said = [each for each in reply.answers.values() if each is not None]
    return len(said) >= FEWEST_STRAIGHT and len(set(said)) == 1


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_tallies")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
