"""Worker processes that answer items in their order; one that hangs or dies takes nothing with it.

Each has a pipe of its own: where workers share one, as in most pools, one that is killed while it holds the
pipe's lock stops all of them. What a worker is at, and since when, stands in memory that it shares with its
parent, which is still there when it is not.

::

    worker   the process that works: loads an item while it answers the one before
    hands    such a process as its parent sees it, and what it has in hand
    pool     hands items out, keeps their order, replaces workers that hang or die
"""
