"""A data set is known by a hash of its content."""

from __future__ import annotations

from test_datasets import IMAGES, LABELS, npz, save_pictures

from inkdigits.data.datasets import load_dataset


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
