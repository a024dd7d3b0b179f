"""Moodle's offline quiz (mod_offlinequiz): its list of participants, with who was present.

The plugin exports the list (Participants → Attendances → download as CSV): full name, ID number, list,
whether there is an attempt, whether present, with a comma and a blank between them and no quotes. It
takes in no CSV, only scans; this is its export with ``present`` set to what was read, to compare with, or
to tick from. IDs that were read and are not in the list follow behind it, without a name.
After ``participants.php`` of the plugin's repository at commit 0d4fcc77.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from inkdigits.errors import DataError
from inkdigits.output.exchange.grouping import doubtful
from inkdigits.output.records import Record

__all__ = ["offlinequiz"]

_COLUMNS = 5  # full name, ID number, list, attempt, present
_YES, _UNSURE, _NO = "Yes", "?", "No"


def offlinequiz(records: Sequence[Record], participants: bytes) -> bytes:
    """Returns the list of participants with who was present: Yes, No, or ``?`` where the ID is unsure.

    Args:
        records: cells that hold ID numbers, one each.
        participants: the CSV that the plugin exports.

    Raises:
        DataError: it is no such CSV.
    """
    rows = list(csv.reader(io.StringIO(participants.decode("utf-8-sig"), newline=""), skipinitialspace=True))
    if not rows or any(len(row) < _COLUMNS for row in rows if row):
        raise DataError(
            f"this is no list of participants: expected {_COLUMNS} columns (name, ID number, list, attempt, "
            "present); export it from the offline quiz as CSV"
        )
    read: dict[str, str] = {}
    for record in records:
        if record.text and read.get(record.text) != _YES:
            read[record.text] = _UNSURE if doubtful(record) else _YES
    out = [rows[0]]
    for *name, number, listed, attempt, _ in (row for row in rows[1:] if row):  # a name may have a comma
        out.append([", ".join(name), number, listed, attempt, read.pop(number.strip(), _NO)])
    out += [["", number, "", "", present] for number, present in read.items()]
    return "".join(f"{', '.join(cell.strip() for cell in row)}\n" for row in out).encode()
