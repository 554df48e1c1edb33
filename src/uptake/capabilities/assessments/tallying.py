"""What is kept of answers: how often each was given, and no more than what can ever be told.

An answer is taken apart by norms and added to counts: of everybody, of the team, and of those who
lead people or of everybody else. Counts of a part that is too small to be told are not kept, nor of
one more where the rest would say it. So nobody who reads the tables finds an answer of one person,
or an order of answers; they are counted up in rows that are there before anybody answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate

from uptake.capabilities.assessments.instrument import Instrument, Norm
from uptake.capabilities.assessments.models import Asked, Cut, Tally, Wave
from uptake.capabilities.assessments.queries import instrument_of
from uptake.capabilities.reminders.ask_models import AskState
from uptake.foundation.privacy import large_enough
from uptake.methods.assessment.opinions import straight

CANNOT_SAY = "-"

Answer = tuple[int | None, ...]
"""To the statements of one norm, in their order; None: they could not say."""


def given(tally: Tally, norm: Norm) -> Iterator[tuple[Answer, int]]:
    """Return which answers to the statements of a norm were given, and how often each."""
    for written, often in tally.counts.get(norm.key, {}).items():
        said = (None if each == CANNOT_SAY else int(each) for each in written.split(" "))
        yield tuple(said), often


def _written(norm: Norm, answers: Mapping[str, int | None]) -> str:
    said = (answers[each.key] for each in norm.statements)
    return " ".join(CANNOT_SAY if each is None else str(each) for each in said)


def prepare(wave: Wave) -> None:
    """Write the empty counts of a wave whose people were asked just now."""
    fewest = wave.survey.workspace.minimum_group
    teams, leads = Counter[str](), 0
    for team, is_lead in wave.asked.values_list("team", "leads"):
        teams[team] += 1
        leads += is_lead
    everybody, none = teams.total(), teams.pop("", 0)
    kept = sorted(large_enough(teams, rest=none, fewest=fewest))
    rows = [
        Tally(wave=wave, cut=Cut.ALL, asked=everybody),
        *(Tally(wave=wave, cut=Cut.TEAM, team=name, asked=teams[name]) for name in kept),
    ]
    if min(leads, everybody - leads) >= fewest:
        rows.append(Tally(wave=wave, cut=Cut.LEADS, asked=leads))
        rows.append(Tally(wave=wave, cut=Cut.OTHERS, asked=everybody - leads))
    Tally.objects.bulk_create(rows)


def add(ask: Asked, answers: Mapping[str, int | None]) -> None:
    """Count an answer to all statements; in one transaction with noting that it was given."""
    cut = Cut.LEADS if ask.leads else Cut.OTHERS
    theirs = Q(cut=Cut.ALL) | Q(cut=Cut.TEAM, team=ask.team) | Q(cut=cut)
    rows = Tally.objects.select_for_update().filter(theirs, wave=ask.wave).order_by("pk")
    asked = instrument_of(ask.wave.questions)
    for tally in rows:
        _add(tally, asked, answers)
        tally.save(update_fields=["answered", "straight", "counts"])


def _add(tally: Tally, asked: Instrument, answers: Mapping[str, int | None]) -> None:
    tally.answered += 1
    if tally.cut == Cut.ALL:
        tally.straight = (tally.straight or 0) + straight(list(answers.values()))
    for norm in asked.norms:
        if norm.statements:
            counts = Counter(tally.counts.get(norm.key, {}))
            counts[_written(norm, answers)] += 1
            tally.counts[norm.key] = dict(sorted(counts.items()))


def close_over_waves(day: date | None = None) -> int:
    """Forget of waves that are over what nobody may be told; returns how many were closed."""
    today = day or localdate()
    rows = Wave.objects.filter(is_closed=False, last_day__lt=today)
    return sum(_close(key) for key in rows.values_list("pk", flat=True))


@transaction.atomic
def _close(key: int) -> bool:
    rows = Wave.objects.select_for_update(of=("self",)).select_related("survey__workspace")
    wave = rows.get(pk=key)
    if wave.is_closed:
        return False
    fewest = wave.survey.workspace.minimum_group
    tallies = list(wave.tallies.all())
    told = {(each.cut, each.team) for each in told_of(tallies, fewest=fewest)}
    for tally in tallies:
        if (tally.cut, tally.team) not in told:
            _forget(tally)
        elif told_straight(tally, fewest=fewest) is None:
            tally.straight = None
            tally.save(update_fields=["straight"])
    wave.asked.update(state=AskState.OPEN, told=0)
    wave.is_closed = True
    wave.save(update_fields=["is_closed"])
    return True


def _forget(tally: Tally) -> None:
    """Of everybody it stays how many answered; what they said goes."""
    if tally.cut != Cut.ALL:
        tally.delete()
        return
    tally.counts, tally.straight = {}, None
    tally.save(update_fields=["counts", "straight"])


def told_of(tallies: Sequence[Tally], *, fewest: int) -> list[Tally]:
    """Return the parts of a wave that have enough answers to be told; none, if all have not."""
    everybody = next((each for each in tallies if each.cut == Cut.ALL), None)
    if everybody is None or everybody.answered < fewest:
        return []
    teams = {each.team: each for each in tallies if each.cut == Cut.TEAM}
    many = {name: each.answered for name, each in teams.items()}
    rest = everybody.answered - sum(many.values())
    shown = [teams[name] for name in large_enough(many, rest=rest, fewest=fewest)]
    sides = [each for each in tallies if each.cut in (Cut.LEADS, Cut.OTHERS)]
    is_split = all(each.answered >= fewest for each in sides)
    return [everybody, *shown, *(sides if is_split else ())]


def told_straight(tally: Tally, *, fewest: int) -> int | None:
    """Return how many chose the same point everywhere; None where they could be guessed."""
    same = tally.straight
    if same is None or 0 < same < fewest or 0 < tally.answered - same < fewest:
        return None
    return same
