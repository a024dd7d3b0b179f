"""The formats of other programs by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from inkdigits.errors import ConfigError
from inkdigits.output.cutouts import Pictures
from inkdigits.output.exchange.alto import alto
from inkdigits.output.exchange.amc import amc
from inkdigits.output.exchange.hocr import hocr
from inkdigits.output.exchange.label_studio import label_studio
from inkdigits.output.exchange.offlinequiz import offlinequiz
from inkdigits.output.exchange.quexf import quexf
from inkdigits.output.exchange.sdaps import sdaps
from inkdigits.output.records import Record

__all__ = ["FORMATS", "exchange"]

_LAYOUTS: dict[str, Callable[[Sequence[Record], Pictures], bytes]] = {
    "hocr": hocr,
    "alto": alto,
    "label-studio": label_studio,
}  # need the sizes of the pictures
_LISTS: dict[str, Callable[[Sequence[Record]], bytes]] = {"amc": amc}
_FILLED: dict[str, tuple[Callable[[Sequence[Record], bytes], bytes], str]] = {
    "sdaps": (sdaps, "the CSV of 'sdaps csv export --images'"),
    "quexf": (quexf, "the banding XML"),
    "offlinequiz": (offlinequiz, "the list of participants as CSV"),
}  # the other program's own file is filled, and what that is

FORMATS = (*_LAYOUTS, *_LISTS, *_FILLED)


def exchange(name: str, records: Sequence[Record], pictures: Pictures, given: bytes | None) -> bytes:
    """Returns the file of a format.

    Args:
        name: one of :data:`FORMATS`.
        records: the cells.
        pictures: where they stand.
        given: the other program's own file; None for none.

    Raises:
        ConfigError: the format needs such a file, or takes none.
        DataError: that file, or a name of a picture, is not what it should be.
        SourceError: a picture whose size must be known is not there any more.
    """
    if name in _FILLED:
        write, needs = _FILLED[name]
        if given is None:
            raise ConfigError(f"--format {name} fills a file: expected --with FILE, {needs}; name it")
        return write(records, given)
    if given is not None:
        raise ConfigError(f"--format {name} fills no file: expected no --with; leave it out")
    return _LISTS[name](records) if name in _LISTS else _LAYOUTS[name](records, pictures)
