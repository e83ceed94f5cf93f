"""Binary scores: curves and areas by scikit-learn, DeLong by its definition (all pairs)."""

import numpy as np
from scipy.stats import norm
from sklearn import metrics

from fixture import attempt


def cases():
    random = np.random.default_rng(600)
    y = (random.random(300) < 0.3).astype(int)
    a = random.normal(size=300) + y
    b = 0.6 * a + random.normal(size=300) + 0.3 * y
    many = (random.random(3000) < 0.1).astype(int)
    coarse = np.round(random.normal(size=3000) + many, 2)
    yield case("scores", y, a, b)
    yield case("many rows and ties", many, coarse, np.round(coarse + random.normal(size=3000), 1))
    yield case("ties", y, np.round(a), np.round(b))
    yield case("negative zero", [0, 1, 1, 0, 1], [0.0, -0.0, 0.0, -1.0, 2.0], [-0.0, 1.0, 0.0, 0.0, -0.0])
    yield case("the same scores", y[:60], a[:60], a[:60])
    yield case("constant scores", y[:30], np.full(30, 0.5), a[:30])
    yield case("large offset", y[:100], 1e9 + a[:100], 1e9 + b[:100])
    yield case("tiny scores", y[:100], a[:100] * 1e-300, b[:100] * 1e-300)
    yield case("perfect", [0, 0, 1, 1, 1], [0.1, 0.2, 0.3, 0.4, 0.5], [0.1, 0.4, 0.3, 0.4, 0.5])
    yield case("both perfect", [0, 0, 1, 1], [0.1, 0.2, 0.3, 0.4], [1, 2, 3, 4])
    yield case("3 rows", [0, 1, 0], [0.1, 0.5, 0.7], [0.1, 0.8, 0.7])
    yield case("one class only", [1, 1, 1], [0.1, 0.5, 0.7], [0.1, 0.8, 0.7])
    yield case("no row of the positive class", [0, 0, 0], [0.1, 0.5, 0.7], [0.1, 0.8, 0.7])
    yield case("0 rows", [], [], [])
    yield case("a score that is NaN", [0, 1, 0, 1], [0.1, np.nan, 0.7, 0.2], [0.1, 0.8, 0.7, 0.9])
    yield case("a score that is infinite", [0, 1, 0, 1], [0.1, np.inf, 0.7, 0.2], [0.1, 0.8, 0.7, 0.9])


def case(name, y, a, b):
    y, a, b = np.asarray(y, int), np.asarray(a, float), np.asarray(b, float)
    finite = len(y) > 0 and bool(np.all(np.isfinite(a)))
    both = finite and len(set(y)) == 2
    expected = {
        "rocAuc": attempt(lambda: metrics.roc_auc_score(y, a)) if both else None,
        "averagePrecision": attempt(lambda: metrics.average_precision_score(y, a)) if finite and y.sum() else None,
        "roc": roc(y, a) if both and len(y) <= 300 else None,
        "precisionRecall": precision_recall(y, a) if finite and y.sum() and len(y) <= 300 else None,
        "interval": interval(y, a) if both and np.all(np.isfinite(b)) else None,
        "test": delong(y, a, b) if both and np.all(np.isfinite(b)) else None,
    }
    return {"name": name, "positive": y, "a": a, "b": b, "expected": expected}


def roc(y, a):
    fpr, tpr, thresholds = metrics.roc_curve(y, a, drop_intermediate=False)
    return {"falsePositiveRate": fpr, "truePositiveRate": tpr, "thresholds": thresholds}


def precision_recall(y, a):
    precision, recall, thresholds = metrics.precision_recall_curve(y, a)
    return {"precision": precision[:-1][::-1], "recall": recall[:-1][::-1], "thresholds": thresholds[::-1]}


def components(y, score):
    """DeLong et al. 1988, equations 4 to 6: psi over every pair."""
    positive, negative = score[y == 1], score[y == 0]
    psi = (positive[:, None] > negative) + 0.5 * (positive[:, None] == negative)
    return psi.mean(axis=1), psi.mean(axis=0), psi.mean()


def interval(y, a):
    v10, v01, auc = components(y, a)
    if min(len(v10), len(v01)) < 2 or auc in (0, 1):
        return None
    se = np.sqrt(v10.var(ddof=1) / len(v10) + v01.var(ddof=1) / len(v01))
    z = norm.ppf(0.975)
    return {"auc": auc, "standardError": se, "lower": max(0, auc - z * se), "upper": min(1, auc + z * se)}


def delong(y, a, b):
    a10, a01, auc_a = components(y, a)
    b10, b01, auc_b = components(y, b)
    if min(len(a10), len(a01)) < 2 or (auc_a in (0, 1) and auc_b in (0, 1)):
        return None
    s10, s01 = np.cov(a10, b10), np.cov(a01, b01)
    s = s10 / len(a10) + s01 / len(a01)
    variance = s[0, 0] + s[1, 1] - 2 * s[0, 1]
    if np.array_equal(a10, b10) and np.array_equal(a01, b01):
        return {"difference": 0, "standardError": 0, "p": 1}
    se = np.sqrt(variance)
    return {"difference": auc_b - auc_a, "standardError": se, "p": 2 * norm.sf(abs(auc_b - auc_a) / se)}
