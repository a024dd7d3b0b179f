"""docs/http_api.md: the calls that it shows are made, in the three languages, against a server that runs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import Server, encoded, picture, row_of_digits, running

from inkdigits.server.schema import STATUSES

ADDRESS = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("docs")
    with running("--corrections", str(folder / "corrected")) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "digit.png").write_bytes(picture(7))
    (tmp_path / "page.png").write_bytes(encoded(row_of_digits()))
    return tmp_path


@pytest.fixture(scope="module")
def page(root: Path) -> str:
    return (root / "docs" / "http_api.md").read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.M | re.S)


def run(server: Server, folder: Path, *command: str) -> str:
    assert shutil.which(command[0]), f"{command[0]} is needed to try what the page says"
    words = [word.replace(ADDRESS, server.url) for word in command]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_calls_with_curl(server: Server, folder: Path, page: str):
    calls = [
        line for block in blocks(page, "bash") for line in block.splitlines() if line.startswith("curl ")
    ]
    answers = [run(server, folder, "sh", "-c", f"{call} --silent --fail") for call in calls]
    assert len(answers) == 4
    assert '"text":"7"' in answers[0]
    assert re.findall(r'"source":"([\w.]+)"', answers[1]) == ["digit.png", "page.png"]
    assert '"label":"7"' in answers[2]
    assert answers[3].startswith("id,label,read,created\n")
    assert ",7,1," in answers[3]


def test_the_call_with_python(server: Server, folder: Path, page: str):
    (code,) = blocks(page, "python")
    assert re.fullmatch(r"7 0\.\d+\n", run(server, folder, sys.executable, "-c", code))


def test_the_call_with_javascript(server: Server, folder: Path, page: str):
    (code,) = blocks(page, "javascript")
    told = run(server, folder, "node", "--input-type=module", "--eval", code)
    assert re.fullmatch(r"7 0\.\d+\n", told)


def test_the_table_of_refusals_is_complete(page: str):
    table = page.partition("## Refusals")[2].partition("\n## ")[0]
    told = {int(status) for row in re.findall(r"^\| ([\d, ]+) \|", table, re.M) for status in row.split(",")}
    assert told == STATUSES | {405, 431}
