"""Proportions and paired tests: Wilson and exact McNemar by statsmodels, Tango by its definition, normal quantiles."""

import math

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.stats import norm
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.proportion import proportion_confint


def cases():
    for successes, rows in [(0, 1), (1, 1), (0, 30), (30, 30), (7, 10), (1, 3), (950, 1000), (99_990, 100_000)]:
        for level in (0.9, 0.95):
            lower, upper = proportion_confint(successes, rows, alpha=1 - level, method="wilson")
            expected = {"lower": max(0, lower), "upper": min(1, upper)}
            yield {"kind": "wilson", "successes": successes, "rows": rows, "level": level, "expected": expected}
    for b, c in [(0, 0), (1, 0), (0, 5), (5, 5), (6, 16), (30, 12), (400, 480), (3000, 2700), (60_000, 59_000)]:
        result = mcnemar([[0, b], [c, 0]], exact=True)
        yield {"kind": "mcnemar", "onlyA": b, "onlyB": c, "expected": float(result.pvalue)}
    for b, c, n in [(1, 0, 44), (16, 6, 161), (7, 1, 21), (0, 0, 100), (0, 3, 20), (5, 5, 10), (0, 10, 10), (30, 12, 1000), (3, 2, 5), (480, 400, 100_000)]:
        expected = {"lower": tango_limit(b, c, n, 1), "upper": tango_limit(b, c, n, -1)}
        yield {"kind": "tango", "onlyA": b, "onlyB": c, "rows": n, "expected": expected}
    for p in (1e-300, 1e-10, 0.001, 0.025, 0.05, 0.3, 0.5, 0.7, 0.9, 0.975, 0.999999):
        yield {"kind": "quantile", "p": p, "expected": float(norm.ppf(p))}
    for z in (0, 0.1, 0.67, 0.68, 1, 1.96, 3, 5.6, 5.7, 8, 20, 37):
        yield {"kind": "tail", "z": z, "expected": float(2 * norm.sf(z))}


def tango_limit(only_a, only_b, n, sign):
    """The d with score statistic sign * 1.96; the restricted chance of "only A" by maximising the likelihood."""
    observed = (only_b - only_a) / n
    z = norm.ppf(0.975)
    if observed == -sign:
        return float(-sign)

    def statistic(d):
        low, high = max(0.0, -d), (1 - d) / 2

        def likelihood(q):
            terms = [(only_b, q + d), (only_a, q), (n - only_a - only_b, 1 - 2 * q - d)]
            return sum(count * math.log(max(chance, 1e-300)) for count, chance in terms if count > 0)

        q = restricted(likelihood, low, high, only_a, only_b, n, d)
        return (only_b - only_a - n * d) / math.sqrt(n * (2 * q + d * (1 - d)))

    ends = (-1 + 1e-12, observed - 1e-12) if sign > 0 else (observed + 1e-12, 1 - 1e-12)
    return float(brentq(lambda d: statistic(d) - sign * z, *ends, xtol=1e-15))


def restricted(likelihood, low, high, only_a, only_b, n, d):
    """The closed root, held against a numerical maximum of the likelihood."""
    coefficients = [2 * n, -(only_a + only_b) + (2 * n - only_b + only_a) * d, -only_a * d * (1 - d)]
    root = min(max(max(np.roots(coefficients).real), low), high)
    found = minimize_scalar(lambda q: -likelihood(q), bounds=(low, high), method="bounded", options={"xatol": 1e-12})
    assert likelihood(root) >= -found.fun - 1e-7, (only_a, only_b, n, d)
    return root
