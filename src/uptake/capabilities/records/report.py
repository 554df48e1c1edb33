"""Draw a picture of record quality: as a page, as plain words, as JSON."""

from __future__ import annotations

from typing import Any  # JSON

from uptake.capabilities.records.picture import Part, RecordPicture
from uptake.capabilities.records.sections import (
    facts,
    failing,
    fields_section,
    first_things,
    groups_section,
    headline,
    method_section,
    months_section,
    rules_section,
    share_words,
    support,
)
from uptake.capabilities.records.sides import (
    content_section,
    hours_words,
    people_section,
    timing_section,
)
from uptake.methods.statistics.proportions import Share
from uptake.ui import words
from uptake.ui.document import Document
from uptake.ui.html import render_html
from uptake.ui.reports import Answer, contract_schema, report

Json = dict[str, Any]

CONTRACT = 1
"""Version of the JSON contract; it grows when a field changes its meaning or goes."""


def to_document(picture: RecordPicture, *, in_product: bool = False) -> Document:
    """Return the report as blocks, in the order sentence, picture, table, how.

    ``in_product``: for a page on which one can act, not for whoever typed a command.
    """
    sections = (
        first_things(picture, in_product=in_product),
        rules_section(picture),
        fields_section(picture),
        groups_section(picture),
        months_section(picture),
        timing_section(picture),
        people_section(picture),
        content_section(picture),
        method_section(picture),
    )
    answer = Answer(headline(picture), support(picture), facts(picture))
    return report("Record quality", picture.name, answer, sections)


def to_html(picture: RecordPicture) -> str:
    """Return the report as one self-contained HTML page."""
    return render_html(to_document(picture))


def to_pdf(picture: RecordPicture) -> bytes:
    """Return the report as a PDF."""
    from uptake.ui.pdf import render_document_pdf

    return render_document_pdf(to_document(picture))


def schema() -> Json:
    """Return the JSON schema (draft 2020-12) of ``to_json``."""
    return contract_schema("uptake.capabilities.records", "check.schema.json")


def to_words(picture: RecordPicture) -> str:
    """Return the answer in a few plain lines, for a terminal."""
    lines = [headline(picture), support(picture)]
    lines += [
        f"  {result.rule.sentence}: {share_words(result.share)}" for result in failing(picture)[:5]
    ]
    if hidden := sum(result.is_hidden for result in picture.rules):
        many = words.plural(hidden, "rule")
        lines.append(
            f"{many} about records that fewer than five people wrote: how often each is missed "
            "is not told; --rejects lists the records."
        )
    if picture.lag is not None:
        lines.append(f"Half are entered within {hours_words(picture.lag.curve.median)}.")
    if picture.used is not None and picture.used.share is not None:
        lines.append(f"Edited by others within 28 days: {share_words(picture.used.share)}.")
    if picture.not_measurable:
        many = words.plural(len(picture.not_measurable), "rule")
        lines.append(f"{many} not measurable: {picture.not_measurable[0][1]}.")
    return "\n".join(lines)


def to_json(picture: RecordPicture) -> Json:
    """Return the picture as JSON values; nobody is named in it."""
    standard = picture.standard
    return {
        "contract": CONTRACT,
        "source": {"name": picture.name, "rows": picture.rows, "rejected": picture.rejected},
        "standard": {
            "name": standard.name,
            "version": standard.version,
            "proposed": standard.is_proposed,
            "tolerance": standard.tolerance,
            "columns": {role.value: column for role, column in standard.columns.items()},
        },
        "met": picture.is_met,
        "versions": picture.versions,
        "records": picture.whole.records,
        "fit": _share(picture.whole.fit),
        "rules": [
            {
                "rule": result.rule.sentence,
                "kind": result.rule.kind.value,
                "field": result.rule.field or None,
                "share": _share(result.share),
                "tolerance": result.tolerance,
                "met": result.is_met,
                "hidden": result.is_hidden,
                "owner": result.owner or None,
            }
            for result in picture.rules
        ],
        "not_measurable": [{"rule": what, "reason": why} for what, why in picture.not_measurable],
        "filled": _filled(picture, picture.whole),
        "groups": [_part(picture, part) for part in picture.groups],
        "hidden_groups": picture.hidden_groups,
        "months": [_part(picture, part) for _, part in picture.months],
        "hidden_months": picture.hidden_months,
        "entry_lag": _lag(picture),
        "people": _people(picture),
        "used_by_others": _used(picture),
        "unique": _share(picture.doubles.share) if picture.doubles else None,
    }


def _share(share: Share | None) -> Json | None:
    if share is None or share.value is None:
        return None
    limits = share.interval
    return {
        "numerator": int(share.numerator),
        "denominator": int(share.denominator),
        "value": share.value,
        "low": limits.low if limits else None,
        "high": limits.high if limits else None,
    }


def _filled(picture: RecordPicture, part: Part) -> Json:
    return {name: _share(share) for name, share in zip(picture.fields, part.filled, strict=True)}


def _part(picture: RecordPicture, part: Part) -> Json:
    return {
        "name": part.name,
        "records": part.records,
        "fit": _share(part.fit),
        "filled": _filled(picture, part),
    }


def _lag(picture: RecordPicture) -> Json | None:
    lag = picture.lag
    if lag is None:
        return None
    return {
        "median_hours": lag.curve.median,
        "p90_hours": lag.curve.quantile(0.9),
        "entered": lag.entered,
        "waiting": lag.waiting,
        "early": lag.early,
        "unknown": lag.unknown,
        "median_hours_by_group": {name: hours for name, (hours, _) in lag.by_group.items()},
    }


def _people(picture: RecordPicture) -> Json | None:
    people = picture.people
    if people is None:
        return None
    spread = people.spread
    return {
        "charged": _share(people.charged),
        "credited": people.credited,
        "quartiles": [spread.lower, spread.middle, spread.upper] if spread else None,
        "people": spread.people if spread else None,
    }


def _used(picture: RecordPicture) -> Json | None:
    used = picture.used
    return None if used is None else {"share": _share(used.share), "not_yet": used.not_yet}
