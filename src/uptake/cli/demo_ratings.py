"""What people say of the simulated vendor's records: one sample rated, one that waits."""

from __future__ import annotations

import numpy as np

from uptake.capabilities.records import rating
from uptake.capabilities.records.models import DataStandard, RatedSample
from uptake.foundation.actor import Actor
from uptake.foundation.models import User

RATED, WAITING = "Opportunities", "Cases"
SIZE, SEED = 60, 7
FORGIVING = 0.75
"""How often people can work with a record that misses one rule alone."""

SLIPS = 0.04
"""How often somebody says other than they mean."""


def rate(actor: Actor, *, raters: tuple[User, User]) -> None:
    """Draw both samples and rate the first; what is there stays."""
    if RatedSample.objects.filter(version__standard__workspace=actor.workspace).exists():
        return
    facts = rating.SampleFacts(SIZE, [user.email for user in raters], seed=SEED)
    standards = {
        standard.name: standard
        for standard in DataStandard.objects.filter(workspace=actor.workspace)
    }
    for name in (RATED, WAITING):
        sample = rating.draw_sample(actor, standards[name].pk, facts)
        if name == RATED:
            _say(sample, raters)


def _say(sample: RatedSample, raters: tuple[User, User]) -> None:
    """People mostly mean what the rules say, but one thing missing seldom stops them."""
    rng = np.random.default_rng(SEED)
    for record in sample.records.all():
        usable = record.fit or (len(record.failed) == 1 and rng.random() < FORGIVING)
        for user in raters:
            says = usable != (rng.random() < SLIPS)
            clarity = int(np.clip(rng.integers(3, 6) if says else rng.integers(1, 4), 1, 5))
            own = Actor.of(user, sample.version.standard.workspace)
            rating.rate_record(own, sample.pk, record.place, rating.Said(says, clarity))
