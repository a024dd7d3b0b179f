"""--engine ray: the rows of the local engine, every one once, whatever is lost on the way."""

from __future__ import annotations

import csv
import io
import os
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from conftest import draw_digit
from PIL import Image
from ray_work import Odd, refuse
from tiny import options

from inkdigits.batch.cluster import Cluster
from inkdigits.batch.ray_engine import answers, tasks
from inkdigits.errors import ConfigError, InkdigitsError, MissingExtraError

TESTS = str(Path(__file__).parent.parent)
PICTURES = 800  # of a run that is disturbed while it reads
STRACE = shutil.which("strace")
if STRACE and subprocess.run([STRACE, "-o", os.devnull, "true"], capture_output=True, check=False).returncode:
    STRACE = None  # a container that lets no process look at another


@pytest.fixture(scope="module")
def nodes() -> Iterator[Any]:
    """A cluster of three machines, with a core each, on this one."""
    folder = Path(shutil.os.environ.get("TMPDIR", "/tmp")) / f"ink-{os.getpid()}"  # noqa: S108 - short
    (folder / "ray").mkdir(parents=True)  # where a cluster writes its address, and makes no folder
    before, at_sigterm = dict(os.environ), signal.getsignal(signal.SIGTERM)
    os.environ |= {
        "RAY_TMPDIR": str(folder),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_USAGE_STATS_REPORT_URL": "http://127.0.0.1:9/",
        "RAY_worker_niceness": "0",
        "PYTHONPATH": os.pathsep.join(filter(None, (os.environ.get("PYTHONPATH"), TESTS))),
    }
    with ExitStack() as undone:
        undone.callback(shutil.rmtree, folder, ignore_errors=True)
        undone.callback(os.environ.update, before)
        undone.callback(os.environ.clear)
        undone.callback(signal.signal, signal.SIGTERM, at_sigterm)  # a node puts Ray's in its place
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Ray's, about itself
            from ray.cluster_utils import Cluster as Nodes

            running = Nodes(
                initialize_head=True,
                head_node_args={"num_cpus": 1, "include_dashboard": False, "temp_dir": str(folder)},
            )
            undone.callback(_quietly, running.shutdown)
            running.add_node(num_cpus=1)
            running.add_node(num_cpus=1)
        yield running


