from __future__ import annotations

import pytest
from hypothesis import assume, given

from tests.methods.process.nets import N1, UNBOUNDED, net, side_by_side
from tests.methods.process.words import LONGEST, TooMany, nets, sequences
from uptake.methods.process import packed
from uptake.methods.process.automaton import NotFinite
from uptake.methods.process.language import Language


def test_a_case_is_followed_step_by_step():
    language = Language(N1)

    assert set(language.allowed(0)) == {"a"}
    state = language.follow("ab")
    assert set(language.allowed(state)) == {"d"}
    assert not language.ends(state)
    assert language.after(state, "c") is None
    assert language.follow("abb") is None
    assert language.accepts("abdeg")
    assert not language.accepts("abde")


def test_no_more_is_worked_out_than_is_asked():
    language = Language(side_by_side("abcdefghijklmnopqrst"))

    assert language.accepts("abcdefghijklmnopqrst")
    assert len(language) == 21


def test_a_net_without_bound_is_followed_like_any_other():
    language = Language(UNBOUNDED)

    assert language.accepts("aaaccb")
    assert not language.accepts("ab" * 2)


@pytest.mark.parametrize(
    "model",
    [
        net("so", (None, "s", "so"), ("a", "so", "o")),
        net("smo", ("x", "s", "m"), (None, "m", "mmo")),
    ],
)
def test_silent_steps_that_add_tokens_for_ever_are_stopped(model, monkeypatch):
    monkeypatch.setattr(packed, "MOST_MARKINGS", 1_000)

    with pytest.raises(NotFinite):
        Language(model).accepts("xyz")


@given(nets())
def test_it_allows_what_playing_in_every_way_finds(model):
    try:
        beginnings, whole = sequences(model)
    except TooMany:
        assume(False)
    language = Language(model)
    level = {(): 0}
    for _ in range(LONGEST + 1):
        assert level.keys() <= beginnings
        assert {word for word in level if language.ends(level[word])} == {
            word for word in level if word in whole
        }
        beginnings -= level.keys()
        level = {
            (*word, step): after
            for word, state in level.items()
            for step, after in language.following(state).items()
        }
    assert not beginnings
