"""Who uses whose records, what hits them, and what of it is told to whom."""

from __future__ import annotations

import pytest

from tests import factories
from tests.capabilities.records.conftest import JudgeVersions
from tests.capabilities.records.delivering import delivered, founded
from tests.capabilities.records.test_pages import browser, shown
from tests.cast import Cast
from uptake.capabilities.records import actions
from uptake.capabilities.records.dependence import (
    USED,
    Dependence,
    FieldHit,
    Flow,
    dependence_of,
    read_uses,
)
from uptake.capabilities.records.flow_picture import draw_flows
from uptake.capabilities.records.models import DataStandard
from uptake.capabilities.records.uses import own_uses

STANDARD = """
columns: {record: id, author: by, at: at, group: team}
system_authors: [import*]
fields:
  - {field: phone, required: always}
  - {field: email, required: always}
"""
HEAD = "id,by,at,team,phone,email\n"


def handed_on(writers: int = 5, users: int = 5, each: int = 2) -> str:
    """Sales write records, the first of each person without a phone; marketing goes on with them.

    Beside them two people of Legal use records of Sales, and an import touches every record.
    """
    rows = []
    for place in range(writers * each):
        phone = "" if place % each == 0 else "1"
        rows.append(f"c{place},s{place // each},2026-02-01,Sales,{phone},a@x.org")
        rows.append(f"c{place},import-1,2026-02-02,Sales,{phone},a@x.org")
        rows.append(f"c{place},m{place % users},2026-02-03,Marketing,1,a@x.org")
        rows.append(f"c{place},m{place % users},2026-02-04,Marketing,1,b@x.org")
    rows += [f"c{place},l{place},2026-01-30,Legal,1,a@x.org" for place in range(2)]
    rows += [f"x{place},s{place},2026-02-01,Sales,1,a@x.org" for place in range(2)]
    rows += [f"x{place},l{place},2026-02-02,Legal,1,a@x.org" for place in range(2)]
    return "\n".join(rows) + "\n"


def found(judged_versions: JudgeVersions, csv: str, fewest: int = 5) -> Dependence | None:
    judged, versions = judged_versions(HEAD + csv, STANDARD)
    assert read_uses(judged, versions)
    return dependence_of(judged, fewest=fewest)


def plain(writers: int = 5, users: int = 5) -> str:
    """Records written by sales and used by marketing, one each, every other without a phone."""
    lines = []
    for place in range(writers * users):
        phone = "" if place % 2 else "1"
        lines.append(f"c{place},s{place % writers},2026-02-01,Sales,{phone},a@x.org")
        lines.append(f"c{place},m{place // writers},2026-02-03,Marketing,1,a@x.org")
    return "\n".join(lines) + "\n"


def test_records_flow_from_who_wrote_to_who_used_them_next(judged_versions: JudgeVersions) -> None:
    told = found(judged_versions, plain())

    assert told == Dependence(
        records=25,
        unfit=12,
        people=5,
        flows=(Flow("Sales", "Marketing", 25, 12, 5, 5),),
        hits=(FieldHit("phone", "Marketing", 12, 25),),
        hidden_flows=0,
        hidden_hits=0,
    )


def test_ones_own_records_and_what_machines_touch_are_no_use(
    judged_versions: JudgeVersions,
) -> None:
    """Each of marketing comes back to a record it wrote last: that is no use of another's."""
    judged, versions = judged_versions(HEAD + handed_on(), STANDARD)
    read_uses(judged, versions)

    pairs = judged.connection.execute(
        f"SELECT count(*), count(*) FILTER (consumer LIKE 'import%') FROM {USED} "
        "WHERE consumer = producer OR consumer LIKE 'import%'"
    ).fetchall()

    assert pairs == [(0, 0)]


def test_flows_of_few_people_are_hidden_and_cannot_be_worked_out(
    judged_versions: JudgeVersions,
) -> None:
    """Two of legal alone are hidden, and with them the flow that would tell of them by the rest."""
    alone = "".join(
        f"y{n},s{n},2026-02-01,Sales,1,a@x.org\ny{n},l{n % 2},2026-02-02,Legal,1,a@x.org\n"
        for n in range(5)
    )

    told = found(judged_versions, plain() + alone)

    assert told.flows == ()
    assert told.hidden_flows == 2
    assert told.records == 30


def test_of_fewer_users_than_the_smallest_group_nothing_is_told(
    judged_versions: JudgeVersions,
) -> None:
    assert found(judged_versions, plain(users=4)) is None


def test_old_uses_are_left_out(judged_versions: JudgeVersions) -> None:
    old = plain().replace("2026-02", "2025-02").replace("c", "o")

    told = found(judged_versions, plain() + old)

    assert told.records == 25


def test_a_snapshot_says_nothing_of_use(judged_versions: JudgeVersions) -> None:
    standard = "columns: {author: by}\nfields: [{field: phone, required: always}]\n"
    judged, versions = judged_versions(HEAD + plain(), standard)

    assert not read_uses(judged, versions)


def test_the_picture_speaks_and_escapes_what_it_names() -> None:
    drawn = draw_flows([Flow("<Sales>", "Marketing", 30, 10, 5, 6)])

    assert "Marketing used 30 records that &lt;Sales&gt; wrote" in drawn
    assert "<Sales>" not in drawn
    assert drawn.count("flow-unfit") == 1
    assert draw_flows([]) == ""


CONTACTS = """
standard: Contacts
owner: Sales operations
columns: {record: id, author: by, at: at, group: team}
fields:
  - {field: phone, required: always}
  - {field: email, required: always}
"""


@pytest.fixture
def standard(cast: Cast) -> DataStandard:
    made = founded(cast.edith, CONTACTS)
    actions.agree_on_standard(cast.edith, made.pk)
    delivered(cast.edith, made, HEAD + plain())
    return made


def test_the_page_and_the_api_tell_the_same_flows(cast: Cast, standard: DataStandard) -> None:
    page = shown(cast.victor, f"records/{standard.pk}")
    told = browser(cast.victor).get(f"/api/v1/workspaces/acme/standards/{standard.pk}/uses").json()

    assert "25 records were used by somebody who had not written them, 5 people in all" in page
    assert "Marketing depends most on others: on 25 records of Sales" in page
    assert told["flows"][0]["unfit"] == 12
    assert told["sentence"] in page


def test_somebody_reads_in_my_week_who_goes_on_with_their_records(
    cast: Cast, standard: DataStandard
) -> None:
    factories.person(cast.workspace, "s1", user=cast.ursula.user)

    page = shown(cast.ursula, "my-week")
    (line,) = own_uses(cast.workspace, "s1")

    assert "5 others (among them Marketing) went on with 5 records of yours" in line.sentence
    assert line.sentence.endswith("not fit just then: phone.")
    assert line.sentence in page


def test_too_few_users_are_not_counted_out_to_who_wrote(cast: Cast, standard: DataStandard) -> None:
    more = "z1,new,2026-02-01,Sales,1,a\nz1,m1,2026-02-02,Marketing,1,a\n"
    delivered(cast.edith, standard, HEAD + plain() + more, name="more.csv")

    (line,) = own_uses(cast.workspace, "new")

    assert "others went on with 1 record of yours" in line.sentence
    assert "Marketing" not in line.sentence
    assert own_uses(cast.workspace, "m1") == []
