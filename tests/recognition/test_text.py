"""text.py: the text of the best path, and its probability over all ways to place its characters."""

from __future__ import annotations

from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits import spec
from inkdigits.recognition.text import NONE, transcribe

LABELS = spec.NUMBER_LABELS
CLASSES = 1 + len(LABELS)
SURE = 50.0  # logit of a frame without a doubt


def frames_of(path: str, logit: float = SURE) -> np.ndarray:
    """Returns logits (1, T, 1 + labels) that say ``path``, one sign a frame, ``_`` for no character."""
    classes = [NONE if sign == "_" else 1 + spec.NUMBER_LABELS.index(sign) for sign in path]
    return logit * np.eye(CLASSES)[None, classes]


def read(path: str, logit: float = SURE) -> str:
    return transcribe(frames_of(path, logit), [len(path)], 1.0, LABELS)[0].text


def collapsed(path: tuple[int, ...]) -> tuple[int, ...]:
    """Returns the text of a path, as classes."""
    return tuple(value for value, _ in groupby(path) if value != NONE)


def by_brute_force(logits: np.ndarray, text: tuple[int, ...]) -> float:
    """Returns the probability of a text as the sum over every path; logits (T, K)."""
    chances = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    paths = product(range(logits.shape[1]), repeat=len(logits))
    rows = np.arange(len(logits))
    return sum(float(chances[rows, path].prod()) for path in paths if collapsed(path) == text)


def classes_of(text: str) -> tuple[int, ...]:
    return tuple(1 + spec.NUMBER_LABELS.index(value) for value in text)


# ---- The text ----


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("_1_2_", "12"),
        ("11_222", "12"),
        ("12", "12"),
        ("1_1", "11"),
        ("11", "1"),
        ("0_00_0", "000"),
        ("-_3_._5", "-3.5"),
        ("7", "7"),
        ("____", ""),
        ("_", ""),
        ("3____3", "33"),
    ],
)
def test_a_character_over_several_frames_is_one_and_the_same_twice_needs_none_between(path: str, text: str):
    (found,) = transcribe(frames_of(path), [len(path)], 1.0, LABELS)
    assert found.text == text
    assert found.probability == pytest.approx(1.0)


def test_frames_behind_the_image_are_not_read():
    logits = np.concatenate((frames_of("_4_2"), frames_of("7_7")), axis=1)
    assert [one.text for one in transcribe(logits, [4], 1.0, LABELS)] == ["42"]


@given(st.integers(0, 10**6), st.integers(0, 5), st.floats(0.3, 3))
def test_padding_changes_nothing(seed: int, more: int, temperature: float):
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 3, (1, 6, CLASSES))
    padded = np.concatenate((logits, rng.normal(0, 30, (1, more, CLASSES))), axis=1)
    assert transcribe(padded, [6], temperature, LABELS) == transcribe(logits, [6], temperature, LABELS)


@given(st.integers(0, 10**6))
def test_others_read_in_the_same_call_change_nothing(seed: int):
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 3, (4, 9, CLASSES))
    frames = [9, 1, 4, 6]
    together = transcribe(logits, frames, 1.3, LABELS)
    for index, count in enumerate(frames):
        (alone,) = transcribe(logits[index : index + 1, :count], [count], 1.3, LABELS)
        assert together[index].text == alone.text
        assert together[index].probability == pytest.approx(alone.probability, rel=1e-9)
        assert together[index].characters == alone.characters


def test_nothing_to_read_gives_nothing():
    assert transcribe(np.zeros((0, 5, CLASSES)), [], 1.0, LABELS) == []


# ---- The probability of the text ----


@given(st.integers(0, 10**6), st.integers(1, 6), st.integers(2, 4), st.floats(0.2, 4))
@settings(max_examples=60)
def test_the_probability_is_the_sum_over_all_paths(seed: int, frames: int, classes: int, scale: float):
    logits = np.random.default_rng(seed).normal(0, scale, (1, frames, classes))
    (found,) = transcribe(logits, [frames], 1.0, LABELS[: classes - 1])
    expected = by_brute_force(logits[0], classes_of(found.text))
    assert found.probability == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("path", ["_", "00", "0_0", "_0_0_", "0_0_0", "010", "0", "__", "10_01"])
