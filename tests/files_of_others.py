"""Folders and files of other programs, by the descriptions of their formats, for commands that fill them."""

from __future__ import annotations

from pathlib import Path

from conftest import draw_digit
from PIL import Image

EXPORT = "questionnaire_id,global_id,1_1_1\r\n1,,{0}/1.png\r\n2,,{0}/4.png\r\n"  # of SDAPS
BANDING = """<?xml version="1.0"?>
<queXF><questionnaire><id>1</id><page><id>10101</id>
<boxgroup><type>3</type><width>1</width><varname>age</varname><sortorder>1</sortorder>
<box><tlx>0</tlx><tly>0</tly><brx>400</brx><bry>400</bry></box></boxgroup>
</page></questionnaire></queXF>"""
PARTICIPANTS = (
    "Full name, ID number, Participants list, Attempt exists, Present \nLee Ann, 4, Room 1, Yes, No\n"
)


def put_files_of_others(folder: Path) -> None:
    """Makes what docs/other_programs.md and the examples of ``inkdigits convert`` speak of."""
    for name in ("pictures", "pages", "survey/data_images", "project/cr"):
        (folder / name).mkdir(parents=True)
        for digit in (1, 4, 7):
            called = f"name-{digit}.png" if name == "project/cr" else f"{digit}.png"
            Image.fromarray(draw_digit(digit)).save(folder / name / called)
    (folder / "data_1.csv").write_bytes(EXPORT.format("scans").encode())
    (folder / "survey" / "data_1.csv").write_bytes(EXPORT.format("data_images").encode())
    (folder / "banding.xml").write_text(BANDING, "utf-8")
    (folder / "participants.csv").write_text(PARTICIPANTS, "utf-8")
