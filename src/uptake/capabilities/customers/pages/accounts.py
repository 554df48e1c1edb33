"""Accounts: who belongs to whom, and everything that was written down about one of them."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from uptake.capabilities.customers import account_view, queries
from uptake.capabilities.customers.accounts_table import AccountColumn, columns, lines
from uptake.capabilities.customers.deeds import deeds
from uptake.capabilities.customers.differences import compared, days_since
from uptake.capabilities.customers.models import Account, ChangeKind
from uptake.capabilities.customers.people import account_line, people_by_account
from uptake.capabilities.customers.standing import while_records_stand
from uptake.capabilities.customers.terms import (
    visible_discoveries,
    visible_notes,
    visible_terms,
)
from uptake.foundation.access import Permission
from uptake.foundation.web import PageRequest, page
from uptake.ui.answers import answer_csv

ROWS = 100
ASKED = ("text", "segment", "col")
"""What the address of the list may say."""

STALE_DAYS = 180


@require_safe
@page
def list_accounts(request: PageRequest) -> HttpResponse:
    """List accounts in the order of their hierarchy, narrowed to what the address says."""
    actor, asked = request.actor, request.GET
    text, segment = asked.get("text", ""), asked.get("segment", "")
    every = account_view.account_rows(actor, localdate())
    rows = account_view.narrowed(every, text=text, segment=segment)
    kept = [(name, value) for name in ASKED for value in asked.getlist(name) if value]
    query = urlencode(kept)
    page, heads = Paginator(rows, ROWS).get_page(asked.get("page")), columns(asked.getlist("col"))
    shown = {
        "page": page,
        "rows": _drawn(request, page, heads, is_whole=len(rows) == len(every)),
        "total": len(rows),
        "text": text,
        "segment": segment,
        "segments": sorted({row.account.segment for row in every} - {""}),
        "columns": heads,
        "kept": kept,
        "query": f"{query}&" if query else "",
        "is_filtered": bool(text or segment),
        "may_export": actor.may(Permission.METRICS_EXPORT),
        "may_log_for_all": actor.may(Permission.CUSTOMERS_WRITE) and actor.account is None,
    }
    template = "customers/accounts_part.html" if request.htmx else "customers/accounts.html"
    return render(request, template, shown)


@require_safe
@page
def accounts_csv(request: PageRequest) -> HttpResponseBase:
    """Send the accounts that the address asks for as a file."""
    request.actor.require(Permission.METRICS_EXPORT)
    return answer_csv(lines(_rows(request)), name=f"accounts-{localdate().isoformat()}")


def _rows(request: PageRequest) -> list[account_view.AccountRow]:
    asked, rows = request.GET, account_view.account_rows(request.actor, localdate())
    return account_view.narrowed(rows, text=asked.get("text", ""), segment=asked.get("segment", ""))


def _drawn(
    request: PageRequest,
    page: Page[account_view.AccountRow],
    heads: Sequence[AccountColumn],
    *,
    is_whole: bool,
) -> str:
    """The rows of a page of the table; those of the whole list are kept until a record changes."""
    keys = tuple(column.key for column in heads if column.is_shown)

    def draw() -> str:
        told = {"page": page, "keys": keys}
        return render_to_string("customers/parts/account_rows.html", told, request)

    what = ("accounts drawn", page.number, keys, localdate())
    return while_records_stand(request.actor, what, draw) if is_whole else draw()


@require_safe
@page
def account(request: PageRequest, account: str) -> HttpResponse:
    """Show one account."""
    actor = request.actor
    found = queries.access_account(actor, account)
    seen = queries.visible_accounts(actor)
    reads_context = account_view.may_read_context(actor)
    parts = account_view.deployment_parts(actor, found)
    changes = list(account_view.changes_of(actor, found))
    records = visible_discoveries(actor, account) if reads_context else ()
    notes = visible_notes(actor, account) if reads_context else ()
    written = account_view.written(records, notes, deeds(actor, account))
    terms = visible_terms(actor, account)
    shown = {
        "account": found,
        "line": _seen_line(request, account_line(found)),
        "children": list(seen.filter(parent=found).order_by("name", "external_id")),
        "people": people_by_account(actor).get(found.pk, 0),
        "parts": parts,
        "terms": terms,
        "changes": changes,
        "go_live": ChangeKind.GO_LIVE,
        "latest": compared(records[:2])[:1],
        "records": len(records),
        "is_stale": (days_since(records, localdate()) or 0) > STALE_DAYS,
        "timeline": account_view.timeline(parts, changes, terms, written),
        "today": localdate(),
        "reads_context": reads_context,
        "sees_prices": actor.may(Permission.CONTRACTS_READ),
        "may_write": actor.may(Permission.CUSTOMERS_WRITE),
        "names_people": actor.may(Permission.PEOPLE_READ),
    }
    return render(request, "customers/account.html", shown)


def _seen_line(request: PageRequest, line: list[Account]) -> list[Account]:
    """The ancestors that the actor sees: nothing above their own account."""
    actor = request.actor
    if actor.account is None:
        return line
    ids = [account.external_id for account in line]
    return line[ids.index(actor.account) :] if actor.account in ids else line[-1:]
