from __future__ import annotations

import numpy as np
import pytest

from uptake.methods.quality.clarity import clarity, likeness, reading_ease

GOOD = "Called the customer about the open invoice. She will send the missing order by 12 March."


def test_a_note_that_says_who_what_next_and_when_is_clear():
    assert clarity(GOOD).is_clear


@pytest.mark.parametrize(
    ("note", "missing"),
    [
        ("Called. Will send by Friday.", "is_long_enough"),
        (
            "There was nothing in the mailbox, will look again on Friday before noon",
            "names_somebody",
        ),
        ("The customer was in a good mood and liked the weather on 12 March", "names_a_next_step"),
        ("The customer was happy and will send the signed order back to us", "names_a_date"),
    ],
)
def test_each_thing_that_is_missing_is_named(note, missing):
    assert not getattr(clarity(note), missing)


def test_shorthand_that_nobody_explains_is_named():
    assert clarity("Customer wants NBA and QBR").bare == ("NBA", "QBR")


def test_shorthand_that_the_note_or_the_glossary_explains_is_fine():
    note = "Quarterly business review (QBR) moved. QBR with CFO"

    assert clarity(note, glossary=frozenset({"CFO"})).bare == ()


def test_an_empty_note_is_not_clear_and_has_no_reading_ease():
    found = clarity("")

    assert not found.is_clear
    assert found.reading_ease is None


def test_short_words_and_sentences_read_more_easily():
    easy = reading_ease("The cat sat on the mat. It was warm.")
    hard = reading_ease(
        "Organisational considerations necessitate comprehensive interdepartmental harmonisation."
    )

    assert easy > 90
    assert hard < 0


def test_a_sentence_of_one_syllable_words_has_the_ease_of_the_formula():
    assert reading_ease("The cat sat on the mat.") == pytest.approx(206.835 - 1.015 * 6 - 84.6)


def test_copied_notes_are_alike_and_new_ones_are_not():
    notes = [
        GOOD,
        "Visited the plant; the pump leaks and Ben orders a seal",
        GOOD.replace("12", "14"),
    ]

    found = likeness(notes)

    assert np.isnan(found[0])
    assert found[1] < 60
    assert found[2] > 90


def test_notes_long_ago_are_not_compared():
    notes = [GOOD, *(f"note number {n} about something else" for n in range(5)), GOOD]

    assert likeness(notes, look_back=3)[-1] < 60


@pytest.mark.parametrize(("between", "found"), [(19, True), (20, False)])
def test_a_note_is_compared_with_the_twenty_before(between, found):
    notes = [GOOD, *(f"note number {n} about something else" for n in range(between)), GOOD]

    assert bool(likeness(notes)[-1] > 99) is found


@pytest.mark.parametrize(("words", "enough"), [(7, False), (8, True)])
def test_eight_words_are_enough(words, enough):
    assert clarity(" ".join(["word"] * words)).is_long_enough is enough
