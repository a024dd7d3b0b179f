"""gallery.py: a sheet shows every picture once, beside each other, with its text; the seed decides which."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scenes
from PIL import Image

from inkdigits.data.datasets import load_dataset
from inkdigits.data.originals import pack
from inkdigits.data.pen_formats import Sample
from inkdigits.data.strokes import Strokes
from inkdigits.errors import SourceError
from inkdigits.training.draw.digit import write_digits
from inkdigits.training.draw.glyphs import HEIGHT, Glyphs
from inkdigits.training.draw.hands import Hands
from inkdigits.training.draw.scenes.fonts import FontBook
from inkdigits.training.draw.scribe import Scribe
from inkdigits.training.judge.gallery import (
    BETWEEN,
    COLUMNS,
    TILES,
    Group,
    Shown,
    contact_sheet,
    made_digits,
    made_numbers,
    made_scenes,
    taken_from,
)


def strokes_of(samples: list[Sample]) -> Strokes:
    arrays = pack(samples)
    return Strokes(
        arrays["xy"].astype(np.float32) / 1000,
        arrays["stroke_start"].astype(np.int64),
        arrays["sample_start"].astype(np.int64),
        arrays["text"],
        arrays["kind"],
        arrays["source"],
        arrays["writer"].astype(np.int64),
        np.zeros(len(samples), bool),
    )


COLOUR = (10, 200, 90)


def coloured(count: int, shape: tuple[int, int] = (20, 20)) -> list[Shown]:
    return [Shown(np.full((*shape, 3), COLOUR, np.uint8), "8") for _ in range(count)]


def tiles_of(sheet: np.ndarray) -> list[tuple[int, int, int, int]]:
    """Returns x, y, width and height of each coloured tile."""
    import cv2

    mask = (sheet == COLOUR).all(axis=2).astype(np.uint8)
    return [tuple(row[:4]) for row in cv2.connectedComponentsWithStats(mask)[2][1:].tolist()]


def save_folder(folder: Path) -> Path:
    for label in "123":
        (folder / label).mkdir(parents=True)
        Image.fromarray(255 - scenes.pen_digit(int(label))).save(folder / label / "one.png")
    return folder


# ---- What is made ----


def test_made_digits_are_dark_on_white_and_each_value_is_there_as_often():
    shown = made_digits(25, 1)
    assert [one.text for one in shown[:10]] == list("0123456789")
    assert len(shown) == 25
    for one in shown:
        assert one.picture[0, 0] == 255
        assert one.picture.min() < 50


def test_made_numbers_have_the_texts_that_are_written():
    shown = made_numbers(30, 1, None)
    assert len(shown) == 30
    assert {sign for one in shown for sign in one.text} <= set("0123456789.,-")
    assert len({one.picture.shape for one in shown}) > 20


@pytest.mark.parametrize("make", [made_digits, lambda count, seed: made_numbers(count, seed, None)])
def test_the_seed_alone_decides_what_is_made(make):
    first, again, other = (make(6, seed) for seed in (1, 1, 2))
    for one, same in zip(first, again, strict=True):
        np.testing.assert_array_equal(one.picture, same.picture)
        assert one.text == same.text
    assert any(a.picture.tobytes() != b.picture.tobytes() for a, b in zip(first, other, strict=True))


def test_numbers_are_composed_from_the_digits_that_are_given():
    bars = np.zeros((10, 28, 28), np.uint8)
    bars[:, 4:24, 4:24] = 255  # blocks, whatever their value
    alone, composed = (made_numbers(12, 3, glyphs) for glyphs in (None, Glyphs(bars, np.arange(10))))
    assert [one.text for one in alone] != [one.text for one in composed] or any(
        a.picture.shape != b.picture.shape for a, b in zip(alone, composed, strict=True)
    )


def test_real_hands_write_in_the_place_of_the_pen():
    dashes = [
        Sample(value, "own", "w", [np.array([[0.0, 0.0], [9.0, 0.1]])])
        for value in (*"0123456789.,-+/:%'", "12")
    ]
    with_hands = Hands(strokes_of(dashes), {0}, digit_height=HEIGHT)
    for one in made_digits(10, 1, with_hands):  # whoever writes nothing but dashes writes wide and low
        rows, columns = np.nonzero(one.picture < 128)
        assert np.ptp(columns) > 3 * np.ptp(rows)
    numbers = made_numbers(40, 1, None, with_hands)
    assert {sign for one in numbers for sign in one.text} & set("+/:%"), "signs are among them"


# ---- What is taken ----


def test_pictures_of_a_set_keep_their_labels_and_come_once(tmp_path: Path):
    dataset = load_dataset(str(save_folder(tmp_path / "mine")), "train")
    shown = taken_from(dataset, 10, 1)
    assert sorted(one.text for one in shown) == ["1", "2", "3"]
    for one in shown:
        np.testing.assert_array_equal(one.picture, 255 - scenes.pen_digit(int(one.text)))
    assert len(taken_from(dataset, 2, 1)) == 2


def test_digits_in_mnist_s_convention_are_shown_dark_on_white(tmp_path: Path):
    images, labels = write_digits(20, 1)
    np.savez(tmp_path / "digits.npz", images=images, labels=labels)
    for one in taken_from(load_dataset(str(tmp_path / "digits.npz"), "train"), 20, 1):
        assert one.picture[0, 0] == 255
        assert one.picture.min() < 50


def test_another_seed_takes_others():
    dataset = load_dataset("mnist5k", "train")
    first, again, other = ([one.text for one in taken_from(dataset, 30, seed)] for seed in (1, 1, 2))
    assert first == again != other


def test_a_picture_that_cannot_be_read_is_told(tmp_path: Path):
    folder = save_folder(tmp_path / "mine")
    (folder / "2" / "one.png").write_bytes(b"no picture")
    with pytest.raises(SourceError, match=r"one\.png"):
        taken_from(load_dataset(str(folder), "train"), 10, 1)


# ---- The sheet ----


@pytest.mark.parametrize("kind", ["digits", "numbers", "scenes"])
@pytest.mark.parametrize("counts", [(1,), (7,), (12, 12), (25, 3), (3, 0)])
def test_every_picture_is_there_once_and_groups_stand_beside_each_other(kind: str, counts: tuple[int, ...]):
    sheet = contact_sheet([Group("group", coloured(count)) for count in counts], kind)
    assert (sheet.ndim, sheet.shape[2], sheet.dtype) == (3, 3, np.uint8)
    tiles = tiles_of(sheet)
    assert len(tiles) == sum(counts)
    per_group = COLUMNS[kind] * (TILES[kind][0] + 6) + BETWEEN
    of_group = [sum(x // per_group == number for x, *_ in tiles) for number in range(len(counts))]
    assert of_group == list(counts)
    assert len({y for _, y, *_ in tiles}) == -(-max(counts) // COLUMNS[kind])


@pytest.mark.parametrize("shape", [(20, 20), (5, 400), (400, 5), (1, 1), (64, 64)])
def test_a_picture_fills_its_tile_and_keeps_its_proportions(shape: tuple[int, int]):
    ((_, _, width, height),) = tiles_of(contact_sheet([Group("one", coloured(1, shape))], "digits"))
    assert max(width, height) == 64
    assert (height, width) == pytest.approx(64 * np.array(shape) / max(shape), abs=1)


def test_title_and_text_are_written():
    plain = contact_sheet([Group("", [Shown(np.full((9, 9), 128, np.uint8), "")])], "digits")
    title = contact_sheet([Group("made", [Shown(np.full((9, 9), 128, np.uint8), "")])], "digits")
    text = contact_sheet([Group("", [Shown(np.full((9, 9), 128, np.uint8), "8")])], "digits")
    changed = [np.flatnonzero((sheet != plain).any(axis=(1, 2))) for sheet in (title, text)]
    assert changed[0].size
    assert changed[1].size
    assert changed[0].max() < changed[1].min() - 64, "the title above, the text below its picture"


@pytest.mark.parametrize("text", ["né 数 😀", "x" * 500, "two\nlines", ""])
def test_any_text_can_be_written(text: str):
    group = Group(text, [Shown(np.full((9, 9), 128, np.uint8), text)])
    assert (
        contact_sheet([group], "numbers").shape == contact_sheet([Group("a", group.shown)], "numbers").shape
    )


def test_nothing_to_show_is_an_empty_sheet():
    assert contact_sheet([Group("nothing", [])], "digits").shape[2] == 3


def test_scenes_are_the_same_from_the_same_seed_and_show_their_boxes_where_asked_for(hands: Hands):
    scribe, fonts = Scribe(Glyphs(*write_digits(20, 1)), hands, by_hand=0.5), FontBook()
    plain, again, boxed = (made_scenes(8, 4, scribe, fonts, boxes=boxes) for boxes in (False, False, True))
    assert all(np.array_equal(one.picture, two.picture) for one, two in zip(plain, again, strict=True))
    assert [one.text for one in boxed] == [one.text for one in plain]
    red = sum(bool((one.picture == (215, 30, 30)).all(axis=2).any()) for one in boxed)
    assert red >= 6
