"""MNIST's files in small, written independently of what reads them."""

from __future__ import annotations

import gzip
import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest

from inkdigits.data import mnist


def idx_bytes(array: np.ndarray) -> bytes:
    """Returns an array as the bytes of an IDX file, written independently of the reader."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


IMAGES = np.random.default_rng(0).integers(0, 256, (3, 28, 28), np.uint8)
LABELS = np.array([7, 0, 9], np.uint8)
CONTENTS = (idx_bytes(IMAGES), idx_bytes(LABELS))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes three digits count as MNIST: the hashes are theirs, the names are the real ones."""
    files = {
        part: tuple(
            (name, hashlib.sha256(content).hexdigest())
            for (name, _), content in zip(pair, CONTENTS, strict=True)
        )
        for part, pair in mnist.FILES.items()
    }
    monkeypatch.setattr(mnist, "FILES", files)


def put(folder: Path, part: mnist.Part, *, zipped: bool) -> list[Path]:
    folder.mkdir(exist_ok=True)
    paths: list[Path] = []
    for (name, _), content in zip(mnist.FILES[part], CONTENTS, strict=True):
        path = folder / (f"{name}.gz" if zipped else name)
        path.write_bytes(gzip.compress(content) if zipped else content)
        paths.append(path)
    return paths
