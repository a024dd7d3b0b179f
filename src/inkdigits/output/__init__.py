"""Readings become what people and programs take on: rows and annotated pictures.

::

    schema     the columns of every row, in one place
    rows       text, CSV and JSON, one reading at a time ─ tables   spreadsheets and Parquet
    form_columns  a row a form, a column a field ─ form_rows, form_tables   the same formats of it
    table_lines  a line a source, a number, or a row of a table ─ line_rows, line_tables   its formats
    records    what those wrote, cell by cell again ─ record_tables   cells with what a person said of them
    cutouts    cells cut out of their pictures, for eyes ─ spreadsheet   one sheet of .xlsx with pictures
    exchange   cells as files that other programs take in
    annotate   a picture with boxes, texts and confidences drawn in ─ label_places   where labels cover least
"""
