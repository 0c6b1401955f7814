"""The event schema as pydantic models: what a team would write that validates each event with pydantic."""

import types
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec
import pydantic

from shared.events.event import Event


@cache
def model(struct: type[msgspec.Struct]) -> type[pydantic.BaseModel]:
    """The same fields, types and tags as the struct; bounds are left out, in the naive design's favour."""
    fields: dict[str, Any] = {
        field.name: (_annotation(field.type), ... if field.required else _default(field))
        for field in msgspec.structs.fields(struct)
    }
    tag_field, tag = struct.__struct_config__.tag_field, struct.__struct_config__.tag
    if tag_field:
        fields[tag_field] = (Literal[tag], tag)
    config = pydantic.ConfigDict(protected_namespaces=())
    return pydantic.create_model(struct.__name__, __config__=config, **fields)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    return field.default if field.default is not msgspec.NODEFAULT else field.default_factory()


def _annotation(kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return model(kind)
    if kind is msgspec.Raw:
        return Any
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _annotation(arguments[0])
    if origin in (Union, types.UnionType):
        return _union(arguments)
    return origin[tuple(map(_annotation, arguments))] if origin else kind


def _union(choices: tuple[Any, ...]) -> Any:
    """Tagged structs are told apart by their tag, as msgspec does it."""
    union: Any = Union.__getitem__(tuple(map(_annotation, choices)))
    tags = {choice.__struct_config__.tag_field for choice in choices if hasattr(choice, "__struct_config__")}
    if len(tags) == 1 and None not in tags and type(None) not in choices:
        return Annotated[union, pydantic.Field(discriminator=tags.pop())]
    return union


EventModel: Any = model(Event)
