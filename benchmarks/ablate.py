"""What each layout rule and each constant is worth: rules switched off, constants moved by a quarter.

Usage: python benchmarks/ablate.py [--rules] [--constants] [--only NAME]... [--sample N] [--jobs N]
       [--json FILE [--resume]]

Every rule that ``ablate_rules.py`` names is switched off, and every constant is set a quarter lower and a
quarter higher, one at a time. Then the sets that it can touch are read once more, and the right answers
that are lost and won, and those that are sure and wrong, are counted as ``inkdigits evaluate`` counts them:
of a page each number that is right and in order. The sets are those with ``labels.csv`` in the folder
``real`` of ``INKDIGITS_DATA``, the pictures that were misread once, and pages that the project draws,
seeded, from MNIST's training digits. What is not there is left out with a line. Without ``--only``
docs/ablation.md is written: the rules take 10 minutes on two cores, the constants 25. A
run with ``--json`` that was stopped goes on with ``--resume``.
"""

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any, NamedTuple

from ablate_page import constant_of, write_page
from ablate_reading import (
    ROOT,
    Outcomes,
    Switch,
    asked_of,
    names_of_sets,
    outcomes,
    owner_of,
    remembering_reader,
    set_of,
    switched,
)
from ablate_rules import CONSTANTS, RULES

from inkdigits.data.labelled import Dataset

SAMPLE = 600  # pictures of a set
QUARTER = 0.25


class Job(NamedTuple):
    """Something to try: a name, the stage that it touches, what is replaced."""

    name: str
    stage: str
    switches: tuple[Switch, ...]


class Worker:
    """Reads sets in a process of its own; all of it is made once."""

    reader: Any
    sets: dict[str, Dataset]

    @classmethod
    def start(cls, names: Sequence[str], sample: int) -> None:
        """Loads models and sets."""
        cls.reader = remembering_reader()
        cls.sets = {name: set_of(name, sample) for name in names}

    @classmethod
    def run(cls, job: Job, asked: Sequence[tuple[str, bool]]) -> Outcomes | str:
        """Returns what came of each set with something replaced, or why nothing could be read."""
        try:
            with switched(job.switches):
                return {
                    key_of(name, auto): outcomes(cls.reader, cls.sets[name], auto=auto)
                    for name, auto in asked
                }
        except Exception as error:  # a constant that cannot be moved is a finding
            return f"{type(error).__name__}: {error}".splitlines()[0]


def run_job(index: int, kind: str, asked: Sequence[tuple[str, bool]]) -> Outcomes | str:
    """Runs one job by its place, since functions do not travel between processes."""
    return Worker.run(jobs_of(kind)[index], asked)


def key_of(name: str, auto: bool) -> str:
    """Returns what a set is called in the results."""
    return f"{name}, auto" if auto else name


# ---- What is tried ----


def moved(value: Any, share: float) -> Any:
    """Returns a constant moved by a share of itself, a whole number by one at least."""
    if isinstance(value, tuple):
        return tuple(moved(part, share) for part in value)
    if isinstance(value, int):
        step = max(1, round(abs(value) * abs(share)))
        return value + (step if share > 0 else -step)
    return value * (1 + share)


def jobs_of(kind: str) -> list[Job]:
    """Returns what is tried of "rules" or "constants", or of "nothing": everything as it is."""
    if kind == "rules":
        return [Job(rule.name, rule.stage, rule.off) for rule in RULES]
    if kind == "nothing":
        return [Job("nothing", stage, ()) for stage in ("ink", "kind")]
    jobs: list[Job] = []
    for stage, names in CONSTANTS.items():
        for name in names.split():
            address = name if ":" in name else f"spec:{name}"
            owner, attribute = owner_of(address)
            for share in (-QUARTER, QUARTER):
                value = moved(getattr(owner, attribute), share)
                jobs.append(Job(f"{name} {share:+.0%}", stage, ((address, value),)))
    return jobs


