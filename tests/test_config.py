from __future__ import annotations

import stat
from pathlib import Path

import pytest

from uptake import config
from uptake.config import Settings, SettingsInvalid, load_settings, unknown_variables


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"UPTAKE_{name.upper()}", raising=False)


def test_without_a_word_everything_lives_in_one_folder(tmp_path: Path) -> None:
    settings = Settings()

    assert settings.data_dir == tmp_path / "var"
    assert settings.system_database_url == f"sqlite:///{tmp_path}/var/uptake.sqlite3"
    assert settings.lake_url == f"sqlite:///{tmp_path}/var/lake.sqlite3"
    assert settings.lake_dir == tmp_path / "var" / "lake"


def test_the_lake_shares_a_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPTAKE_DATABASE_URL", "postgres://localhost/uptake")

    settings = Settings()

    assert settings.system_database_url == "postgresql://localhost/uptake"
    assert settings.lake_url == "postgresql://localhost/uptake"


def test_a_file_named_dot_env_is_read_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("UPTAKE_TIMEZONE=Asia/Tokyo\nUPTAKE_WORKSPACE=ours\nOTHER=1\n")
    monkeypatch.setenv("UPTAKE_TIMEZONE", "Europe/Berlin")

    settings = Settings()

    assert (settings.timezone, settings.workspace) == ("Europe/Berlin", "ours")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UPTAKE_TIMEZONE", "Mars/Base"),
        ("UPTAKE_DATABASE_URL", "mysql://localhost"),
        ("UPTAKE_LOG_LEVEL", "loud"),
        ("UPTAKE_RETENTION_MONTHS", "0"),
        ("UPTAKE_WORKSPACE", "Not A Slug"),
        ("UPTAKE_LOADER_INTERVAL_SECONDS", "soon"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsInvalid, match=f"^{name} cannot be used: .*unset it"):
        load_settings.__wrapped__()


def test_an_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPTAKE_RETENTION_MONTHS", "")

    assert Settings().retention_months is None


def test_hosts_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPTAKE_ALLOWED_HOSTS", "one.example, two.example")

    assert Settings().allowed_hosts == ("one.example", "two.example")


def test_the_secret_is_made_once_and_readable_by_its_owner_only() -> None:
    settings = Settings()

    first = settings.signing_secret()

    assert settings.signing_secret() == first
    assert len(first) >= 64
    assert stat.S_IMODE(settings.secret_file.stat().st_mode) == 0o600
    assert [path.name for path in settings.data_dir.iterdir()] == ["secret"]


def test_of_two_processes_that_make_the_secret_the_first_wins(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("first")

    config._create_secret(path)

    assert path.read_text() == "first"
    assert list(tmp_path.iterdir()) == [path]


def test_a_given_secret_is_used_and_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPTAKE_SECRET_KEY", "n0t-told")
    settings = Settings()

    assert settings.signing_secret() == "n0t-told"
    assert not settings.data_dir.exists()
    assert "n0t-told" not in repr(settings)


def test_misspelled_variables_are_found() -> None:
    environment = {"UPTAKE_TIMEZOME": "UTC", "UPTAKE_TIMEZONE": "UTC", "PATH": "/bin"}

    assert unknown_variables(environment) == ["UPTAKE_TIMEZOME"]


def test_a_database_url_can_be_shown_without_its_password() -> None:
    assert (
        config.without_password("postgresql://me:secret@host/db") == "postgresql://me:***@host/db"
    )
    assert config.without_password("sqlite:////srv/x") == "sqlite:////srv/x"
