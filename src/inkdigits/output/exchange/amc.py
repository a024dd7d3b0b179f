"""auto-multiple-choice (``auto-multiple-choice association --set``): answer sheets and their students.

AMC takes no list of associations; what it documents is a command a sheet. So this is a shell script of
them, for pictures named by AMC's numbers of student and copy: ``name-12.jpg`` is student 12, with
photocopies ``name-12-3.jpg`` is copy 3 of it. The copy is always said, 0 where there are no photocopies.
What is unsure is a comment, to be associated by hand.
After its manual and ``AMC/DataModule/association.pm`` at commit 0fd76925 (copyright to 2021).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath
from shlex import quote

from inkdigits.errors import DataError
from inkdigits.output.exchange.grouping import doubtful, sheets
from inkdigits.output.records import Record

__all__ = ["amc"]

_SHEET = re.compile(r"([0-9]+)(?:[-_:]([0-9]+))?$", re.ASCII)
_HEAD = """\
#!/bin/sh
# Associates answer sheets with students: sh FILE PROJECT/data
set -eu
data=${1:?the folder data of an AMC project}
"""


def amc(records: Sequence[Record]) -> bytes:
    """Returns a shell script that associates each sheet with the number that was read on it.

    Raises:
        DataError: the name of a source tells no sheet.
    """
    lines: list[str] = []
    for source, cells in sheets(records).items():
        found = _SHEET.search(PurePath(source).stem)
        if found is None:
            raise DataError(
                f"{source} tells no answer sheet: expected a name such as name-12.jpg or name-12-3.jpg; "
                "name the pictures by AMC's numbers of student and copy"
            )
        text = "".join(one.text for one in cells)
        command = (
            f'auto-multiple-choice association --data "$data" --set --student {int(found[1])} '
            f"--copy {int(found[2] or 0)} --id {quote(text)}"
        )
        if not text:
            lines.append(f"# nothing was read: {quote(source)}")
        else:
            lines.append(f"# unsure: {command}" if any(map(doubtful, cells)) else command)
    return (_HEAD + "".join(f"{one}\n" for one in lines)).encode("utf-8", "backslashreplace")
