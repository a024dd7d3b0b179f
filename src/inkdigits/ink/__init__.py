"""Pixels become ink: how dark each stroke is, with colour, light, shadow and polarity taken out.

::

    light     what falls on the paper, and how much darker than it a stroke is
    shades    picture → ink image and shades, of a digit, a cell or a page
    zoom      what the finder sees: shades, enlarged or reduced
    parts     the connected pieces of ink
"""
