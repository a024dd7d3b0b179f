"""Odd inputs of every kind, fed to a reader, the command line and the server: how many are not survived.

Usage: python benchmarks/survive.py [--inputs N] [--first N] [--seed S] [--only PART]... [--resume]

Seven tenths of the inputs go to a reader one by one (api), two tenths to `inkdigits read` as folders of files
(cli), one tenth to `inkdigits serve` as requests (server). An input fails if it ends the process, raises from
`read_many`, prints a traceback, is answered with 500, gives a reading that cannot be, or takes more than
2 seconds of the processor or 1 GB of memory, that of the program included. Seconds are the processor's, so
that a busy machine tells the same. Input 17 of seed 1 alone: --only api --first 17 --inputs 1.

What has become of each input is kept in build/survive.jsonl as it goes; after a stop the same command with
--resume goes on behind the last of them. All 10,000 take a quarter of an hour.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from survive_parts import PARTS, Outcome

KEPT = Path(__file__).parent.parent / "build" / "survive.jsonl"
SHARES = {"api": 0.7, "cli": 0.2, "server": 0.1}
TELL_S = 10.0  # seconds between two lines that say how far it is


def main(arguments: list[str] | None = None) -> int:
    """Feeds, counts and prints; the exit code is 1 if something did not survive."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=10_000, help="how many (default: 10000)")
    parser.add_argument("--first", type=int, default=0, help="number of the first one (default: 0)")
    parser.add_argument("--seed", type=int, default=1, help="of the inputs (default: 1)")
    parser.add_argument("--only", action="append", choices=tuple(SHARES), help="this part; may be repeated")
    parser.add_argument("--resume", action="store_true", help="go on behind what a stopped run has kept")
    parser.add_argument("--kept", type=Path, default=KEPT, help="where outcomes are kept as it goes")
    parser.add_argument("--json", type=Path, help="write all outcomes here too")
    args = parser.parse_args(arguments)
    parts = args.only or list(SHARES)
    asked = {"inputs": args.inputs, "first": args.first, "seed": args.seed, "parts": parts}
    outcomes = _kept(args.kept, asked) if args.resume else []
    args.kept.parent.mkdir(parents=True, exist_ok=True)
    if not outcomes:
        args.kept.write_text(json.dumps(asked) + "\n", encoding="utf-8")
    with args.kept.open("a", encoding="utf-8") as kept:
        for outcome in fed(asked, outcomes):
            kept.write(json.dumps(asdict(outcome)) + "\n")
            kept.flush()
            outcomes.append(outcome)
    for line in summary(outcomes):
        print(line)
    if args.json:
        args.json.write_text(json.dumps([asdict(one) for one in outcomes], indent=1) + "\n", encoding="utf-8")
    return int(any(one.fault for one in outcomes))


def fed(asked: dict, known: list[Outcome]) -> Iterator[Outcome]:
    """Feeds what is asked for and not known yet, and tells faults and how far it is on standard error."""
    whole = sum(SHARES[part] for part in asked["parts"])
    first, told, said = asked["first"], time.monotonic(), ""
    for part in asked["parts"]:
        count = round(asked["inputs"] * SHARES[part] / whole)
        done = sum(one.part == part for one in known)
        for outcome in PARTS[part](asked["seed"], range(first + done, first + count)):
            done += 1
            outcome.judged()
            if outcome.fault and outcome.fault != said:  # that of a whole folder is told once
                said = outcome.fault
                print(f"{part} {outcome.number} {outcome.name}: {said}", file=sys.stderr, flush=True)
            if time.monotonic() - told > TELL_S:
                told = time.monotonic()
                print(f"{part} {done:,} of {count:,}", file=sys.stderr, flush=True)
            yield outcome
        first += count


def _kept(file: Path, asked: dict) -> list[Outcome]:
    """Returns the outcomes of a stopped run; a last line that was cut off is left out, and removed."""
    if not file.exists():
        return []
    head, *lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    if json.loads(head) != asked:
        told = f"expected {json.dumps(asked)}, found {head.strip()}"
        sys.exit(f"{file} is of another run: {told}; leave --resume out")
    whole = [line for line in lines if line.endswith("\n")]
    file.write_text("".join([head, *whole]), encoding="utf-8")
    return [Outcome(**json.loads(line)) for line in whole]


def summary(outcomes: list[Outcome]) -> Iterator[str]:
    """Gives the lines of the counts, and of the inputs that took the most."""
    for part in SHARES:
        mine = [one for one in outcomes if one.part == part]
        if mine:
            answers = ", ".join(f"{count} x {answer}" for answer, count in _counted(mine))
            faults = sum(bool(one.fault) for one in mine)
            yield f"{part}: {len(mine)} inputs, {faults} not survived; {answers}"
    for unit, key in (("s", "seconds"), ("MB", "megabytes")):
        worst = sorted(outcomes, key=lambda one: getattr(one, key), reverse=True)[:5]
        shown = (f"{getattr(one, key):.2f} {unit} {one.part} {one.number} {one.name}" for one in worst)
        yield f"most {key}: " + "; ".join(shown)


def _counted(outcomes: list[Outcome]) -> list[tuple[str, int]]:
    return Counter(one.answer for one in outcomes).most_common()


if __name__ == "__main__":
    sys.exit(main())
