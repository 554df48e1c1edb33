"""Dictionaries give every identifier one code for good."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from uptake.store.schema import NO_TERM, TermKind
from uptake.store.terms import Dictionaries, NewTerm, terms_table

texts = st.lists(st.none() | st.text(max_size=4), max_size=40)


def test_codes_count_from_one_in_each_kind() -> None:
    dictionaries = Dictionaries()

    people = dictionaries.encode(TermKind.PERSON, pa.array(["ann", "bob", "ann"]))
    actions = dictionaries.encode(TermKind.ACTION, pa.array(["save"]))

    assert people.tolist() == [1, 2, 1]
    assert actions.tolist() == [1]


def test_a_text_of_a_dictionary_that_no_row_has_gets_no_code() -> None:
    dictionaries = Dictionaries()
    column = pa.array(["ann", "bob", None, "cem"]).dictionary_encode()

    people = dictionaries.encode(
        TermKind.PERSON, column.filter(pa.array([True, False, True, True]))
    )

    assert people.tolist() == [1, NO_TERM, 2]
    assert [term.text for term in dictionaries.take_new()] == ["ann", "cem"]


def test_new_terms_are_handed_over_once() -> None:
    dictionaries = Dictionaries([("person", 1, "ann")])
    dictionaries.encode(TermKind.PERSON, pa.array(["ann", "bob"]))

    first, second = dictionaries.take_new(), dictionaries.take_new()

    assert first == (NewTerm(TermKind.PERSON, 2, "bob"),)
    assert second == ()


def test_the_code_of_an_erased_term_is_never_given_again() -> None:
    dictionaries = Dictionaries([("person", 1, "ann"), ("person", 2, None)])

    assert dictionaries.add(TermKind.PERSON, "bob") == 3
    assert dictionaries.code(TermKind.PERSON, "nobody") is None


def test_a_chunked_column_is_coded_as_a_whole() -> None:
    column = pa.chunked_array([["a", None], [], ["b", "a"]], pa.string())

    assert Dictionaries().encode(TermKind.ACCOUNT, column).tolist() == [1, NO_TERM, 2, 1]


@given(first=texts, second=texts)
def test_stored_rows_give_the_same_codes_again(
    first: list[str | None], second: list[str | None]
) -> None:
    original = Dictionaries()
    original.encode(TermKind.MODULE, pa.array(first, pa.string()))
    restored = Dictionaries(original.rows())

    again = restored.encode(TermKind.MODULE, pa.array(first + second, pa.string()))

    expected = original.encode(TermKind.MODULE, pa.array(first + second, pa.string()))
    assert again.tolist() == expected.tolist()


@given(values=texts)
def test_a_text_has_one_code_and_a_code_one_text(values: list[str | None]) -> None:
    dictionaries = Dictionaries()

    codes = dictionaries.encode(TermKind.PERSON, pa.array(values, pa.string())).tolist()

    assert len(set(zip(values, codes, strict=True))) == len(set(values)) == len(set(codes))
    assert terms_table(dictionaries.rows()).num_rows == len(set(values) - {None})
