"""Tables: mark sheets of a folder against their labels, and tables that the project draws and photographs.

Usage: python benchmarks/tables.py [--sheets FOLDER] [--tables N] [--only KIND] [--json FILE] [--keep DIR]

A folder of sheets has labels.csv, in whose labels "|" ends a row and a space parts numbers. A cell is right
when its text stands in its row and column, counted from the first with a number; a row is whole when all its
cells are. The project's tables are of all kinds of lines in turn, each by a writer of whom no model has
learned, held under a phone or laid on a desk. Structure is judged twice: of what was read, and of the true
places of the numbers, which tells the tables' own faults from the reader's. Seeded; intervals are
Clopper-Pearson, 95 %.
"""

import argparse
import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from inkdigits.data.datasets import data_dir
from inkdigits.data.fonts import FOLDER
from inkdigits.ink.shades import Inks
from inkdigits.measure.intervals import clopper_pearson
from inkdigits.measure.table_places import Written, cells_right, matched, structure_right
from inkdigits.picture.sheet import find_sheet
from inkdigits.reader import Reader
from inkdigits.readings import Box, Digit, Number, Reading
from inkdigits.tables.sheet_tables import find_tables
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.scene import NONE, Scene
from inkdigits.training.draw.scenes.fonts import FontBook
from inkdigits.training.draw.scenes.legible import is_legible
from inkdigits.training.draw.scenes.make import scene_of_sheet
from inkdigits.training.draw.scenes.maker import Maker
from inkdigits.training.draw.scenes.mark_sheet import mark_sheet
from inkdigits.training.draw.scenes.table import RULED
from inkdigits.training.draw.scenes.taking import close_up, on_desk
from inkdigits.training.draw.scribe import Scribe
from inkdigits.training.learn.writers import hands_of, strokes_file

SEED = 22  # rules of tables were looked at with 16, 18 and 21
KINDS = (*RULED, "squared")
LINED = ("all",)  # kinds whose empty rows and columns can be known
ON_DESK = 0.4  # of the photos; the others are taken close up
LEAST = 4  # numbers of a table


def share(name: str, count: int, total: int) -> dict[str, float]:
    """Prints a share with its interval, and returns it."""
    low, high = clopper_pearson(count, max(1, total))
    print(f"{name:44} {count / max(1, total):8.2%}  ({low:.2%} to {high:.2%}, n = {total})", flush=True)
    return {"count": count, "n": total, "share": count / max(1, total), "low": low, "high": high}


def labelled(folder: Path, reader: Reader) -> Counter[str]:
    """Reads the sheets of a folder; returns counts."""
    counts: Counter[str] = Counter()
    for file, written in labelled_rows(folder):
        reading = reader.read(file, "page")
        told = {(number.row, number.column): number for number in reading.numbers if number.row is not None}
        texts = {place: number.text for place, number in told.items()}
        right = cells_right(written, texts)
        filled = places_filled(written, set(told))
        lines = {place[0] for place in written}
        whole = sum(all(place in right for place in written if place[0] == line) for line in lines)
        sure = sum(number.status == "ok" for number in reading.numbers)
        counts += Counter(
            sheets=1, cells=len(written), right=len(right), filled=filled, rows=len(lines), whole=whole
        )
        # Each sure number that is no right cell is wrong, or is not there.
        places = {place for place in told if told[place].status == "ok"}
        counts["sure"] += sure
        counts["sure_wrong"] += sure - sure_right(written, texts, places)
        print(
            f"  {file.name}: {len(right)} of {len(written)} cells, {whole} of {len(lines)} rows", flush=True
        )
    return counts


