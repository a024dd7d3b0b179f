"""Kills commands at random moments with kill -9: how often something is lost, doubled or left running.

::

    python benchmarks/kills.py                          300 kills, an hour or two
    python benchmarks/kills.py --resume                 the same, behind the kills of a run that was stopped
    python benchmarks/kills.py --kills 12 --only serve  a taste

Each kill is of the command itself alone, as the system's out-of-memory killer does it; its children have to
end by themselves. What comes after it is what a user would do: the same with --resume, or the server again.

    train      the history and the finished network are those of a run that nobody killed
    crossval   so are the answers of all folds
    read       the table has every picture once, or is the older one while no new one is whole
    watch      the tables have every picture once, those that cannot be read among what failed
    serve      every correction that was acknowledged is there once, whole, and none that was not sent
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kills_cases import CASES
from kills_processes import Case, Killed

__all__ = ["Figures", "main", "run_case"]

DEFAULT_KILLS = 300
KEPT = Path(__file__).parent.parent / "build" / "kills.json"
TELL_S = 10.0  # seconds between two lines that say how far it is


@dataclass
class Figures:
    """What became of the kills of one command.

    Attributes:
        kills: how many hit it while it ran.
        late: how many came when it had ended by itself; they count for nothing.
        faults: what was wrong, in words, and how often.
        seconds: that all of it took.
        finished: whether no kill is to come.
    """

    kills: int = 0
    late: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    finished: bool = False


def run_case(
    case: Case,
    kills: int,
    rng: random.Random,
    known: Figures | None = None,
    keep: Callable[[Figures], None] = lambda _: None,
) -> Figures:
    """Kills a command so often, at moments that are even over the time that it takes when nobody kills it.

    Args:
        case: the command.
        kills: how many have to hit it, those that are known included.
        rng: chooses the moments.
        known: what a run that was stopped has found.
        keep: is told the figures after each kill.
    """
    figures, started = known or Figures(), time.perf_counter()
    before, told, late = figures.seconds, started, figures.late
    usual = case.prepare()
    while figures.kills < kills:
        outcome: Killed = case.kill(rng.uniform(0, usual))
        figures.kills += outcome.hit
        figures.late += not outcome.hit
        figures.faults.update(outcome.faults)
        figures.seconds = before + time.perf_counter() - started
        keep(figures)
        if time.perf_counter() - told > TELL_S:
            told = time.perf_counter()
            print(f"{figures.kills} of {kills} kills", file=sys.stderr, flush=True)
        if figures.late - late > 3 * kills + 10:  # it has become much faster than when it was timed
            usual, late = usual / 2, figures.late
    figures.faults.update(case.finish())
    figures.seconds, figures.finished = before + time.perf_counter() - started, True
    keep(figures)
    return figures


def main(arguments: list[str] | None = None) -> int:
    """Runs the cases, prints a table, and returns 1 when anything was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=DEFAULT_KILLS, help="in all, shared out evenly")
    parser.add_argument("--only", action="append", choices=sorted(CASES), help="may be given more than once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--resume", action="store_true", help="go on behind what a stopped run has kept")
    parser.add_argument("--kept", type=Path, default=KEPT, help="where figures are kept as it goes")
    parser.add_argument("--json", type=Path, help="write the figures there")
    args = parser.parse_args(arguments)
    names = args.only or list(CASES)
    asked = {"kills": args.kills, "seed": args.seed, "names": names}
    found = _kept(args.kept, asked) if args.resume else {}
    args.kept.parent.mkdir(parents=True, exist_ok=True)

    def content() -> str:
        told = {name: {**vars(one), "faults": dict(one.faults)} for name, one in found.items()}
        return json.dumps({"asked": asked, "cases": told}, indent=2) + "\n"

    print("command    kills  faults   seconds", flush=True)
    for index, name in enumerate(names):
        share = args.kills // len(names) + (index < args.kills % len(names))
        figures = found.setdefault(name, Figures())
        if not figures.finished:
            # Other moments than before the stop, or the same ones would be tried twice.
            rng = random.Random(f"{args.seed} {name} {figures.kills}")  # noqa: S311 - no secret
            with tempfile.TemporaryDirectory(prefix="kills-") as folder:
                case = CASES[name](Path(folder))
                run_case(case, share, rng, figures, lambda _: write_whole(args.kept, content()))
        print(f"{name:9}  {figures.kills:5}  {figures.faults.total():6}  {figures.seconds:8.0f}", flush=True)
        for fault, times in figures.faults.items():
            print(f"  {times} times: {fault}", flush=True)
    kills = sum(figures.kills for figures in found.values())
    faults = sum(figures.faults.total() for figures in found.values())
    print(f"{kills} kills; {faults} times something was lost, doubled or left running")
    if args.json:
        args.json.write_text(content(), encoding="utf-8")
    return int(faults > 0)


def write_whole(file: Path, text: str) -> None:
    """Writes a file that is the older one or whole, whenever it is looked at."""
    part = file.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    part.replace(file)


def _kept(file: Path, asked: dict[str, object]) -> dict[str, Figures]:
    """Returns the figures of a run that was stopped."""
    if not file.exists():
        return {}
    content = json.loads(file.read_text(encoding="utf-8"))
    if content["asked"] != asked:
        sys.exit(f"{file} is of another run: expected {asked}, found {content['asked']}; leave --resume out")
    cases = content["cases"].items()
    return {name: Figures(**{**told, "faults": Counter(told["faults"])}) for name, told in cases}


if __name__ == "__main__":
    sys.exit(main())
