"""hand.py: what a hand writes alike is the same digit, of few digits nothing is known, and signs stay."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import draw_digit
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.recognition.hand import in_hand, likeness, weighed
from inkdigits.recognition.normalize import normalize_digit
from inkdigits.recognition.text import Character, Transcript


def written(values: str, seed: int = 1) -> NDArray[np.uint8]:
    """Digits as one hand writes them: the same form each time, a little elsewhere and of another size."""
    rng = np.random.default_rng(seed)
    images = []
    for value in values:
        drawn = 255 - draw_digit(int(value), int(rng.integers(50, 70)))
        images.append(normalize_digit(np.roll(drawn, tuple(rng.integers(-2, 3, 2)), (0, 1))))
    return np.stack(images)


def chances(values: str, sure: float = 0.98) -> NDArray[np.float64]:
    out = np.full((len(values), 10), (1 - sure) / 9)
    out[np.arange(len(values)), [int(value) for value in values]] = sure
    return out


def test_a_digit_that_is_named_with_doubt_is_what_others_like_it_are_named():
    values = "47" * 16
    told = chances(values)
    told[0] = 0
    told[0, [4, 7]] = 0.4, 0.6  # a 4 that looks more like a 7 to whoever does not know this hand
    found = weighed(told, likeness(written(values), told))
    assert found[0].argmax() == 4
    assert found[0, 4] > 0.8
    assert [int(row.argmax()) for row in found[1:]] == [int(value) for value in values[1:]]


def test_of_few_digits_little_is_known_and_of_one_nothing():
    told = np.zeros((2, 10))
    told[0, [4, 9]] = 0.4, 0.6
    told[1, 4] = 1.0
    assert (likeness(written("4"), told[:1]) == 0).all()
    found = weighed(told, likeness(written("44"), told))
    assert found[0, 4] < 0.7


def test_a_value_that_is_written_more_often_is_no_likelier_for_that():
    """What is like nothing on the page stays what it was."""
    values = "1" * 40 + "7" * 6
    told = chances(values + "4", 1.0)
    told[-1] = 0.1
    found = weighed(told, likeness(written(values + "4"), told))
    assert found[-1].max() < 0.4


def test_no_digit_tells_of_itself():
    values = "4" * 12 + "7" * 12
    told = chances(values, 1.0)
    told[0] = told[12]  # a 4, said to be a 7
    logs = likeness(written(values), told)
    assert logs[0].argmax() == 4
    assert logs[0, 7] < -1


def test_many_digits_are_compared_with_the_surest(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("inkdigits.recognition.hand.MOST", 30)
    values = "17" * 20
    told = chances(values)
    told[-2:] = 0.1  # nothing is known of them
    found = weighed(told, likeness(written(values), told))
    assert [int(row.argmax()) for row in found[-2:]] == [1, 7]


def transcript(text: str, *, second: str, probability: float = 0.6) -> Transcript:
    characters = tuple(
        Character(value, probability if value.isdigit() else 0.9, float(index), ((second, 1 - probability),))
        for index, value in enumerate(text)
    )
    return Transcript(characters, float(np.prod([one.probability for one in characters])))


def logs(*favoured: int | None, factor: float = 0.01) -> NDArray[np.float64]:
    out = np.zeros((len(favoured), 10))
    for row, value in zip(out, favoured, strict=True):
        if value is not None:
            row[:] = np.log(factor)
            row[value] = 0
    return out


def test_what_the_number_model_reads_is_weighed_digit_by_digit_and_signs_stay():
    read = transcript("9.9", second="4")
    heard = in_hand(read, logs(4, None, 9))
    assert heard.text == "4.9"
    assert heard.characters[1] == read.characters[1]
    assert heard.characters[0].probability == pytest.approx(0.4 / (0.4 + 0.006), abs=0.001)
    assert heard.characters[0].alternatives[0][0] == "9"
    assert heard.probability == pytest.approx(
        np.prod([one.probability for one in heard.characters]), abs=1e-6
    )


def test_where_marks_and_characters_are_not_as_many_the_text_is_as_it_was():
    read = transcript("99", second="4")
    assert in_hand(read, logs(4)) is read
    assert in_hand(read, np.zeros((2, 10))) is read


def test_chances_of_signs_are_kept_and_rows_sum_to_one():
    rng = np.random.default_rng(2)
    told = rng.dirichlet(np.ones(len(spec.NUMBER_LABELS)), 5)
    found = weighed(told, np.zeros((5, 10)))
    np.testing.assert_allclose(found, told)
    found = weighed(told, logs(3, 3, 3, 3, None))
    np.testing.assert_allclose(found.sum(axis=1), 1)
    np.testing.assert_allclose(found[4], told[4])
    assert (found[:4, 10:] > told[:4, 10:]).all(), "digits that it resembles less are less likely"
