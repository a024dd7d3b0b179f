"""Files that are whole or absent: written beside their name, then renamed."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from inkdigits.errors import OutputError

__all__ = ["replacing", "write_bytes", "write_text"]


@contextmanager
def replacing(path: str | Path) -> Generator[Path]:
    """Gives a temporary path beside ``path`` and renames it to ``path`` when the block succeeds.

    A reader of ``path`` sees the old content or the new, never a part, also after ``kill -9``.

    Raises:
        OutputError: the file cannot be written; the old content is untouched.
    """
    path = Path(path)
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # The suffix stays last: some writers choose their format by it.
        handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        temporary = Path(name)
        temporary.chmod(0o644)
        yield temporary
        temporary.replace(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise OutputError(
            f"cannot write {path}: {reason}; free some space or write to another place"
        ) from error
    finally:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def write_bytes(path: str | Path, content: bytes) -> None:
    """Writes ``content`` to ``path`` whole or not at all; raises OutputError."""
    _write(path, lambda temporary: temporary.write_bytes(content))


def write_text(path: str | Path, content: str) -> None:
    """Writes ``content`` as UTF-8 to ``path`` whole or not at all; raises OutputError."""
    _write(path, lambda temporary: temporary.write_text(content, encoding="utf-8"))


def _write(path: str | Path, write: Callable[[Path], int]) -> None:
    with replacing(path) as temporary:
        write(temporary)
