"""What callers of the reader pass, checked: one line says what was meant to come and what came."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from os import PathLike
from typing import TYPE_CHECKING, cast, get_args

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import BundleError, ConfigError, InkdigitsError, InvalidArrayError, SourceError
from inkdigits.picture.pixels import refuse_masked
from inkdigits.picture.sources import describe
from inkdigits.readings import Expect
from inkdigits.recognition.bundle import Kind, load
from inkdigits.recognition.model import Model

if TYPE_CHECKING:
    from inkdigits.recognition.language import Language
    from inkdigits.recognition.second import SecondReader

__all__ = [
    "check_expect",
    "check_risk",
    "check_several",
    "digits_of",
    "language_from",
    "model_of",
    "second_of",
]


def check_expect(expect: object) -> None:
    """Raises InkdigitsError unless ``expect`` is one of :data:`inkdigits.readings.Expect`."""
    if expect not in get_args(Expect):
        raise InkdigitsError(f"expect is {_shown(expect)}; expected one of {', '.join(get_args(Expect))}")


_ARGUMENTS: dict[Kind, str] = {"digit": "digits", "number": "numbers", "finder": "finder"}  # of a reader


def model_of(given: object, kind: Kind, threads: int | None) -> Model:
    """Returns the model that an argument of a reader stands for."""
    name = _ARGUMENTS[kind]
    if isinstance(given, Model):
        if given.kind != kind:
            raise BundleError(
                f"{name} is the {given.kind!r} model {given.bundle.name}; expected a {kind!r} model; "
                f"pass it as {_ARGUMENTS[given.kind]}"
            )
        return given
    if not isinstance(given, (str, PathLike)):
        raise InkdigitsError(
            f"{name} is of type {type(given).__name__}; expected a model folder, a Model, or None for the "
            "one that ships with the package"
        )
    return Model(load(cast("str | PathLike[str]", given), kind), threads=threads)


def check_risk(max_error: object) -> float | None:
    """Returns ``max_error``; raises InkdigitsError unless it is None or a probability."""
    real = not isinstance(max_error, bool) and isinstance(max_error, Real)
    if max_error is not None and not (real and 0 <= float(cast("float", max_error)) <= 1):
        raise InkdigitsError(
            f"max_error is {_shown(max_error)}; expected a probability from 0 to 1, or None for each model's "
            "own"
        )
    return None if max_error is None else float(cast("float", max_error))


def language_from(allowed: object, pattern: object) -> Language | None:
    """Returns the texts that fit both arguments of a reader; None for all.

    Raises:
        ConfigError: one is no text, invalid or too large, or nothing fits both.
        MissingExtraError: the library for expressions is not installed.
    """
    for name, value in (("allowed", allowed), ("pattern", pattern)):
        if value is not None and not isinstance(value, str):
            raise ConfigError(
                f"{name} is {_shown(value)}; expected a string such as "
                + (r"'0-9.'" if name == "allowed" else r"r'\d{2}/\d{2}/\d{4}'")
                + ", or None"
            )
    if allowed is None and pattern is None:
        return None
    from inkdigits.recognition.language import (
        language_of,  # most calls say nothing, and start-up time is seen
    )

    return language_of(cast("str | None", allowed), cast("str | None", pattern))


def second_of(given: object) -> SecondReader | None:
    """Returns the second reader that an argument of a reader stands for.

    Raises:
        ConfigError: there is none of this name.
        MissingExtraError: its library is not installed.
    """
    if given is None:
        return None
    if not isinstance(given, str):
        if callable(getattr(given, "read", None)):
            return cast("SecondReader", given)
        raise ConfigError(f"second is {_shown(given)}; expected 'rapidocr', or None for no second reader")
    from inkdigits.recognition.second import second_reader  # most readers are alone

    return second_reader(given)


def check_several(sources: object) -> None:
    """Raises SourceError for one source in place of several."""
    shape: tuple[int, ...] | None = getattr(sources, "shape", None)  # of an array or a tensor
    picture = shape is not None and (len(shape) < 3 or (len(shape) == 3 and shape[2] in (1, 3, 4)))
    single = isinstance(sources, (str, PathLike, bytes, bytearray, memoryview)) or hasattr(sources, "read")
    if single or picture or not isinstance(sources, Iterable):
        raise SourceError(
            f"read_many got {describe(sources)} alone; expected several sources, such as a list; pass "
            "[source], find_pictures([folder]) for a folder, or use read() for one"
        )


def digits_of(given: object) -> NDArray[np.uint8]:
    """Returns what :meth:`Reader.classify` takes as one array."""
    try:
        array = given if isinstance(given, np.ndarray) else np.asarray(given)
    except ValueError as error:  # rows of different lengths
        raise InvalidArrayError(
            f"classify got a {type(given).__name__} that is no array: {_shown(error)}; expected uint8 "
            "(N, 28, 28) with 255 = ink"
        ) from error
    side = spec.DIGIT_SIDE
    refuse_masked(array)
    if array.dtype != np.uint8 or array.ndim != 3 or array.shape[1:] != (side, side):
        raise InvalidArrayError(
            f"classify got {array.dtype} of shape {array.shape}; expected uint8 (N, {side}, {side}) "
            "with 255 = ink; use read() for other pictures"
        )
    return array


def _shown(value: object) -> str:
    """Returns a value for a message, which is one line."""
    return " ".join((str(value) if isinstance(value, Exception) else repr(value)).split())[:80]
