"""Signing in through an OpenID Connect provider, with a real browser and a real exchange."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.chromium import PATIENCE_MS
from tests.migrated import Migrated
from tests.pages.identity_provider import CLIENT, SECRET, Provider, provider
from tests.pages.installation import Installation, served

pytestmark = [pytest.mark.browser]


@pytest.fixture(scope="module")
def identity() -> Iterator[Provider]:
    with provider() as running:
        yield running


@pytest.fixture(scope="module")
def installation(
    identity: Provider, tmp_path_factory: pytest.TempPathFactory, migrated_files: Migrated
) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installation")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("UPTAKE_OIDC_ISSUER", identity.issuer)
        environment.setenv("UPTAKE_OIDC_CLIENT_ID", CLIENT)
        environment.setenv("UPTAKE_OIDC_CLIENT_SECRET", SECRET)
        environment.setenv("UPTAKE_OIDC_NAME", "Example ID")
        with served(folder, "--no-worker", before=migrated_files) as here:
            yield here


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def _through_the_provider(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Continue with Example ID").click()


def test_the_invited_come_in_with_their_identity_and_come_back(
    installation: Installation, identity: Provider, page: Page
) -> None:
    identity.who, identity.verified = "nora@example.org", True
    link = installation.run("member", "invite", identity.who, "--role", "viewer")

    _through_the_provider(page, link)
    page.get_by_role("button", name="Join as nora@example.org").click()
    page.wait_for_url("**/w/default/**")
    page.locator(".user-menu summary").click()
    expect(page.locator(".user-name")).to_contain_text("Nora")
    page.get_by_role("button", name="Sign out").click()
    _through_the_provider(page, f"{installation.address}/accounts/login/")

    page.wait_for_url("**/w/default/**")


def test_without_an_invitation_nobody_is_let_in(
    installation: Installation, identity: Provider, page: Page
) -> None:
    identity.who, identity.verified = "stan@example.org", True

    _through_the_provider(page, f"{installation.address}/accounts/login/")

    expect(page.get_by_role("heading", name="Accounts are made by invitation")).to_be_visible()


def test_an_address_that_the_provider_does_not_vouch_for_opens_nothing(
    installation: Installation, identity: Provider, page: Page
) -> None:
    identity.who, identity.verified = "pia@example.org", False
    link = installation.run("member", "invite", identity.who, "--role", "viewer")

    _through_the_provider(page, link)

    expect(page.get_by_role("heading", name="Accounts are made by invitation")).to_be_visible()
    assert "pia@example.org" not in installation.run("member", "list")
