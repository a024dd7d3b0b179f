"""Sources whose bytes lie in an archive, a table or behind an address, and are fetched when they are read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

__all__ = ["Deferred"]


@dataclass(frozen=True, slots=True)
class Deferred(ABC):
    """A picture that is fetched by whoever loads it; it pickles, so that a worker process can.

    Attributes:
        name: what messages and readings call it.
        page: which page or frame of the file, from 0; None for the only one.
    """

    name: str
    page: int | None

    @property
    def max_pixels(self) -> int | None:
        """How many pixels it may have; None for as many as any picture."""
        return None

    @abstractmethod
    def content(self, most: int) -> bytes:
        """Returns the bytes of the picture file, at most so many.

        Raises:
            SourceError: they cannot be fetched.
        """
