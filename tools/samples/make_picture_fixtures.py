"""Golden pixels for the tests: what Pillow and OpenCV make of pictures.

    pip install -r tools/samples/requirements-pictures.txt
    python tools/samples/make_picture_fixtures.py

writes tests/fixtures/pictures. Seeds are fixed; a second run gives the same files.
"""
import gzip
import io
import json
import pathlib

import cv2
import numpy as np
import onnx
import onnxruntime
from onnx import helper, numpy_helper
from PIL import Image, ImageOps

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "tests/fixtures/pictures"

PILLOW = {
    "pillow-nearest": Image.Resampling.NEAREST, "pillow-box": Image.Resampling.BOX,
    "pillow-bilinear": Image.Resampling.BILINEAR, "pillow-hamming": Image.Resampling.HAMMING,
    "pillow-bicubic": Image.Resampling.BICUBIC, "pillow-lanczos": Image.Resampling.LANCZOS,
}
OPENCV = {
    "opencv-nearest": cv2.INTER_NEAREST, "opencv-linear": cv2.INTER_LINEAR,
    "opencv-area": cv2.INTER_AREA, "opencv-cubic": cv2.INTER_CUBIC,
}

# Down, up, odd sides, halves, whole factors, one side only, both ways at once, to and from one pixel.
SIZES = [
    ((37, 23), (16, 16)), ((37, 23), (11, 31)), ((37, 23), (50, 45)), ((37, 23), (37, 10)), ((37, 23), (20, 23)),
    ((48, 32), (24, 16)), ((48, 32), (16, 8)), ((48, 32), (13, 29)), ((61, 40), (8, 7)), ((5, 3), (33, 29)),
    ((1, 1), (4, 3)), ((9, 7), (1, 1)), ((9, 7), (9, 7)), ((96, 80), (28, 28)),
]


