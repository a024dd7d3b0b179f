"""learned.py: a model knows which pictures it has learned from, and says when it does not."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inkdigits.data.fingerprints import fingerprints, pack
from inkdigits.data.labelled import Dataset, dataset_of
from inkdigits.errors import BundleError
from inkdigits.measure.learned import count_learned, list_of
from inkdigits.recognition.bundle import Bundle
from inkdigits.training.draw.digit import write_digits

IMAGES, LABELS = write_digits(20, seed=4)


def bundle(folder: Path, learned: np.ndarray | None, *, complete: bool = True) -> Bundle:
    """Returns a bundle whose model has learned from some pictures, or does not say from which."""
    metadata: dict[str, Any] = {"files": {}}
    if learned is not None:
        folder.mkdir()
        content = pack(fingerprints(learned))
        (folder / "learned.bin").write_bytes(content)
        metadata = {
            "files": {"learned.bin": hashlib.sha256(content).hexdigest()},
            "learned": {"digits": len(learned), "complete": complete},
        }
    return Bundle(folder, "model", metadata, b"")


def digits(images: Any = IMAGES) -> Dataset:
    return dataset_of("digits", images, [str(label) for label in LABELS])


def saved(folder: Path) -> tuple[Path, ...]:
    """Saves the digits as people keep MNIST as files, black on white."""
    folder.mkdir()
    paths = tuple(folder / f"{index}.png" for index in range(len(IMAGES)))
    for path, image in zip(paths, IMAGES, strict=True):
        Image.fromarray(255 - image).save(path)
    return paths


def test_what_was_learned_is_counted_as_arrays_and_as_files(tmp_path: Path):
    model = bundle(tmp_path / "model", IMAGES[:7])
    assert count_learned(digits(), [model]) == 7
    assert count_learned(digits(saved(tmp_path / "files")), [model]) == 7


def test_a_picture_that_cannot_be_read_is_in_nobodys_way(tmp_path: Path):
    files = saved(tmp_path / "files")
    files[0].write_bytes(b"no picture")
    assert count_learned(digits(files), [bundle(tmp_path / "model", IMAGES[:7])]) == 6


def test_of_two_models_either_counts(tmp_path: Path):
    one, other = bundle(tmp_path / "one", IMAGES[:5]), bundle(tmp_path / "other", IMAGES[3:9])
    assert count_learned(digits(), [one, other]) == 9


def test_nothing_is_said_where_nothing_is_known(tmp_path: Path):
    silent = bundle(tmp_path / "silent", None)
    assert count_learned(digits(), [silent]) is None
    assert count_learned(digits(), [bundle(tmp_path / "other", IMAGES[:0])]) == 0
    half = bundle(tmp_path / "half", IMAGES[:2], complete=False)
    assert count_learned(digits(), [half]) == 2
    assert count_learned(digits(), [half, silent]) == 2
    other = bundle(tmp_path / "another", 255 - IMAGES[:, ::-1], complete=False)
    assert count_learned(digits(), [other]) is None


def test_of_numbers_nothing_is_said_as_they_are_not_learned_as_they_are(tmp_path: Path):
    numbers = dataset_of("numbers", tuple(IMAGES), ["12"] * len(IMAGES))
    assert count_learned(numbers, [bundle(tmp_path / "model", IMAGES)]) is None


@pytest.mark.parametrize("content", [None, b"something else"])
def test_a_list_that_is_gone_or_changed_is_an_error(tmp_path: Path, content: bytes | None):
    model = bundle(tmp_path / "model", IMAGES)
    file = tmp_path / "model" / "learned.bin"
    file.unlink() if content is None else file.write_bytes(content)
    with pytest.raises(BundleError, match="export the bundle again"):
        list_of(model)
