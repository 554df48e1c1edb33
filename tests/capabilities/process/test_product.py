"""Processes in the product: who may do what, what is kept, and what is told of too few people."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.utils.timezone import localdate

from tests import factories
from tests.capabilities.imports.bringing import uploaded
from tests.capabilities.process.laked import (
    INTENDED,
    SHORT,
    USUAL,
    load,
    measured,
    people_of,
    picture,
)
from tests.cast import Cast
from uptake.capabilities.process import actions, working
from uptake.capabilities.process.asked import Asked, Overlay
from uptake.capabilities.process.evidence import cases_behind
from uptake.capabilities.process.models import (
    IntendedVersion,
    KeptPicture,
    LogDelivery,
    Process,
)
from uptake.capabilities.process.naming_people import look_at_hands
from uptake.capabilities.process.queries import (
    access_process,
    version_in_force,
    visible_processes,
)
from uptake.capabilities.process.viewing import key_of_deviation, look
from uptake.formats.case_log import Performer
from uptake.foundation.errors import Conflict, DomainError, Invalid, NotAllowed, NotFound
from uptake.foundation.models import Activity, NamedView
from uptake.foundation.privacy import NamedViewsPolicy, allow_named_views

FACTS = actions.ProcessFacts(name="Claims")


@pytest.fixture
def process(cast: Cast) -> Process:
    people_of(cast)
    load((USUAL, 24), (SHORT, 12))
    return measured(cast)


def test_cases_are_measured_by_the_intended_way(process: Process) -> None:
    kept = picture(process)

    assert (kept.outcome, kept.cases, kept.events, kept.fitting) == ("drawn", 36, 132, 24)
    assert kept.numbers["summary"]["cases"] == 36
    assert kept.doing == ""


def test_nothing_is_measured_again_while_nothing_changed(process: Process) -> None:
    first = picture(process).computed_at

    working.carry_on()

    assert picture(process).computed_at == first


def test_a_worker_that_was_killed_leaves_work_that_is_taken_up(process: Process) -> None:
    KeptPicture.objects.filter(process=process).update(doing="Reading events", stamp="")

    working.carry_on()

    kept = picture(process)
    assert (kept.doing, kept.fitting) == ("", 24)


def test_a_new_version_is_measured_by(cast: Cast, process: Process) -> None:
    text = "process: Orders\nsteps: [order, {step: check, optional: yes}, ship, bill]\n"

    actions.write_intended(cast.edith, process.pk, actions.IntendedFacts(text))
    working.carry_on()

    assert picture(process).fitting == 36


def test_a_proposal_counts_for_nothing_until_somebody_confirms_it(
    cast: Cast, process: Process
) -> None:
    text = "process: Orders\nproposed: yes\nsteps: [order, ship, bill]\n"
    facts = actions.IntendedFacts(text, is_proposal=True)
    made = actions.write_intended(cast.edith, process.pk, facts)
    working.carry_on()
    before = picture(process).fitting

    actions.confirm_intended(cast.edith, made.pk)
    working.carry_on()

    assert (before, picture(process).fitting) == (24, 12)
    with pytest.raises(Conflict):
        actions.confirm_intended(cast.edith, made.pk)


def test_a_version_from_a_day_on_ends_the_one_before(cast: Cast, process: Process) -> None:
    day = date(2025, 3, 20)

    actions.write_intended(cast.edith, process.pk, actions.IntendedFacts(INTENDED, begins=day))
    working.carry_on()

    assert process.versions.get(number=1).ends == date(2025, 3, 19)
    assert picture(process).cases == 36 - 17


def test_what_a_version_says_stays(process: Process) -> None:
    version = process.versions.get()
    version.text = "process: Other\nsteps: [order]\n"

    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        IntendedVersion.objects.filter(pk=version.pk).update(text="other")


def test_a_text_that_cannot_be_read_is_refused_with_what_to_do(
    cast: Cast, process: Process
) -> None:
    with pytest.raises(Invalid, match="steps"):
        actions.write_intended(cast.edith, process.pk, actions.IntendedFacts("process: Orders"))


def test_a_log_that_is_brought_is_measured_and_the_same_one_changes_nothing(cast: Cast) -> None:
    rows = [
        f"{case},{step},2025-03-{1 + case:02d} {9 + place}:00,p{(case + place) % 7}\n"
        for case in range(12)
        for place, step in enumerate(USUAL)
    ]
    file = "case,activity,time,resource\n" + "".join(rows)
    made = actions.found_process(cast.edith, actions.ProcessFacts("Brought", is_brought=True))

    first = actions.deliver_log(cast.edith, made.pk, uploaded(cast.edith, file, "log.csv").pk)
    working.carry_on()
    again = actions.deliver_log(cast.edith, made.pk, uploaded(cast.edith, file, "log.csv").pk)

    assert again.pk == first.pk
    assert LogDelivery.objects.get(pk=first.pk).cases == 12
    assert (picture(made).outcome, picture(made).cases) == ("drawn", 12)


def test_a_file_that_is_no_log_says_what_is_wrong(cast: Cast) -> None:
    made = actions.found_process(cast.edith, actions.ProcessFacts("Brought", is_brought=True))
    brought = uploaded(cast.edith, "a,b\n1,2\n", "log.csv")

    delivery = actions.deliver_log(cast.edith, made.pk, brought.pk)
    working.carry_on()

    delivery.refresh_from_db()
    assert delivery.state == "failed"
    assert delivery.problem


def test_of_fewer_than_five_people_nothing_is_said(cast: Cast) -> None:
    people_of(cast)
    load((("order",), 4))

    made = measured(cast)

    kept = picture(made)
    assert (kept.outcome, kept.cases, kept.numbers) == ("suppressed", None, {})
    assert look(cast.edith, made.pk, Asked()).picture is None


def test_a_choice_that_leaves_few_people_in_or_out_is_not_told(
    cast: Cast, process: Process
) -> None:
    few_in = look(cast.edith, process.pk, Asked(ends=date(2025, 3, 3)))
    few_out = look(cast.edith, process.pk, Asked(begins=date(2025, 3, 4)))
    enough = look(cast.edith, process.pk, Asked(begins=date(2025, 3, 13)))

    assert (few_in.picture, few_out.picture) == (None, None)
    assert "Fewer than 5 people" in few_in.problem
    assert enough.inside == 26


def test_a_raised_smallest_group_takes_away_what_was_shown(cast: Cast, process: Process) -> None:
    cast.workspace.minimum_group = 20
    cast.workspace.save()

    before = look(cast.edith, process.pk, Asked())
    working.carry_on()

    assert before.picture is None
    assert picture(process).outcome == "suppressed"


def test_nobody_and_no_team_of_two_stands_in_what_is_kept(process: Process) -> None:
    told = str(picture(process).numbers)

    assert "dock" not in told
    assert not any(f"'p{number}'" in told or f"Nr {number}" in told for number in range(12))


def test_cases_are_chosen_by_activity_way_and_deviation(cast: Cast, process: Process) -> None:
    whole = look(cast.edith, process.pk, Asked())
    assert whole.picture is not None
    key = key_of_deviation(whole.picture.deviations[0])

    chosen = [
        look(cast.edith, process.pk, asked).inside
        for asked in (Asked(has="check"), Asked(lacks="check"), Asked(deviation=key))
    ]

    assert whole.picture.deviations[0].sentence.startswith("check was skipped")
    assert chosen == [24, 12, 12]


def test_an_address_says_all_that_was_chosen_and_is_read_again() -> None:
    asked = Asked(
        begins=date(2025, 3, 3),
        organisation="North & Sons",
        has="check",
        level=Performer.ROLE,
        overlay=Overlay.DEVIATION,
        paths=80,
        model=2,
        since=date(2025, 4, 1),
        reference_until=date(2025, 3, 31),
    )
    again = Asked.of(dict(parse_qsl(asked.query()[1:])))

    assert again == asked
    assert Asked.of({"from": "soon", "paths": "-3", "by": "cat", "show": "x"}) == Asked()


def test_single_cases_are_for_who_puts_them_right(cast: Cast, process: Process) -> None:
    view = look(cast.edith, process.pk, Asked(lacks="check"))

    rows = cases_behind(cast.edith, view)

    assert len(rows) == 12
    assert [step.kind for step in rows[0].steps] == ["together", "skipped", "together", "together"]
    assert {step.by for step in rows[0].steps} <= {"North / desk", "Smaller ones", ""}
    with pytest.raises(NotAllowed):
        cases_behind(cast.victor, view)


def test_people_are_named_under_a_policy_alone_and_each_look_is_recorded(
    cast: Cast, process: Process
) -> None:
    with pytest.raises(NotAllowed):
        look_at_hands(cast.edith, process.pk, Asked(), purpose="Rota")
    policy = NamedViewsPolicy("Works council", "Consent", "Rotas", localdate(), localdate())
    allow_named_views(cast.olga, policy)
    cast.edith.workspace.refresh_from_db()

    found = look_at_hands(cast.edith, process.pk, Asked(), purpose="Rota")

    assert found.scope is not None
    assert {row.performer for row in found.scope.rows} == {
        f"Person Nr {number} (p{number})" for number in range(12)
    }
    assert NamedView.objects.filter(purpose="Rota").count() == 12
    with pytest.raises(Invalid):
        look_at_hands(cast.edith, process.pk, Asked(), purpose=" ")
    with pytest.raises(NotAllowed):
        look_at_hands(cast.victor, process.pk, Asked(), purpose="Rota")


WRITES: tuple[Any, ...] = (
    lambda actor, made, version, upload: actions.found_process(actor, FACTS),
    lambda actor, made, version, upload: actions.change_process(actor, made.pk, FACTS),
    lambda actor, made, version, upload: actions.end_process(actor, made.pk),
    lambda actor, made, version, upload: actions.remove_process(actor, made.pk),
    lambda actor, made, version, upload: actions.write_intended(
        actor, made.pk, actions.IntendedFacts(INTENDED)
    ),
    lambda actor, made, version, upload: actions.confirm_intended(actor, version.pk),
    lambda actor, made, version, upload: actions.set_validity(
        actor, version.pk, begins=None, ends=None
    ),
    lambda actor, made, version, upload: actions.deliver_log(actor, made.pk, upload.pk),
)


@pytest.mark.parametrize("write", WRITES)
def test_who_may_not_write_changes_nothing(cast: Cast, write: Any) -> None:
    made = actions.found_process(cast.edith, actions.ProcessFacts("Brought", is_brought=True))
    version = actions.write_intended(cast.edith, made.pk, actions.IntendedFacts(INTENDED))
    upload = uploaded(cast.edith, "case,activity\n1,order\n", "log.csv")
    before = Activity.objects.count()

    for actor in cast.who_may_not_write:
        with pytest.raises(DomainError):
            write(actor, made, version, upload)

    assert Activity.objects.count() == before


def test_what_stops_people_is_said_by_whoever_reads_the_process(
    cast: Cast, process: Process
) -> None:
    report = actions.BarrierFacts("key", "check was skipped", "time", "Too many orders")

    made = actions.report_barrier(cast.victor, process.pk, report)

    assert made.get_kind_display() == "I have no time for it"
    assert Activity.objects.filter(verb="process.barrier_reported").count() == 1
    for actor in (cast.ursula, cast.stan):
        with pytest.raises(DomainError):
            actions.report_barrier(actor, process.pk, report)
    with pytest.raises(Invalid):
        actions.report_barrier(cast.edith, process.pk, actions.BarrierFacts("k", "s", "blame"))


def test_a_customer_sees_the_processes_of_their_account_alone(cast: Cast, process: Process) -> None:
    factories.account(cast.workspace, "south", name="South")
    own = actions.found_process(cast.edith, actions.ProcessFacts("Own", account="north"))
    others = actions.found_process(cast.edith, actions.ProcessFacts("Others", account="south"))

    assert [each.name for each in visible_processes(cast.carla)] == ["Own"]
    assert access_process(cast.carla, own.pk) == own
    for key in (others.pk, process.pk):
        with pytest.raises(NotFound):
            access_process(cast.carla, key)


def test_a_customer_founds_processes_of_their_account(cast: Cast) -> None:
    factories.account(cast.workspace, "north", name="North")

    made = actions.found_process(cast.carla, FACTS)

    assert made.account is not None
    assert made.account.external_id == "north"


def test_an_ended_process_is_measured_no_longer(cast: Cast, process: Process) -> None:
    actions.end_process(cast.edith, process.pk)
    load((SHORT, 12), prefix="late")

    working.carry_on()

    assert picture(process).cases == 36
    with pytest.raises(Conflict):
        actions.write_intended(cast.edith, process.pk, actions.IntendedFacts(INTENDED))


def test_of_several_versions_that_of_today_is_in_force(cast: Cast) -> None:
    made = actions.found_process(cast.edith, FACTS)
    for facts in (
        actions.IntendedFacts(INTENDED),
        actions.IntendedFacts(INTENDED, begins=date(2020, 1, 1)),
        actions.IntendedFacts(INTENDED, begins=date(2999, 1, 1)),
        actions.IntendedFacts(INTENDED, is_proposal=True),
    ):
        actions.write_intended(cast.edith, made.pk, facts)

    found = version_in_force(made)

    assert found is not None
    assert found.number == 2
