"""cli/read.py: paths in, rows out, and nothing lost on the way."""

from __future__ import annotations

import csv
import inspect
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import FakeReader, Result

from inkdigits.batch.annotated import picture_paths
from inkdigits.output import annotate
from inkdigits.picture.sources import load
from inkdigits.reader import Reader
from inkdigits.readings import Reading

Cli = Callable[..., Result]


@pytest.fixture
def pictures(tmp_path: Path, fake_reader: type[FakeReader]) -> Path:
    """A folder with files that the fake reader names: 3.png, 7.png, sub/unsure4.jpg and a text file."""
    (tmp_path / "scans" / "sub").mkdir(parents=True)
    for name in ("7.png", "3.png", "sub/unsure4.jpg", "notes.txt"):
        (tmp_path / "scans" / name).touch()
    return tmp_path / "scans"


def test_the_fake_takes_and_gives_what_the_reader_does():
    for real, fake in ((Reader, FakeReader), (Reader.read_many, FakeReader.read_many)):
        wanted = inspect.signature(fake).parameters
        known = inspect.signature(real).parameters
        assert {name: known[name].kind for name in wanted} == {name: wanted[name].kind for name in wanted}


def test_rows_come_in_the_order_of_the_paths(cli: Cli, pictures: Path):
    code, out, err = cli("read", pictures / "7.png", pictures / "3.png", pictures / "7.png")
    assert (code, err) == (0, "")
    assert [line.split()[1] for line in out.splitlines()] == ["7", "3", "7"]


def test_a_folder_stands_for_the_pictures_in_it_and_its_subfolders(cli: Cli, pictures: Path):
    code, out, _ = cli("read", pictures, "--format", "csv")
    assert code == 0
    assert [
        (Path(row["source"]).name, row["text"], row["status"]) for row in csv.DictReader(io.StringIO(out))
    ] == [
        ("3.png", "3", "ok"),
        ("7.png", "7", "ok"),
        ("unsure4.jpg", "4", "unsure"),
    ]


def test_a_failed_source_costs_exit_code_1_one_row_and_one_line_but_no_other_source(cli: Cli, pictures: Path):
    code, out, err = cli("read", pictures / "3.png", pictures / "error.png", pictures / "7.png")
    assert code == 1
    assert [line.split()[1] for line in out.splitlines()] == ["3", "-", "7"]
    assert err == f"inkdigits: {pictures / 'error.png'}: no picture\n"


def test_unsure_and_empty_are_answers_not_failures(cli: Cli, pictures: Path):
    code, out, err = cli("read", pictures / "unsure4.png", pictures / "empty.png")
    assert (code, err) == (0, "")
    assert [line.split()[-1] for line in out.splitlines()] == ["unsure", "empty"]


def test_a_folder_without_pictures_fails_alone(cli: Cli, pictures: Path, tmp_path: Path):
    (tmp_path / "none").mkdir()
    code, out, err = cli("read", tmp_path / "none", pictures / "7.png", "--format", "jsonl")
    assert code == 1
    assert [json.loads(line)["status"] for line in out.splitlines()] == ["error", "ok"]
    assert err.count("\n") == 1
    assert str(tmp_path / "none") in err


def test_a_dash_reads_a_picture_from_standard_input(
    cli: Cli, fake_reader: type[FakeReader], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"picture 5")))
    code, out, _ = cli("read", tmp_path / "1.png", "-", "--format", "csv")
    assert code == 0
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["source"], row["text"]) for row in rows] == [
        (str(tmp_path / "1.png"), "1"),
        ("<stdin>", "5"),
    ]


def test_a_dash_can_be_given_only_once(cli: Cli, fake_reader: type[FakeReader]):
    code, out, err = cli("read", "-", "-")
    assert (code, out) == (2, "")
    assert "more than once" in err


@pytest.mark.parametrize(
    ("name", "first_line"),
    [
        (
            "rows.csv",
            "source,status,text,value,confidence,error,page,number,row,column,x,y,width,height,model",
        ),
        ("rows.JSONL", '{"source": '),
        ("rows.txt", "/"),
    ],
)
def test_the_name_of_the_output_chooses_the_format(
    cli: Cli, pictures: Path, tmp_path: Path, name: str, first_line: str
):
    output = tmp_path / "new" / name
    code, out, _ = cli("read", pictures, "--output", output)
    assert (code, out) == (0, "")
    assert output.read_text(encoding="utf-8").startswith(first_line)


