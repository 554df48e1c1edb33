"""``uptake behaviours``: what people are asked to do, whether it happens, and examples."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated

import typer

from uptake.cli.terminal import AsJson, Workspace, system_in

Key = Annotated[int, typer.Argument(help="Number of the behaviour; see the list.")]


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    behaviours = typer.Typer(
        name="behaviours", help="What people are asked to do.", no_args_is_help=True
    )
    behaviours.command("list")(list_behaviours)
    behaviours.command()(show)
    behaviours.command()(check)
    behaviours.command()(versions)
    behaviours.command()(questions)
    behaviours.command("examples")(list_examples)
    app.add_typer(behaviours)


def list_behaviours(workspace: Workspace = "", as_json: AsJson = False) -> None:
    """List behaviours with how many people met each in its newest closed period.

    Example: uptake behaviours list --json
    """
    actor = system_in(workspace)
    from uptake.capabilities.behaviours.keeping import all_figures
    from uptake.capabilities.behaviours.queries import newest, visible_behaviours
    from uptake.capabilities.behaviours.telling import sentence
    from uptake.capabilities.measure.kept import encode

    found = list(visible_behaviours(actor))
    _basis, figures = all_figures(actor.workspace) if found else (None, {})
    for each in found:
        known = figures.get(each.pk)
        told = sentence(each, newest(each), known)
        if told == each.name:
            told = (known.missing if known else "") or "nothing is known of it yet."
        if not as_json:
            typer.echo(f"{each.pk}  {each.status}  {each.name}: {told}")
    if as_json:
        rows = [
            {
                "id": each.pk,
                "name": each.name,
                "status": each.status,
                "latest": shown.latest if (shown := figures.get(each.pk)) else None,
            }
            for each in found
        ]
        typer.echo(encode(rows).decode())


def show(key: Key, workspace: Workspace = "", as_json: AsJson = False) -> None:
    """Show what exactly is asked, and whether it happens.

    Example: uptake behaviours show 3 --json
    """
    actor = system_in(workspace)
    from uptake.capabilities.behaviours.definition import kept_form
    from uptake.capabilities.behaviours.keeping import kept_figures
    from uptake.capabilities.behaviours.queries import access_behaviour, newest
    from uptake.capabilities.behaviours.telling import facts, sentence
    from uptake.capabilities.measure.kept import encode

    behaviour = access_behaviour(actor, key)
    definition = newest(behaviour)
    _basis, figures = kept_figures(behaviour)
    if as_json:
        shown = replace(figures, signs=()) if figures else None  # signs are for its owner alone
        told = {"name": behaviour.name, "definition": kept_form(definition), "figures": shown}
        typer.echo(encode(told).decode())
        return
    typer.echo(sentence(behaviour, definition, figures))
    if figures and figures.missing:
        typer.echo(figures.missing)
    for name, text in facts(definition):
        typer.echo(f"{name}: {text}")


def versions(key: Key, workspace: Workspace = "", as_json: AsJson = False) -> None:
    """List every version of what was asked, the oldest first.

    Example: uptake behaviours versions 3
    """
    actor = system_in(workspace)
    from uptake.capabilities.behaviours.api_shapes import VersionShape
    from uptake.capabilities.behaviours.queries import access_behaviour, versions_of

    found = [VersionShape.of(row) for row in versions_of(access_behaviour(actor, key))]
    if as_json:
        typer.echo(json.dumps([each.model_dump(mode="json") for each in found]))
        return
    for each in found:
        said = each.note or each.definition.statement
        typer.echo(f"{each.number}  from {each.valid_from}  {each.written_by}: {said}")


def questions(workspace: Workspace = "", as_json: AsJson = False) -> None:
    """List what people ask about behaviours and nobody has answered, the oldest first.

    Example: uptake behaviours questions --json
    """
    actor = system_in(workspace)
    from uptake.capabilities.behaviours.api_shapes import QuestionShape
    from uptake.capabilities.behaviours.speaking import questions_for

    waiting = questions_for(actor).filter(answered_at=None)
    if as_json:
        shown = [QuestionShape.of(row).model_dump(mode="json") for row in waiting]
        typer.echo(json.dumps(shown))
        return
    for row in waiting:
        typer.echo(f"{row.pk}  {row.asked_at:%Y-%m-%d}  {row.behaviour}: {row.question}")


def check(key: Key, workspace: Workspace = "", as_json: AsJson = False) -> None:
    """Say what of a behaviour is unclear; exit code 1 if that keeps it from going live.

    Example: uptake behaviours check 3
    """
    actor = system_in(workspace)
    from uptake.capabilities.behaviours.actions import findings
    from uptake.capabilities.behaviours.queries import access_behaviour, newest
    from uptake.methods.behaviour.smart import may_go_live

    behaviour = access_behaviour(actor, key)
    found = findings(actor, behaviour, newest(behaviour))
    if as_json:
        rows = [
            {"part": f.part.value, "gravity": f.gravity.value, "sentence": f.sentence}
            for f in found
        ]
        typer.echo(json.dumps(rows))
    else:
        for finding in found:
            typer.echo(f"{finding.gravity.value}: {finding.sentence}")
    if not may_go_live(found):
        raise typer.Exit(1)


def list_examples(as_json: AsJson = False) -> None:
    """List behaviours to begin from, for a CRM, a service desk and other kinds of system.

    Example: uptake behaviours examples
    """
    from uptake.capabilities.behaviours.definition import kept_form
    from uptake.capabilities.behaviours.example_content import examples

    if as_json:
        rows = [
            {
                "key": each.key,
                "system": each.system,
                "name": each.name,
                "of_whom": each.of_whom,
                "definition": kept_form(each.definition),
            }
            for each in examples()
        ]
        typer.echo(json.dumps(rows, indent=2))
        return
    for each in examples():
        typer.echo(f"{each.key}  {each.name}: {each.definition.statement} ({each.of_whom})")
