"""Results as files that other programs take in; docs/other_programs.md has the steps on both sides.

::

    formats       all of them: by their names
    grouping      cells → sheets, the fields of each by their names
    sdaps         SDAPS: its CSV with the pictures of free boxes, filled with what stands in them
    amc           auto-multiple-choice: a script that associates answer sheets with students
    quexf         queXF: a column a variable, joined from one-character boxes of its banding XML
    offlinequiz   Moodle's offline quiz: its list of participants with who was present
    label_studio  Label Studio: tasks with predictions
    hocr  alto    page layouts for archives
    markup        what the two have in common: pages, lines, numbers and their boxes

Each takes the cells (:class:`inkdigits.output.records.Record`) and gives the bytes of a file.
"""
