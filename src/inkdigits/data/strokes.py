"""Pen strokes of many writers: digits, signs, letters, words and numbers, as points in the order of writing.

From UNIPEN train_r01_v07 (Guyon, Schomaker, Plamondon, Liberman, Janet 1994; International Unipen Foundation;
doi 10.5281/zenodo.1195803), UJI Pen Characters v2 (Prat et al.; doi 10.24432/C5FG8S), both CC BY 4.0, and
NumberPad (bridger, Apache-2.0).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import DataError

__all__ = ["FILE", "FOLDER", "HELD_WRITERS", "Strokes", "held_writers", "load_strokes"]

FOLDER, FILE = "strokes", "pen_strokes.npz"  # in the folder of data sets
HELD_WRITERS = 0.2  # of the writers of each source; they measure and are never learned from
_SEED = 14  # draws them

_ARRAYS = ("xy", "stroke_start", "sample_start", "text", "kind", "source", "writer", "country")

Points = NDArray[np.float32]


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
    """

    points: Points
    stroke_start: NDArray[np.int64]
    sample_start: NDArray[np.int64]
    texts: NDArray[np.str_]
    kinds: NDArray[np.str_]
    sources: NDArray[np.str_]
    writers: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.texts)

    def sample(self, index: int) -> list[Points]:
        """Returns the strokes of a sample, float32 (points, 2) each."""
        first, last = self.sample_start[index : index + 2].tolist()
        edges = self.stroke_start[first : last + 1].tolist()
        return [self.points[start:stop] for start, stop in pairwise(edges)]


@lru_cache(maxsize=2)
def load_strokes(path: Path) -> Strokes:
    """Returns the strokes of a file.

    Raises:
        DataError: it is not there, or is no file of strokes.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: np.asarray(file[name]) for name in _ARRAYS}
    except FileNotFoundError as error:
        raise DataError(f"{path} is not there; run: inkdigits data strokes") from error
    except (OSError, ValueError, KeyError) as error:
        raise DataError(
            f"{path} holds no pen strokes: expected an .npz with {', '.join(_ARRAYS)}, received {error}; "
            "delete it and run: inkdigits data strokes"
        ) from error
    return Strokes(
        arrays["xy"].astype(np.float32) / np.float32(1000),
        arrays["stroke_start"].astype(np.int64),
        arrays["sample_start"].astype(np.int64),
        arrays["text"],
        arrays["kind"],
        arrays["source"],
        arrays["writer"].astype(np.int64),
    )


def held_writers(strokes: Strokes) -> frozenset[int]:
    """Returns the fifth of the writers that measures and never learns, by a fixed seed.

    A source of one writer, who alone would be nothing but held out or learned from, is learned from.
    """
    rng = np.random.default_rng(_SEED)
    held: set[int] = set()
    for source in np.unique(strokes.sources):
        writers = np.unique(strokes.writers[strokes.sources == source])
        count = round(HELD_WRITERS * len(writers))
        held |= set(rng.permutation(writers)[:count].tolist())
    return frozenset(held)
