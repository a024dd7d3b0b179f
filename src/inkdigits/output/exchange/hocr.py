"""hOCR 1.2: pages, lines and words of a reading as HTML, which archives and PDF tools take in.

``ocr_page`` has the picture and its size, ``ocr_line`` a row, ``ocrx_word`` a number with its box and
``x_wconf``, its confidence in percent.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from inkdigits import __version__
from inkdigits.output.cutouts import Pictures
from inkdigits.output.exchange.markup import Page, around, box_of, pages
from inkdigits.output.records import Record
from inkdigits.readings import Box

__all__ = ["hocr"]

_HEAD = f"""\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<title>inkdigits</title>
<meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>
<meta name="ocr-system" content="inkdigits {__version__}"/>
<meta name="ocr-capabilities" content="ocr_page ocr_line ocrx_word ocrp_wconf"/>
</head>
<body>
"""


def hocr(records: Sequence[Record], pictures: Pictures) -> bytes:
    """Returns the pages as hOCR; raises SourceError where a picture is not there any more."""
    body = "".join(_page(number, page) for number, page in enumerate(pages(records, pictures), 1))
    return (_HEAD + body + "</body>\n</html>\n").encode("utf-8", "backslashreplace")


def _page(number: int, page: Page) -> str:
    image = page.source.replace("\\", "\\\\").replace('"', '\\"')
    title = f'image "{image}"; {_bbox(Box(0, 0, page.width, page.height))}; ppageno {number - 1}'
    lines = "".join(_line(f"{number}_{row}", line, page) for row, line in enumerate(page.lines, 1))
    return f'<div class="ocr_page" id="page_{number}" title="{escape(title)}">\n{lines}</div>\n'


def _line(name: str, line: Sequence[Record], page: Page) -> str:
    boxes = [box_of(record, page) for record in line]
    words = " ".join(
        f'<span class="ocrx_word" id="word_{name}_{place}" title="{_bbox(box)}; x_wconf '
        f'{round(100 * record.confidence)}">{escape(record.text)}</span>'
        for place, (record, box) in enumerate(zip(line, boxes, strict=True), 1)
    )
    return f'<span class="ocr_line" id="line_{name}" title="{_bbox(around(boxes))}">{words}</span>\n'


def _bbox(box: Box) -> str:
    return f"bbox {box.x} {box.y} {box.x + box.width} {box.y + box.height}"
