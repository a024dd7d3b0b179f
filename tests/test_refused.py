"""benchmarks/refused.py: every kind is drawn alike by the same seed, and what is answered is counted."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import inkdigits
from inkdigits.readings import Box, Number, Reading
from inkdigits.training.draw.hands import Hands
from inkdigits.training.draw.other_marks import SHAPES


@pytest.fixture
def refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark as a module."""
    monkeypatch.syspath_prepend(root / "benchmarks")
    for module in ("refused", "refused_kinds"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    return importlib.import_module("refused")


class Fake:
    """Answers every picture as it is told to."""

    confidence, status = 0.4, "unsure"

    def read(self, picture: object, expect: str = "auto") -> Reading:
        del picture
        if expect == "page":
            return Reading("", "empty")
        numbers = (Number("1", 0.1, Box(0, 0, 1, 1), status="unsure"),)
        numbers += (Number("7", self.confidence, Box(0, 0, 1, 1), status=self.status),)  # type: ignore[arg-type]
        return Reading("", "unsure", "1 7", 0.1, numbers)


def test_every_kind_is_drawn_alike_by_the_same_seed(refused: ModuleType, hands: Hands) -> None:
    kinds = refused.made.kinds(hands)
    assert len(kinds) == 8 + len(SHAPES)
    for kind, one in kinds.items():
        first, again, other = (one.make(np.random.default_rng((1, seed))) for seed in (5, 5, 6))
        assert first.dtype == np.uint8, kind
        assert np.array_equal(first, again), kind
        assert first.shape != other.shape or not np.array_equal(first, other), kind
        assert min(first.shape[:2]) >= 8, kind


def test_a_cut_off_stroke_touches_one_border_alone(refused: ModuleType, hands: Hands) -> None:
    for seed in range(12):
        picture = refused.made.kinds(hands)["cut-off strokes"].make(np.random.default_rng(seed))
        dark = picture < picture.max() * 0.8
        borders = [bool(edge.any()) for edge in (dark[0], dark[-1], dark[:, 0], dark[:, -1])]
        assert sum(borders) == 1


def test_what_is_answered_is_counted_and_kept(
    refused: ModuleType,
    kept_strokes: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(inkdigits, "Reader", Fake)
    words = ["refused.py", "--marks", "3", "--papers", "2", "--kind", "ticks", "--kind", "blank paper"]
    words += ["--json", str(tmp_path / "found.json"), "--wrong", str(tmp_path / "wrong")]
    monkeypatch.setattr(sys, "argv", words)
    refused.main()
    told = json.loads((tmp_path / "found.json").read_text())["kinds"]
    assert told["ticks"] == {"n": 3, "answered": {"auto": 0, "known": 0}}
    assert told["blank paper"]["n"] == 2
    assert not (tmp_path / "wrong").exists()
    out = capsys.readouterr().out.splitlines()
    assert "AUROC 0.5000" in out[0]  # no surer of digits than of ticks
    assert "AUROC" not in out[-1]  # of paper nothing may be answered, however little sure

    monkeypatch.setattr(Fake, "status", "ok")
    refused.main()
    told = json.loads((tmp_path / "found.json").read_text())["kinds"]
    assert told["ticks"]["answered"] == {"auto": 3, "known": 3}
    assert told["blank paper"]["answered"] == {"auto": 2, "known": 0}
    assert len(list((tmp_path / "wrong").glob("*.png"))) == 8


def test_sets_that_are_not_there_are_left_out(
    refused: ModuleType,
    kept_strokes: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(inkdigits, "Reader", Fake)
    monkeypatch.setattr(
        sys, "argv", ["refused.py", "--marks", "1", "--kind", refused.SETS[0], "--kind", refused.SETS[1]]
    )
    refused.main()
    first, second, *_ = capsys.readouterr().out.splitlines()
    assert first.startswith("real/not_digits_letters: left out, ")
    assert second.startswith("strokes_held_letters")
