"""A trained network becomes a bundle: ONNX and Keras must agree.

::

    graph    what is folded and left out of the ONNX graph
    card     MODEL_CARD.md
    export   the folder
"""
