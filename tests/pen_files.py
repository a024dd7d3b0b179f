"""Small files in the formats that pen strokes are published in, as their collections have them."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

UJI = """\
// Two samples of a digit and one of a letter
WORD 1 trn_UJI_W01-01
  NUMSTROKES 1
  POINTS 3 # 280 853 264 875 253 1892
WORD ñ trn_UJI_W01-01
  NUMSTROKES 1
  POINTS 2 # 0 0 10 10
WORD 4 tst_UPV_W18-02
  NUMSTROKES 2
  POINTS 2 # 0 0 0 50
  POINTS 3 # 20 0 20 50 20 100
"""

NUMBERPAD = {"rawData": {"?": [[[[0, 0], [10, 10]]]], "7": [[[[0, 0], [50, 0], [30, 100]]]]}}

UNIPEN = {
    "data/1a/apb/apb02/app0237.dat": """\
.VERSION 1.0
.INCLUDE apb/app.doc
.INCLUDE apb/data/apb02/app0237.dat
.SEGMENT CHARACTER 0-1 ? "4"
.SEGMENT CHARACTER 2 OK "8"
.SEGMENT CHARACTER 9 OK "9"
""",
    "data/1d/apb/apb02/app0237.dat": """\
.VERSION 1.0
.INCLUDE apb/app.doc
.INCLUDE apb/data/apb02/app0237.dat
.SEGMENT CHARACTER 2:0-2:1 OK "\\""
""",
    "data/7/sta/sta0/hpb0-aeb.dat": """\
.VERSION 1.0
.INCLUDE sta/data/sta0/hpb0-aeb.dat
.SEGMENT WORD 0-3 OK "10"
.SEGMENT WORD 4-5 OK "able"
.SEGMENT WORD 0-1 OK "o"
""",
    "include/apb/app.doc": ".DATA_INFO  Words,\n            wrapped\n.COORD  X Y T\n",
    "include/apb/data/apb02/app0237.dat": """
.WRITER_ID A_B
.PEN_DOWN
\t215\t1644\t1
\t215\t1544\t2
.PEN_UP
.PEN_DOWN
\t207\t1600\t3
\t300\t1600\t4
.PEN_UP
.DT 100
.PEN_DOWN
\t0\t10\t5
\t5\t20\t6
\t7\t30\t7
.PEN_UP
""",
    # Strokes with the pen up are recorded here, and count; the documentation is named from where it stands.
    "include/sta/data/sta0/hpb0-aeb.dat": """\
.INCLUDE ../../sta.doc
.PEN_DOWN
0 0 5
0 100 5
.PEN_UP
0 100 0
50 0 0
.PEN_DOWN
50 0 5
80 100 5
50 0 5
.PEN_UP
80 50 0
.PEN_DOWN
0 0 5
10 0 5
90 50 5
.PEN_UP
1 1 0
""",
    "include/sta/sta.doc": ".COORD X Y P\n.WRITER_ID w1\n",
}


def put_unipen(root: Path) -> Path:
    """Writes the UNIPEN files into a folder and returns it."""
    for name, content in UNIPEN.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "latin-1")
    return root


def unipen_tgz() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in UNIPEN.items():
            member = tarfile.TarInfo(f"CDROM/train_r01_v07/{name}")
            member.size = len(content.encode("latin-1"))
            archive.addfile(member, io.BytesIO(content.encode("latin-1")))
    return buffer.getvalue()


def uji_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ujipenchars2.names", "about it")
        archive.writestr("ujipenchars2.txt", UJI.encode("latin-1"))
    return buffer.getvalue()


def numberpad_json() -> bytes:
    return json.dumps(NUMBERPAD).encode()
