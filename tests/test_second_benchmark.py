"""benchmarks/second.py: what a second reader makes sure is counted, and what of it is wrong."""

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


@pytest.fixture
def bench(root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark as a module."""
    monkeypatch.syspath_prepend(root / "benchmarks")
    monkeypatch.delitem(sys.modules, "second", raising=False)
    return importlib.import_module("second")


class Fake:
    """Reads a 7 unsurely, and surely where a second reader agrees: on the darkest pixel of each picture."""

    def __init__(self, second: object = None) -> None:
        self.second = second

    def read(self, picture: np.ndarray) -> Reading:
        asked, agrees = self.second is not None, picture.min() == 0
        status = "ok" if asked and agrees else "unsure"
        said = ("7" if agrees else "1") if asked else None
        number = Number("7", 0.9, Box(0, 0, 1, 1), status=status, second=said)  # type: ignore[arg-type]
        return Reading("", status, "7", 0.9, (number,))  # type: ignore[arg-type]


def test_what_it_makes_sure_is_counted(
    bench: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    images = np.full((4, 40, 40), 255, np.uint8)
    images[:3, 20, 20] = 0
    np.savez(tmp_path / "set.npz", images=images, labels=np.array([7, 7, 1, 7]))
    monkeypatch.setattr(inkdigits, "Reader", Fake)
    monkeypatch.setattr(bench, "second_reader", lambda name: type("Rapid", (), {"read": lambda *_: []})())
    words = ["--data", str(tmp_path / "set.npz"), "--data", "nowhere", "--json", str(tmp_path / "found.json")]
    monkeypatch.setattr(sys, "argv", ["second.py", *words])
    bench.main()
    (found,) = json.loads((tmp_path / "found.json").read_text())["sets"].values()
    assert (found["n"], found["asked"], found["alike"]) == (4, 4, 3)
    assert (found["alone"], found["with"]) == ([0, 0], [3, 1])
    told = capsys.readouterr().out
    assert "made sure              3, of these wrong 1" in told
    assert "nowhere: left out" in told
