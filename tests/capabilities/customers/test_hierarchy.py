from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from uptake.capabilities.customers.hierarchy import names_in_loops, names_without_parent

NAMES = st.sampled_from("abcdefgh")
HIERARCHIES = st.dictionaries(NAMES, st.none() | NAMES)


def test_a_chain_that_hangs_from_nothing_is_lost_as_a_whole() -> None:
    assert names_without_parent({"a": "b", "b": "missing", "c": None}, known=set()) == {"a", "b"}


def test_children_of_a_known_name_stay_when_its_own_row_is_lost() -> None:
    above = {"known": "missing", "child": "known"}

    assert names_without_parent(above, known={"known"}) == {"known"}


def test_only_the_loop_itself_is_named() -> None:
    assert names_in_loops({"a": "b", "b": "c", "c": "b", "d": None}) == {"b", "c"}


@given(HIERARCHIES)
def test_without_its_loops_going_up_always_ends(above: dict[str, str | None]) -> None:
    looping = names_in_loops(above)
    straight = {name: parent for name, parent in above.items() if name not in looping}

    assert names_in_loops(straight) == set()


@given(HIERARCHIES)
def test_a_loop_is_exactly_what_leads_back_to_itself(above: dict[str, str | None]) -> None:
    def returns(name: str) -> bool:
        step = above.get(name)
        for _ in range(len(above)):
            if step is None or step == name:
                break
            step = above.get(step)
        return step == name

    assert names_in_loops(above) == {name for name in above if returns(name)}
