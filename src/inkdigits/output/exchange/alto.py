"""ALTO 4.2 (Library of Congress): pages, lines and strings of a reading as XML, which METS packages hold.

``String`` is a number with its place, its content and ``WC``, its confidence 0..1; alternatives of single
characters are left out. Measures are pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from inkdigits import __version__
from inkdigits.output.cutouts import Pictures
from inkdigits.output.exchange.markup import Page, around, box_of, pages
from inkdigits.output.records import Record
from inkdigits.readings import Box

__all__ = ["NAMESPACE", "alto"]

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
_SCHEMA = f"{NAMESPACE} https://www.loc.gov/standards/alto/v4/alto-4-2.xsd"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def alto(records: Sequence[Record], pictures: Pictures) -> bytes:
    """Returns the pages as ALTO; raises SourceError where a picture is not there any more."""
    register_namespace("", NAMESPACE)
    register_namespace("xsi", _XSI)
    root = Element(_tag("alto"), {f"{{{_XSI}}}schemaLocation": _SCHEMA, "SCHEMAVERSION": "4.2"})
    found = list(pages(records, pictures))
    description = SubElement(root, _tag("Description"))
    SubElement(description, _tag("MeasurementUnit")).text = "pixel"
    if len(found) == 1:
        source = SubElement(description, _tag("sourceImageInformation"))
        SubElement(source, _tag("fileName")).text = _plain(found[0].source)
    processing = SubElement(description, _tag("Processing"), ID="OCR_1")
    software = SubElement(processing, _tag("processingSoftware"))
    SubElement(software, _tag("softwareName")).text = "inkdigits"
    SubElement(software, _tag("softwareVersion")).text = __version__
    layout = SubElement(root, _tag("Layout"))
    for number, page in enumerate(found, 1):
        _page(layout, number, page)
    indent(root)
    return tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _page(layout: Element, number: int, page: Page) -> None:
    whole = {"WIDTH": str(page.width), "HEIGHT": str(page.height)}
    told = {"ID": f"page_{number}", "PHYSICAL_IMG_NR": str(number)}
    element = SubElement(layout, _tag("Page"), {**told, **whole})
    space = SubElement(element, _tag("PrintSpace"), {"HPOS": "0", "VPOS": "0", **whole})
    if not page.lines:
        return
    everything = [box_of(record, page) for line in page.lines for record in line]
    block = SubElement(space, _tag("TextBlock"), {"ID": f"block_{number}", **_place(around(everything))})
    for row, line in enumerate(page.lines, 1):
        boxes = [box_of(record, page) for record in line]
        text = SubElement(block, _tag("TextLine"), {"ID": f"line_{number}_{row}", **_place(around(boxes))})
        for place, (record, box) in enumerate(zip(line, boxes, strict=True), 1):
            name = f"string_{number}_{row}_{place}"
            told = {"CONTENT": record.text, "WC": f"{record.confidence:.4f}"}
            SubElement(text, _tag("String"), {"ID": name, **_place(box), **told})


def _place(box: Box) -> dict[str, str]:
    return dict(zip(("HPOS", "VPOS", "WIDTH", "HEIGHT"), map(str, box), strict=True))


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _plain(text: str) -> str:
    """Returns a name without what XML cannot hold."""
    text = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
