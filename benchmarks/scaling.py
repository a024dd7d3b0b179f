"""How fast many pictures are read by one process, by two, and by Ray, and what a hundred machines would take.

Usage: python benchmarks/scaling.py [--cells N] [--sheets N] [--distinct N] [--page FILE] [--json FILE]

Writes docs/scaling.md. With its defaults, 50,000 cells and 2,000 sheets, it takes about an hour on two cores;
``--cells 2000 --sheets 60`` shows in twenty minutes that it works. The machine is to be quiet. The pictures
are made: cells and photos of mark sheets by writers of whom no model has learned, the distinct ones as often
as is asked for, the others hard links to them. Every run is a command as a user gives it, with ``--output``;
its rate is that of the time after its start, which is that of the same command with a picture a worker,
with Ray a part a worker.
Reading alone is the same reader in as many processes that each loop over their share of the files, know
nothing of each other and write nothing.
"""

import argparse
import csv
import json
import os
import platform
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import other_tools
import scaling_runs as runs
from scaling_page import page
from scaling_pictures import make_cells, make_sheets, megapixels, only

from inkdigits.batch.job import Jobs
from inkdigits.batch.jobs import jobs_of
from inkdigits.batch.parts import LEAST

PAGE = Path(__file__).parent.parent / "docs" / "scaling.md"
WORKERS = 2
SMALL = 5  # the first run whose memory is looked at has a fifth of the cells
ROUNDS, A_ROUND = 5, 4000  # in which what is compared is read in turn; the most cells of one
NODES = 3
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_USAGE_STATS_REPORT_URL": "http://127.0.0.1:9/",  # also that it sends nothing is not sent
    "RAY_worker_niceness": "0",
}


def rates(folder: Path, part: Path, expect: str, out: Path, starts: dict[str, runs.Run]) -> dict[str, Any]:
    """Reads a set with one worker and with two; returns seconds, memory and rates.

    How fast a machine is changes within minutes. So what is compared is read in turn, a part of the set at a
    time, and of each comparison the median of all rounds is told.

    Args:
        folder: the whole set, which is read once by one worker and once by two.
        part: the pictures of a round.
        expect: what they hold.
        out: where rows go.
        starts: how long a command takes that reads a picture a worker.
    """
    figures: dict[str, Any] = {"n": _count(folder), "of a round": _count(part), "rounds": ROUNDS}
    whole = {jobs: command(folder, expect, out, "--jobs", str(jobs)) for jobs in (1, WORKERS)}
    found: dict[tuple[str, int], list[float]] = {}
    for _ in range(ROUNDS):
        for jobs in (1, WORKERS):
            net = command(part, expect, out, "--jobs", str(jobs)).seconds - starts[f"local {jobs}"].seconds
            seconds, each = runs.alone(part, expect, jobs)
            found.setdefault(("rate", jobs), []).append(figures["of a round"] / net)
            found.setdefault(("alone", jobs), []).append(figures["of a round"] / seconds)
            if jobs == 1:
                figures["reads"], figures["deviates"] = statistics.mean(each), statistics.pstdev(each)
    for jobs, run in whole.items():
        figures[f"{jobs}"] = {
            "seconds": run.seconds,
            "rate": statistics.median(found["rate", jobs]),
            "alone": statistics.median(found["alone", jobs]),
            "memory": run.memory,
            "first": max(0.0, run.first - starts[f"local {jobs}"].first),
        }
    each = {key: _ratio(found[key, WORKERS], found[key, 1]) / WORKERS for key in ("rate", "alone")}
    figures["efficiency"], figures["efficiency alone"] = each["rate"], each["alone"]
    figures["share"] = {f"{jobs}": _ratio(found["rate", jobs], found["alone", jobs]) for jobs in whole}
    print(f"{expect}: {found}, efficiency {figures['efficiency']:.3f}, share {figures['share']}", flush=True)
    return figures


def _ratio(these: list[float], those: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(these, those, strict=True))


