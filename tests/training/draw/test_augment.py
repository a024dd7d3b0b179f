"""augment.py: digits are distorted as told and by the seed alone, and are never mirrored."""

from __future__ import annotations

from concurrent.futures import CancelledError
from dataclasses import fields, replace
from threading import Event

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.recognition.normalize import normalize_digit
from inkdigits.training.draw.augment import Augment, augment_batch
from inkdigits.training.draw.digit import write_digits

NOTHING = Augment(**{item.name: 0.0 for item in fields(Augment)})
SWITCHES = [item.name for item in fields(Augment) if item.name not in ("clean", "refit")]


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    return write_digits(100, 3)[0]


def test_the_same_seed_gives_the_same_pictures_and_another_gives_others(digits: np.ndarray):
    first, again, other = (augment_batch(digits, Augment(), rng(seed)) for seed in (1, 1, 2))
    assert (first == again).all()
    assert (first != other).any(axis=(1, 2)).mean() > 0.9


def test_every_call_goes_on_with_the_chance(digits: np.ndarray):
    source = rng()
    assert (augment_batch(digits, Augment(), source) != augment_batch(digits, Augment(), source)).any()


@given(st.integers(0, 2**32), st.integers(0, 5))
def test_what_comes_out_has_the_form_of_what_went_in(seed: int, count: int):
    images = rng(seed).integers(0, 256, (count, 28, 28), np.uint8)
    before = images.copy()
    out = augment_batch(images, Augment(), rng(seed))
    assert (out.shape, out.dtype) == (images.shape, np.uint8)
    assert (images == before).all()
    assert not np.shares_memory(out, images)


def test_without_strength_digits_stay_as_they_are(digits: np.ndarray):
    assert (augment_batch(digits, NOTHING, rng()) == digits).all()


def test_clean_digits_stay_as_they_are_whatever_else_is_set(digits: np.ndarray):
    assert (augment_batch(digits, replace(Augment(), clean=1.0), rng()) == digits).all()
    half = augment_batch(digits, replace(Augment(), clean=0.5), rng())
    assert 0.3 < (half == digits).all(axis=(1, 2)).mean() < 0.7


@pytest.mark.parametrize("name", SWITCHES)
def test_every_distortion_alone_changes_digits(digits: np.ndarray, name: str):
    strength = {"turn": 5.0, "zoom": 0.3}.get(name, 1.0)  # degrees; a log, of which 1 makes specks of digits
    out = augment_batch(digits, replace(NOTHING, **{name: strength}), rng())
    assert (out != digits).any(axis=(1, 2)).mean() > 0.5
    assert out.any(axis=(1, 2)).all(), "a digit vanished"


def test_refit_brings_a_shifted_digit_back(digits: np.ndarray):
    def centres(images: np.ndarray) -> np.ndarray:
        mass = images.astype(float)
        steps = np.arange(28)
        both = [(mass.sum(axis=axis) * steps).sum(axis=1) / mass.sum(axis=(1, 2)) for axis in (1, 2)]
        return np.stack(both, axis=1)

    def moved(**strengths: float) -> float:
        out = augment_batch(digits, replace(NOTHING, **strengths), rng())
        return float(np.median(np.abs(centres(out) - centres(digits))))

    assert moved(shift=2.0) > 1
    assert moved(shift=2.0, refit=1.0) < 0.5


def test_a_neighbour_is_a_piece_of_another_digit_at_one_side():
    dashes = np.zeros((100, 28, 28), np.uint8)
    dashes[:, 12:16, 4:24] = 255
    out = augment_batch(dashes, replace(NOTHING, neighbours=1.0), rng())
    assert (out >= dashes).all(), "the digit itself lost ink"
    left, right = out[:, :, :2].any(axis=(1, 2)), out[:, :, 26:].any(axis=(1, 2))
    assert (left ^ right).all()
    assert 0.3 < left.mean() < 0.7


def test_a_stroke_gets_thinner_and_thicker_but_never_vanishes():
    line = np.zeros((200, 28, 28), np.uint8)
    line[:, 4:24, 14] = 255
    ink = augment_batch(line, replace(NOTHING, stroke=1.0), rng()).sum(axis=(1, 2)) / line[0].sum()
    assert ink.min() < 0.8
    assert ink.min() >= 0.49
    assert ink.max() > 2


def test_a_turn_keeps_within_its_limit():
    bar = np.zeros((300, 28, 28), np.uint8)
    bar[:, 4:24, 13:15] = 255
    out = augment_batch(bar, replace(NOTHING, turn=10.0), rng())
    down, across = np.mgrid[:28, :28]
    angles = []
    for image in out.astype(float):
        middle = (image * across).sum() / image.sum()
        lean = (image * (across - middle) * (down - 13.5)).sum() / (image * (down - 13.5) ** 2).sum()
        angles.append(np.degrees(np.arctan(lean)))
    assert 7 < np.std(angles) < 13
    assert np.abs(angles).max() < 27
    assert min(angles) < -15 < 15 < max(angles)


def test_a_digit_is_never_mirrored():
    # A thick L; each mirror image of it leaves another corner empty. Neighbours and lines would fill it.
    thick = np.zeros((20, 20), np.uint8)
    thick[:, :7] = thick[13:] = 255
    whole, *mirrored = map(normalize_digit, (thick, thick[:, ::-1], thick[::-1], thick[::-1, ::-1]))
    settings = replace(Augment(), neighbours=0.0, rulings=0.0)
    out = augment_batch(np.repeat(whole[None], 500, axis=0), settings, rng()).astype(float)

    def alike(other: np.ndarray) -> np.ndarray:
        return (out * (other - other.mean())).sum(axis=(1, 2))

    assert (alike(whole) > np.max([alike(other) for other in mirrored], axis=0)).mean() > 0.97


def test_a_stop_gives_the_work_up(digits: np.ndarray):
    stop = Event()
    assert (augment_batch(digits, NOTHING, rng(), stop=stop) == digits).all()
    stop.set()
    with pytest.raises(CancelledError):
        augment_batch(digits, Augment(), rng(), stop=stop)


def test_nothing_comes_of_nothing():
    assert augment_batch(np.zeros((0, 28, 28), np.uint8), Augment(), rng()).shape == (0, 28, 28)
