"""Pen strokes of many writers: digits, signs, letters, words and numbers, as points in the order of writing.

From UNIPEN train_r01_v07 (Guyon, Schomaker, Plamondon, Liberman, Janet 1994; International Unipen Foundation;
doi 10.5281/zenodo.1195803), UJI Pen Characters v2 (Prat et al.; doi 10.24432/C5FG8S), both CC BY 4.0, and
NumberPad (bridger, Apache-2.0).
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import DataError

__all__ = [
    "ARRAYS",
    "FILE",
    "FOLDER",
    "HELD_WRITERS",
    "LeftOut",
    "Strokes",
    "digest",
    "held_writers",
    "keys",
    "left_out",
    "load_strokes",
    "read_arrays",
    "strokes_file",
]

FOLDER, FILE = "strokes", "pen_strokes.npz"  # in the folder of data sets
HELD_WRITERS = 0.2  # of the writers of each source; they measure and are never learned from
_SEED = 14  # draws them

ARRAYS = {
    "xy": "<i2",
    "stroke_start": "<i4",
    "sample_start": "<i4",
    "text": "U",
    "kind": "U",
    "source": "U",
    "writer": "<i4",
    "country": "U",
}
"""What a file of strokes holds, and the type of each array ("U": text of any length)."""

_LEFT_OUT = Path(__file__).with_name("strokes_left_out.txt")
_SLASHED = Path(__file__).with_name("strokes_slashed.txt")

TELLING = 8  # points from which a sample is no other's by chance; a dot or a dash may be anybody's
SHARED = 5  # telling samples that two writers have in common if they are one person

Points = NDArray[np.float32]
Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Strokes:
    """Samples, each of one writer.

    Attributes:
        points: float32 (P, 2), x to the right and y down; a sample is 1 high.
        stroke_start: int64 (S + 1,), where each stroke begins in ``points``.
        sample_start: int64 (N + 1,), where each sample begins among the strokes.
        texts: what each sample says.
        kinds: "digit", "sign", "letter", "word" or "number" each.
        sources: the collection each comes from.
        writers: int64 (N,).
        slashed: bool (N,), whether it is a zero with a slash.
    """

    points: Points
    stroke_start: NDArray[np.int64]
    sample_start: NDArray[np.int64]
    texts: NDArray[np.str_]
    kinds: NDArray[np.str_]
    sources: NDArray[np.str_]
    writers: NDArray[np.int64]
    slashed: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.texts)

    def sample(self, index: int) -> list[Points]:
        """Returns the strokes of a sample, float32 (points, 2) each."""
        first, last = self.sample_start[index : index + 2].tolist()
        edges = self.stroke_start[first : last + 1].tolist()
        return [self.points[start:stop] for start, stop in pairwise(edges)]


@dataclass(frozen=True)
class LeftOut:
    """A sample that nobody may learn from or be measured by.

    Attributes:
        source: the collection it comes from.
        text: what its label says.
        reason: why it is left out.
    """

    source: str
    text: str
    reason: str


def strokes_file(data_dir: Path) -> Path:
    """Returns where the strokes are kept in the folder of data sets."""
    return data_dir / FOLDER / FILE


@lru_cache(maxsize=2)
def load_strokes(path: Path) -> Strokes:
    """Returns the strokes of a file that a person can read, each once.

    What ``strokes_left_out.txt`` names is left out; of samples that stand in the file twice the first is
    returned; and writers of one source who share many samples are one person and get one number.

    Raises:
        DataError: it is not there, or is no file of strokes.
    """
    arrays = read_arrays(path)
    named, of_sample, slashed = left_out(), keys(arrays), frozenset(_lines(_SLASHED))
    strokes = Strokes(
        arrays["xy"].astype(np.float32) / np.float32(1000),
        arrays["stroke_start"].astype(np.int64),
        arrays["sample_start"].astype(np.int64),
        arrays["text"],
        arrays["kind"],
        arrays["source"],
        arrays["writer"].astype(np.int64),
        np.array([key in slashed for key in of_sample], bool),
    )
    keep = np.array([key not in named for key in of_sample], bool)
    points = np.diff(strokes.stroke_start[strokes.sample_start])
    first: dict[tuple[str, str], int] = {}
    shared: Counter[tuple[int, int]] = Counter()
    sources, writers = strokes.sources.tolist(), strokes.writers.tolist()
    for place in np.flatnonzero(points >= TELLING).tolist():
        earlier = first.setdefault((sources[place], of_sample[place]), place)
        if earlier != place:
            keep[place] = False
            shared[writers[earlier], writers[place]] += 1
    return _chosen(replace(strokes, writers=_persons(strokes.writers, shared)), keep)


def keys(arrays: Arrays) -> list[str]:
    """Returns 16 hexadecimal digits a sample that tell it from all others: of its text and its points."""
    points = memoryview(arrays["xy"].astype(ARRAYS["xy"]).tobytes())
    strokes, samples = arrays["stroke_start"].tolist(), arrays["sample_start"].tolist()
    out: list[str] = []
    for text, (start, stop) in zip(arrays["text"].tolist(), pairwise(samples), strict=True):
        edges = strokes[start : stop + 1]
        lengths = [after - before for before, after in pairwise(edges)]
        sha256 = hashlib.sha256(f"{text} {lengths} ".encode())
        sha256.update(points[4 * edges[0] : 4 * edges[-1]])  # two numbers of two bytes a point
        out.append(sha256.hexdigest()[:16])
    return out


@lru_cache(maxsize=1)
def left_out() -> dict[str, LeftOut]:
    """Returns what is left out, by its key; see :func:`keys`."""
    return {key: LeftOut(*others) for key, *others in (line.split("\t") for line in _lines(_LEFT_OUT))}


def _lines(path: Path) -> list[str]:
    """Returns the lines of a list that are no comments."""
    return [line for line in path.read_text("utf-8").splitlines() if not line.startswith("#")]


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Returns all that a file of strokes holds, as it stands there.

    Raises:
        DataError: it is not there, or is no file of strokes.
    """
    try:
        # Opened here: NumPy leaves a file open that turns out to be no zip file.
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            arrays = {name: np.asarray(file[name]) for name in ARRAYS}
    except FileNotFoundError as error:
        raise DataError(f"{path} is not there; run: inkdigits data strokes") from error
    # A zip file that was cut or damaged: zipfile and zlib have errors of their own.
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(
            f"{path} holds no pen strokes: expected an .npz with {', '.join(ARRAYS)}, received {error}; "
            "delete it and run: inkdigits data strokes"
        ) from error
    reason = _inconsistency(arrays)
    if reason:
        raise DataError(f"{path} is damaged: {reason}; delete it and run: inkdigits data strokes")
    return arrays


