"""Reads the digit in each picture or folder that is named, or in the pictures of examples/ that show one.

Prints a line for each: its name, the digit, how sure that is, and a mark unless all is well.
Ends with 0 if all were read, with 1 if one could not be.
"""

import argparse
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

try:
    from inkdigits import InkdigitsError, Reader, find_pictures
except ModuleNotFoundError as error:
    python = HERE / ".venv" / "bin" / "python"
    made = "" if python.exists() else f"run 'make run' in {HERE}, then "
    way = f"{made}start it with {python} {sys.argv[0]}"
    sys.exit(f"predict.py: there is no module {error.name!r} for {sys.executable}; {way}")


def main() -> int:
    """Reads and prints; gives the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("pictures", metavar="PICTURE", nargs="*", help="a picture, or a folder of them")
    named = parser.parse_args().pictures or sorted(HERE.glob("examples/[0-9]-*"))
    failed = False
    for reading in Reader().read_many(find_pictures(named), expect="digit"):
        sure = f"  {min(reading.confidence, 0.9994):.1%}" if reading.text else ""  # nothing is certain
        mark = "" if reading.status == "ok" else f"  {reading.status}"
        print(f"{reading.source}  {reading.text or reading.error or '-'}{sure}{mark}")
        failed = failed or reading.status == "error"
    return int(failed)


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # a file's name may hold what a terminal cannot show
    try:
        code = main()
        sys.stdout.flush()
    except BrokenPipeError:  # of `| head`, which has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what Python still flushes
        code = 1
    except InkdigitsError as error:
        sys.exit(f"predict.py: {error}")
    sys.exit(code)
