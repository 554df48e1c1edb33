"""From a data standard to YAML; reading it again gives an equal standard."""

from __future__ import annotations

import re
from datetime import date

import yaml

from uptake.capabilities.records.standard import (
    DEFAULT_TOLERANCE,
    Entry,
    FieldStandard,
    Note,
    Standard,
    Terms,
    Unique,
    ValueKind,
)
from uptake.methods.quality.placeholders import PLACEHOLDERS

Value = str | int | float | bool | date | list[object] | dict[str, object]
_NUMBER = re.compile(r"-?(0|[1-9]\d*)")


def standard_yaml(standard: Standard) -> str:
    """Return the standard as YAML that people can read and edit; defaults are left out."""
    fields = [_field(field) for field in standard.fields]
    checks = [
        _said(
            check=str(check.condition),
            when=str(check.when) if check.when else None,
            says=check.says or None,
            **_terms(check.terms),
        )
        for check in standard.checks
    ]
    own = standard.placeholders != PLACEHOLDERS
    tolerance = standard.tolerance if standard.tolerance != DEFAULT_TOLERANCE else None
    document = _said(
        standard=standard.name,
        version=standard.version,
        about=standard.about,
        proposed="yes" if standard.is_proposed else None,
        owner=standard.owner,
        applicable_from=standard.applicable_from,
        tolerance=tolerance,
        columns={role.value: column for role, column in standard.columns.items()},
        values="changed" if standard.is_sparse else None,
        system_authors=list(standard.system_authors),
        placeholders=sorted(standard.placeholders - {""}) if own else None,
        fields=fields,
        checks=checks,
        entry=_entry(standard.entry),
        unique=_unique(standard.unique),
        note=_note(standard.note),
    )
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)


def _said(**parts: object) -> dict[str, object]:
    """The parts that say something; 0 does."""
    return {
        key: value
        for key, value in parts.items()
        if value is not None and value not in ("", [], {}, ())
    }


def _field(field: FieldStandard) -> dict[str, object]:
    required = {True: "always", False: None}.get(field.required is True)
    if field.required and field.required is not True:
        required = str(field.required)
    return _said(
        field=field.name,
        required=required,
        **{"is": field.kind.value if field.kind is not ValueKind.TEXT else None},
        format=field.format,
        one_of=list(field.one_of),
        least=_plain(field.least),
        most=_plain(field.most),
        shortest=field.shortest,
        words=field.words,
        under=list(field.under),
        named=field.named,
        **_terms(field.terms),
    )


def _plain(text: str | None) -> str | int | None:
    """Whole numbers without quotes."""
    return int(text) if text is not None and _NUMBER.fullmatch(text) and text != "-0" else text


def _terms(terms: Terms) -> dict[str, object]:
    return _said(
        applicable_from=terms.applicable_from,
        tolerance=terms.tolerance,
        owner=terms.owner,
        why=terms.why,
    )


def _entry(entry: Entry | None) -> dict[str, object] | None:
    if entry is None:
        return None
    return _said(
        within=str(entry.within), open="yes" if entry.is_open else None, **_terms(entry.terms)
    )


def _unique(unique: Unique | None) -> dict[str, object] | None:
    if unique is None:
        return None
    return _said(same=list(unique.same), within=list(unique.within))


def _note(note: Note | None) -> dict[str, object] | None:
    if note is None:
        return None
    return _said(field=note.field, fewest_words=note.fewest_words, glossary=list(note.glossary))
