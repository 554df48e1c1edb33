"""From judged versions to what is kept of them: numbers, a page, and rows behind closed doors."""
# ruff: noqa: S608  (SQL is composed from names of our own making)

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any  # JSON

import pyarrow as pa
import pyarrow.parquet as pq

from uptake.capabilities.records import places
from uptake.capabilities.records.dependence import (
    dependence_of,
    fields_of,
    keep_pairs,
    kept_form,
    read_uses,
)
from uptake.capabilities.records.judging import JUDGED, RULES_A_WORD, Judged
from uptake.capabilities.records.models import Judgement, Outcome, StandardVersion, Status
from uptake.capabilities.records.picture import RecordPicture
from uptake.capabilities.records.report import to_document, to_json
from uptake.capabilities.records.shown import kept_page
from uptake.capabilities.records.tallies import author_months
from uptake.capabilities.records.versions import Versions
from uptake.formats.whole_files import whole

TOO_FEW = (
    "Fewer than {fewest} people wrote these records, so nothing is said about them; each of them "
    "sees their own."
)
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What came of judging, to be written down."""

    outcome: Outcome
    problem: str = ""
    picture: RecordPicture | None = None
    rules: tuple[str, ...] = ()
    as_of: datetime | None = None
    dependence: Json | None = None


def told(judged: Judged, picture: RecordPicture, *, fewest: int) -> Told:
    """Return what may be said; about fewer people than ``fewest`` nothing is."""
    rules = tuple(rule.sentence for rule in judged.book.rules)
    authors = picture.people.authors if picture.people else 0
    if 0 < authors < fewest:
        return Told(Outcome.SUPPRESSED, TOO_FEW.format(fewest=fewest), rules=rules)
    return Told(Outcome.JUDGED, picture=picture, rules=rules, as_of=judged.as_of)


def keep(version: StandardVersion, found: Told, *, stamp: str) -> Judgement:
    """Write down what came of judging, in place of what was there."""
    picture, is_agreed = found.picture, version.standard.status == Status.AGREED
    fit = picture.whole.fit if picture else None
    row, _ = Judgement.objects.update_or_create(
        version=version,
        defaults={
            "stamp": stamp,
            "minimum_people": version.standard.workspace.minimum_group,
            "outcome": found.outcome,
            "problem": found.problem,
            "computed_at": datetime.now().astimezone(),
            "as_of": found.as_of,
            "fit": int(fit.numerator) if fit else None,
            "judged": int(fit.denominator) if fit else None,
            "is_met": picture.is_met if picture and is_agreed else None,
            "trend": _trend(picture) if picture else [],
            "rules": list(found.rules),
            "teams": _teams(picture) if picture else [],
            "numbers": to_json(picture) if picture else {},
            "dependence": found.dependence or {},
            "page": kept_page(to_document(picture, in_product=True)) if picture else {},
        },
    )
    return row


def _trend(picture: RecordPicture) -> list[float | None]:
    """The share fit by month of entry, the newest two years."""
    shares = [part.fit.value if part.fit else None for _, part in picture.months]
    return shares[-24:]


def _teams(picture: RecordPicture) -> list[Json]:
    return [
        {"name": part.name, "fit": int(part.fit.numerator), "judged": int(part.fit.denominator)}
        for part in picture.groups
        if part.fit is not None
    ]


def keep_rows(version: StandardVersion, judged: Judged) -> None:
    """Keep the unfit records and what is said of authors, for those whose business they are."""
    words = range(max(1, -(-len(judged.book.rules) // RULES_A_WORD)))
    failed = ", ".join(f"applies_{word} & ~passed_{word} AS failed_{word}" for word in words)
    unfit = judged.connection.sql(
        f"SELECT record, creator, author, team, entered, {failed} FROM {JUDGED} "
        "WHERE is_last AND fit = 0 ORDER BY ordinal"
    ).to_arrow_table()
    with whole(places.unfit_path(version)) as draft:
        pq.write_table(unfit, draft, compression="zstd")
    counts = author_months(judged)
    table = pa.table(
        {
            "author": pa.array(counts.authors, pa.string()),
            "month": pa.array(counts.months, pa.date32()),
            "charged": counts.charged,
            "fit": counts.fit,
            "credited": counts.credited,
        }
    )
    with whole(places.authors_path(version)) as draft:
        pq.write_table(table, draft, compression="zstd")


def keep_uses(
    version: StandardVersion, judged: Judged, versions: Versions, *, fewest: int
) -> Json | None:
    """Keep who used whose records; returns what may be told of groups, None where nothing may."""
    if not read_uses(judged, versions):
        return None
    keep_pairs(version, judged)
    found = dependence_of(judged, fewest=fewest)
    return None if found is None else kept_form(found, fields_of(judged))
