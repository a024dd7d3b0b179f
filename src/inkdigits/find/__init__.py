"""Ink becomes crops: where a digit, a number or the numbers of a page stand.

::

    border_lines    dark strips along a picture's sides                   ┐
    cuts            between digits that touch                             ├ digit    crops of one digit
    rulings         lines through a cell                                  ┐
    row             how a number's row runs through its crop              ├ number   the crop of one number
    digit_height    how high the writing is                               ┐
    outlines        paper that four straight sides close in               │
    boxes           boxes for one digit each, their edges and rows        │
    sheet_lines     rulings and grids, and how far a page is turned       ├ page     the numbers in rows
    broken_strokes  strokes that the pen broke ─ pieces  what may be a digit ┘
    nearby          which pieces or boxes lie near each other, for three of these
    kind            what a picture holds, and where: the one way in
    characters      the characters of a number that stand apart

Where a finder is given, it is learned instead, what a picture holds and where (an experiment):

    maps            what the finder's network answers for each place
    marks           its answer → marks, each once
    scan            shades → marks: from afar, then each part at the right size
    linking         marks → numbers, and numbers → rows
"""
