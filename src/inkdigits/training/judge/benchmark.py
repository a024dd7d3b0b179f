"""How fast the models learn, name digits and start, each against the published baseline in the same run.

Absolute times say more about the machine than about the code: what counts are the ratios. Rounds go a few
calls of one and a few of the other in turn; figures are medians, ratios are taken round by round.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from inkdigits.data.datasets import load_dataset
from inkdigits.measure.evaluation import evaluate
from inkdigits.reader import Reader
from inkdigits.recognition.runtime import onnxruntime
from inkdigits.training.draw.digit import write_digit
from inkdigits.training.judge.crossval import cross_validate
from inkdigits.training.learn import networks
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.config import load_config
from inkdigits.training.learn.run import Run
from inkdigits.training.learn.settings import Config
from inkdigits.training.ship.export import onnx_of
from inkdigits.training.train import train

__all__ = ["PARTS", "Figure", "measure"]

BATCHES = (1, 32, 256)
ROUNDS = 30
CALLS = 5  # in a row, in each round
PAUSE_S = 0.1  # before each of them: the threads of the network that ran before spin, waiting for more
STARTS = 15
THREADS = 2
BASELINE_BATCH = 200  # of the published final model; its folds take 32

# What somebody writes who has a network and a picture, without this package.
_REFERENCE = """
import os, sys, numpy
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # as in our own process
import onnxruntime
from PIL import Image
grey = 255 - numpy.asarray(Image.open(sys.argv[2]).convert("L").resize((28, 28)))
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
print(session.run(None, {session.get_inputs()[0].name: grey[None]})[0].argmax())
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement.

    Attributes:
        name: what was measured.
        ours: how much of ``unit`` it took.
        reference: what the baseline took.
        unit: "ms" or "s".
        ratio: ours over the reference's, round by round; below 1 is faster.
        note: what belongs to it: accuracies, rounds.
    """

    name: str
    ours: float
    reference: float
    unit: str
    ratio: float
    note: str


def measure(part: str, *, seeds: int = 5) -> list[Figure]:
    """Measures one of :data:`PARTS`.

    Args:
        part: "classify", "start", "accuracy" or "crossval"; the last two train and take minutes.
        seeds: how often the quick config is trained for "accuracy".

    Raises:
        InkdigitsError: data or an extra is missing.
    """
    return PARTS[part](seeds)


def _classify(_: int) -> list[Figure]:
    session = _session()
    reader, name = Reader(threads=THREADS), session.get_inputs()[0].name
    out: list[Figure] = []
    for batch in BATCHES:
        digits = np.random.default_rng(1).integers(0, 256, (batch, 28, 28), dtype=np.uint8)
        pairs = [
            (
                _block(lambda d=digits: reader.classify(d)),
                _block(lambda d=digits: session.run(None, {name: d})),
            )
            for _ in range(ROUNDS)
        ]
        note = f"{batch / statistics.median(ours for ours, _ in pairs):,.0f} digits a second"
        out.append(_figure(f"classify, batch {batch}", pairs, "ms", note))
    return out


def _start(_: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        picture, model = Path(folder, "digit.png"), Path(folder, "baseline.onnx")
        _save(picture)
        model.write_bytes(_baseline())
        ours = [sys.executable, "-m", "inkdigits", "read", str(picture)]
        reference = [sys.executable, "-c", _REFERENCE, str(model), str(picture)]
        for command in (ours, reference):
            _process(command)  # a warm-up, not counted
        pairs = [(_process(ours), _process(reference)) for _ in range(STARTS)]
    return [_figure("cold start, one picture", pairs, "ms", "whole processes")]


def _accuracy(seeds: int) -> list[Figure]:
    quick, baseline = load_config("quick"), load_config("baseline")
    baseline = replace(baseline, fit=replace(baseline.fit, batch_size=BASELINE_BATCH))
    test = load_dataset("mnist", "test")

    def trained(config: Config, seed: int) -> tuple[float, float]:
        """Returns the seconds that fitting took, and the accuracy of the exported bundle."""
        with tempfile.TemporaryDirectory() as folder:
            bundle = train(replace(config, fit=replace(config.fit, seed=seed)), Path(folder, "run"))
            rows = Run(Path(folder, "run")).rows()
            accuracy = evaluate(Reader(bundle.path), test).score.accuracy
        return sum(row["seconds"] for row in rows), accuracy

    reference, theirs = trained(baseline, 1)
    found = [trained(quick, seed) for seed in range(1, seeds + 1)]
    mean = statistics.mean(accuracy for _, accuracy in found)
    note = f"{100 * mean:.3f} % on the test digits, mean of {seeds} seeds; baseline {100 * theirs:.2f} %"
    return [_figure("fit, quick", [(seconds, reference) for seconds, _ in found], "s", note)]


def _crossval(_: int) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = (
            cross_validate(load_config(name), Path(folder, name)) for name in ("quick", "baseline")
        )
    note = f"{100 * ours.mean:.3f} % ± {100 * ours.deviation:.3f}; baseline {100 * theirs.mean:.3f} %"
    return [_figure("5 folds, quick", [(ours.seconds, theirs.seconds)], "s", note)]


PARTS: dict[str, Callable[[int], list[Figure]]] = {
    "classify": _classify,
    "start": _start,
    "accuracy": _accuracy,
    "crossval": _crossval,
}


def _figure(name: str, pairs: list[tuple[float, float]], unit: str, note: str) -> Figure:
    scale = 1000 if unit == "ms" else 1
    ours, reference = (scale * statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(one / other for one, other in pairs)
    return Figure(name, ours, reference, unit, ratio, note)


def _baseline() -> bytes:
    """Returns the baseline network as an ONNX file, untrained: weights do not change its speed."""
    config = load_config("baseline")
    keras().utils.set_random_seed(1)
    return onnx_of(networks.build(config.network.layers, batch_norm=config.network.batch_norm), "digit")


def _session() -> Any:
    ort = onnxruntime()
    options = ort.SessionOptions()
    options.intra_op_num_threads = THREADS
    return ort.InferenceSession(_baseline(), options, providers=["CPUExecutionProvider"])


def _block(call: Callable[[], object]) -> float:
    """Returns the median seconds of a few calls in a row; the first is not counted."""
    time.sleep(PAUSE_S)
    times: list[float] = []
    for _ in range(CALLS + 1):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def _process(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)  # noqa: S603 - our own command
    return time.perf_counter() - start


def _save(path: Path) -> None:
    from PIL import Image

    Image.fromarray(255 - write_digit("3", np.random.default_rng(1))).save(path)
