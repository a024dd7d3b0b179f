"""A picture as the address of a small one that a notebook can show."""

from __future__ import annotations

import base64
import io

import numpy as np
from numpy.typing import NDArray

__all__ = ["jpeg_address"]

_SIDE = 1200  # pixels; a page is legible, and some hundred kilobytes
_QUALITY = 80


def jpeg_address(picture: NDArray[np.uint8]) -> str:
    """Returns the address of a JPEG that holds a picture, uint8 (H, W) or (H, W, 3), made smaller."""
    from PIL import Image

    step = -(-max(picture.shape[:2]) // _SIDE)
    file = io.BytesIO()
    Image.fromarray(picture[::step, ::step]).save(file, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"
