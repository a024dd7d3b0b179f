"""batch/remote.py: addresses, against a server on this machine that also breaks off."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from batch.test_archives import MEMBERS, packed, png
from conftest import Result

from inkdigits.batch.remote import jobs_at
from inkdigits.errors import ConfigError, MissingExtraError

pytest.importorskip("fsspec")
pytest.importorskip("aiohttp")

Cli = Callable[..., Result]


HELD: dict[str, bytes] = {}  # what the storage has beside its pictures, by its path
ASKED: Counter[str] = Counter()  # how often each path was fetched


class _Storage(BaseHTTPRequestHandler):
    """Has seven.png, a list of it, and broken.png, whose connection is lost in the middle."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        ASKED[self.path] += body
        listed = b'<a href="/seven.png">7</a> <a href="/notes.txt">notes</a>'
        content = listed if self.path == "/" else HELD.get(self.path, png(7))
        if self.path not in ("/", "/seven.png", "/broken.png", *HELD):
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content[:40] if self.path == "/broken.png" else content)
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def server() -> Iterator[str]:
    HELD.clear()
    ASKED.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Storage) as storage:
        thread = threading.Thread(target=storage.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{storage.server_port}"
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
    for name in ("a/7.png", "b/c/7.png", "../7.png"):
        storage.pipe_file(f"/scans/{name}", png(7))
    try:
        (tmp_path / "in").mkdir()
        out = tmp_path / "in" / "out"
        code, _, err = cli("read", "memory://scans/", "--expect", "digit", "--annotate", out)
    finally:
        storage.rm("/scans", recursive=True)
    assert (code, err) == (0, "")
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.png")} == {
        "in/out/7.png",
        "in/out/a/7.png",
        "in/out/b/c/7.png",
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
    monkeypatch.setitem(sys.modules, "gcsfs", None)
    with pytest.raises(ConfigError, match="gcsfs"):
        list(jobs_at("gs://bucket/scans/", lambda: tmp_path))
