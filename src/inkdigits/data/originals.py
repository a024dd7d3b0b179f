"""The public originals of the pen strokes: fetched, brought to one form, and written as one file."""

from __future__ import annotations

import shutil
import tarfile
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.data.download import fetch
from inkdigits.data.pen_formats import Sample, kind_of, read_numberpad, read_uji, read_unipen
from inkdigits.data.strokes import FILE, keys, left_out
from inkdigits.errors import DataError
from inkdigits.files import replacing

__all__ = ["ORIGINALS", "Original", "convert", "fetch_strokes", "pack"]


@dataclass(frozen=True)
class Original:
    """A collection as it is published.

    Attributes:
        name: what it is called here.
        file: the name that it is kept by.
        addresses: where it lies, one and the same at each.
    """

    name: str
    file: str
    addresses: tuple[str, ...]


ORIGINALS = (
    Original(
        "unipen",
        "unipen-CDROM-train_r01_v07.tgz",
        (
            "https://zenodo.org/api/records/1195803/files/unipen-CDROM-train_r01_v07.tgz/content",
            "https://zenodo.org/records/1195803/files/unipen-CDROM-train_r01_v07.tgz",
        ),
    ),
    Original(
        "uji",
        "uji+pen+characters+version+2.zip",
        ("https://archive.ics.uci.edu/static/public/177/uji+pen+characters+version+2.zip",),
    ),
    Original(
        "numberpad",
        "bridger_train.json",
        (
            "https://raw.githubusercontent.com/bridger/NumberPad/"
            "35869525c471161bb7eb52a268b26d78efb13297/Data/bridger_train.json",
        ),
    ),
)

HEIGHT = 1000  # of a sample; the unit of its points
WIDEST = 20.0  # width over height from which the width counts: a dash is as high as it is thick
STEP = 0.02  # of a sample's height; points closer than this to the one before tell nothing
CATEGORIES = ("1a", "1b", "1d", "7")  # of UNIPEN: digits, capitals, signs, words and numbers
WORDS = 150  # of a writer; some wrote a thousand, and what they show is what is no number
KNOWN = 0.75  # share of the samples that were looked at and left out, which a conversion holds at least

Arrays = dict[str, NDArray[Any]]


def fetch_strokes(folder: Path, originals: Sequence[Original] = ORIGINALS) -> Path:
    """Downloads what is not there, converts it and writes it into ``folder`` as one file.

    Each original is whole or not used: archives are checked by the sums that they carry, and of each one the
    samples that were looked at by eye and left out must be among what it holds, point by point.

    Args:
        folder: where the originals and the file are kept; made when it does not exist.
        originals: what is fetched, in the order of the file.

    Returns:
        The path of the file.

    Raises:
        DataError: an original holds something else than was published.
        DownloadError: no address gave a whole file.
        OutputError: ``folder`` cannot be written.
        MissingExtraError: pooch is not installed.
    """
    samples: list[Sample] = []
    for original in originals:
        path = folder / original.file
        if not path.is_file():
            path = fetch(original.file, folder, original.addresses, _wrong)
        samples += convert(original.name, path)
    arrays = pack(samples)
    check_known(arrays)
    with replacing(folder / FILE) as temporary:
        np.savez_compressed(temporary, allow_pickle=False, **arrays)
    return folder / FILE


def convert(name: str, path: Path) -> list[Sample]:
    """Returns the samples of an original that the models learn from or are judged by.

    Args:
        name: "unipen", "uji" or "numberpad".
        path: the file as it is published.

    Raises:
        DataError: it is not what was published.
    """
    if name == "numberpad":
        return list(read_numberpad(path))
    # Unpacked beside the archive: the same disk has room for it or not, and it is gone whatever happens.
    with tempfile.TemporaryDirectory(prefix=".unpacked-", dir=path.parent) as temporary:
        root = Path(temporary)
        try:
            shutil.unpack_archive(path, root, filter=None if path.suffix == ".zip" else "data")
        except (
            shutil.ReadError,
            tarfile.TarError,
            zipfile.BadZipFile,
            OSError,
            EOFError,
            zlib.error,
        ) as error:
            raise DataError(f"{path} is no whole archive: {error}; delete it and get it again") from error
        if name == "uji":
            return [
                sample for sample in read_uji(_found(root, "ujipenchars2.txt")) if sample.text.isdecimal()
            ]
        return list(_chosen(read_unipen(_found(root, "data").parent, CATEGORIES)))


