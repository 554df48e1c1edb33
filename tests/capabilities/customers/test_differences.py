from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from uptake.capabilities.customers.differences import Piece, compared, differences
from uptake.capabilities.customers.models import DiscoveryRecord

WORDS = st.lists(st.sampled_from(["ten", "new", "clerks", "old", "teams"]), max_size=8).map(
    " ".join
)


@given(WORDS, WORDS)
def test_both_texts_can_be_read_back(before: str, after: str) -> None:
    runs = differences(before, after)

    assert " ".join(r.text for r in runs if r.piece is not Piece.ADDED) == before
    assert " ".join(r.text for r in runs if r.piece is not Piece.REMOVED) == after


def test_only_heads_that_say_anything_are_compared() -> None:
    earlier = DiscoveryRecord(recorded_on=date(2026, 1, 5), goals="Grow.", struggles="Paper.")
    later = DiscoveryRecord(recorded_on=date(2026, 6, 5), goals="Grow.", struggles="")

    newest, oldest = compared([later, earlier])

    assert [(head.name, head.has_changed) for head in newest.heads] == [
        ("Long-term goals", False),
        ("Struggles", True),
    ]
    assert oldest.is_first
    assert not any(head.has_changed for head in oldest.heads)
