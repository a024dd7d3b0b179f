"""What lies behind an address: fetched, copied and listed through fsspec; its errors in words.

A web page's links are its folder. They are followed here, for fsspec's own walk leaves out what it cannot
list and takes two files of one name for one; of S3 and the like fsspec lists all in a request or a few.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from operator import itemgetter
from pathlib import Path
from typing import Any

from inkdigits.batch.archives import fill
from inkdigits.errors import ConfigError, MissingExtraError, SourceError, SourceNotFoundError
from inkdigits.picture.paths import printable

__all__ = ["copied", "fetched", "is_web", "listed", "matched", "path_of", "there", "whole_name"]

_CONNECT, _SILENT = 30.0, 60.0  # seconds until a server that does not answer, or stops to, is given up
_NEEDED = {"http": ("aiohttp", "remote"), "https": ("aiohttp", "remote"), "s3": ("s3fs", "s3")}
_DEEP = 30  # folders in each other; more is a page that links to itself under ever new names


def path_of(address: str) -> str:
    """Returns an address without its kind, and of a web address without host and query."""
    kind, _, path = address.partition("://")
    return path.partition("?")[0].partition("/")[2] if is_web(kind) else path


def whole_name(address: str) -> str:
    """Returns what :func:`listed` would call a folder."""
    system, path = _system(address)
    return f"{system.unstrip_protocol(path).rstrip('/')}/"


def fetched(address: str, most: int) -> bytes:
    """Returns what is behind an address, at most so many bytes.

    Raises:
        SourceError: it cannot be fetched.
    """
    with _boundary(address):
        system, path = _system(address)
        parts: list[bytes] = []
        with system.open(path, "rb") as file:
            while most > 0 and (part := file.read(most)):  # a stream gives what has come so far
                parts.append(part)
                most -= len(part)
        return b"".join(parts)


def copied(address: str, file: Path) -> None:
    """Writes what is behind an address into a file of the temporary folder.

    Raises:
        SourceError: it cannot be fetched, or there is no room left; there is no file then.
    """
    with _boundary(address):
        system, path = _system(address)
        # As a stream: not every web server gives a file in parts.
        how = {"block_size": 0} if is_web(address) else {}
        with system.open(path, "rb", **how) as stream:
            fill(file, stream, address)


def there(address: str) -> bool:
    """Tells whether there is a file of exactly this name."""
    try:
        with _boundary(address):
            system, path = _system(address)
            return bool(system.exists(path))
    except SourceError:
        return False


def matched(address: str) -> list[str]:
    """Returns the addresses that a pattern matches, sorted.

    Raises:
        SourceError: the storage cannot be asked.
    """
    with _boundary(address):
        system, path = _system(address)
        return [str(system.unstrip_protocol(one)) for one in sorted(system.glob(path))]


def listed(address: str) -> list[tuple[str, SourceError | None]]:
    """Returns the addresses of all files of a folder and its subfolders, sorted.

    What S3 marks folders with is no file. What cannot be listed, the folder or one in it, is among them, with
    the reason.
    """
    if is_web(address):
        return sorted(_linked(address), key=itemgetter(0))
    try:
        with _boundary(address):
            system, path = _system(address)
            names = [str(one) for one in sorted(system.find(path))]
            return [(str(system.unstrip_protocol(one)), None) for one in names if not one.endswith("/")]
    except SourceError as error:
        return [(address, error)]


def _linked(address: str) -> Iterator[tuple[str, SourceError | None]]:
    """Yields what a web page links to that lies below it, and what those that are folders do."""
    import html

    top = address.partition("?")[0]
    left, seen = [address], {address}
    while left:
        folder = left.pop()
        if folder.removeprefix(top).count("/") > _DEEP:
            yield (
                folder,
                SourceError(f"{printable(folder)} is more than {_DEEP} folders deep; name it itself"),
            )
            continue
        try:
            with _boundary(folder):
                system, _ = _system(address)
                links = {_normal(html.unescape(str(one))) for one in system.ls(folder, detail=False)}
        except SourceError as error:
            yield folder, error
            continue
        new = {one for one in links if one.startswith(top)} - seen
        seen |= new
        left += [one for one in new if one.endswith("/")]
        yield from ((one, None) for one in new if not one.endswith("/"))


def _normal(link: str) -> str:
    """Returns a link without ``.`` and ``..`` in its path, and without the place in a page behind ``#``."""
    before, query, after = link.partition("#")[0].partition("?")
    kind, _, path = before.partition("://")
    host, *inside = path.split("/")
    parts: list[str] = []
    for part in inside:
        if part == "..":
            del parts[-1:]
        elif part != ".":
            parts.append(part)
    if inside and inside[-1] in (".", ".."):
        parts.append("")
    return f"{kind}://{'/'.join([host, *parts])}{query}{after}"


def is_web(address: str) -> bool:
    """Tells an address of a web server, or its kind alone."""
    return address.partition(":")[0].lower() in ("http", "https")


def _system(address: str) -> tuple[Any, Any]:
    """Returns what opens an address, and its name there."""
    try:
        import fsspec  # pyright: ignore[reportMissingImports]
    except ImportError as error:
        raise MissingExtraError("fsspec", "remote") from error
    kind, _, rest = address.partition("://")
    kind = kind.lower()
    try:
        return fsspec.core.url_to_fs(f"{kind}://{rest}", **_settings(kind))
    except ImportError as error:  # it names its library for this kind of address
        if kind in _NEEDED:
            raise MissingExtraError(*_NEEDED[kind]) from error
        raise ConfigError(f"{kind}:// needs a library that is not installed: {error}") from error


def _settings(kind: str) -> dict[str, Any]:
    if not is_web(kind):
        return {"use_listings_cache": False}  # it takes a file for a folder where there are both of one name
    from aiohttp import ClientTimeout  # pyright: ignore[reportMissingImports]

    # Not how long all may take, for an archive may be large.
    return {"client_kwargs": {"timeout": ClientTimeout(None, sock_connect=_CONNECT, sock_read=_SILENT)}}


@contextmanager
def _boundary(name: str) -> Generator[None]:
    """Turns what storages raise, each in its way, into a SourceError."""
    try:
        yield
    except (ConfigError, SourceError, MissingExtraError):
        raise
    except Exception as error:
        cause = error.__cause__ if isinstance(error, FileNotFoundError) else error
        status = getattr(cause, "status", None)
        if isinstance(error, FileNotFoundError) and status in (None, 404):
            raise SourceNotFoundError(
                f"nothing at {printable(name)}, or no connection to it; check the address"
            ) from error
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        if status:
            reason = f"its server says {status} {getattr(cause, 'message', '')}".rstrip()
        raise SourceError(f"cannot fetch {printable(name)}: {reason}; try again with --resume") from error
