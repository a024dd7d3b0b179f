"""Items → answers in their order; a worker that hangs or dies is replaced and takes nothing with it."""

from __future__ import annotations

import multiprocessing
import pickle
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from multiprocessing.connection import wait
from typing import Any

from inkdigits import blas, interrupt
from inkdigits.errors import InkdigitsError
from inkdigits.workers.hands import Task, Worker
from inkdigits.workers.worker import STARTED, Work, serve

__all__ = ["in_workers"]

_AHEAD = 32  # answers a worker that may wait for one before them
_NAP_S = 0.02  # the longest time for which answers to quick items are left to gather
_TRIES = 3  # of what was in the hands of a worker that died before it began with it
_LOOKS = 4  # at the clock in the time that an item has
_MAX_LOOK_S = 0.5


def in_workers(
    work: Work, items: Iterable[Any], jobs: int, timeout: float | None = None
) -> Generator[Any, None, None]:
    """Yields an answer for each item, in their order, with a bounded number of them in memory.

    Args:
        work: what is done with an item.
        items: taken one by one, as far ahead as the workers need; each pickles.
        jobs: processes, at least 1; no more are started than there are items.
        timeout: seconds after which an item is given up that is still being loaded, or answered; its worker
            is killed and replaced. None: never.

    Raises:
        InkdigitsError: a worker cannot start.
        Exception: what ``items`` raises, behind the answers of all before it.
    """
    pool = _Pool(work, items, jobs, timeout)
    try:
        yield from pool.answers()
    finally:
        pool.close()