def pack(samples: Iterable[Sample]) -> Arrays:
    """Returns samples as the arrays of a file of strokes, each 1000 high.

    Points that stand too close to the one before are left out but for a stroke's last one.
    """
    strokes: list[NDArray[np.int16]] = []
    counts: list[int] = []
    told: list[tuple[str, str, str, int]] = []
    numbers: dict[tuple[str, str], int] = {}
    for sample in samples:
        brought = _brought(sample.strokes)
        strokes += brought
        counts.append(len(brought))
        number = numbers.setdefault((sample.source, sample.writer), len(numbers))
        told.append((sample.text, kind_of(sample.text), sample.source, number))
    if not told:
        raise DataError(
            "no pen strokes: expected at least one sample, received none; get the originals again"
        )
    texts, kinds, sources, writers = zip(*told, strict=True)
    return {
        "xy": np.concatenate(strokes),
        "stroke_start": np.concatenate([[0], np.cumsum([len(stroke) for stroke in strokes])]).astype(
            np.int32
        ),
        "sample_start": np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        "text": np.array(texts),
        "kind": np.array(kinds),
        "source": np.array(sources),
        "writer": np.array(writers, np.int32),
        "country": np.array([""] * len(told)),
    }


def check_known(arrays: Arrays) -> None:
    """Raises a DataError unless the samples that were once looked at and left out are among these.

    What was published is known by them: whoever changed it, or reads it otherwise, has other points.
    """
    here, found = set(keys(arrays)), Counter[bool]()
    present = set(arrays["source"].tolist())
    for key, sample in left_out().items():
        if sample.source in present:
            found[key in here] += 1
    if found[True] < KNOWN * found.total():
        raise DataError(
            f"the originals hold other strokes than were published: expected {found.total():,} samples that "
            f"are known by their points, found {found[True]:,}; delete them and get them again"
        )


def _brought(strokes: Sequence[NDArray[np.float64]]) -> list[NDArray[np.int16]]:
    """Returns strokes 1000 high, with their points no closer than they tell something."""
    every = np.concatenate(strokes)
    wide, high = np.ptp(every, axis=0).tolist()
    scale = HEIGHT / (max(high, wide / WIDEST) or 1.0)
    out: list[NDArray[np.int16]] = []
    for stroke in strokes:
        points = (stroke - every.min(axis=0)) * scale
        kept = [0]
        for place in range(1, len(points)):
            if place == len(points) - 1 or np.hypot(*(points[place] - points[kept[-1]])) >= STEP * HEIGHT:
                kept.append(place)
        out.append(np.round(points[kept]).astype(np.int16))
    return out


def _chosen(samples: Iterable[Sample]) -> Iterator[Sample]:
    """Gives capitals, digits and signs, numbers, and the words of a writer up to a stated number."""
    words = Counter[str]()
    for sample in samples:
        kind = kind_of(sample.text)
        if kind == "word":
            words[sample.writer] += 1
        if (kind == "word" and words[sample.writer] > WORDS) or (kind == "letter" and sample.text.islower()):
            continue
        yield sample


def _found(root: Path, name: str) -> Path:
    """Returns the file or folder of that name that lies least deep."""
    places = sorted(root.rglob(name), key=lambda path: (len(path.parts), path))
    if not places:
        raise DataError(
            f"the archive has no {name}: expected it as it is published; delete it and get it again"
        )
    return places[0]


def _wrong(path: Path) -> str | None:
    """Returns in words why a downloaded file is none of the originals; None when it is whole."""
    try:
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                damaged = archive.testzip()
            return None if damaged is None else f"a zip file with {damaged} damaged"
        if path.suffix == ".tgz":
            with tarfile.open(path) as archive:
                for _ in archive:
                    pass
        else:
            next(read_numberpad(path), None)
    except (tarfile.TarError, zipfile.BadZipFile, OSError, EOFError, zlib.error, DataError) as error:
        return f"{path.stat().st_size:,} bytes that are no whole file ({' '.join(str(error).split())[:100]})"
    return None
