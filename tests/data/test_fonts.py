"""fonts.py: families come from npm whole and by their hash, once, over a server on this machine."""

from __future__ import annotations

import base64
import re

import pytest
from font_packages import package_of, packed
from mirrors import ok

from inkdigits.data.fonts import FOLDER, fetch_fonts, known_fonts, missing_fonts
from inkdigits.errors import DownloadError


def test_a_family_is_unpacked_where_its_use_says_and_fetched_once(mirrors, tmp_path):
    archive = packed("made", 300, 400, 700)
    package = package_of(archive, "hand")
    registries = mirrors.serve(npm=[ok(archive)])
    for expected in (1, 0):
        assert fetch_fonts(tmp_path / FOLDER, [package], registries=registries, progress=False) == expected
    assert mirrors.asked == ["npm"]
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file())
    assert files == ["fonts/hand/made-400.woff", "fonts/hand/made-700.woff"]
    assert package.file(tmp_path / FOLDER).read_bytes() == b"made-latin-400-normal.woff"


def test_another_registry_helps_where_one_has_something_else(mirrors, tmp_path):
    archive = packed("made", 400)
    registries = mirrors.serve(bad=[ok(archive + b"!")], good=[ok(archive)])
    assert fetch_fonts(tmp_path, [package_of(archive)], registries=registries, progress=False) == 1
    assert mirrors.asked == ["bad", "good"]


@pytest.mark.parametrize("answer", [(404, b"no", 2), ok(b"something else")], ids=["404", "wrong hash"])
def test_what_nobody_has_is_an_error_and_leaves_nothing(mirrors, tmp_path, answer):
    package = package_of(packed("made", 400))
    registries = mirrors.serve(npm=[answer])
    with pytest.raises(
        DownloadError, match=r"cannot download made-1\.0\.0\.tgz: expected the archive with SHA-512"
    ):
        fetch_fonts(tmp_path, [package], registries=registries, progress=False, pause=0.0)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("archive", [packed("other", 400), packed("made", 700), b"no archive"])
def test_an_archive_without_the_font_is_an_error(mirrors, tmp_path, archive):
    registries = mirrors.serve(npm=[ok(archive)])
    with pytest.raises(DownloadError, match="made-1"):
        fetch_fonts(tmp_path, [package_of(archive)], registries=registries, progress=False)
    assert list(tmp_path.iterdir()) == []


def test_the_known_families_are_pinned(tmp_path):
    known = known_fonts()
    assert len({package.name for package in known}) == len(known) >= 30
    for package in known:
        assert package.use in ("print", "hand")
        assert re.fullmatch(r"\d+\.\d+\.\d+", package.version)
        assert len(base64.b64decode(package.sha512)) == 64
        assert package.address("https://r/").endswith(f"/{package.name}-{package.version}.tgz")
    assert missing_fonts(tmp_path) == known
