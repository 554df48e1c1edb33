"""Data standards, how records stand by them, and deliveries, over the API."""

from __future__ import annotations

from ninja import Query

from uptake.capabilities.records import actions, api_pulse, api_rating, queries
from uptake.capabilities.records.api_shapes import (
    CheckShape,
    DeliveryShape,
    ExceptionShape,
    NewDelivery,
    NewException,
    NewStandard,
    NewVersion,
    StandardShape,
    UsesShape,
    VersionShape,
)
from uptake.capabilities.records.telling import row_of
from uptake.capabilities.records.uses import shown_uses
from uptake.foundation.access import Permission
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.api.endpoints import Endpoints
from uptake.foundation.api.paging import Listed, Paging, page_of_rows
from uptake.foundation.errors import NotFound

READ, WRITE = Permission.RECORDS_READ, Permission.RECORDS_WRITE
NOT_USED = (
    "Nothing can be told of who uses these records: too few people did, or nothing says who wrote "
    "and opened them."
)
NOT_JUDGED = "Nothing has been judged by this standard yet; ask again once it has."

records = Endpoints("Record quality")


@records.get("/standards", answers=Listed[StandardShape], needs=READ)
def list_standards(request: ApiRequest, asked: Query[Paging]) -> Listed[StandardShape]:
    """List the data standards with how records stand, by name."""
    rows = queries.with_judgements(queries.visible_standards(request.actor))
    return page_of_rows(
        rows, asked, order=("name", "id"), show=lambda row: StandardShape.of(row_of(row))
    )


@records.post("/standards", answers=StandardShape, needs=WRITE, status=201)
def create_standard(request: ApiRequest, body: NewStandard) -> StandardShape:
    """Found a standard; nothing counts before it is agreed on."""
    facts = actions.StandardFacts(
        name=body.name,
        account=body.account,
        object_type=body.object_type,
        owner_name=body.owner,
    )
    made = actions.found_standard(request.actor, facts, text=body.text)
    return StandardShape.of(row_of(made))


@records.get("/standards/{standard}", answers=StandardShape, needs=READ)
def get_standard(request: ApiRequest, standard: int) -> StandardShape:
    """Show one standard."""
    return StandardShape.of(row_of(queries.access_standard(request.actor, standard)))


@records.get("/standards/{standard}/check", answers=CheckShape, needs=READ)
def get_check(request: ApiRequest, standard: int) -> CheckShape:
    """Show how records stand: by rule, field, group and month, and how soon they are entered."""
    found = queries.access_standard(request.actor, standard)
    judged = queries.newest_judgement(found)
    if judged is None:
        raise NotFound(NOT_JUDGED)
    return CheckShape.of(judged)


@records.get("/standards/{standard}/uses", answers=UsesShape, needs=READ)
def get_uses(request: ApiRequest, standard: int) -> UsesShape:
    """Show who depends on whose records: flows between groups, and what hits whom."""
    found = queries.access_standard(request.actor, standard)
    shown = shown_uses(queries.newest_judgement(found))
    if shown is None:
        raise NotFound(NOT_USED)
    return UsesShape.of(shown)


@records.get("/standards/{standard}/versions", answers=Listed[VersionShape], needs=READ)
def list_standard_versions(
    request: ApiRequest, standard: int, asked: Query[Paging]
) -> Listed[VersionShape]:
    """List the versions of a standard, the newest first."""
    found = queries.access_standard(request.actor, standard)
    return page_of_rows(found.versions.all(), asked, order=("-number",), show=VersionShape.of)


@records.post("/standards/{standard}/versions", answers=StandardShape, needs=WRITE, status=201)
def write_standard_version(request: ApiRequest, standard: int, body: NewVersion) -> StandardShape:
    """Change what records must hold; a text that says the same changes nothing."""
    actions.revise_standard(request.actor, standard, text=body.text, note=body.note)
    return get_standard(request, standard)


@records.post("/standards/{standard}/agree", answers=StandardShape, needs=WRITE)
def agree_on_standard(request: ApiRequest, standard: int) -> StandardShape:
    """Say that people agreed on it: from now on it can be met or missed."""
    actions.agree_on_standard(request.actor, standard)
    return get_standard(request, standard)


@records.post("/standards/{standard}/end", answers=StandardShape, needs=WRITE)
def end_standard(request: ApiRequest, standard: int) -> StandardShape:
    """Judge by a standard no longer; what was judged stays to be read."""
    actions.end_standard(request.actor, standard)
    return get_standard(request, standard)


@records.get("/standards/{standard}/exceptions", answers=Listed[ExceptionShape], needs=READ)
def list_exceptions(
    request: ApiRequest, standard: int, asked: Query[Paging]
) -> Listed[ExceptionShape]:
    """List the exceptions that were not withdrawn, the newest first."""
    found = queries.access_standard(request.actor, standard)
    rows = found.exceptions.filter(withdrawn_at=None)
    return page_of_rows(rows, asked, order=("-id",), show=ExceptionShape.of)


@records.post("/standards/{standard}/exceptions", answers=ExceptionShape, needs=WRITE, status=201)
def log_exception(request: ApiRequest, standard: int, body: NewException) -> ExceptionShape:
    """Leave a group's records out of the rules about a field until a day; they are exempt."""
    facts = actions.ExceptionFacts(
        field=body.field,
        group=body.group,
        reason=body.reason,
        until=body.until,
        agreed_by=body.agreed_by,
    )
    return ExceptionShape.of(actions.log_exception(request.actor, standard, facts))


@records.delete("/exceptions/{exception}", needs=WRITE)
def withdraw_exception(request: ApiRequest, exception: int) -> None:
    """Take an exception back: its records are judged by these rules again."""
    actions.withdraw_exception(request.actor, exception)


@records.get("/standards/{standard}/deliveries", answers=Listed[DeliveryShape], needs=READ)
def list_record_deliveries(
    request: ApiRequest, standard: int, asked: Query[Paging]
) -> Listed[DeliveryShape]:
    """List the files that were brought, the newest first."""
    found = queries.access_standard(request.actor, standard)
    return page_of_rows(found.deliveries.all(), asked, order=("-id",), show=DeliveryShape.of)


@records.post("/standards/{standard}/deliveries", answers=DeliveryShape, needs=WRITE, status=202)
def deliver_records(request: ApiRequest, standard: int, body: NewDelivery) -> DeliveryShape:
    """Bring a file that was uploaded; the worker takes it in. The same file changes nothing."""
    return DeliveryShape.of(actions.deliver_records(request.actor, standard, body.upload))


@records.delete("/standards/deliveries/{delivery}", needs=WRITE)
def take_back_delivery(request: ApiRequest, delivery: int) -> None:
    """Remove the rows that a file brought; what is left is judged anew."""
    actions.take_back_delivery(request.actor, delivery)


ROUTERS = (records.router, *api_rating.ROUTERS, *api_pulse.ROUTERS)
