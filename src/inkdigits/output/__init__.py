"""Readings become what people and programs take on: rows and annotated pictures.

::

    rows       text, CSV and JSON lines, one reading at a time
    annotate   a picture with boxes, texts and confidences drawn in
"""
