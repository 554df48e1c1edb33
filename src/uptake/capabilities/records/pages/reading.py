"""The list of standards, the page of one, and what can be taken along."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from uptake.capabilities.customers.queries import is_measured
from uptake.capabilities.records import places
from uptake.capabilities.records.forms import AskingForm, ExceptionForm
from uptake.capabilities.records.models import DataStandard, Judgement, Outcome, Status
from uptake.capabilities.records.own import own_records, unfit_records
from uptake.capabilities.records.pulses import pulse_of
from uptake.capabilities.records.queries import (
    access_delivery,
    access_standard,
    content_of,
    newest,
    newest_judgement,
    standards_of_all,
    standards_with_judgements,
    versions_of,
)
from uptake.capabilities.records.shown import read_page
from uptake.capabilities.records.standard import Standard
from uptake.capabilities.records.telling import (
    StandardRow,
    list_sentence,
    row_of,
    waiting_sentence,
)
from uptake.capabilities.records.uses import shown_uses
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.errors import NotFound
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_csv
from uptake.ui.document import Document
from uptake.ui.pdf import render_document_pdf

NOTHING_YET = "Nothing has been judged by this standard yet; come back once it has."


@require_safe
@page
def list_standards(request: PageRequest) -> HttpResponse:
    """List the data standards with how records stand."""
    actor = request.actor
    rows = [row_of(standard) for standard in standards_with_judgements(actor)]
    shown = {
        "rows": rows,
        "of_all": standards_of_all(actor),
        "sentence": list_sentence(rows, of_part=actor.account is not None),
        "may_write": actor.may(Permission.RECORDS_WRITE),
        "may_export": actor.may(Permission.METRICS_EXPORT),
        "is_measured": is_measured(actor),
        "may_bring": actor.may(Permission.IMPORTS_RUN),
        "may_erase": actor.may(Permission.PERSON_ERASE),
    }
    return render(request, "records/standards.html", shown)


@require_safe
@page
def standard(request: PageRequest, standard: int) -> HttpResponse:
    """Show one standard: how records stand, what it asks, how it came about."""
    actor = request.actor
    found = access_standard(actor, standard)
    version = newest(found)
    row = _row(found)
    content = content_of(version) if version else None
    shown = {
        "standard": found,
        "row": row,
        "version": version,
        "content": content,
        "document": _document(row.judgement, found.name),
        "waiting": waiting_sentence(row, may_bring=actor.may(Permission.IMPORTS_RUN)),
        "uses": shown_uses(row.judgement),
        "pulse": pulse_of(found),
        "asking_form": AskingForm(),
        "versions": reversed(versions_of(found)),
        "deliveries": found.deliveries.order_by("-pk")[:20],
        "exceptions": found.exceptions.filter(withdrawn_at=None),
        "form": _exception_form(content, row.judgement),
        "may_write": actor.may(Permission.RECORDS_WRITE) and found.status != Status.ENDED,
        "may_deliver": actor.may(Permission.IMPORTS_RUN) and not found.is_of_events,
        "may_export": actor.may(Permission.METRICS_EXPORT),
        "may_name": actor.may(Permission.PEOPLE_READ),
    }
    return render(request, "records/standard.html", shown)


def _exception_form(content: Standard | None, found: Judgement | None) -> ExceptionForm | None:
    if content is None:
        return None
    groups = [team["name"] for team in found.teams] if found else []
    return ExceptionForm(fields=content.field_names, groups=groups)


def _row(found: DataStandard) -> StandardRow:
    """The standard with everything that was judged by its newest version."""
    return StandardRow(found, newest(found), newest_judgement(found))


def _document(found: Judgement | None, name: str) -> Document | None:
    if found is None or found.outcome != Outcome.JUDGED or not found.page:
        return None
    return read_page(found.page, title=name)


@require_safe
@page
def own(request: PageRequest) -> HttpResponse:
    """Show somebody what the standards say of their own records, to nobody else."""
    try:
        found = own_records(request.actor)
    except NotFound as missing:
        return render(request, "records/own.html", {"missing": str(missing)})
    charged, fit = sum(each.charged for each in found), sum(each.fit for each in found)
    mended = sum(each.mended for each in found)
    shown = {"found": found, "charged": charged, "fit": fit, "mended": mended}
    return render(request, "records/own.html", shown)


HEADINGS = (
    *("standard", "version", "status", "part", "name", "records"),
    *("passing", "of", "share", "low", "high"),
)


@require_safe
@page
def standards_csv(request: PageRequest) -> HttpResponseBase:
    """Send how records stand, by standard, rule, field, group and month, as a table."""
    request.actor.require(Permission.METRICS_EXPORT)
    found = standards_with_judgements(request.actor)
    activity.record(request.actor, "records.exported", standards=len(found))
    return answer_csv(_lines([_row(each) for each in found]), name="record-quality")


def _lines(rows: list[StandardRow]) -> Iterator[tuple[object, ...]]:
    yield HEADINGS
    for row in rows:
        found = row.judgement
        if found is None or found.outcome != Outcome.JUDGED:
            continue
        told = found.numbers
        head = (row.standard.name, found.version.number, row.standard.status)
        yield (*head, "all", "", told["records"], *_share(told["fit"]))
        for rule in told["rules"]:
            share = ("suppressed",) * 5 if rule["hidden"] else _share(rule["share"])
            yield (*head, "rule", rule["rule"], "", *share)
        for name, share in told["filled"].items():
            yield (*head, "field filled in", name, "", *_share(share))
        for part in ("groups", "months"):
            for each in told[part]:
                cells = each["name"], each["records"], *_share(each["fit"])
                yield (*head, part.removesuffix("s"), *cells)


def _share(share: dict[str, float] | None) -> tuple[object, ...]:
    if share is None:
        return ("", "", "nothing to judge", "", "")
    parts = ("numerator", "denominator", "value", "low", "high")
    return tuple("" if share[part] is None else share[part] for part in parts)


@require_safe
@page
def numbers_json(request: PageRequest, standard: int) -> HttpResponse:
    """Send the numbers of a standard as JSON, in the form of ``uptake records check --json``."""
    request.actor.require(Permission.METRICS_EXPORT)
    found = access_standard(request.actor, standard)
    judged = _judged(found)
    activity.record(request.actor, "records.exported", found)
    answer = HttpResponse(
        json.dumps(judged.numbers, ensure_ascii=False, indent=1), content_type="application/json"
    )
    answer["Content-Disposition"] = f'attachment; filename="standard-{found.pk}.json"'
    return answer


@require_safe
@page
def report_pdf(request: PageRequest, standard: int) -> HttpResponse:
    """Send the page of a standard as a PDF."""
    request.actor.require(Permission.METRICS_EXPORT)
    found = access_standard(request.actor, standard)
    document = _document(_judged(found), found.name)
    if document is None:
        raise NotFound(NOTHING_YET)
    activity.record(request.actor, "records.exported", found)
    answer = HttpResponse(render_document_pdf(document), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="standard-{found.pk}.pdf"'
    return answer


def _judged(found: DataStandard) -> Judgement:
    judged = _row(found).judgement
    if judged is None or judged.outcome != Outcome.JUDGED:
        raise NotFound(NOTHING_YET)
    return judged


@require_safe
@page
def text(request: PageRequest, standard: int) -> HttpResponse:
    """Send the newest version as YAML."""
    found = access_standard(request.actor, standard)
    version = newest(found)
    if version is None:
        raise NotFound("This standard says nothing yet; deliver a file or write it down first.")
    answer = HttpResponse(version.text, content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="standard-{found.pk}.yaml"'
    return answer


@require_safe
@page
def unfit_csv(request: PageRequest, standard: int) -> HttpResponseBase:
    """Send the records that are not fit, with what does not hold, to whoever mends them."""
    rows = unfit_records(request.actor, standard)
    lines = ((row.record, row.group, row.entered or "", "; ".join(row.misses)) for row in rows)

    def headed() -> Iterator[tuple[object, ...]]:
        yield "record", "group", "entered", "does not hold"
        yield from lines

    return answer_csv(headed(), name=f"unfit-{standard}")


@require_safe
@page
def rejects_csv(request: PageRequest, delivery: int) -> HttpResponse:
    """Send the rows of a delivery that could not be read."""
    request.actor.require(Permission.IMPORTS_RUN)
    found = access_delivery(request.actor, delivery)
    path = places.rejects_path(found)
    if not path.is_file():
        raise NotFound("Every row of this delivery could be read, or the list was removed.")
    answer = HttpResponse(path.read_bytes(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="rejects-{found.pk}.csv"'
    return answer
