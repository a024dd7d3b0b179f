"""Ink becomes crops, and shades become marks: where digits and numbers are.

::

    border_lines    dark strips along a picture's sides                   ┐
    cuts            between digits that touch                             ├ digit    crops of one digit
    rulings         lines through a cell                                  ┐
    row             how a number's row runs through its crop              ├ number   the crop of one number
    kind            one digit or one number: the way in for both
    characters      the characters of a number that stand apart

Of pages, and where nobody says what a picture holds, the finder finds what is there:

    maps            what the finder's network answers for each place
    marks           its answer → marks, each once
    tiles           the parts of a field of ink that the finder is given
    scan            shades → marks: from afar, then each part at the right size
    linking         marks → numbers, and numbers → rows
"""
