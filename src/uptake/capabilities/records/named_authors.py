"""Authors by name: only under a policy in force, and never unrecorded; erasing one by name."""
# ruff: noqa: S608  (SQL is composed from quoted texts of our own making)

from __future__ import annotations

from dataclasses import dataclass

from uptake.capabilities.customers.models import Person
from uptake.capabilities.customers.queries import person_of
from uptake.capabilities.records import places
from uptake.capabilities.records.models import DataStandard, StandardVersion
from uptake.capabilities.records.queries import access_standard, newest_judgement
from uptake.formats.values import text_sql
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound
from uptake.foundation.privacy import NamedViewsPolicy, look_at_people, policy_in_force
from uptake.methods.statistics.proportions import Share
from uptake.store.engine import rows_of

PAGE = "Record quality"
MOST_NAMED = 200


@dataclass(frozen=True, slots=True)
class NamedAuthor:
    """What a standard says of one author's records; ``name`` is empty where only files know them.

    ``fit``: of the records charged to them; ``mended``: of others that they put right.
    """

    person: str
    name: str
    fit: Share
    mended: int


@dataclass(frozen=True, slots=True)
class NamedAuthors:
    """Authors by name, those with most unfit records first, and under which policy for what."""

    standard: DataStandard
    policy: NamedViewsPolicy | None
    purpose: str
    rows: tuple[NamedAuthor, ...]
    many: int


def look_at_authors(actor: Actor, key: int, *, purpose: str) -> NamedAuthors:
    """Write down that the actor looks at the authors of records, then return how theirs stand.

    Raises:
        NotAllowed: no policy is in force, or the actor's role does not name people.
        Invalid: no purpose was given.
        NotFound: nothing was judged yet, or nobody is known to have written.
    """
    actor.require(Permission.RECORDS_READ)
    actor.require(Permission.PEOPLE_READ)
    standard = access_standard(actor, key)
    judgement = newest_judgement(standard)
    found = _authors(judgement.version) if judgement else []
    shown = found[:MOST_NAMED]
    own = person_of(actor)
    others = [each.person for each in shown if own is None or each.person != own.external_id]
    look_at_people(actor, others, page=PAGE, purpose=purpose)
    if not found:
        raise NotFound("Nobody is known to have written these records, or none was judged yet.")
    activity.record(actor, "records.authors_named", standard, people=len(shown))
    return NamedAuthors(
        standard=standard,
        policy=policy_in_force(actor.workspace),
        purpose=purpose.strip(),
        rows=tuple(_with_names(actor, shown)),
        many=len(found),
    )


def _authors(version: StandardVersion) -> list[NamedAuthor]:
    path = places.authors_path(version)
    if not path.is_file():
        return []
    rows = rows_of(
        "SELECT author, sum(fit)::BIGINT AS fit, sum(charged)::BIGINT AS charged, "
        f"sum(credited)::BIGINT FROM read_parquet({text_sql(str(path))}) WHERE author IS NOT NULL "
        "GROUP BY author ORDER BY sum(charged) - sum(fit) DESC, author"
    )
    return [NamedAuthor(row[0], "", Share(row[1], row[2]), row[3]) for row in rows]


def _with_names(actor: Actor, found: list[NamedAuthor]) -> list[NamedAuthor]:
    rows = Person.objects.filter(
        workspace=actor.workspace, external_id__in=[each.person for each in found]
    )
    names = dict(rows.values_list("external_id", "name"))
    return [
        NamedAuthor(each.person, names.get(each.person, ""), each.fit, each.mended)
        for each in found
    ]
