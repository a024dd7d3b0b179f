"""batch/journal.py: nothing that was read is lost, nothing is there twice, and one run alone writes it."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Result

from inkdigits.batch.job import Job, failed
from inkdigits.batch.journal import Journal
from inkdigits.errors import ConfigError
from inkdigits.readings import Reading

needs_signals = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")

ONE = Reading("a", "ok", "1", 0.9)


def jobs(names: str) -> list[Job]:
    return [Job(name, Path(name)) for name in names]


@needs_signals
def test_kill_9_keeps_what_was_read(tmp_path: Path):
    code = (
        "import os, signal, sys; from inkdigits.batch.journal import Journal\n"
        "from inkdigits.readings import Reading\n"
        "with Journal(sys.argv[1], {}, False) as journal:\n"
        "    journal.write(Reading('a', 'ok', '1', 0.9)); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "rows.csv")], check=False)
    with Journal(str(tmp_path / "rows.csv"), {}, True) as journal:
        assert journal.has("a", 0)
        assert not journal.has("a", 1)
        assert [reading.text for reading in journal.readings(jobs("a"))] == ["1"]


_KILLED = """
import os, signal, sys
from inkdigits import __main__
from inkdigits.batch.journal import Journal

write = Journal.write

def write_and_die(self, *arguments):
    global count
    write(self, *arguments)
    count -= 1
    if not count:
        with self.path.open("ab") as file:
            file.write(b'{"source": "half')
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    count = int(sys.argv[1])
    Journal.write = write_and_die
    sys.argv[1:] = sys.argv[2:]
    __main__.run()
"""


@needs_signals
def test_after_kill_9_no_row_is_lost_and_none_is_there_twice(
    process: Callable[..., Result], save_digit: Callable[..., Path], tmp_path: Path
):
    for name in ("1.png", "2.png", "3.png", "4.png", "5.png"):
        save_digit(7, f"scans/{name}")
    (tmp_path / "scans" / "3.png").write_bytes(b"no picture")
    words = ["read", tmp_path / "scans", "--expect", "digit", "--jobs", "2", "--format", "csv", "--output"]
    assert process(*words, tmp_path / "whole.csv").code == 1
    program = tmp_path / "killed.py"
    program.write_text(_KILLED)
    for count in ("2", "1"):
        resume = ["--resume"] if (tmp_path / "rows.csv.part").exists() else []
        killed = [sys.executable, program, count, *map(str, words), str(tmp_path / "rows.csv"), *resume]
        assert subprocess.run(killed, check=False, timeout=120).returncode == -signal.SIGKILL
        assert not (tmp_path / "rows.csv").exists()
    assert process(*words, tmp_path / "rows.csv", "--resume").code == 1
    assert (tmp_path / "rows.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.is_file()) == [".csv", ".csv", ".py"]


def test_what_is_read_so_far_can_be_read_at_any_moment(tmp_path: Path):
    with Journal(str(tmp_path / "rows.csv"), {"expect": "digit"}, False) as journal:
        journal.write(ONE)
        head, *lines = journal.path.read_text().splitlines()
        assert json.loads(head) == {"inkdigits read": {"expect": "digit"}}
        assert [Reading.from_dict(json.loads(line)) for line in lines] == [ONE]


@pytest.mark.parametrize("resume", [False, True])
def test_two_runs_never_write_to_one_file(tmp_path: Path, resume: bool):
    output = str(tmp_path / "rows.csv")
    with Journal(output, {}, False) as journal:
        journal.write(ONE)
        with pytest.raises(ConfigError, match="another run is writing"):
            Journal(output, {}, resume)
        context = multiprocessing.get_context("spawn")
        other = context.Process(target=_refused, args=(output, resume))
        other.start()
        other.join()
        assert other.exitcode == 0
        journal.write(ONE, 1)
        assert list(journal.readings(jobs("aa"))) == [ONE, ONE]
    assert list(tmp_path.iterdir()) == []
    with Journal(output, {}, resume):
        pass


def _refused(output: str, resume: bool) -> None:
    try:
        Journal(output, {}, resume)
    except ConfigError:
        os._exit(0)
    os._exit(1)


def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path):
    part = tmp_path / "rows.csv.part"
    part.write_text("{}\nmy notes\n")
    with pytest.raises(ConfigError, match="nothing that a run has left"):
        Journal(str(tmp_path / "rows.csv"), {}, True)
    assert part.read_text() == "{}\nmy notes\n"


def test_of_several_of_one_name_what_failed_is_tried_again_and_the_others_stay_theirs(tmp_path: Path):
    output, broken = str(tmp_path / "rows.csv"), Reading("a", "error", error="it is broken")
    read = [Reading("a", "ok", text, 0.9) for text in "1234"]
    with pytest.raises(KeyboardInterrupt), Journal(output, {}, False) as journal:
        for turn, reading in enumerate((broken, read[1], broken)):
            journal.write(reading, turn)
        raise KeyboardInterrupt
    for _ in range(2):  # also after a run in which one fails again, and the other does not
        with pytest.raises(KeyboardInterrupt), Journal(output, {}, True) as journal:
            assert [journal.has("a", turn) for turn in range(4)] == [False, True, False, False]
            journal.write(broken)
            raise KeyboardInterrupt
    with Journal(output, {}, True) as journal:
        for turn in (0, 2, 3):
            journal.write(read[turn], turn)
        assert list(journal.readings(jobs("aaaa"))) == read


def test_failures_are_not_told_as_kept(tmp_path: Path):
    broken = Reading("a", "error", error="it is broken")
    with pytest.raises(KeyboardInterrupt), Journal(str(tmp_path / "rows.csv"), {}, False) as journal:
        journal.write(broken)
        raise KeyboardInterrupt
    assert (journal.kept, list(tmp_path.iterdir())) == (0, [])
    with pytest.raises(KeyboardInterrupt), Journal(str(tmp_path / "rows.csv"), {}, False) as journal:
        journal.write(broken)
        journal.write(replace(ONE, source="b"))
        raise KeyboardInterrupt
    assert journal.kept == 1
    with pytest.raises(ConfigError, match="holds 1 readings"):
        Journal(str(tmp_path / "rows.csv"), {}, False)


def test_what_was_read_of_what_cannot_be_opened_any_more_stays(tmp_path: Path):
    output = str(tmp_path / "rows.csv")
    read = ["b.zip/1.png", "b.zip/1.png", "b.zip/2.png", "c.pdf#1", "d.pdf#1", "e/1.png"]
    with pytest.raises(KeyboardInterrupt), Journal(output, {}, False) as journal:
        for turn, name in zip([0, 1, 0, 0, 0, 0], read, strict=True):
            journal.write(Reading(name, "ok", str(turn), 0.9), turn)
        raise KeyboardInterrupt
    again = [Job("a", Path("a")), failed("b.zip", "gone"), Job("c.pdf#1", Path("c.pdf#1"))]
    again += [failed("d.pdf", "gone"), failed("e/", "gone")]
    with Journal(output, {}, True) as journal:
        names = [job.name for job in journal.with_kept(again)]
        assert names == ["a", *read[:3], "b.zip", "c.pdf#1", "d.pdf#1", "d.pdf", "e/1.png", "e/"]
        assert journal.with_kept(again[:1]) == again[:1]
