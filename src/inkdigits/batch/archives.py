"""ZIP and TAR archives → a job for each page of the pictures in them; nothing is unpacked to the disk.

A member is read into memory when its turn comes, and no more of it than a picture may have. A compressed TAR
can be read only from its beginning, so it is unpacked once, as one file without its members' names, into a
folder that is removed at the end.
"""

from __future__ import annotations

import lzma
import os
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO, Any

from inkdigits import spec
from inkdigits.batch.job import Job, failed, pages_in
from inkdigits.errors import SourceError, SourceTooLargeError
from inkdigits.picture.deferred import Deferred
from inkdigits.picture.formats import SUFFIXES, UNREAD
from inkdigits.picture.paths import printable

__all__ = ["archive_ending", "fill", "jobs_in_archive"]

_ZIP = (".zip",)
_PLAIN_TAR = (".tar",)
_PACKED_TAR = (".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_NESTED = (*_ZIP, *_PLAIN_TAR, *_PACKED_TAR, ".7z", ".rar")
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)
_SOME = 1 << 20  # bytes that are unpacked at a time


@dataclass(frozen=True, slots=True)
class _InZip(Deferred):
    """A member of a ZIP."""

    archive: Path
    at: int  # its place, for several may have the same name

    def content(self, most: int) -> bytes:
        with _boundary(self.name):
            archive = _zip(self.archive)
            with archive.open(archive.infolist()[self.at]) as file:
                return file.read(most)


@dataclass(frozen=True, slots=True)
class _InTar(Deferred):
    """A member of a TAR that is not compressed."""

    archive: Path
    start: int
    size: int

    def content(self, most: int) -> bytes:
        with _boundary(self.name), self.archive.open("rb") as file:
            file.seek(self.start)
            content = file.read(min(most, self.size))
            if len(content) < min(most, self.size):
                raise EOFError("it is cut short")
            return content


class _boundary:  # noqa: N801 (used as a function)
    """Turns what archives raise into a SourceError."""

    def __init__(self, name: str) -> None:
        self._name = printable(name)

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, _: object) -> None:
        if isinstance(error, RuntimeError) and "password" in str(error):
            raise SourceError(
                f"{self._name} needs a password: expected an open archive; pack it without one"
            ) from error
        if isinstance(error, (OSError, KeyError, *_DAMAGED)):
            reason = getattr(error, "strerror", None) or " ".join(str(error).split()) or type(error).__name__
            raise SourceError(f"cannot read {self._name}: {reason}; copy the archive again") from error


def archive_ending(path: str) -> str:
    """Returns by which ending, in lower case, a name is that of an archive; nothing where it is none."""
    endings = (*_ZIP, *_PLAIN_TAR, *_PACKED_TAR)
    return next((ending for ending in endings if path.lower().endswith(ending)), "")


def jobs_in_archive(path: str, folder: Callable[[], Path], called: str | None = None) -> Iterator[Job]:
    """Yields a job for each page of each picture in an archive, in its order.

    Hidden members and what is no picture are left out, as in folders; what must not be read is a row.

    Args:
        path: of the archive.
        folder: gives a folder that is removed at the end.
        called: what rows call it; None for its path.
    """
    called = called or path
    try:
        with _boundary(called):
            found = _in_zip(path, called) if path.lower().endswith(_ZIP) else _in_tar(path, called, folder)
    except SourceError as error:
        yield failed(called, str(error))
        return
    empty = True
    for member, source in found:
        name = f"{called}/{member}"
        base = PurePosixPath(member).name
        if base.startswith(".") or member.startswith("__MACOSX/"):
            continue
        reason = _refused(name, member, source)
        if reason is not None:
            yield failed(name, reason)
        elif PurePosixPath(base).suffix.lower() in SUFFIXES | UNREAD and isinstance(source, Deferred):
            yield from pages_in(source, Path(*PurePosixPath(member).parent.parts))
        else:
            continue
        empty = False
    if empty:
        yield failed(
            called, f"no picture in the archive {printable(called)}: expected files such as .png, found none"
        )


