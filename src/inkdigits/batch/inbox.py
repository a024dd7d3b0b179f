"""A folder into which others drop pictures → which of them are whole by now.

It is looked at again and again, and not told by the system: of a folder on a network, inotify and its like
tell nothing of what another machine writes. A picture counts as whole when its size and its time have been
the same for a while; names under which programs write at first (``.part``, ``.tmp``, hidden) are no pictures.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from inkdigits.picture.formats import SUFFIXES, UNREAD
from inkdigits.picture.paths import printable

__all__ = ["Dropped", "Inbox", "Look"]


class Dropped(NamedTuple):
    """A picture in the inbox, as it is: another size or time is another picture.

    Attributes:
        place: its path inside the inbox.
        size: bytes.
        changed: when it was written last, nanoseconds of its file system's clock.
    """

    place: str
    size: int
    changed: int


@dataclass(slots=True)
class Look:
    """What is in the inbox at one moment.

    Attributes:
        whole: what can be read, the oldest first.
        growing: what may still be written.
        known: what was read before and is still there.
        problems: a line for each folder that cannot be listed.
    """

    whole: list[Dropped] = field(default_factory=list[Dropped])
    growing: list[Dropped] = field(default_factory=list[Dropped])
    known: list[Dropped] = field(default_factory=list[Dropped])
    problems: list[str] = field(default_factory=list[str])


class Inbox:
    """A folder, with its subfolders, that is looked at again and again.

    Args:
        folder: where others write.
        settle: seconds for which a picture has not changed when it is whole.
    """

    def __init__(self, folder: Path, settle: float) -> None:
        self.folder, self._settle = folder, settle
        self._since: dict[Dropped, float] = {}

    def look(self, now: float, known: Callable[[Dropped], bool]) -> Look:
        """Looks once.

        Args:
            now: seconds of a clock that nobody sets.
            known: tells what was read before.
        """
        seen, there = Look(), dict[Dropped, float]()
        for one in self._pictures(seen.problems):
            if known(one):
                seen.known.append(one)
                continue
            there[one] = self._since.get(one, now)
            (seen.whole if now - there[one] >= self._settle else seen.growing).append(one)
        if not seen.problems:  # what a folder holds that cannot be listed just now is not forgotten
            self._since = there
        else:
            self._since |= there
        seen.whole.sort(key=lambda one: (one.changed, one.place))
        return seen

    def path(self, one: Dropped) -> Path:
        """Returns where a picture lies."""
        return self.folder / one.place

    def unchanged(self, one: Dropped) -> bool:
        """Tells whether a picture is still as it was; one that is gone is."""
        try:
            status = self.path(one).stat()
        except OSError:
            return True
        return (status.st_size, status.st_mtime_ns) == (one.size, one.changed)

    def _pictures(self, problems: list[str]) -> Iterator[Dropped]:
        def tell(error: OSError) -> None:
            where = printable(str(error.filename or self.folder))
            problems.append(f"cannot list the folder {where}: {error.strerror}; it is looked at again")

        for parent, folders, names in os.walk(self.folder, onerror=tell):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in names:
                if name.startswith(".") or Path(name).suffix.lower() not in SUFFIXES | UNREAD:
                    continue
                path = Path(parent, name)
                try:
                    status = path.stat()
                except OSError:  # it went while the folder was listed
                    continue
                if stat.S_ISREG(status.st_mode):
                    place = os.fspath(path.relative_to(self.folder))
                    yield Dropped(place, status.st_size, status.st_mtime_ns)
