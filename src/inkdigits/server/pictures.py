"""Bytes that came in → pixels, within the server's limits; pixels → PNG, or a smaller JPEG to look at."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from inkdigits.errors import DecodeError
from inkdigits.picture import decode
from inkdigits.picture.deferred import Deferred

__all__ = ["MAX_NAME", "RAW_NAME", "Sent", "data_uri", "load", "png", "preview"]

RAW_NAME = "<picture>"
"""What a picture is called that came without a name."""

MAX_NAME = 200
"""Characters of a name in a message."""


@dataclass(frozen=True, slots=True)
class Sent(Deferred):
    """A picture of several that came in one request; it is decoded when its turn comes.

    Attributes:
        sent: the encoded file.
        most: pixels that the server takes.
    """

    sent: bytes
    most: int

    @property
    def max_pixels(self) -> int:
        """How many pixels it may have."""
        return self.most

    def content(self, most: int) -> bytes:
        """Returns what was sent."""
        return self.sent[:most]


def load(content: bytes, name: str, max_pixels: int) -> NDArray[np.uint8]:
    """Returns the picture in an encoded file, uint8 (H, W) or (H, W, 3), upright.

    Raises:
        DecodeError: no picture, or a damaged one.
        SourceTooLargeError: the header declares more than ``max_pixels``.
    """
    told = name[:MAX_NAME] if name.isprintable() else ascii(name[:MAX_NAME])
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
