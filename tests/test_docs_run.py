"""Every command of the documentation runs as it stands there, page by page and in order.

They run in this process, in a folder that holds what the page speaks of. What would take minutes or a network
is stood in for, behind its parser and its settings: a training gives the shipped model in the place where it
would leave its own, so that the commands after it find what they name.
tests/training/test_training_end_to_end.py trains.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pyarrow as pa
import pytest
from conftest import draw_digit
from files_of_others import put_files_of_others
from made_strokes import save_strokes
from mnist_files import put
from PIL import Image
from pyarrow import parquet

from inkdigits.batch.cluster import PartWork
from inkdigits.cli import crossval, main, serve, train, watch
from inkdigits.data import strokes
from inkdigits.data.strokes import FILE, FOLDER, keys, read_arrays
from inkdigits.readings import Reading
from inkdigits.recognition.bundle import SHIPPED_DIGIT, load
from inkdigits.tables.new_template import NewTemplate
from inkdigits.training.judge import held

ROOT = Path(__file__).parent.parent
PAGES = ("README.md", "CONTRIBUTING.md", *sorted(f"docs/{page.name}" for page in ROOT.glob("docs/*.md")))
# The words that a command line of these pages may begin with, and how it is tried.
TRIED_HERE = ("inkdigits", ".venv-dev/bin/inkdigits")
# Programs of others, which install, build, or ask a server that runs. Where they are tried: make by .ci/run,
# pip by test_wheel.py, curl by test_server_docs.py, docker's file by test_project_files.py, python by
# test_predict.py and below.
TRIED_ELSEWHERE = (
    *("pip", "make", "curl", "docker", "eval", "source", "python", "apt-get", "wrk"),
    *("ray", "kubectl"),  # their files by test_cluster_examples.py
)
PIPED_FROM = ("find", "convert")  # the first is run, a picture stands in for what the second gives
PIPED_TO = ("jq",)


def commands(page: str) -> list[str]:
    """Returns the command lines of a page, in order."""
    found: list[str] = []
    text = (ROOT / page).read_text(encoding="utf-8")
    for language, content in re.findall(r"^```(\w*)\n(.*?)^```", text, re.M | re.S):
        lines = content.replace("\\\n", " ").splitlines()
        if language == "console":
            found += [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]
        elif language in ("bash", "sh", "shell"):
            found += [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
        elif language == "text" and page == "docs/cli.md" and "examples:" in content:
            examples = content.partition("examples:\n")[2].splitlines()
            found += [re.split(r" {3,}", line.strip())[0] for line in examples]
    return found


@pytest.fixture
def place(tmp_path: Path, small: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what the pages speak of, and data sets in small."""
    del small  # three digits count as MNIST
    data = tmp_path / "data"
    data.mkdir()
    for part in ("train", "test"):
        put(data / "mnist", part, zipped=True)
    save_strokes(data / FOLDER / FILE)
    _zeros_are_slashed(data / FOLDER / FILE, tmp_path / "slashed.txt", monkeypatch)
    monkeypatch.setattr(held, "COMPOSED", 20)  # numbers to measure by; a thousand take a minute
    monkeypatch.setenv("INKDIGITS_DATA", str(data))
    here = tmp_path / "here"
    folders = (
        "inbox",
        "scans",
        "scans/dates",
        "cells",
        "dates",
        "my_digits",
        "later",
        "my_cells",
        "corrected",
    )
    for name in (*folders, "scans/labelled"):
        (here / name).mkdir(parents=True)
        dates = name.endswith("dates")
        for digit in (1, 4, 7):
            picture = Image.fromarray(_date(digit) if dates else draw_digit(digit))
            picture.save(here / name / f"{digit}.png")
            picture.save(here / name / f"{digit}.jpg")
        rows = "".join(f"{one}.png,{f'0{one}-12-2020' if dates else one}\n" for one in (1, 4, 7))
        (here / name / "labels.csv").write_text("file,label\n" + rows)
    Image.fromarray(draw_digit(7)).save(here / "scan.png")
    (here / "rows.csv.part").write_text(  # of a run that goes on
        '{"inkdigits read": {}}\n' + json.dumps(Reading("scan.png", "ok", "7", 0.99).to_dict()) + "\n"
    )
    cells = pa.table({"image": pa.array([(here / "scan.png").read_bytes()] * 2)})
    parquet.write_table(cells, here / "data.parquet")
    for name in ("examples", "example_forms"):
        (here / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "example_forms" / "filled", here / "forms")
    for name, called in (("blank.png",) * 2, ("meter.toml",) * 2, ("customers.csv", "names.csv")):
        shutil.copy(ROOT / "example_forms" / name, here / called)
    for copy in ("docs", "marks", ""):
        (here / copy).mkdir(exist_ok=True)
        shutil.copy(ROOT / "docs" / "marks.jpg", here / copy)
    shutil.copytree(ROOT / "configs", here / "configs")
    put_files_of_others(here)
    monkeypatch.chdir(here)
    return here


def _date(day: int) -> np.ndarray:
    paper = np.full((70, 330), 250, np.uint8)
    cv2.putText(paper, f"0{day}-12-2020", (15, 50), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 20, 3)
    return paper


