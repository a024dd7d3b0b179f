"""batch/parts.py: how many jobs a process of a cluster is given at a time."""

from pathlib import Path

import pytest

from inkdigits.batch.job import Job
from inkdigits.batch.parts import _parts


@pytest.mark.parametrize(
    ("jobs", "processes", "size"),
    [
        (50_000, 2, 64),  # Ray takes as long for a part as for ten cells
        (2_000, 2, 64),
        (2_000, 100, 16),  # every process has one at least
        (10, 4, 10),
        (200_000, 2, 100),  # nor are there more and more parts
        (10_000_000, 1600, 256),
    ],
)
def test_parts_are_large_where_every_process_has_several(jobs: int, processes: int, size: int):
    each = [Job("a", Path("a"))] * jobs
    parts = _parts(each, processes)
    assert len(parts[0]) == size
    assert sum(map(len, parts)) == jobs
