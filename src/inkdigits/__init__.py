"""Reads handwritten digits from any picture and says how sure it is.

::

    errors  spec  readings  notebook  files    the ground: what may go wrong, constants, answers, safe files
    picture/ → ink/ → find/ → recognition/ → reader   the way from a source to a reading
    output/  rows and annotated pictures       data/      labelled pictures
    measure/ figures and reports               training/  models
    server/  web page and HTTP API             cli/       the command line; ``__main__`` starts it

>>> import inkdigits
>>> inkdigits.read("examples/7-barred.jpg").text
'7'
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from inkdigits.errors import InkdigitsError
    from inkdigits.reader import Reader, read
    from inkdigits.readings import Box, Digit, Number, Reading

__version__ = "0.1.0"

__all__ = ["Box", "Digit", "InkdigitsError", "Number", "Reader", "Reading", "__version__", "read"]

_HOMES = {
    "Reader": "reader",
    "read": "reader",
    "Box": "readings",
    "Digit": "readings",
    "Number": "readings",
    "Reading": "readings",
    "InkdigitsError": "errors",
}


def __getattr__(name: str) -> Any:
    # Loaded at first use: `inkdigits --version` needs no model, and `inkdigits data` no OpenCV.
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"inkdigits.{_HOMES[name]}"), name)
