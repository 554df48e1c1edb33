from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.conftest import Installation, copy_of_migrated
from tests.cli.events import many_events
from tests.migrated import Migrated
from uptake.store import Lake, Loader

BATCH = 200
PEOPLE = 300
BOOT = """
from uptake.foundation.boot import boot
boot()
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.utils.timezone import now
from uptake.capabilities.ingestion import actions, models
from uptake.capabilities.ingestion.keys import digest_of
from uptake.foundation import keys
from uptake.foundation.models import User
from uptake.foundation.queries import system_actor
"""
MAKE_WEB = f"""{BOOT}
actor = system_actor("default")
user = User.objects.create_user("olga@example.org", password="seven green bottles")
TOTP.activate(user, "GEZDGNBVGY3TQOJQ")
issued = actions.create_source(actor, "Web app")
models.QuarantinedRecord.objects.create(
    source=models.Source.objects.get(), protocol="segment", call="track", received_at=now(),
    message_id="m1", message="event is missing", raw="wrong", fingerprint="f")
print(keys.create_key(actor, "reader", scopes=frozenset(["metrics:read"])).key, issued.key)
"""
READ_WEB = f"""{BOOT}
import sys
from allauth.mfa.adapter import get_adapter
user = User.objects.get(email="olga@example.org")
secret = get_adapter().decrypt(Authenticator.objects.get(user=user).data["secret"])
print(user.check_password("seven green bottles"), secret)
print(keys.actor_of_key(sys.argv[1]).name)
print(models.SourceKey.objects.get(digest=digest_of(sys.argv[2])).source.slug)
print(models.QuarantinedRecord.objects.get().raw)
"""


@dataclass
class Sender:
    """Sends batches until told to stop and remembers how many were acknowledged."""

    lake: Lake
    acknowledged: int = 0
    stop: threading.Event = field(default_factory=threading.Event)
    enough: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        while not self.stop.wait(0.01):
            self.lake.append("default", many_events(BATCH, first=self.acknowledged))
            self.acknowledged += BATCH
            if self.acknowledged >= 10 * BATCH:
                self.enough.set()


@contextmanager
def _sending(lake: Lake) -> Iterator[Sender]:
    sender = Sender(lake)
    thread = threading.Thread(target=sender.run)
    thread.start()
    try:
        assert sender.enough.wait(300)
        yield sender
    finally:
        sender.stop.set()
        thread.join()


def _fresh(request: pytest.FixtureRequest, folder: Path, kind: str) -> Installation:
    folder.mkdir()
    url = "" if kind == "sqlite" else request.getfixturevalue("postgres_server").schema()
    return Installation(folder=folder, database_url=url)


def _import_people(installation: Installation) -> None:
    file = installation.folder / "people.csv"
    rows = [f"person-{number},agent,team-{number % 7}" for number in range(PEOPLE)]
    file.write_text("\n".join(["external_id,role,team", *rows]) + "\n")
    imported = installation.run("import", "people", str(file))
    assert imported.returncode == 0, imported.stderr


def _in(installation: Installation, program: str, *arguments: str) -> list[str]:
    """Run a program as the installation; what it printed."""
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=installation.environment(),
        cwd=installation.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


def _message_ids(lake: Lake) -> list[str]:
    loader = Loader(lake)
    loader.drain("default")
    loader.close()
    with lake.snapshot("default") as snapshot:
        rows = snapshot.connection.sql("SELECT message_text FROM events").fetchall()
    return [text for (text,) in rows]


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("sqlite", "sqlite"),
        pytest.param("postgresql", "postgresql", marks=pytest.mark.postgres),
        pytest.param("sqlite", "postgresql", marks=pytest.mark.postgres),
    ],
)
def test_a_backup_taken_amid_work_comes_back_whole(
    request: pytest.FixtureRequest, tmp_path: Path, source: str, target: str
) -> None:
    old = copy_of_migrated(request, tmp_path / "old", source)
    new = _fresh(request, tmp_path / "new", target)
    archive = tmp_path / "backup.tar"
    _import_people(old)
    (keys,) = _in(old, MAKE_WEB)

    with old.start("worker") as worker, old.open_lake() as lake, _sending(lake) as sender:
        at_least = sender.acknowledged
        written = old.run("backup", str(archive), "--json")
        at_most = sender.acknowledged + BATCH
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=300)
    restored = new.run("restore", str(archive), "--json")

    assert (written.returncode, restored.returncode) == (0, 0), written.stderr + restored.stderr
    assert json.loads(restored.stdout)["rows"] == json.loads(written.stdout)["rows"] > PEOPLE
    with new.open_lake() as lake:
        found = _message_ids(lake)
    expected = [f"m{number}" for number in range(len(found))]
    assert sorted(found) == sorted(expected)
    assert at_least <= len(found) <= at_most
    assert new.run("doctor").returncode == 0
    assert _in(new, READ_WEB, *keys.split()) == [
        "True GEZDGNBVGY3TQOJQ",
        "key reader",
        "web-app",
        "wrong",
    ]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, migrated_files: Migrated) -> Path:
    """An installation with people and events, and its backup beside it: made once, then copied."""
    folder = tmp_path_factory.mktemp("prepared")
    installation = Installation(folder, "")
    migrated_files.copy(folder / "var")
    _import_people(installation)
    with installation.open_lake() as lake:
        lake.append("default", many_events(BATCH))
        _message_ids(lake)
    done = installation.run("backup", str(folder / "backup"))
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def backed_up(prepared: Path, tmp_path: Path) -> tuple[Installation, Path]:
    """An installation of one's own, and its backup."""
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    return Installation(tmp_path, ""), tmp_path / "backup"


