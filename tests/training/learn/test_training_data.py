"""training/data.py: what is learned from and what is held out, whatever the digits came as."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkdigits.data.datasets import load_dataset
from inkdigits.data.strokes import load_strokes
from inkdigits.errors import ConfigError, DataError
from inkdigits.picture.sources import load
from inkdigits.recognition.prepare import digit_inputs
from inkdigits.training.draw.digit import HEIGHT, digits_by_hand, marks_by_hand, write_digits
from inkdigits.training.draw.glyphs import HEIGHT as GLYPH_HEIGHT
from inkdigits.training.draw.glyphs import Glyphs
from inkdigits.training.learn.data import Split, load_split
from inkdigits.training.learn.digit_scenes import digits_in_scenes
from inkdigits.training.learn.settings import DigitData, NumberData
from inkdigits.training.learn.writers import hands_of, strokes_file

NO_PEN = DigitData(pen=0, validation=0.2)


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., str]:
    """Saves digits, each marked by its number in two corner pixels, as an .npz file."""

    def make(name: str, labels: list[int] | list[str], first: int = 0) -> str:
        images = np.zeros((len(labels), 28, 28), np.uint8)
        numbers = np.arange(first, first + len(labels))
        images[:, 0, 0], images[:, 0, 1] = numbers // 256, numbers % 256
        np.savez(tmp_path / name, images=images, labels=np.array(labels))
        return str(tmp_path / name)

    return make


def numbers(images: np.ndarray) -> list[int]:
    return (images[:, 0, 0].astype(int) * 256 + images[:, 0, 1]).tolist()


def test_every_digit_is_either_learned_from_or_held_out(save: Callable[..., str]):
    labels = [number % 10 for number in range(300)]
    split = load_split(replace(NO_PEN, train=(save("a.npz", labels),)))
    learned, held = numbers(split.images), numbers(split.held_images)
    assert sorted(learned + held) == list(range(300))
    assert [labels[number] for number in learned] == split.labels.tolist()
    assert [labels[number] for number in held] == split.held_labels.tolist()
    assert np.bincount(split.held_labels).tolist() == [6] * 10


def test_arrays_have_the_types_that_training_expects(save: Callable[..., str]):
    split = load_split(replace(NO_PEN, train=(save("a.npz", ["0", "9"] * 10),)))
    assert (split.images.dtype, split.images.shape[1:]) == (np.uint8, (28, 28))
    assert (split.held_images.dtype, split.held_images.shape[1:]) == (np.uint8, (28, 28))
    assert split.labels.dtype == split.held_labels.dtype == np.int64


def test_sets_are_joined_in_their_order_and_their_hashes_kept(save: Callable[..., str]):
    paths = save("a.npz", [1] * 20), save("b.npz", [2] * 30, first=100)
    split = load_split(replace(NO_PEN, train=paths))
    assert sorted(numbers(split.images) + numbers(split.held_images)) == [*range(20), *range(100, 130)]
    hashes = [load_dataset(path).sha256 for path in paths]
    assert split.sources == (("a", 20, hashes[0]), ("b", 30, hashes[1]))


def test_the_seed_alone_says_which_are_held_out(save: Callable[..., str]):
    settings = replace(NO_PEN, train=(save("a.npz", [3] * 100),))

    def held(split: Split) -> list[int]:
        return numbers(split.held_images)

    assert held(load_split(settings)) == held(load_split(settings))
    assert held(load_split(settings)) != held(load_split(replace(settings, seed=2)))


def test_the_pen_s_digits_are_learned_and_never_held_out(save: Callable[..., str]):
    settings = replace(NO_PEN, train=(save("a.npz", [3] * 100),), seed=4)
    without, split = load_split(settings), load_split(replace(settings, pen=25))
    written, values = write_digits(25, 4)
    assert (split.images[-25:] == written).all()
    assert (split.labels[-25:] == values).all()
    assert (split.images[:-25] == without.images).all()
    assert (split.held_images == without.held_images).all()


def test_the_test_digits_of_a_known_set_are_not_learned_from():
    split = load_split(replace(NO_PEN, train=("mnist5k",)))
    test = {image.tobytes() for image in load_dataset("mnist5k", "test").images}
    seen = {image.tobytes() for image in (*split.images, *split.held_images)}
    assert len(split.images) + len(split.held_images) == 4000
    assert not seen & test


# ---- Pictures ----


def test_pictures_are_prepared_as_the_reader_prepares_them(tmp_path: Path, save_digit: Callable[..., Path]):
    digits = {1: "data/1/a.png", 4: "data/4/a.png", 7: "data/7/a.png"}
    paths = {digit: save_digit(digit, name) for digit, name in digits.items()}
    for path in paths.values():
        path.with_name("b.png").write_bytes(path.read_bytes())
    split = load_split(replace(NO_PEN, train=(str(tmp_path / "data"),)))
    assert split.labels.tolist() == split.held_labels.tolist() == [1, 4, 7]
    for digit, image in zip(split.labels.tolist(), split.images, strict=True):
        assert (image == digit_inputs(load(paths[digit]))[0].image).all()


def test_a_picture_without_ink_is_named(tmp_path: Path, save_digit: Callable[..., Path]):
    save_digit(7, "data/7/a.png")
    Image.fromarray(np.full((50, 50), 255, np.uint8)).save(tmp_path / "data" / "7" / "blank.png")
    with pytest.raises(DataError, match=r"data set data: no ink in .*blank\.png; remove that picture"):
        load_split(replace(NO_PEN, train=(str(tmp_path / "data"),)))


def test_a_picture_that_cannot_be_read_is_named(tmp_path: Path, save_digit: Callable[..., Path]):
    save_digit(7, "data/7/a.png").with_name("b.png").write_bytes(b"no picture")
    with pytest.raises(DataError, match=r"data set data: .*b\.png.*; remove or replace that picture"):
        load_split(replace(NO_PEN, train=(str(tmp_path / "data"),)))


# ---- Sets that cannot be learned from ----


@pytest.mark.parametrize("labels", [["1", "x"], ["1", "12"], ["1", "-"], ["1", " 1"]])
def test_labels_that_are_no_digits_are_listed(save: Callable[..., str], labels: list[str]):
    with pytest.raises(DataError) as caught:
        load_split(replace(NO_PEN, train=(save("a.npz", labels),)))
    assert f"data set a has labels {labels[1:]} that are no digits; expected 0 to 9" in str(caught.value)


def test_too_few_digits_to_hold_any_out_are_told(save: Callable[..., str]):
    with pytest.raises(DataError, match=r"none of the 10 digits of .*at least twice, found none; add digits"):
        load_split(replace(NO_PEN, train=(save("a.npz", list(range(10))),)))


def test_an_unknown_set_is_told_with_the_nearest_known_one():
    with pytest.raises(DataError, match=r"unknown data set 'mnist6k'.*did you mean mnist5k"):
        load_split(replace(NO_PEN, train=("mnist6k",)))


def test_an_impossible_share_is_told(save: Callable[..., str]):
    with pytest.raises(ConfigError, match=r"fraction 1\.5"):
        load_split(replace(NO_PEN, train=(save("a.npz", [1] * 10),), validation=1.5))


def test_what_is_left_out_of_mnist_is_neither_learned_nor_held_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from inkdigits.data.datasets import Dataset
    from inkdigits.training.learn import data

    images = np.arange(60, dtype=np.uint8)[:, None, None] * np.ones((1, 28, 28), np.uint8)
    labels = tuple(str(index % 10) for index in range(60))
    monkeypatch.setattr(data, "load_dataset", lambda name, part: Dataset(name, images, labels, "0" * 64))
    places = tmp_path / "places.txt"
    places.write_text("3\n59\n")
    split = load_split(replace(NO_PEN, train=("mnist",), leave_out=str(places)))
    seen = {int(image[0, 0]) for image in (*split.images, *split.held_images)}
    assert seen == set(range(60)) - {3, 59}
    assert split.sources[0][1] == 58
    others = load_split(replace(NO_PEN, train=("other",), leave_out=str(places)))
    assert len(others.images) + len(others.held_images) == 60


def test_the_shipped_list_has_a_thousand_places_of_mnist():
    from inkdigits.training.learn.config import left_out

    places = left_out(replace(NO_PEN, leave_out="mnist_corrupted"))
    assert len(places) == 1000
    assert 0 <= places[0] < places[-1] < 60_000


@pytest.mark.parametrize("content", ["one", "-4"])
def test_a_list_of_something_else_is_refused(tmp_path: Path, content: str):
    from inkdigits.errors import ConfigError
    from inkdigits.training.learn.config import left_out

    (tmp_path / "places.txt").write_text(content)
    for named in (str(tmp_path / "places.txt"), "no_such_list"):
        with pytest.raises(ConfigError, match=r"data\.leave_out is"):
            left_out(replace(NO_PEN, leave_out=named))


# ---- Real hands ----

BY_HAND = replace(NO_PEN, by_hand=200, others=100)


@pytest.fixture
def settings(save: Callable[..., str], kept_strokes: Path) -> DigitData:
    return replace(BY_HAND, train=(save("a.npz", [number % 10 for number in range(100)]),))


def test_what_hands_write_is_learned_and_a_tenth_as_much_is_held_out(settings: DigitData):
    without, split = load_split(replace(settings, by_hand=0, others=0)), load_split(settings)
    assert np.bincount(split.labels).tolist() == [8 + 20] * 10 + [100]
    assert np.bincount(split.held_labels).tolist() == [2 + 2] * 10 + [10]
    assert (split.images[: len(without.images)] == without.images).all()
    assert (split.held_images[: len(without.held_images)] == without.held_images).all()
    assert split.images.dtype == split.held_images.dtype == np.uint8
    assert split.labels.dtype == split.held_labels.dtype == np.int64


def test_the_held_out_writers_write_what_is_held_out(settings: DigitData):
    split = load_split(settings)
    path = strokes_file()
    learned, held = (hands_of(path, held=held, digit_height=HEIGHT) for held in (False, True))
    digits = digits_by_hand(learned, 200, settings.seed)[0]
    assert (split.images[80:280] == digits).all()
    assert (split.images[280:] == marks_by_hand(learned, 100, settings.seed)).all()
    assert (split.held_images[20:40] == digits_by_hand(held, 20, settings.seed + 1)[0]).all()
    assert (split.held_images[40:] == marks_by_hand(held, 10, settings.seed + 1)).all()


def test_what_is_held_out_is_the_same_without_what_is_learned(settings: DigitData):
    whole, alone = load_split(settings), load_split(settings, pen=False)
    assert (alone.held_images == whole.held_images).all()
    assert (alone.held_labels == whole.held_labels).all()
    assert alone.sources == whole.sources
    assert len(alone.images) == 80


def test_the_strokes_are_named_with_their_hash_where_they_are_learned_from(
    settings: DigitData, kept_strokes: Path
):
    known = (
        "strokes",
        len(load_strokes(kept_strokes)),
        hashlib.sha256(kept_strokes.read_bytes()).hexdigest(),
    )
    assert load_split(settings).sources[1:] == (known,)
    assert load_split(replace(settings, by_hand=0)).sources[1:] == (known,)
    assert load_split(replace(settings, by_hand=0, others=0)).sources[1:] == ()
    numbers_of = NumberData(train=settings.train, validation=0.2, by_hand=0.5)
    assert load_split(numbers_of).sources[1:] == (known,)
    assert load_split(replace(numbers_of, by_hand=0.0, others=0.5)).sources[1:] == ()
    assert len(load_split(numbers_of).images) == 80, "numbers are composed later"


def test_digits_cut_out_of_scenes_are_learned_and_a_tenth_as_many_are_held_out(settings: DigitData):
    scenes = replace(settings, by_hand=0, others=0, scenes=100)
    split = load_split(scenes)
    hands = hands_of(strokes_file(), held=False, digit_height=GLYPH_HEIGHT)
    seen, values = digits_in_scenes(
        hands, Glyphs(split.images[:80], split.labels[:80]), 100, scenes.seed, alone=True
    )
    assert (split.images[80:] == seen).all()
    assert (split.labels[80:] == values).all()
    assert len(split.held_images) == 20 + 10
    assert split.labels.max() < 10, "there is no answer for what is no digit"
    with_others = load_split(replace(scenes, others=20))
    assert (with_others.labels[100:] == 10).any(), "crops of two digits at once"


@pytest.mark.parametrize("wanted", [{"by_hand": 10}, {"others": 10}, {"scenes": 10}])
def test_without_the_file_of_strokes_it_is_told_in_one_line(
    save: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: dict[str, int]
):
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path / "nothing"))
    train = (save("a.npz", [1] * 20),)
    for settings in (replace(NO_PEN, train=train, **wanted), NumberData(train=train, by_hand=0.1)):
        with pytest.raises(DataError, match=r"is not there; run: inkdigits data strokes$") as caught:
            load_split(settings)
        assert "\n" not in str(caught.value)
