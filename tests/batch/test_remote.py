"""batch/remote.py: addresses, against a server on this machine that also breaks off."""

from __future__ import annotations

import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest
from batch.test_archives import MEMBERS, packed, png, reason
from conftest import Result

from inkdigits.batch.journal import Journal
from inkdigits.batch.remote import jobs_at
from inkdigits.errors import ConfigError, MissingExtraError

pytest.importorskip("fsspec")
pytest.importorskip("aiohttp")

Cli = Callable[..., Result]


HELD: dict[str, bytes] = {}  # what the storage has beside its pictures, by its path
ASKED: Counter[str] = Counter()  # how often each path was fetched
SPEAK = threading.Event()  # until then /silent.tiff says nothing
BUSY = "/busy"  # paths that begin so are answered with 503


class _Storage(BaseHTTPRequestHandler):
    """Has seven.png, a list of it, and broken.png, whose connection is lost in the middle.

    It gives no file in parts. What begins with ``/drips/`` comes piece by piece and without its length.
    """

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        ASKED[self.path] += body
        listed = b'<a href="/seven.png">7</a> <a href="/notes.txt">notes</a>'
        content = listed if self.path == "/" else HELD.get(self.path, png(7))
        if self.path not in ("/", "/seven.png", "/broken.png", *HELD):
            self.send_error(503 if self.path.startswith(BUSY) else 404)
            return
        self.send_response(200)
        drips = self.path.startswith("/drips/")
        if self.path == "/silent.tiff":
            SPEAK.wait(60)
        if not drips:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body and drips:
            for start in range(0, len(content), 100):
                self.wfile.write(content[start : start + 100])
                time.sleep(0.001)
        elif body:
            self.wfile.write(content[:40] if self.path == "/broken.png" else content)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def server() -> Iterator[str]:
    HELD.clear()
    ASKED.clear()
    SPEAK.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Storage) as storage:
        thread = threading.Thread(target=storage.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{storage.server_port}"
        SPEAK.set()
        storage.shutdown()
        thread.join()


def test_addresses_are_read_and_what_fails_is_a_row(cli: Cli, server: str):
    paths = [f"{server}/{name}" for name in ("seven.png", "broken.png", "none.png")]
    code, out, err = cli("read", *paths, "--expect", "digit", "--format", "csv")
    assert code == 1
    rows = [line.split(",")[:3] for line in out.splitlines()[1:]]
    assert rows == [[paths[0], "ok", "7"], [paths[1], "error", ""], [paths[2], "error", ""]]
    assert f"cannot fetch {paths[1]}" in err
    assert f"nothing at {paths[2]}" in err
    assert len(err.splitlines()) == 2


def test_a_folder_of_a_storage_is_its_pictures(cli: Cli, server: str):
    _, out, _ = cli("read", f"{server}/", "--expect", "digit", "--format", "csv")
    assert [line.split(",")[:3] for line in out.splitlines()[1:]] == [[f"{server}/seven.png", "ok", "7"]]


def test_a_storage_that_is_not_there_is_a_row(cli: Cli):
    code, _, err = cli("read", "http://127.0.0.1:1/seven.png")
    assert (code, len(err.splitlines())) == (1, 1)
    assert "no connection" in err


def test_every_page_of_a_file_is_read_and_the_file_is_fetched_once_for_them(cli: Cli, server: str):
    HELD["/scan?page=all"] = HELD["/scan.tiff"] = MEMBERS["scan.tiff"]
    for path in ("/scan.tiff", "/scan?page=all"):
        code, out, err = cli("read", f"{server}{path}", "--expect", "digit", "--format", "csv")
        assert (code, err) == (0, "")
        rows = [line.split(",")[:3] for line in out.splitlines()[1:]]
        assert rows == [[f"{server}{path}#1", "ok", "4"], [f"{server}{path}#2", "ok", "7"]]
        assert ASKED[path] == 2  # to count its pages, and to read them
    _, out, _ = cli("read", f"{server}/scan.tiff#2", "--expect", "digit", "--format", "csv")
    assert [line.split(",")[:3] for line in out.splitlines()[1:]] == [[f"{server}/scan.tiff#2", "ok", "7"]]


@pytest.mark.parametrize("name", ["cells.zip", "cells.tar", "cells.tar.gz", "cells.zip?signed=1"])
def test_an_archive_behind_an_address_is_opened(cli: Cli, server: str, tmp_path: Path, name: str):
    HELD[f"/{name}"] = packed(tmp_path / name.partition("?")[0], MEMBERS).read_bytes()
    _, out, err = cli("read", f"{server}/{name}", "--expect", "digit", "--format", "csv")
    assert err == ""
    rows = [line.split(",")[:3] for line in out.splitlines()[1:]]
    assert sorted(rows) == sorted(
        [f"{server}/{name}/{member}", "ok", text]
        for member, text in (("b/1.png", "1"), ("a/1.png", "7"), ("scan.tiff#1", "4"), ("scan.tiff#2", "7"))
    )


def test_a_table_behind_an_address_is_opened(cli: Cli, server: str, tmp_path: Path):
    pa = pytest.importorskip("pyarrow", reason="PyArrow is missing: pip install 'inkdigits[tables]'")
    from pyarrow import parquet

    parquet.write_table(pa.table({"image": [png(1), png(4)]}), tmp_path / "cells.parquet")
    HELD["/cells.parquet"] = (tmp_path / "cells.parquet").read_bytes()
    _, out, _ = cli("read", f"{server}/cells.parquet", "--expect", "digit", "--format", "csv")
    rows = [line.split(",")[:3] for line in out.splitlines()[1:]]
    assert rows == [[f"{server}/cells.parquet/1", "ok", "1"], [f"{server}/cells.parquet/2", "ok", "4"]]


@pytest.mark.parametrize("name", ["none.zip", "none.tiff", "none.parquet", "seven.png#2", "broken.tiff"])
def test_what_cannot_be_fetched_or_opened_is_one_row(cli: Cli, server: str, name: str):
    HELD["/broken.tiff"] = MEMBERS["scan.tiff"][:60]
    code, out, err = cli("read", f"{server}/{name}", "--expect", "digit", "--format", "csv")
    assert code == 1
    assert [line.split(",")[:3] for line in out.splitlines()[1:]] == [[f"{server}/{name}", "error", ""]]
    assert len(err.splitlines()) == 1
    assert f"{server}/{name.partition('#')[0]}" in err


def test_annotated_pictures_lie_as_in_the_storage_and_never_outside_their_folder(cli: Cli, tmp_path: Path):
    import fsspec

    storage = fsspec.filesystem("memory")
    for name in ("a/7.png", "b/c/7.png", "../7.png", f"/{tmp_path}/7.png", f"{'l' * 300}/7.png"):
        storage.pipe_file(f"/scans/{name}", png(7))
    try:
        (tmp_path / "in").mkdir()
        out = tmp_path / "in" / "out"
        code, _, err = cli("read", "memory://scans/", "--expect", "digit", "--annotate", out)
    finally:
        storage.store.clear()
    assert (code, err) == (0, "")
    inside = str(tmp_path).lstrip("/")
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.png")} == {
        "in/out/7.png",
        "in/out/7-2.png",
        "in/out/a/7.png",
        "in/out/b/c/7.png",
        f"in/out/{inside}/7.png",
    }


