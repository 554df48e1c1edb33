"""What is kept of answers to the two questions: how often each was given, as surveys do.

Rows are there before anybody answers, and both questions are counted apart, so that no row and no
order tells who said what. A group is counted from when enough of it are asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.timezone import localdate

from uptake.capabilities.records.models import Pulse, PulseAsk, PulseTally
from uptake.capabilities.records.pulses import running_round, told_of
from uptake.capabilities.reminders.ask_models import AskState


def count_asked(pulse: Pulse, number: int) -> None:
    """Write how many are asked in a round, of everybody and of each group."""
    groups = Counter(pulse.asks.filter(round=number).values_list("group", flat=True))
    asked = {name: many for name, many in groups.items() if name} | {"": groups.total()}
    for name in sorted(asked):
        PulseTally.objects.update_or_create(
            pulse=pulse, round=number, group=name, defaults={"asked": asked[name]}
        )


def add(ask: PulseAsk, *, minutes: int, confidence: int) -> None:
    """Count an answer; in one transaction with noting that it was given."""
    fewest = ask.pulse.standard.workspace.minimum_group
    rows = PulseTally.objects.select_for_update().filter(
        pulse=ask.pulse, round=ask.round, group__in={"", ask.group}
    )
    for tally in rows.order_by("pk"):
        if tally.group and tally.asked < fewest:
            continue
        tally.answered += 1
        tally.minutes = _with(tally.minutes, minutes)
        tally.confidence = _with(tally.confidence, confidence)
        tally.save(update_fields=["answered", "minutes", "confidence"])


def _with(counts: Mapping[str, int], said: int) -> dict[str, int]:
    found = Counter(counts)
    found[str(said)] += 1
    return dict(sorted(found.items()))


def close_over_rounds(day: date | None = None) -> int:
    """Forget of rounds that are over what nobody may be told; returns how many were closed."""
    today = day or localdate()
    rows = PulseTally.objects.filter(group="", is_closed=False).select_related("pulse")
    return sum(_end(row.pulse, row.round, today) for row in rows)


def _end(pulse: Pulse, number: int, today: date) -> bool:
    if number < running_round(pulse, min(today, pulse.ended_on or today)):
        return _close(pulse.pk, number)
    if pulse.ended_on is not None:
        forget(pulse, number)
    return False


@transaction.atomic
def _close(pulse: int, number: int) -> bool:
    rows = PulseTally.objects.select_for_update(of=("self",)).filter(pulse=pulse, round=number)
    tallies = list(rows.select_related("pulse__standard__workspace").order_by("pk"))
    if all(each.is_closed for each in tallies):
        return False
    fewest = tallies[0].pulse.standard.workspace.minimum_group
    told = {each.group for each in told_of(tallies, fewest=fewest)}
    for tally in tallies:
        _settle(tally, is_told=tally.group in told)
    PulseAsk.objects.filter(pulse=pulse, round=number).update(state=AskState.OPEN)
    return True


def _settle(tally: PulseTally, *, is_told: bool) -> None:
    """It stays how many of everybody answered, and of a group that cannot be told, were asked."""
    tally.is_closed = True
    if not is_told:
        tally.minutes, tally.confidence = {}, {}
        tally.answered = 0 if tally.group else tally.answered
    tally.save(update_fields=["is_closed", "answered", "minutes", "confidence"])


def forget(pulse: Pulse, number: int) -> None:
    """Forget what was answered in a round that will not come to its end."""
    PulseTally.objects.filter(pulse=pulse, round=number).delete()
