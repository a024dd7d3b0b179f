"""What ``inkdigits serve`` holds: reads a second, the slowest of a hundred, overload, memory, harmful files.

Usage: python benchmarks/serve.py [--only PART]... [--seconds S] [--overload-seconds S]
       [--requests N] [--hostile N] [--json FILE]

Starts the server on a free port of this machine and loads it with wrk (apt-get install wrk), which shares the
processor with it: the server alone does better.
"""

import argparse
import http.client
import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psutil
from hostile import uploads

HERE = Path(__file__).parent
PICTURE = HERE.parent / "examples" / "3-form-box.png"
TARGET = "/v1/read?expect=digit"
PARTS = ("rate", "latency", "overload", "memory", "shared", "hostile")
PAGE = HERE.parent / "examples" / "numbers" / "page-ruled-list.jpg"
CONNECTIONS = 16  # of the closed loop; enough for two workers to have one at hand always
CROWD = 400  # connections in overload; more than both queues hold
ALLOWED = {200, 400, 413, 415, 422}  # what a harmful upload may be answered with


class Server(NamedTuple):
    """A server that runs.

    Attributes:
        url: its address without the last slash.
        process: the one that was started.
    """

    url: str
    process: psutil.Process

    def memory(self) -> float:
        """Returns the resident memory of all its processes in MiB."""
        return sum(one.memory_info().rss for one in self.workers()) / 2**20

    def workers(self) -> list[psutil.Process]:
        """Returns its processes."""
        return [self.process, *self.process.children(recursive=True)]

    def connect(self) -> http.client.HTTPConnection:
        """Returns a connection to it."""
        return http.client.HTTPConnection("127.0.0.1", int(self.url.rpartition(":")[2]), timeout=60)

    def get(self, path: str) -> str:
        """Returns the answer of one route."""
        connection = self.connect()
        connection.request("GET", path)
        text = connection.getresponse().read().decode()
        connection.close()
        return text


@contextmanager
def serving(workers: int) -> Generator[Server]:
    """Starts a server, gives it once all its workers answer, and ends it."""
    command = [sys.executable, "-m", "inkdigits", "serve", "--port", "0", "--no-browser"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [*command, "--workers", str(workers)], stdout=subprocess.PIPE, stderr=log, text=True
        )
        try:
            url = process.stdout.readline().split()[-1].rstrip("/")
            for _ in range(100):
                log.seek(0)
                if log.read().count(b"Application startup complete") == workers:
                    break
                time.sleep(0.1)
            time.sleep(2)  # each reads once before it is ready
            yield Server(url, psutil.Process(process.pid))
        finally:
            process.terminate()
            if process.wait(60):
                sys.exit(f"the server ended with exit code {process.returncode}")


