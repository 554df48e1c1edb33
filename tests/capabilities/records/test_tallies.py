"""Groups and people below five stay hidden; doubles and notes are looked at."""

from __future__ import annotations

import pytest

from uptake.capabilities.records.content import notes_read, repeated_records
from uptake.capabilities.records.picture import FileFacts, picture_of
from uptake.capabilities.records.tallies import (
    author_months,
    cube,
    shown_groups,
    spread_over_people,
)
from uptake.formats import MappingError

HEAD = "id,by,at,team,phone\n"
PHONE = "fields: [{field: phone, required: always}]"
ROLES = "columns: {record: id, author: by, at: at, group: team}\n"


def rows(team: str, people: int, each: int, first: int = 0) -> str:
    return "".join(
        f"{first + p * each + n},{team}{p},2024-0{1 + n % 2}-02 08:00,{team},"
        f"{'' if n < p else 'x12345'}\n"
        for p in range(people)
        for n in range(each)
    )


def test_a_group_of_fewer_than_five_authors_is_not_shown(judged):
    small = rows("small", 4, 9, 100) + rows("smaller", 3, 9, 200)
    result = judged(HEAD + rows("big", 5, 6) + small, ROLES + PHONE)

    counts = cube(result)

    assert shown_groups(result, counts) == (["big"], 2)
    assert counts.of_group("big").rule(0).numerator == 20
    assert counts.count == 30 + 36 + 27


def test_a_lone_hidden_group_takes_the_smallest_shown_one_with_it(judged):
    shown = rows("big", 6, 9) + rows("mid", 5, 8, 300)
    result = judged(HEAD + shown + rows("small", 4, 9, 100), ROLES + PHONE)

    counts = cube(result)

    assert shown_groups(result, counts) == (["big"], 2)


def test_a_rule_about_one_persons_records_tells_nothing(judged_versions):
    standard = ROLES + "fields: [{field: phone, required: by = big0}, field: by]\n"
    result, versions = judged_versions(HEAD + rows("big", 6, 9), standard)

    picture = picture_of(result, versions, FileFacts("records", 0, 0, ()))

    assert [(each.is_hidden, each.share) for each in picture.rules] == [(True, None)]


def test_counts_of_groups_and_months_add_up_to_the_whole(judged):
    counts = cube(judged(HEAD + rows("big", 5, 6) + rows("small", 4, 9, 100), ROLES + PHONE))

    by_month = [counts.of_month(month) for month in dict.fromkeys(counts.months)]

    assert sum(part.count for part in by_month) == counts.count
    assert sum(part.share_fit.numerator for part in by_month) == counts.share_fit.numerator


def test_the_spread_over_people_needs_five_of_them(judged):
    many = author_months(judged(HEAD + rows("big", 5, 6), ROLES + PHONE))
    few = author_months(judged(HEAD + rows("few", 4, 6), ROLES + PHONE))

    spread = spread_over_people(many)

    assert (spread.people, spread.middle) == (5, pytest.approx(4 / 6))
    assert spread_over_people(few) is None


def test_records_that_say_nearly_the_same_are_one_thing(judged_versions):
    csv = (
        "id,name,town\n1,Acme Machine Works Ltd,Hull\n2,ACME machine works ltd.,Hull\n"
        "3,Acme Machine Works Ltd,York\n4,Bold Bakery,Hull\n"
    )
    standard = "fields: [{field: name}, {field: town}]\nunique: {same: name, within: town}"

    found = repeated_records(*judged_versions(csv, standard))

    assert (found.share.numerator, found.share.denominator) == (3, 4)


def test_notes_are_read_as_the_last_version_says_them(judged_versions):
    good = "Spoke to Maria, she will send the revised offer by Friday 12 April"
    csv = (
        f'id,by,at,note\n1,a,2024-01-01,tbd\n1,a,2024-01-02,"{good}"\n2,a,2024-01-03,"{good}."\n'
        "3,b,2024-01-01,RFP sent\n4,b,2024-01-04,n/a\n"
    )
    standard = (
        "columns: {record: id, author: by, at: at}\nfields: [field: note]\nnote: {field: note}"
    )

    notes = notes_read(*judged_versions(csv, standard))

    assert notes.read == 3
    assert notes.clear.numerator == 2
    assert (notes.copied.numerator, notes.copied.denominator) == (1, 1)
    assert notes.without_bare_acronyms.numerator == 2


def test_records_whose_keys_are_placeholders_are_no_doubles(judged_versions):
    csv = "id,name,town\n1,to be defined,Hull\n2,to be defined,Hull\n3,Bold Bakery,tbd\n"
    csv += "4,Bold Bakery,tbd\n5,Acme Works,Hull\n6,Acme works,Hull\n"
    standard = "fields: [{field: name}, {field: town}]\nunique: {same: name, within: town}"

    found = repeated_records(*judged_versions(csv, standard))

    assert (found.share.numerator, found.share.denominator) == (5, 6)


LOG = "columns: {record: id, author: by, at: at}\nvalues: changed\nsystem_authors: [import*]\n"


def test_keys_and_notes_of_a_log_of_changed_fields_are_those_said_last(judged_versions):
    csv = (
        "id,by,at,name,note\n1,a,2024-01-01,Acme Works,Called the buyer about the new price list\n"
        "1,b,2024-01-02,,\n2,c,2024-01-03,Acme Works,\n2,c,2024-01-04,Bold Bakery,\n"
        "3,c,2024-01-05,acme works,\n"
    )
    fields = "fields: [field: name, field: note]\nunique: {same: name}\nnote: {field: note}"

    told = judged_versions(csv, LOG + fields)

    assert repeated_records(*told).share.numerator == 2
    assert notes_read(*told).read == 1


def test_a_copied_note_counts_for_whoever_wrote_it_and_not_for_a_machine(judged_versions):
    note = "Called the buyer about the new price list"
    csv = f"id,by,at,note\n1,a,2024-01-01,{note}\n2,b,2024-01-02,{note}\n"
    csv += f"1,boss,2024-02-01,{note}\n2,boss,2024-02-02,{note}\n"
    csv += "".join(f"{n},import7,2024-03-0{n},{note}\n" for n in range(3, 9))
    csv += f"9,a,2024-04-01,{note}\n"

    found = notes_read(*judged_versions(csv, LOG + "fields: [field: note]\nnote: {field: note}"))

    assert found.read == 9
    assert (found.copied.numerator, found.copied.denominator) == (1, 1)


@pytest.mark.parametrize(
    ("later", "copied"),
    [("Tuesday 12 April", 0), ("Sunday 12 April", 1)],  # alike by 89.5 and 90.1 of 100
)
def test_notes_alike_by_ninety_of_a_hundred_are_copied(judged_versions, later, copied):
    note = "Called Maria about the open invoice and she will pay by"
    csv = f"id,by,at,note\n1,a,2024-01-01,{note} Friday 12 April\n2,a,2024-01-02,{note} {later}\n"

    found = notes_read(*judged_versions(csv, LOG + "fields: [field: note]\nnote: {field: note}"))

    assert found.copied.numerator == copied


def test_a_role_of_a_column_that_is_not_there_is_refused(judged):
    with pytest.raises(
        MappingError,
        match=r"author is to be read from 'bi', which",
    ):
        judged(HEAD + rows("a", 1, 2), "columns: {author: bi}\n" + PHONE)


def test_a_moment_that_cannot_be_read_is_refused(judged):
    with pytest.raises(MappingError, match="No value of 'team' can be read as a time"):
        judged(HEAD + rows("a", 1, 2), "columns: {at: team}\n" + PHONE)
