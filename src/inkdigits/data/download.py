"""Files from the network: several mirrors, retries, a progress bar, and the right bytes or none."""

from __future__ import annotations

import gzip
import hashlib
import sys
import tempfile
import time
import zlib
from collections.abc import Sequence
from pathlib import Path

from inkdigits.errors import DownloadError, MissingExtraError, OutputError
from inkdigits.files import write_bytes

__all__ = ["fetch_gzipped"]

_TIMEOUT = 30.0  # seconds without a byte before a mirror counts as dead
_ROUNDS = 3  # times that every mirror is asked


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
    try:
        import pooch
    except ImportError as error:
        raise MissingExtraError("pooch", "train") from error
    pooch.get_logger().setLevel("WARNING")  # it would log the hash that is checked here anyway
    show = sys.stderr.isatty() if progress is None else progress
    failures: dict[str, str] = {}
    for attempt in range(_ROUNDS):
        time.sleep(pause * attempt)
        for mirror in mirrors:
            content = _ask(mirror + name, folder, progress=show)
            if isinstance(content, str):
                failures[mirror] = content
                continue
            reason = _wrong_content(content, sha256)
            if reason is None:
                write_bytes(folder / name, content)
                return folder / name
            failures[mirror] = reason
    reasons = "; ".join(f"{mirror}: {reason}" for mirror, reason in failures.items())
    raise DownloadError(
        f"cannot download {name}: expected the bytes with SHA-256 {sha256[:12]}…, received {reasons}; "
        f"check the network, or copy the file into {folder}"
    )


def _ask(url: str, folder: Path, *, progress: bool) -> bytes | str:
    """Returns the bytes at ``url``, or the reason in words why there are none."""
    import pooch
    import requests

    downloader = pooch.HTTPDownloader(progressbar=progress, chunk_size=2**16, timeout=_TIMEOUT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Beside the result: the same disk has room for it or not, and it is gone whatever happens.
        with tempfile.TemporaryDirectory(prefix=".download-", dir=folder) as temporary:
            path = pooch.retrieve(
                url,
                known_hash=None,
                fname="download",
                path=temporary,
                downloader=downloader,  # pyright: ignore[reportArgumentType] - pooch's own class
            )
            return Path(path).read_bytes()
    except requests.RequestException as error:
        response = error.response
        return f"HTTP status {response.status_code}" if response is not None else _one_line(error)
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


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:160] or type(error).__name__
