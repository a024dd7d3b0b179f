"""Work for the processes of a Ray cluster that goes wrong on request; they import it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from inkdigits.errors import ConfigError


@dataclass(frozen=True)
class Odd:
    """Answers a part with itself, and whether it was read with care."""

    patience: float | None = None

    def __call__(self, part: str, careful: bool, begin: Callable[[], None]) -> tuple[str, bool]:
        begin()
        if part == "die" and not careful:
            os._exit(3)
        if part == "hang" and not careful:
            threading.Event().wait()
        if part == "refuse":
            raise ConfigError("a part is wrong; leave it out")
        if part == "bug":
            raise ZeroDivisionError("a bug")
        return part, careful


def refuse(argument: Any) -> None:
    """Raises one of our errors for any argument."""
    raise ConfigError(f"{argument} is wrong; leave it out")
