"""Quantile bins: numpy.quantile, equal cuts merged, numpy.searchsorted; a missing value is -1 there."""

import numpy as np


def cases():
    random = np.random.default_rng(68)
    for name, values in [
        ("normal", random.normal(size=101)),
        ("ties", np.round(random.normal(size=200))),
        ("mostly one value", np.where(random.random(100) < 0.8, 0.0, random.random(100))),
        ("constant", np.full(8, 3.0)),
        ("two values", np.array([0.0, 1.0, 0.0, 1.0, 1.0])),
        ("missing", np.where(random.random(60) < 0.2, np.nan, random.normal(size=60))),
        ("all missing", np.full(4, np.nan)),
        ("3 rows", np.array([3.0, 1.0, 2.0])),
        ("negative zero", np.array([-0.0, 0.0, 1.0, 2.0, -1.0])),
    ]:
        known = values[~np.isnan(values)]
        cuts = np.unique(np.quantile(known, [0.25, 0.5, 0.75])) if known.size else np.array([])
        edges = cuts[cuts < known.max()] if known.size else cuts
        codes = np.where(np.isnan(values), -1, np.searchsorted(edges, values, side="left"))
        yield {"name": name, "values": values, "edges": edges, "expected": codes.astype(int)}
