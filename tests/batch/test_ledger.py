"""batch/ledger.py: a file was read with all its rows, or not at all, wherever a kill comes."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from inkdigits.batch.inbox import Dropped
from inkdigits.batch.ledger import Ledger
from inkdigits.errors import ConfigError, OutputError
from inkdigits.readings import Reading

MODEL = "digit=ab12cd34"
DAY = datetime.fromisoformat("2026-11-27T23:59:58+01:00")
LATER = DAY + timedelta(seconds=5)
ONE, TWO = Dropped("a.png", 10, 1), Dropped('sub/", "readings": [\n\udce9.png', 20, 2)
OK = [Reading("in/a.png#1", "ok", "1", 0.9), Reading("in/a.png#2", "unsure", "2", float("nan"))]
BAD = [Reading("in/b.png", "error", error="no picture")]


def ledger(folder: Path) -> Ledger:
    return Ledger(folder / "out", folder / "in")


def texts(opened: Ledger, day: str = "2026-11-27") -> list[tuple[str, str]]:
    return [(reading.source, reading.text) for reading, _ in opened.rows(day)]


def test_what_is_kept_is_there_after_a_restart(tmp_path: Path):
    with ledger(tmp_path) as opened:
        opened.keep(ONE, OK, MODEL, DAY)
        opened.keep(TWO, BAD, MODEL, LATER)
    with ledger(tmp_path) as opened:
        assert opened.has(ONE)
        assert opened.has(TWO)
        assert not opened.has(ONE._replace(size=11))
        assert (opened.has_failed(ONE), opened.has_failed(TWO)) == (False, True)
        assert texts(opened) == [("in/a.png#1", "1"), ("in/a.png#2", "2")]
        assert [(reading.error, model) for reading, model in opened.rows("2026-11-28")] == [
            ("no picture", MODEL)
        ]
        assert [kept.what for kept in opened.failed()] == [TWO]


def test_wherever_it_is_cut_a_file_was_read_as_a_whole_or_not(tmp_path: Path):
    with ledger(tmp_path) as opened:
        head = opened.path.stat().st_size
        opened.keep(ONE, OK, MODEL, DAY)
        first = opened.path.stat().st_size
        opened.keep(TWO, OK, MODEL, DAY)
    content = opened.path.read_bytes()
    for cut in range(len(content) + 1):
        opened.path.write_bytes(content[:cut])
        with ledger(tmp_path) as again:
            assert (again.has(ONE), again.has(TWO)) == (cut >= first, cut == len(content))
            again.keep(TWO, OK, MODEL, DAY) if not again.has(TWO) else None
            assert len(texts(again)) == (4 if cut >= first else 2)
    assert head > 0


def test_a_failure_counts_until_the_file_is_read_again_and_its_old_table_is_made_anew(tmp_path: Path):
    with ledger(tmp_path) as opened:
        opened.keep(ONE, BAD, MODEL, DAY)
        opened.stale.clear()
        opened.forget_failed()
        assert not opened.has(ONE)
        opened.keep(ONE, OK, MODEL, LATER)
        assert opened.stale == {"2026-11-27", "2026-11-28"}
        assert (texts(opened), opened.failed()) == ([], [])
    with ledger(tmp_path) as opened:  # also if it was killed before the tables were made
        assert opened.stale == {"2026-11-27", "2026-11-28"}


def test_a_name_that_comes_again_is_another_file_and_both_rows_stay(tmp_path: Path):
    with ledger(tmp_path) as opened:
        opened.keep(ONE, OK[:1], MODEL, DAY)
        opened.keep(ONE._replace(changed=5), OK[:1], MODEL, DAY)
        assert len(texts(opened)) == 2


def test_only_the_last_day_can_be_stale_after_a_restart(tmp_path: Path):
    with ledger(tmp_path) as opened:
        opened.keep(ONE, OK, MODEL, DAY)
        opened.keep(TWO, OK, MODEL, LATER)
    with ledger(tmp_path) as opened:
        assert opened.stale == {"2026-11-28"}


def test_a_second_watch_another_inbox_and_what_is_no_journal_are_refused(tmp_path: Path):
    with ledger(tmp_path) as opened, pytest.raises(ConfigError, match="another watch is writing"):
        ledger(tmp_path)
    with pytest.raises(ConfigError, match="is of another inbox"):
        Ledger(tmp_path / "out", tmp_path / "other")
    opened.path.write_text("my notes\n")
    with pytest.raises(ConfigError, match="is of another inbox"):
        ledger(tmp_path)
    opened.path.write_text("notes")
    with pytest.raises(ConfigError, match="no journal"):
        ledger(tmp_path)
    assert opened.path.read_text() == "notes"


def test_a_damaged_line_in_the_middle_is_told_and_left_as_it_is(tmp_path: Path):
    with ledger(tmp_path) as opened:
        opened.keep(ONE, OK, MODEL, DAY)
        opened.keep(TWO, OK, MODEL, DAY)
    content = opened.path.read_bytes().replace(b'{"file": "a.png"', b'XXXXX: "a.png"')
    opened.path.write_bytes(content)
    with pytest.raises(ConfigError, match="is damaged at byte"):
        ledger(tmp_path)
    assert opened.path.read_bytes() == content


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
def test_a_full_disk_is_told_and_what_was_kept_is_whole(tmp_path: Path):
    code = (
        "import resource, sys; sys.path[:0] = sys.argv[2:]\n"
        "from pathlib import Path\n"
        "from batch.test_ledger import *\n"
        "opened = ledger(Path(sys.argv[1])); opened.keep(ONE, OK, MODEL, DAY)\n"
        "size = opened.path.stat().st_size + 100\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))\n"
        "try: opened.keep(TWO, OK, MODEL, DAY)\n"
        "except OutputError as error: print(error)\n"
        "assert not opened.has(TWO)\n"
        "assert len(texts(opened)) == 2\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), *sys.path], capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(
        f"cannot write {tmp_path / 'out' / 'journal.jsonl'}: File too large; free some"
    )
    with ledger(tmp_path) as opened:
        assert (opened.has(ONE), opened.has(TWO)) == (True, False)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(OutputError, match="cannot write"):
        ledger(tmp_path)
