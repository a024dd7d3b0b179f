"""A second reader: who is asked about what, and what agreement and doubt make of a number."""

from __future__ import annotations

import importlib.util
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import draw_digit
from fakes import fake

import inkdigits
from inkdigits.errors import ConfigError, MissingExtraError
from inkdigits.readings import Box, Digit, Number, Reading
from inkdigits.recognition import rapid
from inkdigits.recognition.second import asked_again, second_reader

PICTURE = np.full((100, 200), 255, np.uint8)
HAS_RAPID = importlib.util.find_spec("rapidocr") is not None
needs_rapid = pytest.mark.skipif(not HAS_RAPID, reason="RapidOCR is missing: pip install 'inkdigits[second]'")


class Says:
    """A second reader that says the same of every picture, and keeps what it was shown."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.seen: list[np.ndarray] = []

    def read(self, pictures):
        self.seen += pictures
        return [self.text] * len(pictures)


def number(text: str, confidence: float, box: Box | None = None) -> Number:
    return Number(text, confidence, box or Box(20, 40, 30, 20))


def again(one: Number, text: str, max_error: float = 0.1) -> Number:
    return asked_again([one], [one.box], PICTURE, Says(text), max_error)[0]


def test_only_unsure_numbers_are_shown_with_paper_around_them():
    second = Says("17")
    sure, unsure = number("12", 0.95), number("17", 0.8)
    first, other = asked_again([sure, unsure], [sure.box, Box(50, 10, 40, 20)], PICTURE, second, 0.1)
    assert first is sure
    assert first.second is None
    assert other.second == "17"
    assert [seen.shape for seen in second.seen] == [(30, 50)]  # a quarter of its height on each side


def test_agreement_makes_surer_and_difference_leaves_it_unsure():
    assert again(number("17", 0.8), "17").confidence > 0.9
    assert again(number("17", 0.8), "11").confidence == 0.8
    assert again(number("17", 0.8), "11").text == "17"
    assert again(number("17", 0.02), "17").confidence < 0.5  # agreement alone makes nothing sure


def test_what_cannot_be_stays_without_confidence():
    assert again(number("17", 0.0), "17").confidence == 0.0


def test_a_digit_is_as_sure_as_its_number():
    digit = Digit("7", 0.8, Box(0, 0, 9, 9))
    told = again(Number("7", 0.8, digit.box, (digit,)), "7")
    assert told.digits[0].confidence == told.confidence


@pytest.mark.parametrize(
    ("text", "plain"), [("1 234,5", "1234.5"), ("", ""), ("=cmd|1", "?cmd?1"), ("-5", "-5"), ("1\n2", "12")]
)
def test_texts_are_told_as_numbers_are_written(text: str, plain: str):
    assert again(number("9", 0.5), text).second == plain


def test_a_number_at_the_border_is_cut_there():
    second = Says("9")
    asked_again([number("9", 0.5)], [Box(0, 0, 8, 16)], PICTURE, second, 0.1)
    assert second.seen[0].shape == (20, 12)


def test_a_reader_gives_both_answers():
    reader = fake(7, logit=2.0, second=Says("7"))
    reading = reader.read(draw_digit(7), "digit")
    alone = fake(7, logit=2.0).read(draw_digit(7), "digit")
    assert alone.status == "unsure"
    assert alone.second is None
    assert reading.second == "7"
    assert reading.confidence > alone.confidence
    assert Reading.from_dict(reading.to_dict()) == reading
    assert "second" not in alone.numbers[0].to_dict()


def test_a_reader_pickles_with_its_second_reader():
    reader = pickle.loads(pickle.dumps(fake(7, logit=2.0, second=Says("1"))))  # noqa: S301 - our own
    assert reader.read(draw_digit(7), "digit").second == "1"


def test_the_second_text_of_a_page_stands_where_the_first_one_does():
    numbers = (
        number("12", 0.99),
        Number("7", 0.3, Box(0, 0, 1, 1), second="1"),
        Number("5", 0.3, Box(0, 0, 1, 1), second=""),
    )
    assert Reading("a.png", "unsure", "12 7\n5", 0.3, numbers).second == "12 1\n?"


def test_an_unknown_second_reader_is_refused():
    with pytest.raises(ConfigError, match="second is 'other'; expected rapidocr"):
        second_reader("other")
    with pytest.raises(ConfigError, match="second is 5; expected 'rapidocr'"):
        inkdigits.Reader(second=5)  # type: ignore[arg-type]


def test_a_missing_extra_is_told_with_what_installs_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"RapidOCR is not .*pip install 'inkdigits\[second\]'"):
        inkdigits.Reader(second="rapidocr")
    spec = importlib.util.spec_from_file_location("rapidocr", tmp_path / "__init__.py")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: spec)
    with pytest.raises(MissingExtraError, match=r"brings its models along.*inkdigits\[second\]"):
        rapid.Rapid()


@needs_rapid
def test_rapidocr_reads_what_is_cut_out(root: Path):
    from inkdigits.picture.sources import load

    picture = load(root / "examples" / "numbers" / "2407-photo.jpg")
    found = inkdigits.read(root / "examples" / "numbers" / "2407-photo.jpg", "number").numbers[0]
    second = second_reader("rapidocr")
    asked = asked_again([number("2407", 0.5, found.box)], [found.box], picture, second, 0.0)
    assert asked[0].second == "2407"
    assert second.read([np.full((3, 2), 255, np.uint8), np.zeros((0, 5), np.uint8)]) == ["", ""]
    assert pickle.loads(pickle.dumps(second)).read([]) == []  # noqa: S301 - our own


def test_reading_alone_loads_no_second_reader():
    code = "import sys, inkdigits; inkdigits.Reader(); print('inkdigits.recognition.rapid' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
