"""The reference of a deployment's parameters, made of infra/deployment.py: each field with the text that stands under it."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, asdict, fields
from datetime import timedelta
from itertools import pairwise
from typing import Any, get_type_hints

from infra.deployment import DEPLOYMENTS, Deployment, Domain, OidcIssuer, RatePlan
from infra.documents.markdown import heading, paragraph, table

_MODULES = re.compile(r"\b(typing|collections\.abc|infra\.deployment)\.")
ABOUT = """
A deployment is a value of the class `Deployment` in `infra/deployment.py`; add yours to `DEPLOYMENTS`, and
`make deploy DEPLOYMENT=<name>` installs it. The columns are what it is there by default, and where the deployments that
come with the hub differ.
"""


def parameters_page() -> str:
    own = [_row(field, _texts(Deployment)) for field in fields(Deployment)]
    return (
        heading(1, "Parameters of a deployment")
        + paragraph(ABOUT)
        + table(("parameter", "type", "by default", "otherwise", "means"), own)
        + _of(RatePlan)
        + _of(OidcIssuer)
        + _of(Domain)
    )


def _of(kind: type) -> str:
    rows = [(f"`{field.name}`", _type(kind, field), _default(field)) for field in fields(kind)]
    return heading(2, kind.__name__) + paragraph(kind.__doc__ or "") + table(("field", "type", "by default"), rows)


def _row(field: "Field[Any]", texts: Mapping[str, str]) -> tuple[str, ...]:
    return (
        f"`{field.name}`",
        _type(Deployment, field),
        _default(field),
        _elsewhere(field),
        texts.get(field.name, ""),
    )


def _type(kind: type, field: "Field[Any]") -> str:
    hint = get_type_hints(kind)[field.name]
    plain = isinstance(hint, type) and not getattr(hint, "__args__", ())
    return f"`{_MODULES.sub('', hint.__name__ if plain else str(hint))}`"


def _default(field: "Field[Any]") -> str:
    if field.default_factory is not MISSING:
        return _told(field.default_factory())
    return "" if field.default is MISSING else _told(field.default)


def _elsewhere(field: "Field[Any]") -> str:
    """Where a deployment of ours has another value than the default."""
    values = {name: getattr(each, field.name) for name, each in DEPLOYMENTS.items()}
    usual = values["dev"] if field.default is MISSING else field.default
    differing = {} if field.default_factory is not MISSING or field.name == "name" else values
    return ", ".join(f"{name}: {_told(value)}" for name, value in differing.items() if value != usual)


def _told(value: object) -> str:
    if isinstance(value, timedelta):
        return _time(value)
    if isinstance(value, Mapping):
        return "; ".join(f"`{name}`: {_told(each)}" for name, each in value.items())
    if isinstance(value, RatePlan):
        return ", ".join(f"{name} {number:,}" for name, number in asdict(value).items())
    return "none" if value in (None, ()) else f"`{value}`"


def _time(value: timedelta) -> str:
    """In the largest unit that it is a whole number of.

    >>> _time(timedelta(hours=48)), _time(timedelta(hours=7)), _time(timedelta(seconds=30))
    ('2 days', '7 hours', '30 seconds')
    """
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1))):
        if value >= length and not value % length:
            return f"{value // length} {unit}{'s' if value > length else ''}"
    return f"{value.total_seconds():g} seconds"


def _texts(kind: type) -> dict[str, str]:
    """The literal under each field of a class."""
    (body,) = [node for node in ast.parse(inspect.getsource(kind)).body if isinstance(node, ast.ClassDef)]
    return dict(_texts_under_fields(body.body))


def _texts_under_fields(nodes: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    for node, below in pairwise(nodes):
        match node, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, inspect.cleandoc(text)


def undocumented() -> list[str]:
    """Parameters without a text."""
    texts = _texts(Deployment)
    return [field.name for field in fields(Deployment) if field.name not in texts]
