"""What goes wrong around a batch: one row or one clear line each, nothing lost, nothing written over."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from batch.test_archives import png
from conftest import FakeReader, Result

from inkdigits import Reader
from inkdigits.batch.archives import jobs_in_archive
from inkdigits.batch.engine import Asked, read_jobs
from inkdigits.batch.jobs import jobs_of
from inkdigits.batch.journal import Journal
from inkdigits.cli.rows import open_rows
from inkdigits.output.records import load_records
from inkdigits.output.schema import Per
from inkdigits.readings import Box, Number, Reading

Cli = Callable[..., Result]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


# ---- Files that change under the reader ----


def test_a_file_that_vanishes_while_others_are_read_is_a_row(tmp_path: Path):
    for name in ("1.png", "2.png", "3.png"):
        (tmp_path / name).write_bytes(png(7))
    jobs = list(jobs_of(str(tmp_path), lambda: tmp_path))
    readings = read_jobs(Reader(), jobs, Asked("digit"))
    told = [next(readings)]
    (tmp_path / "2.png").unlink()
    told += readings
    assert [reading.status for reading in told] == ["ok", "error", "ok"]
    assert "2.png" in (told[1].error or "")


def test_a_folder_that_vanishes_is_one_row(cli: Cli, tmp_path: Path):
    code, out, err = cli("read", tmp_path / "gone", "--format", "csv")
    assert (code, len(rows(out)), err.count("\n")) == (1, 1, 1)


# ---- PDF ----

_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def rc4(key: bytes, content: bytes) -> bytes:
    state, at, out = list(range(256)), 0, bytearray()
    for index in range(256):
        at = (at + state[index] + key[index % len(key)]) % 256
        state[index], state[at] = state[at], state[index]
    one = two = 0
    for byte in content:
        one = (one + 1) % 256
        two = (two + state[one]) % 256
        state[one], state[two] = state[two], state[one]
        out.append(byte ^ state[(state[one] + state[two]) % 256])
    return bytes(out)


def locked_pdf(password: bytes) -> bytes:
    """Returns an empty page that asks for a password: the standard security handler, revision 2."""
    padded, name = (password + _PADDING)[:32], bytes(16)
    owner = rc4(hashlib.md5(padded, usedforsecurity=False).digest()[:5], padded)
    key = hashlib.md5(padded + owner + struct.pack("<i", -4) + name, usedforsecurity=False).digest()[:5]
    user = rc4(key, _PADDING)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 72 72]>>",
        b"<</Filter/Standard/V 1/R 2/P -4/O<" + owner.hex().encode() + b">/U<" + user.hex().encode() + b">>>",
    ]
    out, places = b"%PDF-1.4\n", list[int]()
    for index, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % index + content + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size 5/Root 1 0 R/Encrypt 4 0 R/ID[<" + name.hex().encode() + b">"
    trailer += b"<" + name.hex().encode() + b">]>>\n"
    return out + b"xref\n0 5\n0000000000 65535 f \n" + table + trailer + b"startxref\n%d\n%%%%EOF" % len(out)


def test_a_pdf_with_a_password_and_a_broken_one_are_a_row_each(cli: Cli, tmp_path: Path):
    pypdfium2 = pytest.importorskip("pypdfium2")
    content = locked_pdf(b"secret")
    assert len(pypdfium2.PdfDocument(content, password="secret")) == 1  # it is one, with this password
    (tmp_path / "locked.pdf").write_bytes(content)
    (tmp_path / "broken.pdf").write_bytes(content[:60])
    (tmp_path / "ok.png").write_bytes(png(7))
    code, out, err = cli("read", tmp_path, "--expect", "digit", "--format", "csv")
    broken, locked, fine = rows(out)
    assert (code, broken["status"], locked["status"], fine["status"]) == (1, "error", "error", "ok")
    assert "password" in locked["error"]
    assert "save it" in locked["error"]
    assert "broken.pdf" in broken["error"]
    assert err.count("\n") == 2


# ---- Archives ----


def test_a_zip_that_says_it_unpacks_to_100_gb_is_refused_before_anything_is_unpacked(tmp_path: Path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for index in range(25):
            archive.writestr(f"{index}.png", bytes(5000))
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\1\2")
    while at >= 0:
        content[at + 24 : at + 28] = struct.pack("<I", 4_000_000_000)
        at = content.find(b"PK\1\2", at + 4)
    path.write_bytes(content)

    def folder() -> Path:
        raise AssertionError("nothing is unpacked")

    (only,) = jobs_in_archive(str(path), folder)
    assert only.failure is not None
    assert "100,000,000,000" in (only.failure.error or "")


# ---- Outputs ----


def test_two_runs_into_one_file_also_by_another_name_are_refused(
    cli: Cli, tmp_path: Path, fake_reader: type[FakeReader]
):
    (tmp_path / "1.png").touch()
    (tmp_path / "rows.csv").write_text("of yesterday")
    (tmp_path / "link.csv").symlink_to(tmp_path / "rows.csv")
    with Journal(str(tmp_path / "rows.csv"), {}, False) as journal:
        journal.write(Reading("1.png", "ok", "1", 0.9))
        for output in (tmp_path / "rows.csv", tmp_path / "link.csv"):
            for more in ((), ("--resume",)):
                code, out, err = cli("read", tmp_path / "1.png", "--output", output, *more)
                assert (code, out, err.count("\n")) == (2, "", 1)
                assert "another run is writing" in err
    assert (tmp_path / "rows.csv").read_text() == "of yesterday"


_SLOW = """
import sys, threading
from pathlib import Path
from inkdigits import __main__, reader
from inkdigits.readings import Reading

