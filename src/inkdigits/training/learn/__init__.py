"""A network learns: settings, data, layers, the loop and how sure it may be.

::

    backend    Keras, chosen once            settings  of a training, for each task
    strict     tables become settings        recipe    several trainings in order
    config     files of settings and recipes
    networks   layers from their words       layer_weights  what a layer has learned
    weights    taken over by a network that has grown       widening  by a wider one
    data       what is learned from, held out  writers   the real hands of both
    digit_scenes   digits as the reader cuts them out of a picture
    run        a training's folder           lock      one training a folder
    environment  versions, machine, data     notes     what it is about to do, in words
    task       what the loop asks for        digit_task  digits
    finder_task, finder_data, finder_loss   marks on any picture
    sheet_scenes   sheets as the reader straightens them
    number_task, number_data   numbers       initial_weights   where it begins
    fit        the loop                      learning_curve    its figures as a picture
    calibrate  temperature and threshold     estimator scikit-learn's interface
"""
