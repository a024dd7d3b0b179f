"""A source as a small picture that a notebook can show."""

from __future__ import annotations

import base64
import io

from inkdigits.errors import InkdigitsError
from inkdigits.picture import sources
from inkdigits.picture.paths import page_of

__all__ = ["preview"]

_SIDE = 1200  # pixels; a page is legible, and some hundred kilobytes
_QUALITY = 80


def preview(source: str) -> tuple[str, int, int] | None:
    """Returns a source as the address of a JPEG that holds it, with its own width and height.

    None for what has no path, is gone, or is no picture any more.
    """
    try:
        if not page_of(source)[0].is_file():  # a pipe would be waited for
            return None
        picture = sources.load(source)
    except (InkdigitsError, OSError, ValueError):
        return None
    from PIL import Image

    height, width = picture.shape[:2]
    step = -(-max(height, width) // _SIDE)
    file = io.BytesIO()
    Image.fromarray(picture[::step, ::step]).save(file, "JPEG", quality=_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(file.getvalue()).decode('ascii')}", width, height
