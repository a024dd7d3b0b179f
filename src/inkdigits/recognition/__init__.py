"""Crops become answers: the models, what they get and what they say.

::

    bundle       a model's folder, checked          engine   what multiplies its matrices
    model        a bundle with its engine, for digits and numbers alike
    normalize    crop → model input, the one place where ink is scaled and centred
    prepare      picture → model inputs, the one way that reading, training and evaluation share
    runtime      the library behind the engine, imported so that it sends nothing
    text         frames of a number model → characters with probabilities
    decision     "ok" or "unsure", by confidence and accepted risk
    answers      characters → numbers with boxes, confidences and alternatives
"""
