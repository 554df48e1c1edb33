"""Shapes of record quality over the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from uptake.capabilities.records.models import (
    Delivery,
    Judgement,
    StandardException,
    StandardVersion,
)
from uptake.capabilities.records.telling import StandardRow
from uptake.capabilities.records.uses import ShownUses
from uptake.foundation.api.shapes import Shape

Name = Annotated[str, Field(max_length=200, examples=["Contacts"])]
Text = Annotated[str, Field(max_length=1 << 20, examples=["standard: Contacts\nfields: []"])]
State = Annotated[str, Field(examples=["Missed"])]
Moment = Annotated[datetime, Field(examples=["2026-03-29T08:00:00Z"])]


class ShareShape(Shape):
    """A share with what it is a share of and its 95 % Wilson interval."""

    numerator: Annotated[int, Field(examples=[48])]
    """How many."""
    denominator: Annotated[int, Field(examples=[72])]
    """Of how many."""
    value: Annotated[float, Field(examples=[0.667])]
    """The one by the other."""
    low: Annotated[float | None, Field(examples=[0.552])]
    """Lower end of the interval."""
    high: Annotated[float | None, Field(examples=[0.765])]
    """Upper end of the interval."""


class StandardShape(Shape):
    """A data standard and how records stand by it."""

    id: Annotated[int, Field(examples=[17])]
    """Its number."""
    name: Name
    """What people call these records."""
    status: Annotated[str, Field(examples=["agreed"])]
    """`proposed`, `agreed` or `ended`."""
    state: State
    """Met, Missed, Proposed, Ended, or why nothing is said."""
    account: Annotated[str | None, Field(examples=["a001"])]
    """Whose records; null: those of all accounts."""
    object_type: Annotated[str, Field(examples=["opportunity"])]
    """The type of object in events; empty where files are delivered."""
    owner: Annotated[str, Field(examples=["Sales operations"])]
    """Who answers for it."""
    version: Annotated[int | None, Field(examples=[3])]
    """The newest version; null: it says nothing yet."""
    fit: Annotated[int | None, Field(examples=[48])]
    """Records fit for use; null: nothing may be said."""
    judged: Annotated[int | None, Field(examples=[72])]
    """Of how many records."""
    met: bool | None
    """Whether it is met; null: nobody agreed on it, or nothing may be said."""
    computed_at: datetime | None
    """When they were judged."""

    @classmethod
    def of(cls, row: StandardRow) -> StandardShape:
        """Return the shape of a row of the list."""
        standard, found = row.standard, row.judgement
        return cls(
            id=standard.pk,
            name=standard.name,
            status=standard.status,
            state=row.state[0],
            account=standard.account.external_id if standard.account else None,
            object_type=standard.object_type,
            owner=standard.answers,
            version=row.version.number if row.version else None,
            fit=found.fit if found else None,
            judged=found.judged if found else None,
            met=found.is_met if found else None,
            computed_at=found.computed_at if found else None,
        )


class VersionShape(Shape):
    """A version of a standard, written once."""

    number: Annotated[int, Field(examples=[3])]
    """Its number."""
    text: Text
    """What it says, as YAML."""
    note: str
    """Why it was changed."""
    written_by: str
    """Who wrote it."""
    written_at: Moment
    """When."""

    @classmethod
    def of(cls, version: StandardVersion) -> VersionShape:
        """Return the shape of a version."""
        return cls.model_validate(version)


class RuleShape(Shape):
    """A rule with the records that pass it."""

    rule: Annotated[str, Field(examples=["phone is filled in"])]
    """What holds when it passes."""
    kind: Annotated[str, Field(examples=["complete"])]
    """Which side of quality it speaks of."""
    field: Annotated[str | None, Field(examples=["phone"])]
    """Its field; null: it is about several."""
    share: ShareShape | None
    """Records that pass, of those it applies to; null: it applies to none, or is hidden."""
    hidden: bool
    """True where it is about the records of too few people."""
    tolerance: Annotated[float, Field(examples=[0.05])]
    """The share that may fail."""
    met: bool | None
    """Whether no more fail; null: nothing to judge."""
    owner: str | None
    """Who answers for it."""


class PartShape(Shape):
    """Records of a group, or those entered in a month."""

    name: Annotated[str, Field(examples=["Lyon"])]
    """The group, or the first day of the month."""
    records: Annotated[int, Field(examples=[36])]
    """How many."""
    fit: ShareShape | None
    """Those fit for use."""
    filled: dict[str, ShareShape | None]
    """By field, those in which it is filled in."""


class LagShape(Shape):
    """How long after it happened things are written down."""

    median_hours: Annotated[float | None, Field(examples=[0.1])]
    """Half are entered within; null: not reached."""
    p90_hours: Annotated[float | None, Field(examples=[0.3])]
    """Nine of ten within."""
    entered: int
    """Records behind it."""
    waiting: int
    """Records still to be entered."""
    early: int
    """Entered before it happened, and left out."""
    unknown: int
    """Without one of the two moments."""
    median_hours_by_group: dict[str, float]
    """Medians of the groups that are shown."""


class CheckShape(Shape):
    """How records stand by the newest version; groups of too few people are left out."""

    standard: Annotated[int, Field(examples=[17])]
    """The number of the standard."""
    version: Annotated[int, Field(examples=[3])]
    """By which version they were judged."""
    outcome: Annotated[str, Field(examples=["judged"])]
    """`judged`, `suppressed`, `no data` or `failed`; then everything below is empty."""
    problem: str
    """Why nothing is said."""
    computed_at: Moment
    """When they were judged."""
    as_of: datetime | None
    """The last moment of the records."""
    records: int
    """How many there are."""
    fit: ShareShape | None
    """Those fit for use."""
    met: bool | None
    """Whether the standard is met."""
    rules: tuple[RuleShape, ...]
    """Every rule."""
    filled: dict[str, ShareShape | None]
    """By field, records in which it is filled in."""
    groups: tuple[PartShape, ...]
    """The groups that may be shown, the largest first."""
    hidden_groups: int
    """How many may not."""
    months: tuple[PartShape, ...]
    """By month of entry."""
    hidden_months: int
    """Months that would speak of too few people."""
    entry_lag: LagShape | None
    """How soon things are written down; null: not known."""

    @classmethod
    def of(cls, found: Judgement) -> CheckShape:
        """Return the shape of what was judged."""
        told = found.numbers
        own = {name: told.get(name, empty) for name, empty in _EMPTY.items()}
        return cls(
            standard=found.version.standard_id,
            version=found.version.number,
            outcome=found.outcome,
            problem=found.problem,
            computed_at=found.computed_at,
            as_of=found.as_of,
            met=found.is_met,
            **own,
        )


_EMPTY: dict[str, object] = {
    "records": 0,
    "fit": None,
    "rules": (),
    "filled": {},
    "groups": (),
    "hidden_groups": 0,
    "months": (),
    "hidden_months": 0,
    "entry_lag": None,
}


class FlowShape(Shape):
    """Records that people of one group wrote and people of another used."""

    producers: Annotated[str, Field(examples=["Sales"])]
    """Who wrote them."""
    consumers: Annotated[str, Field(examples=["Marketing"])]
    """Who used them next."""
    records: Annotated[int, Field(examples=[120])]
    """How many."""
    unfit: Annotated[int, Field(examples=[18])]
    """Of them unfit when they were used."""
    writing: Annotated[int, Field(examples=[9])]
    """People who wrote them."""
    using: Annotated[int, Field(examples=[14])]
    """People who used them."""


class HitShape(Shape):
    """What did not hold in records that a group used."""

    field: Annotated[str, Field(examples=["phone"])]
    """A field, or what a rule over several says."""
    consumers: Annotated[str, Field(examples=["Marketing"])]
    """Who met it."""
    records: Annotated[int, Field(examples=[11])]
    """In how many records."""
    of: Annotated[int, Field(examples=[120])]
    """Of how many records of others that they used."""


class UsesShape(Shape):
    """Who depends on whose records."""

    sentence: str
    """In plain words."""
    records: Annotated[int, Field(examples=[640])]
    """Records used by somebody who had not written them."""
    unfit: Annotated[int, Field(examples=[80])]
    """Of them unfit when they were used."""
    people: Annotated[int, Field(examples=[61])]
    """People who used records of others."""
    flows: tuple[FlowShape, ...]
    """From who wrote to who used, the largest first."""
    hits: tuple[HitShape, ...]
    """What hit whom, the largest first."""
    hidden_flows: int
    """Flows of too few people."""
    hidden_hits: int
    """Hits of too few people."""

    @classmethod
    def of(cls, shown: ShownUses) -> UsesShape:
        """Return the shape of what is told."""
        found = shown.found
        return cls(
            sentence=shown.sentence,
            records=found.records,
            unfit=found.unfit,
            people=found.people,
            flows=tuple(map(FlowShape.model_validate, found.flows)),
            hits=tuple(map(HitShape.model_validate, found.hits)),
            hidden_flows=found.hidden_flows,
            hidden_hits=found.hidden_hits,
        )


class DeliveryShape(Shape):
    """A file of records that was brought."""

    id: Annotated[int, Field(examples=[42])]
    """Its number."""
    file_name: Annotated[str, Field(examples=["contacts.csv"])]
    """What it was called."""
    state: Annotated[str, Field(examples=["taken"])]
    """`waiting`, `taken` or `failed`."""
    rows: int
    """Rows in all."""
    new: int
    """Rows that were not there before."""
    known: int
    """Rows that were."""
    rejected: int
    """Rows that could not be read."""
    problem: str
    """Why it failed."""
    created_at: Moment
    """When it came."""

    @classmethod
    def of(cls, delivery: Delivery) -> DeliveryShape:
        """Return the shape of a delivery."""
        return cls.model_validate(delivery)


class ExceptionShape(Shape):
    """An agreed exception: whose records which rules leave out, and until when."""

    id: Annotated[int, Field(examples=[5])]
    """Its number."""
    field: Annotated[str, Field(examples=["phone"])]
    """The rules about this field."""
    group: Annotated[str, Field(examples=["Lyon"])]
    """Leave out this group's records; empty: those of every group."""
    reason: str
    """Why."""
    until: Annotated[date, Field(examples=["2026-06-30"])]
    """The last day."""
    agreed_by: str
    """Who agreed."""

    @classmethod
    def of(cls, row: StandardException) -> ExceptionShape:
        """Return the shape of an exception."""
        return cls.model_validate(row)


