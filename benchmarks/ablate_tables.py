"""What each threshold that makes a table of numbers is worth: every one a quarter lower and higher.

Usage: python benchmarks/ablate_tables.py [--tables N] [--only NAME]... [--jobs N]

Tables that the project draws and photographs, of all kinds of lines, are given with the true places of their
numbers, so that nothing but the tables' own rules is judged; beside them the mark sheets of ``real`` in
``INKDIGITS_DATA``, if they are there, with the numbers that are read on them. One threshold at a time is
moved, and counted are tables whose numbers stand in their rows and columns, sheets' numbers that do, and
tables of which any cell is another. Without ``--only`` the section of docs/ablation.md is written: ten
minutes on two cores.
"""

import argparse
import importlib
import json
import multiprocessing
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from ablate import QUARTER, moved
from ablate_page import TITLES, write_section
from ablate_reading import ROOT, switched
from tables import KINDS, LINED, drawn, flat_of, labelled_rows, maker_of_scenes, places_filled, written_in

from inkdigits.data.datasets import data_dir
from inkdigits.ink.shades import Inks
from inkdigits.measure.table_places import Written, structure_right
from inkdigits.reader import Reader
from inkdigits.readings import Number, Reading
from inkdigits.tables.sheet_tables import SheetTables, find_tables

SEED = 17  # apart from those that tables.py draws
MODULES = ("rulings", "levelled", "blocks", "grid_lines", "grid", "standing", "grid_cells")
FIXED = {
    "grid_cells:ALONG": "where a line is looked for",
    "grid_cells:NEAR": "where a line is looked for",
    "standing:_ROUNDS": "how often, at most",
    "levelled:_PAIRS": "how many are asked, at most",
    "rulings:STEP": "how finely a line is followed",
}
"""Numbers that no picture is judged by, and what they are."""


class Table(NamedTuple):
    """A sheet with its numbers, and where they stand.

    Attributes:
        inks: the level sheet.
        numbers: that stand on it.
        written: the true places of those of a drawn table; none of a sheet.
        cells: the true places of a sheet's texts; none of a drawn table.
        exact: whether empty rows and columns are known.
    """

    inks: Inks
    numbers: tuple[Number, ...]
    written: tuple[Written, ...] = ()
    cells: frozenset[tuple[int, int]] = frozenset()
    exact: bool = False


class Outcome(NamedTuple):
    """What became of a table: whether all is in place or how much of a sheet, and what its cells hold."""

    right: int
    n: int
    cells: tuple[Any, ...]


def thresholds() -> Iterator[str]:
    """Yields ``module:NAME`` of every number that the rules of tables compare with."""
    for module in MODULES:
        for name, value in vars(importlib.import_module(f"inkdigits.tables.{module}")).items():
            numbers = value if isinstance(value, tuple) else (value,)
            told = name.lstrip("_").isupper() and all(type(one) in (int, float) for one in numbers)
            if told and f"{module}:{name}" not in FIXED:
                yield f"{module}:{name}"


def drawn_tables(count: int) -> Iterator[Table]:
    """Yields tables of all kinds in turn."""
    maker = maker_of_scenes()
    for index in range(count):
        kind = KINDS[index % len(KINDS)]
        scene = drawn(kind, maker, np.random.default_rng((SEED, index)))
        written = tuple(written_in(scene))
        picture, numbers = flat_of(scene.picture, written)
        yield Table(Inks(picture), tuple(numbers), written, exact=kind in LINED)


def sheets() -> Iterator[Table]:
    """Yields the mark sheets with what is read on them, if they are there."""
    folder = data_dir() / "real" / "pages_sheets"
    if not (folder / "labels.csv").exists():
        print(f"{folder} is not there: drawn tables alone", file=sys.stderr)
        return
    reader = Reader()
    kept: list[tuple[Inks, tuple[Number, ...]]] = []
    usual = find_tables

    def keeping(numbers: Sequence[Number], inks: Inks, *lines: Any) -> SheetTables:
        kept.append((inks, tuple(numbers)))
        return usual(numbers, inks, *lines)

    with switched((("tables.sheet_tables:find_tables", keeping),)):
        for file, written in labelled_rows(folder):
            reader.read(file, "page")
            yield Table(*kept[-1], cells=frozenset(written))


def outcome(table: Table) -> Outcome:
    """Returns what the rules, as they are now, make of a table."""
    found = find_tables(table.numbers, table.inks)
    reading = found.told_in(Reading("made", "ok", numbers=table.numbers))
    places = [(number.row, number.column) for number in reading.numbers]
    if table.cells:
        told = {(row, column) for row, column in places if row is not None and column is not None}
        right, n = places_filled(dict.fromkeys(table.cells, ""), told), len(table.cells)
    else:
        right, n = int(structure_right(table.written, places, exact=table.exact)), 1
    cells = (tuple((one.numbers, one.other, one.table, one.spans) for one in row) for row in reading.table)
    return Outcome(right, n, tuple(cells))