def test_a_format_that_is_asked_for_wins_over_the_name_of_the_output(
    cli: Cli, pictures: Path, tmp_path: Path
):
    cli("read", pictures / "7.png", "--output", tmp_path / "rows.csv", "--format", "jsonl")
    assert json.loads((tmp_path / "rows.csv").read_text())["text"] == "7"


def test_an_output_appears_whole_or_not_at_all(
    cli: Cli, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    output = tmp_path / "rows.csv"
    output.write_text("of yesterday")

    def stopped(*_: object, **__: object):
        yield Reading("a.png", "ok", "1", 0.9)
        raise KeyboardInterrupt

    monkeypatch.setattr(FakeReader, "read_many", stopped)
    assert cli("read", pictures, "--output", output).code == 130
    assert output.read_text() == "of yesterday"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rows.csv", "rows.csv.part", "scans"], (
        "a temporary file is left"
    )


def test_a_row_is_out_before_the_next_source_is_read(
    cli: Cli, pictures: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    seen: list[str] = []

    def slow(*_: object, **__: object):
        yield Reading("first", "ok", "1", 0.9)
        seen.append(capsys.readouterr().out)
        yield Reading("second", "ok", "2", 0.9)

    monkeypatch.setattr(FakeReader, "read_many", slow)
    cli("read", pictures / "7.png", pictures / "3.png")
    assert seen[0].count("\n") == 1


@pytest.mark.parametrize("spelling", ["7.png", "../scans/7.png"])
def test_a_picture_is_never_overwritten_by_the_rows(cli: Cli, pictures: Path, spelling: str):
    (pictures / "7.png").write_bytes(b"the user's only copy")
    code, out, err = cli("read", pictures, "--output", pictures / spelling)
    assert (code, out) == (2, "")
    assert "one of the pictures" in err
    assert (pictures / "7.png").read_bytes() == b"the user's only copy"


def test_an_output_that_is_a_folder_is_refused_in_one_line(cli: Cli, pictures: Path, tmp_path: Path):
    code, out, err = cli("read", pictures / "7.png", "--output", tmp_path)
    assert (code, out) == (1, "")
    assert "got a folder" in err
    assert err.count("\n") == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_written_to_and_not_replaced(cli: Cli, pictures: Path, tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text()), daemon=True)
    reader.start()
    assert cli("read", pictures / "7.png", "--output", pipe, "--format", "jsonl").code == 0
    reader.join(timeout=10)
    assert pipe.is_fifo()
    assert json.loads(received[0])["text"] == "7"


@pytest.mark.skipif(os.name != "posix", reason="file names are bytes on POSIX only")
@pytest.mark.parametrize("form", ["text", "csv", "jsonl"])
def test_a_file_name_that_is_no_utf8_gives_rows_that_are(cli: Cli, pictures: Path, tmp_path: Path, form: str):
    name = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9-8")
    cli("read", name, "--output", tmp_path / "rows", "--format", form)
    text = (tmp_path / "rows").read_bytes().decode("utf-8")
    assert "caf\\udce9-8" in text
    if form == "jsonl":
        assert json.loads(text)["source"] == name


def test_a_file_name_cannot_steer_the_terminal(cli: Cli, pictures: Path):
    _, out, err = cli("read", pictures / "\x1b[2J3", pictures / "\x1b[2J" / "error.png")
    assert "\x1b" not in out + err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_line_and_a_failure(cli: Cli, pictures: Path):
    code, _, err = cli("read", pictures / "7.png", "--output", "/dev/full")
    assert code == 1
    assert err.startswith("inkdigits: cannot write /dev/full: No space left on device")
    assert err.count("\n") == 1
    assert not Path("/dev/full").is_file()


