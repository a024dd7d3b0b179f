"""Ink and scenes that the project draws itself, from a seed.

::

    pen_styles  the points of each digit    pen     strokes with pressure and tremor
    hand        a writer's habits           glyphs  real digits to compose from
    joined_strokes   digits that touch      number  whole numbers in one hand
    paper       cells, rulings and cameras  sheet   a page's paper     page   whole pages
    scan_faults  faults of pens and scans   augment distortions of digits   non_digits  what is no digit
"""