def test_repeated_characters_and_no_character_are_counted_right(path: str):
    logits = frames_of(path, 2.0)[:, :, :3]  # of 0 and 1 alone, or the paths would be too many
    (found,) = transcribe(logits, [len(path)], 1.0, LABELS[:2])
    assert found.text == "".join(value for value, _ in groupby(path) if value != "_")
    assert found.probability == pytest.approx(by_brute_force(logits[0], classes_of(found.text)), rel=1e-9)


def test_the_probabilities_of_all_texts_make_one():
    logits = np.random.default_rng(4).normal(0, 1, (4, 3))
    texts = {collapsed(path) for path in product(range(3), repeat=4)}
    assert sum(by_brute_force(logits, text) for text in texts) == pytest.approx(1.0)


@pytest.mark.parametrize("logit", [1e4, -1e4, 700.0])
def test_extreme_logits_overflow_nothing(logit: float):
    logits = np.zeros((1, 8, CLASSES))
    logits[0, :, 3] = logit
    (found,) = transcribe(logits.astype(np.float32), [8], 1.0, LABELS)
    assert 0.0 <= found.probability <= 1.0
    assert np.isfinite(found.probability)


def test_a_long_number_does_not_lose_its_probability():
    path = "_".join("1234567890" * 4)
    (found,) = transcribe(frames_of(path, 12.0), [len(path)], 1.0, LABELS)
    assert found.text == "1234567890" * 4
    assert 0.99 < found.probability <= 1.0


def test_a_higher_temperature_makes_the_reader_less_sure_and_changes_no_text():
    logits = np.random.default_rng(1).normal(0, 4, (5, 12, CLASSES))
    cool, warm = (transcribe(logits, [12] * 5, temperature, LABELS) for temperature in (1.0, 2.0))
    for one, other in zip(cool, warm, strict=True):
        assert one.text == other.text
        assert one.probability > other.probability


# ---- What is no character of a number ----


@pytest.mark.parametrize(
    ("path", "text", "whole"),
    [
        ("_1_2_?", "12", "12?"),
        ("??_1", "1", "?1"),
        ("_?_?_", "", "??"),
        ("1?1", "11", "1?1"),
        ("1?2", "12", "1?2"),
        ("3_/_4?_%", "3/4%", "3/4?%"),
        ("_5:3_0+", "5:30+", "5:30+"),
    ],
)
def test_what_is_no_character_has_its_place_and_stands_in_no_text(path: str, text: str, whole: str):
    (found,) = transcribe(frames_of(path), [len(path)], 1.0, LABELS)
    assert (found.text, "".join(one.value for one in found.legible)) == (text, text)
    assert "".join(one.value for one in found.characters) == whole
    assert found.probability == pytest.approx(1.0)
    for one in found.characters:
        assert path[int(one.centre)] == one.value


def spoken(path: tuple[int, ...], other: int) -> tuple[int, ...]:
    """Returns the text of a path, as classes, without what is no character of a number."""
    return tuple(value for value in collapsed(path) if value != other)


@given(st.integers(0, 10**6), st.integers(1, 6), st.floats(0.2, 4))
@settings(max_examples=60)
def test_a_text_is_as_likely_as_all_texts_together_that_differ_in_what_stands_beside_it(
    seed: int, frames: int, scale: float
):
    labels, other = "01" + spec.OTHER, 3
    logits = np.random.default_rng(seed).normal(0, scale, (1, frames, 4))
    (found,) = transcribe(logits, [frames], 1.0, labels)
    chances = np.exp(logits[0]) / np.exp(logits[0]).sum(axis=1, keepdims=True)
    wanted = tuple(1 + labels.index(value) for value in found.text)
    rows = np.arange(frames)
    expected = sum(
        float(chances[rows, path].prod())
        for path in product(range(4), repeat=frames)
        if spoken(path, other) == wanted
    )
    assert found.probability == pytest.approx(expected, rel=1e-9)


