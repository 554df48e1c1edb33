"""Addresses of administration within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.administration.pages import (
    audit,
    keys,
    members,
    privacy,
    start,
    workspace,
)

app_name = "administration"
urlpatterns = [
    path("", start.home, name="home"),
    path("search", start.find, name="search"),
    path("settings/members", members.members, name="members"),
    path("settings/members/invite", members.invite, name="invite"),
    path("settings/members/<int:user>", members.member, name="member"),
    path("settings/members/<int:user>/remove", members.remove, name="remove_member"),
    path(
        "settings/invitations/<int:invitation>/revoke",
        members.revoke_invitation,
        name="revoke_invitation",
    ),
    path("settings/keys", keys.list_keys, name="keys"),
    path("settings/keys/new", keys.create, name="new_key"),
    path("settings/keys/<int:key>/revoke", keys.revoke, name="revoke_key"),
    path("settings/privacy", privacy.policy, name="privacy"),
    path("settings/privacy/record", privacy.record, name="record_policy"),
    path("settings/privacy/withdraw", privacy.withdraw, name="withdraw_policy"),
    path("settings/privacy/smallest-group", privacy.smallest_group, name="smallest_group"),
    path("settings/privacy/looks", privacy.looks, name="looks"),
    path("settings/audit", audit.audit, name="audit"),
    path("settings/audit.csv", audit.audit_csv, name="audit_csv"),
    path("settings/workspace", workspace.workspace, name="workspace"),
    path("settings/workspace/holidays", workspace.preview_holidays, name="holidays"),
]
