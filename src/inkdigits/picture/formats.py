"""First bytes of a file → what opens it, or one line that says what is missing for that.

Pillow opens a file by importing five or, for TIFF and WebP, some forty format plugins. Here the first bytes
choose one plugin and only that one is imported.
"""

from __future__ import annotations

import io
from codecs import getincrementaldecoder
from importlib import import_module
from typing import TYPE_CHECKING, Any

from inkdigits.errors import DecodeError, MissingExtraError

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["SUFFIXES", "UNREAD", "is_pdf", "may_have_pages", "open_image"]

SUFFIXES = frozenset(
    {".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff", ".bmp", ".dib", ".webp", ".gif"}
    | {".pdf", ".heic", ".heif", ".hif", ".avif"}
)
"""Suffixes, in lower case, of what is read; some with an extra."""

UNREAD = frozenset(
    {".jp2", ".j2k", ".jpf", ".jxl", ".psd", ".xcf", ".djvu", ".tga"}
    | {".dng", ".cr2", ".cr3", ".nef", ".arw", ".orf", ".rw2", ".raf"}
)
"""Suffixes, in lower case, of pictures that are not read: in a folder they are told, never skipped."""

# First bytes → (module of Pillow, class that reads the format)
_READERS: tuple[tuple[tuple[bytes, ...], str, str], ...] = (
    ((b"\x89PNG\r\n\x1a\n",), "PngImagePlugin", "PngImageFile"),
    ((b"\xff\xd8\xff",), "JpegImagePlugin", "JpegImageFile"),
    ((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"), "TiffImagePlugin", "TiffImageFile"),
    ((b"GIF87a", b"GIF89a"), "GifImagePlugin", "GifImageFile"),
    ((b"BM",), "BmpImagePlugin", "BmpImageFile"),
)
_EXPECTED = "expected PNG, JPEG, TIFF, BMP, WebP, GIF, PDF, HEIC or AVIF"
_HEIF = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1"))
_AVIF = frozenset((b"avif", b"avis"))
_UNREAD = (
    ((b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51"), "JPEG 2000"),
    ((b"\0\0\0\x0cJXL ", b"\xff\x0a"), "JPEG XL"),
    ((b"8BPS",), "a Photoshop file"),
    ((b"AT&TFORM",), "DjVu"),
)


def open_image(content: bytes, name: str) -> Image:
    """Returns the picture that an encoded file holds, not decoded yet.

    Args:
        content: the whole file; no PDF.
        name: what to call the file in messages.

    Raises:
        DecodeError: no picture of a format that is read, or one that needs an extra.
        Exception: whatever Pillow raises on a damaged file.
    """
    return _opener(content, name)(io.BytesIO(content))


def is_pdf(content: bytes) -> bool:
    """Tells a PDF by its first bytes; a few may stand before its mark."""
    return b"%PDF-" in content[:1024] and not content.startswith(
        tuple(sign for row in _READERS for sign in row[0])
    )


def may_have_pages(head: bytes) -> bool:
    """Tells from a file's first bytes, 64 KiB of them, whether it can hold several pages or frames."""
    if head.startswith(b"\x89PNG"):  # an APNG says so before its pixels
        return 0 < head.find(b"acTL") < (head.find(b"IDAT") if b"IDAT" in head else len(head))
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return head[12:16] == b"VP8X" and bool(head[20] & 2)
    tiff_or_gif = head.startswith((*_READERS[2][0], *_READERS[3][0]))
    return tiff_or_gif or is_pdf(head) or bool(_brands(head))


def _opener(content: bytes, name: str) -> Any:
    for signatures, module, factory in _READERS:
        if content.startswith(signatures):
            return getattr(import_module(f"PIL.{module}"), factory)
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return import_module("PIL.WebPImagePlugin").WebPImageFile
    brands = _brands(content)
    if brands & _AVIF:
        return _avif(name)
    if brands & _HEIF:
        return _heif(name)
    for signatures, kind in _UNREAD:
        if content.startswith(signatures):
            raise DecodeError(
                f"{name} is no picture that is read: {_EXPECTED}, received {kind}; save it as PNG or JPEG"
            )
    raise DecodeError(
        f"{name} is no picture: {_EXPECTED}, received another file (it begins with {_start(content)}); "
        "open it in an image program and save it again"
    )


def _start(content: bytes) -> str:
    """Returns how a file begins: its first words where it is text, else its first bytes."""
    try:
        line = getincrementaldecoder("utf-8")().decode(content[:24]).partition("\n")[0].rstrip()
    except UnicodeDecodeError:
        line = ""
    if line and line.isprintable():
        return repr(line)
    return content[:8].hex(" ") or "nothing"


def _brands(content: bytes) -> frozenset[bytes]:
    """Returns what a file of the HEIF family says it is compatible with; nothing of another."""
    if content[4:8] != b"ftyp":
        return frozenset()
    end = min(max(16, int.from_bytes(content[:4], "big")), 512)
    found = {content[8:12], *(content[at : at + 4] for at in range(16, end, 4))}
    return frozenset(found) & (_HEIF | _AVIF)


def _avif(name: str) -> Any:
    try:
        from PIL import features

        if not features.check("avif"):
            raise ImportError
        return import_module("PIL.AvifImagePlugin").AvifImageFile
    except (ImportError, ValueError, AttributeError) as error:
        raise DecodeError(
            f"{name} is an AVIF picture: expected Pillow 11.3 or newer, built with AVIF, received one that "
            "cannot decode it; run: pip install --upgrade pillow, or save it as PNG"
        ) from error


def _heif(name: str) -> Any:
    try:
        from pillow_heif import HeifImageFile
    except ImportError as error:
        raise DecodeError(f"{name} is a HEIC picture: {MissingExtraError('pillow-heif', 'heif')}") from error
    return HeifImageFile
