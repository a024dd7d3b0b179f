"""Whether a training was worth it.

::

    folds  crossval  crossval_report   cross-validation
    benchmark  benchmark_chart         against the baseline
    on_mnist   one's own digits against MNIST's
    gallery    what is learned from, as pictures
"""