def _refused(name: str, member: str, source: Deferred | str) -> str | None:
    """Returns why a member is not read."""
    place, shown = PurePosixPath(member.replace("\\", "/")), printable(name)
    if isinstance(source, str):
        return f"{shown} {source}"
    if place.is_absolute() or ".." in place.parts or ":" in "".join(place.parts[:1]):
        return f"{shown} leads out of its archive: expected a name inside it; pack it again"
    if member.lower().endswith(_NESTED):
        return f"{shown} is an archive in an archive: expected pictures; unpack the outer one"
    return None


def _in_zip(path: str, called: str) -> list[tuple[str, Deferred | str]]:
    members = [(at, one) for at, one in enumerate(_zip(Path(path)).infolist())]
    members = [(at, one) for at, one in members if one.filename and not one.is_dir()]
    _check_size(called, sum(one.file_size for _, one in members), Path(path).stat().st_size)
    found: list[tuple[str, Deferred | str]] = []
    for at, one in members:
        if one.flag_bits & 1:
            found.append((one.filename, "needs a password: expected an open archive; pack it without one"))
        else:
            found.append((one.filename, _InZip(f"{called}/{one.filename}", None, Path(path), at)))
    return found


def _in_tar(path: str, called: str, folder: Callable[[], Path]) -> list[tuple[str, Deferred | str]]:
    plain = Path(path)
    if not path.lower().endswith(_PLAIN_TAR):
        plain = folder() / "archive.tar"
        _unpack(path, called, plain)
    with tarfile.open(plain, "r:") as archive:
        return [
            (one.name, "is a sparse file: expected a whole one; pack it again")
            if one.issparse()
            else (one.name, _InTar(f"{called}/{one.name}", None, plain, one.offset_data, one.size))
            for one in archive
            if one.isreg()
        ]


def fill(file: Path, stream: IO[bytes], called: str, check: Callable[[int], object] = bool) -> None:
    """Writes a stream into a file of the temporary folder; one that cannot be written whole is removed.

    Args:
        file: which is made.
        stream: its bytes.
        called: what messages call it.
        check: is given how many bytes have come, and raises where they are too many.

    Raises:
        SourceError: there is no room left.
    """
    size = 0
    try:
        with file.open("wb") as copy:
            while part := stream.read(_SOME):
                size += len(part)
                check(size)
                if shutil.disk_usage(file.parent).free < 2 * _SOME:
                    raise SourceError(
                        f"no room left in the temporary folder for {printable(called)}, of which {size:,} "
                        "bytes have come; name another folder with TMPDIR"
                    )
                copy.write(part)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _unpack(path: str, called: str, plain: Path) -> None:
    """Unpacks the one stream of a compressed TAR."""
    packed = Path(path).stat().st_size
    with _opened(path) as stream:
        fill(plain, stream, called, lambda size: _check_size(called, size, packed))


def _opened(path: str) -> Any:
    import bz2
    import gzip

    name = path.lower()
    opener = gzip.open if name.endswith("gz") else bz2.open if name.endswith("bz2") else lzma.open
    return opener(path, "rb")


def _check_size(called: str, unpacked: int, packed: int) -> None:
    if unpacked > spec.MAX_ARCHIVE_BYTES and unpacked > spec.MAX_ARCHIVE_RATIO * packed:
        raise SourceTooLargeError(
            f"{printable(called)} is a bomb: expected at most {spec.MAX_ARCHIVE_BYTES:,} bytes unpacked or "
            f"{spec.MAX_ARCHIVE_RATIO} times what it takes, received {unpacked:,} of {packed:,}; leave it out"
        )


def _zip(path: Path) -> zipfile.ZipFile:
    """Returns an open ZIP; a process opens it once, not once a member."""
    status = os.stat(path)  # noqa: PTH116
    return _open_zip(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=4)
def _open_zip(path: Path, changed: int, size: int) -> zipfile.ZipFile:
    del changed, size
    return zipfile.ZipFile(path)