def _count(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def command(folder: Path, expect: str, out: Path, *words: str, **more: Any) -> runs.Run:
    """Reads a folder into a file, or into a folder of files where the words say so."""
    output = () if "--output" in words else ("--output", str(out / "rows.csv"))
    return runs.inkdigits("read", folder, "--expect", expect, *output, *words, **more)


def on_ray(cells: Path, count: int, out: Path, first: Path) -> dict[str, Any]:
    """Reads cells with a Ray cluster of this machine, into one file and into a folder; between both, without.

    Returns:
        The figures of "file", of "folder", and of "local", two workers of the local engine.
    """
    figures: dict[str, Any] = {}
    ray, folder = ("--engine", "ray"), ("--output", f"{out / 'shards'}/")
    for name, engine, output in (("file", ray, ()), ("local", (), ()), ("folder", ray, folder)):
        words = ("--jobs", str(WORKERS), *engine)
        start = command(first, "number", out, *words)
        run = command(cells, "number", out, *words, *output)
        figures[name] = {
            "start": start.seconds,
            "seconds": run.seconds,
            "rate": count / (run.seconds - start.seconds),
            "memory": run.memory,
            "first": max(0.0, run.first - start.first),
        }
        print(f"{name}: {figures[name]}", flush=True)
    local = figures["local"]
    for name in ("file", "folder"):
        figures[name]["overhead"] = local["rate"] / figures[name]["rate"] - 1
        figures[name]["whole overhead"] = figures[name]["seconds"] / local["seconds"] - 1
    return figures


def cluster(cells: Path, count: int, out: Path, first: Path) -> dict[str, Any]:
    """Reads cells on three nodes of this machine, undisturbed and with one of them killed in the middle."""
    figures: dict[str, Any] = {"workers": NODES, "lost": 0, "n": count}
    with nodes() as running:
        at = ("--engine", "ray", "--address", running.address, "--jobs", str(NODES))
        figures["start"] = command(first, "number", out, *at).seconds
        figures["undisturbed"] = command(cells, "number", out, *at).seconds
        part, began = out / "rows.csv.part", time.perf_counter()

        def lose() -> None:
            if not figures["lost"] and part.exists() and sum(1 for _ in part.open("rb")) > count / 3:
                figures["lost"], figures["lost at"] = 1, time.perf_counter() - began
                running.remove_node(running.worker_nodes.copy().pop(), allow_graceful=False)

        figures["disturbed"] = command(cells, "number", out, *at, on_look=lose).seconds
    with (out / "rows.csv").open(encoding="utf-8", newline="") as file:
        names = [row["source"] for row in csv.DictReader(file)]
    figures["rows"], figures["distinct rows"] = len(names), len(set(names))
    print(f"cluster: {figures}", flush=True)
    return figures


@contextmanager
def nodes() -> Iterator[Any]:
    """A Ray cluster of three nodes on this machine."""
    os.environ |= QUIET
    from ray.cluster_utils import Cluster

    with tempfile.TemporaryDirectory(prefix="ink-", dir="/tmp") as place:
        os.environ["RAY_TMPDIR"] = place
        (Path(place) / "ray").mkdir()  # where a cluster writes its address, and makes no folder
        head = {"num_cpus": 1, "include_dashboard": False, "temp_dir": place}
        running = Cluster(initialize_head=True, head_node_args=head)
        for _ in range(NODES - 1):
            running.add_node(num_cpus=1)
        try:
            yield running
        finally:
            running.shutdown()


def listed(folder: Path, count: int) -> dict[str, float]:
    """Lists what there is to read, as every run does first; returns what one picture costs there."""
    began = time.process_time()
    jobs = Jobs(jobs_of(str(folder), lambda: folder))
    seconds = time.process_time() - began
    del jobs
    tracemalloc.start()
    jobs = Jobs(jobs_of(str(folder), lambda: folder))
    grown = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    if len(jobs) != count:
        sys.exit(f"{len(jobs)} of {count} pictures are listed")
    return {"seconds": seconds / count, "bytes": grown / count}


def main() -> None:
    """Measures, simulates, and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=50_000, metavar="N", help="how many cells (50,000)")
    parser.add_argument("--sheets", type=int, default=2000, metavar="N", help="how many sheets (2,000)")
    parser.add_argument("--distinct", type=int, default=2000, metavar="N", help="distinct ones (2,000)")
    parser.add_argument("--price", type=float, default=0.05, metavar="P", help="of a core for an hour (0.05)")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the page goes (docs/scaling.md)")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--figures", type=Path, help="measure nothing: write the page of these, from --json")
    args = parser.parse_args()
    known = args.figures
    figures = measured(args) if known is None else json.loads(known.read_text(encoding="utf-8"))
    if args.json is not None:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    text = page(figures, args.price)
    args.page.write_text(text, encoding="utf-8")
    print(text)


def measured(args: argparse.Namespace) -> dict[str, Any]:
    """Makes the pictures and measures; returns all figures."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="scaling-") as place:
        root, out = Path(place), Path(place) / "out"
        out.mkdir()
        cells, sheets = root / "cells", root / "sheets"
        made = {"cells": make_cells(cells, args.cells, args.distinct)}
        made["sheets"] = make_sheets(sheets, args.sheets, args.distinct)
        few, first = args.cells // SMALL, only(cells, root / "first", WORKERS)
        print(f"made: {made}, {time.perf_counter() - began:.0f} s", flush=True)
        starts = {
            f"local {jobs}": command(first, "number", out, "--jobs", str(jobs)) for jobs in (1, WORKERS)
        }
        figures: dict[str, Any] = {"made": made, "megapixels": megapixels(sheets, made["sheets"])}
        figures["starts"] = {name: run.seconds for name, run in starts.items()}
        figures["listed"] = listed(cells, args.cells)
        figures["bytes"] = statistics.mean(path.stat().st_size for path in cells.rglob("*.png"))
        fewer = only(cells, root / "few", few)
        smaller = command(fewer, "number", out, "--jobs", str(WORKERS))
        part = only(cells, root / "part", min(args.cells, A_ROUND))
        figures["cells"] = rates(cells, part, "number", out, starts)
        local = figures["cells"][f"{WORKERS}"]
        figures["memory"] = {
            "few": few,
            "at few": smaller.memory,
            "growth": local["memory"] / smaller.memory - 1,
        }
        parts = only(cells, root / "a part a worker", NODES * LEAST)
        figures["ray"] = on_ray(cells, args.cells, out, parts)
        figures["cluster"] = cluster(fewer, few, out, parts)
        some = min(args.cells, args.distinct)
        try:
            theirs = runs.rapidocr(only(cells, root / "distinct", some), WORKERS)
            figures["rapidocr"] = {"n": some, "times": theirs / (some / local["rate"])}
        except other_tools.MissingToolError as missing:
            sys.exit(f"RapidOCR is missing: {missing}")
        part = only(sheets, root / "sheets of a round", min(args.sheets, A_ROUND // 100))
        figures["sheets"] = rates(sheets, part, "page", out, starts)
    figures["took"] = time.perf_counter() - began
    figures["machine"] = machine()
    return figures


def machine() -> str:
    """Returns what it was measured on."""
    libraries = ("inkdigits", "ray", "rapidocr", "simpy", "numpy", "onnxruntime", "opencv-python-headless")
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    system = f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {system}, {versions}"


if __name__ == "__main__":
    main()
