"""Source → picture: what a user has becomes pixels, or one line that says why not.

A source is a path, the bytes of a picture file, an open file, a Pillow image or a NumPy array. Limits are
checked before anything is decoded. Encoded pictures are left to :mod:`inkdigits.picture.decode`, which alone
imports Pillow, so that arrays are read without it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, TypeGuard, cast

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import (
    DecodeError,
    InvalidArrayError,
    SourceError,
    SourceNotFoundError,
    SourceTooLargeError,
)
from inkdigits.picture import pixels

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["SUFFIXES", "Picture", "Source", "describe", "find_pictures", "load"]

Source: TypeAlias = (
    "str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | NDArray[Any] | Image"
)
"""What :func:`load` takes."""

Picture: TypeAlias = NDArray[np.uint8]
"""What :func:`load` gives: (H, W) grey or (H, W, 3) RGB."""

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".jpe", ".tif", ".tiff", ".bmp", ".dib", ".webp", ".gif"})
"""Suffixes, in lower case, that :func:`find_pictures` takes from a folder."""


def load(source: Source) -> Picture:
    """Returns the picture that ``source`` holds, upright and with its transparent parts turned into paper.

    Args:
        source: a path; the bytes of, or an open binary file with, a PNG, JPEG, TIFF, BMP, WebP or GIF (of
            several pages or frames the first one counts); a Pillow image; an array of shape (H, W),
            (H, W, 1), (H, W, 3) RGB or (H, W, 4) RGBA, and of dtype uint8, uint16, bool, or float in 0..1.

    Returns:
        uint8 of shape (H, W) for a grey picture or (H, W, 3) in RGB order, contiguous, after EXIF rotation.
        It may share its memory with an array given as ``source``: do not write into it.

    Raises:
        SourceNotFoundError: the path does not exist or is a folder.
        SourceTooLargeError: more bytes than ``spec.MAX_SOURCE_BYTES`` or more pixels than
            ``spec.MAX_SOURCE_PIXELS``; known before decoding.
        DecodeError: the bytes are no picture, or a damaged one.
        InvalidArrayError: the array has a shape, dtype or value that is no picture.
        SourceError: the file cannot be opened, or ``source`` is of another type.
    """
    if isinstance(source, np.ndarray):
        return pixels.from_array(source)
    name = _printable(describe(source))
    if isinstance(source, bytes | bytearray | memoryview):
        return _decode(_check_size(source, name), name)
    if isinstance(source, str | os.PathLike):
        return _decode(_read_path(source, name), name)
    if _is_pillow_image(source):
        from inkdigits.picture import decode

        return decode.from_image(source, name)
    if hasattr(source, "read"):
        return _decode(_read_file(cast("BinaryIO", source)), name)
    if hasattr(source, "__array__"):  # tensors and data frames that know how to become an array
        return pixels.from_array(_as_array(source))
    raise SourceError(
        f"a source of type {type(source).__name__} cannot be read: expected a path, bytes, an open binary "
        "file, a Pillow image or a NumPy array; turn a list into an array with numpy.array(…, dtype='uint8')"
    )


def describe(source: object) -> str:
    """Returns the name of ``source`` for messages and results: the path as given, or ``<array>`` etc."""
    if isinstance(source, str | os.PathLike):
        return os.fsdecode(cast("str | os.PathLike[str]", source))
    if isinstance(source, np.ndarray):
        return "<array>"
    if isinstance(source, bytes | bytearray | memoryview):
        return "<bytes>"
    if _is_pillow_image(source):
        return "<image>"
    if hasattr(source, "read"):
        return "<file>"
    return "<array>" if hasattr(source, "__array__") else f"<{type(source).__name__}>"


def find_pictures(paths: Iterable[str | os.PathLike[str]]) -> list[Path]:
    """Returns the picture files that ``paths`` name, folders opened up with all their subfolders.

    The order of ``paths`` is kept, and so are duplicates; the pictures of one folder are sorted by path.
    Hidden files and folders inside a folder are left out. A path that is no folder is kept as it is, whether
    or not it exists: reading it says what is wrong with it.

    Raises:
        SourceNotFoundError: a folder holds no picture.
        SourceError: a folder cannot be listed.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        if _is_folder(path):
            found.extend(_pictures_in(path))
        else:
            found.append(path)
    return found


