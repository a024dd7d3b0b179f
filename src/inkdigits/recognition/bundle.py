"""A model is a folder: ``model.onnx``, ``bundle.json``, ``MODEL_CARD.md`` and ``learned.bin``.

Everything a reader must know about a model is in its ``bundle.json``: input, labels, calibration,
thresholds, preprocessing hash, hashes, provenance. A bundle is data: loading it runs no code.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, Literal, cast

from inkdigits import spec
from inkdigits.errors import BundleError
from inkdigits.find import maps
from inkdigits.recognition.confidence import ConfidenceModel, RiskCurve

__all__ = [
    "INPUTS",
    "SHIPPED",
    "SHIPPED_DIGIT",
    "SHIPPED_FINDER",
    "SHIPPED_NUMBER",
    "Bundle",
    "Kind",
    "load",
    "sha256_of",
    "versions",
]

Kind = Literal["digit", "number", "finder"]

SHIPPED_DIGIT = Path(__file__).parents[1] / "models" / "digit"
SHIPPED_NUMBER = Path(__file__).parents[1] / "models" / "number"
SHIPPED_FINDER = Path(__file__).parents[1] / "models" / "finder"
SHIPPED: dict[Kind, Path] = {"digit": SHIPPED_DIGIT, "number": SHIPPED_NUMBER, "finder": SHIPPED_FINDER}
"""The folder of the model of each kind that ships with the package."""

INPUTS: dict[str, dict[str, Any]] = {
    "digit": {"name": "digits", "dtype": "uint8", "shape": ["batch", spec.DIGIT_SIDE, spec.DIGIT_SIDE]},
    "number": {"name": "numbers", "dtype": "uint8", "shape": ["batch", spec.NUMBER_HEIGHT, "width"]},
    "finder": {"name": "shades", "dtype": "uint8", "shape": ["batch", "height", "width"]},
}
"""The input of a model of each kind: what the preparation of this version makes."""

# key → (type, what it is), checked in this order
_KEYS: dict[str, tuple[type | tuple[type, ...], str]] = {
    "name": (str, "a name"),
    "kind": (str, "'digit', 'number' or 'finder'"),
    "preprocessing": (str, "the hash of the preparation it was trained with"),
    "input": (dict, "name, dtype and shape of the model's input"),
    "labels": (str, "the characters it can answer, in order"),
    "calibration": (dict, "temperature"),
    "thresholds": (dict, "max_error"),
    "files": (dict, "SHA-256 of each file of the bundle"),
}


@dataclass(frozen=True, slots=True)
class Bundle:
    """A verified model folder.

    Attributes:
        path: the folder.
        name: what the model calls itself.
        metadata: the parsed ``bundle.json``.
        model: the bytes of ``model.onnx``, the very ones whose hash was checked.
        confidence: how sure a number is by all that is known of it; None where nothing was fitted.
        lone: the same of a picture's one number, where nothing was said of the picture; a finder's alone.
        risk: the risk of the answers from each confidence on; None where it was not measured.
    """

    path: Path
    name: str
    metadata: dict[str, Any]
    model: bytes
    confidence: ConfidenceModel | None = None
    risk: RiskCurve | None = None
    lone: ConfidenceModel | None = None

    @property
    def kind(self) -> Kind:
        """What the model reads."""
        return self.metadata["kind"]

    @property
    def labels(self) -> str:
        """The characters that it can answer, in order; a number model's class 0, "nothing here", is none."""
        return self.metadata["labels"]

    @property
    def classes(self) -> int:
        """How many values it answers for a digit, a frame of a number, or a column of the finder's answer."""
        if self.kind == "finder":
            return spec.FRAMES_A_COLUMN * (maps.FIELDS + len(self.labels))
        return len(self.labels) + (self.kind == "number")

    @property
    def input_shape(self) -> tuple[int | None, int | None]:
        """Height and width of an image for it, pixels; None for any."""
        height, width = self.metadata["input"]["shape"][1:]
        return height if isinstance(height, int) else None, width if isinstance(width, int) else None

    @property
    def temperature(self) -> float:
        """Logits are divided by it; above 1 makes answers less sure."""
        return float(self.metadata["calibration"]["temperature"])

    @property
    def max_error(self) -> float:
        """Default for the share of the answers with status "ok" that may be wrong, 0..1."""
        return float(self.metadata["thresholds"]["max_error"])

    def accepted_risk(self, max_error: float | None = None) -> float:
        """Returns the risk of an answer, 1 - confidence, above which it is unsure.

        Args:
            max_error: the share of the sure answers that may be wrong, 0..1; None for the bundle's own.
        """
        stated = self.max_error if max_error is None else max_error
        return stated if self.risk is None else self.risk.accepted(stated)


