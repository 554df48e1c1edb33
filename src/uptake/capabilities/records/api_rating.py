"""Samples that people rate, over the API: drawn, rated by oneself, compared with the rules."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from ninja import Query
from pydantic import Field

from uptake.capabilities.records import rating
from uptake.capabilities.records.api_shapes import ShareShape
from uptake.capabilities.records.comparing import AgreementRow, SampleStand, stand_of
from uptake.capabilities.records.models import RatedSample
from uptake.capabilities.records.queries import access_standard
from uptake.capabilities.records.rated import (
    Progress,
    ToRate,
    access_rating,
    access_sample,
    own_ratings,
    record_to_rate,
    visible_samples,
)
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of, page_of_rows
from uptake.foundation.api.shapes import RowId, Shape
from uptake.methods.statistics.proportions import Share

READ, WRITE, OWN = Permission.RECORDS_READ, Permission.RECORDS_WRITE, Permission.CUSTOMERS_READ

samples = Endpoints("Record quality")
own = Endpoints("One's own")


class AgreementShape(Shape):
    """How far two sides agree: Krippendorff's alpha."""

    between: Annotated[str, Field(examples=["People and rules"])]
    """Who is compared."""
    about: Annotated[str, Field(examples=["fit for use"])]
    """What about."""
    records: Annotated[int, Field(examples=[40])]
    """Records that both rated."""
    alpha: Annotated[float | None, Field(examples=[0.82])]
    """1 is perfect, 0 as by chance; null: nothing varies."""
    low: Annotated[float | None, Field(examples=[0.66])]
    """Lower end of the 95 % interval."""
    high: Annotated[float | None, Field(examples=[0.95])]
    """Upper end of it."""
    word: Annotated[str, Field(examples=["firm"])]
    """`firm`, `tentative`, `too low` or `nothing varies`."""

    @classmethod
    def of(cls, row: AgreementRow) -> AgreementShape:
        """Return the shape of an agreement."""
        ends = row.found.interval
        return cls(
            between=row.between,
            about=row.about,
            records=row.found.things,
            alpha=row.found.value,
            low=ends.low if ends else None,
            high=ends.high if ends else None,
            word=row.word,
        )


class RuleAgainstPeopleShape(Shape):
    """A rule that people do not share."""

    rule: Annotated[str, Field(examples=["phone is filled in"])]
    """What it demands."""
    called_fit: ShareShape
    """Of the drawn records that miss it, those that people call fit."""


class RaterShape(Shape):
    """How far somebody is who was asked to rate."""

    rater: Annotated[str, Field(examples=["Ada Byron"])]
    """Who."""
    rated: Annotated[int, Field(examples=[12])]
    """Records rated."""


class SampleShape(Shape):
    """A sample that people rate; what came of it is told once all have rated all."""

    id: RowId
    """Its number."""
    standard: RowId
    """The standard whose rules it checks."""
    version: Annotated[int, Field(examples=[3])]
    """By which version the records were judged."""
    seed: Annotated[int, Field(examples=[7])]
    """What chose the records: the same seed draws the same from the same data."""
    drawn_at: datetime
    """When it was drawn."""
    records: Annotated[int, Field(examples=[40])]
    """How many were drawn."""
    raters: tuple[RaterShape, ...]
    """How far everybody is."""
    is_due: bool
    """False: not yet due, somebody has not rated every record."""
    sentence: str
    """What came of it in plain words."""
    agreements: tuple[AgreementShape, ...]
    """How far people agree with one another and with the rules."""
    fit_confirmed: ShareShape | None
    """Of the records fit by the rules, those that most people call fit."""
    unfit_confirmed: ShareShape | None
    """Of the records unfit by the rules, those that most people call unfit."""
    rules: tuple[RuleAgainstPeopleShape, ...]
    """Rules that people do not share, the worst first."""
    hidden_rules: int
    """Rules that would tell of too few people."""

    @classmethod
    def of(cls, stand: SampleStand) -> SampleShape:
        """Return the shape of a sample as it stands."""
        sample, found = stand.sample, stand.found
        return cls(
            id=sample.pk,
            standard=sample.version.standard_id,
            version=sample.version.number,
            seed=sample.seed,
            drawn_at=sample.drawn_at,
            records=stand.records,
            raters=tuple(RaterShape(rater=str(p.rater), rated=p.rated) for p in stand.progress),
            is_due=found is not None,
            sentence=stand.sentence,
            agreements=tuple(map(AgreementShape.of, stand.agreements)),
            fit_confirmed=_share(found.fit_confirmed) if found else None,
            unfit_confirmed=_share(found.unfit_confirmed) if found else None,
            rules=tuple(
                RuleAgainstPeopleShape(rule=row.sentence, called_fit=share)
                for row in stand.rules
                if (share := _share(row.share)) is not None
            ),
            hidden_rules=stand.hidden_rules,
        )


def _share(share: Share) -> ShareShape | None:
    if share.value is None:
        return None
    ends = share.interval
    return ShareShape(
        numerator=int(share.numerator),
        denominator=int(share.denominator),
        value=share.value,
        low=ends.low if ends else None,
        high=ends.high if ends else None,
    )


