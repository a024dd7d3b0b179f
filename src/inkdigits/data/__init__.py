"""Labelled pictures: where they come from and how they are parted.

::

    idx        the format of MNIST's files
    download   over the net, with hashes, retries and progress
    mnist      the 70,000 digits
    strokes    pen strokes of many writers
    pen_formats  originals                 where these come from
    fonts      type for the words of scenes
    labelled   what a data set is
    formats    folders with labels.csv or a subfolder a label, .npz
    datasets   any set by its name or path
    splits     stratified parts, by seed
    fingerprints  pictures known again, and many of them in a small list
"""
