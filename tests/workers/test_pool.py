"""workers/pool.py: order, bounds, and what becomes of items whose worker hangs, dies or never begins."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest
from odd_work import Odd, Unborn

from inkdigits.errors import InkdigitsError
from inkdigits.workers.pool import in_workers

TIMEOUT = 3.0  # seconds; what does not hang takes none, also on a busy machine

needs_signals = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


def texts(answers: Iterator[tuple[object, str]]) -> list[str]:
    return [text for _, text in answers]


def test_answers_come_in_the_order_of_the_items():
    big = bytes(300_000)  # more than a pipe takes in
    items = [*range(50), big, *range(50), big]
    assert [item for item, _ in in_workers(Odd(), items, 2)] == items
    assert multiprocessing.active_children() == []


def test_no_more_workers_are_started_than_there_are_items():
    answers = in_workers(Odd(), [1], 8)
    next(answers)
    assert len(multiprocessing.active_children()) == 1
    answers.close()
    assert multiprocessing.active_children() == []


def test_items_are_taken_as_they_are_needed():
    taken: list[int] = []

    def endless() -> Iterator[int]:
        for number in count():
            taken.append(number)
            yield number

    answers = in_workers(Odd(), endless(), 2)
    for _ in range(10):
        next(answers)
    assert len(taken) <= 10 + 2 * 32
    answers.close()


def ahead(item: object) -> Iterator[int]:
    """Yields behind each answer how many more items one worker has taken than are answered."""
    taken = 0

    def endless() -> Iterator[object]:
        nonlocal taken
        while True:
            taken += 1
            yield item

    for answered, _ in enumerate(in_workers(Odd(), endless(), 1), 1):
        yield taken - answered


def test_a_worker_holds_many_quick_items_and_few_slow_ones():
    """What is quick must not wait for this process each time; what is slow is another's, if that is idle."""
    assert next(more for more in ahead(0) if more > 5)
    assert max(islice(ahead("slow"), 20)) <= 4


@needs_signals
@pytest.mark.parametrize("stage", ["", "load "])
def test_an_item_that_hangs_is_given_up_and_no_other(stage: str):
    answers = texts(in_workers(Odd(), ["a", f"{stage}hang", "b", "c"], 1, TIMEOUT))
    assert [text == "ok" for text in answers] == [True, False, True, True]
    assert answers[1].startswith("took longer than 3 s; ")


@needs_signals
@pytest.mark.parametrize("stage", ["", "load "])
def test_an_item_that_costs_its_worker_its_life_is_given_up_and_no_other(stage: str):
    answers = texts(in_workers(Odd(), ["a", f"{stage}die", "b", f"{stage}die", "c", "d"], 2))
    assert [text == "ok" for text in answers] == [True, False, True, False, True, True]
    assert "signal 9" in answers[1]


@needs_signals
def test_an_idle_worker_that_is_killed_is_replaced():
    answers = in_workers(Odd(), range(40), 1)
    found = [next(answers)]
    for child in multiprocessing.active_children():
        os.kill(child.pid or 0, signal.SIGKILL)
    assert [item for item, _ in found] + [item for item, _ in answers] == list(range(40))


def test_work_that_breaks_its_promise_costs_its_own_item(capfd: pytest.CaptureFixture[str]):
    answers = texts(in_workers(Odd(), ["raise", "a", "load raise", "b"], 1))
    assert [text == "ok" for text in answers] == [False, True, False, True]
    assert "a bug" in capfd.readouterr().err


def test_a_worker_that_never_begins_is_one_line(capfd: pytest.CaptureFixture[str]):
    with pytest.raises(InkdigitsError, match="__main__"):
        list(in_workers(Unborn(), [1], 1))
    assert "no number" in capfd.readouterr().err


def test_a_worker_that_ends_while_it_starts_is_not_waited_for(tmp_path: Path):
    """Its program cannot be imported, and what it was to get is more than a pipe takes in."""
    program = tmp_path / "program.py"
    program.write_text(
        "import sys\nassert __name__ == '__main__', 'no guard'\n"
        f"sys.path.insert(0, {str(Path(__file__).parent.parent)!r})\n"
        "from odd_work import Odd\nfrom inkdigits.workers.pool import in_workers\n"
        "list(in_workers(Odd(bytes(1_000_000)), [1, 2], 2))\n"
    )
    done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False, timeout=120)
    assert done.stderr.splitlines()[-1].startswith("inkdigits.errors.InkdigitsError: a worker process ended")


def test_work_that_does_not_travel_is_one_line():
    work = Odd()
    object.__setattr__(work, "folder", lambda: None)
    with pytest.raises(InkdigitsError, match="jobs=1"):
        list(in_workers(work, [1], 1))
    assert multiprocessing.active_children() == []


def test_what_gives_the_items_may_fail_behind_the_answers():
    def items() -> Iterator[int]:
        yield 1
        yield 2
        raise OSError("the list ends here")

    answers = in_workers(Odd(), items(), 2)
    assert [next(answers)[0], next(answers)[0]] == [1, 2]
    with pytest.raises(OSError, match="ends here"):
        next(answers)
    assert multiprocessing.active_children() == []


def test_no_items_no_workers(tmp_path: Path):
    assert list(in_workers(Odd(tmp_path), [], 2)) == []
