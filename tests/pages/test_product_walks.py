"""The product as each of the people who use it meets it, in a real browser over a real server."""

from __future__ import annotations

import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from segment.analytics.client import Client as Segment  # type: ignore[import-untyped]  # it has none

from tests.pages.installation import Installation, served
from tests.pages.watching import Watched

pytestmark = [pytest.mark.browser]

DEMO = ("demo", "--accounts", "4", "--people", "170", "--weeks", "26", "--no-serve")
DEMO_PASSWORD, PASSWORD = "uptake-demo", "seven green bottles"
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
HOME = "/w/demo-vendor-4-170-26-7/"
PATIENCE_SECONDS = 900
MOST_PAGES = 45
FILES = (".csv", ".yaml", ".json", ".pdf", ".xes", "/file")

Sign = Callable[..., Watched]


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The demo of a very small vendor, served with its worker."""
    folder = tmp_path_factory.mktemp("product")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UPTAKE_LOADER_INTERVAL_SECONDS", "0.2")
        patch.setenv("UPTAKE_FIGURES_INTERVAL_SECONDS", "1")
        patch.setenv("UPTAKE_API_REQUESTS_A_MINUTE", "10000")
        patch.chdir(folder)
        with served(folder, before=DEMO) as here:
            yield here


@pytest.fixture(scope="module")
def sign_in(installation: Installation, browser: Browser) -> Iterator[Sign]:
    """Somebody of the demo, signed in; each is signed in once."""
    contexts: dict[tuple[str, bool], BrowserContext] = {}

    def signed(name: str, *, phone: bool = False) -> Watched:
        if (name, phone) in contexts:
            return Watched.open(contexts[name, phone], f"{installation.address}{HOME}")
        context = contexts[name, phone] = browser.new_context(
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]  # width and height
            color_scheme="dark" if phone else "light",
            reduced_motion="reduce",
        )
        watched = Watched.open(context, f"{installation.address}{HOME}")
        page = watched.page
        page.get_by_label("E-mail address").fill(f"{name}@demo.example")
        page.get_by_label("Password").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(re.compile(rf"^[^?]*{HOME}"))
        return watched

    yield signed
    for context in contexts.values():
        context.close()


def _addresses(page: Page) -> list[str]:
    """Where the links of a page lead to in this workspace."""
    found = page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    whole = [address.partition("#")[0] for address in found]
    return [address for address in whole if urlsplit(address).path.startswith(HOME)]


def _kind(address: str) -> str:
    """What kind of page an address is: one of each is enough."""
    path = urlsplit(address).path
    path = re.sub(r"/(accounts|people|deployments|sources)/[^/]+", r"/\1/*", path)
    return re.sub(r"/\d+|/how/.*|/\*/[^/]+$", "/*", path)


def _is_file(address: str) -> bool:
    return urlsplit(address).path.endswith(FILES) or "download" in address


def _walk(watched: Watched, check: Callable[[Watched], list[str]]) -> dict[str, list[str]]:
    """Open one page of each kind that links lead to, and check it."""
    waiting, seen, wrong = _addresses(watched.page), set[str](), dict[str, list[str]]()
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        if _kind(address) in seen or _is_file(address):
            continue
        seen.add(_kind(address))
        answer = watched.page.goto(address)
        assert answer is not None
        found = check(watched) + ([] if answer.ok else [f"answers {answer.status}"])
        if found:
            wrong[urlsplit(address).path] = found
        waiting += _addresses(watched.page)
    assert len(seen) > 3
    return wrong


def _faults(watched: Watched) -> list[str]:
    """What is wrong with the page for anybody: axe, the policy, other hosts, its width."""
    found = [*watched.inaccessible(), *watched.wrong]
    watched.wrong.clear()
    return [*found, "scrolls sideways"] if watched.overflows() else found


@pytest.mark.parametrize("name", ["owner", "lead", "manager", "user"])
def test_no_page_of_the_navigation_has_a_fault(sign_in: Sign, name: str) -> None:
    assert _walk(sign_in(name), _faults) == {}


@pytest.mark.parametrize("name", ["success", "user"])
def test_no_page_has_a_fault_on_a_phone_in_the_dark(sign_in: Sign, name: str) -> None:
    assert _walk(sign_in(name, phone=True), _faults) == {}


RECORDS = (
    *("accounts", "accounts?text=1&col=parent&col=seats", "changes/new", "teams"),
    *("accounts/a001", "accounts/a001/note", "accounts/a001/change", "accounts/a001/success"),
    *("accounts/a001/discovery", "accounts/a001/discovery/new", "accounts/a001/go-live"),
    *("populations", "populations/new", "people?text=1"),
)
"""Pages and forms about customers; the walks above open one of each kind of address only."""


@pytest.mark.parametrize(("name", "phone"), [("owner", False), ("success", True)])
def test_no_page_or_form_about_customers_has_a_fault(sign_in: Sign, name: str, phone: bool) -> None:
    watched = sign_in(name, phone=phone)
    origin = _origin(watched.page)

    wrong = {path: _opened(watched, f"{origin}{HOME}{path}") for path in RECORDS}

    assert {path: found for path, found in wrong.items() if found} == {}


def _opened(watched: Watched, address: str) -> list[str]:
    answer = watched.page.goto(address)
    assert answer is not None
    return _faults(watched) + ([] if answer.ok else [f"answers {answer.status}"])


def test_an_owner_sees_sent_events_in_the_tail_and_then_in_the_portfolio(
    installation: Installation, browser: Browser
) -> None:
    context = browser.new_context()
    link = installation.run("member", "invite", "olga@example.org")
    olga = Watched.open(context, link)
    olga.page.get_by_label("Your name").fill("Olga")
    olga.page.get_by_label("Password").fill(PASSWORD)
    olga.page.get_by_role("button", name="Make my account").click()
    olga.page.wait_for_url("**/w/default/**")

    olga.page.goto(f"{installation.address}/w/default/data/")
    olga.page.get_by_role("link", name="Make a source").click()
    olga.page.get_by_label("Name", exact=True).fill("Web app")
    olga.page.get_by_role("button", name="Make the source").click()
    key = olga.page.locator("#key").inner_text()
    olga.page.get_by_role("link", name="watch the events come in").click()
    expect(olga.page.get_by_role("heading", level=1)).to_contain_text("has sent nothing yet")
    _send(installation, key)

    expect(olga.page.get_by_role("cell", name="Call Logged").first).to_be_visible(
        timeout=PATIENCE_SECONDS * 1000
    )
    _until_shown(olga.page, f"{installation.address}/w/default/portfolio", "North")
    assert olga.wrong == []
    context.close()


def _send(installation: Installation, key: str) -> None:
    """Ten people of North log calls on each of twenty days, by Segment's own library."""
    client = Segment(
        key,
        host=installation.address,
        timeout=PATIENCE_SECONDS,
        on_error=lambda problem, _: pytest.fail(str(problem)),
    )
    today = datetime.now(UTC).replace(hour=9)
    client.group("person-0", "north", {"name": "North"})
    for person in range(10):
        for back in range(1, 21):
            client.track(
                f"person-{person}",
                "Call Logged",
                {"product": "crm"},
                context={"groupId": "north"},
                timestamp=today - timedelta(days=back),
            )
    client.track("person-0", "Call Logged", {"product": "crm"}, context={"groupId": "north"})
    client.flush()
    client.join()


