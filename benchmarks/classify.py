"""How fast the shipped model names digits, against the baseline network in the same run.

Usage: python benchmarks/classify.py [--json FILE]

Both run in ONNX Runtime on the same digits, a few calls of one and a few of the other in turn: the
baseline (32-64-64 convolutions, 100 units, the network of the exercise this project grew from) as Keras
exports it, and ``Reader.classify`` with all it does around its model. Figures are medians; the ratio is
taken round by round.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime as ort

import inkdigits
from inkdigits.training.backend import keras

BATCH = 256
ROUNDS = 40
CALLS = 5  # in a row, in each round
THREADS = 2


def baseline() -> ort.InferenceSession:
    """Returns the baseline network, untrained: its weights do not change its speed."""
    k = keras()
    layers = k.layers
    model = k.Sequential(
        [
            k.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(100, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model(np.zeros((1, 28, 28, 1), np.float32))
    options = ort.SessionOptions()
    options.intra_op_num_threads = THREADS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "baseline.onnx"
        model.export(path, format="onnx", verbose=False)
        return ort.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])


def block(call: Callable[[], object]) -> float:
    """Returns the median seconds of a few calls in a row.

    The first is not counted: the threads of the network that ran before still spin, waiting for more.
    """
    times: list[float] = []
    for _ in range(CALLS + 1):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    session = baseline()
    reader = inkdigits.Reader(threads=THREADS)
    digits = np.random.default_rng(1).integers(0, 256, (BATCH, 28, 28), dtype=np.uint8)
    scaled = (digits[..., None] / 255).astype(np.float32)
    name = session.get_inputs()[0].name
    times: dict[str, list[float]] = {"baseline": [], "inkdigits": []}
    for _ in range(ROUNDS):
        times["baseline"].append(block(lambda: session.run(None, {name: scaled})))
        times["inkdigits"].append(block(lambda: reader.classify(digits)))
    ratios = [ours / theirs for ours, theirs in zip(times["inkdigits"], times["baseline"], strict=True)]
    rates = {who: BATCH / statistics.median(values) for who, values in times.items()}
    ratio = statistics.median(ratios)
    print(f"baseline network  {rates['baseline']:9,.0f} digits a second")
    print(f"Reader.classify   {rates['inkdigits']:9,.0f} digits a second")
    print(
        f"time ratio        {ratio:9.2f} of the baseline's "
        f"(batch {BATCH}, {THREADS} threads, {ROUNDS} rounds)"
    )
    if args.json:
        args.json.write_text(
            json.dumps({"benchmark": "classify", "ratio": ratio, "digits_per_second": rates})
        )


if __name__ == "__main__":
    main()
