from __future__ import annotations

import csv
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client
from django.utils.timezone import localdate

from tests import factories
from tests.capabilities.administration.conftest import SignIn
from tests.cast import Cast
from uptake.foundation import privacy
from uptake.foundation.actions import rename_workspace, set_retention
from uptake.foundation.keys import actor_of_key
from uptake.foundation.models import ApiKey, User
from uptake.foundation.privacy import NamedViewsPolicy

PASSWORD = "seven green bottles"


def test_a_key_is_shown_once(cast: Cast, signed_in: SignIn) -> None:
    olga = signed_in(cast.olga)
    last = localdate() + timedelta(days=3)
    wanted = {"name": "Export", "scopes": ["metrics:read"], "expires_on": last.isoformat()}

    made = olga.post("/w/acme/settings/keys/new", wanted).content.decode()
    listed = olga.get("/w/acme/settings/keys").content.decode()

    (key,) = re.findall(r"uptk_[\w-]{43}", made)
    actor = actor_of_key(key)
    assert actor is not None
    assert actor.workspace == cast.workspace
    assert key not in listed
    assert "Export" in listed


def test_a_key_is_revoked(cast: Cast, signed_in: SignIn) -> None:
    olga = signed_in(cast.olga)
    olga.post("/w/acme/settings/keys/new", {"name": "Export", "scopes": ["metrics:read"]})
    key = ApiKey.objects.get()

    olga.post(f"/w/acme/settings/keys/{key.pk}/revoke")

    assert "Revoked" in olga.get("/w/acme/settings/keys").content.decode()


def test_a_policy_is_recorded_read_by_all_and_withdrawn(cast: Cast, signed_in: SignIn) -> None:
    olga, ursula = signed_in(cast.olga), signed_in(cast.ursula)
    today = localdate()
    wanted = {
        "decided_by": "Works council",
        "legal_basis": "Agreement",
        "scope": "Team leads, to help",
        "decided_on": today.isoformat(),
        "expires_on": (today + timedelta(days=30)).isoformat(),
    }

    olga.post("/w/acme/settings/privacy/record", wanted)
    read = ursula.get("/w/acme/settings/privacy").content.decode()
    olga.post("/w/acme/settings/privacy/withdraw")
    afterwards = ursula.get("/w/acme/settings/privacy").content.decode()

    assert "People may be named until" in read
    assert "Works council" in read
    assert "Nobody is named" in afterwards


def test_the_smallest_group_is_changed_within_bounds(cast: Cast, signed_in: SignIn) -> None:
    olga = signed_in(cast.olga)

    olga.post("/w/acme/settings/privacy/smallest-group", {"people": "12"})
    olga.post("/w/acme/settings/privacy/smallest-group", {"people": "3"})

    cast.workspace.refresh_from_db()
    assert cast.workspace.minimum_group == 12


def test_a_person_reads_who_looked_at_them(cast: Cast, signed_in: SignIn) -> None:
    factories.person(cast.workspace, "p1", user=cast.ursula.user)
    today = localdate()
    policy = NamedViewsPolicy("Council", "Agreement", "To help", today, today)
    privacy.allow_named_views(cast.olga, policy)
    cast.workspace.refresh_from_db()
    privacy.look_at_people(cast.edith, ["p1"], page="People", purpose="planning a training")

    own = signed_in(cast.ursula).get("/profile").content.decode()
    others = signed_in(cast.victor).get("/profile").content.decode()
    everything = signed_in(cast.olga).get("/w/acme/settings/privacy/looks").content.decode()

    assert "planning a training" in own
    assert "planning a training" not in others
    assert "planning a training" in everything


@pytest.fixture
def history(cast: Cast) -> None:
    set_retention(cast.olga, months=24)
    rename_workspace(cast.olga, name="=Acme")


def test_the_audit_log_is_filtered(cast: Cast, signed_in: SignIn, history: None) -> None:
    edith = signed_in(cast.edith)
    tomorrow = (localdate() + timedelta(days=1)).isoformat()

    everything = edith.get("/w/acme/settings/audit").content.decode()
    of_one_kind = edith.get("/w/acme/settings/audit?what=workspace.renamed").content.decode()
    of_nobody = edith.get("/w/acme/settings/audit?who=nobody").content.decode()
    of_tomorrow = edith.get(f"/w/acme/settings/audit?first={tomorrow}").content.decode()

    assert "2 entries" in everything
    assert "1 entry" in of_one_kind
    assert "Nothing matches" in of_nobody
    assert "Nothing matches" in of_tomorrow


def test_a_filter_alone_brings_the_entries_alone(
    cast: Cast, signed_in: SignIn, history: None
) -> None:
    answer = signed_in(cast.edith).get("/w/acme/settings/audit", headers={"HX-Request": "true"})

    assert "2 entries" in answer.content.decode()
    assert "<html" not in answer.content.decode()


