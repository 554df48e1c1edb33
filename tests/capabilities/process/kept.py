"""A process of an account with everything that belongs to one, as the worker leaves it."""

from __future__ import annotations

from typing import Any

from tests.capabilities.process.logs import log_of, ways
from uptake.capabilities.customers.models import Account
from uptake.capabilities.process.figuring import measure_now
from uptake.capabilities.process.kept_log import write_log
from uptake.capabilities.process.models import IntendedVersion, LogDelivery, Process
from uptake.capabilities.process.places import folder_of, name_of_delivery
from uptake.capabilities.process.working import stamp_of

INTENDED = """
process: {name} orders
steps: [{name} order, check, {name} ship, {name} bill]
"""
USUAL, SHORT = ("order", "check", "ship", "bill"), ("order", "ship", "bill")


def kept_process(account: Account) -> dict[str, Any]:
    """The numbers of a process and of a proposed version; the account's name is in all."""
    name = account.external_id
    process = Process.objects.create(
        workspace=account.workspace,
        name=f"{name} orders",
        account=account,
        origin="file",
        owner_name=f"{name} lead",
    )
    facts = {"file_name": "intended.yaml", "text": INTENDED.format(name=name)}
    confirmed = {"confirmed_by": f"{name} lead", "confirmed_at": process.created_at}
    IntendedVersion.objects.create(
        process=process, number=1, written_by=f"{name} lead", **facts, **confirmed
    )
    proposed = IntendedVersion.objects.create(
        process=process, number=2, note=f"{name} note", written_by=f"{name} lead", **facts
    )
    delivery = LogDelivery.objects.create(
        process=process, file_name=f"{name}.xes", state="taken", actor_name=name
    )
    told = [
        tuple(f"{name} {step}" if step != "check" else step for step in way)
        for way in (USUAL, SHORT)
    ]
    log = log_of(ways((told[0], 24), (told[1], 12)), case=f"{name}-", group=f"{name} team")
    write_log(log, folder_of(process), name_of_delivery(delivery))
    measure_now(process, stamp=stamp_of(process))
    return {"process": process.pk, "version": proposed.pk, "table": "hands"}
