from __future__ import annotations

import pytest

from tests.cast import Cast
from uptake.foundation.activity import visible_activities
from uptake.foundation.errors import Invalid, NotAllowed
from uptake.foundation.holidays import set_country


@pytest.mark.parametrize(("said", "kept"), [(" de-by ", "DE-BY"), ("FR", "FR"), ("", "")])
def test_a_country_is_set_and_recorded(cast: Cast, said: str, kept: str) -> None:
    workspace = set_country(cast.olga, said)

    assert workspace.country == kept
    assert visible_activities(cast.olga)[0].verb == "workspace.country_set"


def test_a_country_that_nobody_knows_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="two-letter country code"):
        set_country(cast.olga, "Atlantis")


def test_only_owners_say_where_people_work(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        set_country(cast.edith, "DE")
