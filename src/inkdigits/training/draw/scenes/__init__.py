"""Scenes as people send them, with the truth about every mark.

::

    on the sheet   sheet        a level sheet in colour, its marks     pens     inks, pencils, papers
                   paper        lined and squared paper                fonts    type, one mark a letter
                   penman       one who writes a whole scene           words    names, headings, units
                   maker        what every composer has at hand       grain    noise that repeats
    what it shows  mark_sheet   rows of marks    table    rows, columns, grids
                   form         labelled fields  fields   combs, boxes to tick   notes   lines, columns
                   cell_scene   one number       board    chalk, screens, a digit    nothing   no number
    in a picture   surfaces     desks            light    light, lens, files    taking  copied, photographed
                   make         a scene of the weighted mix            legible  what a person could read
"""
