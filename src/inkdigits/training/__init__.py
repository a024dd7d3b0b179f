"""Training: the only part of the package that imports Keras. Needs ``pip install 'inkdigits[train]'``."""