def run(
    kind: str,
    only: Sequence[str],
    names: Sequence[str],
    pool: Executor,
    *,
    known: dict[str, Any],
    keep: Callable[[dict[str, Any]], object],
) -> dict[str, Any]:
    """Tries all rules or constants; returns the results of each by its name, as JSON-ready values.

    Args:
        kind: "rules" or "constants".
        only: names of those that are tried; none for all.
        names: of the sets.
        pool: what runs the jobs.
        known: effects that are measured already.
        keep: called with the results so far, so that a run that is stopped loses nothing.
    """
    usual: Outcomes = {}
    for job in [
        pool.submit(run_job, index, "nothing", asked_of(job.stage, names))
        for index, job in enumerate(jobs_of("nothing"))
    ]:
        usual |= job.result()
    sets = {
        key: {
            "pictures": len(rows),
            "n": sum(row.n for row in rows),
            "right": sum(row.right for row in rows),
            "sure_wrong": sum(row.sure_wrong for row in rows),
        }
        for key, rows in sorted(usual.items())
    }
    wanted = [job for job in jobs_of(kind) if not only or constant_of(job.name) in only]
    order = [job.name for job in wanted]
    found = {name: known[name] for name in order if name in known}
    waiting = {
        pool.submit(run_job, index, kind, asked_of(job.stage, names)): job.name
        for index, job in enumerate(jobs_of(kind))
        if job.name in order and job.name not in found
    }
    for done in as_completed(waiting):
        found[waiting[done]] = effects(usual, done.result())
        print(f"{len(found):4} of {len(order)} {waiting[done]}", file=sys.stderr, flush=True)
        keep({"sets": sets, "effects": found})
    return {"sets": sets, "effects": {name: found[name] for name in order}}


def effects(usual: Outcomes, found: Outcomes | str) -> dict[str, Any]:
    """Returns what is lost and won on each set where anything changes; or ``{"fails": why}``."""
    if isinstance(found, str):
        return {"fails": found}
    out: dict[str, Any] = {}
    for key, rows in found.items():
        pairs = list(zip(usual[key], rows, strict=True))
        gains = [after.right - before.right for before, after in pairs]
        changed = sum(before != after for before, after in pairs)
        if changed:
            out[key] = {
                "lost": -sum(gain for gain in gains if gain < 0),
                "won": sum(gain for gain in gains if gain > 0),
                "sure_wrong": sum(after.sure_wrong - before.sure_wrong for before, after in pairs),
                "changed": changed,
            }
    return out


def read_results(path: Path, sample: int) -> dict[str, Any]:
    """Returns what a run that was stopped has measured; nothing where there is none with this sample."""
    if not path.exists():
        return {}
    results = json.loads(path.read_text(encoding="utf-8"))
    return results if results.pop("sample", None) == sample else {}


def write_results(path: Path, sample: int, results: dict[str, Any]) -> None:
    """Writes what is measured so far, whole even if it is stopped while it writes."""
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps({"sample": sample, **results}), encoding="utf-8")
    part.replace(path)


def main() -> None:
    """Measures, prints and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rules", action="store_true", help="the rules alone")
    parser.add_argument("--constants", action="store_true", help="the constants alone")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="one rule or constant; no page"
    )
    parser.add_argument(
        "--sample", type=int, default=SAMPLE, metavar="N", help=f"pictures of a set ({SAMPLE})"
    )
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (2)")
    parser.add_argument("--json", type=Path, help="write the figures here too, after each that is tried")
    parser.add_argument("--resume", action="store_true", help="go on with what the file of --json has")
    args = parser.parse_args()
    if args.resume and not args.json:
        parser.error("--resume goes on with a file; expected --json FILE beside it")
    kinds = [kind for kind in ("rules", "constants") if getattr(args, kind)] or ["rules", "constants"]
    names = names_of_sets()
    started, context = time.monotonic(), multiprocessing.get_context("spawn")
    results = read_results(args.json, args.sample) if args.resume else {}
    with ProcessPoolExecutor(args.jobs, context, Worker.start, (names, args.sample)) as pool:
        for kind in kinds:

            def keep(result: dict[str, Any], kind: str = kind) -> None:
                results[kind] = result
                if args.json:
                    write_results(args.json, args.sample, results)

            known = results.get(kind, {}).get("effects", {})
            keep(run(kind, args.only, names, pool, known=known, keep=keep))
    print(f"{time.monotonic() - started:.0f} s", file=sys.stderr)
    if args.only:
        for kind in kinds:
            for name, effect in results[kind]["effects"].items():
                print(name, json.dumps(effect))
        return
    for kind in kinds:
        write_page(ROOT / "docs" / "ablation.md", kind, results[kind], args.sample)


if __name__ == "__main__":
    main()
