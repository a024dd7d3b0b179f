"""Encoded picture → pixels, page by page: the boundary at which errors of Pillow and PDFium stop."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import DecodeError, SourceError, SourceTooLargeError
from inkdigits.picture import pdf, pixels
from inkdigits.picture.formats import is_pdf, open_image

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["from_bytes", "from_image", "page_count"]

_ORIENTATION = 0x0112  # the EXIF and TIFF tag
_NEW_SUBFILE = 254  # the TIFF tag
_NO_PAGE = 1 | 4  # its bits for what is a smaller copy or a mask of another page
_GREY_MODES = frozenset({"1", "L", "I", "F", "I;16", "I;16L", "I;16B", "I;16N"})


def from_bytes(
    content: bytes, name: str, max_pixels: int | None = None, page: int | None = None
) -> NDArray[np.uint8]:
    """Returns the picture in an encoded file, or one of its pages or frames.

    Args:
        content: the whole file: PNG, JPEG, TIFF, BMP, WebP or GIF; with extras PDF, HEIC, AVIF.
        name: what to call the file in messages.
        max_pixels: a picture with more is refused; None for ``spec.MAX_SOURCE_PIXELS``. Servers allow less.
        page: which one, from 0; None for the only one.

    Returns:
        uint8 (H, W) or (H, W, 3) RGB, contiguous, upright, without transparency.

    Raises:
        DecodeError: no picture of these formats, a damaged one, one that needs an extra, or several where
            ``page`` says nothing.
        SourceTooLargeError: the header declares more pixels than ``max_pixels``; known before decoding.
    """
    with _one_boundary(name):
        if is_pdf(content):
            count = _checked(pdf.page_count(content, name), name)
            return pdf.render(content, name, _place(count, page, name), max_pixels)
        with open_image(content, name) as image:
            pages = _pages(image, name)
            at = pages[_place(len(pages), page, name)]
            if at != image.tell():
                image.seek(at)
            pixels.check_pixel_count(image.width, image.height, name, max_pixels)
            deep = any(";16" in str(part) for tile in getattr(image, "tile", ()) for part in tile)
            picture, orientation = _decode(image)
        if deep and picture.ndim == 3 and picture.max() < 64:
            picture = _deep_colour(content, picture, at)
        return pixels.upright(picture, orientation)


def from_image(image: Image, name: str) -> NDArray[np.uint8]:
    """Returns the picture in a Pillow image; the same answer and errors as :func:`from_bytes`."""
    with _one_boundary(name):
        pixels.check_pixel_count(image.width, image.height, name)
        picture, orientation = _decode(image)
        return pixels.upright(picture, orientation)


def page_count(file: BinaryIO, name: str) -> int:
    """Returns how many pages or frames an open file has that holds a picture or a PDF.

    Raises:
        DecodeError: no picture, a damaged one, or one that needs an extra.
        SourceTooLargeError: it has more than ``spec.MAX_PAGES``.
    """
    with _one_boundary(name):
        head = file.read(1024)
        if is_pdf(head):
            file.seek(0)
            return _checked(pdf.page_count(file.read(), name), name)
        file.seek(0)
        with open_image(file.read(), name) as image:
            return len(_pages(image, name))


def _pages(image: Image, name: str) -> list[int]:
    """Returns at which places a file has its pages or frames; a TIFF's thumbnails and masks are none."""
    if image.format != "TIFF":
        return list(range(_checked(int(getattr(image, "n_frames", 1)), name)))
    found: list[int] = []
    place = 0
    while True:
        try:
            image.seek(place)
        except EOFError:
            break
        if not int(cast("Any", image).tag_v2.get(_NEW_SUBFILE, 0)) & _NO_PAGE:
            found.append(_checked(place + 1, name) - 1)
        place += 1
    image.seek(0)
    return found or [0]


def _checked(count: int, name: str) -> int:
    if count > spec.MAX_PAGES:
        raise SourceTooLargeError(
            f"{name} is too large: expected at most {spec.MAX_PAGES:,} pages, received more; "
            "cut it into parts"
        )
    return count


def _place(count: int, page: int | None, name: str) -> int:
    """Returns which page is meant, from 0; where none is named it is the only one."""
    if page is None and count != 1:
        raise DecodeError(
            f"{name} holds {count:,} pages or frames: expected one picture; name one, {name}#1 to "
            f"{name}#{count}, or let find_pictures name them all"
        )
    if page is not None and not 0 <= page < count:
        raise DecodeError(f"{name} has no page {page + 1}: expected 1 to {count:,}; name one of these")
    return page or 0


