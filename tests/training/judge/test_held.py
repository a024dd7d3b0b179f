"""held.py: the writers who are held out, as pictures; the seed decides how they look."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits.data import strokes as strokes_module
from inkdigits.data.originals import pack
from inkdigits.data.pen_formats import Sample
from inkdigits.data.strokes import held_writers, keys, load_strokes
from inkdigits.errors import DataError
from inkdigits.training.judge import held
from inkdigits.training.judge.held import HELD_NAMES, held_sets, label_of

RING = [[np.cos(turn), np.sin(turn)] for turn in np.linspace(0, 2 * np.pi, 20)]
SLASH = [[-0.9, 0.9], [0, 0], [0.9, -0.9]]


def written(text: str, writer: int) -> Sample:
    """What a writer wrote: rings, a little different from writer to writer; of "0" with a slash."""
    strokes = [[[0.1 * writer + 3 * place, 0.0] for _ in RING] for place in range(len(text))]
    strokes = [(np.array(RING) * (1, 1 + 0.01 * writer) + stroke[0]).tolist() for stroke in strokes]
    if text == "0":
        strokes.append(SLASH)
    return Sample(text, "uji", str(writer), [np.array(stroke, float) for stroke in strokes])


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Ten writers of every digit, a few letters and words, and numbers, two of whom are held out."""
    texts = (*"0123456789.,-+/:%'", "E", "O", "and", "So")
    singles = [written(text, writer) for writer in range(10) for text in texts]
    numbers = [written(text, writer) for writer in range(10) for text in ("(20)", "1,5", "11/1,")]
    arrays = pack([*singles, *numbers])
    (tmp_path / "strokes").mkdir()
    np.savez(tmp_path / "strokes" / "pen_strokes.npz", **arrays)
    slashed = [key for key, text in zip(keys(arrays), arrays["text"], strict=True) if text == "0"]
    (tmp_path / "slashed.txt").write_text("# why\n" + "\n".join(slashed), "utf-8")
    monkeypatch.setattr(strokes_module, "_SLASHED", tmp_path / "slashed.txt")
    monkeypatch.setattr(held, "COMPOSED", 5)
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    return tmp_path / "strokes" / "pen_strokes.npz"


def test_all_sets_are_of_the_writers_who_are_held_out(kept):
    digits, slashed, letters, numbers = held_sets()

    assert len(held_writers(load_strokes(kept))) == 2
    assert [one.name for one in (digits, slashed, letters, numbers)] == list(HELD_NAMES[1:])
    assert sorted(digits.labels) == sorted("0123456789" * 2)
    assert slashed.labels == ("0", "0")
    assert sorted(numbers.labels[:6]) == ["1.5", "1.5", "11/1", "11/1", "20", "20"]
    assert len(numbers) == 6 + 5


def test_letters_that_a_digit_looks_like_are_no_fair_question(kept):
    (letters,) = held_sets("strokes_held_letters")

    assert letters.labels == ("E", "and") * 2
    assert letters.expects == ("digit", "number") * 2
    assert letters.kinds == ("letter", "word") * 2


def test_a_picture_is_ink_on_white_paper_with_a_margin(kept):
    for one in held_sets():
        for picture in one.images:
            assert picture.dtype == np.uint8
            assert picture.min() < 60
            edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
            assert (edge == 255).all()


def test_a_digit_is_60_pixels_high_on_paper_of_96_and_the_pen_comes_on_top(kept):
    heights: list[int] = []
    for picture in held_sets("strokes_held_digits")[0].images:
        assert min(picture.shape) >= 96
        heights.append(int(np.ptp(np.flatnonzero((picture < 128).any(axis=1)))) + 1)
    assert 61 <= min(heights) < max(heights) <= 72


def test_the_same_seed_draws_the_same_sets(kept):
    first, again = held_sets(), held_sets()

    assert [one.sha256 for one in first] == [one.sha256 for one in again]
    assert len({one.sha256 for one in first}) == 4


def test_numbers_tell_what_they_hold(kept):
    (numbers,) = held_sets("strokes_held_numbers")

    assert numbers.kinds[:3] == ("whole, digits", "whole, points and dashes", "whole, signs")
    assert {kind.partition(",")[0] for kind in numbers.kinds[6:]} == {"composed"}
    assert set(numbers.expects) == {"number"}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("(202)", "202"),
        ("(23", "23"),
        ("2345,", "2345"),
        ("12/27/93,", "12/27/93"),
        ("4/10/94.", "4/10/94"),
        ("123,456,789:", "123.456.789"),
        ("$12,738.50", "12.738.50"),
        ("#1", "1"),
        ("1'000", "1000"),
        ("27.3%", "27.3%"),
        ("-6470.348", "-6470.348"),
    ],
)
def test_a_label_is_what_is_to_be_read(text, label):
    assert label_of(text) == label


def test_a_file_that_holds_out_too_few_writers_is_named(kept):
    np.savez(kept, **pack([written(text, writer) for writer in range(5) for text in "012345678.,-+/:%'"]))
    with pytest.raises(DataError, match=r"holds out too few writers: .* found no 9; delete it"):
        held_sets()
