"""Keras, with the backend chosen and quiet."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from functools import lru_cache
from types import ModuleType

from inkdigits.errors import MissingExtraError, TrainingError

__all__ = ["keras"]

_STDERR = 2  # the file descriptor, which C++ writes to


@lru_cache(maxsize=1)
def keras() -> ModuleType:
    """Returns the ``keras`` module on TensorFlow, unless ``KERAS_BACKEND`` names another.

    TensorFlow is the default because it is the fastest on a CPU; nothing here uses it directly.

    Raises:
        MissingExtraError: Keras or TensorFlow is not installed.
        TrainingError: ``KERAS_BACKEND`` names a library that is not installed or that Keras does not know.
    """
    backend = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # its start-up notes are not for our users
    # TensorFlow leaves oneDNN off on processors without AVX-512; it is 1.3 times as fast there too.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    try:
        with _muted():
            import keras as module

            # The first operation starts TensorFlow's runtime, which has notes of its own.
            module.ops.zeros(())
    except (ImportError, ValueError) as error:
        missing = (getattr(error, "name", None) or "").partition(".")[0]
        if missing == "keras" or (missing and backend == "tensorflow"):
            raise MissingExtraError(missing, "train") from error
        raise TrainingError(
            f"KERAS_BACKEND names {backend!r}, which Keras cannot use "
            f"({' '.join(str(error).split())}); install it, or unset KERAS_BACKEND to train with TensorFlow"
        ) from error
    return module


@contextmanager
def _muted() -> Generator[None]:
    """Keeps what is written to the process's standard error inside the block from the user's terminal.

    TensorFlow's C++ writes there before any setting of its own can stop it. Python's exceptions are raised
    as ever; only the text of a crash inside the block would be lost.
    """
    try:
        kept = os.dup(_STDERR)
    except OSError:  # closed: nothing can be written there anyway
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STDERR)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, _STDERR)
        os.close(kept)
