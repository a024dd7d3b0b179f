"""Keras network → bundle, refused unless ONNX Runtime and Keras give the same answers."""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits import interrupt, spec
from inkdigits.data.fingerprints import LIST_FILE, pack
from inkdigits.errors import MissingExtraError, OutputError, TrainingError
from inkdigits.recognition.bundle import INPUTS, Bundle, load, sha256_of
from inkdigits.recognition.engine import OnnxEngine
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.settings import Config
from inkdigits.training.learn.task import Task
from inkdigits.training.ship.card import COUNTED, model_card
from inkdigits.training.ship.graph import fold_scaling
from inkdigits.training.ship.learned import Learned

__all__ = ["LARGEST_DIFFERENCE", "check_agreement", "check_place", "copied", "export_bundle", "onnx_of"]

LARGEST_DIFFERENCE = 1e-4  # between a logit of Keras and the same of ONNX Runtime
BATCHES = (1, 7, 64)  # an exported graph can be right for one batch size only
COMPARED = 7 * 64  # digits; whole batches of each size
FILES = frozenset({"model.onnx", "bundle.json", "MODEL_CARD.md", LIST_FILE})
MAX_ERROR = 0.1  # default probability of being wrong above which an answer is "unsure"


def export_bundle(
    model: Any,
    folder: Path,
    *,
    name: str,
    config: Config,
    task: Task,
    environment: dict[str, Any],
    learned: Learned | None = None,
) -> Bundle:
    """Writes a network as a bundle and returns it, loaded back.

    Args:
        model: a ``keras.Model`` from :func:`inkdigits.training.learn.networks.build`.
        folder: where the bundle goes; a bundle that is there is replaced as a whole.
        name: what the model calls itself.
        config: the settings it was trained with.
        task: what was learned; what it holds out checks and calibrates.
        environment: versions, machine and data hashes of the run.
        learned: which digits it has learned from; by them ``evaluate`` knows pictures that tell nothing.

    Raises:
        TrainingError: ONNX Runtime and Keras disagree.
        MissingExtraError: the exporter is not installed.
        OutputError: the bundle cannot be written, or something else is in its place.
    """
    check_place(folder)
    kind = config.task
    onnx = onnx_of(model, kind)
    interrupt.check()
    judged = task.judge(model.predict_on_batch)
    interrupt.check()
    metadata = {
        "format": spec.BUNDLE_FORMAT,
        "name": name,
        "kind": kind,
        "preprocessing": spec.PREPROCESSING[kind],
        "input": INPUTS[kind],
        "labels": config.labels,
        "calibration": {"temperature": round(judged.temperature, 4), COUNTED[kind]: judged.calibrated_on},
        "thresholds": {"max_error": MAX_ERROR},
        "metrics": {"held_out_accuracy": judged.accuracy, f"held_out_{COUNTED[kind]}": judged.held_out},
        "training": {"config": config.to_dict(), **environment},
    }
    contents = {"model.onnx": onnx}
    if learned is not None:
        metadata["learned"] = {"digits": len(learned.prints), "complete": learned.complete}
        contents[LIST_FILE] = pack(learned.prints)
    contents["MODEL_CARD.md"] = model_card(metadata, model.count_params(), len(onnx)).encode()
    metadata["files"] = {file: sha256_of(content) for file, content in contents.items()}
    contents["bundle.json"] = (json.dumps(metadata, indent=2) + "\n").encode()

    def check(bundle: Bundle) -> None:
        check_agreement(model, bundle, task.samples())

    return _write(folder, contents, check)


