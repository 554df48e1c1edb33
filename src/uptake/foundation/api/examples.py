"""Examples for the API's description, worked out from the shapes, so that they cannot be wrong."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]  # Any: JSON Schema
FORMATS = {
    "date": "2026-03-31",
    "date-time": "2026-03-31T08:00:00Z",
    "uuid": "5f0c2f4e-0d0e-4c61-9f4b-2a4a3b1c7d10",
    "email": "olga@example.org",
    "binary": "",
}
DEEPEST = 12


def example_of(schema: Schema, shapes: Schema, depth: int = 0) -> Any:  # Any: JSON
    """Return a value that fits a schema: the example it states, else the plainest there is."""
    if "examples" in schema:
        return schema["examples"][0]
    if "$ref" in schema:
        return example_of(shapes[schema["$ref"].rsplit("/", 1)[-1]], shapes, depth + 1)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example_of(schema[choice][0], shapes, depth + 1)
    return _plainest(schema, shapes, depth)


def _plainest(schema: Schema, shapes: Schema, depth: int) -> Any:  # Any: JSON
    kind = schema.get("type")
    if kind == "object":
        return {
            name: example_of(below, shapes, depth + 1)
            for name, below in schema.get("properties", {}).items()
        }
    if kind == "array":
        return _items(schema, shapes, depth)
    if kind == "string":
        return FORMATS.get(schema.get("format", ""), schema.get("default", "text"))
    plain = {"integer": schema.get("minimum", 1), "number": 0.62, "boolean": True, "null": None}
    return plain.get(str(kind), schema.get("default", {}))


def _items(schema: Schema, shapes: Schema, depth: int) -> list[Any]:  # Any: JSON
    if depth > DEEPEST:
        return []
    if "prefixItems" in schema:
        return [example_of(item, shapes, depth + 1) for item in schema["prefixItems"]]
    return [example_of(schema.get("items", {}), shapes, depth + 1)]
