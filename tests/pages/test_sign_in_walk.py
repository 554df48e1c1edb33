"""From an empty installation to a second person with a second factor, in a real browser."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.migrated import Migrated
from tests.pages.installation import Installation, served
from tests.pages.watching import Watched

pytestmark = [pytest.mark.browser]

PASSWORD = "seven green bottles"
STEP_SECONDS = 30


@pytest.fixture(scope="module")
def installation(
    tmp_path_factory: pytest.TempPathFactory, migrated_files: Migrated
) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("installation")
    with served(folder, "--no-worker", before=migrated_files) as here:
        yield here


@pytest.fixture(scope="module")
def olga(installation: Installation, browser: Browser) -> Iterator[BrowserContext]:
    """The owner, who came in by the link that the command line printed."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    link = installation.run("member", "invite", "olga@example.org")
    _make_account(Watched.open(context, link).page, "Olga")
    yield context
    context.close()


def _make_account(page: Page, name: str) -> None:
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    page.wait_for_url("**/w/default/**")


def _invite(page: Page, address: str, email: str) -> str:
    page.goto(f"{address}/w/default/settings/members")
    page.get_by_role("link", name="Invite").click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Viewer").check()
    page.get_by_role("button", name="Invite").click()
    return page.locator("#link").inner_text()


