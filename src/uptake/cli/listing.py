"""``uptake account list`` and its like: what is on record, in the same shapes as the API."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from uptake.cli.terminal import AsJson, Workspace, system_in

if TYPE_CHECKING:
    from uptake.foundation.actor import Actor
    from uptake.foundation.api.shapes import Shape

OfAccount = Annotated[str, typer.Option(help="Only those of this account itself.")]
Most = Annotated[int, typer.Option(min=1, help="How many at most, the newest first.")]

Rows = Callable[["Actor", str], Iterable["Shape"]]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of record: its command, what is said about it, and what a line shows of a row."""

    name: str
    about: str
    rows: Rows
    line: Sequence[str]
    of_account: bool = True


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    for kind in KINDS:
        group = typer.Typer(name=kind.name, help=kind.about, no_args_is_help=True)
        command = _list_of_account(kind) if kind.of_account else _list(kind)
        example = f"{kind.about}\n\nExample: uptake {kind.name} list --json"
        group.command("list", help=example)(command)
        app.add_typer(group)
    app.command()(audit)


def _list_of_account(kind: Kind) -> Callable[..., None]:
    def listed(account: OfAccount = "", workspace: Workspace = "", as_json: AsJson = False) -> None:
        show(kind.rows(system_in(workspace), account), kind.line, as_json=as_json)

    return listed


def _list(kind: Kind) -> Callable[..., None]:
    def listed(workspace: Workspace = "", as_json: AsJson = False) -> None:
        show(kind.rows(system_in(workspace), ""), kind.line, as_json=as_json)

    return listed


def audit(most: Most = 100, workspace: Workspace = "", as_json: AsJson = False) -> None:
    """List what was done, by whom and when, the newest first.

    Example: uptake audit --most 20 --json
    """
    actor = system_in(workspace)
    from uptake.capabilities.administration.api_shapes import AuditEntry
    from uptake.foundation.activity import visible_activities

    rows = (AuditEntry.of(row) for row in visible_activities(actor)[:most])
    show(rows, ("at", "who", "words", "object"), as_json=as_json)


def show(rows: Iterable[Shape], line: Sequence[str], *, as_json: bool) -> None:
    """Print rows: each as a line of what it says under some names, or all of them as JSON."""
    if as_json:
        typer.echo(json.dumps([row.model_dump(mode="json") for row in rows]))
        return
    for row in rows:
        told = row.model_dump(mode="json")
        typer.echo("  ".join(str(told[name]) for name in line if told[name] not in (None, "")))


def _accounts(actor: Actor, account: str) -> Iterable[Shape]:
    from uptake.capabilities.customers.api_shapes import AccountShape
    from uptake.capabilities.customers.queries import visible_accounts

    rows = visible_accounts(actor).select_related("parent")
    found = rows.filter(external_id=account) if account else rows
    return [AccountShape.of(row) for row in found]


def _people(actor: Actor, account: str) -> Iterable[Shape]:
    from uptake.capabilities.customers.api_shapes import ListedPerson
    from uptake.capabilities.customers.queries import visible_people

    rows = visible_people(actor).select_related("account", "team", "manager")
    found = rows.filter(account__external_id=account) if account else rows
    return [ListedPerson.of(row) for row in found.prefetch_related("other_rows")]


def _populations(actor: Actor, _account: str) -> Iterable[Shape]:
    from uptake.capabilities.customers.api_populations import PopulationShape
    from uptake.capabilities.customers.queries import visible_populations

    return [PopulationShape.of(row) for row in visible_populations(actor)]


def _contracts(actor: Actor, account: str) -> Iterable[Shape]:
    from uptake.capabilities.customers.api_shapes import ContractShape
    from uptake.capabilities.customers.queries import visible_contracts

    rows = visible_contracts(actor).select_related("account", "product")
    found = rows.filter(account__external_id=account) if account else rows
    return [ContractShape.of(row) for row in found]


def _products(actor: Actor, _account: str) -> Iterable[Shape]:
    from uptake.capabilities.customers.api_shapes import ProductShape
    from uptake.capabilities.customers.queries import visible_products

    return [ProductShape.model_validate(row) for row in visible_products(actor)]


def _changes(actor: Actor, account: str) -> Iterable[Shape]:
    from uptake.capabilities.customers.api_notes import ChangeShape
    from uptake.capabilities.customers.queries import visible_changes

    rows = visible_changes(actor).select_related("account", "product")
    found = rows.filter(account__external_id=account) if account else rows
    return [ChangeShape.of(row) for row in found]


def _notes(actor: Actor, account: str) -> Iterable[Shape]:
    from uptake.capabilities.customers.api_notes import NoteShape
    from uptake.capabilities.customers.terms import visible_notes

    return [NoteShape.of(row) for row in visible_notes(actor, account or None)]


def _segments(actor: Actor, _account: str) -> Iterable[Shape]:
    from uptake.capabilities.measure.api_people import SegmentShape
    from uptake.capabilities.measure.segments import visible_segments

    return [SegmentShape.of(row) for row in visible_segments(actor)]


def _metrics(_actor: Actor, _account: str) -> Iterable[Shape]:
    from uptake.capabilities.measure.api_shapes import MetricShape
    from uptake.metrics.catalogue import catalogue

    return [MetricShape.of(metric) for metric in catalogue.values()]


KINDS = (
    Kind("account", "List accounts by identifier.", _accounts, ("external_id", "name", "segment")),
    Kind("person", "List people as they are on record.", _people, ("external_id", "team", "role")),
    Kind(
        *("population", "List populations, the one that counts first first.", _populations),
        ("name", "goal"),
        of_account=False,
    ),
    Kind(
        *("contract", "List contracts with their prices.", _contracts),
        ("external_id", "account", "product", "seats", "end"),
    ),
    Kind(
        *("product", "List products by identifier.", _products),
        ("external_id", "name"),
        of_account=False,
    ),
    Kind(
        *("change", "List what was logged, the newest first.", _changes),
        ("day", "kind", "account", "product", "description"),
    ),
    Kind("note", "List notes about accounts.", _notes, ("day", "account", "by", "text")),
    Kind(
        *("segment", "List the shared segments of the portfolio.", _segments),
        ("id", "name", "sort"),
        of_account=False,
    ),
    Kind(
        *("metric", "List the metric catalogue.", _metrics),
        ("key", "name", "question"),
        of_account=False,
    ),
)
"""What can be listed; each brings the rows that its endpoint of the API brings."""
