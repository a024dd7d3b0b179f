"""A trained network becomes a bundle: ONNX and Keras must agree.

::

    average  the mean of several networks' weights
    graph    what is folded and left out of the ONNX graph
    card     MODEL_CARD.md
    learned  what it has learned from, to be known again
    export   the folder
"""
