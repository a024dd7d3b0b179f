"""inkdigits watch: each file once, over restarts, signals and kills; the clock is the test's."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from conftest import FakeReader, Result, draw_digit
from PIL import Image

from inkdigits.cli import watch
from inkdigits.output.schema import columns_of

Cli = Callable[..., Result]
needs_signals = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


class Clock:
    """In the place of the time: a pause takes none, and does what the test has for it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.script: list[Callable[[], object]] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.script:
            self.script.pop(0)()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, fake_reader: type[FakeReader]) -> Clock:
    del fake_reader
    made = Clock()
    monkeypatch.setattr(watch, "time", SimpleNamespace(monotonic=made.monotonic, sleep=made.sleep))
    return made


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    for name in ("1.png", "unsure-2.png", "sub/3.png", "error.png"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(draw_digit(7)).save(folder / name)
    return folder


def table(folder: Path, name: str = "2*") -> list[dict[str, str]]:
    """Returns the rows of all days, or those that failed."""
    rows: list[dict[str, str]] = []
    for path in sorted(folder.glob(f"{name}.csv")):
        with path.open(newline="", encoding="utf-8") as lines:
            rows += csv.DictReader(lines)
    return rows


def told(folder: Path, name: str = "2*") -> list[tuple[str, str]]:
    return sorted((Path(row["source"]).name, row["status"]) for row in table(folder, name))


ALL = [("1.png", "ok"), ("3.png", "ok"), ("error.png", "error"), ("unsure-2.png", "unsure")]


def test_each_file_is_read_once_over_restarts(cli: Cli, clock: Clock, inbox: Path, tmp_path: Path):
    out = tmp_path / "out"
    code, shown, err = cli("watch", inbox, "--output", out, "--once")
    assert (code, told(out), told(out, "failed")) == (1, ALL, [("error.png", "error")])
    assert tuple(table(out)[0]) == columns_of("source")
    assert {row["model"] for row in table(out)} == {"digit=fake"}
    assert len(shown.splitlines()) == 4
    assert err.splitlines()[1:] == [f"inkdigits: {inbox / 'error.png'}: no picture"]
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert cli("watch", inbox, "--output", out, "--once").out == ""
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    Image.fromarray(draw_digit(4)).save(inbox / "4.png")
    assert cli("watch", inbox, "--output", out, "--once").code == 0
    assert told(out) == sorted([*ALL, ("4.png", "ok")])
    assert sorted(path.name for path in inbox.rglob("*.png")) == sorted(
        ["1.png", "unsure-2.png", "3.png", "error.png", "4.png"]
    )  # originals stay


def test_a_half_written_file_is_waited_for(cli: Cli, clock: Clock, tmp_path: Path):
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    file = inbox / "1.png"
    file.write_bytes(b"part")

    def grows() -> None:
        with file.open("ab") as more:
            more.write(b" and more")
        assert not list(out.glob("2*.csv"))  # not read yet

    clock.script = [grows] * 6
    assert cli("watch", inbox, "--output", out, "--once", "--settle", "5", "--every", "2").code == 0
    assert told(out) == [("1.png", "ok")]
    assert clock.now == 6 * 2 + 6  # the first look that is 5 seconds behind the last change
    with (out / "journal.jsonl").open() as lines:
        assert json.loads(lines.readlines()[1])["size"] == file.stat().st_size


def test_what_changes_while_it_is_read_is_read_again(
    cli: Cli, clock: Clock, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    read_many, grown = FakeReader.read_many, [b"more"]

    def read_and_grow(self: FakeReader, *arguments: object, **more: object) -> Iterator[object]:
        for reading in read_many(self, *arguments, **more):
            if reading.source == str(inbox / "1.png") and grown:
                with (inbox / "1.png").open("ab") as file:
                    file.write(grown.pop())
            yield reading

    monkeypatch.setattr(FakeReader, "read_many", read_and_grow)
    cli("watch", inbox, "--output", tmp_path / "out", "--once")
    assert told(tmp_path / "out") == ALL  # the first reading of it is nowhere
    assert not grown


def test_what_failed_is_listed_and_tried_again_when_asked_or_when_it_changes(
    cli: Cli, clock: Clock, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    out = tmp_path / "out"
    cli("watch", inbox, "--output", out, "--once")
    assert cli("watch", inbox, "--output", out, "--once").code == 0  # nothing new
    assert cli("watch", inbox, "--output", out, "--once", "--retry").code == 1
    assert told(out) == ALL  # and not there twice

    def read_many(self: FakeReader, sources: list[Path], *_: object, **__: object) -> Iterator[object]:
        yield from (watch_reading(str(source)) for source in sources)

    from inkdigits.readings import Reading

    def watch_reading(source: str) -> Reading:
        return Reading(source, "ok", "9", 0.9)

    monkeypatch.setattr(FakeReader, "read_many", read_many)
    assert cli("watch", inbox, "--output", out, "--once", "--retry").code == 0
    assert dict(told(out))["error.png"] == "ok"
    assert (len(table(out)), told(out, "failed")) == (4, [])


def test_originals_are_moved_when_asked_also_those_of_before(
    cli: Cli, clock: Clock, inbox: Path, tmp_path: Path
):
    out = tmp_path / "out"
    cli("watch", inbox, "--output", out, "--once")
    Image.fromarray(draw_digit(4)).save(inbox / "4.png")
    cli("watch", inbox, "--output", out, "--once", "--move")
    assert list(inbox.rglob("*.png")) == []
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*.png")) == [
        *("done/1.png", "done/4.png", "done/sub/3.png", "done/unsure-2.png", "failed/error.png"),
    ]
    Image.fromarray(draw_digit(1, 80)).save(inbox / "4.png")  # a scanner that begins anew with its names
    cli("watch", inbox, "--output", out, "--once", "--move")
    assert len(table(out)) == 6
    assert (out / "done" / "4-2.png").exists()


def test_an_inbox_that_goes_and_comes_back_is_waited_for(cli: Cli, clock: Clock, inbox: Path, tmp_path: Path):
    away = tmp_path / "away"

    def stop() -> None:
        raise KeyboardInterrupt

    clock.script = [
        *(lambda: inbox.rename(away), lambda: None, lambda: away.rename(inbox)),
        *(lambda: None, lambda: None, lambda: None, stop),
    ]
    code, _, err = cli("watch", inbox, "--output", tmp_path / "out")
    assert code == 0
    assert told(tmp_path / "out") == ALL
    assert err.count("cannot list the folder") == 1
    assert err.splitlines()[-1] == "inkdigits: ended; 4 files read since the start"


@pytest.mark.parametrize("form", ["jsonl", "xlsx", "parquet", "tsv", "json", "text"])
def test_tables_come_in_every_format(cli: Cli, clock: Clock, inbox: Path, tmp_path: Path, form: str):
    if form in ("xlsx", "parquet"):
        pytest.importorskip({"xlsx": "openpyxl", "parquet": "pyarrow"}[form])
    out = tmp_path / "out"
    cli("watch", inbox, "--output", out, "--once", "--format", form)
    (day,) = out.glob("2*")
    if form != "text":
        from inkdigits.output.records import load_records

        assert sorted(one.status for one in load_records(day)) == ["error", "ok", "ok", "unsure"]
    assert day.suffix == {"text": ".txt"}.get(form, f".{form}")


def test_reading_options_reach_the_reader(cli: Cli, clock: Clock, inbox: Path, tmp_path: Path):
    words = [
        "--expect",
        "number",
        "--allowed",
        "0-9",
        "--pattern",
        r"\d+",
        "--max-error",
        "0.01",
        "--jobs",
        "2",
    ]
    cli("watch", inbox, "--output", tmp_path / "out", "--once", *words)
    assert FakeReader.told == ("0-9", r"\d+")
    assert FakeReader.made_with[2] == 0.01
    assert FakeReader.workers == (2, 300.0)


def test_forms_are_a_column_a_field(cli: Cli, root: Path, tmp_path: Path):
    pytest.importorskip("interegular")
    pytest.importorskip("stdnum")
    forms, out = root / "example_forms", tmp_path / "out"
    words = ["--once", "--settle", "0.1", "--every", "0.1", "--template", forms / "meter.toml"]
    cli("watch", forms / "filled", "--output", out, *words)
    (first, *_) = table(out)
    assert {"source", "status", "page", "model", "reasons"} < set(first)
    assert len(table(out)) == len(list((forms / "filled").iterdir()))


@pytest.fixture
def in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["missing", "--output", "out"], "is no folder"),
        (["inbox", "--output", "inbox/out"], "lie in each other"),
        (["inbox/sub", "--output", "inbox"], "lie in each other"),
        (["inbox", "--output", "inbox"], "lie in each other"),
        (["inbox", "--output", ""], "names no folder"),
        (["inbox", "--output", "inbox/1.png"], "is a file"),
        (["inbox", "--output", "out", "--template", "a.toml", "--per", "row"], "leave out --per"),
        (["inbox", "--output", "out", "--roster", "a.csv"], "expected --template"),
        (["inbox", "--output", "out", "--settle", "0"], "seconds above 0"),
        (["inbox"], "--output"),
    ],
)
@pytest.mark.usefixtures("inbox", "in_folder")
def test_wrong_usage_is_one_line(cli: Cli, arguments: list[str], says: str):
    code, out, err = cli("watch", *arguments)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert says in err


