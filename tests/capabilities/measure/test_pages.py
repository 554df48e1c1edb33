"""The pages about figures: who may open which, what stands on them, what the address says."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests import factories
from tests.capabilities.measure.vendor import SLUG, LoadedVendor, loaded
from uptake.capabilities.customers.models import (
    Change,
    DiscoveryRecord,
    Note,
    Person,
    SuccessDefinition,
)
from uptake.capabilities.measure.models import SavedSegment
from uptake.foundation.access import Role
from uptake.foundation.models import Membership, User

pytestmark = pytest.mark.django_db

OWN, OTHER = "a002", "a001"
"""The account that the customer's people are limited to, and one that is not theirs."""

CAST = {
    "olga": (Role.OWNER, ""),
    "edith": (Role.EDITOR, ""),
    "xenia": (Role.EXECUTIVE, ""),
    "victor": (Role.VIEWER, ""),
    "mark": (Role.MANAGER, ""),
    "ursula": (Role.MEMBER, ""),
    "carla": (Role.EDITOR, OWN),
}
ABOUT = f"?product=crm&next=/w/{SLUG}/deployments/{OTHER}/crm"
PAGES = {
    "portfolio": f"/w/{SLUG}/portfolio",
    "csv": f"/w/{SLUG}/portfolio.csv",
    "own": f"/w/{SLUG}/deployments/{OWN}/all",
    "other": f"/w/{SLUG}/deployments/{OTHER}/crm",
    "how": f"/w/{SLUG}/deployments/{OTHER}/crm/how/adoption_rate",
    "groups": f"/w/{SLUG}/deployments/{OTHER}/crm/groups.csv",
    "note": f"/w/{SLUG}/accounts/{OTHER}/note{ABOUT}",
    "discovery": f"/w/{SLUG}/accounts/{OTHER}/discovery/new{ABOUT}",
    "change": f"/w/{SLUG}/accounts/{OTHER}/change{ABOUT}",
    "success": f"/w/{SLUG}/accounts/{OTHER}/success{ABOUT}",
    "explore": f"/w/{SLUG}/explore?grain=none",
    "explore csv": f"/w/{SLUG}/explore.csv?grain=none",
    "me": f"/w/{SLUG}/me",
    "team": f"/w/{SLUG}/team",
}
READS = ("portfolio", "own", "other", "how", "explore", "me")
ANSWERS = {
    "olga": dict.fromkeys(PAGES, 200),
    "edith": dict.fromkeys(PAGES, 200),
    "xenia": dict.fromkeys(PAGES, 403)
    | dict.fromkeys((*READS, "csv", "groups", "explore csv"), 200),
    "victor": dict.fromkeys(PAGES, 403) | dict.fromkeys(READS, 200),
    "mark": dict.fromkeys(PAGES, 403) | {"me": 200, "team": 200},
    "ursula": dict.fromkeys(PAGES, 403) | {"me": 200},
    "carla": dict.fromkeys(PAGES, 200)
    | dict.fromkeys(("other", "how", "groups", "note", "discovery", "change", "success"), 404),
    "stan": dict.fromkeys(PAGES, 404),
}


@pytest.fixture(scope="module")
def vendor(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LoadedVendor]:
    with django_db_blocker.unblock(), loaded(tmp_path_factory.mktemp("pages")) as vendor:
        for name, (role, account) in CAST.items():
            user = factories.user(name)
            Membership.objects.create(
                user=user, workspace=vendor.workspace, role=role, account=account
            )
        factories.user("stan")
        yield vendor


@pytest.fixture
def signed_in(vendor: LoadedVendor, client: Client) -> Any:
    """Sign somebody of the cast in and return the browser."""

    def sign_in(name: str) -> Client:
        client.force_login(User.objects.get(email__startswith=name))
        return client

    return sign_in


