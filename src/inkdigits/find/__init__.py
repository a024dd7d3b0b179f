"""Ink becomes crops: where a digit, a number or the numbers of a page stand.

::

    border_lines    lines along the sides of a picture of one digit       ┐
    cuts            between digits that touch                             ├ digit    crops of one digit
    rulings         lines through a cell                                  ┐
    row             how a number's row runs through its crop              ├ number   the crop of one number
    bars            ones that are upright bars                            ┘
    boxes        boxes, fields and cells ─ digit_height                ┐
    boxes           their edges, and which hold one digit each            │
    sheet_lines     rulings and grids, and how far a page is turned       ├ page     the numbers in rows
    broken_strokes  strokes that the pen broke ─ pieces  what may be a digit ┘
"""