class Worker:
    """Has all tables in a process of its own."""

    tables: list[Table]
    usual: list[Outcome]

    @classmethod
    def start(cls, count: int) -> None:
        """Draws and reads them once."""
        cls.tables = [*drawn_tables(count), *sheets()]
        cls.usual = [outcome(table) for table in cls.tables]


def as_it_is() -> dict[str, tuple[int, int]]:
    """Returns right and all, of drawn tables and of the numbers of sheets."""
    pairs = list(zip(Worker.tables, Worker.usual, strict=True))
    drawn_ones = [one for table, one in pairs if not table.cells]
    of_sheets = [one for table, one in pairs if table.cells]
    return {
        "drawn tables": (sum(one.right for one in drawn_ones), len(drawn_ones)),
        "numbers of sheets": (sum(one.right for one in of_sheets), sum(one.n for one in of_sheets)),
    }


def effect(address: str, share: float) -> dict[str, int] | str:
    """Returns what a threshold that is moved loses, wins and changes, or why it cannot be moved."""
    module, _, name = address.partition(":")
    value = moved(getattr(importlib.import_module(f"inkdigits.tables.{module}"), name), share)
    out = dict.fromkeys(("lost", "won", "sheets", "changed"), 0)
    try:
        with switched(((f"tables.{address}", value),)):
            for table, before in zip(Worker.tables, Worker.usual, strict=True):
                after = outcome(table)
                gain = after.right - before.right
                if table.cells:
                    out["sheets"] += gain
                else:
                    out["won"] += max(0, gain)
                    out["lost"] += max(0, -gain)
                out["changed"] += after.cells != before.cells
    except Exception as error:  # a threshold that cannot be moved is a finding
        return f"{type(error).__name__}: {error}".splitlines()[0]
    return out


def section(effects: dict[str, list[Any]], usual: dict[str, tuple[int, int]], count: int) -> str:
    """Returns the section of docs/ablation.md."""

    def cells(one: dict[str, int] | str) -> str:
        if isinstance(one, str):
            return f"fails: {one} | | |"
        drawn_ones = " ".join(
            part for part in (one["lost"] and f"−{one['lost']}", one["won"] and f"+{one['won']}") if part
        )
        on_sheets = f"{one['sheets']:+}".replace("-", "−") if one["sheets"] else "0"
        return f"{drawn_ones or '0'} | {on_sheets} | {one['changed']}"

    each = "tables | numbers of sheets | changed"
    silent = [name for name, pair in effects.items() if not any(map(_any_change, pair))]
    return "\n".join(
        (
            TITLES["tables"],
            "",
            f"`python benchmarks/ablate_tables.py --tables {count}`: drawn tables, lost and won, where their "
            "numbers' places are known; numbers of mark sheets in their places, more or fewer; tables and "
            "sheets of which any cell changes, or whether there is writing in it.",
            "",
            f"| threshold | −25 %: {each} | +25 %: {each} |",
            "|---|--:|--:|--:|--:|--:|--:|",
            *(f"| {name} | {cells(less)} | {cells(more)} |" for name, (less, more) in effects.items()),
            "",
            f"No cell changes with: {', '.join(f'`{name}`' for name in silent) or 'none'}.",
            "",
            f"Without a row: {', '.join(f'`{name}` ({why})' for name, why in FIXED.items())}.",
            "",
            "As it is: "
            + ", ".join(f"{right} of {n} {name}" for name, (right, n) in usual.items() if n)
            + " in place.",
            "",
        )
    )


def _any_change(one: dict[str, int] | str) -> bool:
    return isinstance(one, str) or any(one.values())


def main() -> None:
    """Measures, prints and writes the section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=200, metavar="N", help="how many to draw (200)")
    parser.add_argument("--only", action="append", default=[], metavar="MODULE:NAME", help="one; no page")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (2)")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    args = parser.parse_args()
    names = args.only or list(thresholds())
    effects: dict[str, list[Any]] = {}
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(args.jobs, context, Worker.start, (args.tables,)) as pool:
        usual = pool.submit(as_it_is).result()
        jobs = {name: [pool.submit(effect, name, share) for share in (-QUARTER, QUARTER)] for name in names}
        for name, pair in jobs.items():
            effects[name] = [job.result() for job in pair]
            print(f"{name:28} {effects[name]}", flush=True)
    print(usual)
    if args.json:
        args.json.write_text(
            json.dumps({"usual": usual, "effects": effects}, indent=1) + "\n", encoding="utf-8"
        )
    if not args.only:
        write_section(ROOT / "docs" / "ablation.md", "tables", section(effects, usual, args.tables))


if __name__ == "__main__":
    main()
