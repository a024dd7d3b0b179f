"""fitting.py: the likeliest text among those that fit, by brute force over all paths, and how sure it is."""

from __future__ import annotations

import math
import time
from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inkdigits import spec
from inkdigits.errors import ConfigError
from inkdigits.recognition.fitting import fitting, likeliest
from inkdigits.recognition.language import Language, language_of
from inkdigits.recognition.text import NONE, Transcript, transcribe

LABELS = spec.NUMBER_LABELS
PATTERNS = (r"\d{2}", r"\d/\d", "1*2?", r"\d+", "(12)*1?", r"[12]{1,2}/2", r"\d{3}", "(1|12|122)/?")


def language(allowed: str | None = None, pattern: str | None = None) -> Language:
    found = language_of(allowed, pattern)
    assert found is not None
    return found


def by_brute_force(logs: np.ndarray, characters: str, fits: Language) -> dict[str, float]:
    """Returns the probability of each text that fits as the sum over every path; logs (T, K)."""
    found: dict[str, float] = {}
    for path in product(range(logs.shape[1]), repeat=len(logs)):
        text = "".join(characters[value - 1] for value, _ in groupby(path) if value != NONE)
        if fits.fits(text):
            found[text] = found.get(text, 0.0) + math.exp(logs[np.arange(len(logs)), path].sum())
    return found


@settings(max_examples=150)
@given(st.integers(0, 10**6), st.integers(1, 5), st.sampled_from([0.5, 2.0, 6.0]), st.sampled_from(PATTERNS))
def test_it_is_the_likeliest_of_all_that_fit(seed: int, frames: int, spread: float, pattern: str):
    logits = np.random.default_rng(seed).normal(0, spread, (frames, 4))
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    fits = language("12/", pattern)
    truth = by_brute_force(logs, "12/", fits)
    found = likeliest(logs, "12/", fits.over("12/"))
    assert bool(found) == bool(truth)
    for text, log in found.items():
        assert math.exp(log) <= truth[text] * 1.001  # frames without a doubt count as certain
    if found:
        best = max(found, key=found.__getitem__)
        assert truth[best] == pytest.approx(max(truth.values()), rel=0.02)
        assert sum(map(math.exp, found.values())) >= 0.85 * sum(truth.values())


def logits_of(path: str, logit: float = 12.0, **instead: tuple[int, float]) -> np.ndarray:
    """Returns logits (1, T, 1 + labels) that say ``path``; ``d7=(3, 9.0)`` has a 7 in frame 3 as well."""
    classes = [NONE if sign == "_" else 1 + LABELS.index(sign) for sign in path]
    rows = logit * np.eye(1 + len(LABELS))[classes]
    for name, (frame, value) in instead.items():
        rows[frame, 1 + LABELS.index(name[1:])] = value
    return rows[None]


def fitted(logits: np.ndarray, allowed: str | None = None, pattern: str | None = None) -> Transcript:
    frames = [logits.shape[1]]
    reads = transcribe(logits, frames, 1.0, LABELS)
    (read,) = fitting(
        reads, logits, frames, temperature=1.0, labels=LABELS, language=language(allowed, pattern)
    )
    return read


def sure(read: Transcript) -> float:
    return read.probability * read.gain


def test_what_fits_and_is_certain_stays_as_it_is():
    read = fitted(logits_of("_1_2_", 20.0), "0-9", r"\d{2}")
    assert (read.text, read.gain) == ("12", 1.0)
    assert read.probability > 0.999


def test_the_next_likeliest_is_taken_where_the_likeliest_does_not_fit():
    logits = logits_of("_1_/_2_", d1=(3, 9.5))
    assert transcribe(logits, [7], 1.0, LABELS)[0].text == "1/2"
    read = fitted(logits, "0-9")
    assert read.text == "112"
    assert [character.centre for character in read.characters] == pytest.approx([1.5, 3.5, 5.5])
    assert 0.6 < sure(read) < 0.9  # another text was 4.5 times as likely
    assert all(value in spec.DIGITS for one in read.characters for value, _ in one.alternatives)


def test_what_is_far_likelier_and_does_not_fit_leaves_no_sure_number():
    read = fitted(logits_of("_1_/_2_"), pattern=r"\d{4}")
    assert len(read.text) == 4
    assert sure(read) < 0.01


def test_what_is_no_character_is_passed_over_and_a_word_is_no_number():
    beside = fitted(logits_of("_4_2_?_?_", 20.0), pattern=r"\d{2}")
    assert beside.text == "42"
    assert sure(beside) > 0.99
    word = fitted(logits_of("_?_?_?_?_?_"), pattern=r"\d{4}")
    assert word.legible == ()


def test_what_other_characters_stand_between_is_still_told():
    read = fitted(logits_of("_1_?_/_", 12.0, d2=(5, 11.0)), pattern=r"\d{2}")
    assert "".join(character.value for character in read.characters) == "1?2"
    assert read.text == "12"


def test_nothing_written_fits_whatever_is_asked_for():
    read = fitted(logits_of("_____"), pattern=r"\d{2}")
    assert (read.text, sure(read) > 0.9) == ("", True)


def test_what_has_no_room_stays_without_confidence():
    read = fitted(logits_of("_1_"), pattern=r"\d{8}")
    assert (read.text, read.probability) == ("1", 0.0)


def test_the_same_twice_is_found_where_nothing_is_between():
    read = fitted(logits_of("_1111_", 6.0), pattern="11")
    assert read.text == "11"
    assert 0 < sure(read) < 0.2  # but it would have


def test_labels_that_the_model_lacks_are_not_read():
    logits = logits_of("_1_2_")[:, :, :13]
    reads = transcribe(logits, [5], 1.0, "0123456789.-")
    with pytest.raises(ConfigError, match="cannot answer any text"):
        fitting(reads, logits, [5], temperature=1.0, labels="0123456789.-", language=language(None, "1/2"))


def test_frames_behind_the_image_are_not_read():
    logits = np.concatenate((logits_of("_1_/_", d2=(3, 9.0)), logits_of("_7_")), axis=1)
    reads = transcribe(logits, [5], 1.0, LABELS)
    (read,) = fitting(reads, logits, [5], temperature=1.0, labels=LABELS, language=language("0-9"))
    assert read.text == "12"


def test_it_takes_no_time_that_anybody_notices():
    """Eight characters that fit badly, in as many frames as a form's cell has, with a date's automaton."""
    logits = logits_of("__".join(f"_{value}" for value in "12-34-56") + "_" * 50, 6.0)
    dates = language(None, r"(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])/(\d{2}|\d{4})")
    reads = transcribe(logits, [logits.shape[1]], 1.0, LABELS)
    fastest = math.inf
    for _ in range(5):
        started = time.process_time()
        fitting(reads, logits, [logits.shape[1]], temperature=1.0, labels=LABELS, language=dates)
        fastest = min(fastest, time.process_time() - started)
    assert fastest < 0.1  # 5 ms on an idle machine
