"""Runs ``inkdigits benchmark`` and every benchmark here, and writes docs/benchmarks.md.

Usage: python benchmarks/make_page.py [NAME]...

With names (``serve.py``, ``crossval`` or any other word of a command) those alone are run; the page keeps the
other sections as they are, each with the machine and the day that it was measured on. All of them take two
hours, most of it survive.py and kills.py, which take up what they have done already.

compare.py leaves out what is not installed or not there: for the whole page have Tesseract, the data sets
in ``INKDIGITS_DATA`` and RapidOCR (``pip install 'rapidocr==3.10.*'``). serve.py needs wrk.
"""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
GOALS = {
    "inkdigits benchmark": "naming digits at most twice as long as the baseline network",
    "inkdigits benchmark --only accuracy": "at least 99.13 % in a twentieth of the baseline's time",
    "inkdigits benchmark --only crossval": "at least 98.96 % in a twentieth of the baseline's time",
    "python benchmarks/startup.py": "a time ratio of at most 1.5",
    "python benchmarks/architectures.py --numbers 12000 --epochs 6 --json build/architectures.json": (
        "the network that reads most for its time; a training that ships takes fifty times as many steps"
    ),
    "python benchmarks/touching.py": (
        "97 %; pairs that must overlap by more than a third before they touch are drawn again"
    ),
    "python benchmarks/patterns.py": "half of the errors with a pattern, and no more that are sure",
    "python benchmarks/refused.py": (
        "of paper, noise and light nothing, of letters 1 % at most; AUROC 0.997 where it is lowest"
    ),
    "python benchmarks/forms.py": (
        "every form laid over its blank, 98 % of the fields right, of the sure ones 99.5 %, every other "
        "picture refused"
    ),
    "python benchmarks/pages.py": (
        "99 % of the numbers read, 1 % false finds, an A4 page in at most 4 times its decoding"
    ),
    "python benchmarks/tables.py": "97 % of the tables with all numbers in place, 97 % of the cells right",
    "python benchmarks/turned.py": "however a sheet lies, within 1 point of what is read of it as it is",
    "python benchmarks/compare.py": (
        "more read than by any other tool, a cell in at most 2 ms and a third of RapidOCR's time"
    ),
    "python benchmarks/second.py": (
        "of what it makes sure at most 5 % wrong, half of what the default max_error allows"
    ),
    "python benchmarks/crowded.py": "2 seconds and 1 GB for what holds few numbers, however much ink it has",
    "python benchmarks/survive.py --resume": "10,000 inputs, all of them survived",
    "python benchmarks/kills.py --resume": "300 kills, nothing lost, doubled or left running",
    "python benchmarks/serve.py --seconds 60": (
        "300 reads a second with two workers, 99 of 100 within 100 ms at half of that, nothing accepted is "
        "lost at five times of it, memory grows by less than 5 %, no harmful upload ends in a 500"
    ),
}
HEAD = """\
# Benchmarks

Made by `python benchmarks/make_page.py`; do not edit by hand. Each figure is a ratio against a reference that
runs in the same minutes on the same machine: absolute times say more about the machine than about the code.
"""


def main() -> None:
    """Runs the benchmarks and writes the page."""
    asked = sys.argv[1:]
    kept = _sections()
    for command in GOALS:
        if not asked or set(asked) & set(command.replace("/", " ").split()):
            kept[command] = _measured(command)
            PAGE.write_text("\n".join([HEAD, *(kept[one] for one in GOALS if one in kept)]), encoding="utf-8")


def _sections() -> dict[str, str]:
    """Returns the sections that the page has, by their commands."""
    parts = PAGE.read_text(encoding="utf-8").split("\n## `")[1:] if PAGE.exists() else []
    return {part.partition("`")[0]: f"## `{part.rstrip()}\n" for part in parts}


def _measured(command: str) -> str:
    """Runs a benchmark and returns its section."""
    words = command.split()
    ours = words[0] == "inkdigits"
    line = [sys.executable, *(["-m", *words] if ours else [str(HERE.parent / words[1]), *words[2:]])]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    # One that falls short of its goal says so, and has its section all the same.
    if done.returncode and (not done.stdout or "Traceback" in done.stderr):
        sys.exit(f"{command} failed: {done.stderr.strip()}")
    print(done.stdout, end="")
    about = "Ours against the published baseline in the same run."
    if not ours:
        about = (HERE.parent / words[1]).read_text(encoding="utf-8").split('"""')[1].splitlines()[0]
    return f"## `{command}`\n\n{about} Goal: {GOALS[command]}.\n\n```\n{done.stdout}```\n\n{_machine()}\n"


def _machine() -> str:
    libraries = ("numpy", "opencv-python-headless", "onnxruntime", "pillow")
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    system = f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {system}, {versions}."


if __name__ == "__main__":
    main()
