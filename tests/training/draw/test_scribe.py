"""scribe.py: who writes, and what stands beside a number, comes in the shares that are asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from inkdigits import spec
from inkdigits.training.draw import scribe as module
from inkdigits.training.draw.digit import write_digits
from inkdigits.training.draw.glyphs import Glyphs
from inkdigits.training.draw.hands import Hands
from inkdigits.training.draw.number import Written
from inkdigits.training.draw.scribe import Scribe

Calls = dict[str, list[str]]


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Notes what is asked of those who write, and lets them."""
    noted: Calls = {
        name: [] for name in ("write_number", "write_by_hand", "whole_number", "strike_out", "ring_around")
    }

    def noting(name: str) -> Callable[..., Written]:
        write = getattr(module, name)

        def call(first, *rest):
            noted[name].append(first if isinstance(first, str) else "")
            return write(first, *rest)

        return call

    for name in noted:
        monkeypatch.setattr(module, name, noting(name))
    return noted


def written(scribe: Scribe, count: int, seed: int = 1) -> list[Written]:
    source = rng(seed)
    return [scribe.write(source) for _ in range(count)]


def test_the_seed_alone_decides(hands: Hands):
    scribe = Scribe(None, hands, by_hand=0.5, signs=0.3, others=0.3)
    first, again = written(scribe, 20), written(scribe, 20)
    for one, same in zip(first, again, strict=True):
        assert (one.text, one.boxes) == (same.text, same.boxes)
        np.testing.assert_array_equal(one.ink, same.ink)
    assert [one.text for one in first] != [one.text for one in written(scribe, 20, seed=2)]


def test_without_hands_the_pen_and_real_digits_write(calls: Calls):
    glyphs = Glyphs(*write_digits(100, 1))
    assert len(written(Scribe(glyphs, None, by_hand=1.0), 20)) == 20
    assert len(calls["write_number"]) == 20
    assert not calls["write_by_hand"]


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
def test_hands_write_the_share_that_is_asked_for_and_some_of_it_as_a_whole(
    hands: Hands, calls: Calls, share: float
):
    written(Scribe(None, hands, by_hand=share), 200)
    by_hand = len(calls["write_by_hand"]) + len(calls["whole_number"])
    assert by_hand == pytest.approx(200 * share, abs=20)
    assert len(calls["write_number"]) == 200 - by_hand
    assert len(calls["whole_number"]) == pytest.approx(module.WHOLE * by_hand, abs=9)


def test_every_character_that_is_told_has_a_box_and_no_other_is(hands: Hands):
    for one in written(Scribe(None, hands, by_hand=0.7, signs=0.5, others=0.3), 200):
        assert set(one.text) <= set(spec.NUMBER_LABELS) | {","}
        assert one.text
        assert len(one.boxes) in (0, len(one.text))
        assert len(one.text) <= 16


def test_a_stop_behind_the_number_is_drawn_and_no_part_of_it(calls: Calls, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "STOPS", 1.0)
    told = written(Scribe(), 40)
    drawn = calls["write_number"]
    assert {text[-1] for text in drawn} == {".", ","}
    assert [one.text for one in told] == [text[:-1] for text in drawn]
    assert all(len(one.boxes) == len(one.text) for one in told)
    calls["write_number"].clear()
    monkeypatch.setattr(module, "STOPS", 0.0)
    assert [one.text for one in written(Scribe(), 40)] == calls["write_number"]


def test_an_apostrophe_is_drawn_and_no_part_of_the_text(calls: Calls, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "random_text", lambda source, *, signs: "1'234")
    monkeypatch.setattr(module, "STOPS", 0.0)
    for one in written(Scribe(), 10):
        assert one.text == "1234"
        lefts = [box.x for box in one.boxes]
        assert len(lefts) == 4
        assert lefts == sorted(lefts)
    assert set(calls["write_number"]) == {"1'234"}


def test_what_is_no_digit_stands_before_behind_or_in_place_of_the_number(
    calls: Calls, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "random_text", lambda source, *, signs: "12")
    monkeypatch.setattr(module, "STRUCK", 0.0)
    told = [one.text for one in written(Scribe(others=1.0), 300)]
    shares = {text: told.count(text) / 300 for text in set(told)}
    assert set(shares) == {"?", "12?", "?12", "?12?"}
    assert shares["?"] == pytest.approx(module.NOTHING, abs=0.06)
    assert shares["12?"] == pytest.approx(0.4, abs=0.08)
    assert shares["?12"] > shares["?12?"] > 0.05
    assert not any(text.endswith((".", ",")) for text in calls["write_number"])


def test_a_share_of_the_numbers_is_crossed_out(calls: Calls, hands: Hands):
    told = written(Scribe(None, hands, by_hand=0.5, others=0.2), 400)
    others = sum(spec.OTHER in text for name in ("write_number", "write_by_hand") for text in calls[name])
    assert others == pytest.approx(80, abs=25)
    assert len(calls["strike_out"]) == pytest.approx(400 * module.STRUCK, abs=12)
    assert all(len(one.boxes) in (0, len(one.text)) for one in told)


def test_without_other_marks_nothing_is_crossed_out(calls: Calls):
    assert not any(spec.OTHER in one.text for one in written(Scribe(signs=0.5), 100))
    assert not calls["strike_out"]


def test_a_share_of_what_hands_write_alone_is_ringed(
    calls: Calls, hands: Hands, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(module, "RINGED", 1.0)
    told = written(Scribe(None, hands, by_hand=1.0, others=0.5), 100)
    alone = sum(spec.OTHER not in text for text in calls["write_by_hand"])
    assert 0 < len(calls["ring_around"]) < alone
    assert len(calls["ring_around"]) == pytest.approx(0.5 * alone, abs=12)
    assert all(len(one.boxes) in (0, len(one.text)) for one in told)
    calls["ring_around"].clear()
    written(Scribe(None, hands, by_hand=1.0), 50)
    written(Scribe(others=0.5), 50)
    assert not calls["ring_around"]
