"""docs/cookbook.md: each of its tasks is done as it stands there, in processes of their own."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import numpy as np
import pytest
from conftest import Result, draw_digit
from PIL import Image
from serving import running

from inkdigits.cli import build_parser

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8000"

Run = Callable[..., Result]


def task(title: str) -> str:
    """Returns what the page says of a task."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def blocks(title: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", task(title), re.M | re.S)


def commands(title: str) -> list[str]:
    """Returns the commands of a task in order, but what installs."""
    lines = [line for block in blocks(title, "bash") for line in block.splitlines()]
    assert lines, title
    return [line for line in lines if not line.startswith("pip ")]


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with what the page speaks of."""
    for name in ("cells", "scans", "inbox"):
        (tmp_path / name).mkdir()
    for index, digit in enumerate((7, 1, 4)):
        Image.fromarray(draw_digit(digit)).save(tmp_path / "scans" / f"{index}.png")
        row = np.hstack([draw_digit(digit, 96), draw_digit(7, 96)])
        Image.fromarray(row).save(tmp_path / "cells" / f"{index}.png")
        shutil.copy(tmp_path / "scans" / f"{index}.png", tmp_path / "inbox")
    shutil.copytree(ROOT / "example_forms", tmp_path / "example_forms")
    return tmp_path


@pytest.fixture
def run(here: Path, process: Callable[..., Result]) -> Run:
    """Does a command of the page, as a user does."""

    def done(line: str, **more: str) -> Result:
        program, *words = shlex.split(line)
        assert program == "inkdigits"
        return process(*words, cwd=here, **more)

    return done


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_a_folder_of_cells_to_a_spreadsheet(run: Run, here: Path):
    openpyxl = pytest.importorskip("openpyxl")
    (line,) = commands("A folder of cells to a spreadsheet")
    assert run(line).code == 0
    head, *rows = openpyxl.load_workbook(here / "cells.xlsx").active.iter_rows(values_only=True)
    told = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(row["source"], row["text"], row["value"]) for row in told] == [
        ("cells/0.png", "77", 77),
        ("cells/1.png", "17", 17),
        ("cells/2.png", "47", 47),
    ]


def test_a_scanned_pdf_of_sheets_to_csv(run: Run, here: Path):
    pytest.importorskip("pypdfium2")
    with Image.open(ROOT / "docs" / "marks.jpg") as sheet:
        sheet.convert("RGB").save(here / "marks.pdf", save_all=True, append_images=[sheet], resolution=200)
    (line,) = commands("A scanned PDF of sheets to CSV")
    assert run(line).code == 0
    rows = table(here / "marks.csv")
    assert {row["page"] for row in rows} == {"1", "2"}
    for page in ("1", "2"):
        own = {row["row"]: row for row in rows if row["page"] == page}
        assert [own["3"][f"c{place}"] for place in range(2, 7)] == ["8", "14", "16", "11", "45"]


def test_forms_that_are_known_beforehand(run: Run, here: Path):
    for library in ("interegular", "stdnum", "scipy"):
        pytest.importorskip(library)
    check, read = commands("Forms that are known beforehand")
    assert "it can be used" in run(check).out
    assert run(read).code == 0
    rows = table(here / "cards.csv")
    assert len(rows) == 5
    known = {row["name"] for row in table(here / "example_forms" / "customers.csv")}
    assert {row["roster name"] for row in rows} <= known


def test_what_is_unsure_to_a_person_and_back(run: Run, here: Path):
    openpyxl = pytest.importorskip("openpyxl")
    shutil.copy(ROOT / "docs" / "marks.jpg", here / "scans")
    read, review, convert = commands("What is unsure to a person and back")
    assert run(read).code == 0
    program, *words = shlex.split(review)
    assert program == "inkdigits"
    serving = subprocess.Popen(
        [sys.executable, "-m", "inkdigits", *words, "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=here,
    )
    try:
        assert serving.stdout is not None
        url = serving.stdout.readline().split()[-1]
        answered = _answer_all(url)
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.communicate(timeout=60)
    assert serving.returncode == 0
    assert answered >= 1
    assert run(convert).code == 0
    head, *rows = openpyxl.load_workbook(here / "reviewed.xlsx").active.iter_rows(values_only=True)
    told = [dict(zip(head, row, strict=True)) for row in rows]
    said = [row for row in told if row["origin"] != "read"]
    assert [(row["text"], row["origin"], row["who"]) for row in said] == [
        ("99", "corrected", "Ann")
    ] * answered
    assert all(row["text"] == row["read"] for row in told if row["origin"] == "read")


def _answer_all(url: str) -> int:
    """Says of each cell that the page asks about that a 99 stands there, as the page does."""
    count = 0
    while True:
        asked: dict[str, Any] = {"tab": "a-window-of-the-test", "count": 1, "again": False}
        answer = httpx.post(f"{url}v1/review/next", json=asked)
        assert answer.status_code == 200, answer.text
        cells = answer.json()["cells"]
        if not cells:
            return count
        count += 1
        body = {"id": f"answer-{count:012}", "cell": cells[0]["cell"], "verdict": "text", "text": "99"}
        body |= {"who": "Ann", "tab": asked["tab"]}
        answer = httpx.post(f"{url}v1/review/answers", json=body)
        assert answer.status_code == 201, answer.text


def test_a_parquet_data_set_on_a_ray_cluster(run: Run, here: Path):
    (line,) = commands("A Parquet data set on a Ray cluster")
    pytest.importorskip("ray", reason="Ray is missing: pip install 'inkdigits[ray]'")
    pa = pytest.importorskip("pyarrow", reason="PyArrow is missing: pip install 'inkdigits[tables]'")
    from pyarrow import dataset, parquet

    pictures = [(here / "scans" / f"{index}.png").read_bytes() for index in range(3)]
    parquet.write_table(pa.table({"image": pictures}), here / "data.parquet")
    assert run(line, warnings="ignore").code == 0  # Ray warns of itself
    rows = dataset.dataset(here / "out", format="parquet").to_table().to_pylist()
    assert sorted((row["source"], row["text"]) for row in rows) == [
        ("data.parquet/1", "7"),
        ("data.parquet/2", "1"),
        ("data.parquet/3", "4"),
    ]


FOLDER = "A folder that fills up every day"


def test_a_long_run_goes_on_with_the_same_command(run: Run, here: Path):
    (line,) = commands(FOLDER)
    (here / "scans.csv.part").write_text("")  # of a run that was cut off as it began
    assert run(line).code == 0
    assert [row["text"] for row in table(here / "scans.csv")] == ["7", "1", "4"]


def test_the_line_of_cron_reads_what_is_new(here: Path, tmp_path: Path):
    (entry,) = blocks(FOLDER, "crontab")
    *when, line = entry.strip().split(" ", 5)
    assert len(when) == 5
    assert "%" not in line  # to cron that is a line end
    path = here / "bin"
    path.mkdir()
    (path / "inkdigits").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m inkdigits "$@"\n')
    (path / "inkdigits").chmod(0o755)
    shell = f'PATH="{path}:$PATH"; {line.replace("/srv/scans", str(here))}'
    for expected in (3, 3, 4):
        if expected == 4:
            Image.fromarray(draw_digit(7, 80)).save(here / "inbox" / "3.png")
        done = subprocess.run(["sh", "-c", shell], capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        (day,) = (here / "read").glob("2*.csv")
        assert len(table(day)) == expected


def test_the_service_takes_what_its_line_says(here: Path):
    (unit,) = blocks(FOLDER, "ini")
    (line,) = re.findall(r"^ExecStart=inkdigits (.*)$", unit, re.M)
    args = build_parser(("watch",)).parse_args(shlex.split(line))
    assert (args.inbox, args.output, args.move, args.once) == ("inbox/", "read/", True, False)


API = "The API from Python, curl and JavaScript"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    line, *_ = commands(API)
    assert line.startswith("inkdigits serve ")
    with running(*shlex.split(line)[2:]) as opened:
        yield opened.url


@pytest.mark.parametrize("language", ["curl", "python", "javascript"])
def test_the_api_from(language: str, server: str, here: Path):
    if language == "curl":
        command = ["sh", "-c", commands(API)[1]]
        for program in ("curl", "jq"):
            if shutil.which(program) is None:
                pytest.skip(f"{program} is not installed")
    else:
        (code,) = blocks(API, language)
        node = ["node", "--input-type=module", "--eval", code]
        command = [sys.executable, "-c", code] if language == "python" else node
        if shutil.which(command[0]) is None:
            pytest.skip(f"{command[0]} is not installed")
    command = [word.replace(ADDRESS, server) for word in command]
    done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    with (here / f"{language}.csv").open(newline="") as lines:
        rows = [row[:3] for row in csv.reader(lines)]
    assert [(Path(name).name, text) for name, _, text in rows] == [
        ("0.png", "77"),
        ("1.png", "17"),
        ("2.png", "47"),
    ]


def test_the_page_has_seven_tasks_and_each_is_tried():
    titles = re.findall(r"^## (.+)$", PAGE, re.M)
    assert len(titles) == 7
    assert json.dumps(titles).count("Ray") == 1
