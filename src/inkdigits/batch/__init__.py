"""Many sources at once: what is to be read, the engine that reads it, and what is kept when it ends early.

::

    jobs       paths, folders, patterns, lists and standard input → a job a row
    engine     jobs → readings, in their order
    annotated  where ``--annotate`` puts its pictures
    journal    what a run has read so far, beside the file that its rows will be in
"""
