"""A person looks at what was unsure: which cells, in which order, who has which, and every answer.

::

    alternatives   what else a text may be, the likeliest first
    questions      which cells a person is asked about, those alike together
    answers        what was said, in order, and what holds of each cell
    journal        every answer, kept on disk before it is acknowledged; nothing is overwritten
    work           one review: next cells, answers, undo, how much is left
"""