def test_whether_it_is_a_word_or_paper_makes_no_number_less_sure():
    sure, torn = frames_of("_1_2__"), frames_of("_1_2__")
    torn[0, 5, 1 + LABELS.index(spec.OTHER)] = SURE  # as likely as nothing
    pair = [transcribe(logits, [6], 1.0, LABELS)[0] for logits in (sure, torn)]
    assert [one.text for one in pair] == ["12", "12"]
    assert pair[0].probability == pytest.approx(pair[1].probability)


def test_a_digit_that_may_be_none_is_left_out_only_if_that_is_likelier():
    logits = frames_of("_1___")
    for digit, rest, text in ((0.6, 0.15, "14"), (0.45, 0.25, "1")):
        logits[0, 3] = -SURE
        logits[0, 3, [NONE, *classes_of("4?")]] = np.log([rest, digit, 1 - digit - rest])
        (found,) = transcribe(logits, [5], 1.0, LABELS)
        assert found.text == text
        assert found.probability == pytest.approx(digit if text == "14" else 1 - digit)


def test_a_character_that_may_be_none_is_less_sure_and_its_alternatives_do_not_say_so():
    logits = np.full((1, 1, CLASSES), -SURE)
    logits[0, 0, list(classes_of("49?"))] = np.log([0.6, 0.1, 0.3])
    (character,) = transcribe(logits, [1], 1.0, LABELS)[0].characters
    assert (character.value, character.probability) == ("4", pytest.approx(0.6))
    assert character.alternatives[0] == ("9", pytest.approx(0.1))
    assert spec.OTHER not in [value for value, _ in character.alternatives]


# ---- The characters ----


def test_a_character_stands_in_the_middle_of_its_frames():
    (found,) = transcribe(frames_of("_11_____5_"), [10], 1.0, LABELS)
    assert [one.centre for one in found.characters] == pytest.approx([2.0, 8.5])


def test_a_character_s_probability_is_among_characters_where_it_is_surest():
    logits = np.full((1, 3, CLASSES), -SURE)
    logits[0, [0, 2], NONE] = SURE
    logits[0, 1, classes_of("4")[0]] = np.log(0.6)
    logits[0, 1, classes_of("9")[0]] = np.log(0.2)
    logits[0, 1, NONE] = np.log(0.2)
    (character,) = transcribe(logits, [3], 1.0, LABELS)[0].characters
    assert character.value == "4"
    assert character.probability == pytest.approx(0.75)
    assert character.alternatives[0] == ("9", pytest.approx(0.25))


@given(st.integers(0, 10**6))
def test_alternatives_are_others_in_falling_order(seed: int):
    logits = np.random.default_rng(seed).normal(0, 3, (1, 8, CLASSES))
    for character in transcribe(logits, [8], 1.0, LABELS)[0].legible:
        values = [value for value, _ in character.alternatives]
        chances = [chance for _, chance in character.alternatives]
        assert not {character.value, spec.OTHER} & set(values)
        assert len(set(values)) == len(values) == 3
        assert chances == sorted(chances, reverse=True)
        assert character.probability + sum(chances) <= 1 + 1e-9
        assert character.probability >= chances[0]


def test_the_prior_turns_a_doubtful_minus_down_and_leaves_a_clear_one():
    doubtful = np.zeros((1, 3, CLASSES))
    doubtful[0, 0, 1 + spec.NUMBER_LABELS.index("-")] = 3.0
    doubtful[0, 0, NONE] = 2.0
    doubtful[0, 1, NONE] = doubtful[0, 2, 2] = SURE
    assert transcribe(doubtful, [3], 1.0, LABELS)[0].text == "1"
    assert transcribe(frames_of("-_1"), [3], 1.0, LABELS)[0].text == "-1"
