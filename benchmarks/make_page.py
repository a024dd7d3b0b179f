"""Runs ``inkdigits benchmark`` and every benchmark here, and writes docs/benchmarks.md.

Usage: python benchmarks/make_page.py

compare.py leaves out what is not installed or not there: for the whole page have rapidocr-onnxruntime,
Tesseract and the data sets in ``INKDIGITS_DATA``. RapidOCR brings an OpenCV of its own; to keep the one that
is there, ``pip install --no-deps rapidocr-onnxruntime`` and ``pip install pyclipper pyyaml shapely six``.
"""

import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE.parent / "docs" / "benchmarks.md"
OURS = "inkdigits benchmark"  # the program's own; the scripts here measure what it cannot know of
GOALS = {
    OURS: "naming digits at most twice as long as the baseline network",
    "startup.py": "a time ratio of at most 1.5",
    "touching.py": "97 %; pairs that must overlap by more than a third before they touch are drawn again",
    "pages.py": "99 % of the numbers read, 1 % false finds, an A4 page in at most 4 times its decoding",
    "compare.py": "more read than by any other tool, a cell in at most 2 ms and a third of RapidOCR's time",
}
HEAD = """\
# Benchmarks

Made by `python benchmarks/make_page.py`; do not edit by hand. Each figure is a ratio against a reference that
runs in the same minutes on the same machine: absolute times say more about the machine than about the code.

{machine}
"""


def main() -> None:
    """Runs the benchmarks and writes the page."""
    libraries = ("numpy", "opencv-python-headless", "onnxruntime", "pillow")
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    system = f"{os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}"
    page = HEAD.format(machine=f"{system}, {versions}.")
    for name, goal in GOALS.items():
        script = HERE / name
        command = [sys.executable, "-m", *name.split()] if name == OURS else [sys.executable, str(script)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{name} failed: {done.stderr.strip()}")
        print(done.stdout, end="")
        shown, about = name, "Naming digits and starting, against the published baseline in the same run."
        if name != OURS:
            shown = f"python benchmarks/{name}"
            about = script.read_text(encoding="utf-8").split('"""')[1].splitlines()[0]
        page += f"\n## `{shown}`\n\n{about} Goal: {goal}.\n\n```\n{done.stdout}```\n"
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