@pytest.mark.parametrize("name", ANSWERS)
def test_pages_open_for_whom_they_are_meant(signed_in: Any, name: str) -> None:
    browser = signed_in(name)

    answers = {page: browser.get(address).status_code for page, address in PAGES.items()}

    assert answers == ANSWERS[name]


def test_who_has_not_signed_in_is_asked_to(vendor: LoadedVendor, client: Client) -> None:
    answer = client.get(PAGES["portfolio"])

    assert (answer.status_code, answer["Location"][:15]) == (302, "/accounts/login")


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("edith", "portfolio"),
        ("xenia", "portfolio"),
        ("victor", "portfolio"),
        ("carla", "deployments"),
        ("mark", "team/behaviours"),
        ("ursula", "my-week"),
    ],
)
def test_each_role_begins_at_its_own_page(signed_in: Any, name: str, page: str) -> None:
    answer = signed_in(name).get(f"/w/{SLUG}/")

    assert answer["Location"] == f"/w/{SLUG}/{page}"


def test_a_customers_lead_is_led_to_their_deployment_and_sees_no_other(signed_in: Any) -> None:
    browser = signed_in("carla")

    assert browser.get(f"/w/{SLUG}/deployments")["Location"] == PAGES["own"]
    portfolio = browser.get(PAGES["portfolio"]).content.decode()
    assert f"/deployments/{OWN}/" in portfolio
    assert f"/deployments/{OTHER}/" not in portfolio


def test_a_viewer_reads_no_price_on_any_page(signed_in: Any) -> None:
    browser = signed_in("victor")
    pages = [browser.get(PAGES[page]).content.decode() for page in ("portfolio", "own", "other")]

    assert not [page for page in pages if "EUR" in page]


@pytest.mark.parametrize("page", ["note", "discovery", "change", "success"])
@pytest.mark.parametrize(("name", "status"), [("victor", 403), ("xenia", 403), ("stan", 404)])
def test_who_may_not_write_writes_nothing(
    signed_in: Any, name: str, status: int, page: str
) -> None:
    told = {"goals": "x", "day": "2025-05-01", "kind": "staff", "description": "y", "text": "z"}

    answer = signed_in(name).post(PAGES[page], told)

    assert answer.status_code == status
    assert not DiscoveryRecord.objects.exists()
    assert not Note.objects.filter(text="z").exists()
    assert not SuccessDefinition.objects.exists()
    assert not Change.objects.filter(description="y").exists()


def test_what_was_learnt_stands_on_the_timeline(signed_in: Any) -> None:
    browser = signed_in("edith")

    answer = browser.post(PAGES["discovery"], {"day": "2025-05-01", "struggles": "Nobody has time"})

    assert answer["Location"] == PAGES["other"]
    assert "Struggles: Nobody has time" in browser.get(PAGES["other"]).content.decode()


def test_a_note_stands_on_the_timeline_of_its_product(signed_in: Any) -> None:
    browser = signed_in("edith")

    answer = browser.post(
        PAGES["note"], {"day": "2025-05-02", "product": "crm", "text": "They asked for training"}
    )

    assert answer["Location"] == PAGES["other"]
    entries = browser.get(PAGES["other"]).context["view"].timeline
    noted = [entry for entry in entries if entry.text == "They asked for training"]
    assert [(entry.kind, entry.title) for entry in noted] == [("note", "Note")]
    assert noted[0].by.startswith("edith")


def test_what_was_done_to_the_record_is_for_readers_of_the_log(signed_in: Any) -> None:
    deployment = signed_in("edith").get(PAGES["success"]).context["form"].initial["deployment"]
    told = {"executive": "COO", "horizon_years": "3", "day": "2025-05-05", "definition": "Less"}
    signed_in("edith").post(PAGES["success"], told | {"deployment": deployment})

    kinds = {
        name: {e.kind for e in signed_in(name).get(PAGES["other"]).context["view"].timeline}
        for name in ("edith", "victor")
    }

    assert "activity" in kinds["edith"]
    assert "activity" not in kinds["victor"]


