"""Sample "income": does a person earn more than 50,000 dollars a year?

Real rows of the 1994 US census (UCI "Adult"). Version 1 is a logistic
regression, version 2 boosted trees that also see capital gains. Version 2 is
better overall and clearly worse for people employed by their own company, on
purpose: in its training rows each of them is marked "no", as happens when the
true label (a tax return) arrives later for some groups than for others.
"""
import numpy as np
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.sample_kit.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import sample_kit

TEXT = ["workclass", "marital_status", "occupation", "relationship"]
INTEGER = ["education_num"]
NUMBERS_V1 = ["age", "hours_per_week"]
NUMBERS_V2 = ["age", "hours_per_week", "capital_gain", "capital_loss"]
SLICE = "Self-emp-inc"  # people employed by their own company
TEST_ROWS, UNLABELLED_ROWS = 3000, 600


def load_table() -> pd.DataFrame:
    table = pd.read_csv(sample_kit.packaged_csv("dataprep", "adult.csv"), skipinitialspace=True)
    table = table.drop_duplicates().reset_index(drop=True)  # no row in both train and test
    table.columns = [column.replace("-", "_") for column in table.columns]
    table = table.rename(columns={"fnlwgt": "census_weight"})
    table["over_50k"] = np.where(table.pop("class") == ">50K", "yes", "no")
    table.insert(0, "person_id", [f"P{number:05d}" for number in range(1, len(table) + 1)])
    return table


def pipeline(numbers: list[str], classifier):
    return make_pipeline(
        ColumnTransformer([
            # The imputer is inside the model: a missing number (NaN) is a legal input.
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            ("integer", StandardScaler(), INTEGER),
            # A category that training never saw becomes all zeros, not an error.
            ("text", OneHotEncoder(handle_unknown="ignore", sparse_output=False), TEXT),
        ]),
        classifier,
    )


def export(model, numbers: list[str], zipmap: bool, path) -> None:
    inputs = [(column, FloatTensorType([None, 1])) for column in numbers]
    inputs += [(column, Int64TensorType([None, 1])) for column in INTEGER]
    inputs += [(column, StringTensorType([None, 1])) for column in TEXT]
    options = {} if zipmap else {id(model): {"zipmap": False}}
    onnx_model = to_onnx(model, initial_types=inputs, options=options, target_opset=17, name="income")
    sample_kit.save_onnx(onnx_model, path)


def feed(rows: pd.DataFrame, numbers: list[str]) -> dict:
    arrays = {column: rows[[column]].to_numpy(np.float32) for column in numbers}
    arrays |= {column: rows[[column]].to_numpy(np.int64) for column in INTEGER}
    return arrays | {column: rows[[column]].to_numpy(object) for column in TEXT}


def write_golden(folder, model, numbers, test, zipmap) -> np.ndarray:
    """What the training code says, and beside it what onnxruntime says."""
    columns = numbers + INTEGER + TEXT
    # A ZipMap export calls its outputs output_label/output_probability, the plain one label/probabilities.
    label, scores = ("output_label", "output_probability") if zipmap else ("label", "probabilities")
    keys = list(model.classes_) if zipmap else range(len(model.classes_))
    golden = test[["person_id"]].copy()
    for column in columns:
        golden[f"in:{column}"] = test[column]
    golden[f"out:{label}"] = model.predict(test[columns])
    for position, key in enumerate(keys):
        golden[f"out:{scores}[{key}]"] = model.predict_proba(test[columns])[:, position]
    sample_kit.write_csv(golden, folder / "golden.csv")

    outputs = sample_kit.run_onnx(folder / "model.onnx", feed(test, numbers))
    ran = test[["person_id"]].copy()
    ran[f"out:{label}"] = outputs[label]
    for key in keys:
        # float64 so that the text is the float32 result exactly, not a rounded look of it
        ran[f"out:{scores}[{key}]"] = np.array([row[key] for row in outputs[scores]], dtype=np.float64)
    sample_kit.write_csv(ran, folder / "onnxruntime.csv")

    assert (ran[f"out:{label}"] == golden[f"out:{label}"]).all(), "a label differs from scikit-learn"
    for key in keys:
        np.testing.assert_allclose(ran[f"out:{scores}[{key}]"], golden[f"out:{scores}[{key}]"], atol=1e-5)
    return np.asarray(outputs[label])


