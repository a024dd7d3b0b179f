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
    offered       boxes and underlines of a blank, for a new template
    roster        which form is whose, by a list
"""
