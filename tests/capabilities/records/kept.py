"""A standard of an account with everything that belongs to one, as the worker leaves it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tests.capabilities.records.delivering import CONTACTS
from uptake.capabilities.customers.models import Account, Person
from uptake.capabilities.records import places
from uptake.capabilities.records.dependence import Dependence, FieldHit, Flow, kept_form
from uptake.capabilities.records.models import (
    DataStandard,
    Delivery,
    Judgement,
    Pulse,
    PulseAsk,
    RatedSample,
    StandardException,
    StandardVersion,
)
from uptake.capabilities.records.shown import kept_page
from uptake.ui.document import Document, Paragraph, Section

SHARE = {"numerator": 24, "denominator": 36, "value": 0.67, "low": 0.5, "high": 0.8}


def kept_standard(account: Account) -> dict[str, Any]:
    """The numbers of a standard, a delivery and an exception; the account's name is in all."""
    name = account.external_id
    standard = DataStandard.objects.create(
        workspace=account.workspace, name=f"{name} contacts", account=account, status="agreed"
    )
    version = StandardVersion.objects.create(
        standard=standard,
        number=1,
        text=CONTACTS.replace("Sales operations", f"{name} desk"),
        written_by=f"{name} lead",
    )
    Judgement.objects.create(
        version=version,
        stamp="kept",
        minimum_people=5,
        outcome="judged",
        fit=24,
        judged=36,
        is_met=False,
        trend=[0.5, 0.6, 0.7],
        rules=[f"{name} phone is filled in"],
        teams=[{"name": f"{name} team", "fit": 24, "judged": 36}],
        numbers=_numbers(name),
        dependence=_dependence(name),
        page=_page(name),
    )
    unfit = {"record": [f"{name}-7"], "creator": ["p0"], "author": ["p0"], "team": [f"{name} team"]}
    rows = pa.table({**unfit, "entered": pa.array([None], pa.timestamp("us")), "failed_0": [1]})
    pq.write_table(rows, places.unfit_path(version))
    delivery = Delivery.objects.create(
        standard=standard, file_name=f"{name}.csv", state="taken", rejected=1, actor_name=name
    )
    places.rejects_path(delivery).write_text(f"line,reason,row\n1,broken,{name}\n")
    exception = StandardException.objects.create(
        standard=standard,
        field="phone",
        reason=f"{name} has no phones",
        until=date(2099, 1, 1),
        agreed_by=f"{name} lead",
        written_by=f"{name} lead",
    )
    sample = RatedSample.objects.create(
        version=version,
        seed=1,
        all_fit=24,
        all_unfit=12,
        rules=[f"{name} phone is filled in"],
        drawn_by=f"{name} lead",
    )
    pulse = Pulse.objects.create(
        standard=standard, every_weeks=6, started_on=date(2025, 3, 3), written_by=f"{name} lead"
    )
    ask = PulseAsk.objects.create(
        pulse=pulse,
        person=Person.objects.filter(account=account).order_by("pk")[0],
        round=0,
        group=f"{name} team",
        asked_on=date(2025, 3, 3),
    )
    return {
        "ask": ask.pk,
        "standard": standard.pk,
        "delivery": delivery.pk,
        "exception": exception.pk,
        "sample": sample.pk,
    }


def _numbers(name: str) -> dict[str, Any]:
    rule = {
        "rule": f"{name} phone is filled in",
        "kind": "complete",
        "field": "phone",
        "share": SHARE,
        "hidden": False,
        "tolerance": 0.05,
        "met": False,
        "owner": f"{name} desk",
    }
    group = {"name": f"{name} team", "records": 36, "fit": SHARE, "filled": {"phone": SHARE}}
    return {
        "records": 36,
        "fit": SHARE,
        "rules": [rule],
        "filled": {"phone": SHARE},
        "groups": [group],
        "months": [],
    }


def _dependence(name: str) -> dict[str, Any]:
    flow = Flow(f"{name} team", f"{name} desk", 30, 10, 6, 7)
    hit = FieldHit("phone", f"{name} desk", 10, 30)
    return kept_form(Dependence(30, 10, 7, (flow,), (hit,), 0, 0), ["phone"])


def _page(name: str) -> dict[str, Any]:
    blocks = (Paragraph(f"{name} rules"),)
    section = Section("rules", "Which rules are missed", blocks)
    return kept_page(
        Document("", "", f"24 of 36 {name} contacts are fit for use.", "", (), (section,), "")
    )