def _until_shown(page: Page, address: str, text: str) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        page.goto(address)
        if page.locator("main").get_by_text(text, exact=False).count():
            return
        time.sleep(1)
    pytest.fail(f"{text!r} did not appear on {address}: {page.locator('main').inner_text()[:600]}")


def test_an_owner_mends_replays_and_discards_what_came_wrong(
    installation: Installation, sign_in: Sign
) -> None:
    owner = sign_in("owner")
    page, data = owner.page, f"{installation.address}{HOME}data/"
    page.goto(f"{data}sources/new/")
    page.get_by_label("Name", exact=True).fill("Field app")
    page.get_by_role("button", name="Make the source").click()
    _send_wrong(installation, page.locator("#key").inner_text())

    page.goto(f"{data}sources/field-app/")
    page.get_by_role("link", name="All of them").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("7 records of Field app wait")
    assert _faults(owner) == []
    _mend_one(page)
    _choose_all(page, "event")
    page.get_by_label("Set field").fill("event")
    page.get_by_label("to", exact=True).fill("Call Logged")
    page.get_by_role("button", name="Read again and store").click()
    expect(page.get_by_role("status").first).to_contain_text("4 records stored")
    _choose_all(page, "userId")
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("No record of Field app waits")

    page.goto(f"{data}sources/field-app/")
    expect(page.get_by_role("cell", name="Call Logged")).to_have_count(
        5, timeout=PATIENCE_SECONDS * 1000
    )
    assert owner.wrong == []


