from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests import factories
from tests.capabilities.ingestion.calling import Caller, stored
from tests.cast import Cast
from uptake.capabilities.ingestion import actions, queries
from uptake.capabilities.ingestion.actions import SourceSettings, create_source
from uptake.capabilities.ingestion.mending import Mend
from uptake.capabilities.ingestion.models import QuarantinedRecord, Source, SourceKey
from uptake.capabilities.ingestion.queries import Chosen
from uptake.foundation.actor import Actor
from uptake.foundation.errors import Conflict, DomainError, Invalid, NotFound
from uptake.foundation.models import Activity
from uptake.store import Lake

TRACK = {"userId": "u1", "event": "Call Logged", "messageId": "m1"}


def held(caller: Caller, **facts: object) -> QuarantinedRecord:
    caller.post("/v1/track", {**TRACK, "event": None, **facts})
    return QuarantinedRecord.objects.get()


WRITES: dict[str, Callable[[Actor, QuarantinedRecord, Lake], object]] = {
    "create_source": lambda actor, held, lake: actions.create_source(actor, "Another"),
    "change_source": lambda actor, held, lake: actions.change_source(
        actor, "web-app", settings=SourceSettings()
    ),
    "set_strict": lambda actor, held, lake: actions.set_strict(actor, "web-app", strict=False),
    "rotate_key": lambda actor, held, lake: actions.rotate_key(actor, "web-app"),
    "revoke_key": lambda actor, held, lake: actions.revoke_key(
        actor, "web-app", SourceKey.objects.get().pk
    ),
    "fix_and_replay": lambda actor, held, lake: actions.fix_and_replay(
        actor, held.pk, lake=lake, raw=json.dumps(TRACK)
    ),
    "discard": lambda actor, held, lake: actions.discard(actor, held.pk),
    "replay_waiting": lambda actor, held, lake: actions.replay_waiting(
        actor, "web-app", Chosen(), lake=lake
    ),
    "discard_waiting": lambda actor, held, lake: actions.discard_waiting(
        actor, "web-app", Chosen()
    ),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_viewer_and_a_stranger_may_not(cast: Cast, caller: Caller, lake: Lake, name: str) -> None:
    record = held(caller)

    for actor in cast.who_may_not_write:
        with pytest.raises(DomainError):
            WRITES[name](actor, record, lake)

    assert QuarantinedRecord.objects.get().is_waiting
    assert Source.objects.get().is_strict
    assert SourceKey.objects.get().revoked_at is None


@pytest.mark.parametrize("name", WRITES)
def test_every_deed_is_recorded_by_who_may(
    cast: Cast, caller: Caller, lake: Lake, name: str
) -> None:
    record = held(caller)
    before = Activity.objects.count()

    WRITES[name](cast.edith, record, lake)

    assert Activity.objects.count() == before + 1
    assert Activity.objects.first().user == cast.edith.user  # type: ignore[union-attr]  # there is


def test_nobody_reaches_into_another_workspace(cast: Cast, caller: Caller, lake: Lake) -> None:
    record = held(caller)
    elsewhere = Actor.system(factories.workspace("far"))

    for name in ("set_strict", "rotate_key", "revoke_key", "fix_and_replay", "discard"):
        with pytest.raises(NotFound):
            WRITES[name](elsewhere, record, lake)
    with pytest.raises(NotFound):
        queries.access_source(elsewhere, "web-app")
    with pytest.raises(NotFound):
        queries.access_quarantined(elsewhere, record.pk)


def test_sources_are_not_for_viewers_and_strangers(cast: Cast, caller: Caller) -> None:
    source = Source.objects.get()

    for actor in cast.who_may_not_write:
        for door in (
            queries.visible_sources,
            lambda actor: queries.visible_keys(actor, source),
            lambda actor: queries.visible_quarantine(actor, source),
            lambda actor: queries.hourly_counts(actor, source),
        ):
            with pytest.raises(DomainError):
                door(actor)


def test_a_key_is_kept_as_a_digest_only(cast: Cast) -> None:
    issued = create_source(cast.olga, "Web app")

    row = SourceKey.objects.get()
    assert issued.key not in json.dumps({name: str(value) for name, value in vars(row).items()})
    assert issued.key.startswith(row.prefix)
    assert issued.key not in repr(issued)


@pytest.mark.parametrize("name", ["", "  ", "!!"])
def test_a_source_needs_a_name(cast: Cast, name: str) -> None:
    with pytest.raises(Invalid):
        create_source(cast.olga, name)


def test_two_sources_of_one_name_are_a_conflict(cast: Cast) -> None:
    create_source(cast.olga, "Web app")

    with pytest.raises(Conflict):
        create_source(cast.olga, "web  APP")


@pytest.mark.parametrize("origin", ["app.example.org", "https://app.example.org/", "", "https://"])
def test_an_origin_is_a_scheme_and_a_host(cast: Cast, origin: str) -> None:
    with pytest.raises(Invalid):
        create_source(cast.olga, "Web app", settings=SourceSettings(allowed_origins=(origin,)))


@pytest.mark.django_db(transaction=True)
def test_a_rotated_key_works_until_the_overlap_ends(cast: Cast, caller: Caller) -> None:
    assert caller.post("/v1/track", TRACK).status == 200

    rotated = actions.rotate_key(cast.olga, "web-app")
    both = [caller.post("/v1/track", TRACK).status]
    actions.rotate_key(cast.olga, "web-app", overlap=timedelta(0))
    both.append(caller.post("/v1/track", TRACK).status)
    caller.key = rotated.key
    both.append(caller.post("/v1/track", TRACK).status)

    assert both == [200, 200, 401]


@pytest.mark.django_db(transaction=True)
def test_a_revoked_key_ends_at_once(cast: Cast, caller: Caller) -> None:
    assert caller.post("/v1/track", TRACK).status == 200

    actions.revoke_key(cast.olga, "web-app", SourceKey.objects.get().pk)

    assert caller.post("/v1/track", TRACK).status == 401


def test_a_mended_record_becomes_the_event_it_should_have_been(
    cast: Cast, caller: Caller, lake: Lake
) -> None:
    record = held(caller, timestamp="2026-03-02T10:50:00Z", sentAt="2026-03-02T11:00:00Z")
    mended = json.loads(record.raw) | {"event": "Call Logged"}

    replayed = actions.fix_and_replay(cast.olga, record.pk, lake=lake, raw=json.dumps(mended))

    (event,) = stored(lake)
    assert replayed.state == "replayed"
    assert (event["message_id"], event["action"]) == ("m1", "Call Logged")
    assert event["occurred_ms"] == round(record.received_at.timestamp() * 1000) - 600_000


def test_a_mended_record_of_a_batch_is_read_as_one_of_a_batch(
    cast: Cast, caller: Caller, lake: Lake
) -> None:
    body = {"batch": [{"userId": "u1", "event": "Call Logged"}], "sentAt": "2026-03-02T11:00:00Z"}
    caller.post("/v1/batch", body)
    record = QuarantinedRecord.objects.get()

    mended = {"type": "track", "userId": "u1", "event": "Call Logged"}
    actions.fix_and_replay(cast.olga, record.pk, lake=lake, raw=json.dumps(mended))

    assert [event["message_id"] for event in stored(lake)] == [record.message_id]


def test_a_record_that_is_still_wrong_stays(cast: Cast, caller: Caller, lake: Lake) -> None:
    record = held(caller)

    for raw in (None, "{", json.dumps({"event": "x"})):
        with pytest.raises(Invalid):
            actions.fix_and_replay(cast.olga, record.pk, lake=lake, raw=raw)

    assert QuarantinedRecord.objects.get().is_waiting
    assert stored(lake) == []


def test_a_record_is_decided_about_once(cast: Cast, caller: Caller, lake: Lake) -> None:
    record = held(caller)
    actions.discard(cast.olga, record.pk)

    with pytest.raises(Conflict):
        actions.fix_and_replay(cast.olga, record.pk, lake=lake, raw=json.dumps(TRACK))
    with pytest.raises(Conflict):
        actions.discard(cast.olga, record.pk)


def test_a_discarded_record_keeps_nothing_of_what_it_said(cast: Cast, caller: Caller) -> None:
    record = held(caller)

    actions.discard(cast.olga, record.pk)

    left = QuarantinedRecord.objects.get()
    assert (left.raw, left.person, left.state) == ("", "", "discarded")


def several(caller: Caller) -> None:
    """Three records without an event, one of an impossible time and one of nobody."""
    wrong = [
        *({**TRACK, "messageId": f"m{at}", "event": None} for at in range(3)),
        {**TRACK, "messageId": "late", "timestamp": "2999-01-01T00:00:00Z"},
        {"event": "Seen", "messageId": "nobody"},
    ]
    caller.post("/v1/batch", {"batch": [{**record, "type": "track"} for record in wrong]})


def test_what_is_wrong_is_counted_by_problem(cast: Cast, caller: Caller) -> None:
    several(caller)

    found = queries.waiting_problems(cast.edith, Source.objects.get())

    assert [(problem.field, problem.records) for problem in found] == [
        *(("event", 3), ("timestamp", 1), ("userId", 1)),
    ]


def test_many_records_are_mended_at_once_and_each_is_stored_once(
    cast: Cast, caller: Caller, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    several(caller)
    monkeypatch.setattr(actions, "PART", 2)
    named, untimed = Mend("event", "Call Logged"), Mend("timestamp", None)

    first = actions.replay_waiting(cast.edith, "web-app", Chosen(), lake=lake, mend=named)
    rest = actions.replay_waiting(
        cast.edith, "web-app", Chosen(field="timestamp"), lake=lake, mend=untimed
    )

    assert (first.settled, first.still_wrong, first.waiting) == (3, 2, 2)
    assert (rest.settled, rest.still_wrong, rest.waiting) == (1, 0, 1)
    assert sorted(event["message_id"] for event in stored(lake)) == ["late", "m0", "m1", "m2"]
    assert not QuarantinedRecord.objects.exclude(state="waiting").exclude(raw="").exists()


def test_a_replay_of_many_leaves_out_who_was_erased(cast: Cast, caller: Caller, lake: Lake) -> None:
    several(caller)
    stored(lake)
    lake.erase_person("acme", "u1", even_unknown=True)

    done = actions.replay_waiting(
        cast.edith, "web-app", Chosen(field="event"), lake=lake, mend=Mend("event", "Seen")
    )

    assert (done.settled, done.still_wrong) == (0, 3)
    assert stored(lake) == []


def test_records_are_discarded_by_number_and_by_problem(cast: Cast, caller: Caller) -> None:
    several(caller)
    nobody = QuarantinedRecord.objects.get(message_id="nobody")

    one = actions.discard_waiting(cast.edith, "web-app", Chosen(frozenset({nobody.pk})))
    three = actions.discard_waiting(cast.edith, "web-app", Chosen(field="event"))

    assert (one.settled, one.waiting) == (1, 4)
    assert (three.settled, three.waiting) == (3, 1)


@pytest.mark.parametrize(
    ("raw", "mend", "expected"),
    [
        ('{"a": 1}', Mend("event", "Seen"), '{"a":1,"event":"Seen"}'),
        (
            '{"context": {"x": 1}}',
            Mend("context.groupId", "g"),
            '{"context":{"x":1,"groupId":"g"}}',
        ),
        ('{"context": 7}', Mend("context.groupId", "g"), '{"context":{"groupId":"g"}}'),
        ('{"a": 1, "b": 2}', Mend("a", None), '{"b":2}'),
        ('{"a": 1}', Mend("b", None), '{"a":1}'),
        ("[1]", Mend("a", "x"), "[1]"),
        ("17", Mend("a", "x"), "17"),
    ],
)
def test_a_field_is_put_right_and_nothing_else(raw: str, mend: Mend, expected: str) -> None:
    assert mend.applied(raw) == expected


def test_the_hours_of_a_source_show_zeros_too(cast: Cast, caller: Caller) -> None:
    caller.post("/v1/track", TRACK)
    caller.receiver.counters.flush()

    counts = queries.hourly_counts(cast.olga, Source.objects.get(), hours=24)

    assert [count.accepted for count in counts] == [0] * 23 + [1]
