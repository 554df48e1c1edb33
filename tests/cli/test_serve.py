from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages.installation import served


@pytest.mark.crash
def test_pages_and_worker_stop_together_and_in_good_order(tmp_path: Path) -> None:
    with served(tmp_path) as here:
        owner = here.run("member", "invite", "olga@example.org", "--role", "viewer")
        members = here.run("member", "list", "--json")

    said = here.log
    assert owner.startswith(f"{here.address}/invitations/")
    assert members == "[]"
    assert said.index("worker.stopped") < said.index("server.stopped")