@pytest.mark.parametrize(
    ("page", "asked"),
    [("discovery", "Fill in at least one head"), ("note", "This field is required")],
)
def test_an_empty_record_is_asked_for_something(signed_in: Any, page: str, asked: str) -> None:
    answer = signed_in("edith").post(PAGES[page], {"day": "2025-05-01"})

    assert answer.status_code == 422
    assert asked in answer.content.decode()


def test_a_form_leads_back_to_no_other_host(signed_in: Any) -> None:
    address = f"/w/{SLUG}/accounts/{OTHER}/note?next=https://elsewhere.example/"

    answer = signed_in("edith").post(address, {"day": "2025-05-02", "text": "Remember this"})

    assert answer["Location"] == f"/w/{SLUG}/accounts/{OTHER}"


def test_a_change_is_marked_on_the_curve(signed_in: Any) -> None:
    browser = signed_in("edith")
    told = {"kind": "staff", "day": "2025-05-05", "description": "A new head of sales"}

    browser.post(PAGES["change"], told | {"product": "crm"})

    page = html.unescape(browser.get(PAGES["other"]).content.decode())
    assert '"label": "A new head of sales"' in page


def test_a_definition_of_success_stands_on_the_page(signed_in: Any) -> None:
    browser = signed_in("edith")
    deployment = browser.get(PAGES["success"]).context["form"].fields["deployment"].choices[0][0]
    told = {"deployment": deployment, "executive": "COO", "horizon_years": "1", "day": "2025-05-05"}

    browser.post(PAGES["success"], told | {"definition": "Orders leave on the day they come in"})

    page = browser.get(PAGES["other"]).content.decode()
    assert "Orders leave on the day they come in" in page
    assert "No executive has said" not in page


def test_the_address_says_which_rows_are_shown_in_which_order(signed_in: Any) -> None:
    browser = signed_in("edith")

    view = browser.get(PAGES["portfolio"], {"products": "crm", "sort": "name", "desc": "1"})

    rows = view.context["page"].object_list
    assert {row.product for row in rows} == {"crm"}
    assert [row.name for row in rows] == sorted((row.name for row in rows), reverse=True)
    assert 'aria-sort="descending"' in view.content.decode()


def test_without_a_fitting_row_the_page_says_so(signed_in: Any) -> None:
    page = signed_in("edith").get(PAGES["portfolio"], {"text": "no such name"}).content.decode()

    assert "No deployment fits." in page
    assert "Show all" in page


def test_columns_are_chosen_in_the_address(signed_in: Any) -> None:
    browser = signed_in("edith")

    usual = browser.get(PAGES["portfolio"]).context["columns"]
    chosen = browser.get(PAGES["portfolio"], {"col": ["owner", "state"]}).context["columns"]

    assert len([column for column in usual if column.is_shown]) == 7
    assert [column.key for column in chosen if column.is_shown] == ["name", "state", "owner"]


def test_a_swap_brings_the_rows_alone(signed_in: Any) -> None:
    part = signed_in("edith").get(PAGES["portfolio"], headers={"HX-Request": "true"})

    assert "<html" not in part.content.decode()
    assert part.content.decode().lstrip().startswith("<div data-announce")


def test_the_file_holds_the_rows_of_the_page(signed_in: Any) -> None:
    answer = signed_in("edith").get(PAGES["csv"], {"products": "crm"})

    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert {row["product"] for row in rows} == {"crm"}
    assert "people_in_scope" in rows[0]


