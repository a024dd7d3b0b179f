"""Ablation of what a table says of its numbers: drawn tables as they are read, with and without each rule.

Usage: python benchmarks/ablate_cells.py [--tables N]

The tables are those of ``tables.py`` under another seed. They are read once; then the rules that part numbers
at lines and join them in cells are switched off or moved by a quarter. What is counted are numbers whose text
is right, and answers that are sure and wrong. It takes three minutes and writes its section of
docs/ablation.md.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from ablate import QUARTER, moved
from ablate_page import TITLES, write_section
from ablate_reading import switched
from tables import KINDS, drawn, flat_of, maker_of_scenes, written_in

from inkdigits.ink.shades import Inks
from inkdigits.measure.table_places import Written, matched
from inkdigits.reader import Reader
from inkdigits.recognition.decision import accepted_risk, decide
from inkdigits.recognition.whole import Read
from inkdigits.tables import cell_numbers
from inkdigits.tables.sheet_tables import in_cells

SEED = 16  # the rules were looked at with it too; tables.py draws others
ROOT = Path(__file__).parent.parent
RULES = {
    "numbers over lines": ("a number that goes over a line between columns is two", "_cuts", lambda *_: {}),
    "drawn lines alone": ("also over one that is only meant", "_is_longest", lambda *_: False),
    "longest": ("over one that is meant only if none is as long", "_is_longest", lambda *_: True),
    "wide apart": ("digits that stand wide apart in a cell are one number", "_in_pieces", lambda _: []),
    "plain": ("no signs stand among them", "_plain", lambda _: True),
}
"""Rules by name: what they say, and what takes their place."""


class Table(NamedTuple):
    """A level sheet, what was read on it and is written there, and the risk up to which a number is sure."""

    inks: Inks
    read: Read
    written: tuple[Written, ...]
    risk: float = 0.0


class Outcome(NamedTuple):
    """What became of a table: which numbers are right, how many are sure and wrong, and all that was read."""

    right: tuple[bool, ...]
    sure_wrong: int
    numbers: tuple[tuple[str, bool], ...]


def read_tables(count: int) -> Iterator[Table]:
    """Draws and reads tables of all kinds in turn."""
    maker, reader = maker_of_scenes(), Reader()
    for index in range(count):
        scene = drawn(KINDS[index % len(KINDS)], maker, np.random.default_rng((SEED, index)))
        written = written_in(scene)
        _, numbers = flat_of(scene.picture, written)
        level = tuple(one._replace(box=number.box) for one, number in zip(written, numbers, strict=True))
        whole = reader.answered(scene.picture, "page")
        risk = accepted_risk(reader.numbers.bundle, reader.finder.bundle, None)
        yield Table(whole.inks, whole.weighed(reader.finder.bundle), level, risk)


def outcome(table: Table) -> Outcome:
    """Returns what the rules, as they are now, make of a table."""
    read, _ = in_cells(table.read, table.inks)
    found = matched(table.written, read.flat)
    right = tuple(
        place is not None and read.flat[place].text == one.text
        for place, one in zip(found, table.written, strict=True)
    )
    sure = [decide(one.confidence, table.risk) == "ok" for row in read.rows for one in row]
    good = {place for place, is_right in zip(found, right, strict=True) if is_right}
    wrong = sum(is_sure and place not in good for place, is_sure in enumerate(sure))
    return Outcome(right, wrong, tuple(zip((one.text for one in read.flat), sure, strict=True)))


def effect(tables: list[Table], usual: list[Outcome], name: str, replacement: Any) -> dict[str, int]:
    """Returns how many numbers are lost and won, and in how many tables anything changes, without a rule."""
    out = dict.fromkeys(("lost", "won", "sure_wrong", "changed"), 0)
    with switched(((f"tables.cell_numbers:{name}", replacement),)):
        for table, before in zip(tables, usual, strict=True):
            after = outcome(table)
            pairs = list(zip(before.right, after.right, strict=True))
            out["lost"] += sum(was and not is_ for was, is_ in pairs)
            out["won"] += sum(is_ and not was for was, is_ in pairs)
            out["sure_wrong"] += after.sure_wrong - before.sure_wrong
            out["changed"] += before.numbers != after.numbers
    return out


def told(one: dict[str, int]) -> str:
    """Returns an effect as cells of a table."""
    parts = -one["lost"] or 0, f"{one['won']:+}", f"{one['sure_wrong']:+}", one["changed"]
    return " | ".join(map(str, parts)).replace("-", "−").replace("+0", "0")


def thresholds() -> list[str]:
    """Returns the names of the numbers that decide what a number is."""
    return [
        name for name, value in vars(cell_numbers).items() if name.isupper() and type(value) in (int, float)
    ]


def main() -> None:
    """Measures, prints and writes the section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tables", type=int, default=200, metavar="N", help="how many to draw (200)")
    args = parser.parse_args()
    tables = list(read_tables(args.tables))
    usual = [outcome(table) for table in tables]
    right, n = sum(sum(one.right) for one in usual), sum(len(one.right) for one in usual)
    wrong = sum(one.sure_wrong for one in usual)
    lines = [
        TITLES["cells"],
        "",
        f"`python benchmarks/ablate_cells.py --tables {args.tables}`: drawn tables as they are read, "
        f"{right} of {n} numbers right, {wrong} answers sure and wrong; numbers lost and won, how many more "
        "are sure and wrong, and tables in which any number changes.",
        "",
        "| without | what it says | lost | won | sure and wrong | tables changed |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for name, (says, function, replacement) in RULES.items():
        lines.append(f"| {name} | {says} | {told(effect(tables, usual, function, replacement))} |")
        print(lines[-1], flush=True)
    each = "lost | won | sure and wrong | changed"
    lines += ["", f"| threshold | −25 %: {each} | +25 %: {each} |", "|---|" + 8 * "--:|"]
    for name in thresholds():
        value = getattr(cell_numbers, name)
        pair = [effect(tables, usual, name, moved(value, share)) for share in (-QUARTER, QUARTER)]
        lines.append(f"| cell_numbers:{name} | {told(pair[0])} | {told(pair[1])} |")
        print(lines[-1], flush=True)
    lines.append("")
    write_section(ROOT / "docs" / "ablation.md", "cells", "\n".join(lines))


if __name__ == "__main__":
    main()
