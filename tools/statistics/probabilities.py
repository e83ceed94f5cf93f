"""Metrics of probabilities: log loss, Brier, top k, ROC AUC one-vs-rest, ECE, calibration slope and intercept."""

import numpy as np
import statsmodels.api as sm
from sklearn import metrics

from fixture import attempt


def cases():
    random = np.random.default_rng(60)
    logits = random.normal(size=(200, 4))
    truth = np.array([random.choice(4, p=softmax(row)) for row in logits])
    yield multiclass("four classes", truth, softmax(logits * 1.6))
    tied = np.round(softmax(logits), 1)
    tied[:, 3] = 1 - tied[:, :3].sum(axis=1)
    tied = np.clip(tied, 0, 1)
    yield multiclass("ties", truth, tied / tied.sum(axis=1, keepdims=True))
    yield multiclass("rows that sum to 0.98", truth[:50], softmax(logits[:50]) * 0.98)
    yield multiclass("probability 0 for the truth", np.array([0, 1, 2]), np.array([[0, 1, 0], [0.2, 0.8, 0], [0, 0, 1]]))
    yield multiclass("constant predictions", np.array([0, 1, 2, 1]), np.full((4, 3), 1 / 3))
    yield multiclass("a class without rows", np.array([0, 1, 0, 1]), softmax(logits[:4, :3]))
    yield multiclass("3 rows", np.array([0, 1, 2]), softmax(logits[:3, :3]))

    p = 1 / (1 + np.exp(-random.normal(size=300)))
    y = (random.random(300) < p).astype(int)
    overconfident = 1 / (1 + np.exp(-2 * np.log(p / (1 - p)) - 0.3))
    yield binary("calibrated", y, p)
    yield binary("overconfident", y, overconfident)
    yield binary("on the edges of bins", np.tile([0, 1, 1], 16), np.repeat(np.arange(16) / 15, 3))
    yield binary("ties", y, np.round(p, 1) * 0.98 + 0.01)
    yield binary("exactly 0 and 1", y[:40], np.where(np.arange(40) % 7 == 0, np.arange(40) % 2, p[:40]))
    yield binary("one class only", np.ones(5, int), p[:5])
    yield binary("constant predictions", np.array([0, 1, 1, 0]), np.full(4, 0.3))
    yield binary("separated", np.array([0, 0, 1, 1]), np.array([0.1, 0.2, 0.7, 0.9]))
    yield binary("3 rows", np.array([0, 1, 0]), np.array([0.2, 0.4, 0.6]))


def multiclass(name, truth, probabilities):
    labels = list(range(probabilities.shape[1]))
    one_hot = np.eye(len(labels))[truth]
    complete = len(set(truth)) == len(labels)
    expected = {
        "logLoss": attempt(lambda: metrics.log_loss(truth, probabilities, labels=labels)),
        "brier": float(np.mean(np.sum((probabilities - one_hot) ** 2, axis=1))),
        "top2": attempt(lambda: metrics.top_k_accuracy_score(truth, probabilities, k=2, labels=labels)),
        "aucOneVsRest": one_vs_rest(truth, probabilities) if complete else None,
    }
    sums = probabilities.sum(axis=1)
    if np.allclose(sums, 1):
        brier = metrics.brier_score_loss(truth, probabilities, labels=labels, scale_by_half=False)
        assert abs(brier - expected["brier"]) < 1e-12
        if complete:
            auc = metrics.roc_auc_score(truth, probabilities, multi_class="ovr", average="macro")
            assert abs(auc - expected["aucOneVsRest"]) < 1e-12
    return {
        "kind": "multiclass",
        "name": name,
        "truth": truth,
        "classes": len(labels),
        "values": probabilities.ravel(),
        "expected": expected,
    }


def one_vs_rest(truth, probabilities):
    """roc_auc_score refuses rows that do not sum to 1 for several classes; class by class it does not."""
    areas = [metrics.roc_auc_score(truth == label, column) for label, column in enumerate(probabilities.T)]
    return float(np.mean(areas))


def binary(name, y, p):
    both = len(set(y)) == 2
    expected = {
        "logLoss": attempt(lambda: metrics.log_loss(y, np.column_stack([1 - p, p]), labels=[0, 1])),
        "brier": attempt(lambda: metrics.brier_score_loss(y, p, pos_label=1, labels=[0, 1])),
        "ece": calibration_error(y, p),
        "line": line(y, p) if both and len(set(p)) > 1 and name != "separated" else None,
    }
    return {"kind": "binary", "name": name, "positive": y, "probability": p, "expected": expected}


def calibration_error(y, p):
    """15 right-closed bins of the confidence of the predicted class (positive from 0.5 on)."""
    predicted = (p >= 0.5).astype(int)
    confidence = np.where(predicted == 1, p, 1 - p)
    correct = predicted == y
    edges = np.arange(16) / 15
    bins = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, 14)
    gaps = [abs(correct[bins == b].sum() - confidence[bins == b].sum()) for b in range(15)]
    return float(sum(gaps) / len(y))


def line(y, p):
    eps = np.finfo(float).eps
    clipped = np.clip(p, eps, 1 - eps)
    logit = np.log(clipped / (1 - clipped))
    settings = {"tol": 1e-14, "maxiter": 500}
    fit = sm.GLM(y, sm.add_constant(logit, has_constant="add"), family=sm.families.Binomial()).fit(**settings)
    large = sm.GLM(y, np.ones(len(y)), family=sm.families.Binomial(), offset=logit).fit(**settings)
    return {"intercept": fit.params[0], "slope": fit.params[1], "interceptInTheLarge": large.params[0]}


def softmax(values):
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)
