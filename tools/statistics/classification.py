"""Metrics of predicted labels: sklearn.metrics on label texts."""

import numpy as np
from sklearn import metrics

from fixture import attempt


def cases():
    random = np.random.default_rng(6)
    ten = [f"class {index}" for index in range(10)]
    truth = random.choice(ten, 400, p=np.arange(1, 11) / 55)
    wrong = random.random(400) < 0.3
    predicted = np.where(wrong, random.choice(ten, 400), truth)
    rare = np.where(random.random(500) < 0.02, "fraud", "fine")
    for name, t, p in [
        ("binary", ["yes", "no", "yes", "yes", "no", "no", "yes"], ["yes", "yes", "no", "yes", "no", "no", "yes"]),
        ("ten classes", truth, predicted),
        ("rare class", rare, np.where(random.random(500) < 0.03, "fraud", rare)),
        ("0 rows", [], []),
        ("3 rows", ["a", "b", "c"], ["a", "b", "b"]),
        ("one class only, all right", ["a"] * 5, ["a"] * 5),
        ("one class only, some wrong", ["a"] * 5, ["a", "a", "b", "a", "c"]),
        ("constant predictions", ["a", "b", "b", "a", "c"], ["b"] * 5),
        ("all wrong", ["a", "b", "a", "b"], ["b", "a", "b", "a"]),
        ("labels 01 beside 1", ["1", "01", "1", "01", "1"], ["1", "1", "01", "01", "1"]),
        ("unseen labels", ["cat", "dog", "bird", "dog"], ["cat", "dog", "dog", "fish"]),
        ("labels that look like null", ["NA", "None", "null", "NA", "nan"], ["NA", "null", "null", "None", "nan"]),
        ("prototype keys", ["__proto__", "constructor", "__proto__"], ["__proto__", "__proto__", "constructor"]),
    ]:
        yield case(name, list(t), list(p))


def case(name, truth, predicted):
    labels = sorted(set(truth) | set(predicted))
    expected = {
        "labels": labels,
        "confusion": metrics.confusion_matrix(truth, predicted, labels=labels) if labels else [],
        "accuracy": attempt(lambda: metrics.accuracy_score(truth, predicted)) if truth else None,
        "balancedAccuracy": attempt(lambda: metrics.balanced_accuracy_score(truth, predicted)) if truth else None,
        "matthews": attempt(lambda: metrics.matthews_corrcoef(truth, predicted)) if truth else None,
        "kappa": attempt(lambda: metrics.cohen_kappa_score(truth, predicted)) if truth else None,
        "averages": {average: scored(truth, predicted, average) for average in ("micro", "macro", "weighted")},
        "perClass": scored(truth, predicted, None),
    }
    return {"name": name, "truth": truth, "predicted": predicted, "expected": expected}


def scored(truth, predicted, average):
    if not truth:
        return None
    found = attempt(
        lambda: metrics.precision_recall_fscore_support(truth, predicted, average=average, zero_division=0)
    )
    return {"precision": found[0], "recall": found[1], "f1": found[2]}
