"""Where ``inkdigits read --annotate DIR`` puts its pictures: one PNG a source, none over another."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits.readings import Reading

__all__ = ["holds_source", "picture_paths", "save"]

_MAX_STEM = 200  # bytes; file names have at most 255, and the temporary name is longer
_COMPRESSION = 1  # zlib's level; the default takes four times as long for a file a sixth smaller


def holds_source(folder: Path, sources: Iterable[Path]) -> bool:
    """Says whether one of the sources lies in ``folder`` or below it, where a picture could replace it."""
    if not folder.is_dir():
        return False
    place = Path(os.path.realpath(folder))
    parents = {
        Path(os.path.realpath(parent))
        for source in sources
        for parent in (source.parent, os.path.realpath(source))
    }
    return any(parent.is_relative_to(place) for parent in parents)


def picture_paths(folder: Path, places: Sequence[Path]) -> list[Path]:
    """Returns a path in ``folder`` for each source: ``<place>.png``, and ``<place>-2.png`` when it is taken.

    Names that differ in upper and lower case alone count as the same, as some file systems have it.
    """
    used: set[str] = set()
    counts: dict[str, int] = {}
    paths: list[Path] = []
    for full in places:
        place = full.with_name(_short(full.name))
        key = str(place).casefold()
        name, number = place, counts.get(key, 1)
        while str(name).casefold() in used:
            number += 1
            name = place.with_name(f"{place.name}-{number}")
        counts[key] = number
        used.add(str(name).casefold())
        paths.append(folder / name.parent / f"{name.name}.png")
    return paths


def save(path: Path, picture: NDArray[np.uint8], reading: Reading) -> None:
    """Writes the picture with the reading drawn in, whole or not at all.

    Args:
        path: the PNG file; its folder is made when it is missing.
        picture: uint8 (H, W) or (H, W, 3) RGB, the source.
        reading: what was read in it.

    Raises:
        OutputError: it cannot be written.
    """
    from PIL import Image

    from inkdigits.files import replacing
    from inkdigits.output.annotate import annotate

    drawn = annotate(picture, reading)
    with replacing(path) as temporary:
        Image.fromarray(drawn).save(temporary, "PNG", compress_level=_COMPRESSION)


def _short(stem: str) -> str:
    while len(os.fsencode(stem)) > _MAX_STEM:
        stem = stem[:-1]
    return stem
