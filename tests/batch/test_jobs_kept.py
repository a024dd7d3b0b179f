"""All jobs are listed before the first is read: in little memory, and each as it was."""

import subprocess
import sys
from pathlib import Path

import pytest

from inkdigits.batch.engine import jobs_left
from inkdigits.batch.job import Job, Jobs, failed, turns_of

MADE = [
    Job("a/1.png", Path("a/1.png"), folder=Path("deep/er")),
    Job("./2.png", Path("2.png")),  # named otherwise than its path is written
    failed("gone.png", "cannot be read"),
    Job("<stdin>", b"\x89PNG"),
    Job("f#1", Path("f#1"), more=(Path("f#2"),)),
    Job("a/1.png", Path("a/1.png"), folder=Path("deep/er")),
]


def test_each_job_is_as_it_was() -> None:
    kept = Jobs(MADE)
    assert len(kept) == len(MADE)
    assert list(kept) == MADE
    assert [kept[at] for at in range(-len(MADE), 0)] == MADE


@pytest.mark.parametrize("part", [slice(1, 4), slice(None, None, -1), slice(4, 99)])
def test_a_part_of_them_is_kept_as_they_are(part: slice) -> None:
    kept = Jobs(MADE)[part]
    assert isinstance(kept, Jobs)
    assert list(kept) == MADE[part]


def test_past_the_end_there_is_none() -> None:
    with pytest.raises(IndexError):
        Jobs(MADE)[len(MADE)]


TAKEN = """
import sys, tracemalloc
from pathlib import Path
from inkdigits.batch.job import Job, Jobs

def jobs():
    paths = [Path(f"/scans/of/the/year/box-{number // 100}/{number}.png") for number in range(2000)]
    return [Job(str(path), path, folder=Path(path.parent.name)) for path in paths]

tracemalloc.start()
kept = (Jobs if sys.argv[1] == "Jobs" else list)(jobs())
print(tracemalloc.get_traced_memory()[0])
"""


def test_a_file_takes_little_more_than_its_name() -> None:
    def taken(keep: str) -> int:  # in a process of its own, where nothing else takes memory
        return int(
            subprocess.run([sys.executable, "-c", TAKEN, keep], capture_output=True, check=True).stdout
        )

    assert taken("Jobs") < taken("list") / 4


def test_what_is_done_is_left_out_by_its_turn() -> None:
    left = jobs_left(MADE, lambda name, nth: name == "<stdin>" or (name == "a/1.png" and nth == 0))
    assert list(left) == [(job, 1 if at == 5 else 0) for at, job in enumerate(MADE) if at not in (0, 3)]


def test_the_turn_of_a_job_is_which_of_its_name_it_is() -> None:
    assert list(turns_of([Job(name, Path(name)) for name in "abacaba"])) == [0, 0, 1, 0, 2, 1, 3]
