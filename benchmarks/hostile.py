"""Uploads that mean harm, the same for the same seed: for serve.py, survive.py and the tests."""

import io
import random
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from PIL import Image


class Upload(NamedTuple):
    """One request.

    Attributes:
        name: what is wrong with it.
        path: where it goes.
        media_type: what it says it is.
        body: its bytes.
    """

    name: str
    path: str
    media_type: str
    body: bytes


COMPRESSIONS = ("tiff_lzw", "tiff_adobe_deflate", "packbits")
KINDS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")


def broken(draw: random.Random) -> tuple[str, bytes]:
    """Returns bytes that are a broken file, or none at all, and what is wrong with them."""
    maker = draw.choice((_flipped, _cut, _mixed, _spliced, _bomb, _noise, _small))
    kind = draw.choice(KINDS)
    modes = {"PNG": ("1", "L", "P", "RGB", "RGBA", "LA", "I;16"), "JPEG": ("L", "RGB", "CMYK")}
    mode = draw.choice(modes.get(kind, ("L", "RGB")))
    compression = draw.choice((None, *COMPRESSIONS)) if kind == "TIFF" else None
    return f"{kind} {mode} {maker.__name__.strip('_')}", maker(draw, _picture(kind, mode, compression))


def uploads(count: int, seed: int) -> Iterator[Upload]:
    """Gives that many requests."""
    draw = random.Random(seed)  # noqa: S311 - the same for the same seed, no secret
    sound = [_picture(kind, mode) for kind in KINDS for mode in ("L", "RGB")]
    sound += [_picture("PNG", mode) for mode in ("1", "P", "RGBA", "LA", "I;16")]
    sound += [_picture("TIFF", mode, compression) for mode in ("L", "RGB") for compression in COMPRESSIONS]
    makers = (_flipped, _cut, _mixed, _spliced, _bomb, _noise, _form, _small)
    for number in range(count):
        maker = makers[number % len(makers)]
        body = maker(draw, draw.choice(sound))
        name = maker.__name__.strip("_")
        expect = draw.choice(("auto", "digit", "number", "page"))
        if maker is _form:
            path = draw.choice(("/v1/read", "/v1/read/batch"))
            yield Upload(f"{number} {name}", path, "multipart/form-data; boundary=x", body)
        else:
            media_type = draw.choice(("image/png", "image/tiff", "application/octet-stream", "text/html", ""))
            yield Upload(f"{number} {name}", f"/v1/read?expect={expect}", media_type, body)


def _picture(kind: str, mode: str, compression: str | None = None) -> bytes:
    pixels = np.full((40, 40), 250, np.uint8)
    pixels[8:32, 18:23] = 20
    image = Image.fromarray(pixels)
    image = Image.fromarray(pixels.astype(np.uint16) * 257) if mode == "I;16" else image.convert(mode)
    file = io.BytesIO()
    image.save(file, kind, **({"compression": compression} if compression else {}))
    return file.getvalue()


def _flipped(draw: random.Random, sound: bytes) -> bytes:
    """A few bytes are others, most of them in the header."""
    body = bytearray(sound)
    for _ in range(draw.randint(1, 12)):
        reach = len(body) if draw.random() < 0.3 else min(len(body), 120)
        body[draw.randrange(reach)] = draw.choice((0, 1, 0x7F, 0x80, 0xFF, draw.randrange(256)))
    return bytes(body)


def _cut(draw: random.Random, sound: bytes) -> bytes:
    """The end is missing."""
    return sound[: draw.randint(1, len(sound) - 1)]


def _mixed(draw: random.Random, sound: bytes) -> bytes:
    """A piece of it stands twice, or is gone."""
    first, second = sorted((draw.randrange(len(sound)), draw.randrange(len(sound))))
    piece = sound[first:second]
    return sound[:first] + piece * draw.choice((0, 2, 50)) + sound[second:]


def _spliced(draw: random.Random, sound: bytes) -> bytes:
    """The start is of one format, the rest of another."""
    other = _picture(draw.choice(KINDS), "L")
    return sound[: draw.randint(2, 40)] + other[draw.randint(0, 40) :]


def _bomb(draw: random.Random, _: bytes) -> bytes:
    """A few bytes that say they are very many pixels, or text that grows a thousandfold."""
    side = draw.choice((1_400, 2_000, 30_000, 2**31 - 1))
    kind = draw.randrange(4)
    if kind == 0:
        return _png(side, side, zlib.compress(bytes(draw.choice((10, 2_000_000))), 9))
    if kind == 1:
        return b"GIF89a" + struct.pack("<HHBBB", min(side, 65535), min(side, 65535), 0xF7, 0, 0) + bytes(900)
    if kind == 2:
        tags = {256: side, 257: side, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: side, 279: 100}
        entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
        return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(104)
    text = b"zTXt" + b"a\0\0" + zlib.compress(bytes(20_000_000), 9)
    return _png(30, 30, zlib.compress(bytes(31 * 30)), text)


def _noise(draw: random.Random, sound: bytes) -> bytes:
    """A true signature, then anything."""
    return sound[: draw.randint(2, 12)] + draw.randbytes(draw.randint(0, 3000))


def _form(draw: random.Random, sound: bytes) -> bytes:
    """A form that is broken, or holds something broken."""
    name = draw.choice(("file", "files", "", "../../etc/passwd", "a\0b", "é" * 300))
    names = ('filename="a.png"', 'filename="../../x"', "filename*=UTF-8''%ff%fe", "filename=", "")
    content = draw.choice((_flipped, _cut, _noise))(draw, sound)
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"; {draw.choice(names)}\r\n\r\n'
    end = draw.choice((b"--x--\r\n", b"--x--\r\n", b"", b"--x", b"--y--"))
    body = (head.encode() + content + b"\r\n") * draw.choice((1, 1, 2, 70)) + end
    return _flipped(draw, body) if draw.random() < 0.4 else body


def _small(draw: random.Random, sound: bytes) -> bytes:
    """Nothing, a byte, a script, an address; or a picture in which nothing is wrong."""
    odd = (b"", b"\0", b"<svg onload=alert(1)>", b"/etc/passwd", b"http://127.0.0.1/", b"%PDF-1.7", b"PK\3\4")
    return draw.choice((*odd, sound))


def _png(width: int, height: int, data: bytes, more: bytes = b"") -> bytes:
    def chunk(content: bytes) -> bytes:
        return struct.pack(">I", len(content) - 4) + content + struct.pack(">I", zlib.crc32(content))

    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [chunk(header), *([chunk(more)] if more else []), chunk(b"IDAT" + data), chunk(b"IEND")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