def test_a_drawn_digit_is_read_with_the_shipped_model(process: Cli, save_digit: Callable[..., Path]):
    seven, one = save_digit(7, "seven.png"), save_digit(1, "one.jpg")
    code, out, err = process("read", seven.name, one.name, "--format", "csv", cwd=seven.parent)
    assert (code, err) == (0, "")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["source"], row["status"], row["text"]) for row in rows] == [
        ("seven.png", "ok", "7"),
        ("one.jpg", "ok", "1"),
    ]
    assert all(float(row["confidence"]) > 0.5 for row in rows)


def test_a_picture_on_standard_input_is_read_with_the_shipped_model(
    process: Cli, save_digit: Callable[..., Path]
):
    code, out, _ = process("read", "-", stdin=save_digit(4, "four.png").read_bytes())
    assert code == 0
    assert out.split()[:2] == ["<stdin>", "4"]


def test_annotate_writes_one_picture_a_source_and_the_same_rows(
    cli: Cli, save_digit: Callable[..., Path], tmp_path: Path
):
    for name in ("a/scan.png", "b/scan.jpg", "b/seven.png"):
        save_digit(7, name)
    (tmp_path / "b" / "broken.png").write_bytes(b"no picture")
    (tmp_path / "nothing").mkdir()
    paths = [tmp_path / "a", tmp_path / "b", tmp_path / "nothing", tmp_path / "missing.png"]
    plain = cli("read", *paths, "--expect", "digit", "--format", "jsonl")
    drawn = cli(
        "read", *paths, "--expect", "digit", "--format", "jsonl", "--annotate", tmp_path / "new" / "out"
    )
    assert drawn == plain
    assert drawn.code == 1
    assert drawn.err.count("\n") == 3  # broken, nothing and missing, told once each
    # What cannot be read has no picture, and takes no name from another.
    assert sorted(path.name for path in (tmp_path / "new" / "out").iterdir()) == [
        "scan-2.png",
        "scan.png",
        "seven.png",
    ]


def test_an_annotated_picture_shows_the_box_and_an_unsure_digit_in_another_colour(
    cli: Cli, save_digit: Callable[..., Path], tmp_path: Path
):
    seven = save_digit(7, "seven.png", side=450)
    colours = {}
    for risk in ("1", "0"):
        cli("read", seven, "--expect", "digit", "--max-error", risk, "--annotate", tmp_path / risk)
        picture = load(tmp_path / risk / "seven.png")
        assert picture.shape == (450, 450, 3)
        colours[risk] = {tuple(int(value) for value in row) for row in picture.reshape(-1, 3)}
    assert annotate._SURE in colours["1"] - colours["0"]
    assert annotate._UNSURE in colours["0"] - colours["1"]


def test_a_picture_is_annotated_as_its_row_says(cli: Cli, root: Path, tmp_path: Path):
    page = root / "examples" / "numbers" / "page-ruled-list.jpg"
    colours = {"ok": annotate._SURE, "unsure": annotate._UNSURE}
    for risk in ("1", "0.05", "0"):
        out = cli("read", page, "--format", "jsonl", "--max-error", risk, "--annotate", tmp_path / risk).out
        numbers = json.loads(out)["numbers"]
        statuses = {part["status"] for number in numbers for part in (number, *number["digits"])}
        picture = load(tmp_path / risk / "page-ruled-list.png")
        for status, colour in colours.items():
            assert bool((picture == colour).all(axis=2).any()) == (status in statuses)


