"""Bytes that came in → pixels, within the server's limits; pixels → PNG, or a smaller JPEG to look at."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkdigits.errors import DecodeError
from inkdigits.picture import decode

__all__ = ["RAW_NAME", "data_uri", "load", "png", "preview"]

RAW_NAME = "<picture>"
"""What a picture is called that came without a name."""

_MAX_NAME = 200  # characters of a name in a message


def load(content: bytes, name: str, max_pixels: int) -> NDArray[np.uint8]:
    """Returns the picture in an encoded file, uint8 (H, W) or (H, W, 3), upright.

    Raises:
        DecodeError: no picture, or a damaged one.
        SourceTooLargeError: the header declares more than ``max_pixels``.
    """
    told = name[:_MAX_NAME] if name.isprintable() else ascii(name[:_MAX_NAME])
    if not content:
        raise DecodeError(f"{told} is empty: expected a picture, received 0 bytes; copy the file again")
    return decode.from_bytes(content, told, max_pixels)


def png(picture: NDArray[np.uint8]) -> bytes:
    """Returns a picture, uint8 (H, W) or (H, W, 3), as a PNG file."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", compress_level=1)  # small pictures: speed before size
    return file.getvalue()


def preview(picture: NDArray[np.uint8], side: int) -> bytes:
    """Returns a picture as a JPEG whose sides are at most ``side`` pixels; for eyes, never for a model."""
    shown = Image.fromarray(picture)
    shown.thumbnail((side, side))
    file = io.BytesIO()
    shown.save(file, "JPEG", quality=88)
    return file.getvalue()


def data_uri(picture: NDArray[np.uint8]) -> str:
    """Returns a picture as an address that holds it."""
    return "data:image/png;base64," + base64.b64encode(png(picture)).decode("ascii")
