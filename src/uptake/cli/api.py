"""``uptake api list|get``: whatever the API reads, on this machine and without a key."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from uptake.cli.terminal import AsJson, Workspace, system_in
from uptake.store.errors import UptakeError

if TYPE_CHECKING:
    from uptake.foundation.actor import Actor

Operation = Annotated[str, typer.Argument(help="Name of what is read; see: uptake api list")]
Said = Annotated[
    list[str] | None, typer.Argument(help="What the address and the filters say: name=value.")
]
Whole = Annotated[bool, typer.Option("--all", help="Every page of a list, not only the first.")]

Described = dict[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class Read:
    """Something that the API reads: its name, address, what it says of itself, and its filters."""

    name: str
    address: str
    about: str
    places: tuple[str, ...]
    filters: tuple[str, ...]

    def address_with(self, told: Mapping[str, str], workspace: str) -> str:
        """The address with what was said in its places.

        Raises:
            UptakeError: something is missing, or is neither a place nor a filter.
        """
        unknown = sorted(set(told) - {*self.places, *self.filters})
        if unknown:
            known = ", ".join((*self.places, *self.filters)) or "nothing"
            raise UptakeError(f"{self.name} does not ask for {unknown[0]!r}; it takes: {known}")
        address = self.address.replace("{workspace}", workspace)
        for place in self.places:
            if place not in told:
                raise UptakeError(f"Say which {place}: uptake api get {self.name} {place}=...")
            address = address.replace(f"{{{place}}}", told[place])
        return address


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(name="api", help="Read whatever the API reads.", no_args_is_help=True)
    group.command("list")(list_reads)
    group.command("get")(get)
    app.add_typer(group)


def list_reads(as_json: AsJson = False, workspace: Workspace = "") -> None:
    """List everything that can be read, with what has to be said for it.

    Example: uptake api list
    """
    found = sorted(_reads(system_in(workspace)), key=lambda read: read.name)
    if as_json:
        rows = [
            {"name": r.name, "about": r.about, "places": r.places, "filters": r.filters}
            for r in found
        ]
        typer.echo(json.dumps(rows))
        return
    for read in found:
        needed = "".join(f" {place}=..." for place in read.places)
        typer.echo(f"{read.name}{needed}  {read.about}")


def get(
    operation: Operation, said: Said = None, whole: Whole = False, workspace: Workspace = ""
) -> None:
    """Print what the API answers, as JSON.

    Example: uptake api get list_discoveries account=north --all
    """
    actor = system_in(workspace)
    told = dict(_pairs(said or []))
    reads = {read.name: read for read in _reads(actor)}
    if operation not in reads:
        raise UptakeError(f"There is no {operation!r} to read; see: uptake api list")
    read = reads[operation]
    address = read.address_with(told, actor.workspace.slug)
    asked = {name: value for name, value in told.items() if name in read.filters}
    answer = _answer(actor, address, asked)
    if whole and isinstance(answer, dict) and "items" in answer:
        answer = {"items": [*answer["items"], *_later(actor, address, asked, answer)]}
    typer.echo(answer if isinstance(answer, str) else json.dumps(answer))


def _later(
    actor: Actor, address: str, asked: Mapping[str, str], first: Described
) -> Iterator[object]:
    """The rows of the pages after the first."""
    page = first
    while page.get("next"):
        page = _answer(actor, address, {**asked, "cursor": page["next"]})
        yield from page["items"]


def _answer(actor: Actor, address: str, asked: Mapping[str, str]) -> Any:  # Any: JSON, or a file
    from uptake.foundation.api.within import read_within

    status, content = read_within(actor, address, asked)
    try:
        told = json.loads(content)
    except ValueError:
        told = content.decode(errors="replace")
    if status >= 400:
        raise UptakeError(told["detail"] if isinstance(told, dict) else "This cannot be read.")
    return told


def _reads(actor: Actor) -> Iterator[Read]:
    from uptake.foundation.api.within import DESCRIPTION

    described = _answer(actor, DESCRIPTION, {})
    for address, operations in described["paths"].items():
        if "get" in operations and "{workspace}" in address:
            told = operations["get"]
            named = [p for p in told["parameters"] if p["name"] != "workspace"]
            yield Read(
                name=told["operationId"],
                address=address,
                about=told["summary"],
                places=tuple(p["name"] for p in named if p["in"] == "path"),
                filters=tuple(p["name"] for p in named if p["in"] == "query"),
            )


def _pairs(said: list[str]) -> Iterator[tuple[str, str]]:
    for each in said:
        name, equals, value = each.partition("=")
        if not equals:
            raise UptakeError(f"Write {each!r} as name=value.")
        yield name, value