def load(
    server: Server, picture: Path, seconds: float, connections: int, pause_ms: float = 0
) -> dict[str, Any]:
    """Loads the server with wrk; returns what it counted."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "60s"]
    command += ["-s", str(HERE / "serve.lua"), server.url + TARGET, "--", str(picture), str(pause_ms)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("JSON "))
    told = json.loads(line.removeprefix("JSON "))
    told["rate"] = told["ok"] / told["seconds"]
    return told


def rate(server: Server, args: argparse.Namespace) -> Generator[tuple[str, str, bool]]:
    """Reads a second in a closed loop."""
    told = load(server, args.picture, args.seconds, CONNECTIONS)
    sound = told["busy"] == told["other"] == told["lost"] == 0
    yield "reads a second", f"{told['rate']:.0f}", sound and told["rate"] >= 300


def latency(server: Server, args: argparse.Namespace) -> Generator[tuple[str, str, bool]]:
    """The slowest in a hundred at half of what the server can."""
    most = load(server, args.picture, args.seconds, CONNECTIONS)["rate"]
    told = load(server, args.picture, args.seconds, 4 * CONNECTIONS, 1000 * 4 * CONNECTIONS / (most / 2))
    name = f"p99 at {told['rate']:.0f} reads a second"
    yield name, f"{told['p99_ms']:.0f} ms", told["p99_ms"] <= 100 and told["lost"] == 0


def overload(server: Server, args: argparse.Namespace) -> Generator[tuple[str, str, bool]]:
    """Five times as many requests as can be read, and the time after."""
    before = load(server, args.picture, args.seconds, CONNECTIONS)["rate"]
    told = load(server, args.picture, args.overload_seconds, CROWD, _pause_ms(server, args, 5 * before))
    after_s = _recovered(server, args.picture)
    lines = server.get("/metrics").splitlines()
    queue = next(line.split()[1] for line in lines if line.startswith("inkdigits_queue "))
    offered = _offered(told)
    yield "overload: offered a second", f"{offered:.0f} ({offered / before:.1f}x)", offered >= 5 * before
    yield "overload: read a second", f"{told['rate']:.0f}", told["rate"] > 0.5 * before
    yield "overload: refused with 503", f"{told['busy']:,}", told["busy"] > 0
    yield "overload: accepted and lost", f"{told['other'] + told['lost']}", told["other"] + told["lost"] == 0
    yield "after overload: nothing refused", f"after {after_s:.1f} s", after_s < 2
    yield "after overload: in the queue", queue, queue == "0.0"
    after = load(server, args.picture, args.seconds, CONNECTIONS)
    sound = after["busy"] == after["other"] == after["lost"] == 0
    yield "after overload: reads a second", f"{after['rate']:.0f}", sound and after["rate"] > 0.8 * before


def _pause_ms(server: Server, args: argparse.Namespace, wanted: float) -> float:
    """Returns the pause with which a crowd offers as many requests a second; its answers take time too."""
    pause = 1000 * CROWD / wanted
    while pause > 1 and _offered(load(server, args.picture, 4, CROWD, pause)) < wanted:
        pause *= 0.85
    return pause


def _offered(told: dict[str, Any]) -> float:
    """Returns how many requests a second were answered, with a reading or a refusal."""
    return (told["ok"] + told["busy"]) / told["seconds"]


def _recovered(server: Server, picture: Path) -> float:
    """Returns after how many seconds the last of some requests was refused."""
    started = last = time.monotonic()
    body, in_row = picture.read_bytes(), 0
    while in_row < 50 and time.monotonic() - started < 60:
        connection = server.connect()  # a new one each time, so that every worker is asked
        connection.request("POST", TARGET, body, {"Content-Type": "image/png"})
        in_row = in_row + 1 if connection.getresponse().status == 200 else 0
        last = last if in_row else time.monotonic()
        connection.close()
    return last - started


def memory(server: Server, args: argparse.Namespace) -> Generator[tuple[str, str, bool]]:
    """How much memory grows with many requests."""
    load(server, args.picture, 5, CONNECTIONS)  # first uses allocate
    before, count = server.memory(), 0
    while count < args.requests:
        count += load(server, args.picture, min(20, args.seconds), CONNECTIONS)["ok"]
    after = server.memory()
    growth = after / before - 1
    yield f"memory after {count:,} requests", f"{before:.0f} to {after:.0f} MiB, {growth:+.1%}", growth < 0.05


def shared(server: Server, args: argparse.Namespace) -> Generator[tuple[str, str, bool]]:
    """How much memory of a worker is its own, and what all processes take, each shared page counted once."""
    body = PAGE.read_bytes()
    for _ in range(10 * args.workers):  # connections of their own: they go to any worker
        connection = server.connect()
        connection.request("POST", "/v1/read?expect=page", body)
        connection.getresponse().read()
        connection.close()
    told = [one.memory_full_info() for one in server.workers()]
    own = max(one.uss for one in told) / 2**20
    proportional = sum(one.pss for one in told) / 2**20
    largest = max(one.rss for one in told) / 2**20
    yield f"a worker's own memory of {largest:.0f} MiB", f"{own:.0f} MiB", own < 0.6 * largest
    yield f"all of {args.workers} workers together", f"{proportional:.0f} MiB", True


def hostile(server: Server, args: argparse.Namespace) -> Generator[tuple[str, str, bool]]:
    """Uploads that mean harm."""
    alive = {one.pid for one in server.workers()}
    statuses: Counter[int] = Counter()
    slow = [_slow_body(server) for _ in range(min(100, args.hostile))]
    connection = server.connect()
    for upload in uploads(args.hostile, seed=args.seed):
        connection.request("POST", upload.path, upload.body, {"Content-Type": upload.media_type})
        response = connection.getresponse()
        response.read()
        statuses[response.status] += 1
    connection.close()
    told = ", ".join(f"{count} x {status}" for status, count in sorted(statuses.items()))
    yield f"{args.hostile:,} harmful uploads", told, set(statuses) <= ALLOWED
    late = Counter(one.recv(65536).split(b" ")[1] for one in slow)
    yield (
        f"{len(slow)} slow bodies",
        ", ".join(f"{count} x {one.decode()}" for one, count in late.items()),
        set(late) == {b"408"},
    )
    for one in slow:
        one.close()
    same = alive == {one.pid for one in server.workers()}
    yield "processes that ended", "none" if same else "some", same
    sound = load(server, args.picture, 1, CONNECTIONS)
    yield "reads a second after it", f"{sound['rate']:.0f}", sound["ok"] > 0


def _slow_body(server: Server) -> socket.socket:
    """Returns a connection on which a body was begun that will not come."""
    connection = socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])), timeout=60)
    connection.sendall(b"POST /v1/read HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx")
    return connection


def main() -> int:
    """Measures and prints; the exit code is 1 when something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--only", action="append", choices=PARTS, help="measure this part; may be given more than once"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--seconds", type=float, default=30, help="of each load (default: 30)")
    parser.add_argument("--overload-seconds", type=float, default=60, help="of the overload (default: 60)")
    parser.add_argument("--requests", type=int, default=100_000, help="for memory (default: 100000)")
    parser.add_argument("--hostile", type=int, default=2_000, help="harmful uploads (default: 2000)")
    parser.add_argument("--seed", type=int, default=1, help="of the harmful uploads (default: 1)")
    parser.add_argument(
        "--picture", type=Path, default=PICTURE, help=f"what is read (default: {PICTURE.name})"
    )
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    if args.only != ["shared"] and shutil.which("wrk") is None:
        sys.exit("wrk is not installed; run: apt-get install wrk")
    measures = {"rate": rate, "latency": latency, "overload": overload}
    measures |= {"memory": memory, "shared": shared, "hostile": hostile}
    rows: list[dict[str, Any]] = []
    for part in args.only or PARTS:
        with serving(args.workers) as server:  # a fresh one each: parts do not warm each other up
            for name, value, holds in measures[part](server, args):
                rows.append({"name": name, "value": value, "holds": holds})
                print(f"{name:36} {value:>32}  {'holds' if holds else 'DOES NOT HOLD'}", flush=True)
    if args.json:
        args.json.write_text(json.dumps({"benchmark": "serve", "figures": rows}, indent=2) + "\n")
    return int(not all(row["holds"] for row in rows))


if __name__ == "__main__":
    sys.exit(main())
