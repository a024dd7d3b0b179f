"""benchmarks/survive.py and its parts: odd inputs are survived, faults are told, a stopped run goes on."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from inkdigits.reader import Reader
from inkdigits.readings import Reading

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
INPUTS = 40  # of each ten one is no picture, two are broken files, two odd ones, one is an odd array


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("survive_parts")


@pytest.fixture
def survive(parts: ModuleType) -> ModuleType:
    del parts  # the same folder
    return importlib.import_module("survive")


class _Raising:
    """A reader that is broken."""

    def read_many(self, sources: list[object], expect: str) -> list[Reading]:
        raise ZeroDivisionError(f"{len(sources)} {expect}")


def test_a_reader_survives_some_of_them(parts: ModuleType):
    reader = Reader()
    for number in range(INPUTS):
        odd = parts.odd_input(1, number)
        answer, fault = parts.read(reader, odd)
        assert not fault, f"input {number} of seed 1, {odd.name}, {odd.expect}: {answer} {fault}"


def test_an_input_is_the_same_for_the_same_number(parts: ModuleType):
    for number in (1, 3, 6, 7, 8, 9):
        first, again = (parts.odd_input(5, number) for _ in range(2))
        assert (first.name, first.expect) == (again.name, again.expect)
        assert type(first.source) is type(again.source)
        assert np.array_equal(np.asarray(first.source), np.asarray(again.source))
    assert parts.odd_input(5, 6).name != parts.odd_input(6, 6).name


def test_what_is_raised_or_cannot_be_is_a_fault(parts: ModuleType):
    odd = parts.odd_input(1, 6)
    answer, fault = parts.read(_Raising(), odd)
    assert answer == "raised"
    assert "ZeroDivisionError" in fault
    assert parts.impossible(Reading("a", "ok", "7", 0.9)) == ""
    assert "confidence" in parts.impossible(Reading("a", "ok", "7", float("nan")))
    assert "text" in parts.impossible(Reading("a", "empty", "7", 0.9))
    assert "several lines" in parts.impossible(Reading("a", "error", error="one\ntwo"))


def test_too_much_time_or_memory_is_a_fault(parts: ModuleType):
    def judged(seconds: float, megabytes: float) -> str:
        return parts.Outcome("api", 1, "a", "ok", seconds, megabytes, "").judged().fault

    assert judged(0.5, 200) == ""
    assert judged(2.5, 200) == "2.5 s"
    assert judged(0.5, 1200) == "1200 MB"


def test_the_counts_name_what_took_the_most(survive: ModuleType, parts: ModuleType):
    outcomes = [parts.Outcome("api", number, f"input {number}", "ok", number, 100, "") for number in range(9)]
    outcomes.append(parts.Outcome("cli", 9, "input 9", "exit 1", 0.1, 300, "Traceback"))
    api, cli, seconds, memory = survive.summary(outcomes)
    assert api == "api: 9 inputs, 0 not survived; 9 x ok"
    assert cli == "cli: 1 inputs, 1 not survived; 1 x exit 1"
    assert seconds.startswith("most seconds: 8.00 s api 8 input 8; ")
    assert memory.startswith("most megabytes: 300.00 MB cli 9 input 9; ")


def test_rows_that_are_lost_doubled_or_of_nothing_are_seen(parts: ModuleType):
    names = {"a.png", "b#2.png", "c.tiff"}
    assert parts._lost_or_doubled(["a.png", "b#2.png", "c.tiff#1", "c.tiff#2"], names) == ""
    assert "lost ['a.png']" in parts._lost_or_doubled(["b#2.png", "c.tiff"], names)
    assert "doubled ['a.png']" in parts._lost_or_doubled(["a.png", "a.png", "b#2.png", "c.tiff"], names)
    assert "not asked for ['d.png']" in parts._lost_or_doubled([*names, "d.png"], names)


def test_a_stopped_run_goes_on_behind_what_it_has_kept(
    survive: ModuleType,
    parts: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    fed: list[int] = []

    def part(seed: int, numbers: range) -> Iterator[object]:
        for number in numbers:
            if number == stops_at:
                raise KeyboardInterrupt
            fed.append(number)
            yield parts.Outcome("api", number, "a", "ok", 0.1, 100, "")

    monkeypatch.setitem(parts.PARTS, "api", part)
    kept, told = tmp_path / "kept.jsonl", tmp_path / "told.json"
    asked = ["--inputs", "6", "--only", "api", "--kept", str(kept)]
    stops_at = 3
    with pytest.raises(KeyboardInterrupt):
        survive.main(asked)
    kept.write_text(kept.read_text() + '{"part": "api", "num')  # cut off by a kill
    stops_at = -1
    assert survive.main([*asked, "--resume", "--json", str(told)]) == 0
    assert fed == list(range(6))
    assert [one["number"] for one in json.loads(told.read_text())] == fed
    assert capsys.readouterr().out.startswith("api: 6 inputs, 0 not survived")
    with pytest.raises(SystemExit, match="is of another run"):
        survive.main([*asked, "--resume", "--seed", "2"])
