"""Readings become what people and programs take on: rows and annotated pictures.

::

    rows       text, CSV and JSON, one reading at a time ─ tables   spreadsheets and Parquet
    annotate   a picture with boxes, texts and confidences drawn in
"""
