"""Crops become answers: the models, what they get and what they say.

::

    bundle       a model's folder, checked          engine   what multiplies its matrices
    model        a bundle with its engine, for digits and numbers alike
    normalize    crop → model input, the one place where ink is scaled and centred
    prepare      what was found → model inputs, the one way that reading, training and evaluation share
    runtime      the library behind the engine, imported so that it sends nothing
    text         frames of a number model → characters with probabilities
    views        a number that is read unsurely, seen in other shapes, and what most of them give
    automaton    the texts that fit, as states and steps
    expression   a regular expression → the automaton of the texts that match it
    language     what may stand there: which texts fit
    fitting      frames of a number model → the likeliest text among those that fit
    evidence     what speaks for and against a number    confidence   how sure that makes it, and stated risks
    decision     "ok" or "unsure", by confidence and accepted risk
    answers      characters → numbers with boxes, confidences and alternatives
    bars         a 1 that its picture cuts, which may be a crease or a piece of anything
    agreement    the number model's text against what the digit model names
    interpret    one digit or number → what is written: all of the above in one way
    mark_crops   the finder's marks → crops of ink
    look         a picture → the finder's marks in it, upright and level
    finding      the finder's marks → what is written
    hand         the digits of a page → what each may be in the hand that wrote them
    both         the finder tells what is there; a lone number is read in both ways, and compared
    second       another reader is asked about unsure numbers    rapid   RapidOCR as one
    whole        a picture → what is written, its sheet found first
"""
