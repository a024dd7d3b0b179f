"""batch/remote.py: addresses, against a server on this machine that also breaks off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from batch.test_archives import png
from conftest import Result

pytest.importorskip("fsspec")
pytest.importorskip("aiohttp")

Cli = Callable[..., Result]


class _Storage(BaseHTTPRequestHandler):
    """Has seven.png, a list of it, and broken.png, whose connection is lost in the middle."""

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, body: bool) -> None:
        content = b'<a href="/seven.png">7</a> <a href="/notes.txt">notes</a>' if self.path == "/" else png(7)
        if self.path not in ("/", "/seven.png", "/broken.png"):
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
