"""Metrics of numbers by scikit-learn, correlations by SciPy; MAPE by its definition over targets other than 0."""

import numpy as np
from scipy import stats
from sklearn import metrics

from fixture import attempt


def cases():
    random = np.random.default_rng(61)
    truth = random.normal(size=200)
    predicted = truth + random.standard_t(2, size=200) * 0.3
    yield case("normal", truth, predicted)
    yield case("even number of rows, ties", np.round(truth[:50]), np.round(predicted[:50]))
    yield case("large offset", 1e9 + truth, 1e9 + predicted)
    # NumPy's mean loses digits here; what does not depend on the offset is measured without it, exactly.
    yield case("huge offset", 2.0**50 + np.round(truth * 8), 2.0**50 + np.round(predicted * 8), offset=2.0**50)
    yield case("tiny values", truth * 1e-150, predicted * 1e-150)
    yield case("zero targets", np.where(np.arange(30) % 3 == 0, 0.0, truth[:30]), predicted[:30])
    yield case("all targets zero", np.zeros(5), predicted[:5])
    yield case("constant truth", np.full(5, 0.1), predicted[:5])
    yield case("constant predictions", truth[:9], np.full(9, 0.3))
    yield case("perfect", truth[:9], truth[:9])
    yield case("3 rows", [1.0, 2.0, 4.0], [1.5, 2.0, 3.0])
    yield case("1 row", [1.0], [2.0])
    yield case("0 rows", [], [])
    yield case("a true value that is NaN", [1.0, np.nan, 2.0], [1.0, 2.0, 3.0])
    yield case("a prediction that is infinite", [1.0, 3.0, 2.0], [1.0, np.inf, 3.0])


def case(name, truth, predicted, offset=0.0):
    truth, predicted = np.asarray(truth, float), np.asarray(predicted, float)
    usable = len(truth) > 0 and bool(np.all(np.isfinite(truth)) and np.all(np.isfinite(predicted)))
    kept = truth != 0
    small, other = truth - offset, predicted - offset
    figures = {
        "meanAbsoluteError": lambda: metrics.mean_absolute_error(truth, predicted),
        "meanSquaredError": lambda: metrics.mean_squared_error(truth, predicted),
        "rootMeanSquaredError": lambda: metrics.root_mean_squared_error(truth, predicted),
        "medianAbsoluteError": lambda: metrics.median_absolute_error(truth, predicted),
        "maxError": lambda: metrics.max_error(truth, predicted),
        "bias": lambda: float(np.mean(predicted - truth)),
        "r2": lambda: metrics.r2_score(small, other) if len(set(truth)) > 1 else float("nan"),
        "meanAbsolutePercentageError": lambda: percentage(truth[kept], predicted[kept]),
        "pearson": lambda: float(stats.pearsonr(small, other).statistic),
        "spearman": lambda: float(stats.spearmanr(truth, predicted).statistic),
    }
    expected = {key: attempt(figure) if usable else None for key, figure in figures.items()}
    return {"name": name, "truth": truth, "predicted": predicted, "expected": expected}


def percentage(truth, predicted):
    """scikit-learn takes no denominator below 2.2e-16; where there is none the two are held to agree."""
    value = float(np.mean(np.abs((truth - predicted) / truth))) if len(truth) else float("nan")
    if len(truth) and np.min(np.abs(truth)) > 1e-15:
        assert abs(value - metrics.mean_absolute_percentage_error(truth, predicted)) <= 1e-12 * value
    return value
