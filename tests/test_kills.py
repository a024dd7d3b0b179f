"""benchmarks/kills.py: a few kills of what starts fast, and that a fault would be seen."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells the processes")


@pytest.fixture
def kills(root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(root / "benchmarks")
    return importlib.import_module("kills")


@pytest.fixture
def processes(kills: ModuleType) -> ModuleType:
    return importlib.import_module("kills_processes")


@pytest.fixture
def cases(kills: ModuleType) -> ModuleType:
    return importlib.import_module("kills_cases")


class Middle:
    """In the place of chance: the middle of what is asked for."""

    @staticmethod
    def uniform(low: float, high: float) -> float:
        return (low + high) / 2


@pytest.mark.parametrize("name", ["serve", "read"])
def test_nothing_is_lost_doubled_or_left_running(
    kills: ModuleType, cases: ModuleType, tmp_path: Path, name: str
):
    figures = kills.run_case(cases.CASES[name](tmp_path), 2, Middle())
    assert (figures.kills, dict(figures.faults)) == (2, {})


def test_a_process_that_is_left_is_seen_and_ended(processes: ModuleType, monkeypatch: pytest.MonkeyPatch):
    import subprocess

    monkeypatch.setattr(processes, "END_S", 0.0)
    process = subprocess.Popen(["sleep", "3600"], start_new_session=True)
    assert processes.left_running(process.pid) == ["left running: 1 of its processes"]
    assert process.wait(60) == -9
    assert processes.left_running(process.pid) == []


def test_a_correction_that_is_gone_or_doubled_is_seen(cases: ModuleType, tmp_path: Path):
    serve = cases.CASES["serve"](tmp_path)
    folder = tmp_path / "corrected" / "7"
    folder.mkdir(parents=True)
    body, _ = importlib.import_module("kills_serve")._form(1)
    picture = body[body.index(b"\x89PNG") : body.index(b"\r\n--x--")]
    (folder / "a.png").write_bytes(picture)
    serve._sent, serve._acknowledged = 3, {"a"}
    assert serve._checked() == []
    serve._acknowledged = {"a", "b"}
    assert serve._checked() == ["lost: 1"]
    serve._acknowledged = {"a"}
    (folder / "c.png").write_bytes(picture)
    assert serve._checked() == ["doubled: a correction is there twice"]
    (folder / "c.png").write_bytes(picture[:40])
    assert serve._checked() == ["a picture is not whole"]


def test_a_table_with_a_row_less_is_seen(cases: ModuleType, tmp_path: Path):
    read = cases.Read(tmp_path)
    read._whole = [["file", "text"], ["a", "1"], ["b", "2"]]
    (tmp_path / "digits.csv").write_text("file,text\na,1\n")
    assert read._checked() == ["rows are lost, doubled or changed"]
    (tmp_path / "digits.csv").write_text("file,text\na,1\nb,2\n")
    assert read._checked() == []


def test_a_stopped_run_goes_on_behind_what_it_has_kept(
    kills: ModuleType, processes: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    told: list[float] = []

    class Case:
        def __init__(self, folder: Path) -> None:
            assert folder.is_dir()

        def prepare(self) -> float:
            return 1.0

        def kill(self, after: float) -> object:
            if len(told) == stops_at:
                raise KeyboardInterrupt
            told.append(after)
            return processes.Killed(True, ["lost: 1"] if len(told) == 2 else [])

        def finish(self) -> list[str]:
            return []

    monkeypatch.setattr(kills, "CASES", {"read": Case})
    asked = ["--kills", "5", "--kept", str(tmp_path / "kept.json")]
    stops_at = 3
    with pytest.raises(KeyboardInterrupt):
        kills.main(asked)
    stops_at = -1
    assert kills.main([*asked, "--resume"]) == 1  # the fault before the stop counts
    assert len(told) == len(set(told)) == 5
    assert kills.main([*asked, "--resume"]) == 1  # and all of it is known now
    assert len(told) == 5
    with pytest.raises(SystemExit, match="is of another run"):
        kills.main([*asked, "--resume", "--seed", "2"])
