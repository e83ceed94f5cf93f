"""Random numbers, quantiles, permutation tests and adjusted p values: the published algorithm, NumPy and SciPy."""

import numpy as np
from scipy import stats

word = 0xFFFFFFFF


def cases():
    for seed in (0, 1, 6, 2**53 - 1):
        yield {"kind": "random", "seed": seed, "expected": xoshiro128starstar(seed, 8)}
    random = np.random.default_rng(66)
    for values in ([3.5], [2.0, 1.0], random.normal(size=999), np.round(random.normal(size=100), 1)):
        expected = [float(np.percentile(values, share)) for share in (2.5, 97.5)]
        yield {"kind": "percentile", "values": values, "expected": expected}
    for name, a, b in [
        ("twelve rows", random.normal(size=12), random.normal(size=12) + 0.5),
        ("ties", np.array([1, 0, 1, 1, 0, 1, 0, 1.0]), np.array([1, 1, 1, 0, 1, 1, 1, 1.0])),
        ("the same", np.ones(6), np.ones(6)),
        ("3 rows", np.array([0.1, 0.4, 0.2]), np.array([0.3, 0.5, 0.9])),
    ]:
        result = stats.permutation_test(
            (b, a), lambda x, y: np.mean(x - y), permutation_type="samples", vectorized=False, n_resamples=np.inf
        )
        yield {"kind": "permutation", "name": name, "a": a, "b": b, "expected": float(result.pvalue)}
    for p in ([0.01], [0.04, 0.01, 0.03, 0.01], [1, 1, 0.5], [0, 0.05, 1], random.random(60) ** 2):
        yield {"kind": "adjusted", "p": p, "expected": stats.false_discovery_control(p, method="bh")}


def xoshiro128starstar(seed, count):
    state = []
    for _ in range(2):
        seed = (seed + 0x9E3779B97F4A7C15) & (2**64 - 1)
        mixed = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
        mixed ^= mixed >> 31
        state += [mixed & word, mixed >> 32]
    found = []
    for _ in range(count):
        found.append(rotated((state[1] * 5) & word, 7) * 9 & word)
        shifted = (state[1] << 9) & word
        state[2] ^= state[0]
        state[3] ^= state[1]
        state[1] ^= state[2]
        state[0] ^= state[3]
        state[2] ^= shifted
        state[3] = rotated(state[3], 11)
    return found


def rotated(value, bits):
    return ((value << bits) | (value >> (32 - bits))) & word
