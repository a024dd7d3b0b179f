"""fingerprints.py: the same digit is known again however it is saved, and no other is taken for it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from inkdigits.data.fingerprints import FINGERPRINT_BITS, fingerprint, fingerprints, pack, unpack
from inkdigits.errors import DataError
from inkdigits.training.draw.digit import write_digits


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return write_digits(200, seed=5)[0]


@pytest.mark.parametrize(
    "saved",
    [
        lambda image: 255 - image,
        lambda image: np.pad(image, 2),
        lambda image: np.pad(255 - image, ((0, 4), (7, 1)), constant_values=255),
        lambda image: np.repeat(image[:, :, None], 3, axis=2),
    ],
    ids=["black on white", "padded", "black on white and padded", "in colours"],
)
def test_a_digit_is_known_again_however_it_is_saved(digits: np.ndarray, saved: Callable[..., np.ndarray]):
    expected = fingerprints(digits[:20])
    assert [fingerprint(saved(image)) for image in digits[:20]] == expected.tolist()


def test_another_picture_has_another_fingerprint(digits: np.ndarray):
    changed = digits.copy()
    changed[:, 14, 14] ^= 1
    prints = np.concatenate((fingerprints(digits), fingerprints(changed)))
    assert len(np.unique(prints)) == len(prints) == 400
    assert int(prints.max()) < 2**FINGERPRINT_BITS
    colour = np.zeros((28, 28, 3), np.uint8)
    colour[:, :, 0] = digits[0]
    assert fingerprint(colour) not in prints


def test_a_blank_picture_is_one_too():
    blank = np.zeros((28, 28), np.uint8)
    assert fingerprint(blank) == fingerprint(255 - blank) != fingerprint(np.zeros((8, 8), np.uint8))
    assert fingerprints(np.zeros((0, 28, 28), np.uint8)).tolist() == []


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7, 8, 9, 100, 5000])
def test_a_list_is_read_back_as_it_was_packed(count: int):
    prints = np.random.default_rng(count).integers(0, 2**FINGERPRINT_BITS, count, np.uint64)
    prints = np.concatenate((prints, prints[:3]))  # each is kept once
    assert unpack(pack(prints)).tolist() == sorted(set(prints.tolist()))


def test_the_ends_of_the_range_are_kept():
    prints = np.array([2**FINGERPRINT_BITS - 1, 0, 1], np.uint64)
    assert unpack(pack(prints)).tolist() == sorted(prints.tolist())


def test_many_take_little_room():
    prints = np.random.default_rng(1).integers(0, 2**FINGERPRINT_BITS, 60_000, np.uint64)
    assert len(pack(prints)) < 175_000


@pytest.mark.parametrize("cut", [0, 3, 4, 20, -1])
def test_a_list_that_is_cut_is_told(cut: int):
    content = pack(np.arange(1, 200, dtype=np.uint64) * np.uint64(3**15))
    with pytest.raises(DataError, match="export the bundle again"):
        unpack(content[:cut])
    with pytest.raises(DataError, match="damaged"):
        unpack(content + b"\0")
    with pytest.raises(DataError, match="damaged"):
        unpack(b"\xff" * 64)