def picture(width: int, height: int, channels: int) -> np.ndarray:
    """Noise, edges and slopes: the first finds wrong weights, the others wrong places and clipping."""
    rng = np.random.default_rng(width * 1000 + height * 10 + channels)
    pixels = rng.integers(0, 256, (height, width, channels), dtype=np.uint8)
    pixels[: height // 3] = (pixels[: height // 3] > 127) * np.uint8(255)
    slope = np.linspace(0, 255, width)[None, :, None] + np.arange(channels) * 20
    pixels[2 * height // 3 :] = np.clip(slope, 0, 255).astype(np.uint8)
    return pixels[..., 0] if channels == 1 else pixels


def resized(pixels: np.ndarray, algorithm: str, size: tuple[int, int]) -> np.ndarray:
    if algorithm in PILLOW:
        return np.asarray(Image.fromarray(pixels).resize(size, PILLOW[algorithm]))
    return cv2.resize(pixels, size, interpolation=OPENCV[algorithm])


class Pieces:
    """Bytes one after the other, and where each piece begins."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.length = 0

    def __call__(self, piece: bytes) -> int:
        self.pieces.append(piece)
        self.length += len(piece)
        return self.length - len(piece)

    def write(self, name: str, index: dict) -> None:
        (FOLDER / f"{name}.bin.gz").write_bytes(gzip.compress(b"".join(self.pieces), 9, mtime=0))
        (FOLDER / f"{name}.json").write_text(json.dumps(index, separators=(",", ":")) + "\n")


def write_resizes() -> None:
    """One file of all pixels, and where each picture lies in it."""
    keep = Pieces()
    cases = []
    for channels in (1, 3):
        for source_size, size in SIZES:
            pixels = picture(*source_size, channels)
            results = {name: keep(resized(pixels, name, size).tobytes()) for name in (*PILLOW, *OPENCV)}
            cases.append({"channels": channels, "from": source_size, "to": size, "source": keep(pixels.tobytes()), "results": results})
    keep.write("resize", {"cases": cases})


def photo(width: int, height: int, seed: int = 1) -> np.ndarray:
    """Waves, a hard red edge and noise, in colour."""
    y, x = np.mgrid[0:height, 0:width]
    waves = np.stack([128 + 100 * np.sin(x / 9 + seed) + 20 * np.cos(y / 5), 128 + 90 * np.cos((x + seed * y) / 13),
                      255 * x / width], -1)
    waves[height // 4 : height // 2, width // 4 : width // 2] = [250, 10, 20]
    noise = np.random.default_rng(seed).normal(0, 12, (height, width, 3))
    return np.clip(waves + noise, 0, 255).astype(np.uint8)


def saved(image: Image.Image, kind: str, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def encoded(extension: str, pixels: np.ndarray, *parameters: int) -> bytes:
    return cv2.imencode(extension, pixels[..., ::-1] if pixels.ndim == 3 and pixels.shape[2] == 3 else pixels, parameters)[1].tobytes()


def kinds_of_pictures() -> dict[str, bytes]:
    """Every format and kind of pixel whose colours have to be those of Pillow."""
    colour = Image.fromarray(photo(29, 21))
    grey = colour.convert("L")
    palette = colour.quantize(17)
    alpha = Image.fromarray(np.dstack([np.asarray(colour), np.asarray(grey)[..., None]]), "RGBA")
    wide = np.asarray(colour).astype(np.uint16) * 257 - 100
    wide_grey = Image.fromarray(np.asarray(grey).astype(np.uint16) * 9)
    turned = Image.Exif()
    turned[0x112] = 6
    files = {f"jpeg-4{name}.jpg": saved(colour, "JPEG", quality=80, subsampling=code)
             for name, code in (("44", 0), ("22", 1), ("20", 2))}
    for width, height in ((1, 1), (7, 8), (17, 15), (33, 31)):
        files[f"jpeg-{width}x{height}.jpg"] = saved(Image.fromarray(photo(width, height)), "JPEG", quality=85)
    factor = cv2.IMWRITE_JPEG_SAMPLING_FACTOR
    return files | {
        "jpeg-440.jpg": encoded(".jpg", np.asarray(colour), factor, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_440),
        "jpeg-411.jpg": encoded(".jpg", np.asarray(colour), factor, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_411),
        "jpeg-progressive.jpg": saved(colour, "JPEG", progressive=True),
        "jpeg-grey.jpg": saved(grey, "JPEG"),
        "jpeg-cmyk.jpg": saved(colour.convert("CMYK"), "JPEG", quality=90),
        "jpeg-turned.jpg": saved(colour, "JPEG", quality=95, exif=turned),
        "png.png": saved(colour, "PNG"), "png-grey.png": saved(grey, "PNG"), "png-alpha.png": saved(alpha, "PNG"),
        "png-grey-alpha.png": saved(alpha.convert("LA"), "PNG"), "png-bits.png": saved(grey.convert("1"), "PNG"),
        "png-palette.png": saved(palette, "PNG"), "png-palette-clear.png": saved(palette, "PNG", transparency=bytes(range(17))),
        "png-4-colours.png": saved(colour.quantize(4), "PNG"),
        "png-clear-grey.png": saved(grey, "PNG", transparency=int(np.asarray(grey)[0, 0])),
        "png-16.png": encoded(".png", wide), "png-16-grey.png": saved(wide_grey, "PNG"),
        "tiff.tif": saved(colour, "TIFF"), "tiff-lzw.tif": saved(colour, "TIFF", compression="tiff_lzw"),
        "tiff-jpeg.tif": saved(colour, "TIFF", compression="jpeg"), "tiff-palette.tif": saved(palette, "TIFF"),
        "tiff-bits.tif": saved(grey.convert("1"), "TIFF"), "tiff-cmyk.tif": saved(colour.convert("CMYK"), "TIFF"),
        "tiff-alpha.tif": saved(alpha, "TIFF"), "tiff-16.tif": encoded(".tif", wide),
        "tiff-16-grey.tif": saved(wide_grey, "TIFF"), "tiff-turned.tif": saved(colour, "TIFF", exif=turned),
        "webp.webp": saved(colour, "WEBP", quality=80), "webp-lossless.webp": saved(colour, "WEBP", lossless=True),
        "webp-alpha.webp": saved(alpha, "WEBP", quality=80),
        "webp-animated.webp": saved(colour, "WEBP", lossless=True, save_all=True, append_images=[grey.convert("RGB")]),
        "gif.gif": saved(colour, "GIF"), "gif-clear.gif": saved(palette, "GIF", transparency=2),
        "gif-animated.gif": saved(colour, "GIF", save_all=True, append_images=[grey.convert("RGB")]),
        "bmp.bmp": saved(colour, "BMP"), "bmp-grey.bmp": saved(grey, "BMP"), "bmp-palette.bmp": saved(palette, "BMP"),
        "bmp-bits.bmp": saved(grey.convert("1"), "BMP"), "bmp-alpha.bmp": saved(alpha, "BMP"),
        "avif.avif": saved(colour, "AVIF", quality=90, subsampling="4:4:4"),
        "avif-420.avif": saved(colour, "AVIF", quality=90),
    }


def write_formats() -> None:
    """The files, and behind each what Pillow's convert makes of it."""
    keep = Pieces()
    cases = []
    for name, data in kinds_of_pictures().items():
        colour = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
        grey = np.asarray(Image.open(io.BytesIO(data)).convert("L"))
        turned = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB"))
        cases.append({"name": name, "file": [keep(data), len(data)], "size": colour.shape[1::-1], "rgb": keep(colour.tobytes()),
                      "grey": keep(grey.tobytes()), "turned": keep(turned.tobytes())})
    keep.write("formats", {"cases": cases})


def shortest(image: Image.Image, side: int, resample) -> Image.Image:
    """torchvision.transforms.Resize(side) of a Pillow picture."""
    width, height = image.size
    if width <= height:
        return image.resize((side, int(side * height / width)), resample)
    return image.resize((int(side * width / height), side), resample)


def centre(image: Image.Image, side: int) -> Image.Image:
    """torchvision.transforms.CenterCrop(side) of a Pillow picture that is large enough."""
    top, left = int(round((image.height - side) / 2.0)), int(round((image.width - side) / 2.0))
    return image.crop((left, top, left + side, top + side))


def yolo(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    """The letterbox of YOLO's pre-processing."""
    scale = min(height / pixels.shape[0], width / pixels.shape[1])
    inside = (round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))
    x, y = (width - inside[0]) / 2, (height - inside[1]) / 2
    if pixels.shape[1::-1] != inside:
        pixels = cv2.resize(pixels, inside, interpolation=cv2.INTER_LINEAR)
    return cv2.copyMakeBorder(pixels, round(y - 0.1), round(y + 0.1), round(x - 0.1), round(x + 0.1), cv2.BORDER_CONSTANT,
                              value=(114, 100, 90))


def write_steps() -> None:
    """Whole chains of steps, as the code they are called after makes them."""
    keep = Pieces()
    cases = []
    for width, height in ((61, 40), (40, 61), (33, 33), (100, 23)):
        pixels = photo(width, height)
        image = Image.fromarray(pixels)
        made = {
            "shortest-crop": centre(shortest(image, 26, Image.Resampling.BILINEAR), 21),
            "pad": ImageOps.pad(image, (31, 24), Image.Resampling.BICUBIC, color=(10, 20, 30)),
            "yolo": Image.fromarray(yolo(pixels, 31, 24)),
        }
        cases.append({"size": [width, height], "source": keep(pixels.tobytes()),
                      "results": {name: [keep(result.tobytes()), *result.size] for name, result in made.items()}})
    keep.write("steps", {"cases": cases})


def classifier(weights: dict[str, np.ndarray], last: str) -> onnx.ModelProto:
    """A small convolutional network."""
    nodes = [
        helper.make_node("Conv", ["image", "w", "b"], ["c"], kernel_shape=[5, 5], pads=[2, 2, 2, 2]),
        helper.make_node("Relu", ["c"], ["r"]),
        helper.make_node("AveragePool", ["r"], ["p"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Flatten", ["p"], ["f"], axis=1),
        helper.make_node("Gemm", ["f", "d", "e"], ["logits"]),
        helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
    ]
    graph = helper.make_graph(
        nodes, "pictures", [helper.make_tensor_value_info("image", onnx.TensorProto.FLOAT, ["N", 3, 32, 32])],
        [helper.make_tensor_value_info(last, onnx.TensorProto.FLOAT, ["N", 5])],
        [numpy_helper.from_array(value.astype(np.float32), name) for name, value in weights.items()])
    model = helper.make_model(graph, producer_name="drydock-fixtures", ir_version=8, opset_imports=[helper.make_opsetid("", 17)])
    onnx.checker.check_model(model, full_check=True)
    return model


def run(model: onnx.ModelProto, pictures: list[np.ndarray]) -> np.ndarray:
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(None, {"image": picture})[0] for picture in pictures]).astype(float)


def tuned_classifier(pictures: list[np.ndarray]) -> onnx.ModelProto:
    """Random weights, the last layer scaled so that these pictures fall into all classes and no score is 0 or 1."""
    rng = np.random.default_rng(7)
    filters = rng.normal(0, 0.3, (6, 3, 5, 5))
    weights = {"w": filters, "b": rng.normal(0, 0.1, 6), "d": rng.normal(0, 0.6, (6 * 64, 5)), "e": np.zeros(5)}
    logits = run(classifier(weights, "logits"), pictures)
    weights["d"] = weights["d"] / logits.std(axis=0) * 1.5
    weights["e"] = -logits.mean(axis=0) / logits.std(axis=0) * 1.5
    return classifier(weights, "probabilities")


MEAN, STD = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


def as_pillow(file: bytes) -> np.ndarray:
    image = centre(shortest(Image.open(io.BytesIO(file)).convert("RGB"), 37, Image.Resampling.BILINEAR), 32)
    return ((np.asarray(image) / 255 - MEAN) / STD).transpose(2, 0, 1)[None].astype(np.float32)


def as_opencv(interpolation: int):
    def prepare(file: bytes) -> np.ndarray:
        pixels = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)
        resized = cv2.resize(pixels, (32, 32), interpolation=interpolation)
        # Blue first, as OpenCV reads it.
        return ((resized / 255 - MEAN[::-1]) / STD[::-1]).transpose(2, 0, 1)[None].astype(np.float32)
    return prepare


def write_predictions() -> None:
    """A model, pictures of three formats, and what Pillow or OpenCV with onnxruntime predict of them."""
    keep = Pieces()
    pipelines = {"pillow": as_pillow, "opencv-linear": as_opencv(cv2.INTER_LINEAR), "opencv-area": as_opencv(cv2.INTER_AREA)}
    kinds = (("jpg", "JPEG", {"quality": 88}), ("png", "PNG", {}), ("tif", "TIFF", {"compression": "tiff_lzw"}))
    sizes = ((61, 47), (50, 70), (64, 48), (48, 48), (37, 39), (100, 40))
    files = {}
    for number in range(24):
        size = sizes[number % len(sizes)]
        colours = np.roll(photo(*size, seed=number + 2), number // 6, axis=2)
        if number % 4 == 1:
            colours = 255 - colours
        extension, kind, options = kinds[number % 3] if number < 18 else kinds[0]
        files[f"{number:02}.{extension}"] = saved(Image.fromarray(np.ascontiguousarray(colours)), kind, **options)
    model = tuned_classifier([as_pillow(file) for file in files.values()])
    onnx.save(model, FOLDER / "classifier.onnx")
    cases = []
    for name, file in files.items():
        scores = {pipeline: run(model, [prepare(file)])[0].tolist() for pipeline, prepare in pipelines.items()}
        cases.append({"name": name, "file": [keep(file), len(file)], "scores": scores})
    keep.write("predictions", {"cases": cases})


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    write_resizes()
    write_formats()
    write_steps()
    write_predictions()
