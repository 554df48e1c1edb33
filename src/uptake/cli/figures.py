"""``uptake portfolio``, ``uptake deployment`` and ``uptake explore``: what the pages read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from uptake.cli.terminal import AsJson, Workspace, system_in

if TYPE_CHECKING:
    from uptake.capabilities.measure.questions import ExploreQuestion
    from uptake.metrics.measurement import Measurement


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(portfolio)
    app.command()(deployment)
    app.command()(explore)


def portfolio(
    workspace: Workspace = "",
    failing: Annotated[bool, typer.Option("--failing", help="Failure states only.")] = False,
    segment: Annotated[list[str] | None, typer.Option(help="Of these segments only.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show every deployment with its state, the ones that need somebody first.

    Example: uptake portfolio --failing --json
    """
    actor = system_in(workspace)
    from uptake.capabilities.measure import queries
    from uptake.capabilities.measure.portfolio_rows import PortfolioFilter, Wanted

    wanted = PortfolioFilter(failing=failing, segments=tuple(segment or ()))
    view = queries.portfolio(actor, Wanted(wanted))
    if as_json:
        return _print_json(view)
    _print(*view.sentences)
    for row in view.rows:
        typer.echo(
            f"{row.name}  {row.state.plain}  {_of(row.active)}  {row.renewal or ''}".rstrip()
        )
    return None


def deployment(
    account: Annotated[str, typer.Argument(help="Identifier of the account.")],
    product: Annotated[str | None, typer.Argument(help="One of its products.")] = None,
    workspace: Workspace = "",
    as_json: AsJson = False,
) -> None:
    """Show how one deployment stands, its teams, and what stands out.

    Example: uptake deployment a001 crm --json
    """
    actor = system_in(workspace)
    from uptake.capabilities.measure import queries

    view = queries.deployment(actor, account, product)
    if as_json:
        return _print_json(view)
    _print(*view.sentences, "")
    for team in view.teams:
        typer.echo(f"{team.group}  {team.state.plain}  {_of(team.active)}".rstrip())
    _print("", *(f"- {finding.sentence} {finding.next_step}" for finding in view.findings))
    return None


def explore(
    metric: Annotated[str, typer.Argument(help="Key of a metric, such as adoption_rate.")],
    by: Annotated[str | None, typer.Option(help="account, segment, team, role, ...")] = None,
    grain: Annotated[str | None, typer.Option(help="day, week, four_weeks or month.")] = None,
    span: Annotated[str, typer.Option(help="4w, 12w, 26w, 52w or all.")] = "12w",
    account: Annotated[str | None, typer.Option(help="Inside one account.")] = None,
    workspace: Workspace = "",
    as_json: AsJson = False,
) -> None:
    """Show any metric by any grouping, once or over time.

    Example: uptake explore adoption_rate --by team --account a001 --grain week
    """
    actor = system_in(workspace)
    from uptake.capabilities.measure import queries

    view = queries.explore(actor, _question(metric, by=by, grain=grain, span=span, account=account))
    if as_json:
        return _print_json(view)
    _print(view.title, view.sentence)
    for series in view.series:
        for point in series.points:
            typer.echo(f"{series.group}  {point.window.last}  {_value(point)}")
    return None


def _question(
    metric: str, *, by: str | None, grain: str | None, span: str, account: str | None
) -> ExploreQuestion:
    from uptake.capabilities.measure.questions import ExploreQuestion, Span, Split
    from uptake.foundation.errors import Invalid
    from uptake.metrics.scope import Grain

    try:
        return ExploreQuestion(
            metric=metric,
            by=Split(by) if by else None,
            grain=Grain(grain) if grain else None,
            span=Span(span),
            account=account,
        )
    except ValueError as unknown:
        raise Invalid(f"{unknown}; `uptake explore --help` lists what there is.") from unknown


def _print(*lines: str) -> None:
    for line in lines:
        typer.echo(line)


def _print_json(view: object) -> None:
    from uptake.capabilities.measure.kept import encode

    typer.echo(encode(view).decode())


def _of(number: Measurement | None) -> str:
    if number is None or number.numerator is None or number.denominator is None:
        return ""
    return f"{number.numerator:,.0f} of {number.denominator:,.0f}"


def _value(number: Measurement) -> str:
    return number.state.value if number.value is None else f"{number.value:.4g}"
