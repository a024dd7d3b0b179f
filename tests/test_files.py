"""files.py: a file is whole or absent, also when the writing of it fails."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from inkdigits import files
from inkdigits.errors import OutputError


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_content_is_written_and_replaces_what_was_there(tmp_path: Path):
    path = tmp_path / "new" / "folder" / "a.txt"
    files.write_text(path, "né 7\n")
    files.write_text(path, "né 8\n")
    assert path.read_bytes() == "né 8\n".encode()
    files.write_bytes(path, b"\x00\xff")
    assert path.read_bytes() == b"\x00\xff"
    assert names(path.parent) == ["a.txt"]


def test_the_temporary_path_lies_beside_and_keeps_the_suffix(tmp_path: Path):
    with files.replacing(tmp_path / "figure.png") as temporary:
        assert temporary.parent == tmp_path  # a rename across disks would not be atomic
        assert temporary.suffix == ".png"
        assert temporary.name != "figure.png"


@pytest.mark.parametrize("error", [ValueError("of the caller"), KeyboardInterrupt()])
def test_a_block_that_fails_leaves_the_old_content_and_no_litter(tmp_path: Path, error: BaseException):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(type(error)), files.replacing(path) as temporary:
        temporary.write_text("half")
        raise error
    assert path.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_full_disk_leaves_the_old_content_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")

    def full(self: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(
        OutputError, match=r"cannot write .*a\.bin: No space left on device; free some space"
    ) as caught:
        files.write_bytes(path, b"new")
    monkeypatch.undo()
    assert isinstance(caught.value.__cause__, OSError)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


def test_a_folder_in_the_way_is_an_error_and_not_a_loss(tmp_path: Path):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "kept.txt").write_text("kept")
    with pytest.raises(OutputError, match="cannot write"):
        files.write_text(tmp_path / "taken", "x")
    assert (tmp_path / "taken" / "kept.txt").read_text() == "kept"
    assert names(tmp_path) == ["taken"]


def test_a_file_where_a_folder_should_be_is_an_error(tmp_path: Path):
    (tmp_path / "file").write_text("kept")
    with pytest.raises(OutputError, match="cannot write"):
        files.write_text(tmp_path / "file" / "a.txt", "x")
    assert (tmp_path / "file").read_text() == "kept"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_others_may_read_what_was_written(tmp_path: Path):
    files.write_text(tmp_path / "a.txt", "x")
    assert stat.S_IMODE((tmp_path / "a.txt").stat().st_mode) == 0o644  # mkstemp alone gives 0o600


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_killed_process_leaves_the_old_content(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    code = (
        "import os, signal, sys; from inkdigits.files import replacing\n"
        "with replacing(sys.argv[1]) as temporary:\n"
        "    temporary.write_text('half'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_text() == "old"
