"""What the tests of the server share: pictures, a client inside this process, and servers of their own."""

from __future__ import annotations

import contextlib
import io
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx
import numpy as np
from conftest import draw_digit
from PIL import Image
from starlette.testclient import TestClient

from inkdigits.reader import Reader
from inkdigits.server.app import create_app
from inkdigits.server.settings import Settings

LOCAL = "http://localhost"
PATIENCE = 60.0  # seconds until what is waited for will not come any more: much, for a busy machine


def picture(digit: int = 7, side: int = 64, kind: str = "PNG") -> bytes:
    """Returns a drawn digit as a file."""
    return encoded(draw_digit(digit, side), kind)


def encoded(pixels: np.ndarray, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()


def row_of_digits() -> np.ndarray:
    """Returns 7, 1 and 4 beside each other: uint8 (160, 480)."""
    return np.hstack([draw_digit(digit) for digit in (7, 1, 4)])


@contextlib.contextmanager
def client(reader: Reader, *, base_url: str = LOCAL, **settings: Any) -> Iterator[TestClient]:
    """Gives a client of a server in this process, once it is ready."""
    app = create_app(reader, Settings(**settings))
    with TestClient(app, base_url, raise_server_exceptions=False, follow_redirects=False) as open_client:
        until(lambda: open_client.get("/readyz").status_code == 200)
        yield open_client


def until(true: Any, seconds: float = PATIENCE) -> None:
    """Waits until ``true()`` is, or fails."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


class Server:
    """``inkdigits serve`` in a process of its own."""

    def __init__(self, *options: str, env: dict[str, str] | None = None) -> None:
        # A file, not a pipe: nobody reads it while the server writes.
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - close() closes it
        self.process = subprocess.Popen(
            [sys.executable, "-m", "inkdigits", "serve", "--port", "0", "--no-browser", *options],
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            env={**os.environ, **(env or {})},
        )
        assert self.process.stdout is not None
        self.line = self.process.stdout.readline()
        self.url = self.line.split()[-1].rstrip("/") if self.line else ""

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def log(self) -> str:
        self._log.seek(0)
        return self._log.read().decode()

    def wait_ready(self) -> None:
        def ready() -> bool:
            try:
                return httpx.get(f"{self.url}/readyz").status_code == 200
            except httpx.TransportError:
                assert self.process.poll() is None, self.log()
                return False

        until(ready)

    def signal(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def wait(self, seconds: float = PATIENCE) -> int:
        return self.process.wait(seconds)

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.signal()
            try:
                self.wait()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()
        self._log.close()


@contextlib.contextmanager
def running(*options: str, env: dict[str, str] | None = None) -> Iterator[Server]:
    """Gives a server that is ready, and ends it."""
    server = Server(*options, env=env)
    try:
        server.wait_ready()
        yield server
    finally:
        server.close()


def raw(connection: socket.socket, request: bytes) -> bytes:
    """Sends bytes and returns everything that comes back until the other side closes."""
    connection.sendall(request)
    return rest(connection)


def rest(connection: socket.socket) -> bytes:
    parts: list[bytes] = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def head(path: Path | str = "/v1/read", length: int = 0, **headers: str) -> bytes:
    """Returns the head of a POST."""
    fields = {"Host": "localhost", "Content-Length": str(length), **headers}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


uploads = runpy.run_path(str(Path(__file__).parent.parent / "benchmarks" / "hostile.py"))["uploads"]
"""The uploads that mean harm, which the benchmark sends too."""
