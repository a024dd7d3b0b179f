"""Readings become what people and programs take on: rows and annotated pictures.

::

    rows       text, CSV and JSON, one reading at a time ─ tables   spreadsheets and Parquet
    form_columns  a row a form, a column a field ─ form_rows, form_tables   the same formats of it
    annotate   a picture with boxes, texts and confidences drawn in
"""
