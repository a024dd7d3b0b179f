"""Forms that are known beforehand: a template and a filled form become the texts of its fields.

::

    areas         a place on a page, relative to its sides
    field_types   what may stand in a field: digits(9), number(0, 100, 0.5), date(DMY), …
    checks        what a text must fulfil beside that: check digits, lists, sums
    template      a form: its blank, its fields, its checks ─ template_file, template_text   from and to TOML
    registration  a scan or photo laid over the blank by its print
    handwriting   what is written and no print, and to which field each stroke belongs
    ticks         whether boxes are ticked
    field_reader  one field: what stands in it, and whether that can be right
    forms         the seam that everybody calls: pictures in, a reading with fields out
    offered       boxes and underlines of a blank, for a new template ─ new_template   begun and written
    roster        which form is whose, by a list

Tables without a template:

    ink_pieces    pieces of ink, and how far rows fall     digit_height   how high the writing is
    rulings       long straight lines, whole or in pieces
    levelled      the level sheet: how the picture of it is turned and seen from the side
    blocks        what belongs to one table ─ standing   rows and columns by standing in line
    grid          one table: rows, columns, who stands where ─ grid_lines   which lines part them
    grid_cells    the boxes of cells, which are one, what else is written there
    cell_numbers  what goes over a line is parted, what stands wide apart in a cell is joined
    sheet_tables  the seam that everybody calls: a reading in, its rows of cells out
"""
