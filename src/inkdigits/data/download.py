"""Files from the network: several mirrors, retries, a progress bar, and the right bytes or none."""

from __future__ import annotations

import gzip
import hashlib
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

from inkdigits.errors import DownloadError, MissingExtraError, OutputError

__all__ = ["fetch", "fetch_gzipped"]

_TIMEOUT = 30.0  # seconds without a byte before a mirror counts as dead
_ROUNDS = 3  # times that every mirror is asked
_WRAPPED = 8  # errors in each other that are looked into


def fetch_gzipped(
    name: str,
    folder: Path,
    *,
    sha256: str,
    mirrors: Sequence[str],
    progress: bool | None = None,
    pause: float = 1.0,
) -> Path:
    """Downloads ``name``, a gzipped file, into ``folder``.

    All mirrors are asked in turn, then all again after a pause that grows: a mirror that is down costs no
    waiting while another one is up.

    Args:
        name: file name on the mirrors and in ``folder``, ending in .gz.
        folder: made when it does not exist.
        sha256: of the uncompressed bytes: mirrors compress the same file differently.
        mirrors: addresses that end in "/".
        progress: whether to show a progress bar on stderr; None: only when stderr is a terminal.
        pause: seconds before the second round; twice that before the third.

    Returns:
        The path of the file, whole and checked.

    Raises:
        DownloadError: no mirror gave the right bytes; nothing is left in ``folder``.
        OutputError: ``folder`` cannot be written.
        MissingExtraError: pooch is not installed.
    """
    return fetch(
        name,
        folder,
        [mirror + name for mirror in mirrors],
        lambda path: _wrong_content(path.read_bytes(), sha256),
        expected=f"the bytes with SHA-256 {sha256[:12]}…",
        progress=progress,
        pause=pause,
    )


def fetch(
    name: str,
    folder: Path,
    addresses: Sequence[str],
    wrong: Callable[[Path], str | None],
    *,
    expected: str = "a whole file",
    progress: bool | None = None,
    pause: float = 1.0,
) -> Path:
    """Downloads a file into ``folder`` from the first address that gives the right one.

    All addresses are asked in turn, then all again after a pause that grows: one that is down costs no
    waiting while another one is up.

    Args:
        name: file name in ``folder``.
        folder: made when it does not exist.
        addresses: where the file lies, one and the same at each.
        wrong: tells in words why a downloaded file is not the right one; None when it is.
        expected: the right one in words, for the error message.
        progress: whether to show a progress bar on stderr; None: only when stderr is a terminal.
        pause: seconds before the second round; twice that before the third.

    Returns:
        The path of the file, whole and checked.

    Raises:
        DownloadError: no address gave the right file; nothing is left in ``folder``.
        OutputError: ``folder`` cannot be written.
        MissingExtraError: pooch is not installed.
    """
    try:
        import pooch
    except ImportError as error:
        raise MissingExtraError("pooch", "train") from error
    pooch.get_logger().setLevel("WARNING")  # it would log the hash that is checked here anyway
    show = sys.stderr.isatty() if progress is None else progress
    failures: dict[str, str] = {}
    for attempt in range(_ROUNDS):
        time.sleep(pause * attempt)
        for address in addresses:
            reason = _ask(address, folder / name, wrong, progress=show)
            if reason is None:
                return folder / name
            failures[address] = reason
    gave = "its address did not give" if len(failures) == 1 else f"none of {len(failures)} addresses gave"
    raise DownloadError(
        f"cannot download {name}: expected {expected}, which {gave}; check the network, or copy the file "
        f"into {folder}",
        failures,
    )


def _ask(url: str, target: Path, wrong: Callable[[Path], str | None], *, progress: bool) -> str | None:
    """Puts what lies at ``url`` into ``target``, or returns the reason in words why it is not there."""
    import pooch
    import requests

    folder = target.parent
    downloader = pooch.HTTPDownloader(progressbar=progress, chunk_size=2**16, timeout=_TIMEOUT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Beside the result: the same disk has room for it or not, and it is gone whatever happens.
        with tempfile.TemporaryDirectory(prefix=".download-", dir=folder) as temporary:
            path = Path(
                pooch.retrieve(
                    url,
                    known_hash=None,
                    fname=target.name,
                    path=temporary,
                    downloader=downloader,  # pyright: ignore[reportArgumentType] - pooch's own class
                )
            )
            reason = wrong(path)
            if reason is None:
                path.chmod(0o644)
                path.replace(target)
            return reason
    except requests.RequestException as error:
        response = error.response
        return f"HTTP status {response.status_code}" if response is not None else _why(error)
    except OSError as error:
        raise OutputError(
            f"cannot write into {folder}: {error.strerror or error}; free some space, or name "
            "another folder in INKDIGITS_DATA"
        ) from error


def _wrong_content(content: bytes, sha256: str) -> str | None:
    try:
        received = hashlib.sha256(gzip.decompress(content)).hexdigest()
    except (OSError, EOFError, zlib.error) as error:
        return f"{len(content):,} bytes that are no whole gzip file ({_one_line(error)})"
    return None if received == sha256 else f"SHA-256 {received[:12]}…"


def _why(error: Exception) -> str:
    """Returns why there was no answer: requests and urllib3 wrap the cause in their own names of it."""
    import requests

    if isinstance(error, requests.Timeout):
        return f"no answer within {_TIMEOUT:g} seconds"
    reason: object = error
    for _ in range(_WRAPPED):
        inner = getattr(reason, "reason", None) or next(
            (each for each in getattr(reason, "args", ()) if isinstance(each, Exception)), None
        )
        inner = inner or getattr(reason, "__cause__", None) or getattr(reason, "__context__", None)
        if isinstance(inner, OSError) and inner.strerror:
            return f"no connection ({inner.strerror})"
        if inner is None:
            break
        reason = inner
    return _one_line(error)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
