"""batch/moved.py: what is moved is whole, none goes over another."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest

from inkdigits.batch import moved
from inkdigits.batch.moved import move_into
from inkdigits.errors import OutputError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "inbox" / "a.png"
    path.parent.mkdir()
    path.write_text("new")
    return path


def test_a_file_goes_where_it_was_found_and_over_no_other(tmp_path: Path, source: Path):
    done = tmp_path / "done"
    assert move_into(done, source, "sub/a.png") == done / "sub" / "a.png"
    for text in ("second", "third"):
        source.write_text(text)
        move_into(done, source, "sub/a.png")
    told = {path.name: path.read_text() for path in (done / "sub").iterdir()}
    assert told == {"a.png": "new", "a-2.png": "second", "a-3.png": "third"}
    assert not source.exists()
    assert move_into(done, source, "sub/a.png") is None  # it is gone


def other_file_system(monkeypatch: pytest.MonkeyPatch, source: Path) -> None:
    def rename(self: Path, target: Path) -> Path:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    stat = Path.stat

    def told(self: Path, **how: bool) -> os.stat_result:
        status = stat(self, **how)
        values = list(status[:10])
        values[2] = 1 if self == source else 2
        exact = {"st_mtime_ns": status.st_mtime_ns, "st_atime_ns": status.st_atime_ns}
        return os.stat_result(values, exact | {name: getattr(status, name) for name in ("st_blocks",)})

    monkeypatch.setattr(Path, "rename", rename)
    monkeypatch.setattr(moved.Path, "stat", told)


def test_between_file_systems_it_is_copied_with_its_time(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
):
    before = source.stat().st_mtime_ns
    other_file_system(monkeypatch, source)
    target = move_into(tmp_path / "done", source, "a.png")
    assert target is not None
    assert (target.read_text(), target.stat().st_mtime_ns) == ("new", before)
    assert [path.name for path in (tmp_path / "done").iterdir()] == ["a.png"]
    assert not source.exists()


def test_a_copy_that_a_kill_left_beside_its_original_is_not_made_twice(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "done").mkdir()
    shutil.copy2(source, tmp_path / "done" / "a.png")
    other_file_system(monkeypatch, source)
    assert move_into(tmp_path / "done", source, "a.png") == tmp_path / "done" / "a.png"
    assert [path.name for path in (tmp_path / "done").iterdir()] == ["a.png"]
    assert not source.exists()


def test_what_cannot_be_moved_is_one_line(tmp_path: Path, source: Path):
    (tmp_path / "done").write_text("a file")
    with pytest.raises(OutputError, match="cannot move") as told:
        move_into(tmp_path / "done", source, "a.png")
    assert "\n" not in str(told.value)
    assert source.read_text() == "new"
