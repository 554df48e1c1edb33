"""When work is done, as a process says: who may say it, and where business time then stands."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.api.asking import of_browser
from tests.capabilities.process.laked import SHORT, USUAL, load, measured, people_of
from tests.cast import Cast
from uptake.capabilities.process import actions, working
from uptake.capabilities.process.actions import ProcessFacts
from uptake.capabilities.process.models import Process
from uptake.foundation.errors import Invalid, NotAllowed, NotFound

HOURS = ProcessFacts(name="Orders", hours="9:30-11:00", country="de-by", timezone="Europe/Berlin")


@pytest.fixture
def process(cast: Cast) -> Process:
    people_of(cast)
    load((USUAL, 24), (SHORT, 12))
    return measured(cast)


def test_hours_are_kept_as_they_are_read_and_measured_anew(cast: Cast, process: Process) -> None:
    before = working.stamp_of(process)

    changed = actions.change_process(cast.edith, process.pk, HOURS)

    assert (changed.hours, changed.country, changed.timezone) == (
        *("09:30-11:00", "DE-BY", "Europe/Berlin"),
    )
    assert working.stamp_of(changed) != before
    assert working.carry_on() == 1
    assert changed.picture.numbers["business_time"]["hours"] == (
        "09:30 to 11:00 Europe/Berlin, public holidays of DE-BY"
    )


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (ProcessFacts(name="Orders", hours="nine to five"), "09:00-17:00"),
        (ProcessFacts(name="Orders", hours="9:00-17:00", country="ZZ"), "two-letter country code"),
        (ProcessFacts(name="Orders", hours="9:00-17:00", timezone="Mars/Base"), "Europe/Berlin"),
        (ProcessFacts(name="Orders", country="DE"), "Say the hours too"),
    ],
)
def test_hours_that_cannot_be_read_are_refused_with_how_to_write_them(
    cast: Cast, process: Process, facts: ProcessFacts, why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        actions.change_process(cast.edith, process.pk, facts)


def test_who_may_not_change_a_process_does_not_say_its_hours(cast: Cast, process: Process) -> None:
    with pytest.raises(NotAllowed):
        actions.change_process(cast.victor, process.pk, HOURS)
    with pytest.raises((NotAllowed, NotFound)):
        actions.change_process(cast.stan, process.pk, HOURS)
    refused = of_browser(cast.victor).send("PUT", f"/processes/{process.pk}", {"name": "Orders"})

    process.refresh_from_db()
    assert (process.hours, refused.status_code) == ("", 403)


def shown(who: Any, path: str) -> str:
    client = Client()
    client.force_login(who.user)
    return str(client.get(f"/w/acme/processes/{path}").content.decode())


def test_the_switch_is_part_of_the_address_and_leads_to_the_hours_where_nobody_said_any(
    cast: Cast, process: Process
) -> None:
    unsaid = shown(cast.edith, f"{process.pk}/time?clock=business")
    actions.change_process(cast.edith, process.pk, HOURS)
    working.carry_on()

    calendar = shown(cast.victor, f"{process.pk}/time?without=check")
    business = shown(cast.victor, f"{process.pk}/time?without=check&clock=business")
    drawn = shown(cast.victor, f"{process.pk}/map?clock=business")

    assert "Calendar time." in unsaid
    assert f"/processes/{process.pk}/edit" in unsaid
    assert "Half of the cases take 2\u202fh or less" in calendar
    assert 'href="?without=check&amp;clock=business"' in calendar
    assert "of business time or less" in business
    assert "Business time: 09:30 to 11:00 Europe/Berlin" in business
    assert f'/processes/{process.pk}/map?without=check&amp;clock=business"' in business
    assert "(median, business time)" in drawn


def test_hours_are_said_and_told_over_the_api(cast: Cast, process: Process) -> None:
    api = of_browser(cast.edith)
    said = {"name": "Orders", "hours": "09:30-11:00", "timezone": "Europe/Berlin"}

    changed = api.send("PUT", f"/processes/{process.pk}", said).json()
    working.carry_on()
    told = api.get(f"/processes/{process.pk}/picture").json()["picture"]

    assert (changed["hours"], changed["timezone"]) == ("09:30-11:00", "Europe/Berlin")
    assert told["business_time"]["cases"] == 36
    assert told["directly_follows"][0]["business_seconds"] is not None


def test_ways_of_few_cases_leave_and_the_share_stays_in_the_address(
    cast: Cast, process: Process
) -> None:
    page = shown(cast.victor, f"{process.pk}/ways?least=50&paths=80")

    assert "1 way of 2 is taken by 50 % of cases or more; it stands for 67\u202f% of cases." in page
    assert page.count('class="way-number"') == 1
    assert f'/processes/{process.pk}/map?paths=80&amp;least=50"' in page


def test_business_time_is_set_beside_itself_before_and_after(cast: Cast, process: Process) -> None:
    actions.change_process(cast.edith, process.pk, HOURS)
    shown(cast.victor, f"{process.pk}/before-after?at=2025-03-20")

    working.carry_on()

    page = shown(cast.victor, f"{process.pk}/before-after?at=2025-03-20")
    assert "<td>Business time</td>" in page