class _Pool:
    def __init__(self, work: Work, items: Iterable[Any], jobs: int, timeout: float | None) -> None:
        self._work, self._jobs, self._timeout = work, jobs, timeout
        self._parcel = _packed(work)
        self._items, self._taken = iter(items), 0
        self._over = False
        self._error: Exception | None = None  # of what gives the items
        self._workers: list[Worker] = []
        self._waiting: deque[Task] = deque()
        self._ready: dict[int, Any] = {}
        self._looked = 0.0  # when answers were collected
        self._stillborn = 0  # workers in a row that were killed before they began
        self._spawn = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang

    def answers(self) -> Iterator[Any]:
        at = 0
        while True:
            self._hand_out(at)
            if at in self._ready:
                yield self._ready.pop(at)
                at += 1
                if time.monotonic() > self._looked + _NAP_S:
                    self._collect(0.0)
            elif self._waiting or any(worker.tasks for worker in self._workers):
                self._let_gather()
                self._collect(self._look())
            elif self._error is not None:
                raise self._error
            else:
                return

    def close(self) -> None:
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            _join(worker)
        self._workers.clear()

    def _hand_out(self, at: int) -> None:
        """Gives the workers what they can take; answers that wait for the one at ``at`` are bounded."""
        while self._waiting or self._take(at):
            task = self._waiting[0]
            worker = self._worker_for(task)
            if worker is None:
                return
            self._waiting.popleft()
            worker.tasks[task.number] = task
            if worker.up:
                worker.send(task.payload)

    def _take(self, at: int) -> bool:
        """Takes the next item if a worker could have it."""
        room = len(self._workers) < self._jobs or any(worker.has_room() for worker in self._workers)
        if not room or self._over or self._taken - at >= _AHEAD * self._jobs:
            return False
        try:
            item = next(self._items)
        except StopIteration:
            self._over = True
            return False
        except Exception as error:  # whatever the caller's generator raises is the caller's
            self._over, self._error = True, error
            return False
        self._waiting.append(Task(self._taken, item, pickle.dumps((self._taken, item))))
        self._taken += 1
        return True

    def _worker_for(self, task: Task) -> Worker | None:
        idle = next((worker for worker in self._workers if not worker.tasks), None)
        if idle is not None:
            return idle
        if len(self._workers) < self._jobs:
            return self._start()
        return next((worker for worker in self._workers if worker.takes(task)), None)

    def _start(self) -> Worker:
        shared = self._spawn.RawArray("d", STARTED + 1)
        ours, theirs = self._spawn.Pipe()
        process = self._spawn.Process(target=serve, args=(theirs, shared), name="reader", daemon=True)
        try:
            # Ctrl-C is for the parent, which ends its workers.
            with interrupt.blocked(), blas.one_thread():
                process.start()
        except OSError as error:
            raise InkdigitsError(
                f"cannot start a worker process: {error.strerror or error}; ask for fewer with --jobs"
            ) from error
        finally:
            theirs.close()  # or its end would never be seen
        worker = Worker(process, ours, shared)
        self._workers.append(worker)
        return worker

    def _let_gather(self) -> None:
        """Leaves answers to quick items alone for a while, as long as every worker has more to do."""
        nap = min((worker.spare() or 0.0 for worker in self._workers), default=0.0)
        if nap > 0.0:
            time.sleep(min(nap, _NAP_S))

    def _look(self) -> float | None:
        return None if self._timeout is None else min(self._timeout / _LOOKS, _MAX_LOOK_S)

    def _collect(self, seconds: float | None) -> None:
        """Takes in what the workers have answered, waiting for the first so long; buries the dead."""
        while self._workers:
            of = {worker.pipe: worker for worker in self._workers}
            for pipe in (called := wait(list(of), seconds)):
                worker = of[pipe]  # pyright: ignore[reportArgumentType]
                if not self._heard(worker):
                    self._bury(worker)
            seconds = 0.0  # for more that they have answered meanwhile
            if not called:
                break
        now = self._looked = time.monotonic()
        if self._timeout is None:
            return
        for worker in list(self._workers):
            if now - min(worker.at().values(), default=now) > self._timeout:
                worker.process.kill()
                while self._heard(worker):  # what it had answered before
                    pass
                self._bury(
                    worker, f"took longer than {self._timeout:g} s; give it more time, or leave it out"
                )

    def _heard(self, worker: Worker) -> bool:
        """Takes in one answer of a worker, waiting for it; tells whether there was one and not the end."""
        try:
            heard = worker.pipe.recv()
        except (EOFError, OSError):
            return False
        if heard is None:
            self._receive(worker)
            return True
        number, answer = heard
        self._ready[number] = answer
        del worker.tasks[number]
        worker.heard.append(time.monotonic())
        return True

    def _receive(self, worker: Worker) -> None:
        """Sends a worker that calls what it is to do.

        Passed on as it starts, megabytes of models would be written to a pipe that its parent holds open too,
        for ever if it ends as it starts.
        """
        worker.up = True
        worker.send(self._parcel)
        for task in worker.tasks.values():
            worker.send(task.payload)

    def _bury(self, worker: Worker, reason: str | None = None) -> None:
        """Replaces a worker that is gone: what it was at fails, what else it had goes to others."""
        self._workers.remove(worker)
        _join(worker)
        self._check_birth(worker)
        suspects = {*worker.at()} & {*worker.tasks}
        for task in reversed(worker.tasks.values()):
            task.tries += 1
            if suspects == {task.number} or task.tries == _TRIES:
                self._ready[task.number] = self._work.failed(
                    task.item, reason or _end(worker.process.exitcode)
                )
            else:
                task.alone = task.alone or task.number in suspects
                self._waiting.appendleft(task)

    def _check_birth(self, worker: Worker) -> None:
        if worker.shared[STARTED]:
            self._stillborn = 0
            return
        self._stillborn += 1
        code = worker.process.exitcode
        if code > 0 or self._stillborn == _TRIES:
            raise InkdigitsError(
                f"a worker process ended before it began ({_signal_or_code(code)}): expected it to import "
                "the program that started it; call what reads below if __name__ == '__main__':, or read with "
                "jobs=1"
            )


def _packed(work: Work) -> bytes:
    try:
        return pickle.dumps(work)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise InkdigitsError(
            f"what reads cannot be sent to a worker process: {error}; read with jobs=1"
        ) from error


def _join(worker: Worker) -> None:
    worker.process.join()
    worker.pipe.close()


def _end(code: int) -> str:
    return (
        f"ended the process that read it ({_signal_or_code(code)}), as systems do when memory runs out; make "
        "it smaller, or leave it out"
    )


def _signal_or_code(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
