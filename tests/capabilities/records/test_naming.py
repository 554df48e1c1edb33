"""Authors by name, under a policy alone; erasing one whom only records know; exceptions by API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate

from tests import factories
from tests.api.asking import of_browser
from tests.capabilities.records.delivering import CONTACTS, HEAD, contacts, delivered, founded
from tests.capabilities.records.test_pages import browser, shown
from tests.cast import CUSTOMER, Cast
from uptake.capabilities.records import actions
from uptake.capabilities.records.erasing import is_in_records
from uptake.capabilities.records.models import DataStandard, StandardException
from uptake.capabilities.records.named_authors import look_at_authors
from uptake.foundation.errors import Invalid, NotAllowed, NotFound
from uptake.foundation.models import NamedView
from uptake.foundation.privacy import NamedViewsPolicy, allow_named_views

JSON: dict[str, Any] = {"content_type": "application/json"}


@pytest.fixture
def standard(cast: Cast) -> DataStandard:
    """An agreed standard with records of six people; two of each one's six lack a phone."""
    made = founded(cast.edith)
    actions.agree_on_standard(cast.edith, made.pk)
    delivered(cast.edith, made, HEAD + contacts())
    made.refresh_from_db()
    return made


@pytest.fixture
def policy(cast: Cast) -> None:
    today = localdate()
    allow_named_views(
        cast.olga,
        NamedViewsPolicy("Board", "Agreement", "Coaching", today, today + timedelta(days=9)),
    )
    cast.workspace.refresh_from_db()


def test_without_a_policy_no_author_is_named(cast: Cast, standard: DataStandard) -> None:
    page = shown(cast.edith, f"records/{standard.pk}/authors")

    assert "People are not named here" in page
    with pytest.raises(NotAllowed, match="no policy"):
        look_at_authors(cast.edith, standard.pk, purpose="Coaching")
    assert not NamedView.objects.exists()


def test_under_a_policy_each_look_at_authors_is_written_down(
    cast: Cast, standard: DataStandard, policy: None
) -> None:
    factories.person(cast.workspace, "Lyon-p1", name="Ada Byron")
    path = f"/w/acme/records/{standard.pk}/authors"

    unsaid = browser(cast.edith).post(path, {"purpose": ""})
    page = browser(cast.edith).post(path, {"purpose": "Coaching talks"}).content.decode()

    assert unsaid.status_code == 422
    assert "6 people wrote Contacts" in page
    assert "Ada Byron" in page
    assert "4 of 6" in page
    looks = NamedView.objects.all()
    assert {look.person for look in looks} == {f"Lyon-p{number}" for number in range(6)}
    assert {look.purpose for look in looks} == {"Coaching talks"}


def test_who_names_nobody_names_no_author(cast: Cast, standard: DataStandard, policy: None) -> None:
    for who in (*cast.who_may_not_write, cast.xenia, cast.mark, cast.ursula):
        with pytest.raises((NotAllowed, NotFound)):
            look_at_authors(who, standard.pk, purpose="Coaching")
    with pytest.raises(Invalid, match="what you need"):
        look_at_authors(cast.edith, standard.pk, purpose=" ")
    assert not NamedView.objects.exists()


def test_an_author_whom_only_records_know_is_erased_by_name_with_a_receipt(
    cast: Cast, standard: DataStandard
) -> None:
    path = "/w/acme/records/erase-author"

    slip = browser(cast.olga).post(path, {"name": "Lyon-p1", "again": "Lyon-p2"})
    unknown = browser(cast.olga).post(path, {"name": "Nemo", "again": "Nemo"})
    done = browser(cast.olga).post(path, {"name": "Lyon-p1", "again": "Lyon-p1"})

    assert "This is another name" in slip.content.decode()
    assert "Nobody is known by this identifier" in unknown.content.decode()
    assert "The person is erased" in done.content.decode()
    assert "6 rows" in done.content.decode()
    assert not is_in_records(cast.workspace, "Lyon-p1")


def test_who_may_not_erase_erases_no_author(cast: Cast, standard: DataStandard) -> None:
    for who in (cast.victor, cast.edith):
        answer = browser(who).post(
            "/w/acme/records/erase-author", {"name": "Lyon-p1", "again": "Lyon-p1"}
        )
        assert answer.status_code == 403


def test_a_standard_is_ended_and_a_file_taken_back_over_the_api(
    cast: Cast, standard: DataStandard
) -> None:
    brought = delivered(cast.edith, standard, HEAD + contacts(3))
    tried = (
        ("POST", f"/standards/{standard.pk}/end"),
        ("DELETE", f"/standards/deliveries/{brought.pk}"),
    )
    others = (*cast.who_may_not_write, cast.xenia, cast.ursula, cast.carla)

    told = {of_browser(who).send(*each).status_code for who in others for each in tried}
    edith = of_browser(cast.edith)
    gone = edith.send(*tried[1])
    ended = edith.send(*tried[0])

    assert told <= {403, 404}
    assert (gone.status_code, edith.send(*tried[1]).status_code) == (204, 404)
    assert ended.status_code == 200
    assert edith.send(*tried[0]).status_code == 409


def test_exceptions_are_written_and_taken_back_over_the_api(
    cast: Cast, standard: DataStandard
) -> None:
    api = "/api/v1/workspaces/acme"
    said = {"field": "phone", "reason": "None yet", "until": "2099-01-01", "agreed_by": "Ada"}

    made = browser(cast.edith).post(f"{api}/standards/{standard.pk}/exceptions", said, **JSON)
    wrong = browser(cast.edith).post(
        f"{api}/standards/{standard.pk}/exceptions", {**said, "field": "fax"}, **JSON
    )
    gone = browser(cast.edith).delete(f"{api}/exceptions/{made.json()['id']}")
    again = browser(cast.edith).delete(f"{api}/exceptions/{made.json()['id']}")

    assert made.status_code == 201
    assert "asks nothing of 'fax'" in wrong.json()["detail"]
    assert (gone.status_code, again.status_code) == (204, 409)
    assert StandardException.objects.get().withdrawn_at is not None


def test_who_may_bring_no_file_is_not_offered_to_begin_from_one(cast: Cast) -> None:
    factories.account(cast.workspace, CUSTOMER)
    made = actions.found_standard(
        cast.edith, actions.StandardFacts("Theirs", account=CUSTOMER), text=CONTACTS
    )

    theirs = shown(cast.carla, "records/new")
    ours = shown(cast.edith, "records/new")
    page = shown(cast.carla, f"records/{made.pk}")

    assert "propose one from a file" not in theirs
    assert "propose one from a file" in ours
    assert "whoever runs imports here can bring one" in page
    assert "Bring it" not in page
