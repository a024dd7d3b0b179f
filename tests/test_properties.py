"""What holds for any input: a reading or an error of this package, and the same digit however it comes."""

from __future__ import annotations

import io
from functools import lru_cache

import cv2
import numpy as np
import pytest
import scenes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from inkdigits import spec
from inkdigits.errors import InkdigitsError
from inkdigits.reader import Reader
from inkdigits.readings import Reading
from inkdigits.recognition.engine import FakeDigitEngine
from inkdigits.recognition.model import Model

ORIENTATION = 0x0112  # the EXIF tag
VALUES = range(10)


@lru_cache(maxsize=2)
def reader(shipped: bool = True) -> Reader:
    return Reader(threads=1) if shipped else Reader(Model.shipped("digit", FakeDigitEngine()))


def is_sound(reading: Reading) -> bool:
    """Tells whether a reading keeps what its class promises."""
    if reading.status == "empty":
        return (reading.text, reading.confidence, reading.numbers) == ("", 0.0, ())
    return (
        reading.status in ("ok", "unsure")
        and len(reading.numbers) == 1
        and reading.text == reading.numbers[0].text
        and reading.text != ""
        and set(reading.text) <= set(spec.CHARACTERS)
        and reading.text == "".join(digit.value for digit in reading.numbers[0].digits)
        and 0 < reading.confidence <= 1 + 1e-6
        and reading.error is None
        and Reading.from_dict(reading.to_dict()) == reading
    )


def survives(source: object) -> bool:
    """Tells whether a source gives a sound reading or an error of this package in one line."""
    try:
        return is_sound(reader().read(source))  # type: ignore[arg-type]
    except InkdigitsError as error:
        return bool(str(error)) and "\n" not in str(error)


# ---- Any array, any bytes ----

DTYPES = (
    arrays.boolean_dtypes()
    | arrays.integer_dtypes(endianness="?")
    | arrays.unsigned_integer_dtypes(endianness="?")
    | arrays.floating_dtypes(endianness="?")
    | arrays.complex_number_dtypes()
    | arrays.datetime64_dtypes(max_period="D")
    | arrays.unicode_string_dtypes(max_len=3)
    | arrays.byte_string_dtypes(max_len=3)
)
PICTURE_DTYPES = st.sampled_from([np.uint8, np.uint16, np.dtype(">u2"), np.bool_, np.float16, np.float32])
PICTURE_SHAPES = st.tuples(st.integers(1, 40), st.integers(1, 40)).flatmap(
    lambda size: st.sampled_from([size, (*size, 1), (*size, 3), (*size, 4)])
)


@given(arrays.arrays(DTYPES, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6)))
def test_any_array_is_read_or_refused(array: np.ndarray):
    assert survives(array)


@given(
    st.tuples(PICTURE_DTYPES, PICTURE_SHAPES).flatmap(
        lambda kind: arrays.arrays(
            *kind, elements={"min_value": 0, "max_value": 1} if np.dtype(kind[0]).kind == "f" else None
        )
    )
)
def test_any_array_of_a_picture_s_kind_is_read(array: np.ndarray):
    assert is_sound(reader().read(array))


@given(
    arrays.arrays(np.float32, (12, 9), elements=st.floats(0, 1, width=32)),
    st.sampled_from([np.nan, np.inf, -np.inf, 1.5, -0.5]),
    st.integers(0, 11),
    st.integers(0, 8),
)
def test_one_impossible_float_is_refused(array: np.ndarray, value: float, row: int, column: int):
    array[row, column] = value
    with pytest.raises(InkdigitsError, match=r"expected values in 0\.\.1|expected 0\.\.1"):
        reader().read(array)


@given(st.integers(0, 2**32 - 1), st.sampled_from([(200, 150), (31, 33), (700, 20), (64, 64, 3)]))
def test_noise_is_read_or_empty(seed: int, shape: tuple[int, ...]):
    rng = np.random.default_rng(seed)
    noise = rng.integers(0, 256, shape, np.uint8)
    assert is_sound(reader().read(noise))
    assert is_sound(reader().read((noise > rng.integers(0, 256)).astype(np.uint8) * np.uint8(255)))


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes):
    assert survives(content)


@lru_cache(maxsize=1)
def encoded() -> dict[str, bytes]:
    """Returns one small picture in every format."""
    out = {}
    for form in ("PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF"):
        buffer = io.BytesIO()
        Image.fromarray(255 - scenes.pen_digit(3, 1)).save(buffer, form)
        out[form] = buffer.getvalue()
    return out


@given(st.sampled_from(sorted(encoded())), st.data())
def test_damaged_pictures_are_read_or_refused(form: str, data: st.DataObject):
    content = bytearray(encoded()[form])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert survives(bytes(content[: data.draw(st.integers(0, len(content)))]))
    assert survives(bytes(content))


@given(st.lists(st.sampled_from([b"", b"no picture", *encoded().values()]), max_size=6))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_many_sources_give_as_many_readings_in_their_order(sources: list[bytes]):
    readings = list(reader(shipped=False).read_many(sources))
    refused = [source not in encoded().values() for source in sources]
    assert [reading.status == "error" for reading in readings] == refused
    assert all(reading.text for reading in readings if reading.status != "error")
    assert all(bool(reading.error) == (reading.status == "error") for reading in readings)


# ---- The same digit in other clothes ----


@lru_cache(maxsize=32)
def digit(value: int) -> np.ndarray:
    """Returns a digit on paper: uint8 (120, 100), dark on light."""
    sheet = scenes.page(120, 100)
    scenes.write(sheet, scenes.plain_digit(value), 5, 15, 90)
    return scenes.grey(scenes.photo(sheet))


