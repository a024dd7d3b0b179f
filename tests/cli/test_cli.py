"""cli/__init__.py: one parser for all commands, and what every failure looks like."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import IO

import pytest
from conftest import FakeReader, Result

from inkdigits.cli import COMMANDS, build_parser, read
from inkdigits.errors import BundleError, ConfigError
from inkdigits.recognition.bundle import SHIPPED_DIGIT, SHIPPED_NUMBER

Cli = Callable[..., Result]


def parsers() -> dict[str, argparse.ArgumentParser]:
    """Returns the parser of each command by its name."""
    for action in build_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    pytest.fail("there are no commands")


def failing_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def run(args: argparse.Namespace) -> int:
        raise error

    monkeypatch.setattr(read, "run", run)


def test_help_names_every_command(cli: Cli):
    result = cli("--help")
    assert result.code == 0
    listed = [line.split()[0] for line in result.out.splitlines() if line.startswith("    ") and line.strip()]
    assert [name for name in listed if name in COMMANDS] == list(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(cli: Cli, command: str):
    result = cli(command, "--help")
    assert result.code == 0
    assert f"inkdigits {command}" in result.out.split("\n\n", 1)[1], "no example of a call"


def test_no_command_prints_the_help_and_is_wrong_usage(cli: Cli):
    code, out, err = cli()
    assert (code, out) == (2, "")
    assert err.startswith("usage: inkdigits")


def test_version_is_the_one_that_is_installed(cli: Cli):
    assert cli("--version") == (0, f"inkdigits {version('inkdigits')}\n", "")


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["reed", "a.png"], "'reed'"),
        (["read"], "PATH"),
        (["read", "--expct", "digit", "a.png"], "--expct"),
        (["read", "--expect", "letter", "a.png"], "'letter'"),
        (["read", "--threads", "0", "a.png"], "'0'"),
        (["read", "--threads", "two", "a.png"], "'two'"),
        (["read", "--max-error", "1.5", "a.png"], "'1.5'"),
        (["read", "--max-error", "nan", "a.png"], "'nan'"),
        (["read", "--form", "csv", "a.png"], "--form"),  # an abbreviation
        (["read", "--expect", "bad\nname", "a.png"], "bad"),
    ],
)
def test_wrong_usage_is_one_line_that_names_what_is_wrong(cli: Cli, arguments: list[str], names: str):
    code, out, err = cli(*arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert names in err
    assert "--help" in err


@pytest.mark.parametrize(
    ("error", "code"),
    [(BundleError("the bundle is\nbroken"), 1), (ConfigError("unknown key"), 2), (KeyboardInterrupt(), 130)],
)
def test_a_failure_is_one_line_and_an_exit_code(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int
):
    failing_with(monkeypatch, error)
    result = cli("read", "a.png")
    assert result.code == code
    assert result.err.startswith("inkdigits: ")
    assert result.err.count("\n") == 1
    assert "Traceback" not in result.err


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process that is sent Ctrl-C so")
@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_that_a_library_tells_as_an_error_of_its_own_is_told_as_ctrl_c(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
):
    def run(args: argparse.Namespace) -> int:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as error:
            raise ImportError("the library cannot be loaded") from error
        return 0

    monkeypatch.setattr(read, "run", run)
    assert cli("read", "a.png") == (130, "", "inkdigits: stopped by Ctrl-C\n")


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a process that is sent SIGTERM so")
@pytest.mark.usefixtures("ctrl_c")
def test_sigterm_is_one_line_and_its_own_exit_code(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    def run(args: argparse.Namespace) -> int:
        signal.raise_signal(signal.SIGTERM)
        return 0

    monkeypatch.setattr(read, "run", run)
    assert cli("read", "a.png") == (143, "", "inkdigits: stopped by SIGTERM\n")


def test_a_mistake_of_the_program_asks_for_a_report(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    failing_with(monkeypatch, ZeroDivisionError("division by zero"))
    result = cli("read", "a.png")
    assert result.code == 1
    assert "ZeroDivisionError: division by zero" in result.err
    assert "--debug" in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [["--debug", "read", "a.png"], ["read", "a.png", "--debug"]])
def test_debug_adds_the_traceback_wherever_it_stands(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
):
    failing_with(monkeypatch, BundleError("the bundle is broken"))
    result = cli(*arguments)
    assert result.code == 1
    assert "Traceback" in result.err
    assert result.err.endswith("inkdigits: the bundle is broken\n")


def test_an_option_is_the_same_in_every_command():
    seen: dict[str, tuple[object, ...]] = {}
    for command, parser in parsers().items():
        for action in parser._actions:
            for option in action.option_strings:
                kind = (action.dest, type(action), action.nargs)
                assert seen.setdefault(option, kind) == kind, f"{option} of {command} differs"


def test_every_option_of_every_command_has_a_help_text():
    for command, parser in parsers().items():
        for action in parser._actions:
            assert action.help, f"{action.dest} of {command} has no help text"


def loaded_after(code: str) -> set[str]:
    """Returns the modules that a fresh process has loaded after ``code``."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


def test_parsing_loads_no_library():
    loaded = loaded_after("from inkdigits.cli import build_parser; build_parser()")
    assert {f"inkdigits.cli.{command}" for command in COMMANDS} <= loaded
    assert not loaded & {"numpy", "cv2", "PIL", "onnxruntime", "keras", "inkdigits.reader"}


def test_a_command_does_not_load_the_others():
    loaded = loaded_after("from inkdigits.cli import main; main(['read', '--help'])")
    assert {name for name in COMMANDS if f"inkdigits.cli.{name}" in loaded} == {"read"}


def run_into(stdout: IO[str] | int, *arguments: str, unbuffered: str = "") -> tuple[int, str]:
    """Runs a process whose standard output is ``stdout``; gives its exit code and standard error."""
    done = subprocess.run(
        [sys.executable, "-m", "inkdigits", *arguments],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": unbuffered},
        check=False,
    )
    return done.returncode, done.stderr


# Unbuffered output fails at the print, buffered output when the process ends.
@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_standard_output_on_a_full_disk_is_one_line_and_a_failure(unbuffered: str):
    with Path("/dev/full").open("w") as full:
        code, err = run_into(full, "--version", unbuffered=unbuffered)
    assert code == 1
    assert err.startswith("inkdigits: cannot ")
    assert "No space left on device" in err
    assert err.count("\n") == 1


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.skipif(os.name == "nt", reason="Windows closes pipes differently")
def test_a_pipe_closed_by_its_reader_is_no_reason_to_complain(unbuffered: str):
    reading, writing = os.pipe()
    os.close(reading)
    code, err = run_into(writing, "--version", unbuffered=unbuffered)
    os.close(writing)
    assert (code, err) == (141, "")


def test_the_options_of_read_reach_the_reader(cli: Cli, fake_reader: type[FakeReader], tmp_path: Path):
    mine = str(SHIPPED_DIGIT)
    cli("read", tmp_path / "1.png", "--model", mine, "--max-error", "0.01", "--threads", "2")
    assert fake_reader.made_with == (mine, None, 0.01, 2)


def test_a_model_s_folder_says_itself_what_it_reads(cli: Cli, fake_reader: type[FakeReader], tmp_path: Path):
    mine = str(SHIPPED_NUMBER)
    cli("read", tmp_path / "1.png", "--model", mine)
    assert fake_reader.made_with[:2] == (None, mine)
    done = cli("read", tmp_path / "1.png", "--model", mine, "--model", mine)
    assert (done.code, done.out) == (2, "")
    assert "the second number model" in done.err
