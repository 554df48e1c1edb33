"""Who is who: other identifiers of a person, and the account that somebody belongs to.

What sources say is a row of ``Identity``, on disk before the client gets its answer. Events that
come afterwards are stored under the person's identifier and account; events that are stored
already are never rewritten: the lake is told whose they are (``applying``), and so are its readers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from enum import Enum, auto

from django.db import transaction
from django.db.models import Max

from uptake.capabilities.ingestion.connections import renew_connection
from uptake.capabilities.ingestion.models import Group, Identity
from uptake.capabilities.ingestion.reading import Fact, GroupFact, PersonFact
from uptake.capabilities.ingestion.signal import Signal, Watch

MOST_REMEMBERED = 500_000
AT_ONCE = 500
LATE_ROWS = 100
"""Rows of a lower key that may become visible after one of a higher key."""

STALE_SECONDS = 30.0
"""How long a machine that shares only the database may not know of what another was told."""


@dataclass(frozen=True, slots=True)
class Known:
    """Whom an identifier stands for, and their account if a source said so."""

    person: str
    account: str | None


class Identities:
    """What is known of the people of all workspaces, as far as it was asked for."""

    def __init__(self, signal: Signal) -> None:
        self._signal = signal
        self._watch = Watch(signal, stale_seconds=STALE_SECONDS)
        self._memory: _Memory | None = None

    def resolve(self, workspace_id: int, people: Set[str]) -> dict[str, Known]:
        """Return what is known of people, by identifier; of most nothing is."""
        memory = self._current()
        asked = memory.asked.setdefault(workspace_id, set())
        known = memory.known.setdefault(workspace_id, {})
        missing = people - asked
        if missing:
            known |= find_known(workspace_id, sorted(missing))
            asked |= missing
        return {person: known[person] for person in people & known.keys()} if known else {}

    def are_any(self, workspace_id: int) -> bool:
        """Say whether sources have said anything about anybody of a workspace."""
        memory = self._current()
        found = memory.any.get(workspace_id)
        if found is None:
            renew_connection()
            found = Identity.objects.filter(workspace_id=workspace_id).exists()
            memory.any[workspace_id] = found
        return found

    def remember(self, workspace_id: int, facts: Sequence[Fact]) -> None:
        """Write down what sources said, and let every process know if it was news.

        Clients repeat themselves at every page: what was told a moment ago is not looked up again.
        """
        told = self._current().told.setdefault(workspace_id, set())
        new = [fact for fact in facts if fact not in told]
        news = write_facts(workspace_id, new) if new else News.NOTHING
        if news is News.NEWCOMERS:
            self._signal.raise_newcomers()
        elif news is News.CHANGES:
            self._signal.raise_()
        told.update(new)

    def _current(self) -> _Memory:
        """What may still be believed; threads that hold an older memory finish with it."""
        now, newcomers, memory = self._watch.now(), self._signal.read_newcomers(), self._memory
        if memory is None or now != memory.begun or memory.size() > MOST_REMEMBERED:
            memory = self._memory = _Memory(now, newcomers, _newest())
        elif newcomers != memory.newcomers:
            memory = self._memory = _without_newcomers(memory, newcomers)
        return memory


@dataclass(slots=True)
class _Memory:
    """What was found out since ``begun``, by workspace; ``newest`` is the key of the last row."""

    begun: tuple[bytes, int]
    newcomers: bytes
    newest: int
    asked: dict[int, set[str]] = field(default_factory=dict)
    known: dict[int, dict[str, Known]] = field(default_factory=dict)
    told: dict[int, set[Fact]] = field(default_factory=dict)
    any: dict[int, bool] = field(default_factory=dict)

    def size(self) -> int:
        """How many things are remembered."""
        return sum(map(len, self.asked.values())) + sum(map(len, self.told.values()))


class News(Enum):
    """What facts came to: nothing new, rows that were not there, or changes to rows that were."""

    NOTHING = auto()
    NEWCOMERS = auto()
    CHANGES = auto()


def _newest() -> int:
    renew_connection()
    return Identity.objects.aggregate(newest=Max("pk"))["newest"] or 0


def _without_newcomers(memory: _Memory, newcomers: bytes) -> _Memory:
    """The same memory, but nothing of those whose rows are new: they are asked for again."""
    renew_connection()
    late = Identity.objects.filter(pk__gt=memory.newest - LATE_ROWS)
    rows = list(late.values_list("pk", "workspace_id", "identifier"))
    new: dict[int, set[str]] = {}
    for _key, workspace_id, identifier in rows:
        new.setdefault(workspace_id, set()).add(identifier)
    nobody: set[str] = set()
    return _Memory(
        memory.begun,
        newcomers,
        max((key for key, *_ in rows), default=memory.newest),
        asked={at: asked - new.get(at, nobody) for at, asked in memory.asked.items()},
        known={
            at: {name: one for name, one in known.items() if name not in new.get(at, nobody)}
            for at, known in memory.known.items()
        },
        told={
            at: {fact for fact in told if fact.identifier not in new.get(at, nobody)}
            for at, told in memory.told.items()
        },
        any=memory.any | dict.fromkeys(new, True),
    )


def find_known(workspace_id: int, people: Sequence[str]) -> dict[str, Known]:
    """Return what is known of people, by identifier."""
    renew_connection()
    rows = _rows_of(workspace_id, people)
    others = {row.same_as for row in rows.values() if row.same_as} - rows.keys()
    rows |= _rows_of(workspace_id, sorted(others))
    return {person: _known(rows, person) for person in people if person in rows}


def _known(rows: Mapping[str, Identity], person: str) -> Known:
    row = rows[person]
    whole = rows.get(row.same_as, row)
    return Known(row.same_as or person, whole.account or row.account or None)


def _rows_of(workspace_id: int, people: Sequence[str]) -> dict[str, Identity]:
    found = Identity.objects.filter(workspace_id=workspace_id)
    return {
        row.identifier: row
        for start in range(0, len(people), AT_ONCE)
        for row in found.filter(identifier__in=people[start : start + AT_ONCE])
    }


def write_facts(workspace_id: int, facts: Sequence[Fact]) -> News:
    """Write down what is new among the facts; says whether anything was."""
    renew_connection()
    people = [fact for fact in facts if isinstance(fact, PersonFact)]
    groups = {fact.identifier: fact.name for fact in facts if isinstance(fact, GroupFact)}
    named = {text for fact in people for text in (fact.identifier, fact.same_as) if text}
    rows = _rows_of(workspace_id, sorted(named))
    changed = _changes(workspace_id, people, rows)
    new_groups = _new_groups(workspace_id, groups)
    if not changed and not new_groups:
        return News.NOTHING
    with transaction.atomic():
        moved = _write_people(workspace_id, changed)
        _write_groups(new_groups)
    is_known = moved or new_groups or any(row.pk for row in changed)
    return News.CHANGES if is_known else News.NEWCOMERS


def _changes(
    workspace_id: int, facts: Sequence[PersonFact], rows: dict[str, Identity]
) -> list[Identity]:
    """The rows as they are after the facts, in order, of those that differ from before."""
    changed: dict[str, Identity] = {}
    for fact in facts:
        row = rows.setdefault(
            fact.identifier, Identity(workspace_id=workspace_id, identifier=fact.identifier)
        )
        if _tell(row, fact, rows):
            row.is_applied = False
            changed[fact.identifier] = row
    return list(changed.values())


def _tell(row: Identity, fact: PersonFact, rows: Mapping[str, Identity]) -> bool:
    """Add a fact to a row; says whether it was news."""
    same_as = _end_of(fact, rows)
    news = {
        "same_as": same_as,
        "account": fact.account,
        "name": fact.name,
        "email": fact.email,
        "is_known": fact.is_known,
    }
    told = {name: value for name, value in news.items() if value and getattr(row, name) != value}
    for name, value in told.items():
        setattr(row, name, value)
    return bool(told)


def _end_of(fact: PersonFact, rows: Mapping[str, Identity]) -> str:
    """Whom the identifier stands for in the end: never itself."""
    end = fact.same_as
    while (row := rows.get(end)) is not None and row.same_as:
        end = row.same_as
    return "" if end == fact.identifier else end


def _write_people(workspace_id: int, rows: Sequence[Identity]) -> int:
    """Write rows; says how many others stand for somebody else because of them."""
    Identity.objects.bulk_create(
        [_copy(row) for row in rows],
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["workspace", "identifier"],
        update_fields=["same_as", "account", "name", "email", "is_known", "is_applied"],
    )
    aliased = Identity.objects.filter(workspace_id=workspace_id)
    return sum(
        aliased.filter(same_as=row.identifier).update(same_as=row.same_as, is_applied=False)
        for row in rows
        if row.same_as
    )


def _copy(row: Identity) -> Identity:
    """The same row without its key, so that it is written by its name."""
    return Identity(
        workspace_id=row.workspace_id,
        identifier=row.identifier,
        same_as=row.same_as,
        account=row.account,
        name=row.name,
        email=row.email,
        is_known=row.is_known,
    )


def identifiers_of(workspace_id: int, person: str) -> set[str]:
    """Return every identifier that stands for the same person as this one, as far as was said."""
    known = Identity.objects.filter(workspace_id=workspace_id)
    own = known.filter(identifier=person).values_list("same_as", flat=True).first()
    whole = own or person
    return {person, whole, *known.filter(same_as=whole).values_list("identifier", flat=True)}


def _new_groups(workspace_id: int, groups: Mapping[str, str]) -> list[Group]:
    known = dict(
        Group.objects.filter(workspace_id=workspace_id, identifier__in=groups).values_list(
            "identifier", "name"
        )
    )
    return [
        Group(workspace_id=workspace_id, identifier=identifier, name=name)
        for identifier, name in groups.items()
        if identifier not in known or (name and known[identifier] != name)
    ]


def _write_groups(rows: Sequence[Group]) -> None:
    Group.objects.bulk_create(
        rows,
        batch_size=AT_ONCE,
        update_conflicts=True,
        unique_fields=["workspace", "identifier"],
        update_fields=["name", "is_applied"],
    )
