"""From YAML to a data standard; whatever is wrong is named with its line and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from pathlib import Path

import duckdb

from uptake.capabilities.records.conditions import nearest
from uptake.capabilities.records.marked_parts import YES, Place
from uptake.capabilities.records.naming import naming_expression
from uptake.capabilities.records.standard import (
    DEFAULT_TOLERANCE,
    Check,
    Entry,
    FieldStandard,
    Note,
    RecordRole,
    Standard,
    Terms,
    Unique,
    ValueKind,
)
from uptake.formats.errors import UnusableFileError
from uptake.formats.marked_yaml import Marked, read_marked, text_of
from uptake.methods.quality.placeholders import PLACEHOLDERS
from uptake.store.engine import rows_of

TOP = (
    *("standard", "version", "about", "owner", "proposed", "applicable_from", "tolerance"),
    *("columns", "values", "system_authors", "placeholders", "fields", "checks", "entry"),
    *("unique", "note"),
)
TERMS = ("applicable_from", "tolerance", "owner", "why")
FIELD = (
    *("field", "required", "is", "format", "one_of", "least", "most", "shortest", "words"),
    *("under", "named", *TERMS),
)

LONGEST = 1 << 20
"""Bytes of a standard; more is some other file."""


def load_standard(path: Path) -> Standard:
    """Read a standard from a file."""
    if not path.is_file():
        raise UnusableFileError(f"There is no standard {path}: check the name.")
    if path.stat().st_size > LONGEST:
        raise UnusableFileError(f"{path.name} is too large to be a standard: name a YAML file.")
    return read_standard(text_of(path.read_bytes(), name=path.name), name=path.name)


def read_standard(text: str, *, name: str = "the standard") -> Standard:
    """Read and check a standard; ``name`` is what sentences of refusal call it."""
    document = read_marked(text, name=name)
    place = Place(name, "")
    parts = place.parts(document, TOP)
    for needed in ("standard", "fields"):
        if needed not in parts or parts[needed].is_nothing:
            raise place.refuse(document, f"{needed} is missing: {_NEEDED[needed]}")
    items = place.items(parts["fields"])
    names = _names(items, place)
    standard = Standard(
        name=place.text(parts["standard"]),
        fields=tuple(
            _field(item, Place(name, field), names)
            for item, field in zip(items, names, strict=True)
        ),
        checks=tuple(
            _check(item, Place(name, "checks"), names)
            for item in place.items(parts.get("checks", Marked(0, items=())))
        ),
    )
    return _with_rest(standard, parts, name)


_NEEDED = {
    "standard": "write standard: and the name of what it is for.",
    "fields": "write fields: and under it one item a field, such as - field: phone.",
}


def _with_rest(standard: Standard, parts: dict[str, Marked], name: str) -> Standard:
    """The parts that a standard may leave out."""
    names = standard.field_names

    def part(key: str, read: Callable[[Place, Marked], object], default: object) -> object:
        marked = parts.get(key)
        return default if marked is None or marked.is_nothing else read(Place(name, key), marked)

    optional = {
        "version": part("version", lambda p, at: p.whole(at, 1), 1),
        "about": part("about", Place.text, "record"),
        "owner": part("owner", Place.text, ""),
        "applicable_from": part("applicable_from", Place.day, None),
        "tolerance": part("tolerance", Place.share, DEFAULT_TOLERANCE),
        "placeholders": part("placeholders", _placeholders, PLACEHOLDERS),
        "columns": part("columns", _columns, {}),
        "is_sparse": part("values", _is_sparse, False),
        "system_authors": part("system_authors", Place.texts, ()),
        "entry": part("entry", _entry, None),
        "unique": part("unique", lambda p, at: _unique(p, at, names), None),
        "note": part("note", lambda p, at: _note(p, at, names), None),
        "is_proposed": part("proposed", Place.truth, False),
    }
    return replace(standard, **optional)  # type: ignore[arg-type]  # each read by its own function


def _names(items: tuple[Marked, ...], place: Place) -> tuple[str, ...]:
    names: list[str] = []
    for item in items:
        parts = place.parts(item, FIELD)
        if "field" not in parts or parts["field"].is_nothing:
            raise place.refuse(item, "this item names no field: begin it with - field: NAME.")
        name = place.text(parts["field"])
        if name in names:
            raise place.refuse(item, f"{name} is described twice: put both together.")
        names.append(name)
    return tuple(names)


def _field(at: Marked, place: Place, names: Collection[str]) -> FieldStandard:
    parts = place.parts(at, FIELD)
    field = FieldStandard(name=place.what, terms=_terms(parts, place))
    for key, marked in parts.items():
        if key in _FIELD_PARTS and not marked.is_nothing:
            attribute, read = _FIELD_PARTS[key]
            field = replace(field, **{attribute: read(place, marked)})  # type: ignore[arg-type]  # by name
    if "required" in parts:
        required = parts["required"]
        word = place.text(required).lower()
        if word in YES:
            field = replace(field, required=True)
        elif word not in ("no", "false", "never", ""):
            field = replace(field, required=place.condition(required, names))
    _check_range(field, parts, place)
    return field


def _check_range(field: FieldStandard, parts: dict[str, Marked], place: Place) -> None:
    for key in ("least", "most"):
        value = getattr(field, key)
        if value is None:
            continue
        if field.kind is ValueKind.DATE:
            if value != "now":
                place.day(parts[key])
        elif not _is_number(value):
            problem = f"{value!r} is no number; for a date write is: date beside it."
            raise place.refuse(parts[key], problem)
    ends = [end for end in (field.least, field.most) if end is not None and _is_number(end)]
    if len(ends) == 2 and float(ends[0]) > float(ends[1]):
        raise place.refuse(parts["most"], "most is less than least: swap them.")


def _is_number(text: str) -> bool:
    try:
        return float(text) == float(text)
    except ValueError:
        return False


def _format(place: Place, at: Marked) -> str:
    text = place.text(at)
    try:
        rows_of("SELECT regexp_full_match('', ?)", [text])
    except duckdb.Error as error:
        problem = str(error).splitlines()[0].rsplit(": ", 1)[-1]
        raise place.refuse(at, f"{text!r} is no regular expression ({problem}).") from None
    return text


def _named(place: Place, at: Marked) -> str:
    pattern = place.text(at)
    place.tried(at, lambda: naming_expression(pattern))
    return pattern


_FIELD_PARTS: dict[str, tuple[str, Callable[[Place, Marked], object]]] = {
    "is": ("kind", lambda place, at: place.choice(at, ValueKind)),
    "format": ("format", _format),
    "one_of": ("one_of", Place.texts),
    "least": ("least", Place.text),
    "most": ("most", Place.text),
    "shortest": ("shortest", lambda place, at: place.whole(at, 1)),
    "words": ("words", lambda place, at: place.whole(at, 1)),
    "under": ("under", Place.texts),
    "named": ("named", _named),
}


def _terms(parts: dict[str, Marked], place: Place) -> Terms:
    said = {key: parts[key] for key in TERMS if key in parts and not parts[key].is_nothing}
    return Terms(
        applicable_from=place.day(said["applicable_from"]) if "applicable_from" in said else None,
        tolerance=place.share(said["tolerance"]) if "tolerance" in said else None,
        owner=place.text(said["owner"]) if "owner" in said else "",
        why=place.text(said["why"]) if "why" in said else "",
    )


def _check(at: Marked, place: Place, names: Collection[str]) -> Check:
    parts = place.parts(at, ("check", "when", "says", *TERMS))
    if "check" not in parts:
        raise place.refuse(at, "this item checks nothing: write - check: closed >= opened.")
    condition = place.condition(parts["check"], names)
    when = place.condition(parts["when"], names) if "when" in parts else None
    says = place.text(parts["says"]) if "says" in parts else ""
    return Check(condition, when, _terms(parts, place), says)


def _entry(place: Place, at: Marked) -> Entry:
    parts = place.parts(at, ("within", "open", *TERMS))
    if "within" not in parts:
        raise place.refuse(at, "within is missing: write within: 24 hours.")
    is_open = place.truth(parts["open"]) if "open" in parts else False
    return Entry(place.within(parts["within"]), is_open, _terms(parts, place))


def _unique(place: Place, at: Marked, names: Collection[str]) -> Unique:
    parts = place.parts(at, ("same", "within"))
    if "same" not in parts or not place.texts(parts["same"]):
        raise place.refuse(at, "same is missing: name the fields that make two records one thing.")
    return Unique(
        _fields(place, parts["same"], names),
        _fields(place, parts["within"], names) if "within" in parts else (),
    )


def _fields(place: Place, at: Marked, names: Collection[str]) -> tuple[str, ...]:
    marked = at.items if at.items is not None else (at,)
    return tuple(place.field(item, names) for item in marked)


def _note(place: Place, at: Marked, names: Collection[str]) -> Note:
    parts = place.parts(at, ("field", "fewest_words", "glossary"))
    if "field" not in parts:
        raise place.refuse(at, "field is missing: name the field that holds the text.")
    return Note(
        place.field(parts["field"], names),
        place.whole(parts["fewest_words"], 1) if "fewest_words" in parts else 8,
        place.texts(parts["glossary"]) if "glossary" in parts else (),
    )


def _placeholders(place: Place, at: Marked) -> frozenset[str]:
    return frozenset(text.casefold() for text in place.texts(at)) | {""}


def _columns(place: Place, at: Marked) -> dict[RecordRole, str]:
    parts = place.parts(at, [role.value for role in RecordRole])
    return {RecordRole(role): place.text(column) for role, column in parts.items()}


def _is_sparse(place: Place, at: Marked) -> bool:
    word = place.text(at).lower()
    if word not in ("whole", "changed"):
        problem = f"{word!r} is not known; {nearest(word, ['whole', 'changed'])}"
        raise place.refuse(at, problem)
    return word == "changed"
