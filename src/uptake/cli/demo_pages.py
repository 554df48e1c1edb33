"""What the demo shows: the portfolio as a table, and the report of the largest account."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.table import Table

from uptake.capabilities.customers import queries
from uptake.capabilities.customers.attributes import attributes, expected_profile
from uptake.capabilities.measure.build import build_picture
from uptake.capabilities.measure.ground import Question
from uptake.capabilities.measure.picture import Source
from uptake.capabilities.measure.portfolio import PortfolioRow, portfolio
from uptake.capabilities.measure.report import to_html
from uptake.cli.demo_cast import PASSWORD, Part
from uptake.cli.demo_world import DemoWorld
from uptake.foundation.lake import open_lake
from uptake.store.schema import TermKind
from uptake.ui import words

BARS = "▁▂▃▄▅▆▇█"
COLUMNS = (
    ("Account", "left"),
    ("State", "left"),
    ("Active in 28 days", "right"),
    ("Seats used", "right"),
    ("Unused, EUR/y", "right"),
    ("Silent for", "right"),
    ("Next renewal", "right"),
    ("12 weeks", "left"),
)


def print_portfolio(vendor: DemoWorld) -> None:
    """Print every account, the ones that need somebody first."""
    with open_lake() as lake, lake.snapshot(vendor.workspace.slug) as snapshot:
        rows = portfolio(
            snapshot,
            attributes(vendor.actor),
            as_of=vendor.last_day,
            profile=expected_profile(vendor.actor, snapshot.codes(TermKind.ACTION)),
        )
    title = f"Portfolio on {words.day(vendor.last_day)} (simulated data)"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for name, side in COLUMNS:
        table.add_column(name, justify="right" if side == "right" else "left", no_wrap=True)
    for row in rows:
        table.add_row(*_cells(row))
    Console(width=None if Console().is_terminal else 132).print(table)


def _cells(row: PortfolioRow) -> tuple[str, ...]:
    return (
        row.account,
        row.classification.state.plain.capitalize(),
        f"{row.active:,} of {row.in_scope:,}",
        _of(row.seats.numerator, row.seats.denominator) if row.seats else "not known",
        words.amount(row.unused.value) if row.unused and row.unused.value is not None else "–",
        _days(row.silent.value if row.silent else None),
        f"{row.renewal}" if row.renewal else "–",
        spark(row.trend),
    )


def _of(part: float | None, whole: float | None) -> str:
    return "not known" if part is None or whole is None else f"{part:,.0f} of {whole:,.0f}"


def _days(silent: float | None) -> str:
    return "–" if silent is None else words.plural(silent, "day")


def spark(values: tuple[float | None, ...]) -> str:
    """Return a row of bars from zero to the largest value; a gap where nothing is known."""
    top = max((value for value in values if value is not None), default=0) or 1
    steps = len(BARS) - 1
    return "".join(" " if v is None else BARS[round(v / top * steps)] for v in values)


def write_largest_report(vendor: DemoWorld, page: Path) -> str:
    """Write the report of the account with the most people; return its name."""
    account = largest_account(vendor)
    known = attributes(vendor.actor)
    with open_lake() as lake, lake.snapshot(vendor.workspace.slug) as snapshot:
        profile = expected_profile(vendor.actor, snapshot.codes(TermKind.ACTION))
        picture = build_picture(
            snapshot,
            source=Source(name=account, rows=0, group_word="team", simulated=True),
            attributes=known,
            question=Question(scope=account, as_of=vendor.last_day, profile=profile),
        )
    page.write_text(to_html(picture), encoding="utf-8")
    return account


def largest_account(vendor: DemoWorld) -> str:
    """Return the account with the most people."""
    people = queries.visible_people(vendor.actor).exclude(account=None)
    sizes: dict[str, int] = {}
    for account in people.values_list("account__external_id", flat=True):
        sizes[account] = sizes.get(account, 0) + 1
    return max(sizes, key=lambda name: (sizes[name], name))


def print_sign_ins(*worlds: tuple[DemoWorld, tuple[Part, ...]]) -> None:
    """Print who can sign in, and as what."""
    table = Table(title="Sign-ins of the demo", title_justify="left", box=None, pad_edge=False)
    for name in ("E-mail", "Workspace", "Role", "Stands for"):
        table.add_column(name, no_wrap=True)
    for world, parts in worlds:
        for part in parts:
            table.add_row(part.email, world.workspace.name, str(part.role), part.stands_for)
    console = Console(width=None if Console().is_terminal else 132)
    console.print()
    console.print(table)
    console.print(f"The password of each is {PASSWORD}. Everything here is simulated.")