def test_a_pattern_takes_archives_and_a_folder_leaves_them_out(server: str, tmp_path: Path):
    import fsspec

    storage = fsspec.filesystem("memory")
    storage.pipe_file("/mixed/cells.zip", packed(tmp_path / "cells.zip", {"1.png": png(1)}).read_bytes())
    storage.pipe_file("/mixed/7.png", png(7))
    try:
        in_pattern, in_folder = (
            [job.name for job in jobs_at(address, lambda: tmp_path)]
            for address in ("memory://mixed/*", "memory://mixed/")
        )
    finally:
        storage.rm("/mixed", recursive=True)
    assert in_pattern == ["memory:///mixed/7.png", "memory:///mixed/cells.zip/1.png"]
    assert in_folder == ["memory:///mixed/7.png"]


def test_what_a_storage_needs_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(MissingExtraError, match=r"s3fs .*pip install 'inkdigits\[s3\]'"):
        list(jobs_at("s3://bucket/scans/", lambda: tmp_path))
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    with pytest.raises(MissingExtraError, match=r"aiohttp .*pip install 'inkdigits\[remote\]'"):
        list(jobs_at("https://example.org/scans/", lambda: tmp_path))
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(ConfigError, match="gcsfs"):
        list(jobs_at("gs://bucket/scans/", lambda: tmp_path))


def names(cli: Cli, *words: str) -> list[list[str]]:
    _, out, _ = cli("read", *words, "--expect", "digit", "--format", "csv")
    return [line.split(",")[:2] for line in out.splitlines()[1:]]


def test_a_file_that_comes_in_pieces_is_read_whole(cli: Cli, server: str):
    HELD["/drips/scan.tiff"], HELD["/drips/7.png"] = MEMBERS["scan.tiff"], png(7)
    found = names(cli, f"{server}/drips/scan.tiff", f"{server}/drips/7.png")
    ends = ("scan.tiff#1", "scan.tiff#2", "7.png")
    assert found == [[f"{server}/drips/{end}", "ok"] for end in ends]


def test_a_large_archive_is_fetched_from_a_server_that_gives_no_parts(cli: Cli, server: str, tmp_path: Path):
    large = packed(tmp_path / "large.tar", {"notes.txt": bytes(6 << 20), "7.png": png(7)})
    HELD["/large.tar"] = large.read_bytes()
    assert names(cli, f"{server}/large.tar") == [[f"{server}/large.tar/7.png", "ok"]]


