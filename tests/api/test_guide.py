"""The examples of the guide, run by bash and curl against a server of this process."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from tests import factories
from tests.cast import gather_cast
from uptake.foundation.keys import SCOPE_WORDS, SCOPES, create_key
from uptake.foundation.lake import open_lake

GUIDE = Path(__file__).resolve().parents[2] / "docs/guides/api.md"
EXAMPLES = re.findall(r"```bash\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.django_db(transaction=True)
def test_every_example_of_the_guide_works(live_server: LiveServer) -> None:
    cast = gather_cast()
    factories.account(cast.workspace, "a001")
    with open_lake() as lake:
        lake.create_workspace("acme")
    key = create_key(cast.olga, "guide", scopes=frozenset(SCOPES)).key
    script = "\n".join(EXAMPLES).replace("curl -s", "curl -sS --fail-with-body -w '\\n'")

    done = subprocess.run(
        ["bash", "-ec", f"set -o pipefail\n{script}"],
        env={
            "PATH": "/usr/bin:/bin",
            "UPTAKE": f"{live_server.url}/api/v1/workspaces/acme",
            "KEY": f"Authorization: Bearer {key}",
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert '"permissions"' in done.stdout
    assert '"rejected":1' in done.stdout


@pytest.mark.parametrize("scope", SCOPE_WORDS)
def test_every_scope_is_explained(scope: str) -> None:
    assert f"| `{scope}` |" in GUIDE.read_text(encoding="utf-8")
