"""What a data set is: pictures, what is written on them, and a hash of both."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import DataError
from inkdigits.picture.paths import page_of

__all__ = ["Dataset", "Known", "dataset_of"]

Known = Literal["digit", "number", "page"]
"""What a picture is known to hold."""


Images: TypeAlias = NDArray[np.uint8] | tuple[Path | NDArray[np.uint8], ...]


@dataclass(frozen=True, eq=False)  # arrays do not compare to one truth; sha256 does
class Dataset:
    """Pictures with what is written on them.

    Attributes:
        name: a known name, or the last part of the path.
        images: one uint8 array (N, 28, 28) in MNIST's convention (255 = ink, centred), which may go straight
            into the model; or a tuple of N pictures (paths or uint8 arrays) that have to be read.
        labels: N strings: what is written, "0" to "9" for a digit; of a page its rows with ``|`` between
            them and a space between numbers; "" where nothing is to be read.
        sha256: of the pictures and labels, in hexadecimal; the same content has the same hash wherever
            it lies. Of a picture file the bytes of the file count.
        expects: what each picture is known to hold, None where that is not told; empty when it is of none.
        kinds: in a word or two, what is special about each picture; empty when that is told of none.
    """

    name: str
    images: Images
    labels: tuple[str, ...]
    sha256: str
    expects: tuple[Known | None, ...] = ()
    kinds: tuple[str, ...] = ()

    @property
    def normalised(self) -> bool:
        """Whether ``images`` is one array that may go straight to :meth:`Reader.classify`."""
        return isinstance(self.images, np.ndarray)

    def __len__(self) -> int:
        return len(self.labels)


def dataset_of(
    name: str,
    images: Images,
    labels: Sequence[str],
    *,
    expects: Sequence[Known] = (),
    kinds: Sequence[str] = (),
) -> Dataset:
    """Returns a checked data set; images that are not 28 x 28 become pictures to be read."""
    if len(images) != len(labels) or not labels:
        raise DataError(
            f"{name} is no data set: expected as many labels as images and at least one, received "
            f"{len(images):,} images and {len(labels):,} labels; get or make it again"
        )
    sha256 = _fingerprint(images, labels)
    if isinstance(images, np.ndarray) and images.shape[1:] != (spec.DIGIT_SIDE, spec.DIGIT_SIDE):
        images = tuple(images)
    return Dataset(name, images, tuple(labels), sha256, tuple(expects), tuple(kinds))


def _fingerprint(images: Images, labels: Iterable[str]) -> str:
    digest = hashlib.sha256()
    if isinstance(images, np.ndarray):
        digest.update(f"{images.shape}\n".encode())
        digest.update(np.ascontiguousarray(images).data)
    else:
        for image in images:
            if isinstance(image, Path):
                digest.update(_file_hash(image))
            else:
                digest.update(f"{image.shape}\n".encode() + image.tobytes())
    digest.update("\n".join(labels).encode())
    return digest.hexdigest()


def _file_hash(path: Path) -> bytes:
    file, page = page_of(str(path))
    try:
        with file.open("rb") as stream:
            known = hashlib.file_digest(stream, "sha256").digest()
            return known if page is None else known + f"#{page}".encode()
    except OSError as error:
        raise DataError(f"cannot read {path}: {error.strerror}; check its permissions") from error
