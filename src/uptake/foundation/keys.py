"""API keys: made for a purpose, shown once, limited to what they were made for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import now

from uptake.foundation import activity
from uptake.foundation.access import Permission, Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Invalid, NotFound
from uptake.foundation.models import ApiKey
from uptake.foundation.tokens import hash_of, new_secret

KEY_PREFIX = "uptk_"
"""Begins every key, so that scanners of leaked secrets recognise it."""
SHOWN_LENGTH = 10
USE_IS_NOTED_EVERY = timedelta(minutes=1)

SCOPES = MappingProxyType(
    {
        "metrics:read": frozenset(
            {
                Permission.CUSTOMERS_READ,
                Permission.METRICS_READ,
                Permission.TEAM_METRICS_READ,
                Permission.METRICS_EXPORT,
            }
        ),
        "records:read": frozenset({Permission.CUSTOMERS_READ, Permission.RECORDS_READ}),
        "records:write": frozenset(
            {
                Permission.CUSTOMERS_READ,
                Permission.RECORDS_READ,
                Permission.RECORDS_WRITE,
            }
        ),
        "process:read": frozenset({Permission.CUSTOMERS_READ, Permission.PROCESS_READ}),
        "process:write": frozenset(
            {
                Permission.CUSTOMERS_READ,
                Permission.PROCESS_READ,
                Permission.PROCESS_WRITE,
            }
        ),
        "people:read": frozenset({Permission.CUSTOMERS_READ, Permission.PEOPLE_READ}),
        "contracts:read": frozenset({Permission.CUSTOMERS_READ, Permission.CONTRACTS_READ}),
        "customers:write": frozenset(
            {
                Permission.CUSTOMERS_READ,
                Permission.CUSTOMERS_WRITE,
                Permission.POPULATIONS_WRITE,
            }
        ),
        "behaviours:read": frozenset(
            {
                Permission.CUSTOMERS_READ,
                Permission.METRICS_READ,
                Permission.BEHAVIOURS_READ,
            }
        ),
        "behaviours:write": frozenset(
            {
                Permission.CUSTOMERS_READ,
                Permission.METRICS_READ,
                Permission.BEHAVIOURS_READ,
                Permission.BEHAVIOURS_WRITE,
            }
        ),
        "data:read": frozenset({Permission.CUSTOMERS_READ, Permission.SOURCES_READ}),
        "data:write": frozenset(
            {
                Permission.CUSTOMERS_READ,
                Permission.SOURCES_READ,
                Permission.SOURCES_MANAGE,
                Permission.IMPORTS_RUN,
                Permission.EVENTS_WRITE,
            }
        ),
        "activity:read": frozenset({Permission.ACTIVITY_READ}),
    }
)
"""What a key may be made for, and what that includes: never members, keys or privacy."""

SCOPE_WORDS = MappingProxyType(
    {
        "metrics:read": "Read figures of groups and export them",
        "records:read": "Read data standards and how good records are",
        "records:write": "Deliver records and change data standards",
        "process:read": "Read processes and how far work strays from them",
        "process:write": "Bring logs of processes and change how work is meant to run",
        "people:read": "Read the list of people",
        "contracts:read": "Read contracts and prices",
        "customers:write": "Write go-lives, changes, notes and populations",
        "behaviours:read": "Read behaviours and whether they happen",
        "behaviours:write": "Write behaviours and answer questions about them",
        "data:read": "Read sources, imports and rejects",
        "data:write": "Manage sources and run imports",
        "activity:read": "Read the audit log",
    }
)
"""The same in words."""


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key's row and the key itself, which is not stored and cannot be shown again."""

    row: ApiKey
    key: str


def visible_keys(actor: Actor) -> QuerySet[ApiKey]:
    """Return the keys of the workspace, newest first, revoked ones last."""
    actor.require(Permission.KEYS_MANAGE)
    keys = ApiKey.objects.filter(workspace=actor.workspace).select_related("created_by")
    return keys.order_by("revoked_at", "-created_at")


@transaction.atomic
def create_key(
    actor: Actor,
    name: str,
    *,
    scopes: frozenset[str],
    account: str = "",
    expires_at: datetime | None = None,
) -> IssuedKey:
    """Make a key for what the scopes name, within one account if one is given.

    Raises:
        Invalid: it has no name, no scope, an unknown scope, or would expire in the past.
    """
    actor.require(Permission.KEYS_MANAGE)
    if not name.strip():
        raise Invalid("Give the key a name that says what uses it.")
    if not scopes or scopes - set(SCOPES):
        raise Invalid(f"Choose what the key is for: {', '.join(SCOPES)}.")
    if expires_at is not None and expires_at <= now():
        raise Invalid("The key would expire before it is used; choose a later day.")
    key = new_secret(KEY_PREFIX)
    row = ApiKey.objects.create(
        workspace=actor.workspace,
        name=name.strip(),
        prefix=key[:SHOWN_LENGTH],
        key_hash=hash_of(key),
        scopes=sorted(scopes),
        account=account,
        created_by=actor.user,
        expires_at=expires_at,
    )
    facts = {"scopes": ", ".join(row.scopes), "account": account}
    activity.record(actor, "key.created", row, **facts)
    return IssuedKey(row, key)


@transaction.atomic
def revoke_key(actor: Actor, key_id: int) -> ApiKey:
    """Take a key out of use, at once and for good."""
    actor.require(Permission.KEYS_MANAGE)
    row = ApiKey.objects.select_for_update().filter(workspace=actor.workspace, pk=key_id).first()
    if row is None or row.revoked_at is not None:
        raise NotFound("There is no such key in use; reload the page to see those there are.")
    row.revoked_at = now()
    row.save(update_fields=["revoked_at"])
    activity.record(actor, "key.revoked", row)
    return row


def actor_of_key(key: str) -> Actor | None:
    """Return whom a key acts as, ``None`` if it is unknown, revoked or expired; notes its use."""
    moment = now()
    rows = ApiKey.objects.select_related("workspace").filter(
        Q(expires_at=None) | Q(expires_at__gt=moment), key_hash=hash_of(key), revoked_at=None
    )
    row = rows.first()
    if row is None:
        return None
    _note_use(row, moment)
    allowed = (SCOPES[scope] for scope in row.scopes if scope in SCOPES)
    return Actor(
        workspace=row.workspace,
        user=None,
        role=Role.OWNER,
        name=f"key {row.name}",
        account=row.account or None,
        scope=frozenset[Permission]().union(*allowed),
    )


def _note_use(row: ApiKey, moment: datetime) -> None:
    """Note the use of a key, at most once a minute, so that reading does not become writing."""
    if row.last_used_at is None or moment - row.last_used_at > USE_IS_NOTED_EVERY:
        ApiKey.objects.filter(pk=row.pk).update(last_used_at=moment)
