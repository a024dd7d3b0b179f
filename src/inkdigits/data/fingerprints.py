"""Pictures known again by their pixels: short hashes, and many of them packed into a small file.

A list of N is a sorted Elias-Fano sequence, about 38 - log2 N bits a picture: 60,000 take 170 kB. What is
kept tells no picture, only whether a given one is among them.

::

    uint32 N, little-endian     how many
    bits                        ``FINGERPRINT_BITS`` - L high bits of each in unary, see ``_low_bits``
    bits                        the L low bits of each
"""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import DataError

__all__ = ["FINGERPRINT_BITS", "LIST_FILE", "fingerprint", "fingerprints", "pack", "unpack"]

FINGERPRINT_BITS = 36
"""Of a hash that are kept: beside 60,000 others one new picture in a million passes for one of them."""

LIST_FILE = "learned.bin"
"""The file of a bundle that lists what its model learned from."""

_DARK = 127  # grey; ground above it is paper, and the picture is turned into its negative
_COUNT = np.dtype("<u4")


def fingerprint(picture: NDArray[np.uint8]) -> int:
    """Returns what a picture is known by, 0 to 2 ** FINGERPRINT_BITS - 1.

    A grey picture has the same one as its negative, with other room around the ink and saved in colours. A
    digit of MNIST is known again as an array, as a PNG, black on white, and padded to 32 x 32.

    Args:
        picture: uint8 (H, W) grey or (H, W, 3) RGB.
    """
    if picture.ndim == 3:
        if not (picture[..., :1] == picture).all():
            return _hash(picture)
        picture = picture[..., 0]
    return int(fingerprints(picture[None])[0])


def fingerprints(images: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Returns the fingerprint of each of many grey pictures of one size, uint64 (N,).

    Args:
        images: uint8 (N, H, W).
    """
    images = np.where(images[:, :1, :1] > _DARK, 255 - images, images) if images.size else images
    inked = images > 0
    top, bottom = _ends(np.asarray(inked.any(axis=2)))
    left, right = _ends(np.asarray(inked.any(axis=1)))
    boxes = zip(images, top.tolist(), bottom.tolist(), left.tolist(), right.tolist(), strict=True)
    return np.fromiter((_hash(image[y:end, x:stop]) for image, y, end, x, stop in boxes), np.uint64)


def _ends(inked: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Returns the first place of ink in each row of (N, L) and the place after the last; 0 and L if none."""
    length = inked.shape[1]
    first = inked.argmax(axis=1) if length else np.zeros(len(inked), np.int64)
    last = length - inked[:, ::-1].argmax(axis=1) if length else first
    return first, last


def _hash(picture: NDArray[np.uint8]) -> int:
    digest = hashlib.sha256(f"{picture.shape}\n".encode() + picture.tobytes()).digest()
    return int.from_bytes(digest[:8]) >> (64 - FINGERPRINT_BITS)


def pack(prints: NDArray[np.uint64]) -> bytes:
    """Returns fingerprints as the content of a small file, each once and in no order that tells anything."""
    values = np.unique(prints)
    low = _low_bits(len(values))
    high = np.zeros(_high_length(len(values)), np.uint8)
    high[(values >> np.uint64(low)).astype(np.int64) + np.arange(len(values))] = 1
    rest = (values[:, None] >> np.arange(low, dtype=np.uint64)) & np.uint64(1)
    return (
        np.array(len(values), _COUNT).tobytes()
        + np.packbits(high).tobytes()
        + np.packbits(rest.astype(np.uint8)).tobytes()
    )


def unpack(content: bytes) -> NDArray[np.uint64]:
    """Returns the fingerprints that :func:`pack` packed, uint64 (N,), sorted.

    Raises:
        DataError: the content is cut or of another form.
    """
    head = content[: _COUNT.itemsize].ljust(_COUNT.itemsize, b"\xff")
    count = int(np.frombuffer(head, _COUNT)[0])
    if count > 8 * len(content):  # each takes more than a bit
        raise DataError(_damaged(count, content))
    low, ends = _low_bits(count), _COUNT.itemsize + -(-_high_length(count) // 8)
    bits = np.unpackbits(np.frombuffer(content, np.uint8)[_COUNT.itemsize : ends])
    places = np.flatnonzero(bits)
    rest = np.frombuffer(content, np.uint8)[ends:]
    if len(places) != count or len(rest) != -(-count * low // 8):
        raise DataError(_damaged(count, content))
    high = (places - np.arange(count)).astype(np.uint64) << np.uint64(low)
    each = np.unpackbits(rest, count=count * low).reshape(count, low).astype(np.uint64)
    return high | (each << np.arange(low, dtype=np.uint64)).sum(axis=1, dtype=np.uint64)


def _damaged(count: int, content: bytes) -> str:
    return (
        f"the list of learned pictures is damaged: expected {count:,} fingerprints, received "
        f"{len(content):,} bytes that hold something else; export the bundle again"
    )


def _low_bits(count: int) -> int:
    """Returns how many bits of each are kept as they are; the others, few and sorted, take two bits each."""
    return FINGERPRINT_BITS - max(1, count).bit_length() + 1


def _high_length(count: int) -> int:
    """Returns how many bits the high parts of so many take: one each, and one each time that they grow."""
    return count + (1 << (FINGERPRINT_BITS - _low_bits(count)))
