"""What happens to a request once it is read: facts, quarantine, lake, counts, in this order.

Everything is on disk before the answer. Each step can be repeated without harm, so that a client
that got no answer may send the same again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uptake.capabilities.ingestion import quarantine
from uptake.capabilities.ingestion.batching import Appender, Submission
from uptake.capabilities.ingestion.columns import Arrays, Columns
from uptake.capabilities.ingestion.completing import complete, people_of
from uptake.capabilities.ingestion.counters import Counters
from uptake.capabilities.ingestion.credentials import Credentials, KnownSource
from uptake.capabilities.ingestion.identity import Identities, Known
from uptake.capabilities.ingestion.limits import Limits
from uptake.capabilities.ingestion.reading import Fact, Failure, GroupFact, Reading
from uptake.capabilities.ingestion.signal import Signal
from uptake.store import Lake


class QuarantineFull(Exception):
    """Too many wrong records of a source wait for somebody to look at them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the records of a request."""

    accepted: int
    failures: tuple[Failure, ...]


class Receiver:
    """One process's intake; safe to share between threads."""

    def __init__(self, lake: Lake, signal: Signal, *, events_a_second: int | None = None) -> None:
        self.lake = lake
        self.credentials = Credentials(signal)
        self.identities = Identities(signal)
        self.limits = Limits(events_a_second)
        self.counters = Counters()
        self._appender = Appender(lake)

    def receive(self, source: KnownSource, reading: Reading) -> Outcome:
        """Store what a request says; when this returns, all of it is on disk."""
        if reading.facts:
            self._remember(source, reading.facts)
        failures = self._living_failures(source, reading.failures)
        if failures:
            if not quarantine.has_room(source.id):
                raise QuarantineFull
            quarantine.put_away(source.id, reading.call, failures)
        if reading.events or reading.together is not None:
            self._append(source, reading.columns(), reading.call.received_ms)
        self.counters.count(
            source.id,
            accepted=reading.records - len(reading.failures),
            rejected=len(reading.failures),
            now=reading.call.received_ms / 1000,
        )
        return Outcome(reading.records - len(reading.failures), tuple(reading.failures))

    def _remember(self, source: KnownSource, facts: Sequence[Fact]) -> None:
        """Write facts down, but none about people who were erased."""
        named = {name for fact in facts for name in people_in(fact)}
        erased = self.lake.erased_among(source.workspace, named) if named else {}
        kept = [fact for fact in facts if not any(name in erased for name in people_in(fact))]
        if kept:
            self.identities.remember(source.workspace_id, kept)

    def _living_failures(
        self, source: KnownSource, failures: Sequence[Failure]
    ) -> Sequence[Failure]:
        """The failures whose people were not erased: those are told about, but not kept."""
        named = {failure.person for failure in failures if failure.person}
        erased = self.lake.erased_among(source.workspace, named) if named else {}
        return [failure for failure in failures if failure.person not in erased]

    def _append(self, source: KnownSource, events: Columns | Arrays, received_ms: int) -> None:
        known: dict[str, Known] = {}
        if self.identities.are_any(source.workspace_id):
            known = self.identities.resolve(source.workspace_id, people_of(events))
        whole = complete(events, source, known)
        self._appender.append(Submission(source.workspace, source.slug, received_ms, whole))


def people_in(fact: Fact) -> tuple[str, ...]:
    """Return the identifiers of people that a fact names."""
    if isinstance(fact, GroupFact):
        return ()
    return (fact.identifier, fact.same_as) if fact.same_as else (fact.identifier,)
