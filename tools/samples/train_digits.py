"""Sample "digits": which digit is on this small picture?

Real handwriting (the test half of UCI "Optical Recognition of Handwritten
Digits", as bundled with scikit-learn), 8x8 grey pictures. Both versions are
the same small convolutional network, trained in plain numpy so that nobody
needs a deep-learning framework; they differ in width and random start only,
so the difference between them is noise. Version 1 puts out logits, version 2
softmax probabilities.
"""
import numpy as np
import pandas as pd
from onnx import TensorProto, checker, helper, numpy_helper
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import sample_kit

TEST_PICTURES = 500


def patches(pictures: np.ndarray) -> np.ndarray:
    """[N,1,8,8] -> [N,8,8,9]: each pixel's 3x3 neighbourhood, zeros beyond the edge."""
    padded = np.pad(pictures[:, 0], ((0, 0), (1, 1), (1, 1)))
    return np.stack([padded[:, y:y + 8, x:x + 8] for y in range(3) for x in range(3)], axis=-1)


def softmax(logits: np.ndarray) -> np.ndarray:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


class SmallCnn:
    """3x3 convolution - ReLU - 2x2 max pool - dense - ReLU - dense."""

    def __init__(self, filters: int, hidden: int, seed: int):
        rng = np.random.default_rng(seed)
        self.filters = filters
        # He initialisation: keeps the signal's size through ReLU layers.
        self.weights = {
            "conv_w": rng.normal(0, np.sqrt(2 / 9), (9, filters)), "conv_b": np.zeros(filters),
            "dense_w": rng.normal(0, np.sqrt(2 / (16 * filters)), (16 * filters, hidden)), "dense_b": np.zeros(hidden),
            "out_w": rng.normal(0, np.sqrt(2 / hidden), (hidden, 10)), "out_b": np.zeros(10),
        }

    def forward(self, pictures: np.ndarray) -> tuple[np.ndarray, dict]:
        w, n, f = self.weights, len(pictures), self.filters
        patch = patches(pictures)
        conv = np.maximum(patch @ w["conv_w"] + w["conv_b"], 0)                              # [N,8,8,F]
        blocks = conv.reshape(n, 4, 2, 4, 2, f).transpose(0, 1, 3, 5, 2, 4).reshape(n, 4, 4, f, 4)
        winner = blocks.argmax(axis=-1)                                                      # which of the 2x2 was largest
        # Channels first before flattening: the order that ONNX's Flatten gives.
        flat = blocks.max(axis=-1).transpose(0, 3, 1, 2).reshape(n, -1)
        dense = np.maximum(flat @ w["dense_w"] + w["dense_b"], 0)
        logits = dense @ w["out_w"] + w["out_b"]
        return logits, {"patch": patch, "conv": conv, "winner": winner, "flat": flat, "dense": dense}

    def gradients(self, pictures: np.ndarray, labels: np.ndarray) -> dict:
        """Cross-entropy's slope in every weight: forward()'s steps, backwards."""
        w, n, f = self.weights, len(pictures), self.filters
        logits, seen = self.forward(pictures)
        d_logits = softmax(logits)
        d_logits[np.arange(n), labels] -= 1
        d_logits /= n
        d_dense = (d_logits @ w["out_w"].T) * (seen["dense"] > 0)
        d_pool = (d_dense @ w["dense_w"].T).reshape(n, f, 4, 4).transpose(0, 2, 3, 1)
        # Only the pixel that won its 2x2 block hears about the error.
        d_blocks = (np.arange(4) == seen["winner"][..., None]) * d_pool[..., None]
        d_conv = d_blocks.reshape(n, 4, 4, f, 2, 2).transpose(0, 1, 4, 2, 5, 3).reshape(n, 8, 8, f) * (seen["conv"] > 0)
        return {
            "out_w": seen["dense"].T @ d_logits, "out_b": d_logits.sum(0),
            "dense_w": seen["flat"].T @ d_dense, "dense_b": d_dense.sum(0),
            "conv_w": np.tensordot(seen["patch"], d_conv, axes=([0, 1, 2], [0, 1, 2])), "conv_b": d_conv.sum((0, 1, 2)),
        }

    def train(self, pictures: np.ndarray, labels: np.ndarray, seed: int, epochs: int = 40, batch: int = 32) -> None:
        """Adam, with weight decay against learning the training pictures by heart."""
        rng = np.random.default_rng(seed)
        first = {name: np.zeros_like(value) for name, value in self.weights.items()}
        second = {name: np.zeros_like(value) for name, value in self.weights.items()}
        step = 0
        for _ in range(epochs):
            order = rng.permutation(len(pictures))
            for start in range(0, len(order), batch):
                step += 1
                chosen = order[start:start + batch]
                for name, slope in self.gradients(pictures[chosen], labels[chosen]).items():
                    slope = slope + 1e-4 * self.weights[name]
                    first[name] = 0.9 * first[name] + 0.1 * slope
                    second[name] = 0.999 * second[name] + 0.001 * slope ** 2
                    rate = 0.002 * np.sqrt(1 - 0.999 ** step) / (1 - 0.9 ** step)
                    self.weights[name] -= rate * first[name] / (np.sqrt(second[name]) + 1e-8)
        # The ONNX file holds float32; from here on the numpy network holds the same numbers.
        self.weights = {name: value.astype(np.float32).astype(np.float64) for name, value in self.weights.items()}

    def export(self, path, with_softmax: bool) -> None:
        w = dict(self.weights)
        w["conv_w"] = w["conv_w"].T.reshape(self.filters, 1, 3, 3)
        nodes = [
            helper.make_node("Conv", ["image", "conv_w", "conv_b"], ["conv"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
            helper.make_node("Relu", ["conv"], ["conv_relu"]),
            helper.make_node("MaxPool", ["conv_relu"], ["pooled"], kernel_shape=[2, 2], strides=[2, 2]),
            helper.make_node("Flatten", ["pooled"], ["flat"], axis=1),
            helper.make_node("Gemm", ["flat", "dense_w", "dense_b"], ["dense"]),
            helper.make_node("Relu", ["dense"], ["dense_relu"]),
            helper.make_node("Gemm", ["dense_relu", "out_w", "out_b"], ["logits"]),
        ]
        if with_softmax:
            nodes.append(helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1))
        graph = helper.make_graph(
            nodes, "digits",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 1, 8, 8])],
            [helper.make_tensor_value_info("probabilities" if with_softmax else "logits", TensorProto.FLOAT, ["N", 10])],
            [numpy_helper.from_array(np.ascontiguousarray(value, np.float32), name) for name, value in w.items()],
        )
        model = helper.make_model(graph, producer_name="drydock-samples", producer_version="1", ir_version=8,
                                  opset_imports=[helper.make_opsetid("", 17)])
        checker.check_model(model, full_check=True)
        path.write_bytes(model.SerializeToString())


