"""How good a reader is, on labelled pictures that it reads as a user's.

::

    intervals    exact intervals of a share      scoring      accuracy, calibration, the price of silence
    mistakes     numbers by the way they went wrong      corruptions  means over corruptions
    evaluation   a reader over a set             provenance   versions, machine, hashes, command
    report/      the figures and the worst mistakes as a page
"""
