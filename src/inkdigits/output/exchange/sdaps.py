"""SDAPS (``sdaps PROJECT csv export --images`` and ``csv import``): free boxes of a survey.

The export has a row a questionnaire (``questionnaire_id``, ``global_id``) and a column a box. Of a free
box that is filled in it has the file name of its picture. Read these pictures, and this gives the same
CSV with the texts in place of the names, which ``sdaps PROJECT csv import FILE`` takes. There a whole
number says whether a box is filled in, and anything else is its text: so ``#`` stands before what was
read. After ``sdaps/csvdata/buddies.py`` of its repository at commit 0d875c8d.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import PurePath

from inkdigits.errors import DataError
from inkdigits.output.exchange.grouping import doubtful, sheets
from inkdigits.output.records import Record

__all__ = ["sdaps"]

_KEY = "questionnaire_id"


def sdaps(records: Sequence[Record], export: bytes) -> bytes:
    """Returns SDAPS' export with what stands in its free boxes.

    Args:
        records: of the pictures that the export names.
        export: the CSV that SDAPS wrote with ``--images``.

    Raises:
        DataError: it is no such CSV, or names none of the pictures.
    """
    texts = {
        PurePath(source).name: " ".join(one.text for one in cells if not doubtful(one))
        for source, cells in sheets(records).items()
    }
    rows = list(csv.reader(io.StringIO(export.decode("utf-8-sig"), newline="")))
    if not rows or _KEY not in rows[0]:
        raise DataError(
            f"this is no export of SDAPS: expected a CSV with a column {_KEY}; name its data_1.csv"
        )
    filled = [rows[0], *([_filled(value, texts) for value in row] for row in rows[1:])]
    if filled == rows:
        raise DataError(
            "none of the pictures that were read is named in the export; export with --images, and read these"
        )
    text = io.StringIO(newline="")
    csv.writer(text).writerows(filled)
    return text.getvalue().encode()


def _filled(value: str, texts: dict[str, str]) -> str:
    """Returns what stands in a box: its text for its picture's name; 1, filled in, where it is unsure."""
    text = texts.get(PurePath(value).name) if value else None
    if text is None:
        return value
    return f"#{text}" if text else "1"
