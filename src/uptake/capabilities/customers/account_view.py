"""One account as its page shows it, and the list of accounts in the order of their hierarchy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from uptake.capabilities.customers.deeds import Deed
from uptake.capabilities.customers.disagreement import Horizon, horizons
from uptake.capabilities.customers.models import (
    Account,
    Change,
    ChangeKind,
    Deployment,
    DiscoveryRecord,
    Note,
    Phase,
)
from uptake.capabilities.customers.people import people_by_account
from uptake.capabilities.customers.queries import (
    visible_accounts,
    visible_changes,
    visible_deployments,
)
from uptake.capabilities.customers.standing import while_records_stand
from uptake.capabilities.customers.terms import Term, next_renewal, visible_terms
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as the list shows it, ``depth`` steps below the topmost that the actor sees.

    ``parent`` is the name of the account above, if the actor sees it; ``seats`` are those of the
    contracts that run today, None where no contract says how many.
    """

    account: Account
    depth: int
    parent: str
    people: int
    products: tuple[str, ...]
    seats: int | None
    go_live: date | None
    renewal: date | None


def may_read_context(actor: Actor) -> bool:
    """Say whether the actor reads what was learnt and agreed: whoever reads figures."""
    return actor.may(Permission.METRICS_READ)


def account_rows(actor: Actor, today: date) -> tuple[AccountRow, ...]:
    """Return accounts as a tree written down line by line."""
    return while_records_stand(actor, ("account rows", today), lambda: _account_rows(actor, today))


def narrowed(rows: Iterable[AccountRow], *, text: str, segment: str) -> list[AccountRow]:
    """Return the lines that fit a filter."""
    return [row for row in rows if _fits(row.account, text, segment)]


def _account_rows(actor: Actor, today: date) -> tuple[AccountRow, ...]:
    accounts = list(visible_accounts(actor))
    deployments: dict[int, list[Deployment]] = defaultdict(list)
    for found in visible_deployments(actor).select_related("product"):
        deployments[found.account_id].append(found)
    terms: dict[str, list[Term]] = defaultdict(list)
    for term in visible_terms(actor):
        terms[term.account].append(term)
    people = people_by_account(actor)
    names = {account.pk: str(account) for account in accounts}
    rows = []
    for account, depth in _in_order(accounts):
        here = deployments[account.pk]
        lives = [d.go_live for d in here if d.go_live]
        ending = next_renewal(terms[account.external_id], None, today)
        rows.append(
            AccountRow(
                account=account,
                depth=depth,
                parent=names.get(account.parent_id or 0, ""),
                people=people.get(account.pk, 0),
                products=_products(here, terms[account.external_id]),
                seats=_seats(terms[account.external_id], today),
                go_live=min(lives, default=None),
                renewal=ending.last if ending else None,
            )
        )
    return tuple(rows)


def _products(deployments: Sequence[Deployment], terms: Sequence[Term]) -> tuple[str, ...]:
    """The products that went live; where none did, those that are paid for."""
    paid = {term.product for term in terms if term.product}
    return tuple(sorted({str(found.product) for found in deployments} or paid))


def _seats(terms: Sequence[Term], today: date) -> int | None:
    """The seats of the contracts that run today; None where none says how many."""
    said = [
        term.seats
        for term in terms
        if term.seats is not None
        and (term.first is None or term.first <= today)
        and (term.last is None or term.last >= today)
    ]
    return sum(said) if said else None


def _in_order(accounts: Sequence[Account]) -> list[tuple[Account, int]]:
    """Parents before their children, siblings by name; whose parent is not seen is topmost."""
    seen = {account.pk for account in accounts}
    below: dict[int | None, list[Account]] = defaultdict(list)
    for account in accounts:
        below[account.parent_id if account.parent_id in seen else None].append(account)
    ordered: list[tuple[Account, int]] = []
    waiting = [(account, 0) for account in sorted(below[None], key=str, reverse=True)]
    while waiting:
        account, depth = waiting.pop()
        ordered.append((account, depth))
        waiting += [(a, depth + 1) for a in sorted(below[account.pk], key=str, reverse=True)]
    return ordered


