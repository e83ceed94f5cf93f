"""Makes tests/fixtures/models: valid, hostile and other-format files, and a
manifest that says what each is. Run from anywhere; see README.md.

Takes about 40 seconds: two hostile models are left running for ten seconds
each to show that they do not end. Each hostile model runs in a process of its
own that may take 3 GiB at most."""
import shutil

import sample_kit
from fixtures import hostile_models, other_formats, valid_models

FOLDER = sample_kit.REPO / "tests" / "fixtures" / "models"
LARGEST = 60_000


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    entries = [entry for kind in (valid_models, hostile_models, other_formats) for entry in kind.make(FOLDER)]
    sample_kit.write_json({
        "format": 1,
        "kinds": {
            "valid": "loads and runs; 'expected' names the file with its facts and some runs",
            "hostile": "must be stopped at 'stopAt' (read: before any runtime sees it; load: by the runtime; run: while running); "
                       "'words' belong in the message, 'onnxruntime' is what onnxruntime 1.30.0 for Python did with ones as inputs, "
                       "'danger' warns whoever runs it",
            "other-format": "not ONNX; the message names the format ('words')",
        },
        "files": entries,
    }, FOLDER / "manifest.json")
    # Git must never "repair" line ends inside these files.
    (FOLDER / ".gitattributes").write_text("* -text\n", encoding="utf-8")
    for path in FOLDER.rglob("*"):
        assert not path.is_file() or path.name == "manifest.json" or path.stat().st_size < LARGEST, path
    total = sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file())
    print(f"{len(entries)} fixtures, {total / 1000:.0f} kB")


if __name__ == "__main__":
    main()