def _send_wrong(installation: Installation, key: str) -> None:
    """Five records without an event and two of nobody; the source is strict."""
    batch = [{"type": "track", "userId": f"u{n}", "messageId": f"wrong-{n}"} for n in range(5)]
    batch += [{"type": "track", "event": "Seen", "messageId": f"nobody-{n}"} for n in range(2)]
    request = urllib.request.Request(
        f"{installation.address}/v1/batch",
        json.dumps({"batch": batch, "writeKey": key}).encode(),
        {"Content-Type": "application/json"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=PATIENCE_SECONDS)
    assert refused.value.code == 400
    assert len(json.load(refused.value)["failed_records"]) == 7


def _mend_one(page: Page) -> None:
    row = page.get_by_role("row").filter(has_text="event").last
    row.get_by_role("link", name="Mend").click()
    box = page.get_by_label("The record")
    record = json.loads(box.input_value())
    box.fill(json.dumps(record | {"event": "Call Logged"}))
    page.get_by_role("button", name="Read it again and store it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("6 records of Field app wait")


def _choose_all(page: Page, field: str) -> None:
    """Show the records with one problem, and tick all of them."""
    problems = page.get_by_label("What is wrong")
    value = problems.locator("option").filter(has_text=f"{field}: ").get_attribute("value")
    problems.select_option(value)
    expect(page.get_by_label("Set field")).to_have_value(field)
    page.get_by_label(re.compile("with this problem")).check()


def test_the_lead_of_an_account_sees_that_account_alone(sign_in: Sign) -> None:
    success, lead = sign_in("success").page, sign_in("lead").page
    every, own = _deployments_of(success), _deployments_of(lead)
    others = sorted(every - own)

    pages = [lead.goto(address) for address in others]
    text = _text_of(lead, "portfolio") + _text_of(lead, "accounts") + _text_of(lead, "people")

    assert others
    assert own
    assert [answer.status for answer in pages if answer] == [404] * len(others)
    assert [account for account in map(_account_of, others) if account in text] == []


def _deployments_of(page: Page) -> set[str]:
    """The address of each account's deployment on the portfolio."""
    page.goto(f"{_origin(page)}{HOME}portfolio")
    links = [urlsplit(address) for address in _addresses(page)]
    accounts = {link.path.split("/")[4] for link in links if "/deployments/" in link.path}
    return {f"{_origin(page)}{HOME}deployments/{account}/all" for account in accounts}


def _account_of(address: str) -> str:
    return urlsplit(address).path.split("/")[4]


def _origin(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def _text_of(page: Page, name: str) -> str:
    page.goto(f"{_origin(page)}{HOME}{name}")
    return page.locator("main").inner_text()


def test_a_manager_sees_groups_and_no_list_of_numbers_by_name(sign_in: Sign) -> None:
    manager = sign_in("manager")

    assert manager.page.url.endswith("/team/behaviours")
    expect(manager.page.get_by_role("heading", level=1)).to_contain_text("people")
    manager.page.goto(f"{_origin(manager.page)}{HOME}team")
    expect(manager.page.get_by_role("heading", level=1)).to_contain_text("people")
    assert "You see groups and never single persons" in manager.page.content()
    assert manager.page.goto(f"{_origin(manager.page)}{HOME}portfolio").status == 403  # type: ignore[union-attr]  # it answers


def test_an_end_user_sees_their_own_numbers_and_who_has_looked(sign_in: Sign) -> None:
    user = sign_in("user")

    assert user.page.url.endswith("/my-week")
    user.page.goto(f"{_origin(user.page)}{HOME}me")
    expect(user.page.get_by_role("heading", level=1)).to_contain_text("You used it on")
    expect(user.page.get_by_role("heading", name="Who has looked at my numbers")).to_be_visible()
    assert user.page.goto(f"{_origin(user.page)}{HOME}portfolio").status == 403  # type: ignore[union-attr]  # it answers


def test_a_viewer_changes_nothing(sign_in: Sign) -> None:
    viewer = sign_in("viewer")
    deployment = min(_deployments_of(viewer.page))
    account = f"{_origin(viewer.page)}{HOME}accounts/{_account_of(deployment)}"
    mark = next(c["value"] for c in viewer.page.context.cookies() if "csrf" in c["name"])

    viewer.page.goto(deployment)
    offered = viewer.page.locator("main form[method=post]").count()
    answers = [
        viewer.page.request.post(
            address,
            form={"csrfmiddlewaretoken": mark, "day": "2025-03-03", "goals": "x"},
            headers={"Referer": deployment},
        ).status
        for address in (
            f"{account}/note",
            f"{account}/change",
            f"{_origin(viewer.page)}{HOME}data/sources/new/",
            f"{_origin(viewer.page)}{HOME}settings/workspace",
        )
    ]

    assert offered == 0
    assert answers == [403, 403, 403, 403]


def test_a_stranger_sees_nothing(installation: Installation, browser: Browser) -> None:
    context = browser.new_context()
    nobody = Watched.open(context, f"{installation.address}{HOME}portfolio")
    asked = nobody.page.url
    link = installation.run("member", "invite", "stan@example.org", "--role", "viewer")
    nobody.page.goto(link)
    nobody.page.get_by_label("Your name").fill("Stan")
    nobody.page.get_by_label("Password").fill(PASSWORD)
    nobody.page.get_by_role("button", name="Make my account").click()
    nobody.page.wait_for_url("**/w/default/**")

    answers = [
        nobody.page.goto(f"{installation.address}{HOME}{name}") for name in ("", "portfolio", "me")
    ]

    assert "/accounts/login/" in asked
    assert [answer.status for answer in answers if answer] == [404, 404, 404]
    context.close()


def test_a_deployment_is_reached_by_keyboard_alone(sign_in: Sign) -> None:
    page = sign_in("success").page
    page.goto(f"{_origin(page)}{HOME}portfolio")

    page.keyboard.press("Tab")
    skips = page.evaluate("document.activeElement.getAttribute('href')")
    page.keyboard.press("Enter")
    _tab_to(page, "/deployments/")
    page.keyboard.press("Enter")
    page.wait_for_url("**/deployments/**")

    assert skips == "#content"


def _tab_to(page: Page, part: str) -> None:
    """Go on by tab until a link that holds the part is reached, and can be seen to be."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if part in (page.evaluate("document.activeElement.getAttribute('href') || ''")):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none"
            return
    pytest.fail(f"no link to {part} is reached by keyboard")


def test_dark_is_dark_and_light_is_light(sign_in: Sign) -> None:
    page = sign_in("success").page
    shades = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.reload()
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        shades.append(sum(int(part) for part in re.findall(r"\d+", colour)[:3]))
    page.emulate_media(color_scheme="light")

    assert shades[0] > 600
    assert shades[1] < 200
