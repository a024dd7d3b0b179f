"""A server on this machine whose folders are mirrors, for what downloads."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

CONTENT = bytes(range(256)) * 400
GOOD = gzip.compress(CONTENT)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NAME = "digits.gz"

Answer = tuple[int, bytes, int]  # status, body, bytes promised in the header


def ok(body: bytes = GOOD) -> Answer:
    return 200, body, len(body)


class Mirrors:
    """A server whose folders are mirrors, each with the answers that it gives one after the other."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[str] = []
        mirrors = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                mirror = self.path.split("/")[1]
                mirrors.asked.append(mirror)
                left = mirrors.answers[mirror]
                status, body, promised = left.pop(0) if len(left) > 1 else left[0]
                self.send_response(status)
                self.send_header("Content-Length", str(promised))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                """Keeps the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})

    def serve(self, **answers: list[Answer]) -> list[str]:
        """Returns the addresses of mirrors with these names and answers; the last answer is repeated."""
        self.answers = answers
        return [f"http://127.0.0.1:{self.server.server_port}/{name}/" for name in answers]


@pytest.fixture
def mirrors(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirrors]:
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    made = Mirrors()
    made.thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    made.thread.join()
