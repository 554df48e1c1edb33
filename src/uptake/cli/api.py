"""``uptake api list|get|send``: whatever the API reads and writes, here and without a key."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from uptake.cli.terminal import AsJson, Workspace, system_in
from uptake.store.errors import UptakeError

if TYPE_CHECKING:
    from uptake.foundation.actor import Actor

Operation = Annotated[str, typer.Argument(help="Name of what is read; see: uptake api list")]
Write = Annotated[
    str, typer.Argument(help="Name of what is written; see: uptake api list --writes")
]
Said = Annotated[
    list[str] | None, typer.Argument(help="What the address and the filters say: name=value.")
]
Places = Annotated[list[str] | None, typer.Argument(help="What the address says: name=value.")]
Body = Annotated[
    str,
    typer.Option("--body", help="What is sent, as JSON; @FILE reads a file, - what is piped in."),
]
Writes = Annotated[bool, typer.Option("--writes", help="What can be written, not what is read.")]
Whole = Annotated[bool, typer.Option("--all", help="Every page of a list, not only the first.")]

Described = dict[str, Any]  # Any: JSON


@dataclass(frozen=True, slots=True)
class Known:
    """Something that the API reads or writes: its name, address, what it says of itself.

    ``filters`` are of what is read; ``takes_body`` says whether a write takes JSON.
    """

    name: str
    address: str
    about: str
    places: tuple[str, ...]
    filters: tuple[str, ...] = ()
    method: str = "GET"
    takes_body: bool = False

    @property
    def verb(self) -> str:
        """The command that does it."""
        return "get" if self.method == "GET" else "send"

    def address_with(self, told: Mapping[str, str], workspace: str) -> str:
        """The address with what was said in its places.

        Raises:
            UptakeError: something is missing, or is neither a place nor a filter.
        """
        unknown = sorted(set(told) - {*self.places, *self.filters})
        if unknown:
            known = ", ".join((*self.places, *self.filters)) or "nothing"
            raise UptakeError(f"{self.name} does not ask for {unknown[0]!r}; it takes: {known}")
        address, verb = self.address.replace("{workspace}", workspace), self.verb
        for place in self.places:
            if place not in told:
                raise UptakeError(f"Say which {place}: uptake api {verb} {self.name} {place}=...")
            address = address.replace(f"{{{place}}}", told[place])
        return address


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    group = typer.Typer(
        name="api", help="Read and write whatever the API does.", no_args_is_help=True
    )
    group.command("list")(list_reads)
    group.command("get")(get)
    group.command("send")(send)
    app.add_typer(group)


def list_reads(writes: Writes = False, as_json: AsJson = False, workspace: Workspace = "") -> None:
    """List everything that can be read (or written), with what has to be said for it.

    Example: uptake api list --writes
    """
    offered = _writes if writes else _reads
    found = sorted(offered(system_in(workspace)), key=lambda known: known.name)
    if as_json:
        rows = [
            {
                "name": known.name,
                "about": known.about,
                "places": known.places,
                "filters": known.filters,
                "body": known.takes_body,
            }
            for known in found
        ]
        typer.echo(json.dumps(rows))
        return
    for known in found:
        needed = "".join(f" {place}=..." for place in known.places)
        needed += " --body ..." if known.takes_body else ""
        typer.echo(f"{known.name}{needed}  {known.about}")


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


def send(operation: Write, said: Places = None, body: Body = "", workspace: Workspace = "") -> None:
    """Write what the API writes, as JSON, and print what it answers.

    It is done in the name of the system, and stands so in the audit log.

    Example: uptake api send close_contest contest=3 --body '{"note": "The system is down."}'
    """
    actor = system_in(workspace)
    writes = {known.name: known for known in _writes(actor)}
    if operation not in writes:
        raise UptakeError(f"There is no {operation!r} to write; see: uptake api list --writes")
    known = writes[operation]
    if known.takes_body and not body:
        raise UptakeError(
            f"{operation} takes a body: --body with JSON, or @FILE; /api/v1/docs shows an example."
        )
    address = known.address_with(dict(_pairs(said or [])), actor.workspace.slug)
    typer.echo(json.dumps(_sent(actor, known.method, address, _body(body))))


def _body(said: str) -> bytes:
    """The JSON to be sent: as typed, from a file, or as piped in."""
    try:
        if said == "-":
            return sys.stdin.buffer.read()
        return Path(said[1:]).read_bytes() if said.startswith("@") else said.encode()
    except OSError as problem:
        raise UptakeError(f"{said[1:]!r} cannot be read; name a file with the JSON.") from problem


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

    return _told(*read_within(actor, address, asked))


def _sent(actor: Actor, method: str, address: str, body: bytes) -> Any:  # Any: JSON
    from uptake.foundation.api.within import write_within

    return _told(*write_within(actor, method, address, body))


def _told(status: int, content: bytes) -> Any:  # Any: JSON, or a file
    try:
        told = json.loads(content) if content else None
    except ValueError:
        told = content.decode(errors="replace")
    if status < 400:
        return told
    if not isinstance(told, dict):
        raise UptakeError("The API does not do this.")
    fields = (
        f"{each['field']}: {each['message'].rstrip('.')}." for each in told.get("fields") or ()
    )
    raise UptakeError("\n".join((told["detail"], *fields)))


def _reads(actor: Actor) -> Iterator[Known]:
    return (known for known in _everything(actor) if known.method == "GET")


def _writes(actor: Actor) -> Iterator[Known]:
    return (known for known in _everything(actor) if known.method != "GET")


def _everything(actor: Actor) -> Iterator[Known]:
    """Whatever the API does in a workspace, but for pieces of files, which are no JSON."""
    from uptake.foundation.api.within import DESCRIPTION

    described = _answer(actor, DESCRIPTION, {})
    for address, operations in described["paths"].items():
        for method, told in operations.items():
            takes = told.get("requestBody", {}).get("content", {})
            if "{workspace}" not in address or (takes and "application/json" not in takes):
                continue
            named = [p for p in told["parameters"] if p["name"] != "workspace"]
            yield Known(
                name=told["operationId"],
                address=address,
                about=told["summary"],
                places=tuple(p["name"] for p in named if p["in"] == "path"),
                filters=tuple(p["name"] for p in named if p["in"] == "query"),
                method=method.upper(),
                takes_body=bool(takes),
            )


def _pairs(said: list[str]) -> Iterator[tuple[str, str]]:
    for each in said:
        name, equals, value = each.partition("=")
        if not equals:
            raise UptakeError(f"Write {each!r} as name=value.")
        yield name, value
