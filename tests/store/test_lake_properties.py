"""Whatever happens in whatever order, the lake holds what a plain dictionary would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lake_model import (
    WORKSPACE,
    Append,
    Bulk,
    BulkByContent,
    Compact,
    Erase,
    Join,
    Load,
    Model,
    Step,
    rollups,
    rollups_from_events,
    stored_rows,
)

from lake_events import event, uuid_text
from uptake.store import Lake

people = st.sampled_from(["ann", "bob", "cleo"])
rows = st.lists(
    st.builds(
        event,
        st.sampled_from([uuid_text(1), uuid_text(2), uuid_text(3), "a", "b", "c"]),
        source_id=st.sampled_from(["crm", "erp"]),
        person=people,
        account=st.sampled_from(["north", "south", None]),
        action=st.sampled_from(["open", "close"]),
        occurred_at=st.sampled_from(
            [
                datetime(2026, 2, 28, 22, 59, tzinfo=UTC),
                datetime(2026, 2, 28, 23, 1, tzinfo=UTC),
                datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
            ]
        ),
        quality_ok=st.sampled_from([None, True, False]),
    ),
    max_size=6,
)
copies = st.lists(st.sampled_from([event("-", person="ann"), event("-", person="bob")]), max_size=9)
steps = st.lists(
    st.one_of(
        st.builds(Append, rows),
        st.builds(Load),
        st.builds(Bulk, rows),
        st.builds(BulkByContent, copies),
        st.builds(Compact, st.booleans()),
        st.builds(Erase, people),
        st.builds(Join, people, people),
        st.builds(Join, people, people),
    ),
    min_size=1,
    max_size=8,
)


def check(lake: Lake, happenings: list[Step]) -> None:
    model = Model()
    lake.create_workspace(WORKSPACE, timezone="Europe/Berlin")

    for step in [*happenings, Load()]:
        step.happen(lake)
        step.expect(model)

    assert stored_rows(lake) == model.rows()
    assert rollups(lake) == rollups_from_events(lake)


@settings(max_examples=20)
@given(happenings=steps)
def test_any_interleaving_leaves_what_a_plain_model_holds(happenings: list[Step]) -> None:
    with (
        TemporaryDirectory() as folder,
        Lake.open(Path(folder, "lake"), f"sqlite:///{folder}/lake.sqlite3") as lake,
    ):
        check(lake, happenings)


@pytest.mark.postgres
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=steps)
def test_any_interleaving_on_postgresql(
    postgres_server: Callable[..., object], happenings: list[Step]
) -> None:
    with (
        TemporaryDirectory() as folder,
        Lake.open(Path(folder, "lake"), postgres_server.schema()) as lake,
    ):
        check(lake, happenings)
