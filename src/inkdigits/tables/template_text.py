"""A template written as TOML, to be edited by hand."""

from __future__ import annotations

import json

from inkdigits.tables.areas import Area
from inkdigits.tables.template import Template

__all__ = ["template_text"]

_STEPS = 10**5  # of a side of the page, in which places are written


def template_text(template: Template, blank: str) -> str:
    """Returns a template as TOML, to be edited by hand.

    Args:
        template: what it says; its anchors are left out.
        blank: the name of the blank's picture.
    """
    lines = [f"title = {json.dumps(template.title)}", f"blank = {json.dumps(blank)}"]
    for one in template.fields:
        lines += ["", "[[field]]", f"name = {json.dumps(one.name)}", f"type = {json.dumps(one.type.text)}"]
        if one.page:
            lines.append(f"page = {one.page + 1}")
        area = one.area
        even = area.split(len(one.cells))
        close = all(
            max(abs(a - b) for a, b in zip(cell, same, strict=True)) < 0.1 * cell.width
            for cell, same in zip(one.cells, even, strict=True)
        )
        if close:
            lines.append(f"box = {_sides(area)}")
            if len(one.cells) > 1:
                lines.append(f"cells = {len(one.cells)}")
        else:
            lines.append("boxes = [" + ", ".join(_sides(cell) for cell in one.cells) + "]")
        if one.check is not None and one.check.name == "weights":
            lines += [f"weights = {list(one.check.weights)}", f"modulus = {one.check.modulus}"]
        elif one.check is not None and one.check.name == "list":
            lines.append(f"values = {json.dumps(list(one.check.values))}")
        elif one.check is not None:
            told = one.check.name + (f":{one.check.before}" if one.check.before else "")
            lines.append(f"check = {json.dumps(told)}")
        if one.roster:
            lines.append(f"roster = {json.dumps(one.roster)}")
    for one in template.sums:
        lines += [
            "",
            "[[sum]]",
            f"fields = {json.dumps(list(one.fields))}",
            f"total = {json.dumps(one.total)}",
        ]
    return "\n".join(lines) + "\n"


def _sides(area: Area) -> str:
    left, top = round(area.x * _STEPS), round(area.y * _STEPS)
    wide = min(round(area.width * _STEPS), _STEPS - left)  # a box at the edge stays on its page
    tall = min(round(area.height * _STEPS), _STEPS - top)
    sides = [f"{side / _STEPS:.5f}".rstrip("0").rstrip(".") for side in (left, top, wide, tall)]
    return "[" + ", ".join(sides) + "]"
