from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import zstandard

from tests import factories
from tests.cast import gather_cast
from uptake.capabilities.customers.models import Contract, Person
from uptake.foundation import activity
from uptake.foundation.models import Activity, User, Workspace
from uptake.foundation.rows import RowsBreakOff, count_rows, export_rows, import_rows

pytestmark = pytest.mark.django_db(transaction=True)

MOMENT = datetime(2026, 3, 2, 12, 0, 0, 123_457, tzinfo=UTC)


def test_every_row_comes_back_as_it_was(tmp_path: Path) -> None:
    cast = gather_cast()
    boss = factories.person(cast.workspace, "zoë", starts_on=date(2024, 2, 29))
    factories.person(cast.workspace, "p0", manager=boss)
    north = factories.account(cast.workspace, "north")
    Contract.objects.create(
        workspace=cast.workspace, external_id="c", account=north, price=Decimal("1.234567")
    )
    Workspace.objects.filter(pk=cast.workspace.pk).update(created_at=MOMENT)
    activity.record(cast.olga, "tea.made", cups=3, note=None)

    written = export_rows(tmp_path / "rows.zst")
    Person.objects.all().delete()
    read = import_rows(tmp_path / "rows.zst")

    assert read == written == count_rows()
    assert Person.objects.get(external_id="p0").manager == boss
    assert Person.objects.get(external_id="zoë").starts_on == date(2024, 2, 29)
    assert Contract.objects.get().price == Decimal("1.234567")
    assert Workspace.objects.get(slug="acme").created_at == MOMENT
    assert Activity.objects.get().facts == {"cups": 3, "note": None}


def test_rows_made_afterwards_get_keys_of_their_own(tmp_path: Path) -> None:
    cast = gather_cast()
    export_rows(tmp_path / "rows.zst")
    import_rows(tmp_path / "rows.zst")

    newcomer = factories.user("newcomer")

    assert newcomer.pk > max(User.objects.exclude(pk=newcomer.pk).values_list("pk", flat=True))
    assert cast.olga.user == User.objects.get(email="olga@example.org")


def test_what_is_there_and_not_in_the_file_goes(tmp_path: Path) -> None:
    gather_cast()
    export_rows(tmp_path / "rows.zst")
    factories.user("later")

    import_rows(tmp_path / "rows.zst")

    assert not User.objects.filter(email="later@example.org").exists()


def test_a_file_that_breaks_off_changes_nothing(tmp_path: Path) -> None:
    gather_cast()
    path = tmp_path / "rows.zst"
    export_rows(path)
    before = count_rows()
    with zstandard.open(path, "rt", encoding="utf-8") as file:
        lines = file.readlines()
    with zstandard.open(path, "wt", encoding="utf-8") as file:
        file.writelines(lines[:-1])

    with pytest.raises(RowsBreakOff, match="use another backup"):
        import_rows(path)

    assert count_rows() == before
