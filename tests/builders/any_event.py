"""Events of every kind with every value their schema allows: Hypothesis strategies derived from the structs themselves."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from shared.events.event import Event

LONGEST_TEXT = 12
MOST_ITEMS = 3

GREATEST_COST = 281_474.0

_words = st.sampled_from(["eur", "usd", "gbp"])  # three letters fit every text field


def any_event() -> st.SearchStrategy[Event]:
    """Any event at all, its dimensions from a few values so that events meet in cells."""
    return _documents().map(lambda document: msgspec.convert(document, Event))


def _documents() -> st.SearchStrategy[Any]:
    identifier = st.uuids().map(str)
    fixed = {"event_id": identifier, "timestamp": st.just("2026-11-22T10:05:12.345678Z"), "environment": _words}
    links = {"correlation_id": identifier, "parent_event_id": identifier}
    tags = st.dictionaries(st.sampled_from(["team", "region"]), _words, max_size=2)
    event = inspect.type_info(Event)
    assert isinstance(event, inspect.StructType)
    free = {field.encode_name: _values(field.type) for field in event.fields}
    return st.fixed_dictionaries(free | fixed | links | {"tags": tags, "schema_version": st.just("1.0.0")})


def _values(kind: inspect.Type) -> st.SearchStrategy[Any]:
    """What a decoded JSON document holds where the schema asks for this type."""
    return STRATEGIES[type(kind)](kind)


def _text(kind: inspect.StrType) -> st.SearchStrategy[str]:
    """Metric names are the one kind of text with a pattern."""
    if kind.pattern is not None:
        return st.sampled_from(["bleu", "rouge-L", "pass_at_1"])
    return st.one_of(
        _words, st.text(min_size=kind.min_length or 0, max_size=min(kind.max_length or LONGEST_TEXT, LONGEST_TEXT))
    )


def _struct(kind: inspect.StructType) -> st.SearchStrategy[Any]:
    tag = {kind.tag_field: st.just(kind.tag)} if kind.tag_field else {}
    required = {field.encode_name: _values(field.type) for field in kind.fields if field.required}
    optional = {field.encode_name: _values(field.type) for field in kind.fields if not field.required}
    return st.fixed_dictionaries(tag | required, optional=optional)


STRATEGIES: Mapping[type[inspect.Type], Callable[[Any], st.SearchStrategy[Any]]] = {
    inspect.StructType: _struct,
    inspect.StrType: _text,
    inspect.UnionType: lambda kind: st.one_of([_values(choice) for choice in kind.types]),
    inspect.Metadata: lambda kind: _values(kind.type),
    inspect.EnumType: lambda kind: st.sampled_from([member.value for member in kind.cls]),
    inspect.FloatType: lambda kind: st.floats(kind.ge or 0, kind.le or GREATEST_COST),
    inspect.IntType: lambda kind: st.integers(kind.ge, kind.le),
    inspect.ListType: lambda kind: st.lists(_values(kind.item_type), max_size=MOST_ITEMS),
    inspect.DictType: lambda kind: st.dictionaries(
        _values(kind.key_type), _values(kind.value_type), max_size=MOST_ITEMS
    ),
    inspect.BoolType: lambda _: st.booleans(),
    inspect.NoneType: lambda _: st.none(),
    inspect.RawType: lambda _: st.just(msgspec.Raw(b"{}")),
}
