"""Formulas over measures, such as `sum(computed_cost_usd) / sum(requests)`: parsed by Python's own grammar, of which only
numbers, names, the four operations and a handful of functions are let through; nothing is ever evaluated as code.
"""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shared.errors import RejectedError
from shared.measures.measure import Measure, measure_named

Floats = NDArray[np.float64]
LONGEST: Final = 500
DEEPEST: Final = 20
STATISTICS: Final = frozenset(("sum", "count", "mean", "min", "max", "std_dev", "median", "rate"))
_PERCENTILE: Final = re.compile(r"p(100|\d{1,2})(?:_(\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class Term:
    """A statistic of a measure; `quantile` is of the statistic `quantile` alone."""

    measure: Measure
    statistic: str
    quantile: float | None = None

    @property
    def unit(self) -> str:
        if self.statistic == "count":
            return "count"
        return f"{self.measure.unit}/s" if self.statistic == "rate" else self.measure.unit


Terms = Callable[[Term], Floats]


@dataclass(frozen=True, slots=True)
class Formula:
    """What is asked, with the terms it is made of. What was not seen, or is divided by zero, is NaN.

    >>> formula = parse("sum(errors) / sum(requests) * 100")
    >>> seen = {"errors": np.array([1.0, 0.0, np.nan]), "requests": np.array([4.0, 0.0, 1.0])}
    >>> formula.value(lambda term: seen[term.measure.name]).tolist(), formula.unit
    ([25.0, nan, nan], 'ratio')
    """

    terms: tuple[Term, ...]
    unit: str | None
    _root: "Node"

    def value(self, of: Terms) -> Floats:
        with np.errstate(all="ignore"):
            value = self._root.value(of)
        return np.where(np.isfinite(value), value, np.nan)


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula; a unit of "" is a plain number's, None one that has no name."""

    value: Callable[[Terms], Floats]
    unit: str | None
    terms: tuple[Term, ...] = ()


def parse(text: str) -> Formula:
    """RejectedError `invalid_expression` says what is not understood."""
    if len(text) > LONGEST:
        raise _refused(f"an expression has at most {LONGEST} characters")
    try:
        root = _node(ast.parse(text.strip(), mode="eval").body, DEEPEST)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise _refused("this is no expression") from None
    if not root.terms:
        raise _refused("an expression has at least one measure, as in sum(requests)")
    return Formula(tuple(dict.fromkeys(root.terms)), root.unit or None, root)


def _node(tree: ast.expr, depth: int) -> Node:
    if not depth:
        raise _refused("the expression is too deep")
    match tree:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            plain = np.float64(number)
            return Node(lambda _: np.asarray(plain), "")
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            inner = _node(operand, depth - 1)
            return Node(lambda of: -inner.value(of), inner.unit, inner.terms)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            return _OPERATIONS[type(op)](_node(left, depth - 1), _node(right, depth - 1))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _call(name, arguments, depth - 1)
    raise _refused("only numbers, functions of measures, +, -, *, / and parentheses are understood")


def _call(name: str, arguments: list[ast.expr], depth: int) -> Node:
    match name, arguments:
        case "coalesce", [first, second]:
            left, right = _node(first, depth), _node(second, depth)
            return Node(lambda of: _filled(left.value(of), right.value(of)), left.unit, (*left.terms, *right.terms))
        case "quantile", [measure, ast.Constant(value=int() | float() as q)] if 0 <= q <= 1:
            return _term(Term(_measure(measure), "quantile", float(q)))
        case _, [measure] if name in STATISTICS:
            return _term(Term(_measure(measure), name))
        case _, [measure] if fits := _PERCENTILE.fullmatch(name):
            percent = float(f"{fits[1]}.{fits[2] or 0}")
            if percent <= 100:  # noqa: PLR2004 (per cent)
                return _term(Term(_measure(measure), "quantile", percent / 100))
    known = ", ".join(sorted(STATISTICS))
    raise _refused(f"there is no function {name} of these arguments; there are {known}, p95, quantile and coalesce")


def _term(term: Term) -> Node:
    return Node(lambda of: of(term), term.unit, (term,))


def _measure(tree: ast.expr) -> Measure:
    """By its name; one that is no name in quotes."""
    match tree:
        case ast.Name(id=name) | ast.Constant(value=str() as name):
            pass
        case ast.Attribute():
            name = ast.unparse(tree)
        case _:
            raise _refused("a statistic is of one measure, as in sum(requests)")
    try:
        return measure_named(name)
    except RejectedError as error:
        raise _refused(error.message) from None


def _filled(value: Floats, other: Floats) -> Floats:
    return np.where(np.isfinite(value), value, other)


def _binary(
    operate: Callable[[Any, Any], Any], unit: Callable[[Node, Node], str | None]
) -> Callable[[Node, Node], Node]:
    def made(left: Node, right: Node) -> Node:
        return Node(lambda of: operate(left.value(of), right.value(of)), unit(left, right), (*left.terms, *right.terms))

    return made


def _unit_of_sum(left: Node, right: Node) -> str | None:
    return left.unit if left.unit == right.unit or not right.unit else right.unit if not left.unit else None


def _unit_of_product(left: Node, right: Node) -> str | None:
    return left.unit if not right.unit else right.unit if not left.unit else None


def _unit_of_quotient(left: Node, right: Node) -> str | None:
    if not right.unit:
        return left.unit
    if left.unit == right.unit:
        return "ratio"
    below = right.terms[0].measure.name if right.unit == "count" and len(right.terms) == 1 else right.unit
    return f"{left.unit}/{below}" if left.unit else None


_OPERATIONS: Final[Mapping[type, Callable[[Node, Node], Node]]] = {
    ast.Add: _binary(np.add, _unit_of_sum),
    ast.Sub: _binary(np.subtract, _unit_of_sum),
    ast.Mult: _binary(np.multiply, _unit_of_product),
    ast.Div: _binary(np.divide, _unit_of_quotient),
}


def _refused(message: str) -> RejectedError:
    return RejectedError("invalid_expression", message)
