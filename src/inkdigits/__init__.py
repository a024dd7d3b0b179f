"""Reads handwritten digits from any picture and says how sure it is.

::

    errors  spec  shown  values  boxes  readings  notebook  files  interrupt  processes  blas   the ground:
                                   errors, constants, answers, safe files, Ctrl-C, children, threads
    workers/ processes that answer many items  many       many sources in one or several processes
    picture/ → ink/ → find/ → recognition/ → reader   the way from a source to a reading
    tables/  rows and columns of sheets, forms known beforehand
    arguments  what callers of the reader pass, checked
    output/  rows and annotated pictures       batch/     many sources, and what is kept of them
    data/    labelled pictures
    measure/ figures and reports               training/  models
    server/  web page and HTTP API             cli/       the command line; ``__main__`` starts it

>>> import inkdigits
>>> inkdigits.read("examples/7-barred.jpg").text
'7'
"""

from typing import TYPE_CHECKING, Any

from inkdigits.errors import (
    BundleError,
    ConfigError,
    DataError,
    DecodeError,
    DownloadError,
    InkdigitsError,
    InvalidArrayError,
    MissingExtraError,
    OutputError,
    SourceError,
    SourceNotFoundError,
    SourceTooLargeError,
    TrainingError,
)

if TYPE_CHECKING:
    from inkdigits.picture.paths import find_pictures
    from inkdigits.picture.sources import Source
    from inkdigits.reader import Reader, Seen, read
    from inkdigits.readings import Box, Cell, Digit, Expect, Number, Reading, Status
    from inkdigits.recognition.engine import Engine, FakeDigitEngine, FakeNumberEngine
    from inkdigits.recognition.model import Model

__version__ = "0.1.0"

__all__ = [
    "Box",
    "BundleError",
    "Cell",
    "ConfigError",
    "DataError",
    "DecodeError",
    "Digit",
    "DownloadError",
    "Engine",
    "Expect",
    "FakeDigitEngine",
    "FakeNumberEngine",
    "InkdigitsError",
    "InvalidArrayError",
    "MissingExtraError",
    "Model",
    "Number",
    "OutputError",
    "Reader",
    "Reading",
    "Seen",
    "Source",
    "SourceError",
    "SourceNotFoundError",
    "SourceTooLargeError",
    "Status",
    "TrainingError",
    "__version__",
    "find_pictures",
    "read",
]

_HOMES = {
    "Box": "readings",
    "Cell": "readings",
    "Digit": "readings",
    "Engine": "recognition.engine",
    "Expect": "readings",
    "FakeDigitEngine": "recognition.engine",
    "FakeNumberEngine": "recognition.engine",
    "Model": "recognition.model",
    "Number": "readings",
    "Reader": "reader",
    "Reading": "readings",
    "Seen": "reader",
    "Source": "picture.sources",
    "Status": "readings",
    "find_pictures": "picture.paths",
    "read": "reader",
}


def __getattr__(name: str) -> Any:
    # Loaded at first use: `inkdigits --version` needs no model, and `inkdigits data` no OpenCV.
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"inkdigits.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
