"""How long one picture takes from the shell, against importing what reading needs, in the same run.

Usage: python benchmarks/startup.py [--json FILE]

Whole processes, in turn: ``inkdigits read PICTURE`` and ``python -c "import numpy, cv2, onnxruntime"``.
Figures are medians; the ratio is taken pair by pair.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # as the package sets it; else the import alone would send
PICTURE = Path(__file__).parents[1] / "examples" / "3-form-box.png"
ROUNDS = 25
COMMANDS = {
    "import numpy, cv2, onnxruntime": [sys.executable, "-c", "import numpy, cv2, onnxruntime"],
    "inkdigits read": [str(Path(sys.executable).with_name("inkdigits")), "read", str(PICTURE)],
}


def once(command: list[str]) -> tuple[float, float]:
    """Runs a command; returns its wall seconds and its largest memory in MiB."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with exit code {process.returncode}")
    return seconds, usage.ru_maxrss / 1024


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    runs = {name: [once(command)][:0] for name, command in COMMANDS.items()}  # a warm-up, not counted
    for _ in range(ROUNDS):
        for name, command in COMMANDS.items():
            runs[name].append(once(command))
    imports, read = ([seconds for seconds, _ in values] for values in runs.values())
    ratio = statistics.median(ours / theirs for ours, theirs in zip(read, imports, strict=True))
    for name, values in runs.items():
        seconds, memory = (statistics.median(column) for column in zip(*values, strict=True))
        print(f"{name:32} {1000 * seconds:6.0f} ms  {memory:5.0f} MiB")
    print(f"{'time ratio':32} {ratio:6.2f}  ({ROUNDS} rounds)")
    if args.json:
        args.json.write_text(json.dumps({"benchmark": "startup", "ratio": ratio}))


if __name__ == "__main__":
    main()
