"""Shapes of processes over the API."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from uptake.capabilities.process.actions import LARGEST_MODEL, IntendedFacts, ProcessFacts
from uptake.capabilities.process.as_json import to_json
from uptake.capabilities.process.evidence import CaseRow
from uptake.capabilities.process.intended_drawing import Form
from uptake.capabilities.process.model_files import ModelFile
from uptake.capabilities.process.models import IntendedVersion, Level, LogDelivery
from uptake.capabilities.process.selection import key_of
from uptake.capabilities.process.table_rows import TableKind, table_lines
from uptake.capabilities.process.telling import ProcessRow
from uptake.capabilities.process.viewing import View, key_of_deviation
from uptake.foundation.api.shapes import Asked, Shape

Name = Annotated[str, Field(max_length=200, examples=["Service cases"])]
Activity = Annotated[str, Field(max_length=1_000, examples=["case.resolved"])]
Moment = Annotated[datetime, Field(examples=["2026-03-29T08:00:00Z"])]
Json = dict[str, Any]  # the contract of docs/reference/process-json.md


class ProcessShape(Shape):
    """A process and how far work strays from it."""

    id: Annotated[int, Field(examples=[17])]
    """Its number."""
    name: Name
    """What people call this work."""
    state: Annotated[str, Field(examples=["Measured"])]
    """Measured, Waiting, No intended way, Ended, or why nothing is said."""
    account: Annotated[str | None, Field(examples=["a001"])]
    """Whose cases; null: those of all accounts."""
    origin: Annotated[str, Field(examples=["events"])]
    """`events` or `file`."""
    owner: Annotated[str, Field(examples=["Service management"])]
    """Who answers for it."""
    hours: Annotated[str, Field(examples=["09:00-17:00"])]
    """When work is done, for business time; empty: nobody said."""
    country: Annotated[str, Field(examples=["DE"])]
    """Whose public holidays and weekend are free; empty: those of the workspace."""
    timezone: Annotated[str, Field(examples=["Europe/Berlin"])]
    """By which clocks; empty: those of the workspace."""
    version: Annotated[int | None, Field(examples=[2])]
    """By which version of the intended way cases were measured; null: by none."""
    cases: Annotated[int | None, Field(examples=[2060])]
    """How many cases were measured; null: nothing may be said."""
    events: Annotated[int | None, Field(examples=[12394])]
    """How many events they have."""
    fitting: Annotated[int | None, Field(examples=[1780])]
    """Cases that run as intended; null: nobody has said how, or nothing may be said."""
    judged: Annotated[int | None, Field(examples=[2060])]
    """Of how many cases."""
    computed_at: datetime | None
    """When they were measured."""

    @classmethod
    def of(cls, row: ProcessRow) -> ProcessShape:
        """Return the shape of a row of the list."""
        process, kept = row.process, row.kept
        return cls(
            id=process.pk,
            name=process.name,
            state=row.state,
            account=process.account.external_id if process.account else None,
            origin=process.origin,
            owner=process.answers,
            hours=process.hours,
            country=process.country,
            timezone=process.timezone,
            version=(kept.version or None) if kept else None,
            cases=kept.cases if kept else None,
            events=kept.events if kept else None,
            fitting=kept.fitting if kept else None,
            judged=kept.judged if kept else None,
            computed_at=kept.computed_at if kept else None,
        )


class NewProcess(Shape):
    """Work that is looked at; its cases come from events, or from a log that is delivered."""

    name: Name
    """What people call this work."""
    description: Annotated[str, Field(max_length=1_000, examples=["From report to repair."])] = ""
    """What one case is."""
    account: Annotated[str, Field(max_length=254, examples=["a001"])] = ""
    """Whose cases; empty: those of all accounts."""
    brought: bool = False
    """Whether its cases come from a log that is delivered."""
    product: Annotated[str, Field(max_length=254, examples=["service"])] = ""
    """Only events of this product."""
    module: Annotated[str, Field(max_length=254, examples=["cases"])] = ""
    """Only events of this module."""
    actions: Annotated[tuple[Activity, ...], Field(max_length=1_000)] = ()
    """Only these actions; empty: all that come with a case."""
    level: Annotated[str, Field(examples=["group"])] = Level.GROUP.value
    """Whose hands are shown first: `resource` (as numbers alone), `role`, `group` or
    `organisation`."""
    hours: Annotated[str, Field(max_length=20, examples=["09:00-17:00"])] = ""
    """When work is done: then the picture tells business time, too."""
    country: Annotated[str, Field(max_length=10, examples=["DE"])] = ""
    """Whose public holidays and weekend are free; empty: those of the workspace."""
    timezone: Annotated[str, Field(max_length=64, examples=["Europe/Berlin"])] = ""
    """By which clocks; empty: those of the workspace."""
    owner: Annotated[str, Field(max_length=200, examples=["Service management"])] = ""
    """Who answers for it."""

    @property
    def facts(self) -> ProcessFacts:
        """The same for the action."""
        return ProcessFacts(
            name=self.name,
            description=self.description,
            account=self.account,
            is_brought=self.brought,
            product=self.product,
            module=self.module,
            actions=self.actions,
            level=self.level,
            hours=self.hours,
            country=self.country,
            timezone=self.timezone,
            owner_name=self.owner,
        )


class IntendedShape(Shape):
    """A version of how work is meant to run, written once."""

    id: Annotated[int, Field(examples=[31])]
    """By which it is confirmed."""
    number: Annotated[int, Field(examples=[2])]
    """Its number in the process."""
    name: Annotated[str, Field(examples=["After the routing release"])]
    """What it is called."""
    file_name: Annotated[str, Field(examples=["intended.yaml"])]
    """Says by its ending what the content is."""
    text: Annotated[str, Field(examples=["process: Service cases\nsteps: [opened, closed]"])]
    """The content."""
    note: str
    """Why it was changed."""
    begins: date | None
    """The first day on which cases begin that are measured by it; null: without bound."""
    ends: date | None
    """The last such day."""
    confirmed: bool
    """Whether a person stands behind it; a proposal counts for nothing."""
    written_by: str
    """Who wrote it."""
    written_at: Moment
    """When."""

    @classmethod
    def of(cls, version: IntendedVersion) -> IntendedShape:
        """Return the shape of a version."""
        return cls(
            id=version.pk,
            number=version.number,
            name=version.name,
            file_name=version.file_name,
            text=version.text,
            note=version.note,
            begins=version.begins,
            ends=version.ends,
            confirmed=version.is_confirmed,
            written_by=version.written_by,
            written_at=version.written_at,
        )


class AskedForm(Asked):
    """What a version is to be written in."""

    form: Annotated[Form, Field(examples=["bpmn"])] = Form.BPMN
    """`bpmn`, `pnml` or `yaml`."""


class IntendedFileShape(Shape):
    """A version of how work is meant to run, as a file."""

    name: Annotated[str, Field(examples=["intended-31.bpmn"])]
    """What to call the file."""
    form: Annotated[Form, Field(examples=["bpmn"])]
    """What it is written in."""
    text: Annotated[str, Field(examples=['<?xml version="1.0" encoding="UTF-8"?>'])]
    """The content, to be kept as UTF-8."""

    @classmethod
    def of(cls, file: ModelFile) -> IntendedFileShape:
        """Return the shape of a file."""
        return cls(name=file.name, form=file.form, text=file.text)


class NewIntended(Shape):
    """How work is meant to run, as YAML, BPMN 2.0 or PNML."""

    text: Annotated[
        str,
        Field(
            max_length=LARGEST_MODEL, examples=["process: Service cases\nsteps: [opened, closed]"]
        ),
    ]
    """The content."""
    file_name: Annotated[str, Field(max_length=200, examples=["intended.yaml"])] = "intended.yaml"
    """Says by its ending what the content is."""
    name: Annotated[str, Field(max_length=200, examples=["After the routing release"])] = ""
    """What it is called."""
    note: Annotated[str, Field(max_length=2_000)] = ""
    """Why it changes."""
    begins: date | None = None
    """The first day on which cases begin that are measured by it."""
    ends: date | None = None
    """The last such day."""
    proposal: bool = False
    """Whether somebody has yet to confirm it."""

    @property
    def facts(self) -> IntendedFacts:
        """The same for the action."""
        return IntendedFacts(
            text=self.text,
            file_name=self.file_name,
            name=self.name,
            note=self.note,
            begins=self.begins,
            ends=self.ends,
            is_proposal=self.proposal,
        )


class NewLog(Shape):
    """A log of cases that was uploaded."""

    upload: UUID
    """The upload that holds the file."""
    columns: Annotated[dict[str, str], Field(default_factory=dict, examples=[{"case": "ticket"}])]
    """Columns by what they hold (`case`, `activity`, `completed`, `resource`, `role`, `group`),
    where they are not recognised."""
    object_type: Annotated[str, Field(max_length=200, examples=["order"])] = ""
    """Of an object-centric log: the type whose lives are the cases."""

    @property
    def choices(self) -> dict[str, object]:
        """How the file is to be read."""
        chosen: dict[str, object] = {"columns": self.columns} if self.columns else {}
        return chosen | ({"object_type": self.object_type} if self.object_type else {})


class LogShape(Shape):
    """A log that was brought."""

    id: Annotated[int, Field(examples=[5])]
    """Its number."""
    file_name: Annotated[str, Field(examples=["tickets.xes.gz"])]
    """The name of the file."""
    state: Annotated[str, Field(examples=["taken"])]
    """`waiting`, `taken` or `failed`."""
    problem: str
    """What is wrong with it."""
    cases: int
    """Cases in it."""
    events: int
    """Events in it."""
    warnings: tuple[str, ...]
    """What is to be known before it is believed."""
    created_at: Moment
    """When it was brought."""

    @classmethod
    def of(cls, delivery: LogDelivery) -> LogShape:
        """Return the shape of a delivery."""
        return cls.model_validate(delivery)


class PictureShape(Shape):
    """Everything that is known of the cases asked for."""

    process: Annotated[int, Field(examples=[17])]
    """The number of the process."""
    version: Annotated[int | None, Field(examples=[2])]
    """By which version of the intended way they were measured; null: by none."""
    problem: str
    """Why nothing is said; empty where something is."""
    picture: Json | None
    """The documented contract of a process picture; null where nothing may be said."""
    variant_keys: tuple[str, ...]
    """For each of its variants the key by which its cases are asked for."""
    deviation_keys: tuple[str, ...]
    """For each of its deviations the key by which its cases are asked for."""

    @classmethod
    def of(cls, view: View) -> PictureShape:
        """Return the shape of what somebody sees."""
        found = view.picture
        return cls(
            process=view.process.pk,
            version=view.version.number if view.version else None,
            problem="" if found else view.problem,
            picture=to_json(found) if found else None,
            variant_keys=tuple(key_of(row.activities) for row in found.variants) if found else (),
            deviation_keys=tuple(map(key_of_deviation, found.deviations)) if found else (),
        )


class TableShape(Shape):
    """A table of what is known of the cases asked for: the same numbers as in the picture."""

    process: Annotated[int, Field(examples=[17])]
    """The number of the process."""
    table: Annotated[TableKind, Field(examples=["hands"])]
    """Which table."""
    problem: str
    """Why nothing is said; empty where something is."""
    columns: Annotated[tuple[str, ...], Field(examples=[["hands", "from", "to", "times"]])]
    """What stands in each place of a row."""
    rows: tuple[tuple[str | int | float | None, ...], ...]
    """The rows; null: not known or not measurable."""

    @classmethod
    def of(cls, view: View, kind: TableKind) -> TableShape:
        """Return the shape of what somebody sees."""
        lines = list(table_lines(kind, view.picture)) if view.picture else [()]
        return cls(
            process=view.process.pk,
            table=kind,
            problem="" if view.picture else view.problem,
            columns=tuple(map(str, lines[0])),
            rows=tuple(lines[1:]),
        )


class CaseStepShape(Shape):
    """One step of a case."""

    activity: Activity
    """What was done."""
    kind: Annotated[str, Field(examples=["together"])]
    """`together` with the intended way, `skipped` or `inserted`; empty without one."""
    moment: datetime | None
    """When; null where the log does not say, or the step was skipped."""
    by: Annotated[str, Field(examples=["Second line"])]
    """Which role or team; never a person."""


class CaseShape(Shape):
    """A case."""

    name: Annotated[str, Field(examples=["case-0017"])]
    """Its identifier."""
    began: datetime | None
    """Its first moment."""
    seconds: float | None
    """From its first to its last moment."""
    events: Annotated[int, Field(examples=[6])]
    """How many steps it has."""
    cost: Annotated[int | None, Field(examples=[1])]
    """Steps skipped or out of place; null without an intended way."""
    steps: tuple[CaseStepShape, ...]
    """Its steps, at most the first 200."""

    @classmethod
    def of(cls, row: CaseRow) -> CaseShape:
        """Return the shape of a case."""
        return cls.model_validate(row)