def test_a_picture_on_standard_input_is_annotated_as_stdin(
    cli: Cli, save_digit: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    content = save_digit(7, "seven.png").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    code, out, _ = cli("read", "-", "--expect", "digit", "--annotate", tmp_path / "out")
    assert (code, out.split()[:2]) == (0, ["<stdin>", "7"])
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["stdin.png"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_read_once_and_annotated(cli: Cli, save_digit: Callable[..., Path], tmp_path: Path):
    content = save_digit(7, "seven.png").read_bytes()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    threading.Thread(target=lambda: pipe.write_bytes(content), daemon=True).start()
    code, out, _ = cli("read", pipe, "--expect", "digit", "--annotate", tmp_path / "out")
    assert (code, out.split()[1]) == (0, "7")
    assert (tmp_path / "out" / "pipe.png").is_file()


def test_annotate_refuses_a_folder_that_holds_a_source(
    cli: Cli, save_digit: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    seven = save_digit(7, "scans/seven.png")
    before = seven.read_bytes()
    (tmp_path / "links").mkdir()
    links = [tmp_path / "links" / "linked.png"]
    if os.name == "posix":
        links[0].symlink_to(seven)
    monkeypatch.chdir(seven.parent)
    for path in (seven, "seven.png", *links):
        for folder in (seven.parent, "."):
            code, out, err = cli("read", path, "--annotate", folder)
            assert (code, out) == (2, "")
            assert "holds pictures to read" in err
            assert err.count("\n") == 1
    assert seven.read_bytes() == before
    assert [path.name for path in seven.parent.iterdir()] == ["seven.png"]


def test_an_annotated_picture_that_cannot_be_written_is_one_line_and_exit_code_1(
    cli: Cli, save_digit: Callable[..., Path], tmp_path: Path
):
    seven = save_digit(7, "seven.png")
    (tmp_path / "taken").write_text("kept")
    code, _, err = cli("read", seven, "--expect", "digit", "--annotate", tmp_path / "taken")
    assert code == 1
    assert err.startswith(f"inkdigits: cannot write {tmp_path / 'taken' / 'seven.png'}: ")
    assert err.count("\n") == 1
    assert (tmp_path / "taken").read_text() == "kept"


def test_a_full_disk_leaves_no_part_of_an_annotated_picture(
    cli: Cli, save_digit: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from PIL import Image

    seven = save_digit(7, "seven.png")

    def full(self: object, path: Path, *_: object, **__: object) -> None:
        Path(path).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", full)
    code, _, err = cli("read", seven, "--expect", "digit", "--annotate", tmp_path / "out")
    assert code == 1
    assert "No space left on device" in err
    assert list((tmp_path / "out").iterdir()) == []


def test_names_of_annotated_pictures_never_meet():
    stems = ["7", "7", "7-2", "A", "a", "7", "x" * 300]
    names = [path.name for path in picture_paths(Path("out"), list(map(Path, stems)))]
    assert names[:6] == ["7.png", "7-2.png", "7-2-2.png", "A.png", "a-2.png", "7-3.png"]
    assert len(names[6]) < 220
    many = picture_paths(Path("out"), [Path("scan")] * 20_000)  # as one folder a day has it
    assert len(set(many)) == 20_000


def test_reading_without_annotate_does_not_load_what_draws(save_digit: Callable[..., Path]):
    code = (
        "import sys; from inkdigits.cli import main; main(['read', sys.argv[1], '--expect', 'digit']);"
        "print([name for name in ('inkdigits.output.annotate', 'inkdigits.batch.annotated',"
        " 'inkdigits.notebook', 'inkdigits.recognition.language', 'PIL.ImageDraw', 'PIL.ImageFont')"
        " if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(save_digit(7, "seven.png"))],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_what_may_stand_there_reaches_the_reader(cli: Cli, root: Path):
    cell = root / "examples/numbers/12.5-form-cell.png"
    _, out, _ = cli("read", cell, "--expect", "number", "--allowed", "0-9.", "--pattern", r"\d\d\.\d")
    assert out.split()[1] == "12.5"
    _, out, _ = cli("read", cell, "--expect", "number", "--pattern", r"\d{4}", "--format", "jsonl")
    row = json.loads(out)
    assert (len(row["text"]), row["status"]) == (4, "unsure")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (("--allowed", "0-9,"), "inkdigits: allowed is '0-9,': ',' is none of them; expected characters of"),
        (("--pattern", "(1"), "inkdigits: pattern '(1' is no regular expression: missing ), unterminated"),
        (("--pattern", r"(\d)\1"), "cannot be used: Group references are not implemented"),
        (("--pattern", "x"), "no text can match the pattern 'x'"),
        (("--expect", "digit", "--pattern", r"\d\d"), "which the digit model knows, fits pattern"),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage_and_one_line(
    cli: Cli, root: Path, tmp_path: Path, said: tuple[str, ...], words: str
):
    output = tmp_path / "rows.csv"
    code, out, err = cli("read", root / "examples/7-barred.jpg", *said, "--output", output)
    assert (code, out, err.count("\n"), output.exists()) == (2, "", 1, False)
    assert words in err