def labelled_rows(folder: Path) -> Iterator[tuple[Path, dict[tuple[int, int], str]]]:
    """Yields the sheets of a folder with their texts by row and column."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        yield (
            folder / row["file"],
            {
                (index, column): text
                for index, line in enumerate(row["label"].split("|"))
                for column, text in enumerate(line.split())
            },
        )


def places_filled(written: dict[tuple[int, int], str], read: set[tuple[int, int]]) -> int:
    """Returns how many of the places have a number, whatever its text, where the table fits best."""
    shifts = Counter((row - other[0], column - other[1]) for row, column in written for other in read)
    return max(shifts.values(), default=0)


def sure_right(
    written: dict[tuple[int, int], str], texts: dict[tuple[int, int], str], sure: set[tuple[int, int]]
) -> int:
    """Returns how many sure numbers are right cells."""
    return len(cells_right(written, {place: text for place, text in texts.items() if place in sure}))


def drawn(kind: str, maker: Maker, rng: np.random.Generator) -> Scene:
    """Returns a photo of a table with these lines."""
    for _ in range(20):
        sheet = mark_sheet(maker, rng, small=kind == "squared" or rng.random() < 0.4, ruled=kind)
        take = on_desk if rng.random() < ON_DESK else close_up
        scene = scene_of_sheet(sheet, take(sheet, rng, any_turn=False), kind)
        if len(written_in(scene)) >= LEAST and is_legible(scene):
            return scene
    raise RuntimeError(f"no legible table of kind {kind}")


def written_in(scene: Scene) -> list[Written]:
    """Returns the numbers of a scene that stand in a row."""
    marks: dict[int, list[int]] = {}
    for index, mark in enumerate(scene.marks):
        if NONE not in (mark.number, mark.row):
            marks.setdefault(mark.number, []).append(index)
    out = []
    for own in marks.values():
        some = [scene.marks[index] for index in own]
        left, top = min(one.box.x for one in some), min(one.box.y for one in some)
        right = max(one.box.x + one.box.width for one in some)
        bottom = max(one.box.y + one.box.height for one in some)
        column = None if some[0].column == NONE else some[0].column
        text = "".join(one.label for one in some)
        out.append(Written(text, Box(left, top, right - left, bottom - top), some[0].row, column))
    return out


def from_truth(picture: np.ndarray, written: list[Written]) -> Reading:
    """Returns the tables of a sheet whose numbers are known beforehand."""
    flat, numbers = flat_of(picture, written)
    reading = Reading("made", "ok", numbers=tuple(numbers))
    return find_tables(numbers, Inks(flat)).told_in(reading)


def flat_of(picture: np.ndarray, written: list[Written]) -> tuple[np.ndarray, list[Number]]:
    """Returns the sheet of a photo, level, and the numbers on it, whose places in the photo are known."""
    sheet = find_sheet(picture)
    flat = picture if sheet is None else sheet.picture
    back = None if sheet is None else np.linalg.inv(sheet.to_source)
    numbers = []
    for one in written:
        box = one.box
        if back is not None:
            x, y, wide, tall = box
            corners = np.array(
                [[[x, y]], [[x + wide, y]], [[x + wide, y + tall]], [[x, y + tall]]], np.float64
            )
            moved = cv2.perspectiveTransform(corners, back).reshape(-1, 2)
            box = _upright(moved)
        numbers.append(Number(one.text, 1.0, box, (Digit("0", 1.0, box),)))
    return flat, numbers


def _upright(corners: np.ndarray) -> Box:
    """Returns the box of a number on the level sheet, from the corners of its box in the turned picture.

    The box of what is turned is larger than it; its own sides w and h follow from W = w cos + h sin and
    H = w sin + h cos, where both turns are known.
    """
    middle = corners.mean(axis=0)
    across, down = corners[1] - corners[0], corners[3] - corners[0]
    turn = abs(np.arctan2(across[1], across[0]))
    turn = min(turn, abs(np.pi / 2 - turn) if turn > np.pi / 4 else turn, np.pi / 6)  # beyond, it is a guess
    if abs(across[0]) < abs(across[1]):  # a quarter turned
        across, down = down, across
    wide, tall = float(np.linalg.norm(across)), float(np.linalg.norm(down))
    cos, sin = np.cos(turn), np.sin(turn)
    own = (wide * cos - tall * sin) / np.cos(2 * turn), (tall * cos - wide * sin) / np.cos(2 * turn)
    sides = np.clip(own, (0.4 * wide, 0.4 * tall), (wide, tall))
    low = middle - sides / 2
    return Box(*(round(float(value)) for value in (*low, *np.maximum(1.0, sides))))


def in_place(written: list[Written], read: list[Number | None]) -> int:
    """Returns how many numbers are right and stand in their row and column, wherever the table begins."""
    shifts = Counter(
        (one.row - told.row, None if told.column is None else one.column - told.column)
        for told, one in zip(written, read, strict=True)
        if one is not None and one.row is not None and one.column is not None and one.text == told.text
    )
    # Of the numbers of rows the column is not known, but they stand in their row.
    whole = {shift: count for shift, count in shifts.items() if shift[1] is not None}
    best = max(whole, key=whole.__getitem__, default=(0, 0))
    return shifts[best] + shifts[(best[0], None)]


def maker_of_scenes() -> Maker:
    """Returns what draws sheets, by writers of whom no model has learned."""
    fonts = FontBook.of_folder(data_dir() / FOLDER) if (data_dir() / FOLDER).is_dir() else FontBook()
    hands = hands_of(strokes_file(), held=True, digit_height=HEIGHT)
    return Maker(Scribe(None, hands, by_hand=1.0, signs=0.1), fonts)


def tables(count: int, reader: Reader | None, only: str | None, keep: Path | None) -> Counter[str]:
    """Draws tables and reads them; returns counts, also of each kind."""
    maker = maker_of_scenes()
    counts: Counter[str] = Counter()
    for index in range(count):
        kind = KINDS[index % len(KINDS)]
        if only not in (None, kind):
            continue
        scene = drawn(kind, maker, np.random.default_rng((SEED, index)))
        written = written_in(scene)
        exact = kind in LINED
        known = from_truth(scene.picture, written)
        places = [(number.row, number.column) for number in known.numbers]
        apart = structure_right(written, places, exact=exact)
        tally = Counter(tables=1, known=apart)
        if reader is not None:
            reading = reader.read(scene.picture, "page")
            found = matched(written, reading.numbers)
            read = [None if one is None else reading.numbers[one] for one in found]
            held = [None if one is None else (one.row, one.column) for one in read]
            right = structure_right(written, held, exact=exact)
            texts = [
                one is not None and one.text == told.text for one, told in zip(read, written, strict=True)
            ]
            sure = [one for one in reading.numbers if one.status == "ok"]
            good = sum(text and one.status == "ok" for text, one in zip(texts, read, strict=True) if one)
            tally += Counter(structure=right, cells=len(written), found=sum(one is not None for one in read))
            tally += Counter(texts=sum(texts), right=in_place(written, read))
            tally += Counter(sure=len(sure), sure_wrong=len(sure) - good)
        counts += tally + Counter({f"{kind}: {name}": value for name, value in tally.items()})
        if not apart:
            print(f"  table {index} ({kind}): its structure is not found", flush=True)
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            picture = scene.picture if scene.picture.ndim == 2 else scene.picture[..., ::-1]
            cv2.imwrite(str(keep / f"{index:03}-{kind}{'' if apart else '-wrong'}.png"), picture)
    return counts


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sheets", type=Path, metavar="FOLDER", help="mark sheets with their labels.csv")
    parser.add_argument("--tables", type=int, default=200, metavar="N", help="how many tables to draw (200)")
    parser.add_argument("--only", choices=KINDS, help="of this kind of lines alone")
    parser.add_argument("--structure", action="store_true", help="read nothing: true places of numbers alone")
    parser.add_argument("--json", type=Path, help="write the figures here too")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the drawn pictures here too")
    args = parser.parse_args()
    figures: dict[str, dict[str, float]] = {}

    def tell(name: str, count: int, total: int) -> None:
        figures[name] = share(name, count, total)

    reader = Reader()
    if args.sheets is not None:
        counts = labelled(args.sheets, reader)
        tell("sheets: places with a number", counts["filled"], counts["cells"])
        tell("sheets: cells right", counts["right"], counts["cells"])
        tell("sheets: rows whole", counts["whole"], counts["rows"])
        tell("sheets: wrong, of the sure", counts["sure_wrong"], counts["sure"])
    if args.tables:
        counts = tables(args.tables, None if args.structure else reader, args.only, args.keep)
        tell("drawn: structure, places known", counts["known"], counts["tables"])
        if not args.structure:
            tell("drawn: structure, as read", counts["structure"], counts["tables"])
            tell("drawn: numbers found", counts["found"], counts["cells"])
            tell("drawn: numbers right", counts["texts"], counts["cells"])
            tell("drawn: cells right", counts["right"], counts["cells"])
            tell("drawn: wrong, of the sure", counts["sure_wrong"], counts["sure"])
        for kind in KINDS if args.only is None else (args.only,):
            tell(
                f"drawn, {kind}: structure, places known", counts[f"{kind}: known"], counts[f"{kind}: tables"]
            )
            if not args.structure:
                tell(
                    f"drawn, {kind}: structure, as read",
                    counts[f"{kind}: structure"],
                    counts[f"{kind}: tables"],
                )
                tell(f"drawn, {kind}: cells right", counts[f"{kind}: right"], counts[f"{kind}: cells"])
    if args.json is not None:
        args.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
