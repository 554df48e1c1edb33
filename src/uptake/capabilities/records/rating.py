"""Drawing records for people to rate, and rating them; nobody sees what others say before."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from uptake.capabilities.customers.models import Person
from uptake.capabilities.records import places
from uptake.capabilities.records.models import (
    DataStandard,
    Outcome,
    RatedSample,
    Rater,
    Rating,
    SampledRecord,
    StandardVersion,
    Status,
)
from uptake.capabilities.records.queries import (
    access_standard,
    content_of,
    judgement_of,
    newest,
)
from uptake.capabilities.records.rated import (
    access_rating,
    access_sample,
    is_rated,
    possible_raters,
)
from uptake.capabilities.records.sampling import Draw, Drawn, draw, keep_values
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotFound
from uptake.foundation.models import User

FEWEST, USUAL, MOST = 10, 40, 200
"""Records of a sample."""

MOST_RATERS = 5
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """How many records are drawn, who rates them, and the seed; None: one by chance."""

    size: int
    raters: Sequence[str]
    seed: int | None = None


@transaction.atomic
def draw_sample(actor: Actor, key: int, facts: SampleFacts) -> RatedSample:
    """Draw records for people to rate; what the raters wrote themselves is left out.

    Raises:
        Conflict: the standard has ended, nothing was judged by it yet, or about too few people.
        Invalid: the size, the seed or the raters cannot be.
    """
    actor.require(Permission.RECORDS_WRITE)
    standard = access_standard(actor, key)
    version = _judged_version(standard)
    _check(facts)
    users = _raters(actor, standard, facts.raters)
    seed = secrets.randbelow(LARGEST_SEED) if facts.seed is None else facts.seed
    asked = Draw(facts.size, seed, _persons(actor, users))
    found = draw(standard, content_of(version), asked)
    sample = _write(actor, version, found, seed)
    for user in users:
        Rater.objects.create(sample=sample, user=user)
    activity.record(
        actor, "records.sample_drawn", standard, records=len(found.records), raters=len(users)
    )
    keep_values(sample, found.records)
    return sample


def _judged_version(standard: DataStandard) -> StandardVersion:
    version = newest(standard)
    judged = judgement_of(version)
    if standard.status == Status.ENDED:
        raise Conflict("This standard has ended; draw records of one that is in use.")
    if version is None or judged is None:
        raise Conflict("Nothing has been judged by this standard yet; come back once it has.")
    if judged.outcome != Outcome.JUDGED:
        raise Conflict(judged.problem or "Nothing was judged by this standard; see its page.")
    return version


def _check(facts: SampleFacts) -> None:
    if not FEWEST <= facts.size <= MOST:
        raise Invalid(f"Draw {FEWEST} to {MOST} records; {USUAL} are usual.")
    if facts.seed is not None and not 0 <= facts.seed <= LARGEST_SEED:
        raise Invalid(f"The seed is a whole number from 0 to {LARGEST_SEED}.")


def _raters(actor: Actor, standard: DataStandard, emails: Sequence[str]) -> list[User]:
    known = {user.email.casefold(): user for user in possible_raters(actor, standard)}
    wanted = {email.strip().casefold(): email for email in emails if email.strip()}
    missing = [email for key, email in wanted.items() if key not in known]
    if missing:
        raise Invalid(
            f"{missing[0]} is no member who sees these records; ask an owner to invite them first."
        )
    if not 2 <= len(wanted) <= MOST_RATERS:
        raise Invalid(f"Name two people who rate independently, or up to {MOST_RATERS}.")
    return [known[key] for key in wanted]


def _persons(actor: Actor, users: Sequence[User]) -> frozenset[str]:
    """As whom the raters stand in the data."""
    rows = Person.objects.filter(workspace=actor.workspace, user__in=users)
    return frozenset(rows.values_list("external_id", flat=True))


def _write(actor: Actor, version: StandardVersion, found: Drawn, seed: int) -> RatedSample:
    sample = RatedSample.objects.create(
        version=version,
        seed=seed,
        all_fit=found.all_fit,
        all_unfit=found.all_unfit,
        rules=list(found.rules),
        drawn_by=actor.name,
    )
    SampledRecord.objects.bulk_create(
        SampledRecord(
            sample=sample, place=place, fit=each.fit, failed=list(each.failed), clear=each.clear
        )
        for place, each in enumerate(found.records, start=1)
    )
    return sample


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of a record: fit for use or not, and how clear, 1 to 5."""

    fit: bool
    clarity: int


@transaction.atomic
def rate_record(actor: Actor, key: int, place: int, said: Said) -> Rating:
    """Say of one record of a sample what one thinks of it; until all are done it can be changed.

    Raises:
        NotFound: the actor was not asked, or the sample has no such record.
        Conflict: everybody is done, and the result was told.
        Invalid: clarity is not 1 to 5.
    """
    own = access_rating(actor, key)
    sample = RatedSample.objects.select_for_update().get(pk=key)
    if not 1 <= said.clarity <= 5:
        raise Invalid("Say how clear the record is: 1, not at all, to 5, entirely.")
    record = sample.records.filter(place=place).first()
    if record is None:
        raise NotFound("There is no such record in this sample any more; go on with the next.")
    if is_rated(sample):
        raise Conflict("Everybody has rated these records, so what was said stays.")
    rating, _ = Rating.objects.update_or_create(
        record=record, rater=own.rater, defaults={"fit": said.fit, "clarity": said.clarity}
    )
    if is_rated(sample):
        system = Actor.system(actor.workspace)
        activity.record(system, "records.sample_rated", sample.version.standard)
    return rating


@transaction.atomic
def discard_sample(actor: Actor, key: int) -> None:
    """Remove a sample with everything that was said of it."""
    actor.require(Permission.RECORDS_WRITE)
    sample = access_sample(actor, key)
    path = places.sample_path(sample)
    activity.record(actor, "records.sample_discarded", sample.version.standard)
    sample.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
