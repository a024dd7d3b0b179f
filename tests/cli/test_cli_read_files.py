"""cli/rows.py and batch.py: formats by their endings, and nothing read is ever lost."""

from __future__ import annotations

import functools
import gzip
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import FakeReader, Result
from tqdm import tqdm

from inkdigits.cli.rows import FORMATS
from inkdigits.readings import Reading

Cli = Callable[..., Result]


@pytest.fixture
def pictures(tmp_path: Path, fake_reader: type[FakeReader]) -> Path:
    """A folder with files that the fake reader names: 1.png to 4.png."""
    (tmp_path / "scans").mkdir()
    for digit in range(1, 5):
        (tmp_path / "scans" / f"{digit}.png").touch()
    return tmp_path / "scans"


@pytest.fixture
def stops(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets the fake reader be stopped with Ctrl-C behind so many readings."""
    whole = FakeReader.read_many

    def after(count: int) -> None:
        def read_many(self: FakeReader, *args: object, **how: object) -> Iterator[Reading]:
            for place, reading in enumerate(whole(self, *args, **how)):
                if place == count:
                    raise KeyboardInterrupt
                yield reading

        monkeypatch.setattr(FakeReader, "read_many", read_many)

    return after


# ---- Formats ----


def test_a_tsv_is_a_csv_with_tabs(cli: Cli, pictures: Path, tmp_path: Path):
    cli("read", pictures, "--output", tmp_path / "rows.tsv")
    first, second, *_ = (tmp_path / "rows.tsv").read_text().splitlines()
    assert first.startswith("source\tstatus\ttext\tvalue\tconfidence\terror\t")
    assert second.split("\t")[1:3] == ["ok", "1"]


def test_a_json_is_one_array(cli: Cli, pictures: Path, tmp_path: Path):
    cli("read", pictures, "--output", tmp_path / "rows.json")
    assert [row["text"] for row in json.loads((tmp_path / "rows.json").read_text())] == list("1234")


def test_a_gz_behind_it_packs_any_text(cli: Cli, pictures: Path, tmp_path: Path):
    cli("read", pictures, "--output", tmp_path / "rows.csv.gz")
    assert gzip.decompress((tmp_path / "rows.csv.gz").read_bytes()).startswith(b"source,status,")


def test_an_ending_without_a_format_says_which_there_are(cli: Cli, pictures: Path, tmp_path: Path):
    code, out, err = cli("read", pictures, "--output", tmp_path / "rows.xls")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert all(f".{form}" in err for form in FORMATS)
    assert cli("read", pictures, "--output", tmp_path / "rows.xls", "--format", "csv").code == 0


def test_a_spreadsheet_shows_what_was_read_as_it_is(cli: Cli, pictures: Path, tmp_path: Path):
    openpyxl = pytest.importorskip("openpyxl")
    assert (
        cli("read", "=2.png", pictures / "1.png", "error.png", "--output", tmp_path / "rows.xlsx").code == 1
    )
    sheet = openpyxl.load_workbook(tmp_path / "rows.xlsx").active
    head, formula, first, failed = sheet.iter_rows()
    assert [cell.value for cell in head][:7] == [
        "source",
        "status",
        "text",
        "picture",
        "value",
        "confidence",
        "error",
    ]
    assert (formula[0].value, formula[0].data_type) == ("=2.png", "s")
    assert [cell.value for cell in first[:3]] == [str(pictures / "1.png"), "ok", "1"]
    assert (first[5].value, first[5].number_format) == (0.9876, "0.0%")
    assert (failed[1].value, failed[6].value) == ("error", "error.png: no picture")
    assert sheet.freeze_panes == "A2"


def test_a_parquet_file_has_typed_columns(cli: Cli, pictures: Path, tmp_path: Path):
    parquet = pytest.importorskip("pyarrow.parquet")
    assert cli("read", pictures, "--output", tmp_path / "rows.parquet").code == 0
    table = parquet.read_table(tmp_path / "rows.parquet").to_pydict()
    assert table["text"] == list("1234")
    assert table["confidence"] == [0.9876] * 4
    assert table["numbers"] == [[]] * 4


@pytest.mark.parametrize(("form", "library"), [("xlsx", "openpyxl"), ("parquet", "pyarrow")])
def test_a_missing_library_is_told_before_anything_is_read(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, library: str
):
    known = find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == library else known(name))
    code, _, err = cli("read", tmp_path, "--output", tmp_path / f"rows.{form}")
    assert (code, err.count("\n")) == (1, 1)
    assert "pip install 'inkdigits[tables]'" in err


def test_a_dash_is_standard_output(cli: Cli, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    assert cli("read", pictures, "--output", "-") == cli("read", pictures)
    assert not (tmp_path / "-").exists()


# ---- What is done is kept ----


def test_what_is_read_is_kept_and_resumed(
    cli: Cli, pictures: Path, tmp_path: Path, stops: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
):
    output, part = tmp_path / "rows.csv", tmp_path / "rows.csv.part"
    cli("read", pictures, "--output", output)
    whole = output.read_bytes()
    output.unlink()
    stops(2)
    code, _, err = cli("read", pictures, "--output", output)
    assert code == 130
    assert f"2 readings are kept in {part}; --resume" in err
    assert not output.exists()
    part.write_bytes(part.read_bytes() + b'{"source": "half')  # it was killed while it wrote
    stops(3)
    assert cli("read", pictures, "--output", output, "--resume").code == 0
    assert output.read_bytes() == whole
    assert not part.exists()


def test_an_earlier_run_is_not_thrown_away_in_silence(
    cli: Cli, pictures: Path, tmp_path: Path, stops: Callable[[int], None]
):
    stops(2)
    cli("read", pictures, "--output", tmp_path / "rows.csv")
    kept = (tmp_path / "rows.csv.part").read_bytes()
    for options, word in (((), "--resume"), (("--resume", "--expect", "page"), "other options")):
        code, out, err = cli("read", pictures, "--output", tmp_path / "rows.csv", *options)
        assert (code, out) == (2, "")
        assert word in err
        assert (tmp_path / "rows.csv.part").read_bytes() == kept


def test_what_failed_is_tried_again(cli: Cli, pictures: Path, tmp_path: Path, stops: Callable[[int], None]):
    stops(2)
    cli("read", "error.png", *pictures.iterdir(), "--output", tmp_path / "rows.jsonl")
    stops(9)
    assert (
        cli("read", "error.png", *pictures.iterdir(), "--output", tmp_path / "rows.jsonl", "--resume").code
        == 1
    )
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    assert [row["status"] for row in rows] == ["error", "ok", "ok", "ok", "ok"]


def test_a_run_that_read_nothing_leaves_nothing(
    cli: Cli, pictures: Path, tmp_path: Path, stops: Callable[[int], None]
):
    stops(0)
    cli("read", pictures, "--output", tmp_path / "new" / "rows.csv")
    assert list((tmp_path / "new").iterdir()) == []


def test_what_comes_on_standard_input_is_not_resumed(
    process: Callable[..., Result], pictures: Path, tmp_path: Path
):
    picture = next(pictures.glob("*.png")).read_bytes()
    code, _, err = process("read", "-", "--output", tmp_path / "rows.csv", "--resume", stdin=picture)
    assert code == 2
    assert "--resume knows pictures by their names" in err


def test_resume_needs_a_file(cli: Cli, pictures: Path):
    code, _, err = cli("read", pictures, "--resume")
    assert code == 2
    assert "--output FILE" in err


def test_progress_is_for_terminals(cli: Cli, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert cli("read", pictures, "--output", tmp_path / "rows.csv").err == ""
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    (pictures / "0unsure").mkdir()
    (pictures / "0unsure" / "unsure7.png").touch()
    err = cli("read", "error.png", pictures, "--output", tmp_path / "rows.csv").err
    shown = re.sub(r"\x1b\[\w", "", err).split("\r")  # as one line after the other
    assert "0 of 6 read" in shown[1]
    assert shown[-1] == ""  # nothing is left of it
    monkeypatch.setattr("tqdm.std.tqdm.__init__", functools.partialmethod(tqdm.__init__, mininterval=0.0))
    err = cli("read", "error.png", pictures, "--output", tmp_path / "rows.csv").err
    assert re.search(r"6 of 6 read, 1 unsure, 1 failed, +[\d.]+k? pictures/s, 00:00 left", err)
    failed = next(line for line in err.splitlines() if "error.png" in line)
    assert failed.startswith("inkdigits: ")


# ---- Processes ----


def test_jobs_and_timeout_go_to_the_reader(cli: Cli, pictures: Path):
    for options, told in (
        ((), (1, None)),
        (("--jobs", "3", "--timeout", "2.5"), (3, 2.5)),
        (("--jobs", "auto"), (0, None)),
    ):
        assert cli("read", pictures, *options).code == 0
        assert FakeReader.workers == told


def test_workers_give_the_rows_that_one_process_gives(
    cli: Cli, save_digit: Callable[..., Path], tmp_path: Path
):
    for name in ("scans/b.png", "scans/a.png", "scans/sub/a.png"):
        save_digit(7, name)
    (tmp_path / "scans" / "broken.png").write_bytes(b"no picture")
    words = ("read", tmp_path / "scans", "missing.png", "--expect", "digit", "--format", "jsonl")
    alone = cli(*words, "--annotate", tmp_path / "one")
    assert cli(*words, "--jobs", 2, "--timeout", 60, "--annotate", tmp_path / "two") == alone
    drawn = [
        {
            str(path.relative_to(tmp_path / folder)): path.read_bytes()
            for path in (tmp_path / folder).rglob("*.png")
        }
        for folder in ("one", "two")
    ]
    assert drawn[0] == drawn[1] != {}


# ---- Files that are there ----


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such links and permissions")
def test_a_link_s_target_is_replaced_and_keeps_its_mode(cli: Cli, pictures: Path, tmp_path: Path):
    target, link = tmp_path / "kept" / "rows.csv", tmp_path / "rows.csv"
    target.parent.mkdir()
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    assert cli("read", pictures, "--output", link).code == 0
    assert link.is_symlink()
    assert target.read_text().startswith("source,")
    assert target.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_read_only_file_is_refused_before_anything_is_read(cli: Cli, pictures: Path, tmp_path: Path):
    output = tmp_path / "rows.csv"
    output.write_text("old")
    output.chmod(0o444)
    code, _, err = cli("read", pictures, "--output", output)
    assert (code, err.count("\n")) == (1, 1)
    assert "read-only" in err
    assert output.read_text() == "old"


def test_a_file_in_the_place_of_a_folder_is_told(cli: Cli, pictures: Path, tmp_path: Path):
    (tmp_path / "file").write_text("kept")
    code, _, err = cli("read", pictures, "--output", tmp_path / "file" / "rows.csv")
    assert code == 1
    assert "expected a folder" in err
    assert "space" not in err


# ---- What is to be read ----


def test_a_list_of_files_is_read(cli: Cli, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    paths = [str(pictures / name) for name in ("3.png", "1.png")]
    for number, content in enumerate(("\n".join(paths) + "\n", "\r\n".join(paths), "\0".join(paths) + "\0")):
        (tmp_path / f"list{number}").write_text(content, newline="")
        rows = cli("read", "--from", tmp_path / f"list{number}").out
        assert [line.split()[1] for line in rows.splitlines()] == ["3", "1"]
        for options in (("--from", "-"), ("-",)):
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content.encode())))
            assert cli("read", *options).out == rows


def test_a_list_on_standard_input_may_begin_with_a_page(
    cli: Cli, pictures: Path, monkeypatch: pytest.MonkeyPatch
):
    content = f"{pictures / '3.png'}#2\n{pictures / '1.png'}\n".encode()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert len(cli("read", "-").out.splitlines()) == 2


def test_a_dash_in_a_list_is_a_file_of_that_name(cli: Cli, pictures: Path, monkeypatch: pytest.MonkeyPatch):
    content = f"{pictures / '3.png'}\n-\n-\n".encode()
    for options in (("--from", "-"), ("-",)):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        rows = cli("read", *options).out.splitlines()
        assert [row.split()[0] for row in rows] == [str(pictures / "3.png"), "./-", "./-"]


def test_a_list_that_is_not_there_is_one_line(cli: Cli, pictures: Path, tmp_path: Path):
    code, _, err = cli("read", "--from", tmp_path / "none")
    assert (code, err.count("\n")) == (2, 1)
    assert "cannot read the list" in err


def test_a_pattern_in_quotes_is_filled_in(cli: Cli, pictures: Path):
    out = cli("read", f"{pictures}/[13].png").out
    assert [line.split()[1] for line in out.splitlines()] == ["1", "3"]


def test_an_empty_path_is_an_error_row(cli: Cli, pictures: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(pictures)
    code, out, err = cli("read", "", "1.png")
    assert code == 1
    assert [line.split()[-1] for line in out.splitlines()] == ["error", "%"]
    assert "empty" in err


def test_nothing_to_read_is_wrong_usage(cli: Cli, fake_reader: type[FakeReader]):
    code, _, err = cli("read")
    assert code == 2
    assert "nothing to read" in err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("-dash.jpg",), "./ before it"),
        (("a.png", "--threads", "1000"), "at most 256"),
        (("a.png", "--annotate", ""), "names no folder"),
        (("a.png", "--jobs", "1000"), "at most 256"),
        (("a.png", "--jobs", "-1"), "at least 1"),
        (("a.png", "--timeout", "0"), "above 0"),
        (("a.png", "--output", ""), "expected a file name"),
    ],
)
def test_odd_arguments_are_one_line_that_says_what_to_do(
    cli: Cli, fake_reader: type[FakeReader], arguments: tuple[str, ...], word: str
):
    code, out, err = cli("read", *arguments)
    assert code in (1, 2)
    assert (out, err.count("\n")) == ("", 1)
    assert word in err


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_standard_streams_spoil_nothing(save_digit: Callable[..., Path], tmp_path: Path, closed: str):
    seven = save_digit(7, "seven.png")
    command = f'"{sys.executable}" -m inkdigits read "{seven}" missing.png --output rows.csv {closed}'
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    rows = (tmp_path / "rows.csv").read_text().splitlines()
    assert [row.split(",")[1] for row in rows] == ["status", "ok", "error"]
    assert done.stdout == ""
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.csv", "seven.png"]


# ---- Annotated pictures ----


def test_annotated_pictures_keep_their_subfolders(cli: Cli, save_digit: Callable[..., Path], tmp_path: Path):
    for name in ("scans/a.png", "scans/one/a.png", "scans/two/a.jpg"):
        save_digit(7, name)
    out = tmp_path / "out"
    assert cli("read", tmp_path / "scans", "--expect", "digit", "--annotate", out).code == 0
    found = sorted(str(path.relative_to(out)) for path in out.rglob("*.png"))
    assert found == ["a.png", "one/a.png", "two/a.png"]


# ---- Archives and addresses ----


def test_an_archive_is_read_by_workers_and_drawn(cli: Cli, save_digit: Callable[..., Path], tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "cells.zip", "w") as archive:
        for name in ("a/7.png", "b/7.png", "b/../7.png"):
            archive.writestr(name, save_digit(7, "7.png").read_bytes())
    words = (
        "read",
        tmp_path / "*.zip",
        "--expect",
        "digit",
        "--format",
        "jsonl",
        "--annotate",
        tmp_path / "out",
    )
    code, out, err = cli(*words, "--jobs", "2")
    assert (code, out, err) == cli(*words)
    assert code == 1
    assert [json.loads(line)["status"] for line in out.splitlines()] == ["ok", "ok", "error"]
    found = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.png"))
    assert found == ["a/7.png", "b/7.png"]


def test_an_address_without_its_library_names_the_extra(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    code, _, err = cli("read", "https://example.org/7.png")
    assert code == 1
    assert "pip install 'inkdigits[remote]'" in err
