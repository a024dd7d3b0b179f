"""benchmarks/survive.py: odd inputs are survived, the same ones for the same numbers, and faults are told."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from inkdigits.reader import Reader
from inkdigits.readings import Reading

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
INPUTS = 40  # of each ten one is no picture, two are broken files, two odd ones, one is an odd array


@pytest.fixture(scope="module")
def survive() -> ModuleType:
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import survive
    finally:
        sys.path.remove(str(BENCHMARKS))
    return survive


class _Raising:
    """A reader that is broken."""

    def read_many(self, sources: list[object], expect: str) -> list[Reading]:
        raise ZeroDivisionError(f"{len(sources)} {expect}")


def test_a_reader_survives_some_of_them(survive: ModuleType):
    reader = Reader()
    for number in range(INPUTS):
        odd = survive.odd_input(1, number)
        answer, fault = survive._read(reader, odd)
        assert not fault, f"input {number} of seed 1, {odd.name}, {odd.expect}: {answer} {fault}"


def test_an_input_is_the_same_for_the_same_number(survive: ModuleType):
    for number in (1, 3, 6, 7, 8, 9):
        first, again = (survive.odd_input(5, number) for _ in range(2))
        assert (first.name, first.expect) == (again.name, again.expect)
        assert type(first.source) is type(again.source)
        assert np.array_equal(np.asarray(first.source), np.asarray(again.source))
    assert survive.odd_input(5, 6).name != survive.odd_input(6, 6).name


def test_what_is_raised_or_cannot_be_is_a_fault(survive: ModuleType):
    odd = survive.odd_input(1, 6)
    answer, fault = survive._read(_Raising(), odd)
    assert answer == "raised"
    assert "ZeroDivisionError" in fault
    assert survive.impossible(Reading("a", "ok", "7", 0.9)) == ""
    assert "confidence" in survive.impossible(Reading("a", "ok", "7", float("nan")))
    assert "text" in survive.impossible(Reading("a", "empty", "7", 0.9))
    assert "several lines" in survive.impossible(Reading("a", "error", error="one\ntwo"))


def test_too_much_time_or_memory_is_a_fault(survive: ModuleType):
    def judged(seconds: float, megabytes: float) -> str:
        return survive.Outcome("api", 1, "a", "ok", seconds, megabytes, "").judged().fault

    assert judged(0.5, 200) == ""
    assert judged(2.5, 200) == "2.5 s"
    assert judged(0.5, 1200) == "1200 MB"


def test_the_counts_name_what_took_the_most(survive: ModuleType):
    outcomes = [
        survive.Outcome("api", number, f"input {number}", "ok", number, 100, "") for number in range(9)
    ]
    outcomes.append(survive.Outcome("cli", 9, "input 9", "exit 1", 0.1, 300, "Traceback"))
    api, cli, seconds, memory = survive.summary(outcomes)
    assert api == "api: 9 inputs, 0 not survived; 9 x ok"
    assert cli == "cli: 1 inputs, 1 not survived; 1 x exit 1"
    assert seconds.startswith("most seconds: 8.00 s api 8 input 8; ")
    assert memory.startswith("most megabytes: 300.00 MB cli 9 input 9; ")
