"""finder_data.py: the truth lies where the marks are, in every window and every look of it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from inkdigits import spec
from inkdigits.readings import Box
from inkdigits.training.draw.scene import NONE, Scene, SceneMark
from inkdigits.training.learn import finder_data as known
from inkdigits.training.learn.finder_data import (
    SIDE,
    STORED,
    Window,
    marks_of,
    mosaic,
    vary,
    window_at,
    windows_of,
)

PLACES = {"4": (60, 70), "2": (90, 70), ".": (112, 86), "7": (130, 70), "1": (250, 72), "?": (320, 70)}


def scene(turn: float = 0.0) -> Scene:
    """Returns a page with the numbers 42.7 and 1 and a mark that is none, solid black boxes all of them."""
    picture = np.full((400, 700), 240, np.uint8)
    marks = []
    for label, (x, y) in PLACES.items():
        box = Box(x, y, 4, 4) if label == "." else Box(x, y, 14, 20)
        picture[box.y : box.y + box.height, box.x : box.x + box.width] = 20
        number = {"1": 1, "?": NONE}.get(label, 0)
        marks.append(SceneMark(box, label, number, 0 if number >= 0 else NONE))
    return Scene(picture, tuple(marks), "page", turn)


def ink_within(window: Window, slack: float = 1.5) -> list[float]:
    """Returns for each mark the share of its box that is ink, its rim left out."""
    out = []
    for x, y, width, height in window.marks[:, :4]:
        part = window.image[
            max(0, int(y - height / 2 + slack)) : int(y + height / 2 - slack) + 1,
            max(0, int(x - width / 2 + slack)) : int(x + width / 2 - slack) + 1,
        ]
        out.append(float((part > 60).mean()) if part.size else 1.0)
    return out


def labels_of(window: Window) -> str:
    return "".join(spec.NUMBER_LABELS[int(label)] for label in window.marks[:, known.LABEL])


# ---- What is known of a scene ----


def test_marks_know_what_follows_them_in_their_number():
    marks = marks_of(scene())
    assert marks[:, known.LINK].tolist() == [1, 1, 1, 0, 0, 0]
    assert marks[:, known.LINKED].tolist() == [1, 1, 1, 1, 1, 0], "of no number, nobody knows"
    np.testing.assert_allclose(marks[0, known.NEXT_X : known.NEXT_Y + 1], (30, 0))
    np.testing.assert_allclose(marks[1, known.NEXT_X : known.NEXT_Y + 1], (17, 8))


def test_of_turned_writing_the_turn_is_learned_and_nothing_that_needs_it_upright():
    for turn, upright in ((0, True), (12, True), (350, True), (90, False), (200, False)):
        marks = marks_of(scene(turn))
        assert (marks[:, known.NAMED] == upright).all()
        assert not marks[:, [known.LINK, known.LINKED]].any() or upright
        np.testing.assert_allclose(
            np.degrees(np.arctan2(marks[0, known.SINE], marks[0, known.COSINE])) % 360, turn, atol=1e-3
        )


def test_marks_are_told_in_pixels_of_the_ink_image():
    np.testing.assert_allclose(marks_of(scene(), 0.5)[:, :4], marks_of(scene())[:, :4] / 2)


# ---- Windows ----


@pytest.mark.parametrize("scale", [0.4, 1.0, 1.7])
def test_a_window_shows_marks_where_it_says_they_are(scale: float):
    page = scene()
    window = window_at(255 - page.picture, marks_of(page), (100.0, 80.0), scale)
    assert window.image.shape == (STORED, STORED)
    assert labels_of(window).startswith("42.7")
    assert min(ink_within(window)) > 0.9
    np.testing.assert_allclose(window.marks[0, known.HEIGHT], 20 * scale, rtol=0.03)


def test_beyond_the_sides_of_a_picture_is_paper():
    window = window_at(
        np.full((30, 40), 200, np.uint8), np.zeros((0, known.COLUMNS), np.float32), (20, 15), 1.0
    )
    assert window.image[:80].max() == 0
    assert (window.image > 0).sum() == 30 * 40


def test_windows_stand_around_writing_at_about_the_working_height():
    rng = np.random.default_rng(1)
    windows = [window for _ in range(60) for window in windows_of(scene(), rng)]
    assert np.mean([len(window.marks) > 0 for window in windows]) > 0.7
    heights = np.array(
        [mark[known.HEIGHT] for window in windows for mark in window.marks if mark[known.LABEL] < 10]
    )
    assert 0.6 < np.mean((heights > 13) & (heights < 37)) < 0.98, "some are for the coarse pass"
    assert heights.min() < 12
    assert heights.max() > 40


def test_a_scene_without_ink_gives_no_window_and_one_without_marks_a_window_of_nothing():
    blank = Scene(np.full((90, 120), 200, np.uint8), (), "nothing")
    assert list(windows_of(blank, np.random.default_rng(1))) == []
    stained = blank.picture.copy()
    stained[20:60, 30:80] = 40
    (window,) = windows_of(Scene(stained, (), "nothing"), np.random.default_rng(1))
    assert not len(window.marks)


def test_a_mosaic_shows_several_pictures_with_paper_between():
    rng = np.random.default_rng(2)
    cell = scene()
    cell = Scene(
        cell.picture[40:120, 40:300],
        tuple(
            SceneMark(Box(mark.box.x - 40, mark.box.y - 40, *mark.box[2:]), mark.label, mark.number)
            for mark in cell.marks[:5]
        ),
        "cell",
    )
    looks = [mosaic(10 * [cell], rng) for _ in range(20)]
    assert max(len(look.marks) for look in looks) > 10
    assert min(min(ink_within(look), default=1.0) for look in looks) > 0.6
    assert all(0 < x < STORED and 0 < y < STORED for look in looks for x, y in look.marks[:, :2])


# ---- Looks ----


def test_every_look_of_a_window_keeps_its_truth_and_shows_it_otherwise():
    page = scene()
    window = window_at(255 - page.picture, marks_of(page), (100.0, 80.0), 1.1)
    rng = np.random.default_rng(3)
    looks = [vary(window, rng) for _ in range(60)]
    assert len({look.image.tobytes() for look in looks}) == 60
    turned = 0
    for look in looks:
        assert look.image.shape == (SIDE, SIDE)
        share = ink_within(look)
        assert np.mean(share) > 0.65
        if not look.marks[:, known.NAMED].all():
            turned += 1
            assert not look.marks[:, known.LINK].any()
    assert 0 < turned < 15


def test_a_step_to_the_next_mark_leads_to_it_in_every_look():
    page = scene()
    window = window_at(255 - page.picture, marks_of(page), (100.0, 80.0), 1.1)
    rng = np.random.default_rng(4)
    for _ in range(30):
        marks = vary(window, rng).marks
        for mark, after in itertools.pairwise(marks):
            if mark[known.LINK]:
                np.testing.assert_allclose(
                    mark[:2] + mark[known.NEXT_X : known.NEXT_Y + 1], after[:2], atol=0.01
                )


def test_a_quarter_turn_is_told_as_one():
    page = scene()
    window = window_at(255 - page.picture, marks_of(page), (100.0, 80.0), 1.0)
    for quarters in (1, 2, 3):
        image, marks = known._turned(window.image, window.marks, quarters)
        angle = np.degrees(np.arctan2(marks[:, known.SINE], marks[:, known.COSINE])) % 360
        np.testing.assert_allclose(angle, 90 * quarters, atol=1e-3)
        assert min(ink_within(Window(image, marks))) > 0.9
