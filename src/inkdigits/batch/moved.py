"""Files that are read are moved out of an inbox: whole or not at all, none over another."""

from __future__ import annotations

import errno
import shutil
from itertools import count
from pathlib import Path

from inkdigits.errors import OutputError
from inkdigits.files import replacing

__all__ = ["move_into"]


def move_into(folder: Path, source: Path, place: str) -> Path | None:
    """Moves a file to ``folder / place``, or to ``name-2`` beside it when that is taken.

    Between two file systems it is copied first; a copy that a kill left there counts as the one begun.

    Args:
        folder: where it goes.
        source: the file.
        place: its path in that folder.

    Returns:
        Where it is now; None when it was gone.

    Raises:
        OutputError: it cannot be moved.
    """
    try:
        for number in count(1):
            wanted = folder / place
            target = wanted if number == 1 else wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
            if not target.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                _move(source, target)
                return target
            if _same(source, target):  # it was copied, and not yet removed
                source.unlink()
                return target
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutputError(
            f"cannot move {source} to {folder}: {error.strerror or error}; check who may write there"
        ) from error
    return None


def _move(source: Path, target: Path) -> None:
    try:
        source.rename(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        with replacing(target) as temporary:
            shutil.copy2(source, temporary)
        source.unlink()


def _same(source: Path, target: Path) -> bool:
    """Tells whether a file is a copy that was made of another; what is merely alike has another time."""
    one, other = source.stat(), target.stat()
    copied = one.st_dev != other.st_dev  # within one file system nothing is copied
    return copied and (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)
