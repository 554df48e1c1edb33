"""People rate records blind to the rules and to one another, and the rules are held against it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests import factories
from tests.capabilities.records.delivering import CONTACTS, HEAD, contacts, delivered, founded
from tests.capabilities.records.test_pages import browser, shown
from tests.cast import CUSTOMER, Cast
from uptake.capabilities.records import actions, places, rating
from uptake.capabilities.records.comparing import stand_of
from uptake.capabilities.records.erasing import erase_from_records
from uptake.capabilities.records.models import DataStandard, RatedSample, Rating
from uptake.capabilities.records.rated import (
    comparison_of,
    disagreements,
    own_ratings,
    possible_raters,
    record_to_rate,
)
from uptake.capabilities.records.sampling import read_values
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from uptake.foundation.models import Activity


@pytest.fixture
def standard(cast: Cast) -> DataStandard:
    """An agreed standard with records of two teams, each of six people; a third lack a phone."""
    made = founded(cast.edith)
    actions.agree_on_standard(cast.edith, made.pk)
    delivered(cast.edith, made, HEAD + contacts() + contacts(6, first=101, team="Rome"))
    made.refresh_from_db()
    return made


@pytest.fixture
def pair(cast: Cast) -> tuple[str, str]:
    return cast.ursula.user.email, cast.mark.user.email


@pytest.fixture
def sample(cast: Cast, standard: DataStandard, pair: tuple[str, str]) -> RatedSample:
    return rating.draw_sample(cast.edith, standard.pk, rating.SampleFacts(20, pair, seed=7))


def rate_all(actor: Actor, sample: RatedSample, fit: Any) -> None:
    """Rate every record of a sample; ``fit`` says of each whether it is."""
    for row in sample.records.all():
        said = rating.Said(fit(row), 4 if fit(row) else 2)
        rating.rate_record(actor, sample.pk, row.place, said)


def by_rules(row: Any) -> bool:
    return bool(row.fit)


def always(row: Any) -> bool:
    return True


def drawn(sample: RatedSample) -> list[str]:
    return [each.record for each in read_values(sample)]


def test_half_of_a_sample_is_fit_by_the_rules_and_half_is_not(sample: RatedSample) -> None:
    assert sample.records.filter(fit=True).count() == 10
    assert sample.records.filter(fit=False).count() == 10
    assert (sample.all_fit, sample.all_unfit) == (48, 24)
    assert len(set(drawn(sample))) == 20


def test_the_same_seed_draws_the_same_records(
    cast: Cast, standard: DataStandard, sample: RatedSample, pair: tuple[str, str]
) -> None:
    again = rating.draw_sample(cast.edith, standard.pk, rating.SampleFacts(20, pair, seed=7))
    other = rating.draw_sample(cast.edith, standard.pk, rating.SampleFacts(20, pair, seed=8))

    assert drawn(again) == drawn(sample)
    assert drawn(other) != drawn(sample)


def test_where_one_kind_is_short_the_other_fills_up(
    cast: Cast, standard: DataStandard, pair: tuple[str, str]
) -> None:
    made = rating.draw_sample(cast.edith, standard.pk, rating.SampleFacts(60, pair, seed=1))

    assert made.records.filter(fit=False).count() == 24
    assert made.records.filter(fit=True).count() == 36


def test_what_raters_wrote_themselves_is_left_out(
    cast: Cast, standard: DataStandard, pair: tuple[str, str]
) -> None:
    factories.person(cast.workspace, "Lyon-p1", user=cast.ursula.user)

    made = rating.draw_sample(cast.edith, standard.pk, rating.SampleFacts(200, pair, seed=1))

    theirs = {f"c{number}" for number in range(6, 12)}
    assert made.records.count() == 66
    assert not theirs & set(drawn(made))


def test_a_rater_sees_what_the_record_says_and_neither_author_nor_verdict(
    cast: Cast, sample: RatedSample
) -> None:
    page = shown(cast.ursula, f"records/ratings/{sample.pk}")

    assert "Record 1 of 20 of Contacts" in page
    assert "@example.org" in page
    assert not re.search(r"(Lyon|Rome)-p\d", page)
    assert "does not hold" not in page.lower()


def test_somebody_who_was_not_asked_rates_nothing(cast: Cast, sample: RatedSample) -> None:
    for who in (*cast.who_may_not_write, cast.edith, cast.olga):
        with pytest.raises(NotFound):
            rating.rate_record(who, sample.pk, 1, rating.Said(True, 3))
    assert browser(cast.edith).get(f"/w/acme/records/ratings/{sample.pk}").status_code == 404


def test_ratings_are_given_record_by_record_and_can_be_changed(
    cast: Cast, sample: RatedSample
) -> None:
    client, path = browser(cast.ursula), f"/w/acme/records/ratings/{sample.pk}"

    first = client.post(path, {"place": 1, "fit": "yes", "clarity": 4})
    changed = client.post(path, {"place": 1, "fit": "no", "clarity": 2})
    wrong = client.post(path, {"place": 2, "fit": "yes", "clarity": 9})

    assert (first.status_code, changed.status_code, wrong.status_code) == (302, 302, 422)
    assert [(each.fit, each.clarity) for each in Rating.objects.all()] == [(False, 2)]
    assert "Record 2 of 20" in client.get(path).content.decode()
    assert record_to_rate(cast.ursula, sample.pk).shown.place == 2


def test_nothing_is_told_before_everybody_has_rated_everything(
    cast: Cast, standard: DataStandard, sample: RatedSample
) -> None:
    rate_all(cast.ursula, sample, by_rules)

    page = shown(cast.edith, f"records/{standard.pk}/samples")

    assert "Not yet due" in page
    assert "20 of 20" in page
    assert "Alpha" not in page
    with pytest.raises(NotFound, match="Not everybody"):
        disagreements(cast.edith, sample.pk)


def test_rules_that_people_share_are_said_to_agree(
    cast: Cast, standard: DataStandard, sample: RatedSample
) -> None:
    rate_all(cast.ursula, sample, by_rules)
    rate_all(cast.mark, sample, by_rules)

    page = shown(cast.victor, f"records/{standard.pk}/samples")

    assert "The rules agree with people: people confirm 10 of 10" in page
    assert "None: no record that misses a rule" in page


def test_the_rule_that_people_do_not_share_is_named_with_its_records(
    cast: Cast, standard: DataStandard, sample: RatedSample
) -> None:
    """Both people can work without a phone."""
    rate_all(cast.ursula, sample, always)
    rate_all(cast.mark, sample, lambda row: row.fit or row.place != 1)
    Rating.objects.filter(record=sample.records.filter(fit=True).first()).update(fit=False)

    found = comparison_of(sample)
    page = shown(cast.edith, f"records/{standard.pk}/samples")

    assert found.unfit_confirmed.numerator == 0
    assert "phone is filled in" in page
    assert "2 of 2 people say fit" in page
    assert stand_of(sample).rules[0].sentence == "phone is filled in"
    assert Activity.objects.filter(verb="records.sample_opened").exists()


def test_a_viewer_sees_no_single_record(
    cast: Cast, standard: DataStandard, sample: RatedSample
) -> None:
    rate_all(cast.ursula, sample, always)
    rate_all(cast.mark, sample, always)

    page = shown(cast.victor, f"records/{standard.pk}/samples")

    assert "people say fit" not in page
    assert "Draw" not in re.sub(r"Drawn", "", page)


def test_what_all_have_said_stays(cast: Cast, sample: RatedSample) -> None:
    rate_all(cast.ursula, sample, by_rules)
    rate_all(cast.mark, sample, by_rules)

    with pytest.raises(Conflict, match="stays"):
        rating.rate_record(cast.ursula, sample.pk, 1, rating.Said(True, 5))


def test_a_sample_is_drawn_on_the_page(
    cast: Cast, standard: DataStandard, pair: tuple[str, str]
) -> None:
    client, path = browser(cast.edith), f"/w/acme/records/{standard.pk}/samples"

    alone = client.post(path, {"size": 20, "raters": [pair[0]]})
    done = client.post(path, {"size": 20, "raters": list(pair), "seed": 3})

    assert "two people who rate independently" in alone.content.decode()
    assert done.status_code == 302
    assert len(own_ratings(cast.mark)) == 1
    assert "Contacts" in shown(cast.mark, "records/ratings")


def test_only_those_who_may_see_the_records_can_be_asked(
    cast: Cast, standard: DataStandard
) -> None:
    factories.account(cast.workspace, CUSTOMER)

    everybody = possible_raters(cast.edith, standard)

    assert cast.mark.user in everybody
    assert cast.carla.user not in everybody
    assert cast.stan.user not in everybody
    facts = rating.SampleFacts(20, (cast.carla.user.email, cast.mark.user.email))
    with pytest.raises(Invalid, match="no member"):
        rating.draw_sample(cast.edith, standard.pk, facts)


def test_records_of_an_account_are_rated_by_its_people_too(cast: Cast) -> None:
    factories.account(cast.workspace, CUSTOMER)
    made = actions.found_standard(
        cast.edith, actions.StandardFacts("Theirs", account=CUSTOMER), text=CONTACTS
    )

    assert cast.carla.user in possible_raters(cast.edith, made)
    assert possible_raters(cast.carla, made) == [cast.carla.user]


@pytest.mark.parametrize("size", [9, 201])
def test_a_sample_is_neither_tiny_nor_endless(
    cast: Cast, standard: DataStandard, pair: tuple[str, str], size: int
) -> None:
    with pytest.raises(Invalid, match="10 to 200"):
        rating.draw_sample(cast.edith, standard.pk, rating.SampleFacts(size, pair))


def test_nothing_is_drawn_before_anything_was_judged(cast: Cast, pair: tuple[str, str]) -> None:
    made = founded(cast.edith, name="New")

    with pytest.raises(Conflict, match="Nothing has been judged"):
        rating.draw_sample(cast.edith, made.pk, rating.SampleFacts(20, pair))


def test_who_may_not_write_draws_and_discards_nothing(
    cast: Cast, standard: DataStandard, sample: RatedSample, pair: tuple[str, str]
) -> None:
    for who in cast.who_may_not_write:
        with pytest.raises((NotAllowed, NotFound)):
            rating.draw_sample(who, standard.pk, rating.SampleFacts(20, pair))
        with pytest.raises((NotAllowed, NotFound)):
            rating.discard_sample(who, sample.pk)


def test_a_discarded_sample_leaves_nothing(
    cast: Cast, sample: RatedSample, django_capture_on_commit_callbacks: Any
) -> None:
    path = places.sample_path(sample)

    with django_capture_on_commit_callbacks(execute=True):
        rating.discard_sample(cast.edith, sample.pk)

    assert not path.exists()
    assert not RatedSample.objects.exists()


def test_erasing_a_person_takes_their_records_out_of_samples(
    cast: Cast, standard: DataStandard, pair: tuple[str, str]
) -> None:
    made = rating.draw_sample(cast.edith, standard.pk, rating.SampleFacts(72, pair, seed=1))

    erase_from_records(cast.workspace, "Lyon-p1")

    theirs = {f"c{number}" for number in range(6, 12)}
    assert made.records.count() == 66
    assert not theirs & set(drawn(made))


def test_a_sample_is_drawn_and_rated_over_the_api(
    cast: Cast, standard: DataStandard, pair: tuple[str, str]
) -> None:
    api = "/api/v1/workspaces/acme"
    asked = {"size": 20, "raters": list(pair), "seed": 3}
    json = {"content_type": "application/json"}

    made = browser(cast.edith).post(f"{api}/standards/{standard.pk}/samples", asked, **json)
    own = f"{api}/me/ratings/{made.json()['id']}"
    first = browser(cast.ursula).get(own).json()
    said = {"place": first["place"], "fit": True, "clarity": 3}
    rated = browser(cast.ursula).post(own, said, **json)

    assert made.status_code == 201
    assert made.json()["is_due"] is False
    assert {each["field"] for each in first["fields"]} == {"phone", "email"}
    assert rated.json()["rated"] == 1
    assert browser(cast.ursula).get(f"{api}/me/ratings").json()["items"][0]["of"] == 20
