"""The figures of benchmarks/scaling.py, and simulations that begin with them, as docs/scaling.md."""

import statistics
from dataclasses import replace
from typing import Any

from scaling_simulation import Figures, Found, Plan, simulated

from inkdigits.batch.parts import USUAL
from inkdigits.batch.shards import MOST

__all__ = ["page"]

BILLION = 1_000_000_000
MACHINES, CORES = 100, 16
HOUR = 3600.0
SLOW, SLOWER = 0.05, 3.0
LOST = 10  # machines
BACK = 300.0  # seconds until a lost one is replaced
STORAGE = 100e6  # bytes a second, one network disk
AT_A_TIME = 50  # commands, each with its part of the data
HEAD = """\
# Scaling

Made by `python benchmarks/scaling.py`; do not edit by hand. How the commands are given that are
measured is in [batch.md](batch.md).
"""


def page(figures: dict[str, Any], price: float) -> str:
    """Returns the page.

    Args:
        figures: what was measured.
        price: of one core for an hour.
    """
    parts = [HEAD, _measured(figures), _targets(figures), _beside(figures), _billion(figures, price)]
    minutes = figures["took"] / 60
    return "\n".join([*parts, f"{figures['machine']}; measured in {minutes:.0f} minutes.\n"])


def _table(head: tuple[str, ...], rows: list[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" if not index else "---:" for index in range(len(head))), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


def _measured(figures: dict[str, Any]) -> str:
    rows: list[tuple[object, ...]] = []
    for name in ("cells", "sheets"):
        own = figures[name]
        for jobs in ("1", "2"):
            one = own[jobs]
            efficiency = f"{own['efficiency']:.2f}" if jobs == "2" else ""
            rows.append(
                (
                    f"{own['n']:,} {name}",
                    jobs,
                    f"{one['rate']:.1f}",
                    efficiency,
                    f"{one['alone']:.1f}",
                    f"{own['share'][jobs]:.0%}",
                    f"{one['memory'] / 1e6:.0f} MB",
                )
            )
    made, sizes = figures["made"], figures["megapixels"]
    ray = [
        (
            "local" if name == "local" else f"Ray, {name}",
            f"{one['rate']:.1f}",
            f"{one['overhead']:+.0%}" if "overhead" in one else "",
            f"{one['start']:.0f} s",
            f"{one['whole overhead']:+.0%}" if "overhead" in one else "",
            f"{one['memory'] / 1e6:.0f} MB",
        )
        for name, one in figures["ray"].items()
    ]
    lost = figures["cluster"]
    return (
        f"## Measured\n\nThe cells are {made['cells']:,} distinct ones, the sheets {made['sheets']:,}; the "
        f"others are hard links to these. A sheet has {statistics.median(sizes):.1f} megapixels, nine in "
        f"ten at most {sizes[int(0.9 * len(sizes))]:.1f}. Memory is the most that all processes had resident "
        "together, what they share counted once. Rates are of the time after the start, of "
        f"{figures['cells']['of a round']:,} cells and {figures['sheets']['of a round']:,} sheets: one "
        f"worker, reading alone, two workers and two alone in turn, {figures['cells']['rounds']} times, for "
        "a machine is not as fast in every minute; told is the median, of comparisons the median of those "
        "within a round. Reading alone is the same reader in as many processes "
        "without anything around it.\n\n"
        + _table(
            ("read", "workers", "a second", "efficiency", "alone, a second", "share of it", "memory"), rows
        )
        + "\nThe same cells by Ray on this machine, two workers, against two of the local engine, in this "
        "order; the start is that of a cluster that is made for the run:\n\n"
        + _table(("engine", "a second", "time more", "start", "with the start", "memory"), ray)
        + f"\nA cluster of three nodes on this machine took {lost['undisturbed']:.0f} s for {lost['n']:,} of "
        "the cells, undisturbed, and "
        f"{lost['disturbed']:.0f} s when one of them was killed after {lost['lost at']:.0f} s, "
        f"with {lost['rows']:,} rows, {lost['distinct rows']:,} of them distinct. "
        f"RapidOCR takes {figures['rapidocr']['times']:.1f} times as long for {figures['rapidocr']['n']:,} "
        "of the cells, two processes of one thread each.\n"
    )


def _targets(figures: dict[str, Any]) -> str:
    cells, memory = figures["cells"], figures["memory"]
    least = min(figures[name]["share"]["2"] for name in ("cells", "sheets"))
    lost = figures["cluster"]
    every = lost["rows"] == lost["distinct rows"] == lost["n"]
    efficiency = min(figures[name]["efficiency"] for name in ("cells", "sheets"))
    rows = [
        ("efficiency of two workers", "≥ 0.85", f"{efficiency:.2f}", efficiency >= 0.85),
        ("share of reading alone", "≥ 60 %", f"{least:.0%}", least >= 0.6),
        (
            f"memory at {memory['few']:,} cells",
            "≤ 1 GB",
            f"{memory['at few'] / 1e6:.0f} MB",
            memory["at few"] <= 1e9,
        ),
        (f"its growth to {cells['n']:,}", "≤ 5 %", f"{memory['growth']:+.1%}", memory["growth"] <= 0.05),
        *(
            (
                f"Ray into a {name} against local, with its start",
                "≤ 20 %",
                f"{one['whole overhead']:+.0%}",
                one["whole overhead"] <= 0.2,
            )
            for name, one in figures["ray"].items()
            if name != "local"
        ),
        ("rows after a node was killed", "every one once", f"{lost['distinct rows']:,}", every),
    ]
    return "## Targets\n\n" + _table(
        ("figure", "target", "measured", ""), [(*row, "met" if met else "missed") for *row, met in rows]
    )


def _figures(figures: dict[str, Any], engine: str) -> Figures:
    """Returns what a simulation begins with: reading alone, and what one engine adds to it."""
    cells = figures["cells"]
    if engine == "local":
        first, start, slower = cells["2"]["first"], figures["starts"]["local 2"], 1.0
    else:
        one = figures["ray"][engine]
        first, start = one["first"], one["start"]
        slower = cells["2"]["rate"] / figures["ray"]["local"]["rate"]
    return Figures(
        reads=slower / cells["1"]["alone"],
        deviates=cells["deviates"],
        together=cells["efficiency alone"],
        hands=max(0.0, first / cells["n"] - figures["listed"]["seconds"]),  # that is told apart
        start=start,
        restart=figures["cluster"]["start"],
        picture=figures["bytes"],
    )


def _beside(figures: dict[str, Any]) -> str:
    """Lays what was measured beside what is simulated from other figures."""
    count, lost = figures["cells"]["n"], figures["cluster"]
    here = Plan(count, machines=1, workers=2, part=1, cores=2, shared=True)
    three = replace(here, pictures=lost["n"], workers=3, part=USUAL)
    ray = replace(_figures(figures, "file"), start=lost["start"])
    local = _figures(figures, "local")
    alone = replace(local, hands=0.0, start=figures["starts"]["local 1"])
    killed = replace(
        here,
        pictures=lost["n"],
        machines=3,
        workers=1,
        part=USUAL,
        lost=1,
        lost_by=2 * lost["lost at"],
        cores=1,
        shared=True,
    )
    # Three nodes share two cores: each worker has two thirds of one.
    third = replace(ray, reads=ray.reads * 1.5 / ray.together, together=1.0, hands=ray.hands)
    points = [
        ("local, 1 worker", figures["cells"]["1"]["seconds"], simulated(alone, replace(here, workers=1))),
        ("local, 2 workers", figures["cells"]["2"]["seconds"], simulated(local, here)),
        *(
            (
                f"Ray, {name}, 2 workers",
                figures["ray"][name]["seconds"],
                simulated(_figures(figures, name), replace(here, part=USUAL)),
            )
            for name in ("file", "folder")
        ),
        ("three nodes, undisturbed", lost["undisturbed"], simulated(ray, three)),
        ("three nodes, one killed", lost["disturbed"], simulated(third, killed)),
    ]
    rows = [
        (name, f"{seconds:.1f} s", f"{found.seconds:.1f} s", f"{found.seconds / seconds - 1:+.0%}")
        for name, seconds, found in points
    ]
    return (
        "## Simulated beside measured\n\nThe simulation (SimPy) has workers that take parts, read them, and "
        "hand them to the one process that collects. It is given the time of reading alone, how much slower "
        "a core is when all are busy, what the first process needs a picture, and the start; for Ray also "
        "how fast the machine was by then, as the local engine tells that was run between; none of the "
        "times that stand beside it here.\n\n" + _table(("run", "measured", "simulated", "difference"), rows)
    )


def _billion(figures: dict[str, Any], price: float) -> str:
    """Simulates a billion cells on a hundred machines."""
    file, folder = _figures(figures, "file"), _figures(figures, "folder")
    listed = figures["listed"]
    whole = Plan(BILLION, MACHINES, CORES, MOST, CORES)
    apart = replace(folder, hands=folder.hands / AT_A_TIME)  # each command has a first process of its own
    lists = listed["seconds"] * BILLION
    ideal = simulated(replace(apart, start=folder.start + lists / AT_A_TIME), whole)
    split = replace(apart, start=folder.start + lists / AT_A_TIME)
    cases: list[tuple[str, Found]] = [
        ("one command, one file", simulated(replace(file, start=file.start + lists), whole)),
        ("one command, a folder", simulated(replace(folder, start=folder.start + lists), whole)),
        (f"{AT_A_TIME} commands, a folder each", ideal),
        (
            f"… {SLOW:.0%} of the machines {SLOWER:g} times as slow",
            simulated(split, replace(whole, slow=SLOW, slower=SLOWER)),
        ),
        (
            f"… {LOST} machines lost, back in {BACK / 60:.0f} minutes",
            simulated(split, replace(whole, lost=LOST, lost_by=ideal.seconds, back=BACK)),
        ),
        (
            f"… {LOST} machines lost for good",
            simulated(split, replace(whole, lost=LOST, lost_by=ideal.seconds)),
        ),
        (f"… one disk of {STORAGE / 1e6:.0f} MB/s", simulated(split, replace(whole, storage=STORAGE))),
    ]
    rows = [
        (
            name,
            f"{found.seconds / HOUR:.2f}",
            f"{found.seconds / HOUR * MACHINES * CORES * price:,.0f}",
            f"{found.first:.0%}",
            f"{found.storage:.0%}" if found.storage else "",
            f"{found.again:,}" if found.again else "",
        )
        for name, found in cases
    ]
    full = MACHINES * CORES / file.reads * file.together
    return (
        f"## A billion cells on {MACHINES} machines\n\n{MACHINES} machines of {CORES} cores as those above, "
        f"{price:g} for a core and hour (an assumption: `--price`), parts of {MOST:,} cells, "
        f"{figures['bytes'] / 1000:.1f} kB each. Listing what there is to read, which every command does "
        f"first, takes {1e6 * listed['seconds']:.0f} µs and {listed['bytes']:.0f} bytes of memory a picture, "
        "as measured.\n\n"
        + _table(("case", "hours", "cost", "first process busy", "disk busy", "read again"), rows)
        + f"\n**First bottleneck**: the process that the command is. All workers together read {full:,.0f} "
        f"cells a second; it takes in {1 / max(file.hands, 1e-9):,.0f} rows a second for one file and "
        f"{1 / max(folder.hands, 1e-9):,.0f} for a folder, whose files are written where they are read, and "
        f"its list of a billion pictures would take {listed['bytes'] * BILLION / 1e9:,.0f} GB. "
        f"**What to change**: give the cluster the data in parts, a command for each (one Parquet file or "
        f"folder, some ten million pictures), and name a folder as `--output`; each command has a first "
        "process of its own and a checkpoint of its own, and is gone on with alone. After that it is the "
        "storage: pictures in Parquet on an object store, read from many machines at a time, in place of "
        "one disk.\n"
    )