def _zeros_are_slashed(made: Path, named: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the made-up zeros count as slashed ones, which are known by a list of the real strokes."""
    arrays = read_arrays(made)
    zeros = [key for key, text in zip(keys(arrays), arrays["text"], strict=True) if text == "0"]
    named.write_text("\n".join(zeros), "utf-8")
    monkeypatch.setattr(strokes, "_SLASHED", named)


@pytest.fixture
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What takes minutes or a network; gives the names of what was stood in for as it is called."""
    called: list[str] = []

    def trained(settings: Any, folder: Path, **_: Any) -> Any:
        called.append("train")
        shutil.copytree(SHIPPED_DIGIT, Path(folder) / "bundle", dirs_exist_ok=True)
        return load(Path(folder) / "bundle")

    def exported(run: Path, output: Path | None, **_: Any) -> Any:
        called.append("export")
        target = Path(output) if output else Path(run) / "bundle"
        if not (Path(run) / "bundle").is_dir():  # of a run that another page made
            trained(None, Path(run))
        shutil.copytree(Path(run) / "bundle", target, dirs_exist_ok=True)
        return load(target)

    def cross_validated(args: argparse.Namespace) -> int:
        called.append("crossval")
        folder = args.output or Path("runs/crossval")
        assert train.settings_of(args, folder)
        return 0

    def calibrated(bundle: Path, output: Path, **_: Any) -> Any:
        called.append("calibrate")
        shutil.copytree(bundle if Path(bundle).is_dir() else SHIPPED_DIGIT, output, dirs_exist_ok=True)
        return load(output)

    def reviewed(args: argparse.Namespace, results: Path, *_: Any) -> int:
        called.append("review")
        assert results.exists()
        return served(args)

    def served(args: argparse.Namespace) -> int:
        called.append("serve")
        assert args.host
        return 0

    watched = watch.run

    def watched_once(args: argparse.Namespace) -> int:
        args.once, args.settle, args.every = True, 0.01, 0.01  # it would go on until a signal
        return watched(args)

    monkeypatch.setattr(watch, "run", watched_once)
    monkeypatch.setattr("inkdigits.training.train.train", trained)
    monkeypatch.setattr("inkdigits.training.train.export_run", exported)
    monkeypatch.setattr("inkdigits.training.judge.calibrated.calibrated", calibrated)
    monkeypatch.setattr(train, "_compare", lambda *_: print("MNIST: compared"))
    monkeypatch.setattr(crossval, "run", cross_validated)
    monkeypatch.setattr("inkdigits.batch.parts.answers", in_this_process)

    def drawn(new: NewTemplate, *_: Any, **__: Any) -> int:
        called.append("template")
        new.write(new.offered)
        return 0

    monkeypatch.setattr(serve, "run", served)
    monkeypatch.setattr("inkdigits.cli.template._drawn", drawn)
    monkeypatch.setattr("inkdigits.cli.review.start", reviewed)
    monkeypatch.setattr("inkdigits.data.fonts.fetch_fonts", lambda *_, **__: 0)
    monkeypatch.setattr("inkdigits.training.judge.benchmark.measure", lambda *_, **__: iter(()))
    monkeypatch.setattr("inkdigits.training.judge.benchmark_chart.draw", lambda *_, **__: None)
    return called


def in_this_process(work: PartWork, parts_for: Callable[[int], Sequence[Any]], _: object) -> Iterator[Any]:
    """Stands in for a Ray cluster, see tests/batch/test_ray_engine.py for one."""
    return (work(part, False, lambda: None) for part in parts_for(1))


def test_every_command_is_tried_somewhere():
    for page in PAGES:
        for line in commands(page):
            for part in parts(line):
                assert part[0] in {*TRIED_HERE, *TRIED_ELSEWHERE, *PIPED_FROM, *PIPED_TO}, f"{page}: {line}"


def parts(line: str) -> Iterator[list[str]]:
    """Gives the words of each command of a line: those of a pipe, without what is set before them."""
    for command in re.split(r"\s\|\s", line):
        words = shlex.split(re.sub(r"\$\([^)]*\)", "secret", command), comments=True)
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
            words.pop(0)
        if words:
            yield words


def shows_a_command(page: str) -> bool:
    return any(words[0] in TRIED_HERE for line in commands(page) for words in parts(line))


# The cookbook's tasks are done from start to end, by servers and people too, in test_cookbook.py.
@pytest.mark.parametrize(
    "page", [page for page in PAGES if shows_a_command(page) and page != "docs/cookbook.md"]
)
def test_the_commands_of_a_page_run_in_order_as_they_stand(
    page: str,
    place: Path,
    stand_ins: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    for line in commands(page):
        piped = b""
        for words in parts(line):
            if words[0] == "find":
                piped = subprocess.run(words, check=True, capture_output=True, cwd=place).stdout
            elif words[0] in PIPED_FROM:
                piped = (place / "scan.png").read_bytes()
            elif words[0] in TRIED_HERE:
                monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(piped)))
                given = [name for word in words[1:] for name in (sorted(map(str, _glob(word))) or [word])]
                code = main(given)
                err = capsys.readouterr().err
                assert code == 0, f"{line}: {err}"


def _glob(word: str) -> Iterator[Path]:
    return Path().glob(word) if "*" in word and "/" in word else iter(())


def test_the_script_of_the_tutorial_makes_the_folders_that_it_speaks_of(tmp_path: Path):
    page = (ROOT / "docs" / "own_digits.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"`python (docs/\S+\.py) FOLDER`", page)
    subprocess.run([sys.executable, str(ROOT / script), str(tmp_path)], check=True, cwd=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["later", "my_digits"]
    picture = np.asarray(Image.open(tmp_path / "later" / "images" / "000.png"))
    assert picture.ndim == 2
