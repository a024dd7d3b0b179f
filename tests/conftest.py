"""What several test files share: a reader that needs no model, the command line, and drawn digits."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import settings
from tiny import save_digits, split_of, tiny

from inkdigits.cli import main
from inkdigits.readings import Reading
from inkdigits.training.learn.data import Split
from inkdigits.training.learn.settings import DigitConfig

# Fixtures beside what they are made of.
pytest_plugins = ("mirrors", "mnist_files", "made_strokes", "web.fixtures")

# The same examples in every run, so that a change is judged by the change alone, and no deadline, because
# a busy machine is no defect. `pytest --hypothesis-profile=explore` looks for new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("repeatable")


class FakeReader:
    """Answers by the name of a file: the stem is the digit, or the status to give."""

    version = "digit=fake"
    made_with: tuple[Any, ...] = ()
    told: tuple[Any, ...] = ()
    workers: tuple[Any, ...] = ()

    def __init__(self, digits=None, numbers=None, *, max_error=None, second=None, threads=1):
        type(self).made_with = (digits, numbers, max_error, threads)

    def language(self, expect="auto", allowed=None, pattern=None):
        type(self).told = (allowed, pattern)

    def read_many(
        self,
        sources: Iterable[Any],
        expect: str = "auto",
        *,
        allowed=None,
        pattern=None,
        jobs=1,
        timeout=None,
    ) -> Iterator[Reading]:
        type(self).workers = (jobs, timeout)
        for source in sources:
            name = source.stem if isinstance(source, Path) else source.decode()
            if name == "error":
                yield Reading(str(source), "error", error=f"{source}: no picture")
            elif name == "empty":
                yield Reading(str(source), "empty")
            else:
                status = "unsure" if name.startswith("unsure") else "ok"
                yield Reading(str(source), status, name[-1], 0.25 if status == "unsure" else 0.9876)


class Result(NamedTuple):
    """What a command line gave."""

    code: int
    out: str
    err: str


@pytest.fixture
def fake_reader(monkeypatch: pytest.MonkeyPatch) -> type[FakeReader]:
    """Puts a fake in the place of the reader, for tests of what stands around it."""
    monkeypatch.setattr("inkdigits.reader.Reader", FakeReader)
    return FakeReader


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Runs a command line in this process."""

    def run(*arguments: str | Path) -> Result:
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Result(code, out, err)

    return run


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Lets Ctrl-C reach processes that the test starts; those of a shell in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def process() -> Callable[..., Result]:
    """Runs a command line in a process of its own, as a user does."""

    def run(
        *arguments: str | Path, stdin: bytes | None = None, cwd: Path | None = None, warnings: str = "error"
    ) -> Result:
        done = subprocess.run(
            [sys.executable, "-m", "inkdigits", *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=cwd,
            env={**os.environ, "PYTHONWARNINGS": warnings},
            timeout=300,
            check=False,
        )
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def draw_digit(digit: int, side: int = 160) -> np.ndarray:
    """Returns a digit in strokes of a pen: uint8 (side, side), ink 30 on paper 245."""
    import cv2

    strokes: dict[int, list[list[tuple[float, float]]]] = {
        1: [[(0.42, 0.28), (0.53, 0.18), (0.52, 0.82)]],
        4: [[(0.38, 0.20), (0.32, 0.52), (0.70, 0.52)], [(0.62, 0.20), (0.59, 0.84)]],
        7: [[(0.30, 0.22), (0.70, 0.22), (0.46, 0.82)]],
    }
    picture = np.full((side, side), 245, np.uint8)
    for stroke in strokes[digit]:
        points = np.array([(round(x * side), round(y * side)) for x, y in stroke], np.int32)
        cv2.polylines(picture, [points], False, 30, thickness=max(1, side // 16), lineType=cv2.LINE_AA)
    return picture


@pytest.fixture
def save_digit(tmp_path: Path) -> Callable[..., Path]:
    """Draws a digit into a picture file of the test's folder."""

    def save(digit: int, name: str, side: int = 160) -> Path:
        from PIL import Image

        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(draw_digit(digit, side)).save(path)
        return path

    return save


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the checkout."""
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def pyproject(root: Path) -> dict[str, Any]:
    """The parsed pyproject.toml."""
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of drawn digits."""
    return save_digits(tmp_path_factory.mktemp("data") / "digits.npz")


@pytest.fixture(scope="module")
def config(data: Path) -> DigitConfig:
    """The settings of a tiny run on them."""
    return tiny(data)


@pytest.fixture(scope="module")
def split(config: DigitConfig) -> Split:
    """The digits of that run."""
    return split_of(config)
