"""batch/archives.py: the pictures of ZIP and TAR, and what is refused in one line."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import draw_digit
from PIL import Image

from inkdigits import spec
from inkdigits.batch.archives import jobs_in_archive
from inkdigits.batch.job import Job
from inkdigits.errors import SourceError
from inkdigits.picture.sources import load


def png(digit: int, form: str = "PNG", **how: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(draw_digit(digit)).save(buffer, form, **how)
    return buffer.getvalue()


MEMBERS = {
    "b/1.png": png(1),
    "a/1.png": png(7),
    "notes.txt": b"no picture",
    ".hidden.png": b"",
    "scan.tiff": png(4, "TIFF", save_all=True, append_images=[Image.fromarray(draw_digit(7))]),
}


def packed(path: Path, members: dict[str, bytes]) -> Path:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return path
    mode = {".tar": "w", ".gz": "w:gz", ".bz2": "w:bz2", ".xz": "w:xz"}[path.suffix]
    with tarfile.open(path, mode) as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("link.png")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return path


@pytest.fixture
def jobs(tmp_path: Path) -> Callable[[Path], list[Job]]:
    def found(path: Path) -> list[Job]:
        folder = tmp_path / "temporary"
        folder.mkdir()
        return list(jobs_in_archive(str(path), lambda: folder))

    return found


def reason(job: Job) -> str:
    return (job.failure and job.failure.error) or ""


@pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz", ".tar.bz2", ".tar.xz"])
def test_the_pictures_and_their_pages_are_jobs(
    tmp_path: Path, jobs: Callable[[Path], list[Job]], ending: str
):
    path = packed(tmp_path / f"cells{ending}", MEMBERS)
    found = jobs(path)
    names = ["b/1.png", "a/1.png", "scan.tiff#1", "scan.tiff#2"]
    assert [job.name for job in found] == [f"{path}/{name}" for name in names]
    assert [job.folder for job in found] == [Path("b"), Path("a"), Path(), Path()]
    for job, digit in zip(found, (1, 7, 4, 7), strict=True):
        assert job.source is not None
        assert (load(job.source) == draw_digit(digit)).all()


@pytest.mark.parametrize("ending", [".zip", ".tar"])
@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("../out.png", "leads out"),
        ("/etc/out.png", "leads out"),
        ("a\\..\\..\\out.png", "leads out"),
        ("C:/out.png", "leads out"),
        ("more.zip", "archive in an archive"),
        ("more.tar.gz", "archive in an archive"),
    ],
)
def test_what_must_not_be_read_is_a_row_and_the_others_are_read(
    tmp_path: Path, jobs: Callable[[Path], list[Job]], ending: str, name: str, word: str
):
    refused, read = jobs(packed(tmp_path / f"cells{ending}", {name: png(1), "1.png": png(7)}))
    assert word in reason(refused)
    assert read.failure is None
    assert not list(tmp_path.rglob("out.png"))


@pytest.mark.parametrize("ending", [".zip", ".tar.gz"])
def test_a_bomb_is_refused_and_leaves_nothing(
    tmp_path: Path, jobs: Callable[[Path], list[Job]], monkeypatch: pytest.MonkeyPatch, ending: str
):
    monkeypatch.setattr(spec, "MAX_ARCHIVE_BYTES", 3 << 20)
    (only,) = jobs(packed(tmp_path / f"bomb{ending}", {"1.bmp": bytes(9 << 20)}))
    assert "is a bomb" in reason(only)
    assert sum(path.stat().st_size for path in (tmp_path / "temporary").iterdir()) <= 4 << 20


def test_a_member_is_never_read_beyond_what_a_picture_may_have(
    tmp_path: Path, jobs: Callable[[Path], list[Job]], monkeypatch: pytest.MonkeyPatch
):
    (only,) = jobs(packed(tmp_path / "cells.zip", {"1.bmp": b"BM" + bytes(9 << 20)}))
    monkeypatch.setattr(spec, "MAX_SOURCE_BYTES", 1 << 20)
    with pytest.raises(Exception, match="too large"):
        load(only.source)  # pyright: ignore


def test_damaged_locked_vanished_and_empty_archives_are_a_row_each(
    tmp_path: Path, jobs: Callable[[Path], list[Job]]
):
    whole = packed(tmp_path / "cells.zip", {"1.png": png(1)})
    content = bytearray(whole.read_bytes())
    for start in (content.find(b"PK\1\2") + 8, 6):
        content[start] |= 1  # its members have a password
    (tmp_path / "locked.zip").write_bytes(content)
    (tmp_path / "half.zip").write_bytes(whole.read_bytes()[:50])
    packed(tmp_path / "none.zip", {"notes.txt": b""})
    for name, word in (("locked", "password"), ("half", "not a zip"), ("none", "no picture")):
        (only,) = jobs_in_archive(str(tmp_path / f"{name}.zip"), lambda: tmp_path)
        assert word in reason(only)
    (only,) = jobs(whole)
    whole.unlink()
    with pytest.raises(Exception, match="No such file"):
        load(only.source)  # pyright: ignore
    assert "No such file" in reason(next(jobs_in_archive(str(whole), lambda: tmp_path)))


def test_of_members_of_one_name_each_is_read(tmp_path: Path):
    path = tmp_path / "twice.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("1.png", png(1))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("1.png", b"no picture")
    first, second = jobs_in_archive(str(path), lambda: tmp_path)
    assert (first.name, second.name) == (f"{path}/1.png",) * 2
    assert first.source is not None and load(first.source).any()
    with pytest.raises(SourceError):
        load(second.source)


def test_members_with_no_name_of_their_own_are_left_out(tmp_path: Path):
    path = packed(tmp_path / "odd.zip", {".": b"", "?.png": png(1), "/": b"", "1.png": png(1)})
    path.write_bytes(path.read_bytes().replace(b"?.png", b"\0.png"))
    assert [job.name for job in jobs_in_archive(str(path), lambda: tmp_path)] == [f"{path}/1.png"]