class NewStandard(Shape):
    """A standard to be founded."""

    name: Name
    """What people call these records."""
    text: Text = ""
    """What they must hold, as YAML; empty: proposed from the first file."""
    object_type: Annotated[str, Field(max_length=200, examples=[""])] = ""
    """The type of object in events; empty: files are delivered."""
    account: Annotated[str, Field(max_length=254, examples=[""])] = ""
    """Whose records; empty: those of all accounts."""
    owner: Annotated[str, Field(max_length=200, examples=["Sales operations"])] = ""
    """Who answers for it."""


class NewVersion(Shape):
    """A next version."""

    text: Text
    """What records must hold, as YAML."""
    note: Annotated[str, Field(max_length=2_000)] = ""
    """Why it is changed."""


class NewDelivery(Shape):
    """A file to be taken in."""

    upload: UUID
    """The upload that holds it; see `start_upload`."""


class NewException(Shape):
    """An exception that people agreed on."""

    field: Annotated[str, Field(max_length=200, examples=["phone"])]
    """The rules about this field."""
    group: Annotated[str, Field(max_length=200, examples=["Lyon"])] = ""
    """Leave out this group's records; empty: those of every group."""
    reason: Annotated[str, Field(max_length=2_000, examples=["They get phones in June"])]
    """Why."""
    until: Annotated[date, Field(examples=["2026-06-30"])]
    """The last day."""
    agreed_by: Annotated[str, Field(max_length=200, examples=["Head of sales"])]
    """Who agreed."""
