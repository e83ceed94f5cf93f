"""The other side of `npm run bench -- statistics`: the same work by vectorised NumPy, as one would write it.

    python bench.py FOLDER ROUNDS      prints milliseconds by name, as JSON
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from scipy import stats

folder, rounds = Path(sys.argv[1]), int(sys.argv[2])
kinds = {"truth": "i4", "a": "i4", "b": "i4", "scoreA": "f8", "scoreB": "f8", "positive": "u1", "numbers": "f8", "categories": "i4", "flips": "i1"}
data = {name: np.fromfile(folder / name, dtype=kind) for name, kind in kinds.items()}
truth, a, b, y = data["truth"], data["a"], data["b"], data["positive"]
scores = [data["scoreA"], data["scoreB"]]
classes, rows = 10, len(truth)


def table_metrics():
    """A multinomial over the cells that have rows, then every metric over all resamples at once."""
    random = np.random.default_rng(1)
    cells, counts = np.unique((truth * classes + a) * classes + b, return_counts=True)
    label, answers = cells // classes**2, (cells // classes % classes, cells % classes)
    found = []
    for start in range(0, 10_000, 1000):
        drawn = random.multinomial(rows, counts / rows, size=1000).astype(float)
        true = drawn @ np.eye(classes)[label]
        for answer in answers:
            predicted = drawn @ np.eye(classes)[answer]
            right = answer == label
            correct = drawn[:, right] @ np.eye(classes)[label[right]]
            hits = correct.sum(axis=1)
            chance = (true * predicted).sum(axis=1)
            spread = (rows**2 - (true**2).sum(axis=1)) * (rows**2 - (predicted**2).sum(axis=1))
            f1 = (2 * correct / np.maximum(true + predicted, 1)).mean(axis=1)
            found.append((hits / rows, f1, (hits * rows - chance) / np.sqrt(spread), (rows * hits - chance) / (rows**2 - chance)))
    return found


def row_metrics():
    random = np.random.default_rng(1)
    prepared = []
    for score in scores:
        order = np.argsort(-score)
        losses = np.column_stack([-np.log(np.where(y == 1, score, 1 - score)), (score - y) ** 2])
        bins = np.clip(np.searchsorted(np.arange(16) / 15, score, side="left") - 1, 0, 14)
        prepared.append((order, y[order].astype(float), losses, bins, y - score))
    found = []
    for _ in range(1000):
        weights = np.bincount(random.integers(0, rows, rows), minlength=rows).astype(float)
        for order, positive, losses, bins, gaps in prepared:
            means = weights @ losses / rows
            ece = np.abs(np.bincount(bins, weights=weights * gaps, minlength=15)).sum() / rows
            drawn = weights[order]
            hits = drawn * positive
            above, called = np.cumsum(hits), np.cumsum(drawn)
            precision = np.sum(hits * above / np.maximum(called, 1)) / above[-1]
            auc = np.sum((drawn - hits) * above) / (above[-1] * (rows - above[-1]))
            found.append((means, ece, precision, auc))
    return found


def delong():
    """Sun and Xu 2014, as it is commonly written."""
    v10, v01 = [], []
    for score in scores:
        positive, negative = score[y == 1], score[y == 0]
        both = stats.rankdata(np.concatenate([positive, negative]))
        m, n = len(positive), len(negative)
        v10.append((both[:m] - stats.rankdata(positive)) / n)
        v01.append(1 - (both[m:] - stats.rankdata(negative)) / m)
    s = np.cov(v10) / len(v10[0]) + np.cov(v01) / len(v01[0])
    return (np.mean(v10[1]) - np.mean(v10[0])) / np.sqrt(s[0, 0] + s[1, 1] - 2 * s[0, 1])


def slices():
    """Every pair of columns by bincount of the joint code, rows and net flips."""
    count = len(data["flips"])
    columns = []
    for values in data["numbers"].reshape(20, count):
        edges = np.quantile(values, [0.25, 0.5, 0.75])
        columns.append((np.searchsorted(edges, values, side="left").astype(np.int32), 4))
    for values in data["categories"].reshape(10, count):
        columns.append((values, int(values.max()) + 1))
    negative, positive = np.flatnonzero(data["flips"] == -1), np.flatnonzero(data["flips"] == 1)
    tested = []
    for second in range(30):
        for first in range(second):
            width = columns[second][1]
            code = columns[first][0] * width + columns[second][0]
            size = columns[first][1] * width
            all_rows = np.bincount(code, minlength=size)
            lost, won = np.bincount(code[negative], minlength=size), np.bincount(code[positive], minlength=size)
            enough = all_rows >= max(30, count // 100)
            tested.append(np.column_stack([all_rows, lost, won])[enough])
    table = np.concatenate(tested)
    lost, won = table[:, 1], table[:, 2]
    p = np.minimum(1, 2 * stats.binom.cdf(np.minimum(lost, won), lost + won, 0.5))
    return stats.false_discovery_control(p)


def best(work, rounds):
    least = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        least = min(least, time.perf_counter() - started)
    return least * 1000


print(
    json.dumps(
        {
            "table metrics of two versions, 10,000 resamples": best(table_metrics, rounds),
            "log loss, Brier, ECE, AP, AUC of two, 1,000 resamples": best(row_metrics, 1),
            "DeLong": best(delong, rounds),
            "slices of 1,000,000 rows x 30 columns to depth 2": best(slices, 1),
        }
    )
)
