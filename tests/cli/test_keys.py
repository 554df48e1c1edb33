from __future__ import annotations

import json

from tests.cli.conftest import Installation


def test_a_key_is_made_listed_and_revoked(migrated: Installation) -> None:
    made = migrated.run("key", "create", "Export", "--scope", "metrics:read", "--json")
    number = json.loads(made.stdout)["id"]
    revoked = migrated.run("key", "revoke", str(number))
    listed = json.loads(migrated.run("key", "list", "--json").stdout)

    assert json.loads(made.stdout)["key"].startswith("uptk_")
    assert revoked.stdout == "Export is revoked; whatever used it is refused now.\n"
    assert listed[0]["scopes"] == ["metrics:read"]
    assert listed[0]["revoked_at"]


def test_a_scope_that_is_none_is_refused(migrated: Installation) -> None:
    refused = migrated.run("key", "create", "Export", "--scope", "everything")

    assert refused.returncode == 2
    assert "metrics:read" in refused.stderr