def _pictures_in(folder: Path) -> list[Path]:
    def refuse(error: OSError) -> None:
        raise SourceError(
            f"cannot list the folder {_printable(str(error.filename))}: {error.strerror}; "
            "check its permissions"
        ) from error

    pictures: list[Path] = []
    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        pictures.extend(
            Path(parent, name)
            for name in names
            if Path(name).suffix.lower() in SUFFIXES and not name.startswith(".")
        )
    if not pictures:
        raise SourceNotFoundError(
            f"no picture in the folder {_printable(str(folder))}: expected files ending in "
            f"{', '.join(sorted(SUFFIXES))}, found none; name another folder or the files themselves"
        )
    return sorted(pictures)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # no permission, a null character, …: reading the path reports it
        return False


def _read_path(source: str | os.PathLike[str], name: str) -> bytes:
    """Returns the bytes of a file, refusing one that is too large before reading it."""
    try:
        with Path(source).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > spec.MAX_SOURCE_BYTES:
                raise _too_many_bytes(name, f"{size:,}")
            # A pipe or device says 0 and a file may grow: the limit is kept while reading, too.
            content = file.read(spec.MAX_SOURCE_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise SourceNotFoundError(f"no such file: {name}; check the path") from error
    except (IsADirectoryError, PermissionError) as error:
        if _is_folder(Path(source)):  # Windows says PermissionError for a folder
            raise SourceNotFoundError(
                f"{name} is a folder: expected a picture file; name the files inside it"
            ) from error
        raise SourceError(f"cannot open {name}: {error.strerror}; check its permissions") from error
    except (OSError, ValueError) as error:  # name too long, a null character, an I/O error
        reason = getattr(error, "strerror", None) or str(error)
        raise SourceError(f"cannot read {name}: {reason}; check the path") from error
    return cast("bytes", _check_size(content, name))


def _read_file(file: BinaryIO) -> bytes:
    """Returns the bytes from where ``file`` stands to its end; the file stays open, it is the caller's."""
    try:
        content = cast("object", file.read(spec.MAX_SOURCE_BYTES + 1))
    except (OSError, ValueError) as error:  # ValueError: the file is closed, or text that is no UTF-8
        raise SourceError(f"cannot read <file>: {error}; open it in binary mode ('rb')") from error
    if not isinstance(content, bytes | bytearray | memoryview):
        raise SourceError(
            f"<file> gave {type(content).__name__} when read: expected bytes; open it in binary mode ('rb')"
        )
    return bytes(_check_size(content, "<file>"))


def _check_size(content: bytes | bytearray | memoryview, name: str) -> bytes | bytearray | memoryview:
    size = content.nbytes if isinstance(content, memoryview) else len(content)
    if size > spec.MAX_SOURCE_BYTES:
        raise _too_many_bytes(name, f"{size:,}" if name == "<bytes>" else "more")
    return content


def _too_many_bytes(name: str, size: str) -> SourceTooLargeError:
    return SourceTooLargeError(
        f"{name} is too large: expected at most {spec.MAX_SOURCE_BYTES:,} bytes, received {size}; "
        "save it smaller or in a compressed format"
    )


def _decode(content: bytes | bytearray | memoryview, name: str) -> Picture:
    if len(content) == 0:
        raise DecodeError(f"{name} is empty: expected a picture, received 0 bytes; copy the file again")
    from inkdigits.picture import decode

    return decode.from_bytes(bytes(content), name)


def _is_pillow_image(source: object) -> TypeGuard[Image]:
    # Whoever has a Pillow image has imported Pillow; nobody else pays for the import.
    module = sys.modules.get("PIL.Image")
    return module is not None and isinstance(source, module.Image)


def _as_array(source: object) -> NDArray[Any]:
    try:
        return np.asarray(source)
    except Exception as error:  # any library's conversion, with any library's errors
        reason = " ".join(str(error).split())
        raise InvalidArrayError(
            f"a {type(source).__name__} does not turn into an array: {reason}; pass numpy.asarray(…) of it"
        ) from error


def _printable(name: str) -> str:
    """Returns a name for messages, which are one line: control characters are escaped."""
    return name if name.isprintable() else ascii(name)
