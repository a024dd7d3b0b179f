"""Every format and mode of picture file; damaged ones are refused in one line, whatever Pillow raises."""

from __future__ import annotations

import functools
import io
import struct
import threading
import warnings
import zlib

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image

from inkdigits import spec
from inkdigits.errors import DecodeError, SourceError, SourceTooLargeError
from inkdigits.picture import decode

LOSSLESS = ("PNG", "TIFF", "BMP", "WEBP", "GIF")
FORMATS = (*LOSSLESS, "JPEG")


def encoded(picture: np.ndarray | Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    if kind == "WEBP":
        options = {"lossless": True, "exact": True, **options}
    elif kind == "JPEG":
        options = {"quality": 95, **options}
    image.save(stream, kind, **options)
    return stream.getvalue()


def read(content: bytes) -> np.ndarray:
    return decode.from_bytes(content, "file")


def seven(height: int = 24, width: int = 16) -> np.ndarray:
    """Returns a picture that is different after each turn or flip: uint8 (height, width), 230 and 20."""
    picture = np.full((height, width), 230, np.uint8)
    picture[2:5, 2:14] = 20
    picture[2:20, 10:13] = 20
    return picture


@functools.cache
def samples() -> dict[str, bytes]:
    """Returns one small file of every format and of many of its variants."""
    grey = seven()
    noise = np.random.default_rng(0).integers(0, 256, (20, 15, 3), np.uint8)
    alpha = np.dstack([noise, noise[..., 0]])
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    one, palette = Image.fromarray(grey).convert("1"), Image.fromarray(noise).convert("P")
    files = {
        "png": encoded(noise, "PNG", exif=exif),
        "png-1": encoded(one, "PNG"),
        "png-16": encoded(grey.astype(np.uint16) * 256, "PNG"),
        "png-palette": encoded(palette, "PNG", transparency=3),
        "png-alpha": encoded(alpha, "PNG"),
        "jpeg": encoded(noise, "JPEG", exif=exif),
        "jpeg-progressive": encoded(noise, "JPEG", progressive=True),
        "jpeg-cmyk": encoded(Image.fromarray(noise).convert("CMYK"), "JPEG"),
        "bmp": encoded(noise, "BMP"),
        "bmp-1": encoded(one, "BMP"),
        "gif": encoded(palette, "GIF", transparency=1),
        "webp": encoded(noise, "WEBP", lossless=False, exif=exif),
        "webp-alpha": encoded(alpha, "WEBP"),
        "tiff": encoded(noise, "TIFF"),
        "tiff-float": encoded(grey.astype(np.float32), "TIFF"),
    }
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        files[f"tiff-{compression}"] = encoded(noise, "TIFF", compression=compression)
    files["tiff-group4"] = encoded(one, "TIFF", compression="group4")
    return files


# ---- Formats and modes ----


@pytest.mark.parametrize("kind", LOSSLESS)
def test_grey_pictures_come_back_exactly(kind):
    picture = read(encoded(seven(), kind))
    expected = seven()
    np.testing.assert_array_equal(picture if picture.ndim == 2 else picture[..., 0], expected)
    if picture.ndim == 3:  # WebP knows no grey
        np.testing.assert_array_equal(picture, np.dstack([expected] * 3))


@pytest.mark.parametrize("kind", ("PNG", "TIFF", "BMP", "WEBP"))
def test_colours_come_back_exactly_and_in_rgb_order(kind):
    noise = np.random.default_rng(1).integers(0, 256, (9, 11, 3), np.uint8)
    np.testing.assert_array_equal(read(encoded(noise, kind)), noise)


def test_jpeg_is_close():
    difference = read(encoded(seven(), "JPEG")).astype(int) - seven()
    assert np.abs(difference).max() < 40


@pytest.mark.parametrize("kind", ("PNG", "TIFF", "BMP", "GIF"))
def test_1_bit_is_black_and_white(kind):
    picture = read(encoded(Image.fromarray(seven()).convert("1", dither=Image.Dither.NONE), kind))
    np.testing.assert_array_equal(picture, np.where(seven() > 128, 255, 0))


@pytest.mark.parametrize("kind", ("PNG", "TIFF"))
@pytest.mark.parametrize("bits", (10, 12, 16))
def test_16_bit_grey_is_scaled_by_the_depth_in_use(kind, bits):
    deep = seven().astype(np.uint16) << (bits - 8)
    np.testing.assert_array_equal(read(encoded(deep, kind)), seven())


def test_16_bit_big_endian_tiff():
    content = encoded(Image.frombytes("I;16B", (16, 24), (seven().astype(">u2") * 256).tobytes()), "TIFF")
    np.testing.assert_array_equal(read(content), seven())


@pytest.mark.parametrize("kind", (".png", ".tiff"))
@pytest.mark.parametrize(("bits", "channels"), ((12, 3), (16, 3), (12, 4), (16, 4)))
def test_16_bit_colour_is_scaled_by_the_depth_in_use(kind, bits, channels):
    rgb = np.dstack([seven(), seven() // 2, seven() // 3])
    deep = rgb[..., ::-1].astype(np.uint16) << (bits - 8)
    if channels == 4:
        deep = np.dstack([deep, np.full(deep.shape[:2], 65535, np.uint16)])
    content = cv2.imencode(kind, deep)[1].tobytes()
    np.testing.assert_array_equal(read(content), rgb)


@pytest.mark.parametrize(
    "values",
    [
        seven() / np.float32(255),
        seven().astype(np.float32),
        seven().astype(np.float32) * 257,
        seven().astype(np.int32),
        seven().astype(np.int32) * 257,
    ],
    ids=["0..1", "0..255", "0..65535", "int32 of 8 bits", "int32 of 16 bits"],
)
def test_float_and_32_bit_tiff_find_their_white(values):
    difference = read(encoded(values, "TIFF")).astype(int) - seven()
    assert np.abs(difference).max() <= 1


def test_scientific_pictures_with_any_range_keep_their_contrast():
    values = (seven().astype(np.float32) - 100) * 1e6
    picture = read(encoded(values, "TIFF"))
    assert picture[0, 0] == 255
    assert picture[3, 3] < 30


def test_a_float_picture_with_nan_is_refused():
    values = seven().astype(np.float32)
    values[3, 3] = np.nan
    with pytest.raises(DecodeError, match="NaN"):
        read(encoded(values, "TIFF"))


@pytest.mark.parametrize("kind", ("PNG", "WEBP", "TIFF"))
@pytest.mark.parametrize(("ink", "paper"), ((0, 255), (255, 0)))
def test_transparent_becomes_paper_and_ink_stays_visible(kind, ink, paper):
    canvas = np.zeros((40, 40, 4), np.uint8)
    canvas[10:30, 18:22] = (ink, ink, ink, 255)
    picture = read(encoded(canvas, kind))
    assert picture.shape == (40, 40, 3)
    assert picture[0, 0].tolist() == [paper] * 3
    assert picture[20, 20].tolist() == [ink] * 3


@pytest.mark.parametrize("mode", ("1", "L", "P", "RGB"))
def test_a_transparent_colour_in_a_png_becomes_paper(mode):
    black_paper = Image.fromarray(np.where(seven() == 230, 0, 100).astype(np.uint8))
    if mode == "1":
        image, key = Image.fromarray(np.where(seven() == 230, 0, 255).astype(np.uint8)).convert("1"), 0
    elif mode == "RGB":
        image, key = black_paper.convert("RGB"), (0, 0, 0)
    elif mode == "P":
        image = black_paper.convert("RGB").quantize(2)
        key = image.getpixel((0, 0))
    else:
        image, key = black_paper, 0
    picture = read(encoded(image, "PNG", transparency=key)).reshape(24, 16, -1)
    if mode == "1":  # white ink on a transparent canvas: it needs black paper
        assert (picture[0, 0, 0], picture[3, 3, 0]) == (0, 255)
    else:
        assert (picture[0, 0, 0], picture[3, 3, 0]) == (255, 100)


def test_of_several_frames_one_is_named():
    first, second = Image.fromarray(seven()), Image.fromarray(255 - seven())
    for kind in ("GIF", "TIFF", "WEBP"):
        content = encoded(first, kind, save_all=True, append_images=[second])
        assert decode.from_bytes(content, "a", page=0)[0, 0].max() == 230, kind
        assert decode.from_bytes(content, "a", page=1)[0, 0].max() == 25, kind
        with pytest.raises(DecodeError, match="holds 2 pages"):
            read(content)


@pytest.mark.parametrize("kind", ("JPEG", "TIFF"))
def test_cmyk(kind):
    red = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    picture = read(encoded(red, kind))
    assert picture.shape == (8, 8, 3)
    assert picture[0, 0, 0] > 200
    assert picture[0, 0, 1] < 80


@pytest.mark.parametrize("mode", ("LAB", "YCbCr", "HSV", "PA", "La", "RGBa", "RGBX", "F", "I", "I;16B"))
def test_every_mode_of_a_pillow_image(mode):
    base = Image.fromarray(seven())
    if mode == "LAB":
        image = Image.merge("LAB", [base, Image.new("L", base.size, 128), Image.new("L", base.size, 128)])
    elif mode == "PA":
        image = base.convert("P").convert("PA")
    elif mode in ("La", "RGBa"):
        image = base.convert(mode.upper()).convert(mode)
    elif mode == "I;16B":
        image = Image.frombytes("I;16B", base.size, (seven().astype(">u2") * 256).tobytes())
    elif mode in ("YCbCr", "HSV", "RGBX"):
        image = base.convert("RGB").convert(mode)
    else:
        image = base.convert(mode)
    picture = decode.from_image(image, "<image>").reshape(24, 16, -1)
    np.testing.assert_allclose(picture[..., 0], seven(), atol=2)


@pytest.mark.parametrize("kind", ("JPEG", "PNG", "WEBP", "TIFF"))
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation(kind, orientation):
    upright = seven()
    # How the sensor stored it: the inverse of the turn that the tag asks for.
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].T,
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    content = encoded(np.ascontiguousarray(stored), kind, exif=exif)
    for picture in (read(content), decode.from_image(Image.open(io.BytesIO(content)), "<image>")):
        assert picture.shape[:2] == upright.shape
        grey = picture if picture.ndim == 2 else picture[..., 0]
        assert np.abs(grey.astype(int) - upright).max() < 40


def test_damaged_exif_does_not_lose_a_good_picture():
    content = encoded(seven(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert read(content).shape == (24, 16)


def test_a_pillow_image_stays_usable():
    image = Image.open(io.BytesIO(samples()["png"]))
    decode.from_image(image, "<image>")
    assert image.getpixel((0, 0)) is not None


@pytest.mark.parametrize("kind", FORMATS)
def test_one_pixel_is_a_picture(kind):
    assert read(encoded(np.full((1, 1), 90, np.uint8), kind)).shape[:2] == (1, 1)


# ---- Refused ----


def png_header(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def bmp_header(width: int, height: int) -> bytes:
    return struct.pack("<2sIHHIIiiHHIIiiII", b"BM", 54, 0, 0, 54, 40, width, height, 1, 24, *[0] * 6)


def gif_header(width: int, height: int) -> bytes:
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0, 0, 0) + b",\0\0\0\0\1\0\1\0\0\2\2D\1\0;"


def tiff_header(width: int, height: int) -> bytes:
    tags = [
        (256, width),
        (257, height),
        (258, 8),
        (259, 1),
        (262, 1),
        (273, 8),
        (277, 1),
        (278, height),
        (279, 1),
    ]
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + entries + bytes(4)


@pytest.mark.parametrize("header", (png_header, bmp_header, gif_header, tiff_header))
def test_30000_x_30000_is_refused_by_its_header(header):
    # There is no image data behind the header: decoding it would be another error.
    with pytest.raises(SourceTooLargeError, match="30000 x 30000"):
        read(header(30_000, 30_000))


@pytest.mark.parametrize("kind", FORMATS)
def test_the_pixel_limit_holds_for_every_format(kind, monkeypatch):
    content = encoded(seven(), kind)
    monkeypatch.setattr(spec, "MAX_SOURCE_PIXELS", 24 * 16 - 1)
    with pytest.raises(SourceTooLargeError, match="16 x 24"):
        read(content)
    with pytest.raises(SourceTooLargeError, match="16 x 24"):
        decode.from_image(Image.open(io.BytesIO(content)), "<image>")
    monkeypatch.setattr(spec, "MAX_SOURCE_PIXELS", 24 * 16)
    assert read(content).size


@pytest.mark.parametrize(("limit", "outcome"), ((200, "warned"), (100, "refused")))
def test_pillows_own_pixel_limit_is_a_domain_error_and_its_warning_is_mute(limit, outcome, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)  # Pillow warns above it, refuses above twice that
    content = encoded(seven(), "TIFF", compression="tiff_lzw")
    monkeypatch.setattr(spec, "MAX_SOURCE_PIXELS", 24 * 16)
    if outcome == "refused":
        with pytest.raises(SourceTooLargeError):
            read(content)
    else:
        assert read(content).shape == (24, 16)


@pytest.mark.parametrize(
    "name", ["png", "jpeg", "jpeg-progressive", "gif", "bmp", "webp", "tiff", "tiff-tiff_lzw"]
)
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_truncated_files_are_refused(name, share):
    content = samples()[name]
    with pytest.raises(DecodeError, match="damaged picture") as caught:
        read(content[: int(len(content) * share)])
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"7 apples\nand 8", "begins with '7 apples'"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\0\0\0\x18ftypheic\0\0", "HEIC|damaged"),
        (b"RIFF\0\0\0\0WAVE", "52 49 46 46 00"),
        (b"\x1b[2J", "1b 5b 32 4a"),
        ("7 Äpfel und 12 Birnen äöü".encode(), "7 Äpfel"),
        (b"\0" * 100, "expected PNG"),
    ],
)
def test_other_formats_are_named(content, word):
    with pytest.raises(DecodeError, match=word) as caught:
        read(content)
    assert "\n" not in str(caught.value)


def test_a_closed_pillow_image_is_refused():
    image = Image.open(io.BytesIO(samples()["png"]))
    image.close()
    with pytest.raises(DecodeError):
        decode.from_image(image, "<image>")


def test_memory_that_runs_out_is_a_domain_error(monkeypatch):
    def exhausted(image: Image.Image) -> None:
        raise MemoryError

    monkeypatch.setattr(decode, "_decode", exhausted)
    with pytest.raises(SourceTooLargeError, match="MemoryError"):
        read(samples()["png"])


@given(data=st.data())
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_bytes_are_a_picture_or_a_source_error(data):
    """Mutates a file of any format: bytes changed, removed, put in, or its end cut off."""
    name = data.draw(st.sampled_from(sorted(samples())))
    content = bytearray(samples()[name])
    for _ in range(data.draw(st.integers(1, 8))):
        # Headers are short, and most of what can go wrong is in them.
        reach = data.draw(st.sampled_from([min(len(content), 120), len(content)]))
        at = data.draw(st.integers(0, max(reach - 1, 0)))
        match data.draw(st.sampled_from(["change", "remove", "insert", "cut"])):
            case "change":
                content[at : at + 1] = data.draw(st.binary(min_size=1, max_size=4))
            case "remove":
                del content[at : at + data.draw(st.integers(1, 4))]
            case "insert":
                content[at:at] = data.draw(st.binary(min_size=1, max_size=4))
            case _:
                del content[at:]
        if not content:
            break
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            picture = read(bytes(content))
        except SourceError as error:
            assert "\n" not in str(error)
        else:
            assert picture.dtype == np.uint8
            assert picture.size > 0
            assert picture.ndim == 2 or picture.shape[2] == 3


def test_threads_leave_the_warning_filters_as_they_were():
    before = list(warnings.filters)
    failures: list[Exception] = []

    def work() -> None:
        try:
            for content in samples().values():
                read(content)
        except Exception as error:
            failures.append(error)

    samples()
    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert list(warnings.filters) == before
