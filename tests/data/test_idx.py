"""IDX files come whole or not at all."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from mnist_files import idx_bytes

from inkdigits.data import idx
from inkdigits.errors import DataError

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)


def test_images_and_labels_come_back():
    np.testing.assert_array_equal(idx.parse(idx_bytes(IMAGES), 3, "images"), IMAGES)
    labels = np.array([7, 1], np.uint8)
    np.testing.assert_array_equal(idx.parse(idx_bytes(labels), 1, "labels"), labels)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "no IDX file"),
        (b"\0\0\x08", "no IDX file"),
        (idx_bytes(IMAGES)[:15], "no IDX file"),
        (b"\0\0\x0d\x03" + idx_bytes(IMAGES)[4:], "no IDX file"),  # 0x0d: floats
        (b"PK\x03\x04" + bytes(100), "no IDX file"),
        (idx_bytes(IMAGES[0]), "no IDX file"),
        (idx_bytes(IMAGES)[:-1], "cut short: expected 40 bytes .* received 39"),
        (idx_bytes(IMAGES) + b"\0", "too long: expected 40 bytes .* received 41"),
        (b"\0\0\x08\x03" + b"\xff" * 12, "cut short"),
    ],
)
def test_what_is_no_whole_idx_file_is_refused(content, fault):
    with pytest.raises(DataError, match=f"^images .*{fault}") as caught:
        idx.parse(content, 3, "images")
    assert "\n" not in str(caught.value)


def test_plain_and_gzipped_bytes_are_read_by_their_content(tmp_path):
    for name, content in (("plain.gz", b"digits"), ("zipped", gzip.compress(b"digits"))):
        (tmp_path / name).write_bytes(content)
        assert idx.read_bytes(tmp_path / name) == b"digits"


@pytest.mark.parametrize("damage", ["cut short", "changed", "absent"])
def test_a_damaged_gzip_file_is_one_line(tmp_path, damage):
    path = tmp_path / "labels.gz"
    content = bytearray(gzip.compress(bytes(range(256)) * 4))
    if damage == "cut short":
        path.write_bytes(content[: len(content) // 2])
    elif damage == "changed":
        content[40] ^= 255
        path.write_bytes(content)
    with pytest.raises(DataError, match=r"labels\.gz is damaged.*get it again") as caught:
        idx.read_bytes(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["a-idx1-ubyte", "a-idx1-ubyte.gz", "a.idx1-ubyte", "a.idx1-ubyte.gz"])
def test_find_knows_the_names_that_copies_use(tmp_path, name):
    assert idx.find(tmp_path, "a-idx1-ubyte") is None
    (tmp_path / name).write_bytes(b"")
    assert idx.find(tmp_path, "a-idx1-ubyte") == tmp_path / name
