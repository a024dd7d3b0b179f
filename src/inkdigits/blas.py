"""In how many threads NumPy multiplies matrices: in one, as everything else is done.

OpenBLAS, which NumPy and OpenCV bring, else starts a thread a core, and they wait for work at full speed: of
pages, whose matrices are small, that takes more of the processor, from a core that another process needs, and
reads none sooner.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager

__all__ = ["THREADS", "one_thread"]

THREADS = "OPENBLAS_NUM_THREADS"
"""The variable that says it; it is looked at when NumPy is imported."""


@contextmanager
def one_thread() -> Generator[None]:
    """Lets processes that start in the block use one, unless the user has said how many."""
    if THREADS in os.environ:
        yield
        return
    os.environ[THREADS] = "1"
    try:
        yield
    finally:
        os.environ.pop(THREADS, None)