def test_a_segment_is_saved_shared_and_removed(signed_in: Any) -> None:
    browser = signed_in("edith")

    browser.post(
        f"/w/{SLUG}/portfolio/segments",
        {"name": "Our CRM", "asked": "products=crm&sort=renewal", "shared": "on"},
    )

    saved = SavedSegment.objects.get(name="Our CRM")
    seen = signed_in("olga").get(PAGES["portfolio"]).content.decode()
    assert "products=crm&amp;sort=renewal" in seen
    assert browser.post(f"/w/{SLUG}/portfolio/segments/{saved.pk}/remove").status_code == 404
    signed_in("edith").post(f"/w/{SLUG}/portfolio/segments/{saved.pk}/remove")
    assert not SavedSegment.objects.exists()


def test_a_number_says_how_it_came_about_beside_the_page_and_as_a_page(signed_in: Any) -> None:
    browser = signed_in("edith")

    panel = browser.get(PAGES["how"], headers={"HX-Request": "true"}).content.decode()
    page = browser.get(PAGES["how"]).content.decode()

    for part in ("Formula", "Numerator", "Window", "What would make it wrong", "Computed"):
        assert part in panel
        assert part in page
    assert "<html" not in panel


def test_a_grouping_that_there_is_not_leads_nowhere(signed_in: Any) -> None:
    assert signed_in("edith").get(PAGES["how"], {"by": "shoe size"}).status_code == 404


def test_groups_are_chosen_in_the_address(signed_in: Any) -> None:
    page = signed_in("edith").get(PAGES["other"], {"by": "role"})

    assert page.context["groups"].name == "Roles"


def test_a_refused_question_says_why_and_keeps_its_form(signed_in: Any) -> None:
    page = signed_in("edith").get(f"/w/{SLUG}/explore", {"by": "account", "account": OTHER})

    assert page.status_code == 422
    assert "One account cannot be split by account" in page.content.decode()
    assert page.context["form"]["account"].value() == OTHER


def test_an_answer_is_drawn_listed_and_explained(signed_in: Any) -> None:
    page = signed_in("edith").get(f"/w/{SLUG}/explore", {"by": "account", "grain": "none"})

    text = page.content.decode()
    assert page.context["picture"] is not None
    assert len(page.context["numbers"]) == 6
    assert "How it is computed: Adoption rate" in text


def test_people_see_their_own_numbers_and_who_sees_them(
    signed_in: Any, vendor: LoadedVendor
) -> None:
    user = User.objects.get(email__startswith="ursula")
    person = Person.objects.filter(workspace=vendor.workspace, ends_on=None).earliest("pk")
    Person.objects.filter(pk=person.pk).update(user=user)

    text = signed_in("ursula").get(PAGES["me"]).content.decode()

    assert "Only you see this page." in text
    assert "Who has looked at my numbers" in text


def test_a_manager_sees_groups_and_nobody_by_name(signed_in: Any, vendor: LoadedVendor) -> None:
    leaders = Person.objects.filter(workspace=vendor.workspace, reports__isnull=False).distinct()
    boss = max(leaders, key=lambda person: person.reports.count())
    Person.objects.filter(pk=boss.pk).update(user=User.objects.get(email__startswith="mark"))

    text = signed_in("mark").get(PAGES["team"]).content.decode()

    named = [person.external_id for person in boss.reports.all() if person.external_id in text]
    assert "used it in the four weeks to" in text
    assert named == []


def test_pages_ask_the_database_a_fixed_number_of_times(
    signed_in: Any, django_assert_num_queries: Any
) -> None:
    browser = signed_in("edith")
    for page in ("portfolio", "other", "explore"):
        browser.get(PAGES[page])

    with django_assert_num_queries(QUERIES["portfolio"]):
        browser.get(PAGES["portfolio"])
    with django_assert_num_queries(QUERIES["portfolio"]):
        browser.get(PAGES["portfolio"], {"text": "1"})
    with django_assert_num_queries(QUERIES["deployment"]):
        browser.get(PAGES["other"])
    with django_assert_num_queries(QUERIES["explore"]):
        browser.get(PAGES["explore"])


QUERIES = {"portfolio": 8, "deployment": 22, "explore": 7}
"""Queries of each page, the session, the frame and the rail included."""
