"""Work for worker processes that goes wrong on request; light, because each of them imports it."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Answer = tuple[Any, str]


@dataclass(frozen=True)
class Odd:
    """Answers an item with itself and "ok"; what begins with ``load`` goes wrong before it is answered."""

    folder: Path | None = None

    def load(self, item: Any) -> Any:
        if isinstance(item, str) and item.startswith("load "):
            self._act(item.removeprefix("load "))
        return item

    def answer(self, item: Any, loaded: Any) -> Answer:
        if isinstance(item, str) and item.startswith("env "):
            return item, os.environ.get(item.removeprefix("env "), "")
        if isinstance(item, str) and not item.startswith("load "):
            self._act(item)
        return loaded, "ok"

    def failed(self, item: Any, reason: str) -> Answer:
        return item, reason

    def _act(self, what: str) -> None:
        if what == "hang":
            threading.Event().wait()
        elif what == "slow":
            time.sleep(0.05)
        elif what == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        elif what == "die once" and self.folder is not None and not (self.folder / "died").exists():
            (self.folder / "died").touch()
            os.kill(os.getpid(), signal.SIGKILL)
        elif what == "raise":
            raise ValueError("a bug")


class Unborn(Odd):
    """Cannot be made again in another process."""

    def __reduce__(self) -> Any:
        return int, ("no number",)
