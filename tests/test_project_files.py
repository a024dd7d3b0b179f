"""The files that other programs read: what they name is there, and says what pyproject.toml says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_citation_names_this_version_and_licence(pyproject: dict[str, Any]):
    cited = dict(re.findall(r"^([\w-]+): (.+)$", text("CITATION.cff"), re.M))
    project = pyproject["project"]
    assert (cited["title"], cited["version"], cited["license"], cited["abstract"]) == (
        project["name"],
        project["version"],
        project["license"],
        project["description"],
    )


def test_the_image_is_built_of_what_is_there_and_let_in():
    copied = [
        name
        for words in re.findall(r"^COPY (?!--from)(.+)$", text("Dockerfile"), re.M)
        for name in words.split()[:-1]
    ]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    let_in = {line[1:] for line in text(".dockerignore").splitlines() if line.startswith("!")}
    assert set(copied) == let_in


def test_the_image_is_of_a_python_that_the_workflow_tests():
    (python,) = re.findall(r"^ARG PYTHON=(.+)$", text("Dockerfile"), re.M)
    assert f'"{python}"' in text(".github/workflows/ci.yml")


def test_the_workflow_runs_what_a_developer_runs_from_the_oldest_python_on(pyproject: dict[str, Any]):
    workflow = text(".github/workflows/ci.yml")
    pythons = re.findall(r'"(3\.\d+)"', workflow)
    assert "run: .ci/run" in workflow
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert pyproject["project"]["requires-python"] == f">={pythons[0]}"
    assert f"Python {pythons[0]} to {pythons[-1]}" in text("constraints.txt")


def test_the_hooks_are_make_targets_so_that_versions_are_the_same():
    entries = re.findall(r"entry: make (\w+)", text(".pre-commit-config.yaml"))
    assert entries == ["lint", "types"]
    assert text(".pre-commit-config.yaml").count("- id:") == len(entries)
    assert set(entries) <= set(re.findall(r"^([a-z]+):", text("Makefile"), re.M))


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("inkdigits cross", "crossval"),
        ("inkdigits read --exp", "--expect"),
        ("inkdigits read --expect p", "page"),
    ],
)
def test_the_shell_is_told_what_may_follow(tmp_path: Path, line: str, offered: str):
    answers = tmp_path / "answers"
    asked = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answers),
        "_ARGCOMPLETE_IFS": "\n",
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
    }
    subprocess.run(
        [sys.executable, "-m", "inkdigits"], env={**os.environ, **asked}, check=True, capture_output=True
    )
    assert answers.read_text(encoding="utf-8").strip() == offered
