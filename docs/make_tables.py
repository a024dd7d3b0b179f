"""Draws a mark sheet, docs/marks.jpg, and what becomes of it: docs/tables.jpg, the table in docs/tables.md.

Usage: python docs/make_tables.py

With LibreOffice at hand (`soffice`) its spreadsheet is drawn too, docs/tables_sheet.png.
"""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from inkdigits.output.line_tables import open_line_table
from inkdigits.output.table_lines import lines_of
from inkdigits.reader import Reader
from inkdigits.readings import Reading
from inkdigits.training.draw.scenes.fonts import FontBook, set_text
from inkdigits.training.draw.scenes.maker import Maker
from inkdigits.training.draw.scenes.sheet import Pen, Sheet
from inkdigits.training.draw.scenes.taking import close_up
from inkdigits.training.draw.scribe import Scribe

DOCS = Path(__file__).parent
SHEET = DOCS / "marks.jpg"
TEXT = DOCS / "tables.md"
README = DOCS.parent / "README.md"
START, END = "<!-- table -->\n", "<!-- end -->"
SEED = 7
HEADS = ("", "Algebra", "Physics", "History", "Music", "Total")
MARKS = (
    ("Amber Yarrow", "17", "12.5", "9", "20", "58.5"),
    ("Birch Juniper", "8", "14", "16", "11", "49"),
    ("Cedar Fjord", "19", "7", "", "13", "39"),
    ("Delta Willow", "6.5", "10", "18", "15", "49.5"),
    ("Ember Lagoon", "20", "16", "12", "4", "52"),
    ("Grove Basalt", "11", "13", "", "18", "42"),
    ("Indigo Dune", "15", "9", "7", "10", "41"),
)
DIGIT = 30  # pixels; height of a digit
TALL, NAMES, WIDE = 62, 300, 150  # pixels; of a row, the column of names, the others
LEFT, TOP = 50, 50
INK, PRINT = Pen((35, 45, 120)), Pen((50, 50, 50), 0.8)
HEIGHT = 500  # pixels; of a picture in the documentation
RED, ORANGE = (200, 30, 30), (235, 130, 0)


def drawn() -> np.ndarray:
    """Returns a photo of a filled-in mark sheet, uint8 (H, W, 3) RGB."""
    rng = np.random.default_rng(SEED)
    maker = Maker(Scribe(), FontBook())
    penman, face = maker.penman(DIGIT, rng, pen=(0.09, 0.12)), maker.fonts.print(rng)
    right, bottom = LEFT + NAMES + WIDE * (len(HEADS) - 1), TOP + TALL * (len(MARKS) + 1)
    sheet = Sheet(bottom + 50, right + 50, DIGIT, (248, 247, 242))
    columns = [LEFT, *(LEFT + NAMES + WIDE * index for index in range(len(HEADS)))]
    for y in range(TOP, bottom + 1, TALL):
        sheet.line((LEFT, y), (right, y), PRINT, 1.6)
    for x in columns:
        sheet.line((x, TOP), (x, bottom), PRINT, 1.6)
    for index, row in enumerate((HEADS, *MARKS)):
        base = TOP + TALL * index + 0.5 * TALL
        for column, text in enumerate(row):
            x = columns[column]
            if not text:
                continue
            if index == 0 or column == 0:
                sheet.put(set_text(face, text, 20), x + 14, base + 9, PRINT, rng)
            else:
                piece = penman.number(text, rng)
                at = x + (WIDE - piece.width) * rng.uniform(0.3, 0.6)
                sheet.put(piece, at, base + 0.5 * DIGIT + rng.normal(0, 3), INK, rng)
    return close_up(sheet, rng).picture


def with_cells(picture: np.ndarray, reading: Reading) -> np.ndarray:
    """Returns a picture with a frame around each cell and its text in it; dots where other writing is."""
    out = picture.copy()
    for row in reading.table:
        for cell in row:
            x, y, width, height = cell.box
            if cell.spans != (0, 0):
                cv2.rectangle(out, (x + 3, y + 3), (x + width - 4, y + height - 4), RED, 2)
            if cell.other:
                cv2.circle(out, (x + width - 14, y + 14), 5, ORANGE, cv2.FILLED)
            at = (x + 8, y + 18)
            cv2.putText(out, cell.text, at, cv2.FONT_HERSHEY_SIMPLEX, 0.6, RED, 2, cv2.LINE_AA)
    return out


def small(picture: np.ndarray) -> np.ndarray:
    """Returns a picture at the height of the documentation's."""
    scale = HEIGHT / picture.shape[0]
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def table(reading: Reading) -> str:
    """Returns the rows of a reading as Markdown; what is unsure with a question mark."""
    lines = lines_of(reading, "row")
    width = max(len(line.cells) for line in lines)
    out = ["| row | " + " | ".join(f"c{index + 1}" for index in range(width)) + " | status | confidence |"]
    out.append("|---" * (width + 3) + "|")
    for line in lines:
        cells = [
            f"{text} **?**" if any(number.status == "unsure" for number in cell) else text
            for text, cell in zip(line.texts, line.cells, strict=True)
        ]
        cells = [
            "*(words)*" if index in line.other and not text else text for index, text in enumerate(cells)
        ]
        sure = "" if line.confidence is None else f"{line.confidence:.1%}"
        out.append(f"| {line.places['row']} | " + " | ".join(cells) + f" | {line.status} | {sure} |")
    return "\n".join(out) + "\n"


def spreadsheet(reading: Reading, to: Path) -> None:
    """Draws the spreadsheet as LibreOffice shows it."""
    import pypdfium2

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "marks.xlsx")
        with file.open("wb") as stream, open_line_table("xlsx", stream, "row") as writer:
            writer.write(reading)
            writer.close()
        command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(file)]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - of our own making
        document = pypdfium2.PdfDocument(Path(folder, "marks.pdf"))
        page = document[0].render(scale=2).to_numpy()[..., ::-1]
        document.close()
    rows, columns = np.nonzero((page < 250).any(axis=2))
    page = page[rows.min() - 8 : rows.max() + 9, columns.min() - 8 : columns.max() + 9]
    Image.fromarray(np.ascontiguousarray(page)).quantize(64).save(to, optimize=True)


def main() -> None:
    """Draws, reads and writes."""
    Image.fromarray(small(drawn())).save(SHEET, quality=72)
    os.chdir(DOCS)
    picture = np.asarray(Image.open(SHEET.name))
    reading = Reader().read(SHEET.name, "page")
    shown = np.hstack((picture, with_cells(picture, reading)))
    shown = cv2.resize(shown, None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
    Image.fromarray(shown).save(DOCS / "tables.jpg", quality=70)
    for page in (TEXT, README):
        before, rest = page.read_text(encoding="utf-8").split(START)
        page.write_text(before + START + "\n" + table(reading) + "\n" + END + rest.split(END, 1)[1], "utf-8")
    if shutil.which("soffice"):
        spreadsheet(reading, DOCS / "tables_sheet.png")


if __name__ == "__main__":
    main()
