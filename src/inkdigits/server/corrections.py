"""What people corrected, as a folder that ``inkdigits train --data`` reads.

::

    DIR/7/20261125T091500.123456-3f9a1c2b77d01e5f9a60c4d2.png    the digit, cut out of its picture
    DIR/7/20261125T091500.123456-3f9a1c2b77d01e5f9a60c4d2.json   what had been read, where, and when

A picture and its JSON are written under a hidden name and then linked to their own, so that a reader sees
them whole or not at all, a file that exists is never replaced, and several processes may write at a time.
Which corrections there are is said by the pictures alone: whoever deletes one has deleted the correction.

One digit has one label, the last that was given (:mod:`inkdigits.server.same_digit`). The new correction is
written before the old one goes: a process that is killed in between leaves both, and the next start takes the
old one away.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import ConfigError, OutputError
from inkdigits.readings import Box
from inkdigits.server import same_digit
from inkdigits.server.pictures import png

__all__ = ["ID_PATTERN", "Correction", "CorrectionStore"]

ID_PATTERN = r"^\d{8}T\d{6}\.\d{6}-[0-9a-f]{24}$"

_ID = re.compile(ID_PATTERN, re.ASCII)
_TIME = "%Y%m%dT%H%M%S.%f"
_MARGIN = 0.15  # of the box's longer side; ink that ends at the edge of a picture passes for a cut-off piece
_LEAST_MARGIN = 2  # pixels


@dataclass(frozen=True, slots=True)
class Correction:
    """One digit with its right label.

    Attributes:
        id: its name; ids sort by time.
        label: "0" to "9", what is written.
        read: what had been read; None when nobody said.
        created: when it was kept, ISO 8601, UTC.
    """

    id: str
    label: str
    read: str | None
    created: str


class CorrectionStore:
    """Keeps corrections in a folder, one a digit.

    Args:
        folder: made when it does not exist.

    Raises:
        ConfigError: the folder is a data set of another form, into which this one would not go.
        OutputError: the folder cannot be made or written into.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            taken = sorted(entry.name for entry in folder.iterdir() if _would_mix(entry))
        except OSError as error:
            raise OutputError(
                f"--corrections {folder} cannot be used: {error.strerror}; name a folder that can be written"
            ) from error
        if taken:
            raise ConfigError(
                f"--corrections {folder} holds {taken[0]!r}; expected an empty or new folder, or one of "
                "earlier corrections, so that it can be trained on; name another folder"
            )
        with suppress(OSError):  # what cannot be deleted now may be when it is corrected again
            self._settle(self._pictures())

    def add(self, picture: NDArray[np.uint8], box: Box | None, label: str, read: str | None) -> Correction:
        """Keeps one digit, in place of what had been kept of the same.

        Args:
            picture: uint8 (H, W) or (H, W, 3), upright.
            box: where the digit stands in it, inside the picture; None for the whole picture.
            label: "0" to "9".
            read: what had been read.

        Raises:
            OutputError: it cannot be written.
        """
        now = datetime.now(UTC)
        cut = _cut(picture, box)
        identifier = f"{now.strftime(_TIME)}-{same_digit.hashes(picture, cut)}{secrets.token_hex(4)}"
        correction = Correction(identifier, label, read, now.isoformat(timespec="microseconds"))
        content = png(cut)
        record = json.dumps({**asdict(correction), "box": None if box is None else list(box)}) + "\n"
        try:
            # The picture first: without it there is no correction, without the rest there still is one.
            self._write(content, label, f"{identifier}.png")
            self._write(record.encode(), label, f"{identifier}.json")
            self._settle([path for path in self._pictures() if same_digit.may_be(path.stem, identifier)])
        except OSError as error:
            raise OutputError(
                f"the correction cannot be kept: {error.strerror}; free some space on the "
                "server and send it again"
            ) from error
        return correction

    def all(self) -> list[Correction]:
        """Returns every correction, the newest first."""
        return [self._describe(path) for path in sorted(self._pictures(), key=_stem, reverse=True)]

    def picture(self, identifier: str) -> bytes | None:
        """Returns the PNG of a correction; None when there is none of this id."""
        for path in self._pictures():  # names that exist are compared: no id ever becomes part of a path
            if path.stem == identifier:
                with suppress(FileNotFoundError):
                    return path.read_bytes()
        return None

    def remove(self, identifier: str) -> bool:
        """Takes a correction back; returns whether there was one of this id.

        Raises:
            OutputError: it cannot be deleted.
        """
        for path in self._pictures():
            if path.stem == identifier:
                try:
                    _unlink(path)
                except FileNotFoundError:  # another process was first
                    return False
                except OSError as error:
                    raise OutputError(
                        f"the correction cannot be deleted: {error.strerror}; look who may write into "
                        f"{self._folder}"
                    ) from error
                return True
        return False

    def _settle(self, paths: list[Path]) -> None:
        """Takes away every correction of which there is a later one of the same digit; raises OSError."""
        named = {path.stem: path for path in paths}
        for identifier in same_digit.outdated(named, lambda one: self._box(named[one])):
            with suppress(FileNotFoundError):  # another process was first
                _unlink(named[identifier])

    def _box(self, path: Path) -> Box | None:
        """Returns where a correction's digit stood in its picture; None for the whole, or if that is lost."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            return Box(*map(int, json.loads(path.with_suffix(".json").read_bytes())["box"]))
        return None

    def _pictures(self) -> list[Path]:
        found: list[Path] = []
        for label in spec.DIGITS:
            with suppress(FileNotFoundError):
                found += [
                    path
                    for path in (self._folder / label).iterdir()
                    if path.suffix == ".png" and _ID.fullmatch(path.stem)
                ]
        return found

    def _describe(self, path: Path) -> Correction:
        created = datetime.strptime(path.stem[:22], _TIME).replace(tzinfo=UTC)
        read = None
        with suppress(OSError, ValueError):  # a lost note must not hide the others
            noted = json.loads(path.with_suffix(".json").read_bytes())
            read = noted["read"] if isinstance(noted, dict) and isinstance(noted.get("read"), str) else None
        return Correction(path.stem, path.parent.name, read, created.isoformat(timespec="microseconds"))

    def _write(self, content: bytes, label: str, name: str) -> None:
        """Writes a new file whole or not at all; raises OSError."""
        hidden = self._folder / f".{name}"
        try:
            with hidden.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())  # somebody's work: it is on the disk before it is acknowledged
            while not _linked(hidden, self._folder / label / name):
                continue  # another process has just taken away the folder, which was empty
        finally:
            hidden.unlink(missing_ok=True)


def _linked(hidden: Path, path: Path) -> bool:
    """Makes the folder and links into it; returns False where the folder went in between; raises OSError."""
    with suppress(FileExistsError):
        path.parent.mkdir()
    try:
        _link(hidden, path)
    except FileNotFoundError:
        if not hidden.exists():
            raise
        return False
    return True


def _link(hidden: Path, path: Path) -> None:
    try:
        path.hardlink_to(hidden)
    except FileExistsError:
        raise
    except OSError:  # a file system without links: nobody else makes this id, and renaming is as whole
        if path.exists():
            raise
        hidden.rename(path)


def _cut(picture: NDArray[np.uint8], box: Box | None) -> NDArray[np.uint8]:
    """Returns the part of a picture that holds a digit, with some paper around it."""
    if box is None:
        return picture
    margin = max(_LEAST_MARGIN, round(_MARGIN * max(box.width, box.height)))
    left, top = max(0, box.x - margin), max(0, box.y - margin)
    return np.ascontiguousarray(picture[top : box.y + box.height + margin, left : box.x + box.width + margin])


def _unlink(path: Path) -> None:
    path.unlink()  # the picture first: it alone says that there is a correction
    path.with_suffix(".json").unlink(missing_ok=True)
    with suppress(OSError):  # a folder without a picture is no label, and would stop a training
        path.parent.rmdir()


def _would_mix(entry: Path) -> bool:
    """Tells what would make the folder another data set, or add labels to it that are no digits."""
    if entry.name.startswith("."):
        return False
    if entry.is_dir():
        return entry.name not in set(spec.DIGITS)
    return entry.name == "labels.csv" or "-ubyte" in entry.name


def _stem(path: Path) -> str:
    return path.stem
