"""Tail probabilities, without scipy: of the binomial, and of Fisher's F by the regularised incomplete beta function."""

import math

MOST_TERMS = 200
TINY = 1e-300
SETTLED = 1e-14


def binomial_tail(successes: int, trials: int, chance: float) -> float:
    """P(X >= successes) of `trials` draws.

    >>> round(binomial_tail(5, 5, 0.5), 5)
    0.03125
    """
    if successes <= 0:
        return 1.0
    if chance <= 0 or successes > trials:
        return 0.0
    if chance >= 1:
        return 1.0
    return incomplete_beta(successes, trials - successes + 1, chance)


def f_tail(statistic: float, numerator: int, denominator: int) -> float:
    """P(F >= statistic) with these degrees of freedom.

    >>> round(f_tail(4.9646, 1, 10), 4)
    0.05
    """
    if statistic <= 0:
        return 1.0
    return incomplete_beta(denominator / 2, numerator / 2, denominator / (denominator + numerator * statistic))


def incomplete_beta(a: float, b: float, x: float) -> float:
    """I_x(a, b), the regularised incomplete beta function (DLMF 8.17), to about 1e-12."""
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    return front / a / _fraction(a, b, x)


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of DLMF 8.17.22, by Lentz's method."""
    value, c, d = 1.0, 1.0, 0.0
    for term in range(1, MOST_TERMS):
        m, odd = divmod(term, 2)
        if odd:
            step = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            step = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / ((1 + step * d) or TINY)
        c = (1 + step / c) or TINY
        value *= c * d
        if abs(c * d - 1) < SETTLED:
            break
    return value


def discoveries(chances: list[float], rate: float) -> list[bool]:
    """Which p-values stand when the share of false discoveries is held at `rate` (Benjamini and Hochberg, 1995).

    >>> discoveries([0.001, 0.02, 0.9], 0.05)
    [True, True, False]
    """
    order = sorted(range(len(chances)), key=chances.__getitem__)
    passed = [rank for rank, place in enumerate(order, 1) if chances[place] <= rate * rank / len(chances)]
    standing = set(order[: max(passed, default=0)])
    return [place in standing for place in range(len(chances))]
