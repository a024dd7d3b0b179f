"""backend.py: Keras comes up with the right backend, quietly, or says what to install."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from inkdigits.errors import MissingExtraError
from inkdigits.training.learn import backend

START = "from inkdigits.training.learn.backend import keras; print(keras().backend.backend())"


def python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs code in a process of its own, with nothing of this one's settings for Keras and TensorFlow."""
    ours = ("KERAS_", "TF_", "XLA_")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        env={**clean, **environment},
        timeout=120,
        check=False,
    )


def test_keras_starts_on_tensorflow_without_a_word_and_leaves_standard_error_open():
    done = python(f"{START}; import os; os.write(2, b'of ours')")
    assert (done.returncode, done.stdout, done.stderr) == (0, "tensorflow\n", "of ours")


def test_keras_starts_where_standard_error_is_closed():
    done = python(f"import os; os.close(2); {START}")
    assert (done.returncode, done.stdout) == (0, "tensorflow\n")


def test_an_exception_inside_the_muted_block_is_raised_and_unmutes(capfd: pytest.CaptureFixture[str]):
    with pytest.raises(ImportError), backend._muted():
        os.write(2, b"noise")
        raise ImportError("of a library")
    os.write(2, b"news")
    assert capfd.readouterr().err == "news"


def test_a_backend_that_keras_cannot_use_is_one_line():
    done = python(
        "from inkdigits.training.learn.backend import keras\n"
        "from inkdigits.errors import TrainingError\n"
        "try: keras()\nexcept TrainingError as error: print(error)",
        KERAS_BACKEND="nonsense",
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("KERAS_BACKEND names 'nonsense', which Keras cannot use (")
    assert done.stdout.endswith("; install it, or unset KERAS_BACKEND to train with TensorFlow\n")
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


@pytest.mark.parametrize("library", ["keras", "tensorflow"])
def test_a_missing_library_names_the_command_that_installs_it(library: str):
    done = python(
        f"import sys; sys.modules[{library!r}] = None\n"
        "from inkdigits.training.learn.backend import keras\n"
        "from inkdigits.errors import MissingExtraError\n"
        "try: keras()\nexcept MissingExtraError as error: print(error)"
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{MissingExtraError(library, 'train')}\n"


def test_keras_is_started_once():
    assert backend.keras() is backend.keras()
