"""The IDX files that MNIST comes in: a big-endian header, then bytes; gzipped or not."""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import DataError

__all__ = ["find", "parse", "read_bytes"]

_GZIP = b"\x1f\x8b"
_UNSIGNED_BYTES = 0x08  # the element type in the third byte of the header; MNIST uses no other


def find(folder: Path, name: str) -> Path | None:
    """Returns the IDX file ``name`` in ``folder``: plain or ending in .gz; None when neither is there."""
    # Some copies of MNIST write a dot where the original has a dash: train-images.idx3-ubyte
    for variant in (name, name.replace("-idx", ".idx")):
        for path in (folder / variant, folder / f"{variant}.gz"):
            if path.is_file():
                return path
    return None


def read_bytes(path: Path) -> bytes:
    """Returns the uncompressed bytes of a file; raises DataError when they cannot be had."""
    try:
        content = path.read_bytes()
        return gzip.decompress(content) if content.startswith(_GZIP) else content
    except (OSError, EOFError, zlib.error) as error:
        raise DataError(
            f"{path} is damaged: expected a whole file, plain or gzipped, received {_size(path)} bytes "
            f"({error}); delete it and get it again"
        ) from error


def _size(path: Path) -> str:
    """Returns the size of a file for a message, or "no" when it has none."""
    try:
        return f"{path.stat().st_size:,}"
    except OSError:
        return "no"


def parse(content: bytes, dimensions: int, name: str) -> NDArray[np.uint8]:
    """Returns the array in the bytes of an IDX file.

    Args:
        content: uncompressed bytes.
        dimensions: how many the array must have: 3 for images, 1 for labels.
        name: what to call the file in messages.

    Returns:
        uint8 of the shape that the header states; read-only, it shares the memory of ``content``.

    Raises:
        DataError: no IDX file of unsigned bytes with these dimensions, or one cut short or too long.
    """
    start = 4 + 4 * dimensions
    magic = bytes((0, 0, _UNSIGNED_BYTES, dimensions))
    if len(content) < start or content[:4] != magic:
        raise DataError(
            f"{name} is no IDX file: expected {magic!r} and {dimensions} "
            f"sizes at its start, received {content[:4]!r} in {len(content):,} bytes; get it again"
        )
    shape = struct.unpack(f">{dimensions}I", content[4:start])
    expected = start + math.prod(shape)
    if len(content) != expected:
        fault = "cut short" if len(content) < expected else "too long"
        raise DataError(
            f"{name} is {fault}: expected {expected:,} bytes for the shape {shape} in its header, received "
            f"{len(content):,}; get it again"
        )
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape)
