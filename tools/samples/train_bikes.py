"""Sample "bikes": how many bicycles are rented in an hour?

Real hours of a bike-sharing scheme in Washington DC, 2011 (UCI "Bike
Sharing"). Both versions take one float tensor "X" [N, 10]. Version 1 is a
ridge regression whose standardisation stays OUTSIDE the model: whoever runs
it must apply the recorded means and deviations first. Version 2 is boosted
trees on the raw columns, and clearly better.
"""
import numpy as np
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.sample_kit.data_types import FloatTensorType
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import sample_kit

# The order of the columns is the order inside X.
COLUMNS = ["season", "month", "hour", "holiday", "weekday", "workingday", "weather", "temp", "humidity", "windspeed"]
LABEL = "bikers"
MONTHS = ["Jan", "Feb", "March", "April", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec"]
WEATHER = ["clear", "cloudy/misty", "light rain/snow", "heavy rain/snow"]
TEST_ROWS, UNLABELLED_ROWS = 1500, 300


def load_table() -> pd.DataFrame:
    table = pd.read_csv(sample_kit.packaged_csv("ISLP", "Bikeshare.csv"))
    table = table.rename(columns={"hr": "hour", "hum": "humidity"})
    table["month"] = table["mnth"].map({name: number for number, name in enumerate(MONTHS, start=1)})
    table["weather"] = table["weathersit"].map({name: number for number, name in enumerate(WEATHER, start=1)})
    table["hour_id"] = [f"D{day:03d}H{hour:02d}" for day, hour in zip(table["day"], table["hour"])]
    table = table[["hour_id", *COLUMNS, LABEL]].drop_duplicates("hour_id")
    assert table.notna().all().all()
    return table


def write_golden(folder, predict, test: pd.DataFrame, X32: np.ndarray) -> np.ndarray:
    """What the training code says, and beside it what onnxruntime says.
    The inputs written are the raw columns, before any standardisation."""
    golden = test[["hour_id"]].copy()
    for position, column in enumerate(COLUMNS):
        golden[f"in:X[{position}]"] = test[column].astype(np.float64)
    golden["out:variable"] = predict
    sample_kit.write_csv(golden, folder / "golden.csv")

    ran = test[["hour_id"]].copy()
    output = sample_kit.run_onnx(folder / "model.onnx", {"X": X32})["variable"][:, 0].astype(np.float64)
    ran["out:variable"] = output
    sample_kit.write_csv(ran, folder / "onnxruntime.csv")
    # Half a thousandth of a bicycle: float32 sums against scikit-learn's float64 ones.
    np.testing.assert_allclose(output, predict, atol=5e-4)
    return output


def export(model, path) -> None:
    initial = [("X", FloatTensorType([None, len(COLUMNS)]))]
    sample_kit.save_onnx(to_onnx(model, initial_types=initial, target_opset=17, name="bikes"), path)


def main() -> None:
    folder = sample_kit.fresh_folder("bikes")
    table = load_table()
    train, rest = train_test_split(table, test_size=TEST_ROWS + UNLABELLED_ROWS, random_state=sample_kit.SEED)
    test, unlabelled = rest[:TEST_ROWS].sort_values("hour_id"), rest[TEST_ROWS:].sort_values("hour_id")
    sample_kit.write_csv(test, folder / "data" / "test.csv")
    sample_kit.write_csv(unlabelled.drop(columns=LABEL), folder / "data" / "unlabelled.csv")

    # float32 is all the model will ever see, so it is what training sees too;
    # a tree's threshold then falls on the same side in both. Back in float64,
    # the golden outputs are scikit-learn's at full precision.
    X_train, X_test = (rows[COLUMNS].to_numpy(np.float32).astype(np.float64) for rows in (train, test))

    scaler = StandardScaler().fit(X_train)
    version1 = Ridge(alpha=1.0).fit(scaler.transform(X_train), train[LABEL])
    version2 = GradientBoostingRegressor(
        n_estimators=150, max_depth=5, learning_rate=0.12, random_state=sample_kit.SEED).fit(X_train, train[LABEL])
    export(version1, folder / "v1" / "model.onnx")
    export(version2, folder / "v2" / "model.onnx")
    sample_kit.write_json({
        "how": "X = (column - mean) / deviation, computed before the model, in the order given",
        "columns": COLUMNS,
        "mean": scaler.mean_.tolist(),
        "deviation": scaler.scale_.tolist(),
    }, folder / "v1" / "preprocessing.json")
    sample_kit.write_json({"how": "X = the raw columns, in the order given", "columns": COLUMNS},
                      folder / "v2" / "preprocessing.json")

    said1 = write_golden(folder / "v1", version1.predict(scaler.transform(X_test)), test,
                         scaler.transform(X_test).astype(np.float32))
    said2 = write_golden(folder / "v2", version2.predict(X_test), test, X_test.astype(np.float32))

    proof = {"property": "better", "overall": sample_kit.compare_regressors(test[LABEL].to_numpy(float), said1, said2)}
    sample_kit.record_proof("bikes", proof)
    assert proof["overall"]["mae_change_95"][1] < 0, "version 2 is not clearly better"


if __name__ == "__main__":
    main()
