"""Writes tests/fixtures/statistics/*.json: inputs, and what scikit-learn, SciPy and statsmodels make of them.

    python3 -m venv .venv && .venv/bin/pip install -r tools/statistics/requirements.txt
    .venv/bin/python tools/statistics/make_fixtures.py

Deterministic. `null` as an expected value means: the library gives NaN, an error or a warned-about stand-in there, and
engine/statistics must answer "not defined". NaN and infinity in inputs are written as the texts "NaN" and "Infinity".
"""

from pathlib import Path

import binning
import classification
import paired
import probabilities
import ranking
import regression
import resampling
import scores
from fixture import write

folder = Path(__file__).resolve().parents[2] / "tests" / "fixtures" / "statistics"

if __name__ == "__main__":
    folder.mkdir(parents=True, exist_ok=True)
    for theme in (classification, probabilities, scores, paired, resampling, regression, ranking, binning):
        write(folder / f"{theme.__name__}.json", theme.cases())
