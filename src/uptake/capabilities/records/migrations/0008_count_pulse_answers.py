"""Answers to the two questions are counted; rounds that are over are closed by the next run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

ANSWER = "PulseAnswer"  # gone with the next migration


def count(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Write the counts of every round, of everybody and of each group."""
    tally = apps.get_model("records", "PulseTally")
    answers = apps.get_model("records", ANSWER)
    asks = apps.get_model("records", "PulseAsk").objects
    asked = Counter[tuple[int, int, str]]()
    for pulse, number, group in asks.values_list("pulse_id", "round", "group"):
        asked.update({(pulse, number, ""), (pulse, number, group)})
    for (pulse, number, group), many in sorted(asked.items()):
        rows = answers.objects.filter(pulse_id=pulse, round=number)
        said = list(rows.values_list("group", "minutes", "confidence"))
        theirs = [each for each in said if not group or each[0] == group]
        tally.objects.create(
            pulse_id=pulse,
            round=number,
            group=group,
            asked=max(many, len(theirs)),
            answered=len(theirs),
            minutes=_counts(minutes for _group, minutes, _confidence in theirs),
            confidence=_counts(confidence for _group, _minutes, confidence in theirs),
        )


def _counts(said: Iterable[int]) -> dict[str, int]:
    return dict(sorted(Counter(str(each) for each in said).items()))


class Migration(migrations.Migration):
    dependencies = [("records", "0007_pulse_tallies")]

    operations = [migrations.RunPython(count, migrations.RunPython.noop)]
