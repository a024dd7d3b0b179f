"""Bundles written again with what was fitted, of all three kinds, by the module and by its command."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import Result

from inkdigits import spec
from inkdigits.errors import TrainingError
from inkdigits.reader import Reader
from inkdigits.recognition.bundle import INPUTS, SHIPPED, load
from inkdigits.recognition.engine import FakeNumberEngine
from inkdigits.recognition.evidence import Evidence
from inkdigits.recognition.model import Model
from inkdigits.training.draw.scribe import Scribe
from inkdigits.training.judge import calibrated as module
from inkdigits.training.judge.calibrated import calibrated
from inkdigits.training.judge.sureness import Judged

NONE = Evidence(*(0.0,) * len(Evidence._fields))
Cli = Callable[..., Result]


class Scenes:
    """Answers in place of scenes that are read: wrong where something else stands amid the number."""

    def __init__(self, share: float = 0.7) -> None:
        self.share, self.reader, self.digits, self.pages = share, None, None, None

    def __call__(
        self,
        reader: Reader,
        scribe: Scribe,
        count: int,
        seed: int,
        *,
        digits: bool = False,
        pages: bool = False,
    ) -> Iterator[Judged]:
        self.reader, self.digits, self.pages = reader, digits, pages
        rng = np.random.default_rng(seed)
        for scene in range(count):
            right = bool(rng.random() < self.share)
            evidence = None if digits else NONE._replace(other=0.1 if right else 0.9)
            sure = 0.9 if right else 0.6
            yield Judged(scene, "cell", right, sure, evidence, lone=pages and scene % 2 == 0)


@pytest.fixture
def scenes(monkeypatch: pytest.MonkeyPatch) -> Scenes:
    made = Scenes()
    monkeypatch.setattr(module, "judged_scenes", made)
    monkeypatch.setattr(module, "held_scribe", Scribe)
    monkeypatch.setattr(module, "Model", lambda bundle: Model(bundle, FakeNumberEngine()))
    return made


@pytest.fixture
def finder(tmp_path: Path) -> Path:
    """A finder's bundle whose network is the number model's: it is loaded, and asked nothing."""
    folder = tmp_path / "finder"
    folder.mkdir()
    shipped = load(SHIPPED["number"])
    changed = {"kind": "finder", "input": INPUTS["finder"], "preprocessing": spec.PREPROCESSING["finder"]}
    for name in shipped.metadata["files"]:
        (folder / name).write_bytes((shipped.path / name).read_bytes())
    (folder / "bundle.json").write_text(json.dumps({**shipped.metadata, **changed}), encoding="utf-8")
    return folder


@pytest.mark.parametrize("kind", ["digit", "number", "finder"])
def test_the_command_takes_bundles_of_each_kind(
    cli: Cli, scenes: Scenes, finder: Path, tmp_path: Path, kind: str
) -> None:
    folder = finder if kind == "finder" else SHIPPED[kind]  # type: ignore[index]
    result = cli(
        "calibrate", str(folder), "--output", str(tmp_path / "new"), "--scenes", "150", "--max-error", "0.02"
    )
    assert result.code == 0, result.err
    assert "as it was: 150 answers" in result.out
    assert result.out.endswith(f"bundle: {(tmp_path / 'new').resolve()}\n")
    before, after = load(folder), load(tmp_path / "new")
    assert (after.kind, after.max_error, after.model) == (kind, 0.02, before.model)
    assert after.risk is not None
    assert after.risk.answered[0] == 150
    assert (after.confidence is None) == (kind == "digit") == scenes.digits
    assert scenes.reader is not None
    assert scenes.pages == (kind == "finder"), "a finder's are scenes of all kinds"
    assert (scenes.reader.finder.bundle.path == folder) == (kind == "finder")
    assert (after.lone is not None) == (kind == "finder"), "which alone reads lone numbers in two ways"
    told = after.metadata["calibration"]
    if kind == "finder":
        assert told["confidence"]["numbers"] == told["lone"]["numbers"] == 75
        assert after.lone is not None
        assert after.lone.confidence(NONE._replace(other=0.1)) > 0.8
    if after.confidence is not None:
        sure, unsure = (after.confidence.confidence(NONE._replace(other=other)) for other in (0.1, 0.9))
        assert sure > 0.8
        assert unsure < 0.3


def test_what_was_fitted_before_does_not_count_and_max_error_stays(scenes: Scenes, tmp_path: Path) -> None:
    settings = {"scenes": 60, "seed": 3, "tell": lambda line: None}
    once = calibrated(SHIPPED["number"], tmp_path / "a", **settings)
    again = calibrated(tmp_path / "a", tmp_path / "a", **settings)
    assert again.metadata == once.metadata
    assert again.max_error == load(SHIPPED["number"]).max_error
    assert scenes.reader is not None
    assert scenes.reader.numbers.bundle.confidence is None, "it was read without"


@pytest.mark.parametrize(
    ("kind", "share", "count"), [("number", 1.0, 20), ("number", 0.0, 20), ("digit", 0.5, 0)]
)
def test_too_few_scenes_are_told_in_a_line_and_nothing_is_written(
    scenes: Scenes, tmp_path: Path, kind: str, share: float, count: int
) -> None:
    scenes.share = share
    with pytest.raises(TrainingError, match="more scenes"):
        calibrated(SHIPPED[kind], tmp_path / "new", scenes=count, seed=1, tell=lambda line: None)  # type: ignore[index]
    assert not (tmp_path / "new").exists()


def test_digits_are_calibrated_on_scenes_that_are_really_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "held_scribe", Scribe)
    lines: list[str] = []
    found = calibrated(SHIPPED["digit"], tmp_path / "new", scenes=6, seed=1, tell=lines.append)
    assert found.risk is not None
    assert 1 <= found.risk.answered[0] <= 6
    assert len(lines) == 1
