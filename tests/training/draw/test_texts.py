"""texts.py: what is written are numbers as people write them, in stated shares."""

from __future__ import annotations

import re

import numpy as np
import pytest

from inkdigits import spec
from inkdigits.training.draw import texts as module
from inkdigits.training.draw.texts import LONGEST, random_text


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def drawn(count: int, signs: float = 0.0) -> list[str]:
    source = rng(1)
    return [random_text(source, signs=signs) for _ in range(count)]


def test_without_signs_texts_are_numbers_of_1_to_13_characters():
    texts = drawn(3000)
    for text in texts:
        assert 1 <= len(text) <= LONGEST
        whole, _, rest = text.removeprefix("-").replace(",", ".").partition(".")
        assert whole.isdigit()
        assert rest.isdigit() or rest == ""
        assert text[-1].isdigit()
        assert text.count("-") <= 1
    shares = [np.mean([mark in text for text in texts]) for mark in ".,-"]
    assert all(share > 0.04 for share in shares)
    assert 0.08 < np.mean([len(text) == 1 for text in texts]) < 0.2
    assert any(len(text) >= 10 for text in texts)
    assert any(text.startswith("0") and len(text) > 1 for text in texts), "leading zeros are numbers too"


def test_with_signs_every_sign_is_written_and_nothing_that_the_models_lack():
    texts = drawn(3000, 1.0)
    written = {sign for text in texts for sign in text}
    assert written == set(spec.CHARACTERS) | {",", "'"}
    assert all(1 <= len(text) <= LONGEST for text in texts)
    for sign in "+/:%'":
        assert np.mean([sign in text for text in texts]) > 0.01


def test_the_share_of_texts_with_signs_is_as_asked():
    signed = re.compile(r"[+/:%']|.-|\d[.,]\d+[.,]|^-?[.,]")
    shares = [
        np.mean([bool(signed.search(text)) for text in drawn(3000, share)]) for share in (0.0, 0.4, 0.8)
    ]
    assert shares[0] == 0
    assert shares[2] == pytest.approx(2 * shares[1], rel=0.15)


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("_date", r"(\d{1,2}|\d{4})([/.-])\d{1,2}(\2(\d{1,2}|\d{4}))?"),
        ("_time", r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"),
        ("_sum", r"\d{1,3}([+-]\d{1,3}){1,2}"),
        ("_fraction", r"\d{1,3}/\d{1,3}"),
        ("_share", r"(100|\d{1,2})([.,]\d{1,2})?%"),
        ("_parts", r"\d{1,4}(-\d{1,4}){1,2}"),
        ("_grouped", r"\d{1,3}(([.,'])\d{3}){1,2}([.,]\d\d)?"),
        ("_pointed", r"-?[.,]\d{1,3}"),
        ("_minus", r"-\d+([.,]\d+)?"),
        ("_ratio", r"\d{1,2}:\d{1,2}"),
    ],
)
def test_each_kind_has_its_shape(kind: str, pattern: str):
    source = rng(2)
    for _ in range(300):
        assert re.fullmatch(pattern, getattr(module, kind)(source))


def test_dates_are_dates():
    source = rng(3)
    for _ in range(300):
        parts = [int(part) for part in re.split(r"[/.-]", module._date(source))]
        day, month = (parts[2], parts[1]) if parts[0] >= 1900 else parts[:2]
        assert 1 <= day <= 31
        assert 1 <= month <= 12


def test_the_seed_alone_decides():
    assert drawn(50, 0.5) == drawn(50, 0.5)
    assert drawn(50, 0.5) != [random_text(rng(seed), signs=0.5) for seed in range(50)]


def test_the_shares_of_the_kinds_add_up():
    assert len(module.SIGNED) == len(module.SHARES)
    assert sum(module.SHARES) == pytest.approx(1)
