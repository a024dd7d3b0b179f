"""A trained network becomes a bundle: ONNX and Keras must agree.

::

    average  the mean of several networks' weights
    graph    what is folded and left out of the ONNX graph
    card     MODEL_CARD.md
    export   the folder
"""
