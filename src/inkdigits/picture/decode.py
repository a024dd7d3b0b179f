"""Encoded picture → pixels: the only module that imports Pillow, and the boundary its errors stop at.

Pillow opens a file by importing five or, for TIFF and WebP, some forty format plugins. Here the first bytes
choose one plugin and only that one is imported.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import DecodeError, SourceError, SourceTooLargeError
from inkdigits.picture import pixels

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["from_bytes", "from_image"]

# First bytes → (module of Pillow, class that reads the format)
_READERS: tuple[tuple[tuple[bytes, ...], str, str], ...] = (
    ((b"\x89PNG\r\n\x1a\n",), "PngImagePlugin", "PngImageFile"),
    ((b"\xff\xd8\xff",), "JpegImagePlugin", "JpegImageFile"),
    ((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), "TiffImagePlugin", "TiffImageFile"),
    ((b"GIF87a", b"GIF89a"), "GifImagePlugin", "GifImageFile"),
    ((b"BM",), "BmpImagePlugin", "BmpImageFile"),
)
_EXPECTED = "expected PNG, JPEG, TIFF, BMP, WebP or GIF"
_ORIENTATION = 0x0112  # the EXIF and TIFF tag
_GREY_MODES = frozenset({"1", "L", "I", "F", "I;16", "I;16L", "I;16B", "I;16N"})


def from_bytes(content: bytes, name: str, max_pixels: int | None = None) -> NDArray[np.uint8]:
    """Returns the first picture in an encoded file.

    Args:
        content: the whole file: PNG, JPEG, TIFF, BMP, WebP or GIF.
        name: what to call the file in messages.
        max_pixels: a picture with more is refused; None for ``spec.MAX_SOURCE_PIXELS``. Servers allow less.

    Returns:
        uint8 (H, W) or (H, W, 3) RGB, contiguous, upright, without transparency.

    Raises:
        DecodeError: no picture of these formats, or a damaged one.
        SourceTooLargeError: the header declares more pixels than ``max_pixels``; known before decoding.
    """
    reader = _reader_for(content, name)
    with _one_boundary(name):
        module, factory = reader
        image: Image = getattr(import_module(f"PIL.{module}"), factory)(io.BytesIO(content))
        with image:
            pixels.check_pixel_count(image.width, image.height, name, max_pixels)
            deep = any(";16" in str(part) for tile in getattr(image, "tile", ()) for part in tile)
            picture, orientation = _decode(image)
        if deep and picture.ndim == 3 and picture.max() < 64:
            picture = _deep_colour(content, picture)
        return pixels.upright(picture, orientation)


def from_image(image: Image, name: str) -> NDArray[np.uint8]:
    """Returns the picture in a Pillow image; the same answer and errors as :func:`from_bytes`."""
    with _one_boundary(name):
        pixels.check_pixel_count(image.width, image.height, name)
        picture, orientation = _decode(image)
        return pixels.upright(picture, orientation)


def _reader_for(content: bytes, name: str) -> tuple[str, str]:
    for signatures, module, factory in _READERS:
        if content.startswith(signatures):
            return module, factory
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WebPImagePlugin", "WebPImageFile"
    if content.startswith(b"%PDF"):
        received = "a PDF; save its pages as pictures"
    elif content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        received = "HEIC; save it as JPEG or PNG"
    else:
        start = content[:8].hex(" ") if content else "nothing"
        received = (
            f"another file (its first bytes are {start}); open it in an image program and save it again"
        )
    raise DecodeError(f"{name} is no picture: {_EXPECTED}, received {received}")


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


def _deep_colour(content: bytes, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Returns a 16-bit colour picture again, with the bits that Pillow drops.

    Pillow keeps the high byte of 16-bit colour. Where only 10 to 14 bits are in use that is nearly black, so
    OpenCV, which keeps all bits, decodes the picture once more.
    """
    import cv2

    deep = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
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
        raise DecodeError(
            f"{name} is a damaged picture: {_one_line(error)}; copy or save it again"
        ) from error


def _one_line(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text[:200] or type(error).__name__


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
