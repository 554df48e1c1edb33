"""What the page of a brought log says of how it was read, or why it could not be."""

from __future__ import annotations

from django.test import Client

from tests.capabilities.imports.bringing import uploaded
from tests.capabilities.process.laked import USUAL
from tests.cast import Cast
from uptake.capabilities.process import actions, working

ROWS = [
    f"{case},{step},2025-03-{1 + case:02d} {9 + place}:00,p{(case + place) % 7}\n"
    for case in range(12)
    for place, step in enumerate(USUAL)
]
LOG = "ticket,state,changed_at,assignee\n" + "".join(ROWS)


def page_of_a_log(cast: Cast, text: str) -> str:
    made = actions.found_process(cast.edith, actions.ProcessFacts("Brought", is_brought=True))
    actions.deliver_log(cast.edith, made.pk, uploaded(cast.edith, text, "log.csv").pk)
    working.carry_on()
    client = Client()
    client.force_login(cast.edith.user)
    return str(client.get(f"/w/acme/processes/{made.pk}").content.decode())


def test_the_columns_that_were_taken_for_roles_are_said_where_another_log_is_brought(
    cast: Cast,
) -> None:
    page = page_of_a_log(cast, LOG)

    assert "12 cases ran in 1 way." in page
    assert "ticket as case, state as activity" in page


def test_a_log_that_could_not_be_read_says_why_and_asks_for_its_columns(cast: Cast) -> None:
    page = page_of_a_log(cast, "a,b\n1,2\n")

    assert "log.csv could not be read." in page
    assert '<details class="process-more" open>' in page
    assert "within a minute" not in page
