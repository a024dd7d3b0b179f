"""agreement.py: of two models the likelier is heard, and the other makes it less sure."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits import spec
from inkdigits.find.characters import Apart, characters_apart
from inkdigits.find.number import NumberCrop
from inkdigits.readings import Box
from inkdigits.recognition.agreement import agreed
from inkdigits.recognition.text import Character, Transcript

LABELS = spec.DIGITS
HEIGHT = 48
FRAMES = 0.5  # of the number model for one column


def read(text: str, probability: float) -> Transcript:
    """Returns what a number model read."""
    characters = (Character(value, 0.9, 10.0 * place, ()) for place, value in enumerate(text))
    return Transcript(tuple(characters), probability)


def crop_of(count: int, *, wide: int = 6, mark: int = 0) -> NumberCrop:
    """Returns a crop with so many characters apart; between the first two a mark of this strength."""
    ink = np.zeros((HEIGHT, 40 * count + 40), np.uint8)
    for place in range(count):
        cv2.rectangle(ink, (24 + 40 * place, 6), (24 + 40 * place + wide, 42), (255,), 3)
    shades = ink.copy()
    if mark:
        shades[38:42, 46:50] = mark
        ink[shades > 200] = 255
    box = Box(0, 0, ink.shape[1], HEIGHT)
    return NumberCrop(ink, box, count, shades, box)


def named(digits: str, *chances: float, labels: str = LABELS) -> np.ndarray:
    """Returns what the digit model says: so likely each label, the others alike, float32 (N, labels)."""
    rows = np.empty((len(digits), len(labels)), np.float32)
    for row, value, chance in zip(rows, digits, chances, strict=True):
        row[:] = (1 - chance) / (len(labels) - 1)
        row[labels.index(value)] = chance
    return rows


def weighed(
    transcript: Transcript,
    digits: str,
    *chances: float,
    crop: NumberCrop | None = None,
    labels: str = LABELS,
) -> Transcript:
    """Returns what both models agree on, with a crop in which each digit stands apart unless given."""
    crop = crop_of(len(digits)) if crop is None else crop
    apart = characters_apart(crop.ink)
    assert len(apart.characters) == len(digits)
    chances_of = named(digits, *chances, labels=labels)
    return agreed(transcript, crop, apart, chances_of, labels=labels, frames=FRAMES)


# ---- Agree and disagree ----


def test_models_that_agree_leave_the_answer_as_sure_as_it_is():
    for probability in (0.3, 0.97):
        transcript = read("42", probability)
        assert weighed(transcript, "42", 0.6, 0.6) is transcript


def test_the_digit_model_is_heard_when_it_is_the_likelier():
    answer = weighed(read("12", 0.6), "13", 0.999, 0.999)
    assert answer.text == "13"
    assert 0.6 < answer.probability < 0.998  # one of two models says otherwise


def test_the_number_model_is_kept_when_it_is_the_likelier_and_less_sure():
    transcript = read("12", 0.99)
    answer = weighed(transcript, "13", 0.95, 0.95)
    assert answer.characters == transcript.characters
    assert 0.9 < answer.probability < 0.99


def test_the_surer_the_other_model_the_less_sure_the_answer():
    answers = [
        weighed(read("12", 0.99), "13", chance, 0.999).probability for chance in (0.7, 0.9, 0.97, 0.99)
    ]
    assert answers == sorted(answers, reverse=True)
    assert answers[-1] < answers[0]


def test_what_the_digit_model_named_has_its_place_and_what_else_it_could_be():
    chances = named("73", 0.999, 0.6)
    chances[1, 8] = 0.35
    crop = crop_of(2)
    apart = characters_apart(crop.ink)
    answer = agreed(read("12", 0.1), crop, apart, chances, labels=LABELS, frames=FRAMES)
    assert answer.text == "73"
    for character, place in zip(answer.characters, apart.characters, strict=True):
        assert character.centre == pytest.approx((place.first + place.last) / 2 * FRAMES)
        assert len(character.alternatives) == 3
    assert answer.characters[1].probability == pytest.approx(0.6)
    assert answer.characters[1].alternatives[0] == ("8", pytest.approx(0.35))


# ---- Points ----


def test_a_point_where_there_is_nothing_but_paper_goes():
    answer = weighed(read("4.2", 0.9), "42", 0.99, 0.8)
    assert answer.text == "42"
    assert answer.probability == pytest.approx(0.792, abs=1e-3)  # as sure as the less sure of both


def test_a_point_with_faint_ink_stays():
    transcript = read("4.2", 0.9)
    assert weighed(transcript, "42", 0.99, 0.99, crop=crop_of(2, mark=spec.SOLID + 30)) is transcript


def test_a_point_that_stands_there_stays():
    transcript = read("4.2", 0.9)
    assert weighed(transcript, "42", 0.99, 0.99, crop=crop_of(2, mark=250)) is transcript


def test_of_several_points_only_the_invented_goes():
    answer = weighed(read("4.2.7", 0.9), "427", 0.99, 0.99, 0.99, crop=crop_of(3, mark=spec.SOLID + 30))
    assert answer.text == "4.27"


def test_a_minus_sign_before_digits_stays():
    transcript = read("-42", 0.9)
    assert weighed(transcript, "42", 0.99, 0.99) is transcript


# ---- Signs, touching characters, what is left out ----


@pytest.mark.parametrize("text", ["-12", "1.2", "12.", "1-2"])
def test_where_signs_are_read_the_text_stays_but_is_less_sure(text: str):
    transcript = read(text, 0.6)
    answer = weighed(transcript, "13", 0.999, 0.999)
    assert answer.characters == transcript.characters
    assert answer.probability < 0.1


@pytest.mark.parametrize(("text", "digits"), [("1234", "12"), ("123", "47"), ("12", "9876")])
def test_characters_that_touch_and_edges_that_look_like_ones_say_nothing(text: str, digits: str):
    transcript = read(text, 0.5)
    assert weighed(transcript, digits, *[0.999] * len(digits)) is transcript


def test_a_character_that_was_left_out_makes_the_answer_unsure():
    left_out = weighed(read("1", 0.99), "12", 0.995, 0.995)
    misread = weighed(read("12", 0.99), "13", 0.995, 0.995)
    assert left_out.text == "1"
    assert left_out.probability < 0.6 < misread.probability


def test_a_character_that_was_surely_left_out_is_put_in():
    assert weighed(read("1", 0.5), "12", 0.999, 0.999).text == "12"


def test_one_narrow_piece_that_is_read_as_two_digits_is_unsure():
    transcript = read("12", 0.9)
    answer = weighed(transcript, "4", 0.999)
    assert answer.characters == transcript.characters
    assert answer.probability < 0.5


def test_one_wide_piece_may_be_two_digits_that_touch():
    transcript = read("12", 0.9)
    assert weighed(transcript, "4", 0.999, crop=crop_of(1, wide=60)) is transcript


def test_where_nothing_stands_apart_the_number_model_is_alone():
    transcript, crop = read("12", 0.5), crop_of(1)
    nothing = np.zeros((0, 10), np.float32)
    assert (
        agreed(transcript, crop, Apart([], marks=False), nothing, labels=LABELS, frames=FRAMES) is transcript
    )


# ---- A digit model that knows what is no digit ----


def test_what_both_models_see_no_digit_in_leaves_the_answer_as_sure_as_it_is():
    for text, digits in (("12", "1?2"), ("12", "??12"), ("12?", "12?"), ("?12", "12")):
        transcript = read(text, 0.6)
        answer = weighed(transcript, digits, *[0.9] * len(digits), labels=spec.DIGIT_LABELS)
        assert answer is transcript


def test_a_digit_that_the_digit_model_takes_for_none_stays_and_is_less_sure():
    for probability in (0.3, 0.95):
        transcript = read("12", probability)
        answer = weighed(transcript, "1?", 0.999, 0.999, labels=spec.DIGIT_LABELS)
        assert answer.characters == transcript.characters
        assert answer.probability < probability
        sole = weighed(read("4", probability), "?", 0.999, labels=spec.DIGIT_LABELS)
        assert sole.text == "4"
        assert sole.probability < probability


def test_a_digit_model_that_is_heard_leaves_what_stands_beside_the_number_in_its_place():
    characters = (*read("12", 0.5).characters, Character(spec.OTHER, 0.9, 90.0, ()))
    answer = weighed(Transcript(characters, 0.5), "73", 0.999, 0.999, labels=spec.DIGIT_LABELS)
    assert (answer.text, "".join(one.value for one in answer.characters)) == ("73", "73?")
    for character in answer.characters:
        assert spec.OTHER not in [value for value, _ in character.alternatives]


def test_what_is_no_digit_among_the_likeliest_is_no_alternative():
    chances = named("73", 0.6, 0.999, labels=spec.DIGIT_LABELS)
    chances[0, [4, 10]] = 0.1, 0.26
    crop = crop_of(2)
    answer = agreed(
        read("12", 0.1),
        crop,
        characters_apart(crop.ink),
        chances,
        labels=spec.DIGIT_LABELS,
        frames=FRAMES,
    )
    assert answer.characters[0].alternatives[0][0] == "4"
    assert len(answer.characters[0].alternatives) == 3


# ---- What may stand there ----


def told(transcript: Transcript, digits: str, *fitting: str) -> Transcript:
    crop = crop_of(len(digits))
    chances = named(digits, *[0.999] * len(digits))
    apart = characters_apart(crop.ink)
    return agreed(transcript, crop, apart, chances, labels=LABELS, frames=FRAMES, fits=fitting.__contains__)


def test_what_the_digit_model_names_is_heard_only_if_it_may_stand_there():
    assert told(read("12", 0.6), "13", "12", "13").text == "13"
    answer = told(read("12", 0.6), "13", "12")
    assert answer.text == "12"
    assert answer.probability < 0.5


def test_a_point_that_has_to_be_there_stays_and_is_unsure():
    assert told(read("1.2", 0.9), "12", "1.2", "12").text == "12"
    answer = told(read("1.2", 0.9), "12", "1.2")
    assert (answer.text, answer.probability) == ("1.2", 0.5)


texts = st.text(spec.NUMBER_LABELS, min_size=1, max_size=6)
digits = st.text(spec.DIGIT_LABELS, min_size=1, max_size=4)


@given(texts, digits, st.floats(0, 1), st.floats(0.11, 1))
def test_the_answer_is_one_of_both_texts_and_never_surer_than_both(
    text: str, digits: str, probability: float, chance: float
):
    transcript = read(text, probability)
    answer = weighed(transcript, digits, *[chance] * len(digits), labels=spec.DIGIT_LABELS)
    assert answer.text in {transcript.text, digits} or (
        answer.text.replace(".", "") == transcript.text.replace(".", "")
    )
    assert spec.OTHER not in answer.text
    assert 0 <= answer.probability <= max(probability, chance ** len(digits)) + 1e-6
    if answer.text == transcript.text:
        assert answer.probability <= probability
