"""Parquet with a column of pictures → a job a row; it holds bytes, or bytes with a path, as data sets do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from inkdigits.batch.job import Job, failed
from inkdigits.errors import MissingExtraError, SourceError
from inkdigits.picture.deferred import Deferred
from inkdigits.picture.paths import printable

__all__ = ["is_table", "jobs_in_table"]


@dataclass(frozen=True, slots=True)
class _InColumn(Deferred):
    """The picture in one row of a row group."""

    table: Path
    column: str
    group: int
    row: int

    def content(self, most: int) -> bytes:
        try:
            value = _column(self.table, self.column, self.group)[self.row].as_py()
        except Exception as error:  # PyArrow raises errors of its own, and those of the system
            reason = " ".join(str(error).split())[:200]
            raise SourceError(f"cannot read {printable(self.name)}: {reason}; copy it again") from error
        content = value["bytes"] if isinstance(value, dict) else value
        if content is None:
            raise SourceError(f"{self.name} holds no picture: expected its bytes, received null; fill it in")
        return content[:most]


def is_table(path: str) -> bool:
    """Tells whether a name is that of a Parquet file."""
    return path.lower().endswith(".parquet")


def jobs_in_table(path: str, called: str | None = None) -> Iterator[Job]:
    """Yields a job a row of a Parquet file, called ``data.parquet/1`` and so on.

    Args:
        path: of the file.
        called: what rows call it; None for its path.

    Raises:
        MissingExtraError: PyArrow is not installed.
    """
    try:
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError("PyArrow", "tables") from error
    called = called or path
    try:
        with parquet.ParquetFile(path) as file:
            column = _pictures(file.schema_arrow, called)
            counts = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
    except SourceError as error:
        yield failed(called, str(error))
        return
    except Exception as error:  # PyArrow raises errors of its own, and those of the system
        reason = " ".join(str(error).split())[:200]
        yield failed(called, f"cannot read {printable(called)}: {reason}; copy it again")
        return
    number = 0
    for group, count in enumerate(counts):
        for row in range(count):
            number += 1
            name = f"{called}/{number}"
            yield Job(name, _InColumn(name, None, Path(path), column, group, row))


def _pictures(schema: Any, called: str) -> str:
    """Returns the name of the one column that holds pictures."""
    import pyarrow as pa

    def holds(kind: Any) -> bool:
        if pa.types.is_struct(kind):
            place = kind.get_field_index("bytes")
            return place >= 0 and holds(kind.field(place).type)
        return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)

    found = [field.name for field in schema if holds(field.type)]
    if "image" in found:
        return "image"
    if len(found) == 1:
        return found[0]
    raise SourceError(
        f"{printable(called)} has {len(found)} columns of pictures ({', '.join(found) or 'none'}): expected "
        "one of bytes, or of a struct with bytes, or one called image; rename or drop the others"
    )


@lru_cache(maxsize=1)
def _column(table: Path, column: str, group: int) -> Any:
    """Returns a column of a row group: a process reads it once, not once a row."""
    from pyarrow import parquet

    with parquet.ParquetFile(table) as file:
        return file.read_row_group(group, columns=[column]).column(0)
