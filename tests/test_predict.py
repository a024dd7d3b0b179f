"""predict.py: the first program that a user runs, also with a Python that lacks the package."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parent.parent
SCRIPT = ROOT / "predict.py"


def predict(*words: str | Path, cwd: Path, python: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *python, str(SCRIPT), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


def test_it_prints_file_digit_and_confidence(save_digit: Callable[..., Path], tmp_path: Path):
    seven, four = save_digit(7, "seven.png"), save_digit(4, "four.png")
    done = predict(seven, four, cwd=tmp_path)
    rows = [line.split() for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, "")
    assert [row[:2] for row in rows] == [[str(seven), "7"], [str(four), "4"]]
    assert all(row[2].endswith("%") and not row[2].startswith("100") for row in rows)


def test_it_reads_the_digits_of_the_examples_from_any_folder(tmp_path: Path):
    pictures = sorted((ROOT / "examples").glob("[0-9]-*"))
    assert len(pictures) == 10
    done = predict(cwd=tmp_path)
    assert [line.split("  ")[0] for line in done.stdout.splitlines()] == [str(path) for path in pictures]


def test_doubt_and_failure_are_marked_and_a_failure_is_the_exit_code(tmp_path: Path):
    Image.new("L", (60, 60), 240).save(tmp_path / "blank.png")
    (tmp_path / "broken.png").write_bytes(b"none")
    done = predict(tmp_path, "gone.png", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    blank, broken, gone = done.stdout.splitlines()
    assert blank.endswith("blank.png  -  empty")
    assert "is no picture" in broken
    assert broken.endswith("  error")
    assert gone.endswith("  error")
    assert predict("blank.png", cwd=tmp_path).returncode == 0


def test_help_says_what_it_does(tmp_path: Path):
    done = predict("--help", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "PICTURE" in done.stdout


@pytest.mark.parametrize(("words", "code"), [(["."], 1), (["--colour"], 2)])
def test_what_cannot_be_done_is_told_without_a_traceback(tmp_path: Path, words: list[str], code: int):
    done = predict(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert "predict.py: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such pipes")
def test_who_reads_it_may_have_seen_enough(save_digit: Callable[..., Path], tmp_path: Path):
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, str(SCRIPT), str(save_digit(7, "seven.png"))]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, cwd=tmp_path, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_a_python_without_the_package_says_which_one_to_start_it_with(tmp_path: Path):
    done = predict("a.png", cwd=tmp_path, python=("-I", "-S"))  # nothing but Python
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.count("\n") == 1
    assert "'inkdigits'" in done.stderr
    assert f"start it with {ROOT}/.venv/bin/python" in done.stderr
