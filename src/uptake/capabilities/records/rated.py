"""The doors to samples that people rate: who was asked, how far they are, what came of it.

Whoever rates sees what records say and nothing else; what the rules say, and what others say, is
told once everybody has rated everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
from django.db.models import Count, QuerySet

from uptake.capabilities.customers.queries import account_with_descendants
from uptake.capabilities.records.models import (
    DataStandard,
    RatedSample,
    Rater,
    Rating,
)
from uptake.capabilities.records.queries import standards_within, visible_standards
from uptake.capabilities.records.sampling import Shown, read_values
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound
from uptake.foundation.models import Membership, User
from uptake.methods.quality.rated_sample import Comparison, RatedRecords, compare


def visible_samples(actor: Actor) -> QuerySet[RatedSample]:
    """Return the samples of the standards that the actor may read, the newest first."""
    rows = RatedSample.objects.filter(version__standard__in=visible_standards(actor))
    return rows.select_related("version__standard__workspace")


def access_sample(actor: Actor, key: int) -> RatedSample:
    """Return one sample of a standard that the actor may read."""
    found = visible_samples(actor).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such sample for you; see the page of its standard.")
    return found


def newest_sample(standard: DataStandard) -> RatedSample | None:
    """Return the sample that was drawn last."""
    rows = RatedSample.objects.filter(version__standard=standard)
    return rows.select_related("version__standard__workspace").first()


def possible_raters(actor: Actor, standard: DataStandard) -> list[User]:
    """Return the members who may see these records, of those that the actor may know of."""
    actor.require(Permission.RECORDS_WRITE)
    members = Membership.objects.filter(workspace=actor.workspace, user__is_active=True)
    rows = members.select_related("user").order_by("user__name", "user__email")
    fitting = _accounts_that_see(actor, standard)
    return [row.user for row in rows if row.account in fitting]


def _accounts_that_see(actor: Actor, standard: DataStandard) -> frozenset[str]:
    """Limits under which somebody sees the records of the standard; empty: no limit."""
    system = Actor.system(actor.workspace)
    limits = (
        Membership.objects.filter(workspace=actor.workspace)
        .exclude(account="")
        .values_list("account", flat=True)
        .distinct()
    )
    found = {"" for _ in range(actor.account is None)}
    for limit in limits if standard.account is not None else ():
        below = {each.external_id for each in account_with_descendants(system, limit)}
        inside = actor.account is None or limit in {
            each.external_id for each in account_with_descendants(system, actor.account)
        }
        if inside and standard.account and standard.account.external_id in below:
            found.add(limit)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a sample's records somebody has rated."""

    rater: Rater
    rated: int
    of: int

    @property
    def is_done(self) -> bool:
        """Whether everything is rated."""
        return self.rated >= self.of


def progress_of(sample: RatedSample) -> list[Progress]:
    """Return how far everybody is who was asked."""
    of = sample.records.count()
    rows = sample.raters.select_related("user").annotate(rated=Count("ratings"))
    return [Progress(row, row.rated, of) for row in rows]


def is_rated(sample: RatedSample) -> bool:
    """Say whether everybody has rated everything."""
    found = progress_of(sample)
    return len(found) > 1 and all(each.is_done for each in found) and bool(found[0].of)


def own_ratings(actor: Actor) -> list[Progress]:
    """Return the samples that the actor was asked to rate, what waits first; for nobody else."""
    actor.require(Permission.CUSTOMERS_READ)
    if actor.user is None:
        return []
    samples = RatedSample.objects.filter(version__standard__in=standards_within(actor))
    rows = (
        Rater.objects.filter(user=actor.user, sample__in=samples)
        .select_related("user", "sample__version__standard__workspace")
        .annotate(rated=Count("ratings"))
        .order_by("-sample__pk")
    )
    found = [Progress(row, row.rated, row.sample.records.count()) for row in rows]
    return sorted(found, key=lambda each: each.is_done)


def has_been_asked(actor: Actor) -> bool:
    """Say whether the actor was ever asked to rate."""
    if actor.user is None:
        return False
    return Rater.objects.filter(
        user=actor.user, sample__version__standard__workspace=actor.workspace
    ).exists()


