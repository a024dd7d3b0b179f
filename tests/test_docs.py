"""The documentation says what the program does: generated pages are current, commands and links work."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import inkdigits
from inkdigits import errors
from inkdigits.cli import COMMANDS, build_parser
from inkdigits.training.learn import networks

ROOT = Path(__file__).parent.parent
PAGES = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "examples/*.md", "benchmarks/*.md")
    for path in ROOT.glob(pattern)
)
SHELL = ("bash", "sh", "shell", "console")


def blocks(*languages: str) -> list[tuple[str, str]]:
    """Returns (page, content) of the fenced blocks in these languages."""
    found: list[tuple[str, str]] = []
    for page in PAGES:
        for language, content in re.findall(
            r"^```(\w*)\n(.*?)^```", page.read_text(encoding="utf-8"), re.M | re.S
        ):
            if language in languages:
                found.append((page.name, content))
    return found


def commands(*starts: str) -> list[tuple[str, str]]:
    """Returns (page, line) of the commands in the documentation that begin with one of ``starts``."""
    found: list[tuple[str, str]] = []
    for page, content in blocks(*SHELL):
        for line in content.replace("\\\n", " ").splitlines():
            command = line.strip().removeprefix("$ ")
            # One command of a pipe or of a list each; a comment or the output is none.
            found += [
                (page, part.strip())
                for part in re.split(r"\||&&|;", command)
                if part.strip().startswith(starts)
            ]
    return found


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))


def test_the_reference_of_the_command_line_is_current():
    page = runpy.run_path(str(ROOT / "docs" / "make_cli.py"))["page"]
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == page(), "run: make docs"


def test_the_page_of_settings_is_current_and_has_every_kind_of_layer():
    written = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert written == runpy.run_path(str(ROOT / "docs" / "make_settings.py"))["page"](), "run: make docs"
    layers = written.partition("## Layers")[2]
    assert set(re.findall(r"^\| `(\w+)", layers, re.M)) == {"conv", *networks._OPTIONS}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_reference_and_in_the_readme(command: str):
    assert f"\n## inkdigits {command}\n" in (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert f"inkdigits {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_inkdigits_command_in_the_documentation_is_one_that_the_program_takes():
    parser = build_parser()
    lines = commands("inkdigits ", ".venv/bin/inkdigits ", ".venv-dev/bin/inkdigits ")
    assert lines, "the documentation shows no command"
    for page, line in lines:
        arguments = shlex.split(re.sub(r"\s(>|2>|<).*", "", line), comments=True)[1:]
        try:
            parser.parse_args(arguments)
        except SystemExit as stop:
            assert stop.code == 0, f"{page}: {line}"


def test_every_make_target_in_the_documentation_exists():
    for page, line in commands("make "):
        named = [word for word in shlex.split(line, comments=True)[1:] if "=" not in word]
        assert set(named) <= targets(), f"{page}: {line}"


def test_every_python_example_names_what_exists():
    for page, content in blocks("python"):
        for module, name in _names(ast.parse(content)):
            if module.split(".")[0] == "inkdigits":
                assert hasattr(importlib.import_module(module), name), f"{page}: {module}.{name}"


def _names(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Gives (module, name) for each import from a module and each ``inkdigits.name``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((node.module or "", alias.name) for alias in node.names)
        elif (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "inkdigits"
        ):
            yield "inkdigits", node.attr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_inside_the_project_leads_somewhere(page: Path):
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
        if not re.match(r"[a-z]+:", target):  # not https:, mailto:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_heading_leads_to_one(page: Path):
    text = page.read_text(encoding="utf-8")
    for file, heading in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", text):
        other = (page.parent / file).read_text(encoding="utf-8") if file else text
        titles = re.findall(r"^#+ (.+)$", other, re.M)
        anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
        assert heading in anchors, f"{file}#{heading}"


def test_the_files_that_contributing_says_to_edit_exist():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("| I want to change")[2].partition("\n\n")[0]
    files = re.findall(r"`([\w./-]+/[\w./-]*)`", table)
    assert len(files) > 8, "the table of what to edit is gone"
    assert [file for file in files if not (ROOT / file).exists()] == []


def test_the_changelog_has_this_version(pyproject: dict):
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{pyproject['project']['version']}]" in changelog


def test_the_public_names_are_documented():
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`(\w+)", "".join(line for line in page.splitlines(True) if line[0] == "|")))
    for name in inkdigits.__all__:
        value = getattr(inkdigits, name)
        if inspect.isclass(value) or inspect.isfunction(value):
            assert value.__doc__, name
        assert name in {*listed, "__version__"}, f"{name} is missing in docs/python.md"


def test_every_error_is_public_and_the_module_shows_its_public_names():
    assert set(errors.__all__) < set(inkdigits.__all__)
    assert dir(inkdigits) == sorted(inkdigits.__all__)


def test_importing_the_package_loads_no_library_and_its_names_load_when_asked_for():
    code = (
        "import sys, inkdigits; dir(inkdigits); print(*sorted(sys.modules));"
        "inkdigits.Reading, inkdigits.Status, inkdigits.SourceError; print('numpy' in sys.modules);"
        "inkdigits.Reader; print('cv2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded, answer, reader = done.stdout.splitlines()
    assert not {"numpy", "cv2", "PIL", "onnxruntime", "inkdigits.reader"} & set(loaded.split())
    assert (answer, reader) == ("False", "True")


def test_the_examples_of_the_python_page_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    for page, content in blocks("python"):
        if page == "python.md":
            exec(content, names)  # noqa: S102 - our own page
    out = capsys.readouterr().out
    assert "examples/7-barred.jpg ok 7\n" in out
    assert "champion_scenes 0123456789? 0.1\n" in out


def test_every_dependency_is_pinned_for_the_tests_and_has_a_reason(pyproject: dict):
    project = pyproject["project"]
    extras = project["optional-dependencies"]
    wanted = {
        re.split(r"[<>=;\[ ]", requirement)[0].lower()
        for requirement in [
            *project["dependencies"],
            *(needed for extra in extras.values() for needed in extra),
        ]
    } - {"inkdigits"}
    pinned = set(re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.M))
    assert wanted - pinned == set()
    reasons = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8").lower()
    assert [name for name in sorted(wanted) if name.removesuffix("-cpu") not in reasons] == []


def test_constraints_are_names_and_versions_alone():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[a-z0-9.-]+==[0-9][\w.]*", pin) for pin in pins)
    assert pins == sorted(pins)


def test_the_page_on_batches_has_the_figures_of_the_benchmark():
    """docs/batch.md tells them in a sentence; docs/scaling.md is what the benchmark wrote."""
    scaling = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in scaling.splitlines()]
    rates = {(row[0], row[1]): float(row[2]) for row in rows if len(row) == 7 and row[1] in ("1", "2")}
    (ray,) = {row[4].strip("+%") for row in rows if row[0] == "Ray, file" and len(row) == 6}
    cells, sheets = ([rates[(what, count)] for count in "12"] for what in ("50,000 cells", "2,000 sheets"))
    told = " ".join((ROOT / "docs" / "batch.md").read_text(encoding="utf-8").split())
    assert f"{cells[0]:.0f} cells a second on a machine of two cores, two {cells[1]:.0f}," in told
    assert f"{sheets[0]:.1f} and {sheets[1]:.1f}." in told
    assert f"{ray} % longer for 50,000 cells" in told
