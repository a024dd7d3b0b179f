"""Each form that labelled pictures are kept in, and what is said of a damaged one."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from test_datasets import IMAGES, LABELS, npz, refused, save_pictures

from inkdigits.data.datasets import load_dataset

# ---- labels.csv ----


def write_table(folder: Path, text: str, encoding: str = "utf-8") -> None:
    (folder / "labels.csv").write_text(text, encoding=encoding)


def test_a_table_of_labels(tmp_path):
    save_pictures(tmp_path, "images/a.png", "images/b.png", "c.png", "d.png")
    write_table(tmp_path, 'writer,file,label\r\n1,c.png,"6,00"\r\n2,images/b.png,007\r\n3,d.png,ä\r\n')
    dataset = load_dataset(str(tmp_path))
    assert dataset.labels == ("6,00", "007", "ä")
    assert dataset.images == (tmp_path / "c.png", tmp_path / "images/b.png", tmp_path / "d.png")


def test_a_table_saved_by_a_spreadsheet(tmp_path):
    save_pictures(tmp_path, "a.png")
    write_table(tmp_path, "file,label\r\na.png,7\r\n", "utf-8-sig")
    assert load_dataset(str(tmp_path)).labels == ("7",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["columns file,label", "none"]),
        ("path,digit\na.png,7\n", ["columns file,label", "path,digit"]),
        ("file|label\na.png|7\n", ["columns file,label", "file|label"]),
        ("file,label\n", ["at least one", "0 images"]),
        ("file,label\na.png,7\na.png\n", ["incomplete row", "line 3"]),
        ("file,label\na.png,\n", ["incomplete row", "line 2"]),
        ("file,label\nb.png,1\na.png,7\nc.png,2\n", ["2 are missing", "b.png"]),
        ('file,label\n"a.png,7\n', ["incomplete row"]),
        ("file,label\na.png,7\0\n" + "x" * 200_000, ["labels.csv"]),
    ],
)
def test_a_damaged_table(tmp_path, text, words):
    save_pictures(tmp_path, "a.png")
    write_table(tmp_path, text)
    refused(tmp_path, *words)


def test_a_table_that_is_no_utf_8(tmp_path):
    save_pictures(tmp_path, "a.png")
    write_table(tmp_path, "file,label\na.png,ä\n", "latin-1")
    refused(tmp_path, "expected a UTF-8 CSV file")


# ---- What a table says beside the label ----


def test_a_table_says_what_is_expected_and_what_is_special(tmp_path):
    save_pictures(tmp_path, "a.png", "b.png")
    write_table(tmp_path, 'file,label,kind,expect\na.png,1 2|3,"a form, torn",page\nb.png,7,,\n')
    dataset = load_dataset(str(tmp_path))
    assert dataset.labels == ("1 2|3", "7")
    assert dataset.expects == ("page", None)
    assert dataset.kinds == ("a form, torn", "")


def test_a_table_without_these_columns_says_neither(tmp_path):
    save_pictures(tmp_path, "a.png")
    write_table(tmp_path, "file,label\na.png,7\n")
    dataset = load_dataset(str(tmp_path))
    assert (dataset.expects, dataset.kinds) == ((), ())


def test_a_picture_in_which_nothing_is_to_be_read(tmp_path):
    save_pictures(tmp_path, "a.png")
    write_table(tmp_path, "file,label,expect\na.png,,digit\n")
    assert load_dataset(str(tmp_path)).labels == ("",)
    write_table(tmp_path, "file,label,expect\na.png,,\n")
    refused(tmp_path, "incomplete row", "line 2", "a column 'expect'")


@pytest.mark.parametrize("expect", ["auto", "numbers", "pages"])
def test_an_expectation_that_is_none(tmp_path, expect):
    save_pictures(tmp_path, "a.png")
    write_table(tmp_path, f"file,label,expect\na.png,7,{expect}\n")
    refused(tmp_path, repr(expect), "line 2", "expected digit, number, page or nothing")


@pytest.mark.parametrize(
    "content",
    [
        b"File , LABEL,Expect\r\n a.png , 7 ,Page\r\n\r\nb.png,8,\r\n",
        b"\xef\xbb\xbffile;label;expect\na.png;7;page\nb.png;8;\n",
        "file\tlabel\texpect\na.png\t7\tpage\nb.png\t8\n".encode("utf-16"),
    ],
)
def test_a_table_as_spreadsheets_save_it(tmp_path, content):
    save_pictures(tmp_path, "a.png", "b.png")
    (tmp_path / "labels.csv").write_bytes(content)
    dataset = load_dataset(str(tmp_path))
    assert dataset.labels == ("7", "8")
    assert dataset.expects == ("page", None)


def test_a_file_with_two_labels(tmp_path):
    save_pictures(tmp_path, "a.png")
    write_table(tmp_path, "file,label\na.png,7\na.png,7\n")
    assert load_dataset(str(tmp_path)).labels == ("7", "7")
    write_table(tmp_path, "file,label\na.png,7\n./a.png,1\n")
    refused(tmp_path, "twice", "'7' in line 2", "'1' in line 3")


def test_pages_of_a_file_have_labels_of_their_own(tmp_path):
    from PIL import Image

    pages = [Image.fromarray(np.full((20, 20), level, np.uint8)) for level in (10, 200)]
    pages[0].save(tmp_path / "scan.tiff", save_all=True, append_images=pages[1:])
    write_table(tmp_path, "file,label\nscan.tiff#1,7\nscan.tiff#2,1\n")
    assert load_dataset(str(tmp_path)).labels == ("7", "1")


# ---- .npz ----


@pytest.mark.parametrize("labels", [LABELS, LABELS.astype(np.uint8), LABELS.astype(str), LABELS.astype("S1")])
@pytest.mark.parametrize("images", [IMAGES, IMAGES[..., None]])
def test_npz_of_28_x_28_is_in_mnists_convention(tmp_path, images, labels):
    dataset = load_dataset(str(npz(tmp_path, images=images, labels=labels, extra=LABELS)))
    assert (dataset.name, dataset.normalised) == ("digits", True)
    assert dataset.labels == ("7", "0", "9", "7")
    np.testing.assert_array_equal(dataset.images, IMAGES)


@pytest.mark.parametrize("shape", [(4, 30, 20), (4, 28, 28, 3)])
def test_npz_of_another_size_holds_pictures(tmp_path, shape):
    images = np.zeros(shape, np.uint8)
    dataset = load_dataset(str(npz(tmp_path, images=images, labels=LABELS)))
    assert not dataset.normalised
    assert [image.shape for image in dataset.images] == [shape[1:]] * 4


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"labels": LABELS, "shear": IMAGES, "fog": IMAGES}, ["'images' and 'labels'", "fog, labels, shear"]),
        ({"images": IMAGES}, ["'images' and 'labels'", "received images"]),
        ({}, ["received none"]),
        ({"images": IMAGES / 255, "labels": LABELS}, ["expected uint8", "float64"]),
        ({"images": IMAGES.reshape(4, -1), "labels": LABELS}, ["(4, 784)"]),
        ({"images": IMAGES[..., None].repeat(4, -1), "labels": LABELS}, ["(4, 28, 28, 4)"]),
        ({"images": IMAGES, "labels": LABELS[:3]}, ["4 images and 3 labels"]),
        ({"images": IMAGES, "labels": np.eye(10)[LABELS]}, ["wrong labels", "(4, 10)"]),
        ({"images": IMAGES, "labels": LABELS / 1}, ["wrong labels", "float64"]),
        ({"images": IMAGES[:0], "labels": LABELS[:0]}, ["at least one"]),
    ],
)
def test_npz_with_wrong_arrays(tmp_path, arrays, words):
    refused(npz(tmp_path, **arrays), "digits", *words)


class Bomb:
    """Would write a file if it were ever unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (self.path,))


def test_nothing_in_an_npz_is_executed(tmp_path):
    proof = tmp_path / "executed"
    path = npz(tmp_path, images=IMAGES, labels=np.array([Bomb(proof)] * 4, dtype=object))
    refused(path, "damaged", "plain arrays")
    assert not proof.exists()


@pytest.mark.parametrize("damage", ["empty", "text", "cut short", "changed", "a single array"])
def test_a_damaged_npz(tmp_path, damage):
    path = npz(tmp_path, images=IMAGES, labels=LABELS)
    content = bytearray(path.read_bytes())
    if damage == "empty":
        content = bytearray()
    elif damage == "text":
        content = bytearray(b"seven")
    elif damage == "cut short":
        content = content[: len(content) // 2]
    elif damage == "changed":
        content[500] ^= 255  # the checksum of the zip entry tells
    else:
        stream = io.BytesIO()
        np.save(stream, IMAGES)
        content = bytearray(stream.getvalue())
    path.write_bytes(content)
    refused(path, "digits.npz", "damaged")


def test_a_zip_file_with_something_else_in_it(tmp_path):
    path = tmp_path / "digits.npz"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("readme.txt", "hello")
    refused(path, "'images' and 'labels'", "readme.txt")
