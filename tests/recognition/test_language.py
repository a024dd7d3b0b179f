"""language.py: which texts fit, over which models, and what knowing it is worth."""

from __future__ import annotations

import re
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits import spec
from inkdigits.errors import ConfigError
from inkdigits.recognition.language import Language, gain_of, language_of


def language(allowed: str | None = None, pattern: str | None = None) -> Language:
    found = language_of(allowed, pattern)
    assert found is not None
    return found


def test_nothing_said_is_no_language():
    assert language_of(None, None) is None


@pytest.mark.parametrize(
    ("allowed", "characters"),
    [
        ("0-9", "0123456789"),
        ("0-9.", "0123456789."),
        ("0-9/", "0123456789/"),
        (r"\d.", "0123456789."),
        ("7", "7"),
        ("41-3", "1234"),
        ("-+", "-+"),
        ("0-2-", "012-"),
        (r"0\-2", "02-"),
        (r"1\.", "1."),
        ("0-9.+/:%-", spec.CHARACTERS),
    ],
)
def test_allowed_is_written_like_the_inside_of_a_class(allowed: str, characters: str):
    assert sorted(language(allowed).characters) == sorted(characters)
    inside = re.compile(f"[{allowed}]*")
    for character in spec.CHARACTERS:
        assert language(allowed).fits(character) == (inside.fullmatch(character) is not None)


@pytest.mark.parametrize(
    "allowed",
    ["", "a", "0-9,", "0-z", "9-0", "^0", "?", "½", r"\w", "\\", "0-9 ", r"\d-9", "0-9" * 400 + "x"],
)
def test_other_characters_are_one_clear_line(allowed: str):
    with pytest.raises(ConfigError, match=r"^allowed is .*: .*; expected characters of 0123456789") as caught:
        language_of(allowed, None)
    assert "\n" not in str(caught.value)


def test_both_together_are_what_fits_both():
    both = language("0-4", r"\d{2}|\d\.\d")
    assert both.fits("42")
    assert not both.fits("47")
    assert not both.fits("4.2")
    assert both.characters == "01234"


@pytest.mark.parametrize(
    ("allowed", "pattern"), [(None, "a+"), ("0-4", "[5-9]+"), (None, ""), (None, r"(?:)"), ("0-9", r"\.")]
)
def test_an_empty_language_is_refused(allowed: str | None, pattern: str):
    with pytest.raises(ConfigError, match=r"no text can match the pattern .*; expected one that some text"):
        language_of(allowed, pattern)


def test_it_is_made_once():
    assert language("0-9", r"\d{4}") is language("0-9", r"\d{4}")
    assert language("0-9", r"\d{4}").over("0123456789") is language("0-9", r"\d{4}").over("0123456789")


def test_a_model_that_cannot_answer_what_fits_is_named():
    dates = language(None, r"\d{2}/\d{2}")
    with pytest.raises(
        ConfigError, match=r"cannot answer any text that fits pattern .*: it knows 01.*, not /;"
    ):
        dates.over("0123456789.-")
    assert dates.over(spec.NUMBER_LABELS)
    assert language(None, r"\d[-/]\d").over("0123456789.-").accepts == (False, False, False, True)


def test_single_digits_are_those_that_fit_alone():
    assert language("0-4").single("0123456789?") == [True] * 5 + [False] * 6
    assert language(None, r"\d\d?").has_single("0123456789")
    assert not language(None, r"\d\d").has_single("0123456789")
    with pytest.raises(ConfigError, match=r"none of 0123456789, .*fits pattern .*expect a number"):
        language(None, r"\d\d").single("0123456789")


# ---- What it is worth ----


@given(st.floats(0, 1), st.floats(0, 1))
def test_knowing_more_makes_no_text_less_likely_and_none_certain(share: float, fitting: float):
    text = share * fitting
    sure = text * gain_of(fitting)
    assert text <= sure * (1 + 1e-12)
    assert sure <= (share if fitting else 0) * (1 + 1e-12)  # its share of what fits


def test_all_texts_together_are_as_likely_as_before():
    fitting, others = np.array([0.2, 0.1]), np.array([0.4, 0.3])
    gain = gain_of(float(fitting.sum()))
    assert (fitting * gain).sum() + (others * gain / spec.FIT_ODDS).sum() == pytest.approx(1)


def test_what_was_far_less_likely_than_what_does_not_fit_stays_unlikely():
    assert 1e-4 * gain_of(1e-4) < 0.01
    assert 0.3 * gain_of(0.3) > 0.75


def test_the_library_is_not_imported_where_no_pattern_is_given():
    code = (
        "import sys, inkdigits, inkdigits.reader; from inkdigits.recognition.language import language_of;"
        "language_of('0-9', None);"
        "sys.exit(any(name.startswith(('interegular', 'inkdigits.recognition.expression'))"
        " for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
