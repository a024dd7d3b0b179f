"""One training at a time in a folder: two would overwrite each other's checkpoints."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from inkdigits.errors import MissingExtraError, OutputError, TrainingError

__all__ = ["LOCK", "locked"]

LOCK = ".lock"  # name of the file in the folder


@contextmanager
def locked(folder: Path) -> Generator[None]:
    """Holds a folder, made if absent; the system lets go of it when the process ends, however it ends.

    Raises:
        TrainingError: another process holds it.
        OutputError: it cannot be written to.
    """
    try:
        from filelock import FileLock, Timeout
    except ModuleNotFoundError as error:
        raise MissingExtraError("filelock", "train") from error
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise TrainingError(
            f"another training is using {folder}; wait until it is done, or choose another --output"
        ) from error
    except OSError as error:
        raise OutputError(
            f"cannot write into {folder}: {error.strerror or error}; choose another --output"
        ) from error
    try:
        yield
    finally:
        lock.release()
