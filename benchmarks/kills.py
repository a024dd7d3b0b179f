"""Kills commands at random moments with kill -9, and counts what is lost, doubled or left running.

::

    python benchmarks/kills.py                          300 kills, an hour or two
    python benchmarks/kills.py --kills 12 --only serve  a taste

Each kill is of the command itself alone, as the system's out-of-memory killer does it; its children have to
end by themselves. What comes after it is what a user would do: the same with --resume, or the server again.

    train      the history and the finished network are those of a run that nobody killed
    crossval   so are the answers of all folds
    read       the table has every picture once, or is the older one while no new one is whole
    serve      every correction that was acknowledged is there once, whole, and none that was not sent
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kills_cases import CASES, Case, Killed

__all__ = ["Figures", "main", "run_case"]

DEFAULT_KILLS = 300


@dataclass
class Figures:
    """What became of the kills of one command.

    Attributes:
        kills: how many hit it while it ran.
        late: how many came when it had ended by itself; they count for nothing.
        faults: what was wrong, in words, and how often.
        seconds: that all of it took.
    """

    kills: int = 0
    late: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def run_case(case: Case, kills: int, rng: random.Random) -> Figures:
    """Kills a command so often, at moments that are even over the time that it takes when nobody kills it."""
    figures, started = Figures(), time.perf_counter()
    usual = case.prepare()
    while figures.kills < kills:
        outcome: Killed = case.kill(rng.uniform(0, usual))
        figures.kills += outcome.hit
        figures.late += not outcome.hit
        figures.faults.update(outcome.faults)
        if figures.late > 3 * kills + 10:  # it has become much faster than when it was timed
            usual /= 2
    figures.faults.update(case.finish())
    figures.seconds = time.perf_counter() - started
    return figures


def main(arguments: list[str] | None = None) -> int:
    """Runs the cases, prints a table, and returns 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=DEFAULT_KILLS, help="in all, shared out evenly")
    parser.add_argument("--only", action="append", choices=sorted(CASES), help="may be given more than once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the figures there")
    args = parser.parse_args(arguments)
    names = args.only or list(CASES)
    rng = random.Random(args.seed)  # noqa: S311 - the same for the same seed, no secret
    found: dict[str, Figures] = {}
    print("command    kills  faults   seconds", flush=True)
    for index, name in enumerate(names):
        share = args.kills // len(names) + (index < args.kills % len(names))
        with tempfile.TemporaryDirectory(prefix="kills-") as folder:
            figures = found[name] = run_case(CASES[name](Path(folder)), share, rng)
        print(f"{name:9}  {figures.kills:5}  {figures.faults.total():6}  {figures.seconds:8.0f}", flush=True)
        for fault, times in figures.faults.items():
            print(f"  {times} times: {fault}", flush=True)
    kills = sum(figures.kills for figures in found.values())
    faults = sum(figures.faults.total() for figures in found.values())
    print(f"{kills} kills; {faults} times something was lost, doubled or left running")
    if args.json:
        content = {"seed": args.seed, "cases": {name: asdict(figures) for name, figures in found.items()}}
        args.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