# ---- In a process of its own ----

WORDS = ("--expect", "digit", "--settle", "0.2", "--every", "0.1")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_its_tables_written(
    ctrl_c: None, inbox: Path, tmp_path: Path, number: signal.Signals
):
    out = tmp_path / "out"
    (inbox / "error.png").write_bytes(b"no picture")
    process = subprocess.Popen(
        [sys.executable, "-m", "inkdigits", "watch", str(inbox), "--output", str(out), *WORDS],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for _ in range(4):
        assert process.stdout.readline()  # in the journal by now
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert sorted(dict(told(out))) == sorted(dict(ALL))
    assert err.splitlines()[-1] == "inkdigits: ended; 4 files read since the start"
    assert "Traceback" not in err


_KILLED = """
import os, signal, sys
from inkdigits import __main__
from inkdigits.batch import ledger, moved
from inkdigits.cli import watch_tables

def dying(owner, name, before):
    call = getattr(owner, name)
    def replaced(*arguments):
        global count
        count -= 1
        if not count and before:
            os.kill(os.getpid(), signal.SIGKILL)
        told = call(*arguments)
        if not count:
            os.kill(os.getpid(), signal.SIGKILL)
        return told
    setattr(owner, name, replaced)

if __name__ == "__main__":
    place, when, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    owner, name = {
        "keep": (ledger.Ledger, "keep"),
        "sync": (os, "fsync"),
        "move": (moved, "move_into"),
        "table": (watch_tables.DayTables, "_write"),
    }[place]
    dying(owner, name, when == "before")
    sys.argv[1:] = sys.argv[4:]
    __main__.run()
"""


@needs_signals
def test_after_kill_9_anywhere_no_row_is_lost_and_none_is_there_twice(inbox: Path, tmp_path: Path):
    out, program = tmp_path / "out", tmp_path / "killed.py"
    (inbox / "error.png").write_bytes(b"no picture")
    program.write_text(_KILLED)
    words = ["watch", str(inbox), "--output", str(out), "--once", "--move", *WORDS]
    killed = 0
    points = [
        *(("keep", "before", 1), ("sync", "before", 1), ("move", "before", 1), ("table", "before", 1)),
        *(("move", "after", 2), ("table", "after", 1), ("keep", "after", 1)),
    ]
    for place, when, count in points:
        Image.fromarray(draw_digit(7)).save(inbox / f"{len(list(out.rglob('*.png')))}-{place}-{when}.png")
        done = subprocess.run(
            [sys.executable, str(program), place, when, str(count), *words],
            check=False,
            capture_output=True,
            timeout=120,
        )
        killed += done.returncode == -signal.SIGKILL
        if place == "keep" and when == "before":  # and half a line, as a disk may keep it
            with (out / "journal.jsonl").open("ab") as file:
                file.write(b'{"file": "half')
    assert killed == len(points)
    last = subprocess.run(
        [sys.executable, "-m", "inkdigits", *words], check=False, capture_output=True, timeout=120
    )
    assert last.returncode in (0, 1), last.stderr
    assert list(inbox.rglob("*.png")) == []
    sources = [row["source"] for row in table(out)]
    assert len(sources) == len(set(sources)) == 4 + len(points)
    assert len(list((out / "done").rglob("*.png"))) == 3 + len(points)
    assert [path.name for path in (out / "failed").iterdir()] == ["error.png"]
    assert [name for name, _ in told(out, "failed")] == ["error.png"]


def test_a_second_watch_of_the_same_output_is_refused(cli: Cli, clock: Clock, inbox: Path, tmp_path: Path):
    from inkdigits.batch.ledger import Ledger

    with Ledger(tmp_path / "out", inbox):
        code, _, err = cli("watch", inbox, "--output", tmp_path / "out", "--once")
    assert (code, err.count("\n")) == (2, 1)
    assert "another watch is writing" in err


@needs_signals
def test_a_picture_that_costs_its_process_its_life_is_a_row(inbox: Path, tmp_path: Path):
    """As the system ends one that takes all memory."""
    program = tmp_path / "dies.py"
    program.write_text(
        "import os, signal, sys\n"
        "from inkdigits import __main__, reader\n"
        "class Dying(reader.Reader):\n"
        "    def read(self, source, *arguments, **more):\n"
        "        if getattr(source, 'shape', ())[:1] == (91,):\n"
        "            os.kill(os.getpid(), signal.SIGKILL)\n"
        "        return super().read(source, *arguments, **more)\n"
        "reader.Reader = Dying\n"
        "if __name__ == '__main__': __main__.run()\n"
    )
    Image.fromarray(draw_digit(7, 91)).save(inbox / "0-deadly.png")
    words = ["watch", str(inbox), "--output", str(tmp_path / "out"), "--once", *WORDS]
    done = subprocess.run(
        [sys.executable, str(program), *words], check=False, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1, done.stderr
    assert len(table(tmp_path / "out")) == 5
    (row,) = table(tmp_path / "out", "failed")
    assert row["source"] == str(inbox / "0-deadly.png")
    assert "ended the process that read it (signal 9)" in row["error"]


def test_names_that_are_no_utf_8_and_have_line_ends_are_one_row_each(cli: Cli, clock: Clock, tmp_path: Path):
    inbox, out = tmp_path / "inbox", tmp_path / "out"
    inbox.mkdir()
    names = [b"a\nb1.png", b"caf\xe9-2.png", b"[x]3.png", b"-4.png"]
    with contextlib.suppress(OSError):  # some file systems take no such name
        for name in names:
            (inbox / os.fsdecode(name)).write_bytes(b"x")
    there = len(list(inbox.iterdir()))
    cli("watch", inbox, "--output", out, "--once")
    cli("watch", inbox, "--output", out, "--once")
    assert len(table(out)) == there
    assert there >= 2
    assert there == 4 or sys.platform in ("darwin", "win32")
    assert {row["status"] for row in table(out)} == {"ok"}
