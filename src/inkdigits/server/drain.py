"""SIGTERM and Ctrl-C: what was accepted is answered, nothing new is begun, then the process ends."""

from __future__ import annotations

import asyncio
import logging
import signal
from types import FrameType

from inkdigits.server.gate import Gate
from inkdigits.server.logs import event

__all__ = ["drain_on_signals"]

_TICK_S = 0.05  # seconds between two looks at whether all is answered


def drain_on_signals(gate: Gate, limit_s: float) -> None:
    """Puts draining before uvicorn's own way to end, which closes the door at once.

    Uvicorn has set its handlers when this is called, in its event loop; they are called once every request
    is answered, or after ``limit_s``: a client that does not take its answer must not keep the process. A
    second signal does not wait at all.
    """
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    waiting: set[asyncio.Task[None]] = set()  # the loop itself keeps only a weak reference

    def end(number: int, times: int = 1) -> None:
        handler = before[signal.Signals(number)]
        for _ in range(times):
            if callable(handler):
                handler(number, None)

    async def drain(number: int) -> None:
        event(logging.INFO, "draining", signal=signal.Signals(number).name)
        last = loop.time() + limit_s
        while not gate.idle and loop.time() < last:
            await asyncio.sleep(_TICK_S)
        end(number)

    def begin(number: int) -> None:
        waiting.add(loop.create_task(drain(number)))

    def on_signal(number: int, _: FrameType | None) -> None:
        if gate.draining:
            end(signal.SIGINT, times=2)  # to uvicorn the second one means at once
            return
        gate.draining = True
        loop.call_soon_threadsafe(begin, number)

    for number in before:
        signal.signal(number, on_signal)
