"""JSON Schema told in words: what a field may hold, with links to what it is made of."""

from collections.abc import Callable, Mapping
from typing import Any

from infra.documents.markdown import heading, paragraph, table

Schema = Mapping[str, Any]
Link = Callable[[str], str]
"""From the name of a definition to the address of its text."""

WORDS = {"string": "text", "number": "number", "integer": "whole number", "boolean": "true or false", "null": "null"}
FORMATS = {"uuid": "UUID", "date-time": "RFC 3339 instant", "uri": "address", "date": "date"}
HEAD = ("field", "holds", "needed", "means")


def definition(name: str, schema: Schema, link: Link) -> str:
    """The text of one definition: its description, and its fields or values."""
    return heading(3, name, anchor(name)) + paragraph(schema.get("description", "")) + body(schema, link)


def body(schema: Schema, link: Link) -> str:
    if "properties" in schema:
        return fields(schema, link)
    return paragraph(f"Holds {spelt(schema, link)}.")


def fields(schema: Schema, link: Link) -> str:
    needed = schema.get("required", ())
    rows = [
        (f"`{name}`", spelt(field, link), "yes" if name in needed else "", field.get("description", ""))
        for name, field in schema["properties"].items()
    ]
    return table(HEAD, rows)


def anchor(name: str) -> str:
    return name.lower()


def spelt(schema: Schema, link: Link) -> str:
    """What a field may hold, in words.

    >>> spelt({"anyOf": [{"type": "integer", "minimum": 0, "maximum": 9}, {"type": "null"}], "default": None}, str)
    'whole number from 0 to 9 or null'
    >>> spelt({"type": "array", "items": {"$ref": "#/$defs/Share"}, "maxItems": 3}, lambda name: f"#{name}")
    'list, at most 3, of [Share](#Share)'
    """
    said = _spelt(schema, link)
    default = schema.get("default")
    return f"{said}; `{default}` if absent" if default not in (None, [], {}, "") else said


def _spelt(schema: Schema, link: Link) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}]({link(name)})"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_spelt(each, link) for each in schema[several]))
    if "allOf" in schema:
        return ", ".join(_spelt(each, link) for each in schema["allOf"])
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{value}`" for value in schema.get("enum", [schema.get("const")]))
    return _of_type(schema, link)


def _of_type(schema: Schema, link: Link) -> str:
    kind = schema.get("type", "any JSON")
    if isinstance(kind, list):
        return " or ".join(_of_type({**schema, "type": each}, link) for each in kind)
    if kind == "array":
        most = f", at most {schema['maxItems']}," if "maxItems" in schema else ""
        return f"list{most} of {_spelt(schema.get('items', {}), link)}"
    if kind == "object":
        held = schema.get("additionalProperties")
        return f"object of {_spelt(held, link)} by name" if isinstance(held, dict) and held else "object"
    if kind == "string" and schema.get("format") in FORMATS:
        return FORMATS[schema["format"]]
    return WORDS.get(kind, str(kind)) + _bounds(schema)


def _bounds(schema: Schema) -> str:
    least = schema.get("minimum", schema.get("ge"))
    most = schema.get("maximum", schema.get("le"))
    unit = ""
    if schema.get("type") == "string":
        least, most, unit = schema.get("minLength"), schema.get("maxLength"), " characters"
    if least is not None and most is not None:
        return f" of {least} to {most}{unit}" if unit else f" from {least} to {most}"
    return (
        f" of at most {most}{unit}" if most is not None else f" of at least {least}{unit}" if least is not None else ""
    )