def access_rating(actor: Actor, key: int) -> Progress:
    """Return the actor's own part in a sample, or say that they were not asked."""
    found = next((each for each in own_ratings(actor) if each.rater.sample_id == key), None)
    if found is None:
        raise NotFound("You were not asked to rate these records; see what you were asked for.")
    return found


@dataclass(frozen=True, slots=True)
class ToRate:
    """A record that somebody rates, with what they said of it if they did already."""

    shown: Shown
    rating: Rating | None


def record_to_rate(actor: Actor, key: int, place: int | None = None) -> ToRate | None:
    """Return the next record that the actor has not rated, or the one at a place; None: all done.

    Raises:
        NotFound: the actor was not asked, or the sample has no such record.
    """
    own = access_rating(actor, key)
    rows = own.rater.sample.records.all()
    if place is None:
        row = rows.exclude(ratings__rater=own.rater).order_by("place").first()
        if row is None:
            return None
    else:
        row = rows.filter(place=place).first()
    shown = read_values(own.rater.sample, {row.place}) if row else []
    if row is None or not shown:
        raise NotFound("There is no such record in this sample any more; go on with the next.")
    return ToRate(shown[0], Rating.objects.filter(record=row, rater=own.rater).first())


def comparison_of(sample: RatedSample) -> Comparison | None:
    """Return what a sample says of the rules; None: not yet due, somebody has not rated it all."""
    if not is_rated(sample):
        return None
    return _compared(sample.pk, sample.drawn_at, sample.records.count())


@lru_cache(maxsize=64)
def _compared(key: int, drawn_at: datetime, records: int) -> Comparison:  # noqa: ARG001  (what it goes by)
    """What everybody has rated stays as it is, so it is worked out once."""
    sample = RatedSample.objects.get(pk=key)
    of_all = sample.all_fit, sample.all_unfit
    return compare(rated_records(sample), of_all=of_all, rng=np.random.default_rng(sample.seed))


def rated_records(sample: RatedSample) -> RatedRecords:
    """Return what rules and people said of each record, in the order of places."""
    rows = list(sample.records.order_by("place"))
    raters = list(sample.raters.values_list("pk", flat=True))
    at = {row.pk: n for n, row in enumerate(rows)}
    fit = np.full((len(raters), len(rows)), np.nan)
    clarity = fit.copy()
    for rating in Rating.objects.filter(record__sample=sample):
        where = raters.index(rating.rater_id), at[rating.record_id]
        fit[where], clarity[where] = float(rating.fit), float(rating.clarity)
    rules = 1 + max((place for row in rows for place in row.failed), default=0)
    failed = np.zeros((len(rows), rules), dtype=bool)
    for n, row in enumerate(rows):
        failed[n, row.failed] = True
    return RatedRecords(
        by_rules=np.array([row.fit for row in rows], dtype=bool),
        fit=fit,
        clarity=clarity,
        failed=failed,
        clear_by_rules=np.array([_number(row.clear) for row in rows]),
    )


def _number(clear: bool | None) -> float:
    return float("nan") if clear is None else float(clear)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A record of which most raters say other than the rules; ``votes``: how many say fit."""

    shown: Shown
    fit_by_rules: bool
    votes: int
    raters: int
    misses: tuple[str, ...]


def disagreements(actor: Actor, key: int) -> list[Disagreement]:
    """Return the records of which people and rules say different things; the look is recorded.

    Raises:
        NotFound: there is no such sample, or somebody has not rated it all.
    """
    actor.require(Permission.RECORDS_WRITE)
    sample = access_sample(actor, key)
    found = comparison_of(sample)
    if found is None:
        raise NotFound("Not everybody has rated these records yet; come back once they have.")
    rows = list(sample.records.order_by("place"))
    chosen = [rows[place] for place in found.differing]
    said = {each.place: each for each in read_values(sample, {row.place for row in chosen})}
    raters = sample.raters.count()
    activity.record(actor, "records.sample_opened", sample.version.standard, records=len(chosen))
    return [
        Disagreement(
            shown=said[row.place],
            fit_by_rules=row.fit,
            votes=row.ratings.filter(fit=True).count(),
            raters=raters,
            misses=tuple(sample.rules[place] for place in row.failed),
        )
        for row in chosen
        if row.place in said
    ]
