"""Labelled pictures from the forms that they are kept in: a table of labels, subfolders, arrays."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from inkdigits.data.labelled import Dataset, Known, dataset_of
from inkdigits.errors import DataError, SourceError
from inkdigits.picture.paths import find_pictures, page_of

__all__ = [
    "LABELS_CSV",
    "from_arrays",
    "from_labels_csv",
    "from_npz",
    "from_subfolders",
    "name_of",
    "read_npz",
]

LABELS_CSV = "labels.csv"

# ---- Arrays ----


def from_npz(path: Path) -> Dataset:
    """Returns the pictures of an .npz with ``images`` and ``labels``; raises DataError if it has others."""
    arrays = read_npz(path)
    if "images" not in arrays or "labels" not in arrays:
        raise DataError(
            f"{path} is no data set: expected the arrays 'images' and 'labels', received "
            f"{', '.join(sorted(arrays)) or 'none'}; save them under these names"
        )
    return from_arrays(path, name_of(path), arrays["images"], arrays["labels"])


def from_arrays(path: Path, name: str, images: NDArray[Any], labels: NDArray[Any]) -> Dataset:
    """Returns the data set that two arrays of a file are.

    Args:
        path: the file, for messages.
        name: of the data set.
        images: uint8 (N, H, W), (N, H, W, 1) or (N, H, W, 3).
        labels: integers or strings (N,).

    Raises:
        DataError: the arrays have another type or shape.
    """
    if images.ndim == 4 and images.shape[3] == 1:
        images = images[..., 0]
    if images.dtype != np.uint8 or images.ndim not in (3, 4) or (images.ndim == 4 and images.shape[3] != 3):
        raise DataError(
            f"{path} has wrong images: expected uint8 (N, H, W) or (N, H, W, 3), received {images.dtype} "
            f"{images.shape}; convert them, 255 = white for pictures, 255 = ink for 28 x 28 digits"
        )
    if labels.ndim != 1 or labels.dtype.kind not in "iuUS":
        raise DataError(
            f"{path} has wrong labels: expected integers or strings (N,), received "
            f"{labels.dtype} {labels.shape}; convert them"
        )
    texts = [label.decode("utf-8", "replace") if isinstance(label, bytes) else str(label) for label in labels]
    return dataset_of(name, images, texts)


def read_npz(path: Path, wanted: Sequence[str] = ("images", "labels")) -> dict[str, NDArray[Any]]:
    """Returns the arrays of an .npz by their names; those that are not ``wanted`` are left empty.

    Raises:
        DataError: it is damaged, or holds anything but plain arrays.
    """
    try:
        # allow_pickle=False: an array of Python objects is refused, nothing in the file is executed.
        # Opened here: NumPy leaves a damaged file open.
        with path.open("rb") as stream:
            file = np.load(stream, allow_pickle=False)
            if not isinstance(file, np.lib.npyio.NpzFile):
                raise ValueError("it holds a single array without a name")
            # Only what is needed is read; of the other arrays the names are enough.
            return {key: file[key] if key in wanted else np.empty(0) for key in file.files}
    except Exception as error:  # zip, header and memory errors of many types
        raise DataError(
            f"{path} is damaged: expected an .npz file of plain arrays, received one that does not open "
            f"({' '.join(str(error).split())[:160]}); save it again with numpy.savez"
        ) from error


# ---- Folders ----


def from_labels_csv(folder: Path) -> Dataset:
    """Returns the pictures that the labels.csv of a folder names.

    Beside ``file`` and ``label`` it may say what a picture is known to hold (``expect``: digit, number or
    page) and what is special about it (``kind``). Columns may be named in other cases, cells may have spaces
    around them and semicolons or tabs between. A label may be empty, which says that nothing is to be
    read, where ``expect`` is given; elsewhere it has most likely been forgotten.

    Raises:
        DataError: the table or one of its rows is damaged, or names pictures that are not there.
    """
    table = folder / LABELS_CSV
    paths: list[Path] = []
    labels: list[str] = []
    expects: list[Known | None] = []
    kinds: list[str] = []
    said: dict[str, tuple[str, int]] = {}  # of each file its label, and in which line
    for line, row in _rows_of(table):
        expect = _known(table, line, row.get("expect", ""))
        file, label = row["file"], row["label"]
        if not file or not (label or expect):
            raise DataError(
                f"{table} has an incomplete row: expected a file and a label, received {file!r} and "
                f"{label!r} in line {line}; complete it, or, where nothing is to be read, say in a column "
                "'expect' what is looked for"
            )
        before, at = said.setdefault(os.path.normpath(file), (label, line))
        if before != label:
            raise DataError(
                f"{table} labels {file} twice: expected one label, received {before!r} in line {at} and "
                f"{label!r} in line {line}; remove the wrong row"
            )
        paths.append(folder / file)
        labels.append(label)
        expects.append(expect)
        kinds.append(row.get("kind", ""))
    missing = [path for path in paths if not page_of(str(path))[0].is_file()]
    if missing:
        raise DataError(
            f"{table} names files that do not exist: expected {len(paths):,} pictures, "
            f"{len(missing):,} are missing, the first one {missing[0]}; copy them there or remove their rows"
        )
    return replace(
        dataset_of(name_of(folder), tuple(paths), labels),
        expects=tuple(expects) if any(expects) else (),
        kinds=tuple(kinds) if any(kinds) else (),
    )


def _rows_of(table: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yields line and cells of each row: as spreadsheets save them, with commas, semicolons or tabs."""
    import csv

    try:
        content = table.read_bytes()
        text = content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        for delimiter in ",;\t":
            rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            columns = [cell.strip().lower() for cell in next(rows, [])]
            if {"file", "label"} <= set(columns):
                break
        else:
            raise DataError(
                f"{table} is no table of labels: expected the columns file,label, received "
                f"{text.partition(chr(10))[0].strip()[:80] or 'none'}; write them in its first line"
            )
        for row in rows:
            if row:  # no empty line
                cells = [cell.strip() for cell in row] + [""] * len(columns)
                yield rows.line_num, dict(zip(columns, cells, strict=False))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataError(
            f"{table} cannot be read: expected a UTF-8 CSV file, received {error}; save it again"
        ) from error


def _known(table: Path, line: int, text: str) -> Known | None:
    """Returns what a row of a table says of its picture, None for nothing."""
    for known in get_args(Known):
        if text.lower() == known:
            return known
    if text:
        raise DataError(
            f"{table} expects {text[:40]!r} in line {line}; expected {', '.join(get_args(Known))} or "
            "nothing; correct that row"
        )
    return None


def from_subfolders(folder: Path) -> Dataset:
    """Returns the pictures of a folder that has a subfolder for each label; raises DataError without any."""
    paths: list[Path] = []
    labels: list[str] = []
    try:
        for subfolder in sorted(entry for entry in folder.iterdir() if entry.is_dir()):
            if not subfolder.name.startswith("."):
                pictures = find_pictures([subfolder])
                paths.extend(pictures)
                labels.extend([subfolder.name] * len(pictures))
    except (OSError, SourceError) as error:
        raise DataError(f"{folder} is no data set of a subfolder per label: {error}") from error
    if not paths:
        raise DataError(
            f"{folder} is no data set: expected labels.csv, IDX files or a subfolder for each label, "
            "found none; see: inkdigits data --help"
        )
    return dataset_of(name_of(folder), tuple(paths), labels)


def name_of(path: Path) -> str:
    """Returns what a data set is called: the last part of its path, of a file without the ending."""
    return path.resolve().stem if path.is_file() else path.resolve().name
