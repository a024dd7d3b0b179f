"""gate.py, bodies.py, reading_thread.py, protocol.py: what happens when there is too much, or too slowly."""

from __future__ import annotations

import contextlib
import json
import struct
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2 as httpx
import psutil
import pytest
import serving
from serving import PATIENCE, Server, head, picture, raw, rest, running

from inkdigits.reader import Reader, Seen
from inkdigits.readings import Reading


class SlowReader(Reader):
    """Reads nothing until it is let go; then everything is empty."""

    def __init__(self) -> None:
        super().__init__(threads=1)
        self.go = threading.Event()
        self.begun = 0

    def see(self, *_: Any, **__: Any) -> Seen:
        self.begun += 1
        assert self.go.wait(PATIENCE)
        return Seen(Reading("<array>", "empty"))

    def read(self, source: Any, expect: Any = "auto") -> Reading:
        return Reading("<array>", "empty")  # what the server warms up with


@pytest.fixture
def slow() -> Iterator[SlowReader]:
    reader = SlowReader()
    yield reader
    reader.go.set()


def test_a_full_queue_is_503_with_retry_after_and_then_all_is_well_again(slow: SlowReader):
    with serving.client(slow, queue=2) as client, ThreadPoolExecutor(4) as pool:

        def post() -> httpx.Response:
            return client.post("/v1/read", content=picture())

        accepted = [pool.submit(post) for _ in range(2)]
        serving.until(lambda: "inkdigits_queue 2.0" in client.get("/metrics").text)
        refused = post()
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
        assert "queue is full" in refused.json()["detail"]
        assert client.get("/healthz").status_code == 200  # the event loop is free
        slow.go.set()
        assert [one.result(PATIENCE).status_code for one in accepted] == [200, 200]
        assert post().status_code == 200
        assert "inkdigits_queue 0.0" in client.get("/metrics").text


def test_what_waits_too_long_is_503_and_is_never_begun(slow: SlowReader):
    with serving.client(slow, timeout_s=0.3) as client, ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: client.post("/v1/read", content=picture()), range(2)))
        assert [one.status_code for one in both] == [503, 503]
        assert "not read in time" in both[0].json()["detail"]
        slow.go.set()
        assert client.post("/v1/read", content=picture()).status_code == 200
        assert slow.begun == 2  # the first one and the last one