def test_a_web_folder_is_all_that_it_links_to_and_each_fault_a_row(cli: Cli, server: str):
    pages = {
        "/scans/": '<a href="a/">a</a> <a href="./">here</a> <a href="../">up</a> <a href="b/7.png">b</a> '
        '<a href="7.png?a=1&amp;b=2">signed</a> <a href=".hidden.png">h</a> <a href="a/../7.png">7</a>',
        "/scans/a/": '<a href="7.png#top">a</a> <a href="busy/">none</a> <a href="a/">a</a>',
        "/scans/a/a/": '<a href="../">up</a> <a href="/scans/a/7.png">a</a> <a href="notes.txt">n</a>',
    }
    HELD.update({path: text.encode() for path, text in pages.items()})
    HELD.update(dict.fromkeys(("/scans/7.png", "/scans/7.png?a=1&b=2", "/scans/a/7.png"), png(7)))
    HELD["/scans/b/7.png"] = png(7)
    assert names(cli, f"{server}/scans/") == [
        [f"{server}/scans/{name}", status]
        for name, status in (
            ("7.png", "ok"),
            ("7.png?a=1&b=2", "ok"),
            ("a/7.png", "ok"),
            ("a/busy/", "error"),
            ("b/7.png", "ok"),
        )
    ]


def test_a_server_that_says_nothing_is_given_up(cli: Cli, server: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("inkdigits.batch.storage._SILENT", 0.3)
    HELD["/silent.tiff"] = MEMBERS["scan.tiff"]
    assert names(cli, f"{server}/silent.tiff") == [[f"{server}/silent.tiff", "error"]]


def test_what_a_server_says_is_told(cli: Cli, server: str):
    code, _, err = cli("read", f"{server}{BUSY}/7.png")
    assert code == 1
    assert f"cannot fetch {server}{BUSY}/7.png: its server says 503" in err


def test_a_page_that_links_to_itself_for_ever_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    from fsspec.implementations.http import HTTPFileSystem

    monkeypatch.setattr(HTTPFileSystem, "ls", lambda _, url, **__: [f"{url}again/", f"{url}7.png"])
    found = list(jobs_at("http://127.0.0.1:1/", lambda: tmp_path))
    (deep,) = [job for job in found if job.failure is not None]
    assert "folders deep" in reason(deep)
    assert len(found) == 32


def test_the_scheme_may_be_in_capitals_and_a_name_in_brackets(cli: Cli, server: str):
    import fsspec

    HELD["/1[2].png"] = png(7)
    upper = server.replace("http", "HTTP")
    assert names(cli, f"{upper}/seven.png") == [[f"{upper}/seven.png", "ok"]]
    assert names(cli, f"{server}/1[2].png") == [[f"{server}/1[2].png", "error"]]
    storage = fsspec.filesystem("memory")
    storage.pipe_file("/scans/1[2].png", png(7))
    try:
        assert names(cli, "memory://scans/1[2].png") == [["memory://scans/1[2].png", "ok"]]
        assert names(cli, "http://[::1]:1/7.png") == [["http://[::1]:1/7.png", "error"]]
    finally:
        storage.rm("/scans", recursive=True)


def test_pages_that_were_read_stay_when_their_file_is_out_of_reach(cli: Cli, server: str, tmp_path: Path):
    """A run that ended behind the first page goes on, and the storage does not answer for the file."""
    rows, part = tmp_path / "rows.csv", tmp_path / "rows.csv.part"
    HELD["/scan.tiff"] = MEMBERS["scan.tiff"]
    words = ("read", f"{server}/scan.tiff", f"{server}/seven.png", "--expect", "digit", "--output", rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Journal, "_drop", lambda journal, keep: journal._file.close())
        assert cli(*words).code == 0
    part.write_bytes(b"".join(part.read_bytes().splitlines(keepends=True)[:2]))
    del HELD["/scan.tiff"]
    assert cli(*words, "--resume").code == 1
    found = [line.split(",")[:3] for line in rows.read_text().splitlines()[1:]]
    assert found == [
        [f"{server}/scan.tiff#1", "ok", "4"],
        [f"{server}/scan.tiff", "error", ""],
        [f"{server}/seven.png", "ok", "7"],
    ]


def test_what_failed_to_be_fetched_leaves_no_room_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    import fsspec

    storage = fsspec.filesystem("memory")
    storage.pipe_file("/packed/cells.zip", packed(tmp_path / "cells.zip", {"7.png": png(7)}).read_bytes())
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=0))
    folder = tmp_path / "temporary"
    folder.mkdir()
    try:
        (job,) = jobs_at("memory://packed/cells.zip", lambda: folder)
    finally:
        storage.rm("/packed", recursive=True)
    assert "memory://packed/cells.zip" in reason(job)
    assert "TMPDIR" in reason(job)
    assert list(folder.iterdir()) == []