def _decode(image: Image) -> tuple[NDArray[np.uint8], int]:
    """Returns the pixels as stored and the EXIF orientation that is still to be applied."""
    image.load()
    if image.width == 0 or image.height == 0:
        raise ValueError("it has no pixels")
    picture = _pixels(image)
    # After load: Pillow itself turns a TIFF while loading it, and then removes the tag.
    return picture, _orientation(image)


def _pixels(image: Image) -> NDArray[np.uint8]:
    if "transparency" in image.info and image.mode in ("1", "L", "P", "RGB"):
        image = image.convert("LA" if image.mode in ("1", "L") else "RGBA")
    elif image.mode in ("PA", "RGBa"):
        image = image.convert("RGBA")
    elif image.mode == "La":
        image = image.convert("LA")
    if image.mode in ("LA", "RGBA"):
        layers = np.asarray(image)
        colour = layers[..., 0] if image.mode == "LA" else layers[..., :3]
        return pixels.compose_on_paper(colour, layers[..., -1])
    if image.mode in _GREY_MODES:
        return _grey(np.asarray(image))
    if image.mode == "LAB":  # Pillow turns it into RGB only through colour profiles; lightness shows the ink
        return np.array(image.getchannel("L"))
    return np.array(image if image.mode == "RGB" else image.convert("RGB"))


def _grey(values: NDArray[Any]) -> NDArray[np.uint8]:
    """Returns grey levels of any type as uint8, scaled by the white level that their range suggests."""
    if values.dtype.kind == "b":
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype == np.uint8:
        return values.copy()
    low, high = float(values.min()), float(values.max())
    if not (np.isfinite(low) and np.isfinite(high)):
        raise ValueError("it has NaN or infinite pixels")
    if values.dtype.kind in "ui" and low >= 0 and high < 1 << 16:
        return pixels.to_8_bit(values)
    # Scientific formats: 32-bit and float pictures have no fixed white.
    origin = min(low, 0.0)
    whites = (1.0, 255.0, 65535.0) if values.dtype.kind == "f" and low >= 0 else ()
    white = next((level for level in whites if high <= level), high - origin) or 1.0
    scaled = (values.astype(np.float64) - origin) * (255.0 / white)
    return np.rint(np.clip(scaled, 0, 255)).astype(np.uint8)


def _deep_colour(content: bytes, picture: NDArray[np.uint8], at: int) -> NDArray[np.uint8]:
    """Returns a 16-bit colour picture again, with the bits that Pillow drops.

    Pillow keeps the high byte of 16-bit colour. Where only 10 to 14 bits are in use that is nearly black, so
    OpenCV, which keeps all bits, decodes the picture once more.
    """
    import cv2

    file = np.frombuffer(content, np.uint8)
    if at:
        _, found = cv2.imdecodemulti(file, cv2.IMREAD_UNCHANGED, range=(at, at + 1))
        deep = found[0] if found else None
    else:
        deep = cv2.imdecode(file, cv2.IMREAD_UNCHANGED)
    if deep is None or deep.dtype != np.uint16 or deep.ndim != 3 or deep.shape[:2] != picture.shape[:2]:
        return picture
    rgb = deep[..., 2::-1]
    return pixels.from_array(np.dstack([rgb, deep[..., 3]]) if deep.shape[2] == 4 else rgb)


def _orientation(image: Image) -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:
        return 1  # damaged EXIF data around a good picture: it is read as it is stored
    return value if isinstance(value, int) else 1


@contextmanager
def _one_boundary(name: str) -> Generator[None]:
    """Turns whatever Pillow raises into a SourceError: on damaged files that is nearly any exception."""
    try:
        with _pillow_warnings_muted:
            yield
    except SourceError:
        raise
    except Exception as error:
        if isinstance(error, MemoryError) or type(error).__name__ == "DecompressionBombError":
            raise SourceTooLargeError(
                f"{name} is too large: {_one_line(error)}; make it smaller or cut it into parts"
            ) from error
        if "password" in str(error).lower():
            raise DecodeError(
                f"{name} needs a password: expected an open file; save it without one"
            ) from error
        raise DecodeError(
            f"{name} is a damaged picture: {_one_line(error)}; copy or save it again"
        ) from error


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text[:200].rstrip(".") or type(error).__name__  # the message goes on behind it


class _PillowWarningsMuted:
    """Mutes Pillow's warnings (unusual metadata, many pixels) while any thread decodes.

    The filters of :mod:`warnings` belong to the process: the first thread in sets them and the last one out
    restores them, so that threads that overlap cannot leave them changed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._saved: warnings.catch_warnings[None] | None = None

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._saved is None:
                self._saved = warnings.catch_warnings()
                self._saved.__enter__()
                warnings.filterwarnings("ignore", module=r"PIL\.")

    def __exit__(self, *exception: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._saved is not None:
                self._saved.__exit__(None, None, None)
                self._saved = None


_pillow_warnings_muted = _PillowWarningsMuted()
