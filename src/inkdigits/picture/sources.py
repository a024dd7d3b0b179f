"""Source → picture: what a user has becomes pixels, or one line that says why not.

A source is a path, the bytes of a picture file, an open file, a Pillow image or a NumPy array. Limits are
checked before anything is decoded. Encoded pictures are left to :mod:`inkdigits.picture.decode`, which alone
imports Pillow, so that arrays are read without it.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias, TypeGuard, cast

import numpy as np
from numpy.typing import NDArray

from inkdigits import readings, spec
from inkdigits.errors import (
    DecodeError,
    InvalidArrayError,
    SourceError,
    SourceNotFoundError,
    SourceTooLargeError,
)
from inkdigits.picture import pixels
from inkdigits.picture.deferred import Deferred
from inkdigits.picture.paths import page_of, printable

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Picture", "Source", "describe", "load"]

Source: TypeAlias = (
    "str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO | NDArray[Any] | Image | Deferred"
)
"""What :func:`load` takes."""

Picture: TypeAlias = NDArray[np.uint8]
"""What :func:`load` gives: (H, W) grey or (H, W, 3) RGB."""

_ADDRESS = re.compile(r"(?i)(https?|ftp|s3|gs):/")


def load(source: Source) -> Picture:
    """Returns the picture that ``source`` holds, upright and with its transparent parts turned into paper.

    Args:
        source: a path, with ``#2`` behind it for the second page or frame; the bytes of, or an open binary
            file with, a PNG, JPEG, TIFF, BMP, WebP, GIF or, with extras, a PDF, HEIC or AVIF of one page; a
            Pillow image; an array of shape (H, W), (H, W, 1), (H, W, 3) RGB or (H, W, 4) RGBA, and of dtype
            uint8, uint16, bool, or float in 0..1.

    Returns:
        uint8 of shape (H, W) for a grey picture or (H, W, 3) in RGB order, contiguous, after EXIF rotation.
        It may share its memory with an array given as ``source``: do not write into it.

    Raises:
        SourceNotFoundError: the path does not exist or is a folder.
        SourceTooLargeError: more bytes than ``spec.MAX_SOURCE_BYTES`` or more pixels than
            ``spec.MAX_SOURCE_PIXELS``; known before decoding.
        DecodeError: the bytes are no picture, a damaged one, one that needs an extra, or several.
        InvalidArrayError: the array has a shape, dtype or value that is no picture.
        SourceError: the file cannot be opened, or ``source`` is of another type.
    """
    if isinstance(source, np.ndarray):
        return pixels.from_array(source)
    name = printable(describe(source))
    if isinstance(source, bytes | bytearray | memoryview):
        return _decode(_check_size(source, name), name)
    if isinstance(source, str | os.PathLike):
        path, page = page_of(describe(source))
        return _decode(_read_path(path, name), name, page)
    if isinstance(source, Deferred):
        content = _check_size(source.content(spec.MAX_SOURCE_BYTES + 1), name)
        return _decode(content, name, source.page, source.max_pixels)
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
    if isinstance(source, Deferred):
        return source.name
    if isinstance(source, np.ndarray):
        return "<array>"
    if isinstance(source, bytes | bytearray | memoryview):
        return "<bytes>"
    if _is_pillow_image(source):
        return "<image>"
    if hasattr(source, "read"):
        return "<file>"
    return "<array>" if hasattr(source, "__array__") else f"<{type(source).__name__}>"


def _read_path(path: Path, name: str) -> bytes:
    """Returns the bytes of a file, refusing one that is too large before reading it."""
    if not name:
        raise SourceNotFoundError("the path is empty: expected a picture file, received ''; name one")
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > spec.MAX_SOURCE_BYTES:
                raise _too_many_bytes(name, f"{size:,}")
            # A pipe or device says 0 and a file may grow: the limit is kept while reading, too.
            content = file.read(spec.MAX_SOURCE_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError) as error:
        advice = "download it first" if _ADDRESS.match(name) else "check the path"
        raise SourceNotFoundError(f"no such file: {name}; {advice}") from error
    except (IsADirectoryError, PermissionError) as error:
        if path.is_dir():  # Windows says PermissionError for a folder
            if not os.access(path, os.R_OK | os.X_OK):
                raise SourceError(f"cannot list the folder {name}; check its permissions") from error
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


def _decode(
    content: bytes | bytearray | memoryview, name: str, page: int | None = None, max_pixels: int | None = None
) -> Picture:
    if len(content) == 0:
        raise DecodeError(f"{name} is empty: expected a picture, received 0 bytes; copy the file again")
    from inkdigits.picture import decode

    file = name if page is None else name.rpartition("#")[0] or name
    return decode.from_bytes(bytes(content), file, max_pixels, page)


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


def _preview(source: str) -> tuple[str, int, int] | None:
    """Returns a source as the address of a picture, with its own width and height; None where it has none."""
    try:
        if not page_of(source)[0].is_file():  # a pipe would be waited for
            return None
        picture = load(source)
    except (SourceError, OSError, ValueError):  # it is gone, or no picture any more
        return None
    from inkdigits.picture.preview import jpeg_address  # for notebooks alone

    return jpeg_address(picture), picture.shape[1], picture.shape[0]


readings.preview_of.append(_preview)
