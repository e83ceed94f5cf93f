"""Ranking metrics by trying every order of tied rows; NDCG also by scikit-learn, multi-label metrics by scikit-learn."""

from itertools import permutations

import numpy as np
from sklearn import metrics


def cases():
    random = np.random.default_rng(67)
    for name, relevance, score in [
        ("no ties", [3, 0, 2, 0, 1, 0], [0.9, 0.8, 0.7, 0.3, 0.2, 0.1]),
        ("ties", [0, 1, 2, 0, 1, 0, 3], [0.5, 0.5, 0.5, 0.4, 0.4, 0.9, 0.4]),
        ("constant scores", [0, 0, 1, 2, 0, 0], [1, 1, 1, 1, 1, 1]),
        ("relevant last", [0, 0, 0, 1], [4, 3, 2, 1]),
        ("all relevant", [1, 1, 1, 1], [1, 2, 2, 3]),
        ("fewer rows than k", [0, 1], [0.1, 0.1]),
        ("one row", [2], [0.5]),
        ("no relevant row", [0, 0, 0], [0.1, 0.2, 0.3]),
    ]:
        for k in (1, 3, 10):
            yield {"kind": "query", "name": name, "k": k, "relevance": relevance, "score": score, "expected": query(relevance, score, k)}
    truth = (random.random((80, 5)) < [0.5, 0.3, 0.1, 0.05, 0]).astype(int)
    scores = np.round(random.random((80, 5)) * 0.6 + 0.4 * truth, 2)
    scores[:, 4] *= 0.4
    for name, t, s in [
        ("five labels, one nowhere", truth, scores),
        ("3 rows", truth[:3], scores[:3]),
        ("nothing predicted", truth[:10], scores[:10] * 0),
        ("no label anywhere", truth[:4] * 0, scores[:4] * 0),
        ("predicted but never true", truth[:4] * 0, scores[:4] * 0 + 1),
    ]:
        yield multi_label(name, t, s)


def query(relevance, score, k):
    relevance, score = np.asarray(relevance, float), np.asarray(score, float)
    if not np.any(relevance > 0):
        return None
    orders = [order for order in permutations(range(len(score))) if np.all(np.diff(score[list(order)]) <= 0)]
    figures = np.mean([ranked(relevance[list(order)], relevance, k) for order in orders], axis=0)
    names = ("ndcg", "exponentialNdcg", "averagePrecision", "reciprocalRank", "precision", "recall", "hit")
    expected = dict(zip(names, figures.tolist()))
    if len(score) > 1:
        assert abs(metrics.ndcg_score([relevance], [score], k=k) - expected["ndcg"]) < 1e-12
    return expected


def ranked(order, relevance, k):
    top = order[:k]
    relevant = top > 0
    ranks = np.arange(1, len(top) + 1)
    precisions = np.cumsum(relevant) / ranks
    first = np.argmax(relevant) + 1 if relevant.any() else np.inf
    total = np.sum(relevance > 0)
    return [
        dcg(top) / dcg(np.sort(relevance)[::-1][:k]),
        dcg(2**top - 1) / dcg(2 ** np.sort(relevance)[::-1][:k] - 1),
        np.sum(precisions * relevant) / min(k, total),
        1 / first,
        np.sum(relevant) / k,
        np.sum(relevant) / total,
        float(relevant.any()),
    ]


def dcg(gains):
    return np.sum(gains / np.log2(np.arange(2, len(gains) + 2)))


def multi_label(name, truth, scores):
    predicted = (scores >= 0.5).astype(int)
    expected = {
        "subsetAccuracy": metrics.accuracy_score(truth, predicted),
        "hammingLoss": metrics.hamming_loss(truth, predicted),
        "averages": {average: averaged(truth, predicted, average) for average in ("micro", "macro", "weighted")},
        "perLabel": averaged(truth, predicted, None),
    }
    if truth.sum() == 0:
        expected["averages"]["weighted"] = None
    return {"kind": "labels", "name": name, "labels": truth.shape[1], "truth": truth.ravel(), "scores": scores.ravel(), "expected": expected}


def averaged(truth, predicted, average):
    found = metrics.precision_recall_fscore_support(truth, predicted, average=average, zero_division=0)
    return {"precision": found[0], "recall": found[1], "f1": found[2]}
