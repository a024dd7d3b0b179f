"""Every kind of source gives the same picture, or one line that says what is wrong with it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkdigits import spec
from inkdigits.errors import (
    DecodeError,
    InvalidArrayError,
    SourceError,
    SourceNotFoundError,
    SourceTooLargeError,
)
from inkdigits.picture import sources as images


@pytest.fixture
def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (12, 9, 3), np.uint8)


@pytest.fixture
def png(picture: np.ndarray) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, "PNG")
    return stream.getvalue()


class Tensor:
    """Stands for the arrays of other libraries, which know how to become a NumPy array."""

    def __init__(self, array: np.ndarray | None) -> None:
        self.array = array

    def __array__(self, dtype=None, copy=None):
        if self.array is None:
            raise RuntimeError("on another\ndevice")
        return self.array


def test_every_kind_of_source_gives_the_same_picture(tmp_path, monkeypatch, picture, png):
    path = tmp_path / "digit.png"
    path.write_bytes(png)
    monkeypatch.chdir(tmp_path)
    with path.open("rb") as file:
        sources = [
            *(path, str(path), "digit.png", Path("digit.png")),
            *(png, bytearray(png), memoryview(png), io.BytesIO(png), file),
            *(picture, Tensor(picture), Image.fromarray(picture), Image.open(path)),
        ]
        for source in sources:
            np.testing.assert_array_equal(images.load(source), picture)
        assert not file.closed


def test_an_open_file_is_read_from_where_it_stands(png, picture):
    file = io.BytesIO(b"header" + png)
    file.seek(6)
    np.testing.assert_array_equal(images.load(file), picture)


def test_no_file_stays_open(tmp_path, png):
    path, broken = tmp_path / "digit.png", tmp_path / "broken.png"
    path.write_bytes(png)
    broken.write_bytes(png[:-60])
    before = next_descriptor(path)
    images.load(path)
    with pytest.raises(DecodeError):
        images.load(broken)
    assert next_descriptor(path) == before


def next_descriptor(path: Path) -> int:
    """Returns the lowest free file descriptor: it moves up when a file stays open."""
    descriptor = os.open(path, os.O_RDONLY)
    os.close(descriptor)
    return descriptor


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("scans/1.png", "scans/1.png"),
        (Path("scans") / "1.png", str(Path("scans") / "1.png")),
        (np.zeros((2, 2)), "<array>"),
        (Tensor(np.zeros(1)), "<array>"),
        (b"x", "<bytes>"),
        (bytearray(b"x"), "<bytes>"),
        (memoryview(b"x"), "<bytes>"),
        (Image.new("L", (1, 1)), "<image>"),
        (io.BytesIO(), "<file>"),
        (None, "<NoneType>"),
    ],
)
def test_describe_names_a_source(source, name):
    assert images.describe(source) == name


# ---- Bad sources ----


def refused(source: object, error: type[SourceError], *words: str) -> None:
    """Checks that a source is refused with one line that holds all ``words``."""
    with pytest.raises(error) as caught:
        images.load(source)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


def test_a_missing_file_is_named(tmp_path):
    refused(tmp_path / "no.png", SourceNotFoundError, "no.png", "no such file")


def test_a_path_through_a_file_is_missing(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    refused(tmp_path / "file" / "no.png", SourceNotFoundError, "no such file")


def test_a_folder_is_no_picture(tmp_path):
    refused(tmp_path, SourceNotFoundError, "is a folder")


@pytest.mark.parametrize("path", ["a\0b.png", "x" * 5000 + ".png", ""])
def test_a_path_that_cannot_exist(path):
    refused(path, SourceError)


def test_a_file_without_permission(monkeypatch):
    def refuse(path: Path, mode: str) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "open", refuse)  # file modes do not bind an administrator
    refused("secret.png", SourceError, "secret.png", "Permission denied")


def test_a_disk_that_fails_while_reading(monkeypatch):
    def fail(path: Path, mode: str) -> None:
        raise OSError(5, "Input/output error", str(path))

    monkeypatch.setattr(Path, "open", fail)
    refused("worn.png", SourceError, "worn.png", "Input/output error")


def test_a_name_with_a_line_end_stays_on_one_line(tmp_path):
    path = tmp_path / "two\nlines.png"
    refused(path, SourceNotFoundError, r"two\nlines.png")
    path.write_bytes(b"text")
    refused(path, DecodeError, r"two\nlines.png")


def test_no_bytes(tmp_path):
    path = tmp_path / "empty.png"
    path.write_bytes(b"")
    refused(path, DecodeError, "empty.png is empty", "0 bytes")
    refused(b"", DecodeError, "<bytes> is empty")
    refused(memoryview(b""), DecodeError, "<bytes> is empty")


def test_a_text_file_named_png(tmp_path):
    path = tmp_path / "notes.png"
    path.write_text("7 apples")
    refused(path, DecodeError, "notes.png", "expected PNG", "7 apples")


def test_a_file_of_text(png):
    refused(io.StringIO("text"), SourceError, "str", "'rb'")
    refused(io.TextIOWrapper(io.BytesIO(png), "utf-8"), SourceError, "'rb'")


def test_a_closed_file(png):
    file = io.BytesIO(png)
    file.close()
    refused(file, SourceError, "closed file")


@pytest.mark.parametrize("source", [None, 7, ["1.png"], object()])
def test_another_type(source):
    refused(source, SourceError, type(source).__name__, "expected a path")


def test_an_object_that_fails_to_become_an_array():
    refused(Tensor(None), InvalidArrayError, "Tensor", "on another device")


def test_too_many_bytes_are_refused_for_every_source(tmp_path, monkeypatch, png):
    monkeypatch.setattr(spec, "MAX_SOURCE_BYTES", len(png) - 1)
    path = tmp_path / "big.png"
    path.write_bytes(png)
    for source in (path, png, memoryview(png), io.BytesIO(png)):
        refused(source, SourceTooLargeError, f"at most {len(png) - 1:,} bytes")
    monkeypatch.setattr(spec, "MAX_SOURCE_BYTES", len(png))
    assert images.load(path).size


def test_a_huge_file_is_refused_without_being_read(tmp_path):
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(spec.MAX_SOURCE_BYTES * 1000)  # sparse: no disk is used; reading it would take 256 GB
    refused(path, SourceTooLargeError, f"{spec.MAX_SOURCE_BYTES * 1000:,}")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="this system has no endless file")
def test_an_endless_file_is_refused(monkeypatch):
    monkeypatch.setattr(spec, "MAX_SOURCE_BYTES", 1000)
    refused("/dev/zero", SourceTooLargeError, "1,000 bytes")


# ---- What is imported ----


@pytest.mark.parametrize(
    ("source", "absent"),
    [
        ("numpy.zeros((9, 9), 'uint8')", {"PIL", "cv2"}),
        ("sys.argv[1]", {"PIL.TiffImagePlugin", "PIL.BmpImagePlugin", "PIL.GifImagePlugin", "cv2"}),
    ],
)
def test_only_what_a_source_needs_is_imported(tmp_path, png, source, absent):
    path = tmp_path / "digit.png"
    path.write_bytes(png)
    code = (
        f"import sys, numpy\nfrom inkdigits.picture import sources\nsources.load({source})\n"
        f"sys.exit(', '.join({absent!r} & set(sys.modules)) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
