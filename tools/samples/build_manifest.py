"""Writes resources/samples/manifest.json: every sample, its files and the facts
that someone needs to run its models. Run after the three train_*.py."""
import json

import onnx

import sample_kit
import train_bikes
import train_digits
import train_income

PARTS = {
    "income": {
        "task": "binary-classification",
        "title": "Income over 50,000 dollars (US census, 1994)",
        "label": "over_50k", "labels": ["no", "yes"], "positive": "yes", "id": "person_id",
        "data": {
            "labelled": ["income/data/test.csv", "income/data/test.jsonl"],
            "unlabelled": ["income/data/unlabelled.csv", "income/data/unlabelled.parquet"],
        },
        "notes": [
            "Version 2 takes two inputs (capital_gain, capital_loss) that version 1 does not have.",
            "Version 1's probabilities are a ZipMap (a sequence of maps by label), version 2's a tensor in the order of 'labels'.",
            "Number inputs accept NaN: the imputer is inside both models. education_num is int64 and does not.",
            "test.csv marks an unknown workclass or occupation with '?', the census' own sign, which both versions know as a category; "
            "unlabelled.* leaves those cells empty instead, which both treat as a category never seen.",
            "unlabelled.* holds the same rows twice: empty cells in number and text columns, shuffled columns, and two more columns.",
        ],
        "extra_columns": ["education", "sex"],
        "extra_columns_unlabelled": ["education", "sex", "census_weight", "export_batch"],
        "preprocessing": {"v1": {"kind": "none"}, "v2": {"kind": "none"}},
        "pair": {"property": "better-overall-worse-on-slice",
                 "slice": {"column": "workclass", "operator": "=", "value": train_income.SLICE}},
    },
    "bikes": {
        "task": "regression",
        "title": "Bicycles rented in an hour (Washington DC, 2011)",
        "label": train_bikes.LABEL, "id": "hour_id", "unit": "bicycles",
        "data": {"labelled": ["bikes/data/test.csv"], "unlabelled": ["bikes/data/unlabelled.csv"]},
        "input_columns": {"X": train_bikes.COLUMNS},
        "codes": {
            "season": {"1": "winter", "2": "spring", "3": "summer", "4": "autumn"},
            "weekday": "0 = Sunday",
            "weather": {str(code): name for code, name in enumerate(train_bikes.WEATHER, start=1)},
            "temp": "(degrees Celsius + 8) / 47", "humidity": "percent / 100", "windspeed": "km/h / 67",
        },
        "notes": ["Version 1 must be fed standardised columns; version 2 the raw ones."],
        "pair": {"property": "better"},
    },
    "digits": {
        "task": "multiclass-classification",
        "title": "Handwritten digits, 8 x 8 pixels",
        "label": "label", "labels": [str(digit) for digit in range(10)], "id": None,
        "data": {"labelled": ["digits/data/test"]},
        "pictures": train_digits.TEST_PICTURES,
        "notes": ["Version 1 puts out logits, version 2 softmax probabilities."],
        "preprocessing": {version: {"kind": "image", "width": 8, "height": 8, "channels": "grey",
                                    "layout": "NCHW", "scale": "pixel / 255", "mean": [0.0], "deviation": [1.0]}
                          for version in ("v1", "v2")},
        "pair": {"property": "noise"},
    },
}


def signature(values) -> list[dict]:
    """Name and type of each input or output, as the file declares them."""
    found = []
    for value in values:
        kind = value.type.WhichOneof("value")
        entry = {"name": value.name, "kind": kind.removesuffix("_type")}
        if kind == "tensor_type":
            tensor = value.type.tensor_type
            entry["element"] = onnx.TensorProto.DataType.Name(tensor.elem_type).lower()
            entry["shape"] = [dim.dim_value if dim.HasField("dim_value") else (dim.dim_param or None)
                              for dim in tensor.shape.dim]
        found.append(entry)
    return found


def main() -> None:
    proofs = json.loads((sample_kit.SAMPLES / "proof.json").read_text(encoding="utf-8"))
    samples = []
    for name, facts in PARTS.items():
        entry = {"name": name, **facts}
        if name == "bikes":
            entry["preprocessing"] = {}
            for version, kind in (("v1", "standardise"), ("v2", "none")):
                recorded = json.loads((sample_kit.SAMPLES / name / version / "preprocessing.json").read_text(encoding="utf-8"))
                entry["preprocessing"][version] = {"kind": kind, **recorded}
        entry["versions"] = {}
        for version in ("v1", "v2"):
            graph = onnx.load(sample_kit.SAMPLES / name / version / "model.onnx").graph
            entry["versions"][version] = {
                "model": f"{name}/{version}/model.onnx",
                "golden": f"{name}/{version}/golden.csv",
                "onnxruntime": f"{name}/{version}/onnxruntime.csv",
                "inputs": signature(graph.input),
                "outputs": signature(graph.output),
            }
        entry["pair"] = {**facts["pair"], "proof": proofs[name]}
        files = sorted(path for path in (sample_kit.SAMPLES / name).rglob("*") if path.is_file())
        entry["sha256"] = {path.relative_to(sample_kit.SAMPLES).as_posix(): sample_kit.sha256(path) for path in files}
        samples.append(entry)
    sample_kit.write_json({"format": 1, "samples": samples}, sample_kit.SAMPLES / "manifest.json")
    total = sum(path.stat().st_size for path in sample_kit.SAMPLES.rglob("*") if path.is_file())
    assert total < 8_000_000, total
    print(f"{len(samples)} samples, {total / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