class NewSample(Shape):
    """A sample to be drawn."""

    size: Annotated[int, Field(ge=rating.FEWEST, le=rating.MOST)] = rating.USUAL
    """How many records."""
    raters: Annotated[
        list[Annotated[str, Field(max_length=254, examples=["ada@example.org"])]],
        Field(max_length=rating.MOST_RATERS),
    ]
    """E-mail addresses of the members who rate them, two at least."""
    seed: Annotated[int | None, Field(ge=0, le=rating.LARGEST_SEED, examples=[7])] = None
    """What chooses the records; null: by chance."""


class OwnSampleShape(Shape):
    """A sample that one was asked to rate."""

    sample: RowId
    """Its number."""
    name: Annotated[str, Field(examples=["Contacts"])]
    """What people call these records."""
    rated: Annotated[int, Field(examples=[12])]
    """Records that one has rated."""
    of: Annotated[int, Field(examples=[40])]
    """Records in all."""


class FieldShape(Shape):
    """What a record says in a field."""

    field: Annotated[str, Field(examples=["phone"])]
    """Which field."""
    value: Annotated[str, Field(examples=["+49 30 000000"])]
    """What it says; empty: nothing."""


class RecordToRate(Shape):
    """The next record to rate, without what rules or others say of it."""

    place: Annotated[int | None, Field(examples=[13])]
    """Its place in the sample; null: every record is rated."""
    record: Annotated[str, Field(examples=["c-0815"])]
    """Which record."""
    fields: tuple[FieldShape, ...]
    """What it says."""


class NewRating(Shape):
    """What one says of a record."""

    place: Annotated[int, Field(ge=1, le=rating.MOST, examples=[13])]
    """Its place in the sample."""
    fit: bool
    """Whether one could work with it."""
    clarity: Annotated[int, Field(ge=1, le=5, examples=[4])]
    """How clear it is: 1, not at all, to 5, entirely."""


def _shown(sample: RatedSample) -> SampleShape:
    return SampleShape.of(stand_of(sample))


@samples.get("/standards/{standard}/samples", answers=Listed[SampleShape], needs=READ)
def list_samples(request: ApiRequest, standard: int, asked: Query[Paging]) -> Listed[SampleShape]:
    """List the samples of a standard that people rate, the newest first."""
    found = access_standard(request.actor, standard)
    rows = visible_samples(request.actor).filter(version__standard=found)
    return page_of_rows(rows, asked, order=("-id",), show=_shown)


@samples.post("/standards/{standard}/samples", answers=SampleShape, needs=WRITE, status=201)
def draw_sample(request: ApiRequest, standard: int, body: NewSample) -> SampleShape:
    """Draw records by chance for people to rate, blind to the rules and to one another."""
    facts = rating.SampleFacts(size=body.size, raters=body.raters, seed=body.seed)
    return _shown(rating.draw_sample(request.actor, standard, facts))


@samples.get("/samples/{sample}", answers=SampleShape, needs=READ)
def get_sample(request: ApiRequest, sample: int) -> SampleShape:
    """Show how a sample stands: who has rated how many, and whether rules agree with people."""
    return _shown(access_sample(request.actor, sample))


@samples.delete("/samples/{sample}", needs=WRITE)
def discard_sample(request: ApiRequest, sample: int) -> None:
    """Remove a sample with everything that was said of it."""
    rating.discard_sample(request.actor, sample)


@own.get("/me/ratings", answers=Listed[OwnSampleShape], needs=OWN)
def list_own_ratings(request: ApiRequest, asked: Query[Paging]) -> Listed[OwnSampleShape]:
    """List the samples that one was asked to rate, what waits first."""
    return page_of(
        own_ratings(request.actor),
        asked,
        key=lambda each: f"{each.is_done}{each.rater.sample_id}",
        show=_own,
    )


def _own(each: Progress) -> OwnSampleShape:
    sample = each.rater.sample
    return OwnSampleShape(
        sample=sample.pk, name=sample.version.standard.name, rated=each.rated, of=each.of
    )


@own.get("/me/ratings/{sample}", answers=RecordToRate, needs=OWN)
def get_record_to_rate(request: ApiRequest, sample: int) -> RecordToRate:
    """Show the next record of a sample that one has not rated."""
    return _to_rate(record_to_rate(request.actor, sample))


def _to_rate(found: ToRate | None) -> RecordToRate:
    if found is None:
        return RecordToRate(place=None, record="", fields=())
    return RecordToRate(
        place=found.shown.place,
        record=found.shown.record,
        fields=tuple(FieldShape(field=name, value=said) for name, said in found.shown.values),
    )


@own.post("/me/ratings/{sample}", answers=OwnSampleShape, needs=OWN)
def rate_record(request: ApiRequest, sample: int, body: NewRating) -> OwnSampleShape:
    """Say of one record whether one could work with it, and how clear it is."""
    rating.rate_record(request.actor, sample, body.place, rating.Said(body.fit, body.clarity))
    return _own(access_rating(request.actor, sample))


ROUTERS = (samples.router, own.router)
"""What is added to the API."""
