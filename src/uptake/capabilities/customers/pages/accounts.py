"""Accounts: who belongs to whom, and everything that was written down about one of them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from uptake.capabilities.customers import account_view, queries
from uptake.capabilities.customers.accounts_table import columns, lines
from uptake.capabilities.customers.deeds import deeds
from uptake.capabilities.customers.differences import compared, days_since
from uptake.capabilities.customers.membership import countable_people
from uptake.capabilities.customers.models import Account, ChangeKind
from uptake.capabilities.customers.people import account_line
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
    rows = _rows(request)
    accounts = queries.visible_accounts(actor).exclude(segment="").order_by("segment")
    kept = [(name, value) for name in ASKED for value in asked.getlist(name) if value]
    query = urlencode(kept)
    shown = {
        "page": Paginator(rows, ROWS).get_page(asked.get("page")),
        "total": len(rows),
        "text": text,
        "segment": segment,
        "segments": list(accounts.values_list("segment", flat=True).distinct()),
        "columns": columns(asked.getlist("col")),
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
    asked = request.GET
    return account_view.account_rows(
        request.actor,
        text=asked.get("text", ""),
        segment=asked.get("segment", ""),
        today=localdate(),
    )


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
        "people": countable_people(actor).filter(account=found).count(),
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
