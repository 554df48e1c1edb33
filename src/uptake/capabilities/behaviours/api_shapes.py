"""What the API says and takes about behaviours: what is asked, in versions."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Literal

import msgspec
from pydantic import Field

from uptake.capabilities.behaviours.actions import BehaviourFacts
from uptake.capabilities.behaviours.definition import Definition, kept_form, read
from uptake.capabilities.behaviours.models import BehaviourVersion, Clarification
from uptake.capabilities.customers.api_populations import RuleShape
from uptake.capabilities.customers.models import NAME
from uptake.foundation.api.paging import Paging
from uptake.foundation.api.shapes import AccountId, PersonId, RowId, Shape
from uptake.methods.behaviour.periods import Cadence
from uptake.methods.behaviour.smart import Finding

Text = Annotated[str, Field(max_length=2_000, examples=[""])]
Line = Annotated[str, Field(max_length=NAME, examples=[""])]
Hours = Annotated[int | None, Field(ge=1, le=8_760, examples=[48])]
Amount = Annotated[int, Field(ge=1, le=10_000, examples=[3])]
Named = Annotated[str, Field(min_length=1, max_length=NAME, examples=["call.logged"])]
Share = Annotated[float, Field(gt=0, le=1, examples=[1.0])]
StatusName = Literal["draft", "live", "ended"]


class EffectsShape(Shape):
    """What it shall bring about, and what it may bring about besides."""

    intended_behaviours: Text = ""
    """Intended behaviours."""
    intended_outcomes: Text = ""
    """Intended outcomes."""
    unintended_behaviours: Text = ""
    """How it could be met in name only."""
    unintended_outcomes: Text = ""
    """Whom it could hurt if everybody met it."""


class DefinitionShape(Shape):
    """What exactly is asked: who, which act, how well, how many, by when, and why."""

    statement: Annotated[
        str, Field(max_length=2_000, examples=["Log each customer call with the next step"])
    ] = ""
    """What somebody shall do, in one sentence."""
    population: Annotated[str, Field(max_length=NAME, examples=["Field agents"])] = ""
    """What those who fit the rules are called; empty: everybody."""
    rules: Annotated[tuple[RuleShape, ...], Field(max_length=50)] = ()
    """Whom it is asked of; without any, everybody."""
    product: Annotated[str, Field(max_length=254, examples=["crm"])] = ""
    """Only in this product."""
    module: Annotated[str, Field(max_length=254, examples=[""])] = ""
    """Only in this module."""
    actions: Annotated[tuple[Named, ...], Field(max_length=100)] = ()
    """The actions in the data that show that it was done, or that it is to be done."""
    object_type: Annotated[str, Field(max_length=254, examples=[""])] = ""
    """Only on objects of this type."""
    properties: Annotated[
        dict[Named, Annotated[str, Field(max_length=254)]],
        Field(default_factory=dict, examples=[{"channel": "phone"}]),
    ]
    """Only with these properties."""
    right_first_time: bool = False
    """A good one is right at the first attempt."""
    within_hours: Hours = None
    """A good one is entered within so many hours of when it happened."""
    filled_in: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=254, examples=["phone"])], ...],
        Field(max_length=50),
    ] = ()
    """Fields that a good one has filled in."""
    every_opportunity: bool = False
    """Every opportunity, instead of a number; `answer_actions` says what has to follow each."""
    every_object: bool = False
    """Each object of the type that exists has to have the fields; with the cadence `once`."""
    amount: Annotated[int | None, Field(ge=1, le=10_000, examples=[3])] = None
    """How many in a period."""
    answer_actions: Annotated[tuple[Named, ...], Field(max_length=100, examples=[[]])] = ()
    """What has to follow each opportunity."""
    answer_hours: Annotated[int | None, Field(ge=1, le=8_760, examples=[None])] = None
    """How soon, in hours."""
    cadence: Cadence = Cadence.WEEK
    """How long a period is; `once`: a single one, up to `due_on`."""
    weekday: Annotated[int | None, Field(ge=0, le=6, examples=[4])] = None
    """The weekday on which a week is due, Monday is 0; null: its last day."""
    at: Annotated[time | None, Field(examples=["13:00:00"])] = None
    """The time of day at which it is due, in the zone of the workspace."""
    due_on: Annotated[date | None, Field(examples=[None])] = None
    """The day on which something that is asked once is due."""
    grace_hours: Annotated[int, Field(ge=0, le=168, examples=[0])] = 0
    """How much later it still counts."""
    threshold: Share = 1.0
    """The share of the amount from which a period is met."""
    ramp: Annotated[tuple[Amount, ...], Field(max_length=20, examples=[[1, 2]])] = ()
    """Amounts of the first steps of four periods each."""
    reason: Annotated[
        str, Field(max_length=2_000, examples=["Inside sales call the same contacts next."])
    ] = ""
    """Why it matters; people read it in their week."""
    depends_on: Line = ""
    """Who depends on it."""
    outcome: Line = ""
    """The outcome it serves."""
    counters: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=NAME, examples=["artificial"])], ...],
        Field(max_length=20),
    ] = ()
    """What must not get worse; `artificial`, `not first time` and `late` are measured."""
    counter_margin: Share = 0.05
    """By how much that may worsen."""
    least_effect: Share = 0.05
    """The smallest change of the share of people that matters."""
    review_on: date | None = None
    """When it is looked at again."""
    effects: EffectsShape = EffectsShape()
    """What it may bring about."""

    @classmethod
    def of(cls, definition: Definition) -> DefinitionShape:
        """Show a definition."""
        kept = kept_form(definition)
        kept["properties"] = dict(definition.properties)
        return cls.model_validate(kept)

    @property
    def wanted(self) -> Definition:
        """The definition."""
        kept = self.model_dump(mode="json", exclude={"rules"})
        kept["properties"] = [list(pair) for pair in self.properties.items()]
        kept["rules"] = [rule.model_dump(mode="json") for rule in self.rules]
        return read(msgspec.to_builtins(kept))


class NewBehaviour(Shape):
    """A behaviour to be written down; nobody is asked before it goes live."""

    name: Annotated[str, Field(min_length=1, max_length=NAME, examples=["Calls logged"])]
    """What people call it."""
    definition: DefinitionShape
    """What exactly is asked."""
    account: AccountId | None = None
    """Only people of this account and below it; null: of all that the caller may ask."""
    owner: Annotated[str, Field(max_length=NAME, examples=["Edith"])] = ""
    """Who answers for it."""

    @property
    def facts(self) -> BehaviourFacts:
        """The same as the pages send it."""
        return BehaviourFacts(
            self.name, self.definition.wanted, account=self.account or "", owner_name=self.owner
        )


class ChangedBehaviour(Shape):
    """What is asked from the next period on; what was judged before stays as it was."""

    name: Annotated[str, Field(min_length=1, max_length=NAME, examples=["Calls logged"])]
    """What people call it."""
    definition: DefinitionShape
    """What exactly is asked."""
    owner: Annotated[str, Field(max_length=NAME, examples=["Edith"])] = ""
    """Who answers for it."""
    note: Text = ""
    """Why it was changed."""

    @property
    def facts(self) -> BehaviourFacts:
        """The same as the pages send it."""
        return BehaviourFacts(self.name, self.definition.wanted, owner_name=self.owner)


class Since(Shape):
    """From when on people are asked."""

    since: date | None = None
    """A day of the first period that is judged; null: the running one."""


class BehaviourQuery(Paging):
    """Which behaviours."""

    status: Annotated[StatusName | None, Field(examples=["live"])] = None
    """Only those that are drafts, live or ended."""


class BehaviourShape(Shape):
    """Something that people shall do, as it was written last."""

    id: RowId
    """Its number."""
    name: Annotated[str, Field(examples=["Calls logged"])]
    """What people call it."""
    status: StatusName
    """Whether people are asked yet, or still."""
    account: AccountId | None
    """Only people of this account and below it; null: of all accounts."""
    is_of_team: bool
    """Whether it is asked of the people of one leader alone."""
    owner: Annotated[str, Field(examples=["Edith"])]
    """Who answers for it."""
    live_from: date | None
    """The first day that is judged."""
    ended_on: date | None
    """The last day that is judged."""
    version: Annotated[int, Field(examples=[2])]
    """How many versions there are."""
    amount: Annotated[str, Field(examples=["3 a week"])]
    """How many, in words."""
    due: Annotated[str, Field(examples=["by Friday 13:00 each week"])]
    """By when, in words."""
    definition: DefinitionShape
    """What was written last, in force or not yet."""


class VersionShape(Shape):
    """What was asked from a day on, until a later version begins; it stays as it was written."""

    number: Annotated[int, Field(examples=[1])]
    """Its place among the versions, the oldest is 1."""
    valid_from: date
    """The first day of the first period that is judged by it."""
    written_at: datetime
    """When it was written."""
    written_by: Annotated[str, Field(examples=["edith@example.org"])]
    """Who wrote it."""
    note: Text
    """Why."""
    definition: DefinitionShape
    """What exactly is asked."""

    @classmethod
    def of(cls, row: BehaviourVersion) -> VersionShape:
        """Show a version."""
        return cls(
            number=row.number,
            valid_from=row.valid_from,
            written_at=row.written_at,
            written_by=row.written_by,
            note=row.note,
            definition=DefinitionShape.of(read(row.definition)),
        )


class FindingShape(Shape):
    """Something that leaves unclear what is wanted."""

    part: Annotated[str, Field(examples=["deadline"])]
    """The part of the definition."""
    gravity: Annotated[Literal["refused", "warned"], Field(examples=["refused"])]
    """`refused` keeps it from going live."""
    sentence: Annotated[str, Field(examples=["Say by when, to the hour."])]
    """What to mend."""

    @classmethod
    def of(cls, finding: Finding) -> FindingShape:
        """Show a finding."""
        return cls(
            part=finding.part.value, gravity=finding.gravity.value, sentence=finding.sentence
        )


class Findings(Shape):
    """Everything that leaves unclear what is wanted."""

    may_go_live: bool
    """Whether nothing keeps it from going live."""
    findings: tuple[FindingShape, ...]
    """What is unclear."""


class QuestionQuery(Paging):
    """Which questions."""

    open: bool | None = None
    """Only those that wait, or only those that were answered."""


class NewAnswer(Shape):
    """An answer to what somebody asked."""

    answer: Annotated[str, Field(min_length=1, max_length=2_000, examples=["Every outgoing one."])]
    """What exactly to do."""


class QuestionShape(Shape):
    """Somebody asked what exactly is wanted, knowing that whoever answers sees who asks."""

    id: RowId
    """Its number."""
    behaviour: RowId
    """The number of the behaviour."""
    person: PersonId
    """Who asks."""
    question: Annotated[str, Field(examples=["Which calls?"])]
    """What was asked."""
    asked_at: datetime
    """When."""
    answer: Annotated[str, Field(examples=[""])]
    """The answer; empty while it waits."""
    answered_by: Annotated[str, Field(examples=[""])]
    """Who answered."""
    answered_at: datetime | None
    """When; null while it waits."""

    @classmethod
    def of(cls, row: Clarification) -> QuestionShape:
        """Show a question."""
        return cls(
            id=row.pk,
            behaviour=row.behaviour_id,
            person=row.person.external_id,
            question=row.question,
            asked_at=row.asked_at,
            answer=row.answer,
            answered_by=row.answered_by,
            answered_at=row.answered_at,
        )
