"""How good a reader is, on labelled pictures that it reads as a user's.

::

    intervals    exact intervals of a share      confidence   calibration, the price of silence
    scoring      the figures of a set            pages        numbers of a page, right and in order
    mistakes     numbers by what is wrong        corruptions  means over corruptions
    entries      what a reader says of a set     result       what an evaluation found
    evaluation   a reader over a set             provenance   versions, machine, hashes, command
    table_places places in rows and columns, and what stands there
    told         a reader that knows what may stand there
    learned      which pictures of a set a model has learned from
    rejection    digits told from what is none       expected   errors, from the confidences alone
    report/      the figures and the worst mistakes as a page
"""
