"""Where parts of work are done, and what comes back from there; what is needed of that without Ray."""

from __future__ import annotations

import os
import pickle
import re
import socket
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from inkdigits.errors import InkdigitsError, MissingExtraError

__all__ = [
    "Cluster",
    "PartWork",
    "check",
    "check_address",
    "muted",
    "own_folder",
    "packed",
    "reason",
    "unpacked",
]

_SESSION_PATH = 66  # characters of a socket's path below Ray's folder
_SOCKET_PATH = 103  # that a system allows, macOS the fewest
_ERROR = re.compile(r"(?!ray\.)[\w.]*(Error|Exception): ")
_HEAD = re.compile(r"(?:\[(?P<v6>[^\]]+)\]|(?P<name>[^:/]+)):(?P<port>\d{1,5})")
_ANSWERS_S = 10.0  # seconds in which a head takes a connection


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where work is done, and by how many processes.

    Attributes:
        address: of a cluster that is there, ``head:6379`` or ``auto``; None for ``RAY_ADDRESS``, and where
            that is not set for one that is started on this machine and ended with the work.
        least: processes that are kept while there is work.
        most: processes that there may be; None for one on each core that the cluster has or gets.
        threads: cores that each takes.
    """

    address: str | None = None
    least: int = 1
    most: int | None = None
    threads: int = 1


class PartWork(Protocol):
    """What is done with a part. It pickles, and raises nothing for what is wrong with an item of a part."""

    @property
    def patience(self) -> float | None:
        """Seconds of an item after which its process is ended and the part read with care; None: never."""
        ...

    def __call__(self, part: Any, careful: bool, begin: Callable[[], None]) -> Any:
        """Answers a part; the answer pickles.

        Args:
            part: what ``parts`` gave.
            careful: whether an item may end the process that is at it, as it may have ended one before.
            begin: is called when an item is begun.
        """
        ...


def check() -> None:
    """Raises MissingExtraError where Ray is not installed."""
    from importlib.util import find_spec

    if find_spec("ray") is None or find_spec("pyarrow") is None:
        raise MissingExtraError("Ray", "ray")


def check_address(address: str) -> None:
    """Raises InkdigitsError where nobody listens at ``host:port``: Ray would try for minutes."""
    match = _HEAD.fullmatch(address)
    if match is None:  # auto, or a kind of address that Ray knows
        return
    try:
        socket.create_connection((match["v6"] or match["name"], int(match["port"])), _ANSWERS_S).close()
    except (OSError, OverflowError) as error:
        raise InkdigitsError(
            f"no Ray cluster at {address}: {reason(error)}; name its head with --address, or leave that out"
        ) from error


def packed(call: Callable[[], Any]) -> bytes:
    """Returns what a call gives, or the error that it raises: Ray would wrap that into pages of its own."""
    try:
        return pickle.dumps(call())
    except InkdigitsError as error:
        return pickle.dumps(error)
    except Exception as error:  # a bug of ours, or a library that this machine lacks
        return pickle.dumps(InkdigitsError(f"a process of the Ray cluster failed: {_told(error)}"))


def unpacked(answer: bytes) -> Any:
    """Returns what was packed; raises the InkdigitsError that was."""
    found = pickle.loads(answer)  # noqa: S301 - what our own processes have packed
    if isinstance(found, InkdigitsError):
        raise found
    return found


def _told(error: Exception) -> str:
    lacks = isinstance(error, ModuleNotFoundError)
    hint = "; install the same inkdigits, with its extras, on every machine of it" if lacks else ""
    return f"{type(error).__name__}: {reason(error)}{hint}"


def reason(error: Exception) -> str:
    """Returns an error in one line; of the pages of Ray the line that says which error it was."""
    text = str(error)
    named = [line for line in text.splitlines() if _ERROR.match(line)]
    return (" ".join((named[-1] if named else text).split()) or type(error).__name__)[:300]


def own_folder() -> Path:
    """Makes the folder of a cluster of our own, where the paths of its sockets are short enough."""
    usual = tempfile.gettempdir()
    short = usual if len(usual) + _SESSION_PATH < _SOCKET_PATH else "/tmp"  # noqa: S108 - a folder of its own
    return Path(tempfile.mkdtemp(prefix="ink-", dir=short))


@contextmanager
def muted() -> Generator[None]:
    """Leaves out what C code writes to standard error: that it will write nothing."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
