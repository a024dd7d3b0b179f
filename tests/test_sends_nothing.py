"""No command looks a host up, talks to one, or writes outside of what the user named; nor do its libraries.

Each runs in a process of its own with an empty home. Python's own calls are seen by an audit hook, those of
the libraries' C code by strace where it is (.ci/run installs it).
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from conftest import draw_digit
from tiny import options, save_digits

# The command line, with each call told that asks for a name's address or goes to one.
HOOKED = """
import sys
def tell(event, args):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.connect", "socket.sendto"):
        if args[0] != "127.0.0.1":  # where the server listens: no name
            print("audit:", event, args, file=sys.stderr)
sys.addaudithook(tell)
from inkdigits.__main__ import run
run()
"""
STRACE = shutil.which("strace")
if STRACE and subprocess.run([STRACE, "-o", os.devnull, "true"], capture_output=True, check=False).returncode:
    STRACE = None  # a container that lets no process look at another
CALLS = "connect,sendto,sendmsg,sendmmsg,open,openat,creat,mkdir,mkdirat"
TO_A_HOST = re.compile(r"(connect|sendto|sendmsg|sendmmsg)\(.*sin6?_port|resolv\.conf")
CREATES = re.compile(r"(\b(mkdir|mkdirat|creat)\(|O_CREAT|O_TMPFILE).* = \d+$")
DATA_OF_PYTHON = {"PYTHONDONTWRITEBYTECODE": "1"}  # __pycache__ beside the code is Python's own
DEVICES = ("/dev/null", "/dev/shm/")  # noqa: S108 - shared memory: the locks of progress bars


class Watched:
    """A command's process and what is seen of it."""

    def __init__(self, folder: Path, *words: str | Path, **env: str) -> None:
        self.folder, self.trace = folder, folder / "trace"
        for name in ("home", "tmp", "work", "named"):
            (folder / name).mkdir(exist_ok=True)
        unset = (
            "ORT_DISABLE_TELEMETRY",
            "XDG_CACHE_HOME",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "INKDIGITS_DATA",
        )
        kept = {name: value for name, value in os.environ.items() if name not in unset}
        home = {"HOME": str(folder / "home"), "TMPDIR": str(folder / "tmp")}
        self.log = (folder / "log").open("w+b")
        strace = [STRACE, "-f", "-qq", "--seccomp-bpf", "-e", f"trace={CALLS}", "-o", str(self.trace)]
        self.process = subprocess.Popen(
            [*(strace if STRACE else []), sys.executable, "-c", HOOKED, *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
            cwd=folder / "work",
            env={**kept, **home, **DATA_OF_PYTHON, **env},
        )

    def stop(self) -> None:
        """Sends SIGTERM to the command itself: strace would only let go of it."""
        watched = psutil.Process(self.process.pid)
        (watched.children()[0] if STRACE else watched).send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Waits for the end and fails for what the command must not do."""
        self.process.communicate(timeout=240)
        self.log.seek(0)
        told = self.log.read().decode()
        self.log.close()
        assert self.process.returncode == 0, told
        assert [line for line in told.splitlines() if line.startswith("audit:")] == []
        left = [path for name in ("home", "tmp", "work") for path in (self.folder / name).rglob("*")]
        assert left == []
        if STRACE is None:
            pytest.skip(
                "what C code does is not seen: strace is missing or not allowed; apt-get install strace"
            )
        lines = self.trace.read_text(errors="replace").splitlines()
        assert any("onnxruntime" in line for line in lines), "the trace shows too little"
        assert [line for line in lines if TO_A_HOST.search(line)] == []
        allowed = (*DEVICES, *(str(self.folder / name) for name in ("named", "tmp")))
        created = [line for line in lines if CREATES.search(line)]
        assert [line for line in created if not any(f'"{place}' in line for place in allowed)] == []


@pytest.fixture
def watch(tmp_path: Path) -> Callable[..., Watched]:
    return lambda *words, **env: Watched(tmp_path, *words, **env)


@pytest.fixture
def named(tmp_path: Path) -> Path:
    """The folder that the user names."""
    (tmp_path / "named").mkdir()
    return tmp_path / "named"


def test_reading_keeps_to_itself(watch: Callable[..., Watched], named: Path, root: Path):
    watch("read", root / "examples", "--output", named / "rows.csv", "--annotate", named / "seen").end()
    assert (named / "rows.csv").stat().st_size > 100


@pytest.mark.skipif(
    importlib.util.find_spec("rapidocr") is None,
    reason="RapidOCR is missing: pip install 'inkdigits[second]'",
)
def test_a_second_reader_keeps_to_itself(watch: Callable[..., Watched], named: Path, root: Path):
    picture = root / "examples" / "numbers" / "2407-photo.jpg"
    told = ("--max-error", "0", "--second", "rapidocr")
    watch("read", picture, *told, "--output", named / "rows.csv").end()
    assert (named / "rows.csv").read_text().splitlines()[1].endswith(",2407")


def test_evaluating_keeps_to_itself(
    watch: Callable[..., Watched], named: Path, save_digit: Callable[..., Path]
):
    for digit in (1, 4, 7):
        save_digit(digit, f"named/set/{digit}/one.png")
    # matplotlib keeps a list of the machine's fonts, see docs/decisions.md.
    fonts = {"MPLCONFIGDIR": str(named / "fonts")}
    watch("evaluate", "--data", named / "set", "--output", named / "report", **fonts).end()
    assert (named / "report" / "report.html").exists()


def test_training_keeps_to_itself(watch: Callable[..., Watched], named: Path):
    data = save_digits(named / "digits.npz")
    # Keras writes its settings with their defaults where there are none, see docs/decisions.md.
    places = {"MPLCONFIGDIR": str(named / "fonts"), "KERAS_HOME": str(named / "keras")}
    watch("train", *options(data), "--output", named / "run", **places).end()
    assert (named / "run" / "bundle" / "bundle.json").exists()


def test_serving_keeps_to_itself(watch: Callable[..., Watched]):
    watched = watch("serve", "--port", "0", "--no-browser")
    assert watched.process.stdout is not None
    address = watched.process.stdout.readline().split()[-1]
    with urllib.request.urlopen(f"{address}docs", timeout=60) as answer:  # noqa: S310 - our own server
        assert answer.status == 200
    watched.stop()
    watched.end()


def test_a_process_that_reads_with_the_library_keeps_to_itself(tmp_path: Path):
    np.save(tmp_path / "digit.npy", draw_digit(7))
    home = tmp_path / "home"
    home.mkdir()
    code = "import numpy, inkdigits, sys; print(inkdigits.read(numpy.load(sys.argv[1])).text)"
    env = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    env |= {"HOME": str(home), "TMPDIR": str(home), "XDG_CACHE_HOME": str(home / "cache"), **DATA_OF_PYTHON}
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "digit.npy")],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "7\n", "")
    assert list(home.rglob("*")) == []