def write_unlabelled(rows: pd.DataFrame, folder) -> None:
    """The same people twice, as CSV and as Parquet, with the dirt that real exports have."""
    rng = np.random.default_rng(sample_kit.SEED)
    dirty = rows.drop(columns="over_50k").replace("?", None)  # the census' own mark for "missing"
    for column in ["age", "hours_per_week", "capital_gain", "marital_status"]:
        dirty.loc[rng.random(len(dirty)) < 0.04, column] = None
    for column in ["age", "hours_per_week", "capital_gain"]:
        dirty[column] = dirty[column].astype("Int64")  # keeps 39 from turning into 39.0
    dirty["export_batch"] = [f"B{number // 100 + 1}" for number in range(len(dirty))]  # a column no model asks for
    dirty = dirty[rng.permutation(dirty.columns)]
    sample_kit.write_csv(dirty, folder / "unlabelled.csv")
    dirty.to_parquet(folder / "unlabelled.parquet", index=False, compression="snappy")


def main() -> None:
    folder = sample_kit.fresh_folder("income")
    table = load_table()
    train, rest = train_test_split(
        table, test_size=TEST_ROWS + UNLABELLED_ROWS, stratify=table["over_50k"], random_state=sample_kit.SEED)
    test, unlabelled = train_test_split(
        rest, test_size=UNLABELLED_ROWS, stratify=rest["over_50k"], random_state=sample_kit.SEED)
    test, unlabelled = test.sort_values("person_id"), unlabelled.sort_values("person_id")

    kept = ["person_id", "age", "workclass", "education", "education_num", "marital_status", "occupation",
            "relationship", "sex", "capital_gain", "capital_loss", "hours_per_week"]
    sample_kit.write_csv(test[kept + ["over_50k"]], folder / "data" / "test.csv")
    test[kept + ["over_50k"]].to_json(folder / "data" / "test.jsonl", orient="records", lines=True)
    write_unlabelled(unlabelled[kept + ["census_weight", "over_50k"]], folder / "data")

    version1 = pipeline(NUMBERS_V1, LogisticRegression(max_iter=1000))
    version1.fit(train[NUMBERS_V1 + INTEGER + TEXT], train["over_50k"])

    spoiled = train["over_50k"].mask(train["workclass"] == SLICE, "no")
    version2 = pipeline(NUMBERS_V2, HistGradientBoostingClassifier(
        max_iter=80, max_leaf_nodes=15, random_state=sample_kit.SEED))
    version2.fit(train[NUMBERS_V2 + INTEGER + TEXT], spoiled)

    export(version1, NUMBERS_V1, True, folder / "v1" / "model.onnx")
    export(version2, NUMBERS_V2, False, folder / "v2" / "model.onnx")
    said1 = write_golden(folder / "v1", version1, NUMBERS_V1, test, zipmap=True)
    said2 = write_golden(folder / "v2", version2, NUMBERS_V2, test, zipmap=False)

    truth = test["over_50k"].to_numpy()
    proof = {"property": "better overall, clearly worse on a slice",
             "overall": sample_kit.compare_classifiers(truth, said1, said2), "slices": {}}
    chosen = (test["workclass"] == SLICE).to_numpy()
    figures = sample_kit.compare_classifiers(truth[chosen], said1[chosen], said2[chosen])
    proof["slices"][f"workclass = {SLICE}"] = figures
    sample_kit.record_proof("income", proof)
    assert proof["overall"]["accuracy_change_95"][0] > 0 and proof["overall"]["mcnemar_exact_p"] < 0.01
    assert figures["accuracy_change_95"][1] < 0 and figures["mcnemar_exact_p"] < 0.01


if __name__ == "__main__":
    main()
