"""cli/serve.py, server/run.py, drain.py: the server as a process, from its first line to its end."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2 as httpx
import pytest
import serving
from conftest import Result
from serving import Server, encoded, head, picture, raw, rest, row_of_digits, running

from inkdigits.data.datasets import load_dataset
from inkdigits.server.run import url

Cli = Callable[..., Result]


def test_it_says_where_it_listens_and_answers_there():
    with running() as server:
        assert re.fullmatch(r"serving on http://127\.0\.0\.1:\d+/\n", server.line)
        answer = httpx.post(f"{server.url}/v1/read", content=picture(7)).json()
        assert answer["text"] == "7"
        assert "date" in httpx.get(server.url).headers


@pytest.mark.parametrize("workers", [1, 2])
def test_it_says_so_once_it_serves_and_not_before(workers: int):
    server = Server("--workers", str(workers))
    try:
        assert httpx.get(f"{server.url}/v1/model").status_code == 200  # at once: no 503, nothing to wait for
    finally:
        server.close()


def test_the_log_is_a_json_object_a_line_with_the_requests_id():
    with running() as server:
        response = httpx.post(f"{server.url}/v1/read?expect=digit", content=picture(7))
        httpx.get(f"{server.url}/?token=secret")
        server.signal()
        assert server.wait() == 0
        lines = [json.loads(line) for line in server.log().splitlines()]
    assert all({"time", "level", "event"} <= set(line) for line in lines)
    (logged,) = [line for line in lines if line.get("request_id") == response.headers["x-request-id"]]
    assert (logged["event"], logged["method"], logged["path"]) == ("request", "POST", "/v1/read")
    assert (logged["status"], logged["client"]) == (200, "127.0.0.1")
    assert logged["ms"] > 0
    assert "secret" not in str(lines)


@pytest.mark.parametrize(("number", "workers"), [(signal.SIGTERM, 1), (signal.SIGINT, 1), (signal.SIGINT, 2)])
def test_a_signal_ends_an_idle_server_at_once(number: int, workers: int):
    with running("--workers", str(workers), "--timeout", "300") as server:  # which it does not wait for
        server.signal(number)
        assert server.wait() == 0
        assert "traceback" not in server.log().lower()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_workers_end_with_a_server_that_was_killed():
    with running("--workers", "2") as server:
        server.process.kill()
        # They have inherited its standard output, whose end comes when the last that could write is gone.
        server.process.communicate(timeout=300)
        with pytest.raises(ConnectionRefusedError):
            server.connect()


def test_sigterm_drains_what_was_accepted_is_answered_and_nothing_new_begins():
    content = picture(7)
    with running() as server:
        kept = httpx.Client(base_url=server.url)
        assert kept.get("/readyz").status_code == 200
        with server.connect() as accepted:
            accepted.sendall(head(length=len(content)) + content[:50])  # a body on its way
            serving.until(lambda: "inkdigits_requests_in_progress 2.0" in kept.get("/metrics").text)
            server.signal()
            serving.until(lambda: kept.get("/readyz").status_code == 503)
            assert kept.get("/healthz").status_code == 200
            refused = httpx.post(f"{server.url}/v1/read", content=content)  # also on a new connection
            assert refused.status_code == 503
            assert "retry-after" in refused.headers
            assert refused.json()["detail"].startswith("the server is shutting down")
            assert server.process.poll() is None
            answer = raw(accepted, content[50:])
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b'"text":"7"' in answer
        kept.close()
        assert server.wait() == 0


def test_a_second_signal_does_not_wait():
    with running("--timeout", "300") as server, server.connect() as accepted:
        accepted.sendall(head(length=1000) + b"x")
        serving.until(lambda: "inkdigits_requests_in_progress 2.0" in httpx.get(f"{server.url}/metrics").text)
        server.signal(signal.SIGINT)
        serving.until(lambda: httpx.get(f"{server.url}/readyz").status_code == 503)
        server.signal(signal.SIGTERM)
        assert server.wait() == 0


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """Two workers, and the folder of their corrections."""
    folder = tmp_path_factory.mktemp("pair") / "corrected"
    with running("--workers", "2", "--corrections", str(folder)) as server:
        yield server, folder


def test_two_workers_share_the_work_and_keep_one_account_of_it(pair: tuple[Server, Path]):
    server, sent = pair[0], 0

    def some(_: int) -> list[str]:
        with httpx.Client(base_url=server.url, timeout=60) as client:  # a connection of its own
            return [client.post("/v1/read", content=picture(7)).json()["text"] for _ in range(5)]

    def both_have_worked() -> bool:
        nonlocal sent
        with ThreadPoolExecutor(12) as pool:
            assert [text for texts in pool.map(some, range(12)) for text in texts] == ["7"] * 60
        sent += 60
        lines = [json.loads(one) for one in server.log().splitlines()]
        return len({one["process"] for one in lines if one.get("path") == "/v1/read"}) == 2

    serving.until(both_have_worked)  # the second one may have started a moment later
    line = f'inkdigits_requests_total{{method="POST",route="/v1/read",status="200"}} {sent}.0'
    for _ in range(8):  # whichever worker answers
        assert line in httpx.get(f"{server.url}/metrics").text.splitlines()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells which memory is shared")
def test_workers_share_what_was_loaded_before_them(pair: tuple[Server, Path]):
    import psutil

    server = pair[0]
    for _ in range(8):  # each has read
        assert httpx.post(f"{server.url}/v1/read", content=picture(7)).status_code == 200
    lines = [json.loads(line) for line in server.log().splitlines()]
    workers = {one["process"] for one in lines if "Started server process" in one["event"]}
    workers = [psutil.Process(one) for one in workers if psutil.pid_exists(one)]
    assert len(workers) == 2
    assert len({worker.ppid() for worker in workers} - {server.process.pid}) == 1  # forks of one process
    for worker in workers:
        memory = worker.memory_full_info()
        assert memory.uss < 0.55 * memory.rss  # each with its own libraries and models: two thirds


def test_models_with_threads_of_their_own_are_not_shared():
    from inkdigits.server.preloaded import ReaderOptions, context

    assert type(context(ReaderOptions(threads=2))).__name__ == "SpawnContext"
    with running("--workers", "2", "--threads", "2") as server:
        assert httpx.post(f"{server.url}/v1/read?expect=digit", content=picture(7)).json()["text"] == "7"


def test_the_metrics_of_all_workers_say_queue_rate_and_unsure_share(pair: tuple[Server, Path]):
    server = pair[0]

    def figures() -> dict[str, float]:
        lines = [line.split() for line in httpx.get(f"{server.url}/metrics").text.splitlines()]
        return {line[0]: float(line[1]) for line in lines if line[0] != "#"}

    for risk in "00001111":  # connections of their own: they go to either worker
        url = f"{server.url}/v1/read?expect=digit&max_error={risk}"
        assert httpx.post(url, content=picture(7)).status_code == 200
    told = figures()
    counts = {
        status: told.get(f'inkdigits_readings_total{{status="{status}"}}', 0.0) for status in ("ok", "unsure")
    }
    assert counts["unsure"] >= 4
    assert told["inkdigits_unsure_share"] == pytest.approx(counts["unsure"] / sum(counts.values()))
    assert told["inkdigits_queue"] == 0
    serving.until(lambda: figures()["inkdigits_readings_per_second"] > 0)


def test_corrections_of_several_workers_go_into_one_folder(pair: tuple[Server, Path]):
    server, folder = pair
    for _ in range(2):  # the second time each takes the place of the first
        for side in range(64, 72):  # connections of their own: they go to either worker
            form = {"files": {"file": ("a", picture(7, side))}, "data": {"label": "7"}}
            assert httpx.post(f"{server.url}/v1/corrections", **form).status_code == 201
    for _ in range(4):
        assert len(httpx.get(f"{server.url}/v1/corrections").json()["corrections"]) == 8
    assert load_dataset(str(folder)).labels == ("7",) * 8


def test_a_worker_that_is_killed_is_replaced(pair: tuple[Server, Path]):
    server, started = pair[0], "Started server process"
    first = next(line for line in server.log().splitlines() if started in line)
    os.kill(json.loads(first)["process"], signal.SIGKILL)
    serving.until(lambda: server.log().count(started) == 3)
    serving.until(lambda: _answers(server))
    assert "inkdigits_requests_in_progress 1.0" in httpx.get(f"{server.url}/metrics").text


def _answers(server: Server) -> bool:
    try:
        return all(
            httpx.post(f"{server.url}/v1/read", content=picture(7)).status_code == 200 for _ in range(5)
        )
    except httpx.TransportError:
        return False


def test_two_workers_drain_as_one_does():
    content = encoded(row_of_digits())
    with running("--workers", "2") as server:
        connections = [server.connect() for _ in range(6)]
        for connection in connections:
            connection.sendall(head("/v1/read?expect=number", length=len(content)) + content[:20])
        serving.until(lambda: re.search("requests_in_progress 7.0", httpx.get(f"{server.url}/metrics").text))
        server.signal()
        serving.until(lambda: server.log().count('"event": "draining"') == 2)
        answers = [raw(connection, content[20:]) for connection in connections]
        for connection in connections:
            connection.close()
        assert all(b'"text":"714"' in answer for answer in answers)
        assert server.wait() == 0


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["--host", "0.0.0.0"], "--token"),
        (["--host", "::"], "--token"),
        (["--token", ""], "--token"),
        (["--token", "t", "--no-auth"], "--no-auth"),
        (["--port", "99999"], "--port"),
        (["--max-pixels", "1000000000"], "--max-pixels"),
        (["--timeout", "0"], "--timeout"),
        (["--max-error", "2"], "--max-error"),
        (["--workers", "0"], "--workers"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(cli: Cli, arguments: list[str], names: str):
    code, out, err = cli("serve", "--no-browser", *arguments)
    assert (code, out) == (2, "")
    assert names in err
    assert len(err.splitlines()) == 1


def test_the_line_about_an_open_server_says_what_to_do(cli: Cli):
    _, _, err = cli("serve", "--host", "0.0.0.0")
    assert err == (
        "inkdigits: --host 0.0.0.0 can be reached from other machines; expected --token SECRET (or "
        "INKDIGITS_TOKEN), received none; add one, or --no-auth to let everybody in\n"
    )


def test_a_port_that_is_taken_and_a_model_that_is_none_are_told_in_one_line(
    process: Callable[..., Result], tmp_path: Path
):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for workers in ("1", "2"):
            code, out, err = process("serve", "--no-browser", "--port", port, "--workers", workers)
            assert (code, out) == (1, "")
            assert re.fullmatch(rf"inkdigits: cannot listen on 127\.0\.0\.1:{port}: .*\n", err)
    code, out, err = process("serve", "--no-browser", "--model", str(tmp_path))
    assert (code, out) == (1, "")
    assert "bundle.json" in err
    assert len(err.splitlines()) == 1


def test_the_token_may_come_from_the_environment_and_then_stands_nowhere():
    with running("--host", "0.0.0.0", env={"INKDIGITS_TOKEN": "geheim"}) as server:
        assert httpx.get(f"{server.url}/v1/model").status_code == 401
        bearer = {"Authorization": "Bearer geheim"}
        assert httpx.get(f"{server.url}/v1/model", headers=bearer).status_code == 200
        assert f"in a browser open {server.url}/ and enter your token once" in server.log()
        assert "geheim" not in server.log() + server.line


def test_the_page_is_opened_in_a_browser_unless_that_is_turned_off(tmp_path: Path):
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}\n', encoding="utf-8")
    browser.chmod(0o755)
    command = [sys.executable, "-m", "inkdigits", "serve", "--port", "0"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={"BROWSER": str(browser), "PATH": ""},
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        serving.until(lambda: opened.is_file() and opened.read_text(encoding="utf-8").strip())
        process.terminate()
    assert opened.read_text(encoding="utf-8").strip() == address


def test_uploads_are_never_written_to_a_disk(tmp_path: Path):
    large = encoded(row_of_digits().repeat(6, 0).repeat(6, 1), "BMP")  # above a megabyte
    with running(env={"TMPDIR": str(tmp_path)}) as server:
        io = Path(f"/proc/{server.process.pid}/io")
        before = _written(io)
        response = httpx.post(f"{server.url}/v1/read", files={"file": ("a", large)}, timeout=60)
        assert response.status_code == 200
        assert _written(io) - before < 10_000
    assert not [path for path in tmp_path.iterdir() if path.name != ".ses"]  # ONNX Runtime's, 51 bytes


def _written(io: Path) -> int:
    """Returns how many bytes a process has written to files."""
    return int(io.read_text(encoding="utf-8").split()[3])


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "http://127.0.0.1:80/"),
        ("::1", "http://[::1]:80/"),
        ("0.0.0.0", "http://127.0.0.1:80/"),
        ("::", "http://[::1]:80/"),
        ("localhost", "http://localhost:80/"),
    ],
)
def test_the_address_is_one_that_a_browser_takes(host: str, shown: str):
    assert url(host, 80) == shown


def test_a_missing_library_is_one_line_with_the_command(process: Callable[..., Result], tmp_path: Path):
    code = (
        "import sys; sys.modules['fastapi'] = None; from inkdigits.cli import main; sys.exit(main(['serve']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == (
        "inkdigits: fastapi is not installed but this needs it; run: pip install 'inkdigits[serve]'\n"
    )


def test_pipelined_and_keep_alive_requests_are_answered_in_order():
    with running() as server, server.connect() as connection:
        one = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: %d\r\n"
        connection.sendall(b"".join(one % number + b"\r\n" for number in range(3)))
        connection.sendall(one % 3 + b"Connection: close\r\n\r\n")
        answer = rest(connection)
    assert re.findall(rb"x-request-id: (\d)", answer) == [b"0", b"1", b"2", b"3"]