def load(path: str | PathLike[str], kind: Kind | None = None) -> Bundle:
    """Reads and checks a model folder.

    Args:
        path: the folder.
        kind: what the model has to read; None for either.

    Raises:
        BundleError: the folder, a file or a key is missing, a hash differs, it is of another kind, or it was
            written by a newer version.
    """
    folder = Path(path)
    metadata = _metadata(folder, kind)
    if "model.onnx" not in metadata["files"]:
        raise BundleError(f"{folder / 'bundle.json'} has no hash of model.onnx; export the bundle again")
    model = b""
    for file, expected in cast("dict[str, str]", metadata["files"]).items():
        content = _content(folder, file)
        if sha256_of(content) != expected:
            raise BundleError(
                f"{folder / file} is damaged: its SHA-256 is not the one in bundle.json; "
                "install or export the bundle again"
            )
        if file == "model.onnx":
            model = content  # kept: read a second time, it could be another one
    try:
        fitted = (metadata["calibration"].get(name) for name in ("confidence", "lone"))
        risk = metadata["thresholds"].get("risk")
        weighs, lone = (None if told is None else ConfidenceModel.from_dict(told) for told in fitted)
        curve = None if risk is None else RiskCurve.from_dict(risk)
    except ValueError as error:
        raise BundleError(
            f"{folder / 'bundle.json'}: {error}; run inkdigits calibrate on the bundle again"
        ) from error
    return Bundle(folder, metadata["name"], metadata, model, weighs, curve, lone)


def versions(loaded: Mapping[Kind, Bundle]) -> str:
    """Returns which models read: the first eight digits of the SHA-256 of each one's network.

    Args:
        loaded: models by their kinds; of another kind it is the shipped one, which is not loaded for it.
    """
    told = {kind: _metadata(path, kind) for kind, path in SHIPPED.items() if kind not in loaded}
    told |= {kind: bundle.metadata for kind, bundle in loaded.items()}
    return " ".join(f"{kind}={told[kind]['files'].get('model.onnx', '')[:8]}" for kind in SHIPPED)


def sha256_of(content: bytes) -> str:
    """Returns the SHA-256 of some bytes in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def _metadata(folder: Path, kind: Kind | None) -> dict[str, Any]:
    file = folder / "bundle.json"
    if not folder.is_dir():
        raise BundleError(f"model {folder} is no folder; expected a bundle with model.onnx and bundle.json")
    inner = folder / "bundle"
    if not file.exists() and (inner / "bundle.json").is_file():
        raise BundleError(f"{folder} is the folder of a run: expected its bundle; name {inner}")
    try:
        metadata = json.loads(_content(folder, "bundle.json"))
    except (ValueError, RecursionError) as error:  # RecursionError: brackets nested thousands deep
        raise BundleError(f"{file} is not valid JSON: {error}; export the bundle again") from error
    if not isinstance(metadata, dict):
        raise BundleError(f"{file} holds no JSON object; export the bundle again")
    metadata = cast("dict[str, Any]", metadata)
    version = metadata.get("format")
    if type(version) is not int or version != spec.BUNDLE_FORMAT:
        newer = type(version) is int and version > spec.BUNDLE_FORMAT
        raise BundleError(
            f"{file} has format {version!r}; this version reads format {spec.BUNDLE_FORMAT}; "
            + ("upgrade inkdigits" if newer else "export the bundle again with this version")
        )
    for key, (type_, meaning) in _KEYS.items():
        if not isinstance(metadata.get(key), type_):
            raise BundleError(f"{file} lacks {key!r} ({meaning}); export the bundle again")
    _check_values(file, metadata, kind)
    return metadata


def _check_values(file: Path, metadata: dict[str, Any], expected: Kind | None) -> None:
    kind, labels = metadata["kind"], metadata["labels"]
    if kind not in INPUTS or kind != (expected or kind):
        wanted = [expected] if expected else list(INPUTS)
        raise BundleError(
            f"{file} is a {kind!r} model; expected {' or '.join(f'a {one!r} model' for one in wanted)}; "
            "choose another model folder"
        )
    known = spec.CHARACTERS + spec.OTHER
    if not labels or len(set(labels)) != len(labels) or not set(labels) <= set(known):
        raise BundleError(
            f"{file} has labels {labels!r}; expected different characters of {known!r}; "
            "export the bundle again"
        )
    found, ours = metadata["preprocessing"], spec.PREPROCESSING[kind]
    if found != ours:  # it would read pictures that look otherwise than those it learned from
        raise BundleError(
            f"{file} learned from pictures that were prepared in another way: its preprocessing is "
            f"{found[:12]!r}, expected {ours[:12]!r}; train the model again with this version of inkdigits"
        )
    shape = INPUTS[kind]["shape"]
    if metadata["input"].get("shape") != shape or metadata["input"].get("dtype") != "uint8":
        raise BundleError(
            f"{file} has input {metadata['input']}; expected uint8 of shape {shape}, to which pictures "
            "are prepared; export the bundle again with this version"
        )
    for section, key, low, high in (
        ("calibration", "temperature", 1e-3, 1e3),
        ("thresholds", "max_error", 0.0, 1.0),
    ):
        value = metadata[section].get(key)
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or not low <= value <= high:  # also true for NaN
            raise BundleError(f"{file} has {section}.{key} {value!r}; expected a number {low:g} to {high:g}")
    if any(Path(name).name != name or name == ".." or "\0" in name for name in metadata["files"]):
        raise BundleError(f"{file} names a file outside the bundle; do not use this bundle")


def _content(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a name that no disk can hold
        reason = getattr(error, "strerror", None) or error
        raise BundleError(
            f"{folder / name} cannot be read: {reason}; install or export the bundle again"
        ) from error