def check_agreement(model: Any, bundle: Bundle, images: NDArray[np.uint8]) -> float:
    """Returns the largest difference between a logit of Keras and the same of the bundle.

    Args:
        model: the ``keras.Model``.
        bundle: what was exported from it.
        images: uint8 (N, 28, 28) digits, (N, 32, W) numbers or (N, H, W) windows that were held out; 448 are
            compared at each batch size, repeated if fewer.

    Raises:
        TrainingError: the difference is above 1e-4, or something is named differently.
    """
    engine = OnnxEngine(bundle)
    images = images[np.arange(COMPARED) % len(images)]
    expected = np.asarray(model.predict_on_batch(images))
    worst = 0.0
    for size in BATCHES:
        parts = [engine.logits(images[start : start + size]) for start in range(0, len(images), size)]
        received = np.concatenate(parts)
        difference = float(np.abs(received - expected).max())
        renamed = 0 if bundle.kind == "finder" else _renamed(received, expected)
        if difference > LARGEST_DIFFERENCE or renamed or not np.isfinite(received).all():
            raise TrainingError(
                f"export refused: at batch size {size} ONNX Runtime and Keras differ by {difference:.2g} "
                f"(allowed {LARGEST_DIFFERENCE:g}) and name {renamed} of {expected[..., 0].size} "
                "differently; try other versions of onnxruntime and tf2onnx"
            )
        worst = max(worst, difference)
    return worst


def _renamed(received: NDArray[np.floating], expected: NDArray[np.floating]) -> int:
    """Returns how many digits or frames are named differently; what a finder answers is not one name."""
    return int((received.argmax(axis=-1) != expected.argmax(axis=-1)).sum())


def onnx_of(model: Any, kind: str) -> bytes:
    """Returns a ``keras.Model`` of a kind, "digit", "number" or "finder", as an ONNX file."""
    sides = [side if isinstance(side, int) else None for side in INPUTS[kind]["shape"]]
    signature = [keras().InputSpec(shape=sides, dtype="uint8", name=INPUTS[kind]["name"])]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        try:
            # The exporters talk to the terminal whatever "verbose" says.
            with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
                model.export(path, format="onnx", verbose=False, input_signature=signature)
        except ImportError as error:
            raise MissingExtraError(error.name or "tf2onnx", "train") from error
        except Exception as error:  # the exporters' errors share no base class
            raise TrainingError(
                f"the network cannot be exported to ONNX: {' '.join(str(error).split())[:200]}; "
                "try other versions of keras and tf2onnx"
            ) from error
        return fold_scaling(path.read_bytes())


def check_place(folder: Path) -> None:
    """Raises OutputError when writing a bundle to ``folder`` would remove something that is no bundle."""
    try:
        found = {file.name for file in folder.iterdir()} if folder.exists() else set[str]()
    except OSError as error:
        raise OutputError(
            f"cannot write a bundle to {folder}: {error.strerror or error}; choose another --output"
        ) from error
    strangers = sorted(found - FILES)
    if strangers:
        raise OutputError(
            f"cannot write a bundle to {folder}: expected a new folder or a bundle to replace, "
            f"found {', '.join(strangers[:3])} in it; choose another --output"
        )


def copied(bundle: Bundle, folder: Path, text: str) -> Bundle:
    """Writes a bundle's files into a folder with this ``bundle.json`` in place of its own.

    Raises:
        OutputError: something else is in its place, or it cannot be written.
    """
    check_place(folder)
    contents = {name: (bundle.path / name).read_bytes() for name in bundle.metadata["files"]}
    contents["bundle.json"] = text.encode()
    return _write(folder, contents, lambda _: None)


def _write(folder: Path, contents: dict[str, bytes], check: Callable[[Bundle], None]) -> Bundle:
    """Writes the files into a folder beside, checks it, and only then puts it in its place."""
    target = folder.resolve()
    fresh = target.with_name(f".{target.name}-new")
    old = target.with_name(f".{target.name}-old")
    try:
        for leftover in (fresh, old):
            shutil.rmtree(leftover, ignore_errors=True)
        fresh.mkdir(parents=True)
        for file, content in contents.items():
            (fresh / file).write_bytes(content)
        check(load(fresh))
        if target.exists():
            target.replace(old)
        try:
            fresh.replace(target)
        except OSError:
            if old.exists():
                old.replace(target)
            raise
    except OSError as error:
        raise OutputError(
            f"cannot write {folder}: {error.strerror or error}; free some space or choose another place"
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)
    return load(folder)