def _inconsistency(arrays: Arrays) -> str | None:
    """Returns in words what does not fit together, or None."""
    count = len(arrays["text"])
    for name in ("kind", "source", "writer", "country"):
        if len(arrays[name]) != count:
            return f"expected {count:,} entries of {name}, one a sample, received {len(arrays[name]):,}"
    for name, expected, total in (
        ("sample_start", count + 1, len(arrays["stroke_start"]) - 1),
        ("stroke_start", len(arrays["stroke_start"]), len(arrays["xy"])),
    ):
        starts = arrays[name]
        if len(starts) != expected or starts[0] != 0 or starts[-1] != total or np.any(np.diff(starts) < 0):
            return f"expected {name} to rise from 0 to {total:,} in {expected:,} entries, and it does not"
    return None


def digest(arrays: Arrays) -> str:
    """Returns the SHA-256 of what a file of strokes holds, however it is packed."""
    sha256 = hashlib.sha256()
    for name, kind in ARRAYS.items():
        array = arrays[name]
        content = "\n".join(array.tolist()).encode() if kind == "U" else array.astype(kind).tobytes()
        sha256.update(f"{name} {array.shape} ".encode() + content)
    return sha256.hexdigest()


def _chosen(strokes: Strokes, keep: NDArray[np.bool_]) -> Strokes:
    """Returns the samples for which ``keep``, bool (N,), is true, without the points of the others."""
    of_sample, of_stroke = np.diff(strokes.sample_start), np.diff(strokes.stroke_start)
    keep_stroke = np.repeat(keep, of_sample)
    return Strokes(
        strokes.points[np.repeat(keep_stroke, of_stroke)],
        _starts(of_stroke[keep_stroke]),
        _starts(of_sample[keep]),
        strokes.texts[keep],
        strokes.kinds[keep],
        strokes.sources[keep],
        strokes.writers[keep],
        strokes.slashed[keep],
    )


def _starts(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths)])


def _persons(writers: NDArray[np.int64], shared: Mapping[tuple[int, int], int]) -> NDArray[np.int64]:
    """Gives writers who have many samples in common one number, the lowest."""
    same = {writer: writer for writer in np.unique(writers).tolist()}
    for pair, count in shared.items():
        if count >= SHARED:
            lower, higher = sorted(same[writer] for writer in pair)
            same = {writer: lower if number == higher else number for writer, number in same.items()}
    return np.array([same[writer] for writer in writers.tolist()], np.int64)


def held_writers(strokes: Strokes) -> frozenset[int]:
    """Returns the fifth of the writers that measures and never learns.

    They are drawn by a fixed seed within each source: whom one source holds out does not depend on the
    others. A source of one writer, who could be nothing but held out or learned from, is learned from.
    """
    held: set[int] = set()
    for source in np.unique(strokes.sources).tolist():
        rng = np.random.default_rng([_SEED, *source.encode()])
        writers = np.unique(strokes.writers[strokes.sources == source])
        count = round(HELD_WRITERS * len(writers))
        held |= set(rng.permutation(writers)[:count].tolist())
    return frozenset(held)
