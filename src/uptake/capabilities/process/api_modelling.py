"""How work is meant to run, over the API: proposed from cases, tried, dated, thrown away."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Query
from pydantic import Field

from uptake.capabilities.behaviours.models import Obstacle
from uptake.capabilities.process import actions
from uptake.capabilities.process.actions import LARGEST_MODEL, LONGEST_REPORT
from uptake.capabilities.process.api_asked import Selection
from uptake.capabilities.process.api_shapes import IntendedShape
from uptake.capabilities.process.asked import Asked
from uptake.capabilities.process.intended_files import read_intended
from uptake.capabilities.process.models import ReportedBarrier
from uptake.capabilities.process.proposing import discard_proposal, propose_intended
from uptake.capabilities.process.queries import access_process
from uptake.capabilities.process.trying import Trial, try_intended
from uptake.capabilities.process.viewing import key_of_deviation, look
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.shapes import RowId, Shape
from uptake.foundation.errors import NotFound

READ, WRITE = Permission.PROCESS_READ, Permission.PROCESS_WRITE

modelling = Endpoints("Processes")

Sentence = Annotated[str, Field(examples=["check was skipped"])]


class DraftShape(Shape):
    """A way of working that nobody has written down yet."""

    text: Annotated[
        str,
        Field(max_length=LARGEST_MODEL, examples=["process: Orders\nsteps: [order, ship]"]),
    ]
    """The content: YAML, BPMN 2.0 or PNML."""
    file_name: Annotated[str, Field(max_length=200, examples=["intended.yaml"])] = "intended.yaml"
    """Says by its ending what the content is."""


class RuleTrialShape(Shape):
    """How often a rule was kept."""

    rule: Annotated[str, Field(examples=["order before ship"])]
    """The rule."""
    fulfilments: int
    """How often it was kept,"""
    activations: int
    """of the times its occasion came; 0: it never came."""


class StrayShape(Shape):
    """A way of straying, and in how many cases."""

    sentence: Sentence
    """What happens."""
    cases: int
    """In how many cases."""


class TrialShape(Shape):
    """What a way of working would mean for the cases that are here; nothing is kept."""

    missing: Annotated[str, Field(examples=[""])]
    """Why nothing is known; empty where something is."""
    fitting: Annotated[int | None, Field(examples=[1780])]
    """Cases that would run as intended; null: nothing is known."""
    judged: Annotated[int | None, Field(examples=[2060])]
    """Of how many."""
    deviations: tuple[StrayShape, ...]
    """How the others would stray, the most frequent first."""
    rules: tuple[RuleTrialShape, ...]
    """How its rules would be kept."""
    remarks: tuple[Annotated[str, Field(examples=["Nobody ever does 'pay'."])], ...]
    """What is odd about it."""

    @classmethod
    def of(cls, found: Trial) -> TrialShape:
        """Return the shape of a trial."""
        fit = found.fitting
        return cls(
            missing=found.missing,
            fitting=None if fit is None else int(fit.numerator),
            judged=None if fit is None else int(fit.denominator),
            deviations=tuple(
                StrayShape(sentence=row.sentence, cases=int(row.cases.numerator))
                for row in found.deviations
            ),
            rules=tuple(
                RuleTrialShape(
                    rule=row.sentence,
                    fulfilments=row.reading.fulfilments,
                    activations=row.reading.activations,
                )
                for row in found.rules
            ),
            remarks=tuple(remark.sentence for remark in found.remarks),
        )


class DatesShape(Shape):
    """On which days cases begin that a version holds for."""

    begins: Annotated[date | None, Field(examples=["2026-04-01"])] = None
    """The first day; null: without bound."""
    ends: Annotated[date | None, Field(examples=[None])] = None
    """The last day; null: without bound."""


class NewBarrier(Shape):
    """What stops people from working as intended."""

    deviation: Annotated[str, Field(max_length=40, examples=["0f3a9c21d4"])]
    """The key of the deviation that it explains, from the picture's `deviation_keys`."""
    kind: Annotated[Obstacle, Field(examples=["time"])]
    """Which kind of thing."""
    text: Annotated[str, Field(max_length=LONGEST_REPORT, examples=["We are two short"])] = ""
    """The same in one's own words."""


class BarrierShape(Shape):
    """What somebody said stops people."""

    id: RowId
    """Its number."""
    deviation: Annotated[str, Field(examples=["0f3a9c21d4"])]
    """The key of the deviation."""
    sentence: Sentence
    """What happens there."""
    kind: Obstacle
    """Which kind of thing stops people."""
    text: Annotated[str, Field(examples=["We are two short"])]
    """In their own words."""

    @classmethod
    def of(cls, row: ReportedBarrier) -> BarrierShape:
        """Return the shape of a report."""
        return cls(
            id=row.pk,
            deviation=row.deviation,
            sentence=row.sentence,
            kind=Obstacle(row.kind),
            text=row.text,
        )


@modelling.post(
    "/processes/{process}/versions/propose", answers=IntendedShape, needs=WRITE, status=201
)
def propose_intended_version(
    request: ApiRequest, process: int, asked: Query[Selection]
) -> IntendedShape:
    """Read a way off the cases asked for; it counts for nothing until somebody confirms it."""
    return IntendedShape.of(propose_intended(request.actor, process, asked.asked))


@modelling.post("/processes/{process}/versions/try", answers=TrialShape, needs=WRITE)
def try_intended_version(request: ApiRequest, process: int, body: DraftShape) -> TrialShape:
    """Show how many cases would run as intended, before anything is written down."""
    found = access_process(request.actor, process)
    actions.read_text(body.text, body.file_name)
    return TrialShape.of(try_intended(found, read_intended(body.text, name=body.file_name)))


@modelling.put("/processes/versions/{version}/dates", answers=IntendedShape, needs=WRITE)
def date_intended_version(request: ApiRequest, version: int, body: DatesShape) -> IntendedShape:
    """Say on which days cases begin that a version holds for; they are measured anew."""
    made = actions.set_validity(request.actor, version, begins=body.begins, ends=body.ends)
    return IntendedShape.of(made)


@modelling.delete("/processes/versions/{version}", needs=WRITE)
def discard_intended_version(request: ApiRequest, version: int) -> None:
    """Throw a proposal away; a version that somebody confirmed stays."""
    discard_proposal(request.actor, version)


@modelling.post("/processes/{process}/barriers", answers=BarrierShape, needs=READ, status=201)
def report_barrier(request: ApiRequest, process: int, body: NewBarrier) -> BarrierShape:
    """Say what stops people from working as intended; whoever reads the process may."""
    found = look(request.actor, process, Asked()).picture
    rows = {key_of_deviation(row): row for row in (found.deviations if found else ())}
    if body.deviation not in rows:
        raise NotFound("There is no such deviation in this process; see the picture's keys.")
    report = actions.BarrierFacts(
        deviation=body.deviation,
        sentence=rows[body.deviation].sentence,
        kind=body.kind,
        text=body.text,
    )
    return BarrierShape.of(actions.report_barrier(request.actor, process, report))