def _code(secret: str, *, steps_ahead: int = 0) -> str:
    """The code of RFC 6238 for now, or for a step ahead, because each is taken once."""
    moment = int(time.time()) // STEP_SECONDS + steps_ahead
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    mac = hmac.new(key, struct.pack(">Q", moment), hashlib.sha1).digest()
    place = mac[-1] & 15
    number = struct.unpack(">I", mac[place : place + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def test_an_owner_invites_and_the_invited_protect_their_account(
    installation: Installation, browser: Browser, olga: BrowserContext
) -> None:
    owner = Watched.open(olga, installation.address)
    link = _invite(owner.page, installation.address, "nora@example.org")
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    nora = Watched.open(context, link)
    _make_account(nora.page, "Nora")

    secret = _turn_on_codes(nora.page)
    _sign_out(nora.page)
    _sign_in(nora.page, "nora@example.org")
    expect(nora.page.get_by_role("heading", name="One more step")).to_be_visible()
    nora.page.get_by_label("Code from your authenticator app").fill(_code(secret, steps_ahead=1))
    nora.page.get_by_role("button", name="Sign in").click()
    nora.page.wait_for_url("**/w/default/**")
    nora.page.goto(f"{installation.address}/w/default/settings/members")

    expect(nora.page.get_by_role("heading", level=1)).to_contain_text("As viewer you may not")
    assert owner.wrong + nora.wrong == []
    context.close()


def _turn_on_codes(page: Page) -> str:
    page.locator(".user-menu summary").click()
    page.get_by_role("link", name="Profile and sign-in").click()
    page.get_by_role("listitem").filter(has_text="Authenticator app").get_by_role("link").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    secret = page.locator("#authenticator_secret").inner_text()
    page.get_by_label("Authenticator code").fill(_code(secret))
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_role("heading", name=re.compile("recovery codes are left"))).to_be_visible()
    return secret


def _sign_out(page: Page) -> None:
    page.locator(".user-menu summary").click()
    page.get_by_role("button", name="Sign out").click()


def _sign_in(page: Page, email: str) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_signs_in_by_itself(
    installation: Installation, browser: Browser, olga: BrowserContext
) -> None:
    owner = Watched.open(olga, installation.address)
    link = _invite(owner.page, installation.address, "pia@example.org")
    context = browser.new_context()
    pia = Watched.open(context, link)
    _give_device(pia.page)
    _make_account(pia.page, "Pia")
    pia.page.goto(f"{installation.address}/accounts/2fa/webauthn/add/")
    pia.page.get_by_label("Password").fill(PASSWORD)
    pia.page.get_by_role("button", name="Go on").click()
    pia.page.get_by_label("Passwordless").check()
    pia.page.get_by_role("button", name="Add it").click()
    pia.page.wait_for_url("**/2fa/**")
    expect(pia.page.get_by_role("heading", level=1)).not_to_contain_text("Add a passkey")

    _sign_out(pia.page)
    pia.page.get_by_role("button", name="Sign in with a passkey").click()
    pia.page.wait_for_url("**/w/default/**")

    assert pia.wrong == []
    context.close()


def _give_device(page: Page) -> None:
    """A device that holds passkeys and always finds its owner present."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": device})


def test_a_forgotten_password_finds_its_link_in_the_log(
    installation: Installation, browser: Browser, olga: BrowserContext
) -> None:
    context = browser.new_context()
    page = Watched.open(context, f"{installation.address}/accounts/password/reset/").page
    page.get_by_label("E-mail address").fill("olga@example.org")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()

    (link,) = re.findall(
        rf"{installation.address}/accounts/password/reset/key/\S+?/", installation.log
    )
    page.goto(link)

    expect(page.get_by_label("New password")).to_be_visible()
    context.close()


PAGES = (
    "/profile",
    "/w/default/settings/members",
    "/w/default/settings/members/invite",
    "/w/default/settings/keys",
    "/w/default/settings/keys/new",
    "/w/default/settings/privacy",
    "/w/default/settings/privacy/record",
    "/w/default/settings/privacy/looks",
    "/w/default/settings/audit",
    "/w/default/settings/workspace",
    "/w/default/search?q=e",
    "/w/nowhere/",
    "/accounts/2fa/",
)
DOORS = ("/accounts/login/", "/accounts/password/reset/", "/nowhere")


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_every_page_is_accessible_fits_and_keeps_the_policy(
    installation: Installation, olga: BrowserContext, width: int, theme: str
) -> None:
    watched = Watched.open(olga, installation.address)
    watched.page.set_viewport_size({"width": width, "height": 850})
    watched.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]  # one of two it knows
    complaints: dict[str, object] = {}

    for path in PAGES:
        watched.page.goto(installation.address + path)
        found = watched.inaccessible() + ["scrolls sideways"] * watched.overflows()
        complaints |= {path: found} if found else {}

    assert complaints == {}
    assert watched.wrong == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_doors_are_accessible(installation: Installation, browser: Browser, theme: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 850},
        color_scheme=theme,  # type: ignore[arg-type]  # one of two it knows
    )
    watched = Watched.open(context, installation.address)
    complaints: dict[str, object] = {}

    for path in DOORS:
        watched.page.goto(installation.address + path)
        found = watched.inaccessible() + ["scrolls sideways"] * watched.overflows()
        complaints |= {path: found} if found else {}

    assert complaints == {}
    assert watched.wrong == []
    context.close()


def test_everything_is_reached_by_keyboard(
    installation: Installation, olga: BrowserContext
) -> None:
    page = Watched.open(olga, f"{installation.address}/w/default/settings/privacy").page
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    skipped_to = page.evaluate("document.activeElement.id || location.hash")

    page.keyboard.press("/")
    page.keyboard.type("memb")
    expect(page.get_by_role("option", name=re.compile("Members"))).to_have_attribute(
        "aria-selected", "true"
    )
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/members")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-text")).to_be_focused()
    page.keyboard.press("Escape")

    expect(page.locator("#palette")).to_be_hidden()
    assert first == "Skip to content"
    assert skipped_to in ("content", "#content")


def test_on_a_phone_the_rail_comes_and_goes(
    installation: Installation, olga: BrowserContext
) -> None:
    page = Watched.open(olga, f"{installation.address}/w/default/settings/privacy").page
    page.set_viewport_size({"width": 390, "height": 850})
    link = page.get_by_role("link", name="Audit log")
    expect(link).to_be_hidden()

    page.get_by_role("button", name="Menu").click()
    expect(link).to_be_visible()
    page.keyboard.press("Escape")

    expect(link).to_be_hidden()
