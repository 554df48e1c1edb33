from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils.timezone import now

from tests.capabilities.measure.acme import WEEKS, load, small_world
from tests.metrics.logs import Event
from uptake.capabilities.customers.erasure import erase_person
from uptake.capabilities.measure import asking, renewing
from uptake.capabilities.measure.asking import PORTFOLIO, Question
from uptake.capabilities.measure.kept import FORM, Meta, Prepared, Shelf, Stamp, encode
from uptake.capabilities.measure.prepared.footing import footing, shared_lake
from uptake.capabilities.measure.queries import deployment, portfolio
from uptake.foundation.actor import Actor
from uptake.foundation.holidays import set_country
from uptake.foundation.models import Workspace

STAMP = Stamp(lake=1, records=1, erasures="0", minimum_people=5)


@dataclass
class World:
    """What a shelf asks: the stamp of the moment, and an answer that counts its makings."""

    now: Stamp = STAMP
    made: int = 0
    slow: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def stamp(self) -> Stamp:
        return self.now

    def prepare(self) -> Prepared:
        time.sleep(self.slow)
        with self.lock:
            self.made += 1
        return Prepared({"": encode(self.made), "north": encode("n")}, date(2025, 1, 5), "v1")

    def ask(self, shelf: Shelf, question: str = "portfolio") -> int | None:
        pack = shelf.get("acme", question, now=self.now, stamp=self.stamp, prepare=self.prepare)
        return pack.part("", int)


@pytest.fixture
def acme(db: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    with small_world(tmp_path_factory.mktemp("var")) as workspace:
        yield workspace


def test_an_answer_is_computed_once_and_read_by_every_process(tmp_path: Path) -> None:
    world = World()

    answers = [world.ask(Shelf(tmp_path)) for _ in range(3)]

    assert (answers, world.made) == ([1, 1, 1], 1)


def test_a_stampede_computes_once(tmp_path: Path) -> None:
    world, shelf = World(slow=0.2), Shelf(tmp_path)
    threads = [threading.Thread(target=world.ask, args=(shelf,)) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert world.made == 1


def test_an_old_answer_is_served_until_it_is_renewed(tmp_path: Path) -> None:
    world, shelf = World(), Shelf(tmp_path)
    world.ask(shelf)
    world.now = replace(STAMP, lake=2)

    before = world.ask(shelf)
    shelf.renew("acme", "portfolio", stamp=world.stamp, prepare=world.prepare)
    after = world.ask(shelf)

    assert (before, after) == (1, 2)


@pytest.mark.parametrize("change", [{"erasures": "1"}, {"minimum_people": 8}])
def test_an_answer_from_before_an_erasure_or_a_larger_k_is_never_served(
    tmp_path: Path, change: dict[str, object]
) -> None:
    world, shelf = World(), Shelf(tmp_path)
    world.ask(shelf)

    world.now = replace(STAMP, **change)  # type: ignore[arg-type]  # one field each

    assert world.ask(shelf) == 2


def test_an_answer_that_was_computed_while_somebody_was_erased_is_computed_again(
    tmp_path: Path,
) -> None:
    world, shelf = World(), Shelf(tmp_path)
    stamps = iter([STAMP, STAMP, replace(STAMP, erasures="1")])

    def stamp() -> Stamp:
        world.now = next(stamps, world.now)
        return world.now

    pack = shelf.get("acme", "portfolio", now=STAMP, stamp=stamp, prepare=world.prepare)

    assert world.made == 2
    assert pack.meta.stamp.erasures == "1"


def test_a_damaged_file_is_computed_again(tmp_path: Path) -> None:
    world = World()
    world.ask(Shelf(tmp_path))
    (path,) = tmp_path.glob("acme/*.pack")
    path.write_bytes(b"\x05\x00\x00\x00\x00\x00\x00\x00nonsense")

    assert world.ask(Shelf(tmp_path)) == 2


def test_what_is_too_much_goes_the_longest_unasked_first(tmp_path: Path) -> None:
    world, shelf = World(), Shelf(tmp_path)
    for question in ("one", "two", "three"):
        world.ask(shelf, question)
    size = max(path.stat().st_size for path in tmp_path.glob("acme/*.pack"))

    removed = shelf.trim("acme", most_bytes=2 * size)

    assert removed == 1
    assert len(list(tmp_path.glob("acme/*.pack"))) == 2


@pytest.mark.django_db
def test_new_events_make_an_answer_old_and_the_worker_renews_it(acme: Workspace) -> None:
    system = Actor.system(acme)
    before = portfolio(system).basis
    load([Event("p1", 7 * WEEKS, account="north", product="crm")], prefix="more")

    stale = portfolio(system).basis
    renewing.renew_workspace(acme, now() + timedelta(hours=1))
    fresh = portfolio(system).basis

    assert (before.is_current, stale.is_current, fresh.is_current) == (True, False, True)
    assert stale.computed_at == before.computed_at
    assert fresh.lake_version > before.lake_version


@pytest.mark.django_db
def test_figures_are_not_renewed_again_before_their_time(acme: Workspace) -> None:
    portfolio(Actor.system(acme))
    renewing.renew_workspace(acme, now())
    moment = now()
    load([Event("p1", 7 * WEEKS, account="north", product="crm")], prefix="more")

    assert renewing.renew_workspace(acme, moment) == 0
    assert renewing.renew_workspace(acme, moment + timedelta(hours=1)) == 2


@pytest.mark.parametrize(("together", "due"), [(0.0, True), (50.0, True), (400.0, False)])
def test_all_answers_together_take_a_tenth_of_the_time(together: float, due: bool) -> None:
    moment = now()
    meta = Meta(
        form=FORM,
        question=PORTFOLIO,
        stamp=STAMP,
        as_of=None,
        computed_at=moment - timedelta(minutes=10),
        seconds=20.0,
        settings="v1",
    )

    newer = replace(STAMP, lake=2)

    assert renewing.is_due(meta, newer, moment, together=together) is due


@pytest.mark.django_db
def test_whoever_is_erased_is_gone_from_every_kept_answer(acme: Workspace) -> None:
    system = Actor.system(acme)
    before = deployment(system, "north").number("active_people")
    folder = asking.shelf().root / "acme"

    erase_person(system, "p3", lake=shared_lake())
    left = list(folder.glob("*.pack"))
    after = deployment(system, "north").number("active_people")

    assert left == []
    assert before is not None
    assert after is not None
    assert (before.people, after.people) == (9, 8)


@pytest.mark.django_db
def test_an_erasure_that_only_the_lake_knows_counts_too(acme: Workspace) -> None:
    before = asking.ask(acme, Question(PORTFOLIO)).pack.meta

    shared_lake().erase_person("acme", "p3")
    after = asking.ask(acme, Question(PORTFOLIO)).pack.meta

    assert after.stamp.erasures != before.stamp.erasures
    assert after.computed_at > before.computed_at


def test_holidays_of_the_workspace_are_no_working_days_and_make_answers_old(
    acme: Workspace,
) -> None:
    before = asking.stamp(acme)

    workspace = set_country(Actor.system(acme), "DE-BY")

    assert asking.stamp(workspace).records > before.records
    with footing(workspace) as ground:
        assert ground.relations.calendar.country == "DE"
        assert not ground.relations.calendar.is_working(date(2025, 1, 6))
