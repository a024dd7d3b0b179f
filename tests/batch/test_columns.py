"""batch/columns.py: a column of pictures, as bytes or as data sets have it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from batch.test_archives import png, reason
from conftest import draw_digit

from inkdigits.batch.columns import jobs_in_table
from inkdigits.errors import SourceError
from inkdigits.picture.sources import load

pa: Any = pytest.importorskip("pyarrow")


def table(path: Path, columns: dict[str, list[Any]], rows: int = 2) -> str:
    from pyarrow import parquet

    parquet.write_table(pa.table(columns), path, row_group_size=rows)
    return str(path)


@pytest.mark.parametrize("wrapped", [False, True])
def test_each_row_is_a_picture(tmp_path: Path, wrapped: bool):
    cells: list[Any] = [png(1), png(4), png(7)]
    if wrapped:
        cells = [{"bytes": cell, "path": f"{place}.png"} for place, cell in enumerate(cells)]
    path = table(tmp_path / "cells.parquet", {"label": [1, 4, 7], "image": cells, "other": [b"", b"", b""]})
    found = list(jobs_in_table(path))
    assert [job.name for job in found] == [f"{path}/{number}" for number in (1, 2, 3)]
    for job, digit in zip(found, (1, 4, 7), strict=True):
        assert job.source is not None
        assert (load(job.source) == draw_digit(digit)).all()


def test_a_row_without_a_picture_and_a_table_without_a_column_are_told(tmp_path: Path):
    (job,) = jobs_in_table(table(tmp_path / "null.parquet", {"scan": pa.array([None], pa.binary())}))
    with pytest.raises(SourceError, match="received null"):
        load(job.source)  # pyright: ignore
    for columns, word in (
        ({"a": [1]}, "0 columns"),
        ({"a": [b""], "b": [b""]}, "2 columns of pictures (a, b)"),
    ):
        (job,) = jobs_in_table(table(tmp_path / "odd.parquet", columns))
        assert word in reason(job)
    (tmp_path / "text.parquet").write_text("no table")
    (job,) = jobs_in_table(str(tmp_path / "text.parquet"))
    assert "cannot read" in reason(job)
