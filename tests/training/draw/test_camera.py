"""camera.py: every effect shows, is switched off by a share of 0, and follows from the seed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from inkdigits.training.draw.camera import CELL_CAMERA, PAGE_CAMERA, Camera, photograph, turned

STILL = Camera(
    paper=(200, 200),
    depth=(0.5, 0.5),
    light=0.0,
    grain=0.0,
    blur=(0.0, 0.0),
    quality=(90, 91),
    noisy=0.0,
    compressed=0.0,
)
"""Shows what is there: paper of 200, ink of 100."""


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture
def ink() -> np.ndarray:
    bars = np.zeros((60, 80), np.float32)
    bars[:, 20:30] = bars[:, 50:60] = 1
    return bars


def shots(ink: np.ndarray, camera: Camera, count: int = 60) -> np.ndarray:
    """Returns pictures, float (count, H, W)."""
    return np.array([photograph(ink, 30, camera, rng(seed)) for seed in range(count)], float)


def test_a_camera_without_effects_shows_paper_and_ink(ink: np.ndarray):
    picture = photograph(ink, 30, STILL, rng(1))
    assert (picture.dtype, picture.shape) == (np.uint8, ink.shape)
    np.testing.assert_array_equal(picture, np.where(ink > 0, 100, 200))


@pytest.mark.parametrize("camera", [CELL_CAMERA, PAGE_CAMERA], ids=["cell", "page"])
def test_the_seed_alone_decides(ink: np.ndarray, camera: Camera):
    first, again, other = (photograph(ink, 30, camera, rng(seed)) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


def test_paper_and_depth_lie_in_their_ranges(ink: np.ndarray):
    pictures = shots(ink, replace(STILL, paper=(120, 220), depth=(0.3, 0.6)), 200)
    papers, levels = pictures[:, 5, 5], pictures[:, 5, 25]
    assert 119 <= papers.min() < 125
    assert 215 < papers.max() <= 220
    depths = 1 - levels / papers
    assert 0.29 <= depths.min() < 0.33
    assert 0.57 < depths.max() <= 0.61


def test_faint_ink_is_common_where_it_is_drawn_on_a_log_scale(ink: np.ndarray):
    pictures = shots(ink, replace(STILL, faintest=10, depth=(0.0, 0.8)), 200)
    depths = 200 - pictures[:, 5, 25]
    assert depths.min() >= 10
    assert np.median(depths) < 60
    assert depths.max() > 130


def test_light_falls_on_the_paper_and_if_asked_on_the_ink(ink: np.ndarray):
    slanting = replace(STILL, paper=(120, 120), light=0.2)
    for lit, unlit in zip(
        shots(ink, slanting, 20), shots(ink, replace(slanting, lit_ink=False), 20), strict=True
    ):
        np.testing.assert_array_equal(lit[ink == 0], unlit[ink == 0])
        # Half of the light is left by ink that is lit; ink that is not takes 60 levels everywhere.
        np.testing.assert_allclose(lit[:, 29] / lit[:, 30], 0.5, atol=0.02)
        np.testing.assert_allclose(unlit[:, 30] - unlit[:, 29], 60, atol=1.5)


def test_a_shadow_is_darker_than_the_rest_and_soft(ink: np.ndarray):
    shaded = shots(np.zeros_like(ink), replace(STILL, shadow=1.0))
    drops = np.ptp(shaded, axis=(1, 2)) / 200
    assert np.mean(drops > 0.05) > 0.3
    assert drops.max() < 0.4
    assert np.abs(np.diff(shaded, axis=2)).max() < 30


def test_blur_noise_stains_enlarging_and_compression_change_the_picture(ink: np.ndarray):
    plain = photograph(ink, 30, STILL, rng(1)).astype(float)
    changes = {
        "blur": replace(STILL, blur=(0.0, 1.5)),
        "noise": replace(STILL, grain=8, noisy=1.0),
        "noise of ink": replace(STILL, grain=0.09, grain_of_ink=True, noisy=1.0),
        "stains": replace(STILL, stains=1.0),
        "enlarged": replace(STILL, enlarged=1.0),
        "compressed": replace(STILL, compressed=1.0, quality=(30, 31)),
    }
    for effect, camera in changes.items():
        difference = np.abs(shots(ink, camera, 20) - plain)
        assert difference.mean() > 0.3, effect
        assert difference.mean() < 20, f"{effect} hides the ink"


def test_neighbouring_pixels_share_soft_noise(ink: np.ndarray):
    hard, soft = (
        shots(0 * ink, replace(STILL, grain=8, noisy=1.0, soft_noise=share), 20) for share in (0.0, 1.0)
    )
    steps = [np.abs(np.diff(pictures, axis=2)).mean() / pictures.std() for pictures in (hard, soft)]
    assert steps[1] < 0.8 * steps[0]


def test_small_digits_are_neither_blurred_as_far_nor_enlarged(ink: np.ndarray):
    camera = replace(STILL, blur=(0.0, 3.0))
    steepest = {
        digit: np.mean(
            [np.ptp(np.diff(photograph(ink, digit, camera, rng(seed)).astype(int))) for seed in range(20)]
        )
        for digit in (9, 40)
    }
    assert steepest[9] > 1.3 * steepest[40]
    small = photograph(ink, 11, replace(STILL, enlarged=1.0), rng(1))
    np.testing.assert_array_equal(small, photograph(ink, 11, STILL, rng(1)))


def test_a_negative_has_light_ink(ink: np.ndarray):
    picture = photograph(ink, 30, replace(STILL, negative=1.0), rng(1))
    assert (picture[ink > 0] > picture[ink == 0].max()).all()


@pytest.mark.parametrize("degrees", [-12.0, 0.0, 9.0])
def test_a_turned_page_loses_nothing_and_its_owners_stay_whole_numbers(degrees: float):
    owners = np.zeros((100, 140), np.uint16)
    owners[3:9, 5:30], owners[80:97, 110:137] = 7, 300
    ink = (owners > 0).astype(np.float32)
    seen, of = turned(ink, degrees), turned(owners, degrees)
    assert seen.shape == of.shape
    assert (seen.dtype, of.dtype) == (np.float32, np.uint16)
    assert set(np.unique(of)) == {0, 7, 300}
    assert seen.sum() == pytest.approx(ink.sum(), rel=0.03)
    if degrees:
        assert seen.shape > ink.shape
        centres = [np.argwhere(of == owner).mean(axis=0) for owner in (7, 300)]
        slope = (centres[1] - centres[0])[0] / (centres[1] - centres[0])[1]
        was = (88.5 - 5.5) / (123 - 17)
        assert np.rad2deg(np.arctan(slope) - np.arctan(was)) == pytest.approx(degrees, abs=1)
