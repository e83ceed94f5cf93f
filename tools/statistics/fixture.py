"""What every theme shares: JSON that says NaN as text, and a NaN answer as null."""

import json
import math
import warnings

import numpy as np


def write(path, cases):
    text = ",\n".join(json.dumps(plain(case), allow_nan=False, separators=(",", ":")) for case in cases)
    path.write_text(f"[\n{text}\n]\n", encoding="utf-8")


def plain(value):
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(part) for part in value]
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    return value


def attempt(figure):
    """The library's answer; null where it refuses or gives NaN. Its warnings about zero division are as agreed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            value = figure()
        except (ValueError, ZeroDivisionError, FloatingPointError):
            return None
    if isinstance(value, (float, np.floating)) and math.isnan(value):
        return None
    return value
