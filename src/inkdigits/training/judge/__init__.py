"""Whether a training was worth it.

::

    plan  folds  workers  crossval  crossval_report   cross-validation
    benchmark  benchmark_chart         against the baseline
    on_mnist   one's own digits against MNIST's
    held       pictures of the writers whom no training learns from
    sureness  confidence_fit  calibrated   held-out scenes read, confidence fitted on them, into a bundle
    gallery    what is learned from, as pictures
"""
