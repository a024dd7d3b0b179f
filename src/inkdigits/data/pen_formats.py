"""The formats that pen strokes are published in: UNIPEN, UJI Pen Characters v2 and NumberPad.

Each reader gives samples one after the other with their points as they were recorded, y down.
UNIPEN 1.0: Guyon, Schomaker, Plamondon, Liberman, Janet, "UNIPEN project of on-line data exchange and
recognizer benchmarks", ICPR 1994.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import DataError

__all__ = ["Kind", "Sample", "kind_of", "read_numberpad", "read_uji", "read_unipen"]

Kind: TypeAlias = Literal["digit", "sign", "letter", "word", "number"]
Points = NDArray[np.float64]

# What numbers have between their digits and beside them; a text of these with a digit in it is a number.
_IN_NUMBERS = re.compile(r"[0-9.,:;/+%$#()-]+")

_STATEMENT = re.compile(r"^\.([A-Z][A-Z_]*)[ \t]*", re.MULTILINE)
_SEGMENT = re.compile(r'(\S+)\s+(\S+)\s+(?:\S+\s+)?"(.*)"', re.DOTALL)
_RANGE = re.compile(r"(\d+)(?::(\d+))?(?:-(\d+)(?::(\d+))?)?$")
_DEEPEST = 8  # files that include each other


@dataclass(frozen=True, eq=False)
class Sample:
    """Something that a person wrote.

    Attributes:
        text: what it says.
        source: the collection it comes from.
        writer: who wrote it, as the collection names its writers.
        strokes: float64 (points, 2) each, x to the right and y down, in the unit of the collection.
    """

    text: str
    source: str
    writer: str
    strokes: list[Points]


def kind_of(text: str) -> Kind:
    """Returns what a text is: one character, a word, or a number with what may stand beside its digits."""
    if len(text) == 1:
        return "digit" if text.isdecimal() else "letter" if text.isalpha() else "sign"
    return "number" if _IN_NUMBERS.fullmatch(text) and re.search(r"\d", text) else "word"


def read_numberpad(path: Path) -> Iterator[Sample]:
    """Gives the samples of a file of NumberPad: JSON, ``rawData`` with a list of samples a character.

    Raises:
        DataError: it is no such file.
    """
    try:
        raw = json.loads(path.read_text("utf-8"))["rawData"]
        for text, samples in raw.items():
            for strokes in samples:
                yield Sample(text, "numberpad", "", [np.array(one, float).reshape(-1, 2) for one in strokes])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{path} is no file of NumberPad: expected JSON with rawData, a list of strokes a sample, "
            f"received {_reason(error)}; delete it and get it again"
        ) from error


def read_uji(path: Path) -> Iterator[Sample]:
    """Gives the samples of ``ujipenchars2.txt``.

    A sample is ``WORD text set_site_writer-session``, ``NUMSTROKES n`` and n lines ``POINTS n # x y x y …``.

    Raises:
        DataError: it is no such file.
    """
    try:
        lines = iter(path.read_text("latin-1").splitlines())
        for line in lines:
            if not line.startswith("WORD "):
                continue
            _, text, session = line.split()
            count = int(next(lines).split()[1])
            strokes = [
                np.array(next(lines).split("#")[1].split(), float).reshape(-1, 2) for _ in range(count)
            ]
            yield Sample(text, "uji", session.rpartition("-")[0], strokes)
    except (OSError, ValueError, IndexError, StopIteration) as error:
        raise DataError(
            f"{path} is no file of UJI Pen Characters v2: expected WORD, NUMSTROKES and POINTS lines, "
            f"received {_reason(error)}; delete it and get it again"
        ) from error


def read_unipen(root: Path, categories: tuple[str, ...]) -> Iterator[Sample]:
    """Gives the segments of a folder like ``train_r01_v07``.

    Args:
        root: has ``data/CATEGORY/SOURCE/…`` with the files of segments and ``include/`` with those of points.
        categories: "1a" isolated digits, "1b" upper case, "1c" lower case, "1d" other signs, "7" words.

    Raises:
        DataError: there is no file of these categories, or one of them is damaged.
    """
    files = [path for name in categories for path in sorted((root / "data" / name).rglob("*.dat"))]
    if not files:
        raise DataError(
            f"{root} has no UNIPEN data: expected data/{categories[0]}/ with files ending in .dat, found "
            "none; name the folder that has data/ and include/ in it"
        )
    for path in files:
        source = path.relative_to(root / "data").parts[1]
        statements = list(_statements(path.read_text("latin-1")))
        ink = _Ink()
        for keyword, value in statements:
            if keyword == "INCLUDE":
                ink = ink.followed_by(_ink(root / "include", root / "include" / value, ink.columns))
        for keyword, value in statements:
            if keyword == "SEGMENT":
                segment = _segment(value, ink.pieces)
                if segment is not None:
                    yield Sample(segment[0], source, ink.writer or path.stem, segment[1])


@dataclass(frozen=True, eq=False)
class _Ink:
    """What a file that segments refer to holds: components, in the order of writing, and who wrote them.

    A component is a stroke with the pen down, float64 (points, 2), y down; or, empty, one with the pen up,
    which takes part in the counting if it was recorded.
    """

    pieces: tuple[Points, ...] = ()
    writer: str = ""
    columns: tuple[str, ...] = ("X", "Y")  # what is told of a point

    def followed_by(self, after: _Ink) -> _Ink:
        return _Ink(self.pieces + after.pieces, after.writer or self.writer, after.columns)


@lru_cache(maxsize=8)
def _ink(root: Path, path: Path, columns: tuple[str, ...], depth: int = 0) -> _Ink:
    try:
        content = path.read_text("latin-1")
    except OSError as error:
        # Files of documentation alone were not always published; points must not be missing.
        if path.suffix != ".dat":
            return _Ink(columns=columns)
        raise DataError(f"cannot read {path}: {error.strerror}; get the data again") from error
    ink = _Ink(columns=columns)
    pieces: list[Points] = []
    for keyword, value in _statements(content):
        if keyword == "INCLUDE" and depth < _DEEPEST:
            # Some name it from the root, some, with "..", from where they stand.
            place = path.parent / value if value.startswith("..") else root / value
            ink = ink.followed_by(_ink(root, place, ink.columns, depth + 1))
        elif keyword == "WRITER_ID":
            ink = replace(ink, writer=value)
        elif keyword == "COORD":
            ink = replace(ink, columns=tuple(value.split()))
        elif keyword in ("PEN_DOWN", "PEN_UP"):
            points = _points(path, value, ink.columns)
            if keyword == "PEN_DOWN":
                pieces.append(points)
            elif len(points):
                pieces.append(points[:0])
    return replace(ink, pieces=(*ink.pieces, *pieces))


def _statements(content: str) -> Iterator[tuple[str, str]]:
    """Gives the keywords of a UNIPEN file, each with what stands behind it up to the next one."""
    content = content.replace("\r", "")
    found = list(_STATEMENT.finditer(content))
    for one, after in zip(found, [*found[1:], None], strict=True):
        yield one[1], content[one.end() : after.start() if after else None].strip()


def _points(path: Path, value: str, columns: tuple[str, ...]) -> Points:
    try:
        numbers = np.array(value.split(), float).reshape(-1, len(columns))
    except ValueError as error:
        raise DataError(
            f"{path} is damaged: expected {len(columns)} numbers a point ({' '.join(columns)}), received "
            f"{value[:60]!r}; get the data again"
        ) from error
    points = numbers[:, [columns.index("X"), columns.index("Y")]]
    return points * (1.0, -1.0)  # y is up in UNIPEN


def _segment(value: str, pieces: tuple[Points, ...]) -> tuple[str, list[Points]] | None:
    """Returns text and strokes of a segment; None where it names components that there are not."""
    parts = _SEGMENT.search(value)
    if parts is None:
        return None
    strokes: list[Points] = []
    for part in parts[2].split(","):
        limits = _RANGE.match(part)
        if limits is None:
            return None
        first, last = int(limits[1]), int(limits[3] or limits[1])
        if last >= len(pieces):
            return None
        for index in range(first, last + 1):
            start = int(limits[2] or 0) if index == first else 0
            stop = int(limits[4]) + 1 if limits[4] and index == last else None
            strokes.append(pieces[index][start:stop])
    strokes = [stroke for stroke in strokes if len(stroke)]
    return (re.sub(r"\\(.)", r"\1", parts[3]), strokes) if strokes else None


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:80] or type(error).__name__
