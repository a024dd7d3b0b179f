"""Label Studio 1.x: tasks with predictions, for ``Import`` in a project.

A task a source (``data.image`` is its name), a rectangle and a text area a number, in percent of the picture
as Label Studio has them. The project's labelling config names them so::

    <View>
      <Image name="image" value="$image"/>
      <RectangleLabels name="label" toName="image"><Label value="number"/></RectangleLabels>
      <TextArea name="text" toName="image" perRegion="true"/>
    </View>
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from inkdigits import __version__
from inkdigits.output.cutouts import Pictures
from inkdigits.output.exchange.grouping import sheets
from inkdigits.output.records import Record

__all__ = ["label_studio"]


def label_studio(records: Sequence[Record], pictures: Pictures) -> bytes:
    """Returns tasks with predictions as JSON.

    Args:
        records: with their boxes; a cell without one is of the whole picture.
        pictures: tells the sizes of the pictures.

    Raises:
        SourceError: a picture is not there any more.
    """
    tasks = [_task(source, cells, pictures) for source, cells in sheets(records).items()]
    return (json.dumps(tasks, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "surrogatepass")


def _task(source: str, cells: Sequence[Record], pictures: Pictures) -> dict[str, Any]:
    task: dict[str, Any] = {"data": {"image": source}}
    found = [cell for cell in cells if cell.text]
    if not found:
        return {**task, "predictions": []}
    size = pictures.size(source)
    result = [part for place, cell in enumerate(found) for part in _region(f"n{place + 1}", cell, size)]
    score = min(cell.confidence for cell in found)
    return {
        **task,
        "predictions": [{"model_version": f"inkdigits {__version__}", "score": score, "result": result}],
    }


def _region(name: str, cell: Record, size: tuple[int, int]) -> list[dict[str, Any]]:
    """Returns the rectangle of a cell and its text, which share an id."""
    width, height = size
    x, y, wide, tall = cell.box or (0, 0, width, height)
    place = {
        "x": 100 * x / width,
        "y": 100 * y / height,
        "width": 100 * wide / width,
        "height": 100 * tall / height,
        "rotation": 0,
    }
    both = {"id": name, "to_name": "image", "original_width": width, "original_height": height}
    both |= {"image_rotation": 0, "score": cell.confidence}
    label = {
        "from_name": "label",
        "type": "rectanglelabels",
        "value": {**place, "rectanglelabels": ["number"]},
    }
    text = {"from_name": "text", "type": "textarea", "value": {**place, "text": [cell.text]}}
    return [{**both, **label}, {**both, **text}]
