"""Files that are whole or absent: written beside their name, then renamed."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from inkdigits.errors import OutputError

__all__ = ["check_writable", "locked", "replacing", "write_bytes", "write_text"]

_MODE = 0o644
_MAY_WRITE = 0o222
_FAR = 2**40  # bytes; behind the end of any file that is written here
_MAX_STEM = 100  # characters of a file's name in that of its temporary one
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)


@contextmanager
def replacing(path: str | Path) -> Generator[Path]:
    """Gives a temporary path beside ``path`` and renames it to ``path`` when the block succeeds.

    A reader of ``path`` sees the old content or the new, never a part, also after ``kill -9``. Of a symbolic
    link the target is replaced, and a file that is replaced keeps its mode.

    Raises:
        OutputError: the file cannot be written; the old content is untouched.
    """
    given, path = path, Path(os.path.realpath(path))
    temporary: Path | None = None
    try:
        mode = _mode(path, given)
        _make_folder(path.parent, given)
        # The suffix stays last: some writers choose their format by it.
        handle, name = tempfile.mkstemp(
            prefix=f".{path.stem[:_MAX_STEM]}-", suffix=path.suffix, dir=path.parent
        )
        os.close(handle)
        temporary = Path(name)
        temporary.chmod(mode)
        yield temporary
        temporary.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        advice = (
            "free some space or write to another place" if error.errno in _FULL else "write to another place"
        )
        raise OutputError(f"cannot write {given}: {reason}; {advice}") from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _mode(path: Path, given: str | Path) -> int:
    """Returns the mode that the file will have; refuses one that nobody may write."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):  # the latter is told when its folder is made
        return _MODE
    if path.is_file() and (not mode & _MAY_WRITE or not os.access(path, os.W_OK)):
        raise OutputError(
            f"cannot write {given}: it is read-only; make it writable or write to another place"
        )
    return mode if path.is_file() else _MODE


def _make_folder(folder: Path, given: str | Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise OutputError(
            f"cannot write {given}: {folder} is or lies in a file, expected a folder; write to another place"
        ) from error


def check_writable(path: str | Path) -> None:
    """Raises OutputError where a file is read-only, or is to lie in another file."""
    real = Path(os.path.realpath(path))
    _mode(real, path)
    _make_folder(real.parent, path)


def locked(file: IO[bytes]) -> bool:
    """Locks an open file for this process until it is closed; False where another process has locked it.

    The system lets go of it when the process ends, also by ``kill -9``. Where a file system knows no locks it
    counts as locked.
    """
    try:
        if os.name == "nt":
            import msvcrt

            place = file.tell()
            file.seek(_FAR)  # others cannot read what is locked there
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # pyright: ignore
            file.seek(place)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)
    return True


def write_bytes(path: str | Path, content: bytes) -> None:
    """Writes ``content`` to ``path`` whole or not at all; raises OutputError."""
    _write(path, lambda temporary: temporary.write_bytes(content))


def write_text(path: str | Path, content: str) -> None:
    """Writes ``content`` as UTF-8 to ``path`` whole or not at all; raises OutputError."""
    _write(path, lambda temporary: temporary.write_text(content, encoding="utf-8"))


def _write(path: str | Path, write: Callable[[Path], int]) -> None:
    with replacing(path) as temporary:
        write(temporary)
