"""Many sources → readings, one a source and in their order: in this process, or in workers.

Whatever goes wrong with a source is a reading with status "error": a night's batch must not end for a file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from os import PathLike
from typing import Any, NamedTuple

from inkdigits import spec
from inkdigits.errors import InkdigitsError
from inkdigits.picture.deferred import Deferred
from inkdigits.picture.paths import printable
from inkdigits.picture.sources import describe, load
from inkdigits.readings import Reading

__all__ = ["core_count", "read_each"]


def read_each(
    sources: Iterable[Any],
    read: Callable[[Any], Reading],
    *,
    jobs: int = 1,
    timeout: float | None = None,
    ahead: bool = True,
) -> Iterator[Reading]:
    """Yields a reading for each source, in their order.

    Args:
        sources: taken one by one; a tuple or a list is one source of several pictures.
        read: reads one; it pickles where ``jobs`` or ``timeout`` ask for workers.
        jobs: processes; 0 for as many as this process may use cores.
        timeout: seconds after which a source is given up; None: never.
        ahead: whether workers decode a picture while they read the one before; ``read`` gets its pixels then.

    Raises:
        InkdigitsError: ``jobs`` or ``timeout`` is out of range.
    """
    _check(jobs, timeout)
    if jobs == 1 and timeout is None:
        return (_tried(source, read, source) for source in sources)
    from inkdigits.workers.pool import in_workers  # one picture needs no workers, and start-up time is seen

    return in_workers(_Pictures(read, ahead), map(_sendable, sources), jobs or core_count(), timeout)


def core_count() -> int:
    """Returns on how many cores this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _check(jobs: object, timeout: object) -> None:
    if isinstance(jobs, bool) or not isinstance(jobs, int) or not 0 <= jobs <= spec.MAX_JOBS:
        raise InkdigitsError(
            f"jobs is {jobs!r}; expected a whole number from 1 to {spec.MAX_JOBS}, or 0 for one a core"
        )
    real = not isinstance(timeout, bool) and isinstance(timeout, (int, float)) and 0 < timeout < float("inf")
    if timeout is not None and not real:
        raise InkdigitsError(f"timeout is {timeout!r}; expected seconds above 0, or None for no limit")


class _Item(NamedTuple):
    """A source on its way to a worker; what cannot travel is loaded before, or its failure goes."""

    name: str
    source: Any


@dataclass(frozen=True, slots=True)
class _Pictures:
    """What workers do with sources, see :class:`inkdigits.workers.Work`."""

    read: Callable[[Any], Reading]
    ahead: bool

    def load(self, item: _Item) -> Any:
        if not self.ahead or isinstance(item.source, Reading):
            return item.source
        return _tried(item.name, load, item.source)

    def answer(self, item: _Item, loaded: Any) -> Reading:
        reading = loaded if isinstance(loaded, Reading) else _tried(item.name, self.read, loaded)
        return replace(reading, source=item.name)

    def failed(self, item: _Item, reason: str) -> Reading:
        return Reading(item.name, "error", error=f"{printable(item.name)} {reason}")


def _sendable(source: Any) -> _Item:
    if isinstance(source, (tuple, list)):
        parts = [_sendable(one) for one in source]
        failure = next((one.source for one in parts if isinstance(one.source, Reading)), None)
        return _Item(_name(source), failure or tuple(one.source for one in parts))
    travels = isinstance(source, (str, PathLike, bytes, bytearray, Deferred))
    return _Item(_name(source), source if travels else _tried(source, load, source))


def _tried(source: Any, call: Callable[[Any], Any], argument: Any) -> Any:
    """Returns what a call gives, or the reading that says why it failed."""
    try:
        return call(argument)
    except InkdigitsError as error:
        text = str(error)
    except MemoryError:
        text = (
            f"{printable(_name(source))} takes more memory than there is, or than the "
            f"{spec.WORKER_BYTES >> 30} GB of a worker; make it smaller or cut it into parts"
        )
    except Exception as error:
        text = (
            f"{printable(_name(source))} is a source that the reader fails on: {type(error).__name__}: "
            f"{' '.join(str(error).split())[:200]}; report it, with the file"
        )
    return Reading(_name(source), "error", error=text)


def _name(source: Any) -> str:
    return describe(source[0] if isinstance(source, (list, tuple)) and source else source)