def _quietly(what: Callable[[], Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        what()


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """A folder of many pictures of a seven; one of them cannot be read."""
    folder = tmp_path / "many"
    folder.mkdir()
    seven = folder / "0000.png"
    Image.fromarray(draw_digit(7, 64)).save(seven)
    for number in range(1, PICTURES):
        os.link(seven, folder / f"{number:04}.png")
    bad = folder / "0500.png"
    bad.unlink()
    bad.write_text("no picture")
    return folder


def command(*words: str | Path, **more: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "inkdigits", *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **more,
    )


def wait_until(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    """Waits for an event while a process runs."""
    while not happened():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


def expected(folder: Path) -> list[tuple[str, str, str]]:
    return [
        (str(path), "error", "") if path.stem == "0500" else (str(path), "ok", "7")
        for path in sorted(folder.iterdir())
    ]


def test_the_rows_are_those_of_the_local_engine_and_nothing_is_sent_or_left(
    tmp_path: Path, root: Path, save_digit: Callable[..., Path]
):
    pictures = tmp_path / "pictures"
    shutil.copytree(root / "examples" / "numbers", pictures)
    save_digit(4, "pictures/a/four.png")
    (pictures / "bad.png").write_text("no picture")
    frames = [Image.fromarray(draw_digit(digit)) for digit in (1, 7)]
    frames[0].save(pictures / "two.tiff", save_all=True, append_images=frames[1:])
    words = ("read", "pictures", "missing.png", "--format", "csv")
    local = command(*words, cwd=tmp_path).communicate()
    home, temporary = tmp_path / "home", Path("/tmp") / f"ink-home-{os.getpid()}"  # noqa: S108 - short
    home.mkdir()
    temporary.mkdir()
    env = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    env |= {"HOME": str(home), "TMPDIR": str(temporary), "PYTHONDONTWRITEBYTECODE": "1"}
    trace = tmp_path / "trace"
    strace = [STRACE, "-f", "-qq", "--seccomp-bpf", "-e", "trace=connect,sendto", "-o", str(trace)]
    try:
        done = subprocess.run(
            [*(strace if STRACE else []), sys.executable, "-m", "inkdigits", *words, "--engine", "ray"],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=env,
            check=False,
        )
        left = [*home.rglob("*"), *temporary.iterdir()]
    finally:
        shutil.rmtree(temporary)
    assert (done.stdout, done.stderr) == local
    assert done.returncode == 1
    assert len(local[0].splitlines()) > 7
    assert left == []
    if STRACE is None:
        pytest.skip("what Ray's C code does is not seen: strace is missing or not allowed")
    hosts = [line for line in trace.read_text(errors="replace").splitlines() if "sin" in line]
    assert hosts, "the trace shows too little"
    # A datagram socket that is connected sends nothing; so Ray finds the address of this machine.
    asks = 'sin_port=htons(53), sin_addr=inet_addr("8.8.8.8")'
    away = [line for line in hosts if "127.0.0.1" not in line and '"::' not in line]
    assert [line for line in away if not ("connect(" in line and asks in line)] == []


def test_a_machine_is_lost_and_every_row_is_there_once(nodes: Any, many: Path, tmp_path: Path):
    from pyarrow import dataset

    out = tmp_path / "out"
    run = command(
        "read", many, "--engine", "ray", "--address", nodes.address, "--jobs", "3", "--output", f"{out}/"
    )
    wait_until(lambda: len(list(out.glob("part-*"))) > 1, run)
    assert len(list(out.glob("part-*"))) < PICTURES / 100
    nodes.remove_node(nodes.worker_nodes.copy().pop(), allow_graceful=False)
    _, told = run.communicate()
    assert run.returncode == 1
    assert told.count("\n") == 1
    assert "0500.png" in told
    rows = dataset.dataset(out).to_table(columns=["source", "status", "text"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == expected(many)
    nodes.add_node(num_cpus=1)


def test_a_run_that_is_killed_goes_on(nodes: Any, many: Path, tmp_path: Path):
    rows, part = tmp_path / "rows.csv", tmp_path / "rows.csv.part"
    words = ("read", many, "--engine", "ray", "--address", nodes.address, "--output", rows)
    run = command(*words)
    wait_until(lambda: part.exists() and part.read_bytes().count(b"\n") > 1, run)
    run.kill()
    run.communicate()
    kept = part.read_bytes()
    assert kept.count(b"\n") < PICTURES
    assert not rows.exists()
    again = command(*words, "--jobs", "1-2", "--resume")
    wait_until(lambda: not part.exists() or len(part.read_bytes()) > len(kept), again)
    assert again.communicate()[0] == ""
    assert again.returncode == 1
    read = list(csv.DictReader(io.StringIO(rows.read_text())))
    assert [(row["source"], row["status"], row["text"]) for row in read] == expected(many)


def these(*parts: str) -> Callable[[int], Sequence[str]]:
    """Returns what gives these parts, for however many processes."""
    return lambda processes: parts


@pytest.mark.filterwarnings("ignore")  # of Ray's, about itself
def test_a_part_that_ends_its_process_or_takes_too_long_is_read_with_care(nodes: Any):
    parts = ["one", "die", "two", "hang", "three"]
    found = list(answers(Odd(patience=2.0), these(*parts), Cluster(nodes.address, 1, 2)))
    assert [part for part, _ in found] == parts
    assert [careful for part, careful in found if part in ("die", "hang")] == [True, True]
    for part, error, word in (("refuse", ConfigError, "leave it out"), ("bug", InkdigitsError, "a bug")):
        with pytest.raises(error, match=word):
            list(answers(Odd(), these("one", part), Cluster(nodes.address)))
    with pytest.raises(ConfigError, match="3 is wrong; leave it out"):
        list(tasks(refuse, [3], Cluster(nodes.address), lambda running: None))


def test_folds_are_trained_by_a_cluster(nodes: Any, data: Path, tmp_path: Path):
    words = ["crossval", *options(data), "--folds", "2", "--output", tmp_path / "cv"]
    run = command(*words, "--engine", "ray", "--address", nodes.address)
    out, told = run.communicate()
    assert run.returncode == 0, told
    assert "repeat-1-fold-1" in out + told
    assert len(list((tmp_path / "cv").glob("repeat-1-fold-*/answers.npz"))) == 2


@pytest.mark.filterwarnings("ignore")  # of Ray's, about itself
def test_what_is_wrong_is_told_in_one_line(
    cli: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, save_digit
):
    seven = save_digit(7, "seven.png")
    done = cli("read", seven, "--address", "auto")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "expected --engine ray" in done.err
    done = cli("read", seven, "--jobs", "2-4")
    assert "expected --engine ray" in done.err
    done = cli("read", seven, "--engine", "ray", "--address", "127.0.0.1:9")
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "no Ray cluster at 127.0.0.1:9" in done.err
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"pip install 'inkdigits\[ray\]'"):
        list(answers(Odd(), these("one"), Cluster()))
    assert "inkdigits[ray]" in cli("read", seven, "--engine", "ray").err
