"""Which pictures of a set a model has learned from: of these its answers say what it remembers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from inkdigits.data.fingerprints import LIST_FILE, fingerprint, fingerprints, unpack
from inkdigits.data.labelled import Dataset
from inkdigits.errors import BundleError, DataError, SourceError
from inkdigits.measure.entries import known_of
from inkdigits.picture.sources import load
from inkdigits.recognition.bundle import Bundle

__all__ = ["count_learned", "list_of"]


def count_learned(dataset: Dataset, bundles: Sequence[Bundle]) -> int | None:
    """Returns how many pictures of a set one of the models has learned from.

    Args:
        dataset: the set.
        bundles: the models that answer.

    Returns:
        None where that cannot be told: a model lists none of what it learned from, or not all of it and none
        of these; or the set holds no single digits, which alone are learned as they are.

    Raises:
        BundleError: the list of a model is damaged.
    """
    places = [place for place, known in enumerate(known_of(dataset)) if known == "digit"]
    lists = [prints for bundle in bundles if (prints := list_of(bundle)) is not None]
    if not places or not lists:
        return None
    if isinstance(dataset.images, np.ndarray):
        found = fingerprints(dataset.images[places])
    else:
        found = np.fromiter(_fingerprints(dataset, places), np.uint64)
    count = int(np.isin(found, np.concatenate(lists)).sum())
    complete = all(bundle.metadata.get("learned", {}).get("complete") for bundle in bundles)
    return count if count or complete else None


def list_of(bundle: Bundle) -> NDArray[np.uint64] | None:
    """Returns the fingerprints of what a model has learned from, uint64 (N,); None where it lists none.

    Raises:
        BundleError: the list is damaged.
    """
    expected = bundle.metadata.get("files", {}).get(LIST_FILE)
    if expected is None:
        return None
    file = bundle.path / LIST_FILE
    try:
        content = file.read_bytes()
        if hashlib.sha256(content).hexdigest() != expected:
            raise DataError("its SHA-256 is not the one in bundle.json")
        return unpack(content)
    except (OSError, DataError) as error:
        raise BundleError(f"{file} cannot be used: {error}; install or export the bundle again") from error


def _fingerprints(dataset: Dataset, places: Sequence[int]) -> Iterator[int]:
    for place in places:
        try:
            yield fingerprint(load(dataset.images[place]))
        except SourceError:  # counted where it is read
            continue