def test_a_failure_of_the_server_is_a_problem_without_its_reasons(caplog: pytest.LogCaptureFixture):
    class Broken(SlowReader):
        def see(self, *_: Any, **__: Any) -> Seen:
            raise RuntimeError("a secret")

    with serving.client(Broken()) as client:
        response = client.post("/v1/read", content=picture())
        assert response.status_code == 500
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["x-content-type-options"] == "nosniff"
        assert "a secret" not in response.text
        assert response.json()["request_id"] in str([vars(one) for one in caplog.records])
        assert "a secret" in caplog.text
        assert "inkdigits_requests_in_progress 1.0" in client.get("/metrics").text  # nothing is left behind


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def bomb(width: int, height: int) -> bytes:
    """Returns a PNG of a few bytes that says it has this many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running("--timeout", "1.5", "--max-bytes", "100000", "--max-pixels", "4000000") as opened:
        yield opened


@pytest.fixture(scope="module")
def patient() -> Iterator[Server]:
    """A server that gives up nothing, however busy the machine is."""
    with running("--timeout", "600", "--max-bytes", "100000", "--max-pixels", "4000000") as opened:
        yield opened


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def problem_in(answer: bytes) -> dict[str, Any]:
    before, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in before.lower()
    assert b"x-request-id: " in before.lower()
    return json.loads(body)


@pytest.mark.parametrize("side", [2001, 100_000, 2**31 - 1])
def test_a_bomb_is_refused_by_its_header(patient: Server, side: int):
    """Decoded it would be a damaged picture: its pixels are missing."""
    response = httpx.post(f"{patient.url}/v1/read", content=bomb(side, side), timeout=PATIENCE)
    assert response.status_code == 413


def test_a_body_that_does_not_come_is_408(server: Server):
    with server.connect() as connection:
        answer = raw(connection, head(length=5000) + b"x")
    assert status_of(answer) == 408
    assert "within 1.5 s" in problem_in(answer)["detail"]


def test_a_body_that_drips_is_408(server: Server):
    with server.connect() as connection:
        connection.sendall(head(length=5000))
        connection.settimeout(0.1)  # between two drops
        first = b""
        for _ in range(600):  # many times the limit, and less than the body
            with contextlib.suppress(OSError):
                connection.sendall(b"x")
            with contextlib.suppress(TimeoutError):
                first = connection.recv(65536)
                break
    assert status_of(first) == 408


def test_a_head_that_does_not_come_is_408_also_on_a_connection_that_was_used(server: Server):
    with server.connect() as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b" 200 " in connection.recv(65536)
        answer = raw(connection, b"GET / HTTP/1.1\r\nHost:")
    assert status_of(answer) == 408
    problem_in(answer)


def test_a_connection_that_says_nothing_is_closed(server: Server):
    with server.connect() as connection:
        assert rest(connection) == b""


@pytest.mark.parametrize("line", [b"GET /%b HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nCookie: %b\r\n"])
@pytest.mark.parametrize("size", [2**16 + 1, 64 * 2**20])
def test_a_large_head_is_431_long_before_all_of_it_came(server: Server, line: bytes, size: int):
    before = psutil.Process(server.process.pid).memory_info().rss
    start, end = line.split(b"%b")
    with server.connect() as connection:
        connection.sendall(start)
        sent = 0
        with contextlib.suppress(OSError):  # it hangs up
            while sent < size:
                part = min(2**16, size - sent)
                connection.sendall(b"x" * part)
                sent += part
            connection.sendall(end + b"Host: localhost\r\n\r\n")
        answer = b""
        with contextlib.suppress(OSError):  # after so much it may be cut off before the answer is read
            answer = rest(connection)
    if size < 2**20:
        assert status_of(answer) == 431
        assert "at most 65,536 bytes" in problem_in(answer)["detail"]
    assert psutil.Process(server.process.pid).memory_info().rss - before < 30e6
    assert server.process.poll() is None


def test_many_headers_are_431_and_a_usual_head_before_a_large_body_is_not(server: Server, patient: Server):
    many = b"".join(b"X-%d: %b\r\n" % (number, b"y" * 100) for number in range(1000))
    with server.connect() as connection:
        answer = raw(connection, b"GET / HTTP/1.1\r\nHost: localhost\r\n" + many + b"\r\n")
    assert status_of(answer) == 431
    content = picture(7) + bytes(90_000 - len(picture(7)))
    usual = {"Cookie": "c" * 8000}
    for _ in range(3):
        response = httpx.post(f"{patient.url}/v1/read", content=content, headers=usual, timeout=PATIENCE)
        assert response.json()["text"] == "7"


def test_what_is_no_http_is_400(server: Server):
    with server.connect() as connection:
        answer = raw(connection, b"\x16\x03\x01 hello\r\n\r\n")
    assert status_of(answer) == 400
    problem_in(answer)


def test_slow_senders_do_not_keep_others_from_being_read(patient: Server):
    with contextlib.ExitStack() as opened:
        for _ in range(100):  # more than the queue
            opened.enter_context(patient.connect()).sendall(head(length=5000) + b"x")
        response = httpx.post(f"{patient.url}/v1/read", content=picture(7), timeout=PATIENCE)
        assert response.json()["text"] == "7"


def test_each_of_many_bodies_that_do_not_come_is_408(server: Server):
    with contextlib.ExitStack() as opened:
        connections = [opened.enter_context(server.connect()) for _ in range(100)]
        for connection in connections:
            connection.sendall(head(length=5000) + b"x")
        assert {status_of(rest(connection)) for connection in connections} == {408}


def test_who_sends_too_much_gets_to_read_why(server: Server):
    with server.connect() as connection:  # the answer comes while the body is still being sent
        connection.sendall(head(length=50_000_000))
        with contextlib.suppress(OSError):
            for _ in range(100):
                connection.sendall(b"x" * 10_000)
        answer = rest(connection)
    assert status_of(answer) == 413
    assert "100,000 bytes" in problem_in(answer)["detail"]


def test_too_many_bytes_at_a_time_are_503():
    with running("--max-bytes", "1000000", "--timeout", "600") as server, contextlib.ExitStack() as opened:
        for _ in range(4):
            opened.enter_context(server.connect()).sendall(head(length=1_000_000) + b"x" * 900_000)

        def refused() -> bool:
            response = httpx.post(f"{server.url}/v1/read", content=b"x" * 900_000, timeout=PATIENCE)
            return response.status_code == 503

        serving.until(refused)
        opened.close()  # they give up
        serving.until(lambda: not refused())


def test_a_client_that_gives_up_leaves_nothing_behind(server: Server):
    for _ in range(5):
        with server.connect() as connection:
            connection.sendall(head(length=5000) + b"x" * 100)
    metrics = f"{server.url}/metrics"
    serving.until(lambda: "inkdigits_requests_in_progress 1.0" in httpx.get(metrics, timeout=PATIENCE).text)
    assert "traceback" not in server.log()  # it is nobody's failure here
