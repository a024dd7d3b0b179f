"""An evaluation as one page that stands alone, and as JSON.

::

    figures   matplotlib's pictures     section   one set     tables   all sets
    cells     their figures as text     page   the whole
"""