def save(picture: np.ndarray | Image.Image, form: str, **options: object) -> bytes:
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def rgba(grey: np.ndarray) -> np.ndarray:
    """Returns ink on a transparent canvas, as drawing programs save it."""
    return np.dstack([np.zeros((*grey.shape, 3), np.uint8), 255 - grey])


CLOTHES = {
    "inverted": lambda grey: 255 - grey,
    "RGB": lambda grey: np.dstack([grey] * 3),
    "RGBA": rgba,
    "16 bit": lambda grey: grey.astype(np.uint16) * 257,
    "12 bit": lambda grey: grey.astype(np.uint16) * 16,
    "float": lambda grey: (grey / 255).astype(np.float32),
    "black and white": lambda grey: grey > 128,
    "one channel": lambda grey: grey[..., None],
    "column by column in memory": np.asfortranarray,
    "PNG": lambda grey: save(grey, "PNG"),
    "PNG of 16 bit": lambda grey: save(grey.astype(np.uint16) * 257, "PNG"),
    "PNG with transparency": lambda grey: save(rgba(grey), "PNG"),
    "PNG with a palette": lambda grey: save(Image.fromarray(grey).convert("P"), "PNG"),
    "PNG of 1 bit": lambda grey: save(Image.fromarray(grey).convert("1", dither=Image.Dither.NONE), "PNG"),
    "BMP": lambda grey: save(grey, "BMP"),
    "TIFF": lambda grey: save(grey, "TIFF"),
    "GIF": lambda grey: save(grey, "GIF"),
    "WebP": lambda grey: save(grey, "WEBP", lossless=True),
    "JPEG": lambda grey: save(grey, "JPEG", quality=90),
    "CMYK": lambda grey: save(Image.fromarray(grey).convert("CMYK"), "JPEG", quality=90),
    "Pillow image": Image.fromarray,
    "open file": lambda grey: io.BytesIO(save(grey, "PNG")),
}


@pytest.mark.parametrize("value", VALUES)
def test_every_digit_is_read(value: int):
    reading = reader().read(digit(value))
    assert (reading.status, reading.text) == ("ok", str(value))


@pytest.mark.parametrize("clothes", CLOTHES)
def test_a_digit_in_other_clothes_is_the_same_digit(clothes: str):
    readings = [reader().read(CLOTHES[clothes](digit(value))) for value in VALUES]
    assert "".join(reading.text for reading in readings) == spec.DIGITS


LOSSLESS = sorted(set(CLOTHES) - {"inverted", "black and white", "PNG of 1 bit", "JPEG", "CMYK"})


@pytest.mark.parametrize("clothes", LOSSLESS)
def test_what_loses_nothing_changes_nothing(clothes: str):
    plain, dressed = reader().read(digit(5)), reader().read(CLOTHES[clothes](digit(5)))
    assert dressed.numbers == plain.numbers
    assert dressed.confidence == plain.confidence


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_picture_turned_by_its_exif_data_is_read_upright(orientation: int, form: str):
    turns = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    texts = []
    for value in (2, 4, 6, 7, 9):
        image = Image.fromarray(digit(value))
        for turn in turns.get(orientation, []):
            image = image.transpose(turn)
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        options = {"lossless": True} if form == "WEBP" else {"quality": 90} if form == "JPEG" else {}
        texts.append(reader().read(save(image, form, exif=exif, **options)).text)
    assert "".join(texts) == "24679"


values = st.sampled_from(VALUES)


@given(values, *(st.integers(0, 60) for _ in range(4)))
def test_paper_around_the_digit_does_not_matter(value: int, left: int, right: int, top: int, bottom: int):
    padded = np.pad(digit(value), ((top, bottom), (left, right)), mode="edge")
    assert reader().read(padded).text == str(value)


@given(values, st.integers(-8, 8), st.integers(-12, 12))
def test_where_the_digit_stands_does_not_matter(value: int, right: int, down: int):
    matrix = np.array([[1, 0, right], [0, 1, down]], np.float64)
    moved = cv2.warpAffine(digit(value), matrix, (100, 120), borderMode=cv2.BORDER_REPLICATE)
    assert reader().read(moved).text == str(value)


@given(values, st.floats(0.25, 8))
def test_the_size_of_the_picture_does_not_matter(value: int, scale: float):
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(digit(value), None, fx=scale, fy=scale, interpolation=method)
    assert reader().read(scaled).text == str(value)


@given(values, st.integers(60, 255), st.integers(0, 200), st.booleans())
def test_the_strength_of_ink_and_the_grey_of_paper_do_not_matter(
    value: int, contrast: int, lowest: int, inverted: bool
):
    grey = digit(value).astype(np.float64)
    stretched = min(lowest, 255 - contrast) + (grey - grey.min()) / np.ptp(grey) * contrast
    picture = np.rint(255 - stretched if inverted else stretched).astype(np.uint8)
    assert reader().read(picture).text == str(value)


@given(values, st.tuples(*[st.integers(0, 255)] * 3), st.tuples(*[st.integers(0, 255)] * 3))
def test_the_colours_of_ink_and_paper_do_not_matter(value: int, ink: scenes.Colour, paper: scenes.Colour):
    if np.linalg.norm(np.subtract(ink, paper)) < 90:  # of 441; nobody could read it with ease
        return
    sheet = scenes.page(120, 100, colour=paper)
    scenes.write(sheet, scenes.plain_digit(value), 5, 15, 90, ink=ink)
    assert reader().read(scenes.photo(sheet)).text == str(value)


def test_the_same_picture_gives_the_same_reading_every_time():
    assert reader().read(digit(8)) == reader().read(digit(8)) == Reader(threads=1).read(digit(8))
