"""What can go wrong, as a tree.

::

    InkdigitsError                 everything this package raises on purpose
    ├── SourceError                a picture cannot be read
    │   ├── SourceNotFoundError    the path does not exist or holds no picture
    │   ├── SourceTooLargeError    more bytes or pixels than allowed; refused before decoding
    │   ├── DecodeError            the bytes are no picture, or a damaged one
    │   └── InvalidArrayError      a NumPy array of a wrong shape, dtype or value
    ├── BundleError                a model folder is missing, damaged or too new
    ├── DataError                  a data set is missing, damaged or wrongly labelled
    │   └── DownloadError          no mirror gave the right bytes
    ├── ConfigError                a setting is unknown or out of range, nothing can fit what is asked for
    ├── TrainingError              a run cannot start, continue or be exported
    ├── OutputError                a result cannot be written (disk full, no permission)
    └── MissingExtraError          an optional library is not installed

Messages are one line: what was invalid, what was expected, what was received, what to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "BundleError",
    "ConfigError",
    "DataError",
    "DecodeError",
    "DownloadError",
    "InkdigitsError",
    "InvalidArrayError",
    "MissingExtraError",
    "OutputError",
    "SourceError",
    "SourceNotFoundError",
    "SourceTooLargeError",
    "TrainingError",
]


class InkdigitsError(Exception):
    """Base of everything this package raises on purpose."""


class SourceError(InkdigitsError):
    """A picture cannot be read."""


class SourceNotFoundError(SourceError):
    """The path does not exist, or the folder holds no picture."""


class SourceTooLargeError(SourceError):
    """The source has more bytes or pixels than allowed; raised before decoding."""


class DecodeError(SourceError):
    """The bytes are no picture, or a damaged one."""


class InvalidArrayError(SourceError):
    """An array has a shape, dtype or value that is no picture."""


class BundleError(InkdigitsError):
    """A model folder is missing, damaged, or written by a newer version."""


class DataError(InkdigitsError):
    """A data set is missing, damaged, or wrongly labelled."""


class DownloadError(DataError):
    """No mirror gave the right bytes.

    Args:
        message: what is missing and what to do, in one line.
        tried: each address that was asked, with what came of it, in the order in which they were asked.
    """

    def __init__(self, message: str, tried: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.tried = dict(tried or {})

    @property
    def details(self) -> list[str]:
        """The same as lines, which the command prints below the message."""
        return [f"{address}: {reason}" for address, reason in self.tried.items()]


class ConfigError(InkdigitsError):
    """A setting is unknown or out of range, or nothing can fit what is asked for."""


class TrainingError(InkdigitsError):
    """A training run cannot start, continue, or be exported."""


class OutputError(InkdigitsError):
    """A result cannot be written: disk full, no permission, a folder in the way."""


class MissingExtraError(InkdigitsError):
    """An optional library is not installed."""

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(
            f"{library} is not installed but this needs it; run: pip install 'inkdigits[{extra}]'"
        )
