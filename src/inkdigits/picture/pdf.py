"""PDF → pixels: the only module that imports PDFium, the extra ``[pdf]``."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import DecodeError, MissingExtraError
from inkdigits.picture.pixels import check_pixel_count

__all__ = ["page_count", "render"]

_POINTS = 72  # to the inch, in which a PDF measures
_one_at_a_time = threading.Lock()  # PDFium is not made for threads


def page_count(file: bytes | Path, name: str) -> int:
    """Returns how many pages a PDF has; raises as :func:`render` does."""
    pdfium = _library(name)
    with _one_at_a_time:
        document = pdfium.PdfDocument(file)
        try:
            return len(document)
        finally:
            document.close()


def render(content: bytes, name: str, page: int, max_pixels: int | None = None) -> NDArray[np.uint8]:
    """Returns a page as it looks at ``spec.PDF_RESOLUTION`` dots an inch.

    Args:
        content: the whole file.
        name: what to call it in messages.
        page: from 0.
        max_pixels: a page with more is refused; None for ``spec.MAX_SOURCE_PIXELS``.

    Returns:
        uint8 (H, W, 3), RGB.

    Raises:
        DecodeError: PDFium is not installed.
        SourceTooLargeError: the page has more pixels; known before it is drawn.
        Exception: whatever PDFium raises on a damaged file.
    """
    pdfium = _library(name)
    scale = spec.PDF_RESOLUTION / _POINTS
    with _one_at_a_time:
        document = pdfium.PdfDocument(content)
        try:
            sheet = document[page]
            width, height = sheet.get_size()
            check_pixel_count(round(width * scale), round(height * scale), name, max_pixels)
            drawn = sheet.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
            return np.array(drawn.to_numpy()[..., :3])
        finally:
            document.close()


def _library(name: str) -> Any:
    try:
        import pypdfium2
    except ImportError as error:
        raise DecodeError(f"{name} is a PDF: {MissingExtraError('pypdfium2', 'pdf')}") from error
    return pypdfium2
