"""expression.py: the automaton accepts what Python's own matching does, and what is too large is refused."""

from __future__ import annotations

import builtins
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits import spec
from inkdigits.errors import ConfigError, MissingExtraError
from inkdigits.recognition.expression import automaton_of
from inkdigits.recognition.language import Language


def accepts(pattern: str, text: str, characters: str = spec.CHARACTERS) -> bool:
    return Language(None, pattern, automaton_of(pattern, characters)).fits(text)


# ---- The same as Python ----

atoms = st.sampled_from(
    [
        *("1", "2", r"\.", "/", r"\/", r"\-", "-", r"\+", "%", ":", ".", r"\d", r"\D", r"\w", r"\x31"),
        *("[12]", "[1-3]", "[^1]", "[-1]", "[1-]", "[.1/]", r"[\d.]", r"[^\d]", r"[\-2]", "(?:)", "()"),
    ]
)


def extended(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeats = st.sampled_from(
        ["*", "+", "?", "{2}", "{1,2}", "{,2}", "{2,}", "{0}", "*?", "+?", "??", "{1,2}?"]
    )
    groups = st.sampled_from(["(", "(?:", "(?P<name>", "(?i:"])
    return st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map("|".join),
        st.tuples(groups, inner, repeats).map(lambda parts: f"{parts[0]}{parts[1]}){parts[2]}"),
    )


@given(
    st.recursive(atoms, extended, max_leaves=8).filter(lambda pattern: pattern.count("name") < 2),
    st.lists(st.text("12./-%", max_size=4), min_size=3, max_size=12),
    st.sampled_from(["", "^"]),
    st.sampled_from(["", "$"]),
)
def test_it_accepts_what_python_matches(pattern: str, texts: list[str], before: str, after: str):
    whole = f"{before}{pattern}{after}"
    for text in texts:
        assert accepts(whole, text) == (re.fullmatch(whole, text) is not None), (whole, text)


def test_only_the_characters_that_a_text_may_hold_are_in_it():
    automaton = automaton_of(r"\d[.,;x]?\d", "012.")
    assert {character for steps in automaton.steps for character in steps} == set("012.")


def test_an_escaped_dollar_is_a_character():
    assert not accepts(r"1\$", "1")


# ---- What cannot be used ----


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        (r"\d{2", "cannot be used"),  # Python takes the brace for a character, the library does not
        (r"(\d", r"is no regular expression: missing \), unterminated subpattern"),
        (r"*1", "is no regular expression: nothing to repeat"),
        (r"\d{99999999999}", "is no regular expression: the repetition number is too large"),
        (r"(\d)\1", "cannot be used: Group references are not implemented"),
        (r"(?<=1)\d", "cannot be used: it looks ahead or behind"),
        (r"(?=1)\d", "cannot be used: it looks ahead or behind"),
        (r"\b\d", r"cannot be used: Escape \\b is not implemented"),
        (r"(?x)\d", "cannot be used: Flag x is not implemented"),
        (r"(?#what)\d", "cannot be used: it has a part not known here"),
        (r"\d++", "cannot be used: it repeats without giving back"),
        (r"(?>\d)", "cannot be used: Unknown group-extension"),
        ("[]1]", "cannot be used: a class begins with ]"),
        (r"1{}", "cannot be used: a class begins with ] or braces are empty"),
        ("½", "cannot be used: it has characters"),
        ("1\n2", "cannot be used: it has characters"),
        ("1" * 501, "cannot be used: it has 501 characters, more than 500"),
        ("(" * 249 + "1" + ")" * 249, "cannot be used|is no regular expression|deep"),
    ],
)
def test_what_is_invalid_or_unknown_is_one_line(pattern: str, words: str):
    with pytest.raises(ConfigError, match=words) as caught:
        automaton_of(pattern, spec.CHARACTERS)
    assert "\n" not in str(caught.value)
    assert "expected" in str(caught.value)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(((\d{1,50}){1,50}){1,50})",
        r"(\d{1,999}){1,999}",
        r"\d{2001}",
        r"(0|1)*1(0|1){15}",  # 65,536 states
        r"((((){2000}){2000}){2000}){2000}",
        r"((\d*){50}){50}",
        r"(\d?){1999}1(\d?){1999}",
    ],
)
def test_what_is_too_large_is_refused_at_once(pattern: str):
    started = time.process_time()
    with pytest.raises(ConfigError, match=r"cannot be used: .*more than"):
        automaton_of(pattern, spec.CHARACTERS)
    assert time.process_time() - started < 5  # ends at all: without bounds it takes hours


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch):
    real = builtins.__import__

    def without(name: str, *rest: object, **more: object):
        if name.startswith("interegular"):
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"interegular is not installed.*'inkdigits\[patterns\]'"):
        automaton_of(r"\d", spec.CHARACTERS)