def check_backpropagation() -> None:
    """Hand-written gradients are easy to get wrong: compare with finite differences."""
    rng = np.random.default_rng(0)
    network, pictures, labels = SmallCnn(2, 5, 0), rng.random((4, 1, 8, 8)), np.array([0, 3, 3, 9])

    def loss() -> float:
        return -np.log(softmax(network.forward(pictures)[0])[np.arange(4), labels]).mean()

    for name, slope in network.gradients(pictures, labels).items():
        weight, place = network.weights[name], np.unravel_index(np.abs(slope).argmax(), slope.shape)
        kept = weight[place]
        weight[place] = kept + 1e-6
        above = loss()
        weight[place] = kept - 1e-6
        below = loss()
        weight[place] = kept
        assert abs((above - below) / 2e-6 - slope[place]) < 1e-5, name


def write_pictures(pixels: np.ndarray, labels: np.ndarray, folder) -> list[str]:
    """PNGs in one folder for each class; the path below the folder is the picture's name."""
    names = []
    for number, (picture, label) in enumerate(zip(pixels, labels)):
        name = f"{label}/digit_{number:04d}.png"
        (folder / str(label)).mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture, mode="L").save(folder / name, optimize=True)
        names.append(name)
    return names


def read_pictures(names: list[str], folder) -> np.ndarray:
    pixels = np.stack([np.asarray(Image.open(folder / name)) for name in names])
    return pixels[:, None].astype(np.float64) / 255


def write_golden(folder, network: SmallCnn, names: list[str], pictures: np.ndarray, with_softmax: bool) -> np.ndarray:
    output = "probabilities" if with_softmax else "logits"
    logits, _ = network.forward(pictures)
    expected = softmax(logits) if with_softmax else logits
    ran = sample_kit.run_onnx(folder / "model.onnx", {"image": pictures.astype(np.float32)})[output].astype(np.float64)
    for file_name, values in (("golden.csv", expected), ("onnxruntime.csv", ran)):
        frame = pd.DataFrame(values, columns=[f"out:{output}[{digit}]" for digit in range(10)])
        frame.insert(0, "in:image", names)
        sample_kit.write_csv(frame, folder / file_name)
    np.testing.assert_allclose(ran, expected, atol=1e-4)
    return ran.argmax(axis=1)


def main() -> None:
    check_backpropagation()
    folder = sample_kit.fresh_folder("digits")
    bundle = load_digits()
    # The bundle holds 0..16; a PNG holds 0..255. Training uses what the PNG holds.
    pixels = np.rint(bundle.images * 255 / 16).astype(np.uint8)
    train_pixels, test_pixels, train_labels, test_labels = train_test_split(
        pixels, bundle.target, test_size=TEST_PICTURES, stratify=bundle.target, random_state=sample_kit.SEED)

    names = write_pictures(test_pixels, test_labels, folder / "data" / "test")
    test = read_pictures(names, folder / "data" / "test")
    train = train_pixels[:, None].astype(np.float64) / 255

    # The starts were picked so that version 2 LOOKS a little better: a pair that
    # shows why a higher figure alone proves nothing.
    said = {}
    for version, filters, hidden, seed in (("v1", 8, 32, 8), ("v2", 10, 36, 2)):
        network = SmallCnn(filters, hidden, seed)
        network.train(train, train_labels, seed)
        network.export(folder / version / "model.onnx", with_softmax=version == "v2")
        said[version] = write_golden(folder / version, network, names, test, with_softmax=version == "v2")

    proof = {"property": "noise", "overall": sample_kit.compare_classifiers(test_labels, said["v1"], said["v2"])}
    sample_kit.record_proof("digits", proof)
    overall = proof["overall"]
    assert overall["mcnemar_exact_p"] > 0.2, "the difference is not noise"
    assert overall["accuracy_change_95"][0] <= 0 <= overall["accuracy_change_95"][1]
    assert min(overall["accuracy_v1"], overall["accuracy_v2"]) > 0.95


if __name__ == "__main__":
    main()
