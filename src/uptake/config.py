"""Every setting of Uptake, typed, in one class; each can be given as ``UPTAKE_<NAME>``.

Values come from the environment, then from a ``.env`` file in the working directory, then from the
defaults below. ``uptake settings`` prints what is in force and ``docs/reference/settings.md``
explains each.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from uptake.store.errors import UptakeError

PREFIX = "UPTAKE_"
SECRET_BYTES = 48


class SettingsInvalid(UptakeError):
    """A setting has a value that cannot be used; the message names it and says what is wrong."""


class Settings(BaseSettings):
    """What the person who runs Uptake can decide; frozen, read once per process."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    data_dir: Path = Field(
        default=Path("var"),
        description="Folder of everything Uptake keeps: lake files, SQLite databases, the secret.",
    )
    database_url: str = Field(
        default="",
        description="System database: sqlite:////absolute/path or postgresql://user:pw@host/name. "
        "Empty: uptake.sqlite3 in the data folder.",
    )
    lake_database_url: str = Field(
        default="",
        description="Database of the lake's manifest. Empty: the same PostgreSQL, or "
        "lake.sqlite3 in the data folder so that imports never block ingestion.",
    )
    secret_key: SecretStr | None = Field(
        default=None,
        description="Signs sessions. Empty: made once and kept in the file secret of the data "
        "folder, readable by its owner only.",
    )
    workspace: str = Field(
        default="default",
        pattern=r"^[a-z0-9][a-z0-9-]*$",
        description="Workspace that commands use when none is named.",
    )
    timezone: str = Field(
        default="UTC",
        description="Time zone (IANA name) of new workspaces: where one day ends and the next "
        "begins.",
    )
    retention_months: int | None = Field(
        default=None,
        ge=1,
        description="Months of events that new workspaces keep. Empty: everything is kept, so "
        "that importing old logs never deletes them unasked.",
    )
    loader_interval_seconds: float = Field(
        default=1.0,
        gt=0,
        le=60,
        description="How long the worker waits before it looks into an empty inbox again.",
    )
    compaction_interval_hours: float = Field(
        default=6.0, gt=0, description="Hours between two compactions of a workspace's event files."
    )
    retention_interval_hours: float = Field(
        default=24.0,
        gt=0,
        description="Hours between two applications of a workspace's retention policy.",
    )
    ingestion_events_a_second: int | None = Field(
        default=None,
        ge=1,
        description="Events a second that a source without a limit of its own may send to one web "
        "process before it is answered 429. Empty: as many as it likes.",
    )
    api_requests_a_minute: int = Field(
        default=600,
        ge=1,
        description="Requests a minute that one key, or one person's browser, may send to the API "
        "of one web process before it is answered 429.",
    )
    import_roots: Annotated[tuple[Path, ...], NoDecode] = Field(
        default=(),
        description="Folders, separated by commas, in which people may have folders watched for "
        "files to import. Empty: none.",
    )
    figures_interval_seconds: float = Field(
        default=60.0,
        ge=0,
        description="Least seconds between two computations of the same figures of a workspace; "
        "pages show the last ones with their age meanwhile.",
    )
    figures_mebibytes: int = Field(
        default=512,
        ge=1,
        description="Space that kept figures of one workspace may take; those that nobody asked "
        "for longest go first.",
    )
    minimum_free_mib: int = Field(
        default=1024,
        ge=0,
        description="Free space on the data folder's disk below which doctor warns.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info",
        description="Least important message that is logged: debug, info, warning or error.",
    )
    log_format: Literal["json", "console"] = Field(
        default="console",
        description="json: one object per line for machines; console: text for people.",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=("localhost", "127.0.0.1", "[::1]"),
        description="Host names, separated by commas, under which the web pages may be asked for.",
    )
    public_url: str = Field(
        default="http://127.0.0.1:8000",
        description="Address under which people reach the pages; with https:// cookies are sent "
        "over https only. Links in mail begin with it.",
    )
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        description="Reverse proxies in front that set X-Forwarded-For and X-Forwarded-Proto; 0 "
        "believes neither.",
    )
    host: str = Field(default="127.0.0.1", description="Address that `uptake serve` listens on.")
    port: int = Field(
        default=8000, ge=1, le=65535, description="Port that `uptake serve` listens on."
    )
    web_processes: int = Field(
        default=2, ge=1, le=64, description="Processes in which `uptake serve` answers requests."
    )
    web_threads: int = Field(
        default=8, ge=1, le=256, description="Requests that one such process answers at a time."
    )
    mail_url: str = Field(
        default="",
        description="Mail server: smtp://user:password@host:587 (encrypted by STARTTLS) or "
        "smtps://user:password@host. Empty: mails are written to the log.",
    )
    mail_from: str = Field(default="Uptake <uptake@localhost>", description="Sender of mails.")
    chat_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(
            *("hooks.slack.com", "hooks.slack-gov.com", "*.webhook.office.com"),
            *("*.logic.azure.com", "*.api.powerautomate.com", "*.api.powerplatform.com"),
        ),
        description="Hosts, separated by commas, to which messages for channels of Slack and "
        "Microsoft Teams may go; * stands for any part of a name.",
    )
    oidc_name: str = Field(
        default="Single sign-on",
        description="What the sign-in page calls the OpenID Connect provider.",
    )
    oidc_issuer: str = Field(
        default="",
        description="Issuer URL of an OpenID Connect provider to sign in with. Empty: none.",
    )
    oidc_client_id: str = Field(default="", description="Client id at the OpenID Connect provider.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Client secret at the OpenID Connect provider."
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        description="Bearer token with which /metrics may be read from elsewhere. Empty: only from "
        "the machine itself.",
    )
    debug: bool = Field(
        default=False,
        description="Show details of failures in web pages: never where others can look.",
    )

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("timezone")
    @classmethod
    def _known_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError) as unknown:
            raise ValueError(f"{value!r} is not a time zone such as Europe/Berlin") from unknown
        return value

    @field_validator("allowed_hosts", "chat_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(host.strip() for host in value.split(",") if host.strip())

    @field_validator("import_roots", mode="before")
    @classmethod
    def _split_folders(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(Path(part.strip()).resolve() for part in value.split(",") if part.strip())

    @field_validator("database_url", "lake_database_url")
    @classmethod
    def _known_scheme(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("use sqlite:////absolute/path or postgresql://user:password@host/name")
        return value.replace("postgres://", "postgresql://", 1)

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not (value.startswith(("http://", "https://")) and urlsplit(value).hostname):
            raise ValueError("write an address such as https://uptake.example.com")
        return value.rstrip("/")

    @field_validator("mail_url")
    @classmethod
    def _known_mail_scheme(cls, value: str) -> str:
        if value and urlsplit(value).scheme not in ("smtp", "smtps"):
            raise ValueError("use smtp://user:password@host:587 or smtps://user:password@host")
        return value

    @property
    def is_https(self) -> bool:
        """Say whether people reach the pages over https."""
        return self.public_url.startswith("https://")

    @property
    def system_database_url(self) -> str:
        """The database of accounts, people and the activity feed."""
        return self.database_url or f"sqlite:///{self.data_dir / 'uptake.sqlite3'}"

    @property
    def lake_url(self) -> str:
        """The database of the lake's manifest."""
        if self.lake_database_url:
            return self.lake_database_url
        if self.database_url.startswith("postgresql://"):
            return self.database_url
        return f"sqlite:///{self.data_dir / 'lake.sqlite3'}"

    @property
    def lake_dir(self) -> Path:
        """The folder of the lake's event files."""
        return self.data_dir / "lake"

    @property
    def secret_file(self) -> Path:
        """Where the generated secret lives."""
        return self.data_dir / "secret"

    def signing_secret(self) -> str:
        """Return the secret that signs sessions, making it once if none was given."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        if not self.secret_file.exists():
            _create_secret(self.secret_file)
        return self.secret_file.read_text(encoding="ascii").strip()


def _create_secret(path: Path) -> None:
    """Write a new secret; of two processes that try at once, the first one's secret stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".secret-")  # made with mode 0600
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(SECRET_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """Read the settings once per process.

    Raises:
        SettingsInvalid: a value cannot be used.
    """
    try:
        return Settings()
    except ValidationError as invalid:
        raise SettingsInvalid(_explain(invalid)) from invalid


def _explain(invalid: ValidationError) -> str:
    problem = invalid.errors()[0]
    name = PREFIX + str(problem["loc"][0]).upper()
    reason = problem["msg"].removeprefix("Value error, ")
    return f"{name} cannot be used: {reason}; correct it, or unset it to have the default."


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Return variables that carry our prefix but name no setting: most likely misspelled."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    return sorted(
        name for name in environment if name.startswith(PREFIX) and name.upper() not in known
    )


def without_password(url: str) -> str:
    """Return a database URL that can be shown."""
    parts = urlsplit(url)
    if not parts.password:
        return url
    return url.replace(f":{parts.password}@", ":***@", 1)
