"""review/journal.py, answers.py: every answer stays, the last one holds, nobody gets a cell of another."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from inkdigits.errors import ConfigError, OutputError
from inkdigits.review import journal as module
from inkdigits.review.answers import AnsweredError, Person
from inkdigits.review.journal import Journal

ANN, BEN = Person("Ann", "tab-ann"), Person("Ben", "tab-ben")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "readings.jsonl.review"


def test_an_answer_holds_for_who_opens_the_file_next(path: Path):
    Journal(path, "a").add("one", 3, "text", "17", ANN)
    (answer,) = Journal(path, "a").standing().values()
    assert (answer.cell, answer.verdict, answer.text, answer.who) == (3, "text", "17", "Ann")
    assert answer.at.endswith("+00:00")


def test_what_is_sent_twice_counts_once_and_a_second_answer_is_refused(path: Path):
    journal = Journal(path, "a")
    first = journal.add("one", 3, "text", "17", ANN)
    assert journal.add("one", 3, "text", "17", ANN) == first
    with pytest.raises(AnsweredError, match="Ann has answered this cell by now: '17'"):
        journal.add("two", 3, "text", "18", BEN)
    assert len(journal.histories()[3]) == 1


def test_undo_gives_the_cell_back_and_both_answers_stay(path: Path):
    journal = Journal(path, "a")
    journal.add("one", 3, "text", "17", ANN)
    undone = journal.undo("two", "one", ANN)
    assert journal.undo("two", "one", ANN) == undone
    assert journal.standing() == {}
    assert journal.lease(range(9), BEN.tab, 9) == [0, 1, 2, 4, 5, 6, 7, 8]
    journal.add("three", 3, "other", "", ANN)
    assert [answer.verdict for answer in journal.histories()[3]] == ["text", "undo", "other"]
    with pytest.raises(AnsweredError, match="does not hold any more"):
        journal.undo("four", "one", BEN)


def test_undoing_leads_back_to_what_held_before(path: Path):
    journal = Journal(path, "a")
    journal.add("one", 3, "skip", "", ANN)
    journal.add("two", 3, "text", "5", BEN)
    journal.undo("three", "two", BEN)
    assert journal.standing()[3].id == "one"


def test_a_cell_is_given_to_one_window_until_it_gives_no_sign(path: Path, monkeypatch: pytest.MonkeyPatch):
    ann, ben = Journal(path, "a"), Journal(path, "a")  # two processes
    assert ann.lease(range(5), ANN.tab, 3) == [0, 1, 2]
    assert ben.lease(range(5), BEN.tab, 3) == [3, 4]
    assert ann.lease(range(5), ANN.tab, 2) == [0, 1]
    ben.release(BEN.tab)
    assert ann.lease(range(5), ANN.tab, 9) == [0, 1, 2, 3, 4]
    later = module.time.time() + module.LEASE_S + 1
    monkeypatch.setattr(module.time, "time", lambda: later)
    assert ben.lease(range(5), BEN.tab, 2) == [0, 1]
    ben.renew(BEN.tab)
    assert ann.lease(range(5), ANN.tab, 9) == [2, 3, 4]


def test_what_was_skipped_comes_again_only_when_asked_for(path: Path):
    journal = Journal(path, "a")
    journal.add("one", 1, "skip", "", ANN)
    assert journal.lease(range(3), ANN.tab, 9) == [0, 2]
    assert journal.lease(range(3), ANN.tab, 9, again=True) == [0, 2, 1]


def test_many_at_a_time_answer_each_cell_once(path: Path):
    journals = [Journal(path, "a") for _ in range(4)]

    def work(index: int) -> list[int]:
        done: list[int] = []
        by = Person(f"P{index}", f"tab-{index}")
        while cells := journals[index].lease(range(40), by.tab, 2):
            for cell in cells:
                journals[index].add(f"{index}-{cell}", cell, "text", "1", by)
                done.append(cell)
        return done

    with ThreadPoolExecutor(4) as pool:
        done = [cell for cells in pool.map(work, range(4)) for cell in cells]
    assert sorted(done) == list(range(40))


def test_the_file_itself_lets_no_answer_be_changed_or_removed(path: Path):
    Journal(path, "a").add("one", 3, "text", "17", ANN)
    base = sqlite3.connect(path)
    for statement in ("UPDATE answers SET text = '9'", "DELETE FROM answers"):
        with pytest.raises(sqlite3.IntegrityError, match="an answer is never"):
            base.execute(statement)
    base.close()


def test_a_file_of_other_results_and_what_is_no_review_are_refused(path: Path):
    Journal(path, "a").close()
    with pytest.raises(ConfigError, match="is the review of other results"):
        Journal(path, "b")
    path.write_bytes(b"no database " * 100)
    with pytest.raises(ConfigError, match="is no review"):
        Journal(path, "a")
    with pytest.raises(OutputError, match="cannot write"):
        Journal(path.parent / "missing" / "x.review", "a")