def test_the_audit_log_is_exported_as_no_spreadsheet_runs_it(
    cast: Cast, signed_in: SignIn, history: None
) -> None:
    answer = signed_in(cast.edith).get("/w/acme/settings/audit.csv?what=workspace.renamed")

    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]  # it streams
    heading, line = csv.reader(StringIO(text))
    assert heading[1:3] == ["who", "verb"]
    assert line[1:3] == ["olga@example.org", "workspace.renamed"]
    assert "after: =Acme" in line[-1]
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_workspace_is_renamed_and_keeps_less(cast: Cast, signed_in: SignIn) -> None:
    wanted = {"name": "Acme Ltd", "retention_months": "24"}

    signed_in(cast.olga).post("/w/acme/settings/workspace", wanted)

    cast.workspace.refresh_from_db()
    assert (cast.workspace.name, cast.workspace.retention_months) == ("Acme Ltd", 24)


def test_a_user_chooses_a_name_and_a_theme(cast: Cast, signed_in: SignIn) -> None:
    victor = signed_in(cast.victor)

    answer = victor.post("/profile", {"name": "Victor V", "theme": "dark"}, follow=True)

    assert 'data-bs-theme="dark"' in answer.content.decode()
    assert User.objects.get(pk=cast.victor.user.pk).name == "Victor V"  # type: ignore[union-attr]  # he has one


def _at_the_door(cast: Cast) -> Client:
    """Victor in a browser of his, signed in with his password."""
    client = Client()
    client.post("/accounts/login/", {"login": cast.victor.name, "password": PASSWORD})
    return client


def test_a_user_ends_their_own_sessions_alone(cast: Cast, signed_in: SignIn) -> None:
    assert cast.victor.user is not None
    cast.victor.user.set_password(PASSWORD)
    cast.victor.user.save()
    phone, laptop, other = _at_the_door(cast), _at_the_door(cast), signed_in(cast.edith)
    sessions = {
        session.session_key: session for session in phone.get("/profile").context["sessions"]
    }
    of_laptop = sessions[laptop.session.session_key].pk

    refused = other.post(f"/profile/sessions/{of_laptop}/end")
    phone.post(f"/profile/sessions/{of_laptop}/end")

    assert refused.status_code == 404
    assert laptop.get("/profile").status_code == 302
    assert phone.get("/profile").status_code == 200


def test_without_a_workspace_one_is_told_whom_to_ask(client: Client, db: None) -> None:
    client.force_login(factories.user("lonely"))

    assert "no workspace knows you yet" in client.get("/").content.decode()


def test_an_owner_makes_another_workspace_and_owns_it(cast: Cast, signed_in: SignIn) -> None:
    olga = signed_in(cast.olga)
    wanted = {"name": "Harbour & Sons", "slug": "", "kind": "buyer", "timezone": "Europe/Berlin"}

    made = olga.post("/workspaces/new", wanted)

    assert made["Location"] == "/w/harbour-sons/settings/workspace"
    assert "Europe/Berlin" in olga.get(made["Location"]).content.decode()
    assert olga.get("/w/harbour-sons/settings/members").status_code == 200


def test_who_owns_no_workspace_makes_none(cast: Cast, signed_in: SignIn) -> None:
    wanted = {"name": "Mine", "kind": "vendor", "timezone": "UTC"}

    assert signed_in(cast.edith).get("/workspaces/new").status_code == 403
    assert signed_in(cast.edith).post("/workspaces/new", wanted).status_code == 403


def test_an_address_that_is_taken_is_refused_in_the_form(cast: Cast, signed_in: SignIn) -> None:
    wanted = {"name": "Acme", "kind": "vendor", "timezone": "UTC"}

    answer = signed_in(cast.olga).post("/workspaces/new", wanted)

    assert answer.status_code == 422
    assert "exists already" in answer.content.decode()


def test_an_owner_says_whose_holidays_are_free(cast: Cast, signed_in: SignIn) -> None:
    olga = signed_in(cast.olga)
    wanted = {"name": cast.workspace.name, "country": "de-by"}

    preview = olga.get("/w/acme/settings/workspace/holidays?country=DE-BY").content.decode()
    olga.post("/w/acme/settings/workspace", wanted)
    shown = olga.get("/w/acme/settings/workspace").content.decode()

    cast.workspace.refresh_from_db()
    assert cast.workspace.country == "DE-BY"
    assert "Next in DE-BY" in preview
    assert "Next in DE-BY" in shown
    assert '<option value="DE">Germany</option>' in shown


def test_a_country_that_nobody_knows_is_said_beside_the_field(
    cast: Cast, signed_in: SignIn
) -> None:
    olga = signed_in(cast.olga)
    wanted = {"name": cast.workspace.name, "country": "Atlantis"}

    refused = olga.post("/w/acme/settings/workspace", wanted)
    preview = olga.get("/w/acme/settings/workspace/holidays?country=Atlantis")

    assert refused.status_code == 422
    assert "two-letter country code" in refused.content.decode()
    assert "two-letter country code" in preview.content.decode()


def test_over_the_api_owners_say_whose_holidays_are_free_and_others_read_it(
    cast: Cast, signed_in: SignIn
) -> None:
    place, body = "/api/v1/workspaces/acme/holidays", {"country": "fr"}
    olga = signed_in(cast.olga)
    said = olga.put(place, body, content_type="application/json").json()

    refused = signed_in(cast.edith).put(place, body, content_type="application/json")
    read = signed_in(cast.victor).get(place).json()

    assert (said["country"], len(said["coming"])) == ("FR", 5)
    assert refused.status_code == 403
    assert read == said