def _fits(account: Account, text: str, segment: str) -> bool:
    called = f"{account.name} {account.external_id} {account.owner}".casefold()
    is_called = all(word in called for word in text.casefold().split())
    return is_called and segment in ("", account.segment)


@dataclass(frozen=True, slots=True)
class DeploymentPart:
    """A product in the account: go-live, phases, and what executives call success there."""

    deployment: Deployment
    phases: tuple[Phase, ...]
    horizons: tuple[Horizon, ...]

    @property
    def said(self) -> tuple[Horizon, ...]:
        """The horizons of which anybody spoke."""
        return tuple(horizon for horizon in self.horizons if horizon.definitions)

    @property
    def unsaid(self) -> tuple[int, ...]:
        """The horizons, in years, of which nobody spoke."""
        return tuple(horizon.years for horizon in self.horizons if not horizon.definitions)

    @property
    def disagreements(self) -> int:
        """On how many horizons executives disagree."""
        return sum(horizon.is_disagreement for horizon in self.horizons)


def deployment_parts(actor: Actor, account: Account) -> list[DeploymentPart]:
    """Return the products of an account; definitions only for whoever reads figures."""
    found = visible_deployments(actor).filter(account=account).select_related("product")
    wanted = ["phases"] + (["definitions"] if may_read_context(actor) else [])
    return [
        DeploymentPart(
            deployment=deployment,
            phases=tuple(deployment.phases.all()),
            horizons=tuple(horizons(deployment.definitions.all()))
            if may_read_context(actor)
            else (),
        )
        for deployment in found.prefetch_related(*wanted).order_by("product__external_id")
    ]


def changes_of(actor: Actor, account: Account) -> QuerySet[Change]:
    """Return the changes of an account and those that concern all, newest first."""
    changes = visible_changes(actor).filter(Q(account=account) | Q(account=None))
    return changes.select_related("product", "account")


class Mark:
    """What kinds of entries a timeline has."""

    GO_LIVE = "go_live"
    CHANGE = "change"
    PHASE = "phase"
    NOTE = "note"
    DEED = "activity"
    CONTRACT = "contract"


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated thing that happened, or will."""

    day: date
    kind: str
    title: str
    text: str = ""
    by: str = ""


def written(
    records: Iterable[DiscoveryRecord], notes: Iterable[Note], deeds: Iterable[Deed]
) -> list[Entry]:
    """Return what people wrote down and did as entries of a timeline."""
    return [
        *(Entry(r.recorded_on, Mark.NOTE, "Discovery record", by=r.recorded_by) for r in records),
        *(Entry(n.day, Mark.NOTE, _about(n), n.text, n.written_by) for n in notes),
        *(Entry(deed.day, Mark.DEED, deed.title, deed.about, deed.by) for deed in deeds),
    ]


def _about(note: Note) -> str:
    return f"Note: {note.product}" if note.product else "Note"


def timeline(
    parts: Iterable[DeploymentPart],
    changes: Iterable[Change],
    terms: Iterable[Term],
    written: Iterable[Entry] = (),
) -> list[Entry]:
    """Return everything dated about an account, newest first, what is to come on top."""
    entries = [
        Entry(
            change.happened_on,
            Mark.GO_LIVE if change.kind == ChangeKind.GO_LIVE else Mark.CHANGE,
            f"{change.get_kind_display()}{f': {change.product}' if change.product else ''}",
            change.description,
        )
        for change in changes
    ]
    for part in parts:
        for phase in part.phases:
            name = f"{phase.name} begins: {part.deployment.product}"
            entries.append(Entry(phase.starts_on, Mark.PHASE, name, phase.get_kind_display()))
    entries += written
    for term in terms:
        of = f" for {term.product}" if term.product else ""
        entries += [
            Entry(day, Mark.CONTRACT, f"{what}{of}")
            for day, what in (
                (term.first, "Contract begins"),
                (term.notice, "Last day of notice"),
                (term.last, "Contract ends"),
            )
            if day is not None
        ]
    return sorted(entries, key=lambda entry: (entry.day, entry.title), reverse=True)
