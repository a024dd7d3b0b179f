"""An evaluation as one page that stands alone, and as JSON.

::

    figures   matplotlib's pictures     section   one set     page   the whole
"""
