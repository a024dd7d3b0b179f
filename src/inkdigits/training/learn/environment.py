"""What a reader of a run needs to judge and repeat it: versions, machine, hashes of the data."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from importlib import metadata
from typing import Any

from inkdigits import __version__, spec
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.data import Split

__all__ = ["data_of", "environment", "versions"]


def environment(split: Split) -> dict[str, Any]:
    """Returns what a reader of the run needs to judge and repeat it: versions, machine, data hashes."""
    return {
        "inkdigits": __version__,
        "python": platform.python_version(),
        "system": platform.platform(),
        "machine": platform.machine(),
        "cores": os.cpu_count(),
        "backend": keras().backend.backend(),
        "libraries": versions(),
        "data": data_of(split),
        "preprocessing": dict(spec.PREPROCESSING),
    }


def versions() -> dict[str, str]:
    """Returns the versions of the libraries that a training uses, of those that are there."""
    libraries = ("keras", "tensorflow", "tensorflow-cpu", "jax", "torch", "numpy", "opencv-python-headless")
    found: dict[str, str] = {}
    for name in libraries:
        with suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def data_of(split: Split) -> list[dict[str, Any]]:
    """Returns name, number of digits and hash of each data set."""
    return [{"name": name, "digits": count, "sha256": digest} for name, count, digest in split.sources]