def test_restoring_over_data_needs_force(backed_up: tuple[Installation, Path]) -> None:
    installation, folder = backed_up

    refused = installation.run("restore", str(folder))
    forced = installation.run("restore", str(folder), "--force")

    assert refused.returncode == 2
    assert "customers.Person" in refused.stderr
    assert "--force" in refused.stderr
    assert forced.returncode == 0
    assert f"{BATCH} events" in forced.stdout


def test_restoring_leaves_nothing_of_the_rows_before(
    backed_up: tuple[Installation, Path],
) -> None:
    installation, folder = backed_up
    var = installation.folder / "var"
    left = [var / "kept" / "default" / "portfolio.pack", var / "uploads" / "1.rejects.csv"]
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("of somebody else")

    done = installation.run("restore", str(folder), "--force")

    assert done.returncode == 0, done.stderr
    assert [path.exists() for path in left] == [False, False]


def test_who_was_erased_after_the_backup_does_not_come_back_with_it(
    backed_up: tuple[Installation, Path],
) -> None:
    installation, folder = backed_up
    receipt = json.loads(installation.run("erase-person", "person-7", "--yes", "--json").stdout)

    restored = installation.run("restore", str(folder), "--force")
    people = installation.run("import", "people", "people.csv", "--json")

    assert restored.returncode == 0, restored.stderr
    assert (
        "erased here after this backup was made: 1. In it, and erased again now: 1."
        in restored.stdout
    )
    assert receipt["events"]["receipt_id"] in restored.stdout
    outcome = json.loads(people.stdout)
    assert (outcome["unchanged"], outcome["rejected"]) == (PEOPLE - 1, 1)
    with installation.open_lake() as lake:
        assert "person-7" not in lake.people("default")


def test_a_damaged_backup_is_refused_before_anything_is_touched(
    backed_up: tuple[Installation, Path],
) -> None:
    installation, folder = backed_up
    damaged = next(folder.rglob("*.parquet"))
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.unlink()
    damaged.write_bytes(content)

    refused = installation.run("restore", str(folder), "--force")

    assert refused.returncode == 2
    assert f"{damaged.name} of the backup is damaged" in refused.stderr
    assert installation.run("doctor").returncode == 0


def test_a_backup_of_other_tables_names_the_version_to_install(
    backed_up: tuple[Installation, Path],
) -> None:
    installation, folder = backed_up
    manifest = folder / "manifest.json"
    content = json.loads(manifest.read_text())
    content["version"] = "7.0"
    content["migrations"].append("customers.0099_later")
    manifest.write_text(json.dumps(content))

    refused = installation.run("restore", str(folder), "--force")

    assert refused.returncode == 2
    assert "made by Uptake 7.0" in refused.stderr


def test_the_secret_comes_along_for_its_owner_only(
    tmp_path: Path, migrated_files: Migrated
) -> None:
    old = Installation(tmp_path / "old", "")
    new = Installation(tmp_path / "new", "")
    for folder in (old.folder, new.folder):
        folder.mkdir()
    migrated_files.copy(old.folder / "var")
    secret = old.folder / "var" / "secret"
    secret.write_text("kept\n")
    secret.chmod(0o600)

    old.run("backup", str(tmp_path / "backup.tar"))
    new.run("restore", str(tmp_path / "backup.tar"))

    restored = new.folder / "var" / "secret"
    assert restored.read_text() == "kept\n"
    assert restored.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "backup.tar").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["nothing-here", "people.csv"])
def test_what_is_no_backup_is_refused(backed_up: tuple[Installation, Path], name: str) -> None:
    installation, _ = backed_up

    refused = installation.run("restore", str(installation.folder / name))

    assert refused.returncode == 2
    assert refused.stderr.startswith("Error: ")


def test_a_backup_never_overwrites(backed_up: tuple[Installation, Path]) -> None:
    installation, folder = backed_up

    refused = installation.run("backup", str(folder))

    assert refused.returncode == 2
    assert "exists already" in refused.stderr