class Slow:
    version = "digit=slow"
    def __init__(self, *_, **__): pass
    def language(self, *_, **__): pass
    def read_many(self, sources, *_, **__):
        for source in sources:
            print("reading", flush=True)
            sys.stdin.readline()
            yield Reading(str(source), "ok", "1", 0.9)

if __name__ == "__main__":
    reader.Reader = Slow
    __main__.run()
"""


def test_of_two_runs_that_resume_one_output_at_once_one_is_refused_and_no_row_is_lost(tmp_path: Path):
    for name in ("1.png", "2.png", "3.png"):
        (tmp_path / name).touch()
    program, output = tmp_path / "slow.py", tmp_path / "rows.csv"
    program.write_text(_SLOW)
    words = [sys.executable, str(program), "read", *(str(tmp_path / f"{n}.png") for n in "123")]
    words += ["--output", str(output)]

    def begun(*more: str) -> subprocess.Popen[str]:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen([*words, *more], text=True, **pipes)  # type: ignore[call-overload]

    first = begun()
    assert first.stdin is not None
    assert first.stdout is not None
    for _ in range(2):
        first.stdout.readline()
        first.stdin.write("\n")
        first.stdin.flush()
    first.stdout.readline()  # two are read, it is at the third
    first.send_signal(signal.SIGTERM)
    assert first.communicate(timeout=60)[1].splitlines()[0].startswith("inkdigits: 2 readings are kept")
    one = begun("--resume")
    assert one.stdout is not None
    assert one.stdout.readline() == "reading\n"
    other = begun("--resume")
    _, told = other.communicate(timeout=60)
    assert (other.returncode, told.count("\n")) == (2, 1)
    assert "another run is writing" in told
    assert one.communicate("\n", timeout=60)[1] == ""
    assert one.returncode == 0
    assert [row["source"] for row in rows(output.read_text())] == words[3:6]


# ---- Names ----


@pytest.mark.parametrize("per", ["source", "number", "row"])
@pytest.mark.parametrize("form", ["text", "csv", "tsv", "jsonl", "json", "xlsx", "parquet"])
def test_any_name_is_one_row_in_every_format(tmp_path: Path, form: str, per: Per):
    if form in ("xlsx", "parquet"):
        pytest.importorskip({"xlsx": "openpyxl", "parquet": "pyarrow"}[form])
    names = [
        os.fsdecode(name) for name in (b"caf\xe9 1.png", b"a\nb\r2.png", b"=cmd|3.png", b"\xff#2", b"\t4")
    ]
    number = Number("7", 0.99, Box(1, 2, 3, 4))
    output = tmp_path / f"rows.{'txt' if form == 'text' else form}"
    with open_rows(str(output), form, names, per=per) as writer:
        for name in names:
            writer.write(Reading(name, "ok", "7", 0.99, (number,)), "digit=ab")
        writer.write(Reading(names[0] + "!", "error", error=f"{names[1]} is no picture"), "digit=ab")
    if form == "text":
        assert len(output.read_text(encoding="utf-8").splitlines()) == 6
        return
    assert len({record.source for record in load_records(output)}) == 6


def test_the_same_name_in_different_folders_is_a_row_each_also_when_resumed(
    cli: Cli, tmp_path: Path, fake_reader: type[FakeReader], monkeypatch: pytest.MonkeyPatch
):
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.png").touch()
    output, read_many = tmp_path / "rows.csv", FakeReader.read_many

    def stops(self: FakeReader, *arguments: object, **more: object) -> Iterator[Reading]:
        for index, reading in enumerate(read_many(self, *arguments, **more)):
            if index == 2:
                raise KeyboardInterrupt
            yield reading

    monkeypatch.setattr(FakeReader, "read_many", stops)
    assert cli("read", tmp_path, "--output", output).code == 130
    monkeypatch.setattr(FakeReader, "read_many", read_many)
    assert cli("read", tmp_path, "--output", output, "--resume").code == 0
    told = [row["source"] for row in rows(output.read_text())]
    assert told == [str(tmp_path / folder / "1.png") for folder in ("a", "b", "c")]


# ---- Connections ----


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_server_that_goes_away_in_the_middle_costs_only_what_it_had_not_given(
    cli: Cli, tmp_path: Path, jobs: str
):
    pytest.importorskip("fsspec")
    pytest.importorskip("aiohttp")
    given: set[str] = set()

    class Storage(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = png(7)
            gone = len(given | {self.path}) > 2
            if not gone:
                given.add(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[:40] if gone else content)  # the line is cut
            self.close_connection = True

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(png(7))))
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Storage) as storage:
        threading.Thread(target=storage.serve_forever, daemon=True).start()
        paths = [f"http://127.0.0.1:{storage.server_port}/{index}.png" for index in range(5)]
        output = tmp_path / "rows.jsonl"
        code, _, err = cli("read", *paths, "--expect", "digit", "--output", output, "--jobs", jobs)
        storage.shutdown()
    told = [json.loads(line) for line in output.read_text().splitlines()]
    assert (code, [row["source"] for row in told]) == (1, paths)
    assert sorted(row["status"] for row in told) == ["error"] * 3 + ["ok"] * 2
    assert err.count("cannot fetch") == 3
    assert err.count("\n") == 3
