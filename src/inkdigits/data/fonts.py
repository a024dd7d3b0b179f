"""Fonts for the printed words of training scenes, and for words in handwriting: fetched from npm, by hash.

All are under the SIL Open Font License 1.1 and are packed by Fontsource; ``fonts.txt`` names each with its
version and the SHA-512 of its archive. They are used while scenes are drawn and are no part of any model.
"""

from __future__ import annotations

import base64
import hashlib
import tarfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inkdigits.data.download import fetch
from inkdigits.errors import DownloadError
from inkdigits.files import replacing

__all__ = ["FOLDER", "REGISTRIES", "FontPackage", "fetch_fonts", "known_fonts", "missing_fonts"]

FOLDER = "fonts"  # in the folder of data sets
REGISTRIES = ("https://registry.npmjs.org/",)

_LIST = Path(__file__).with_name("fonts.txt")
_WEIGHTS = (400, 700)  # regular and bold; not every family has both


@dataclass(frozen=True)
class FontPackage:
    """A family of fonts as npm has it.

    Attributes:
        use: "print", or "hand" for one that looks like handwriting; the folder that it is kept in.
        name: of the package, without Fontsource's scope.
        version: of the package.
        sha512: of its archive, in base64.
    """

    use: str
    name: str
    version: str
    sha512: str

    def address(self, registry: str) -> str:
        """Returns where a registry, whose address ends in "/", has the archive."""
        return f"{registry}@fontsource/{self.name}/-/{self.name}-{self.version}.tgz"

    def file(self, folder: Path, weight: int = 400) -> Path:
        """Returns where the font is kept in the folder of fonts."""
        return folder / self.use / f"{self.name}-{weight}.woff"


def known_fonts() -> tuple[FontPackage, ...]:
    """Returns the families that ``fonts.txt`` names."""
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return tuple(FontPackage(*line.split()) for line in lines if line and not line.startswith("#"))


def missing_fonts(folder: Path, packages: Sequence[FontPackage] | None = None) -> tuple[FontPackage, ...]:
    """Returns the families that a folder does not hold; of those in ``fonts.txt`` where none are given."""
    wanted = known_fonts() if packages is None else packages
    return tuple(package for package in wanted if not package.file(folder).is_file())


def fetch_fonts(
    folder: Path,
    packages: Sequence[FontPackage] | None = None,
    *,
    registries: Sequence[str] = REGISTRIES,
    progress: bool | None = None,
    pause: float = 1.0,
) -> int:
    """Downloads the families that a folder of fonts lacks; what is there is kept.

    Args:
        folder: made when it does not exist.
        packages: families; those of ``fonts.txt`` where None.
        registries: addresses of npm registries, each ending in "/"; asked in turn.
        progress: whether to show a progress bar on stderr; None: only when stderr is a terminal.
        pause: seconds before each is asked a second time.

    Returns:
        How many families were fetched.

    Raises:
        DownloadError: no registry gave an archive with the right hash; families before it are kept.
        OutputError: ``folder`` cannot be written.
        MissingExtraError: pooch is not installed.
    """
    missing = missing_fonts(folder, packages)
    for package in missing:
        archive = fetch(
            f"{package.name}-{package.version}.tgz",
            folder,
            [package.address(registry) for registry in registries],
            lambda path, expected=package.sha512: _wrong(path, expected),
            expected=f"the archive with SHA-512 {package.sha512[:12]}…",
            progress=progress,
            pause=pause,
        )
        try:
            _unpack(archive, package, folder)
        finally:
            archive.unlink()
    return len(missing)


def _wrong(path: Path, sha512: str) -> str | None:
    received = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
    return None if received == sha512 else f"SHA-512 {received[:12]}…"


def _unpack(archive: Path, package: FontPackage, folder: Path) -> None:
    """Takes the Latin fonts out of an archive, regular last: where it is, all of the family is."""
    found: dict[int, bytes] = {}
    try:
        with tarfile.open(archive) as tar:
            for weight in _WEIGHTS:
                name = f"package/files/{package.name}-latin-{weight}-normal.woff"
                member = tar.extractfile(name) if name in tar.getnames() else None
                if member is not None:
                    found[weight] = member.read()
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise DownloadError(
            f"{archive.name} cannot be unpacked ({error}); expected a gzipped archive of npm; try again"
        ) from error
    if 400 not in found:
        raise DownloadError(
            f"{archive.name} holds no regular Latin font; expected "
            f"package/files/{package.name}-latin-400-normal.woff in it; take another version in fonts.txt"
        )
    for weight in sorted(found, reverse=True):
        with replacing(package.file(folder, weight)) as temporary:
            temporary.write_bytes(found[weight])
