"""Parts of work → answers on Ray, in their order; the one module that imports it. The extra ``[ray]``.

Ray's own words go into its log files, its dashboard is not started, and it sends nothing to anybody.
"""

from __future__ import annotations

import logging
import os
import pickle
import secrets
import shutil
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from inkdigits import interrupt
from inkdigits.batch.cluster import (
    Cluster,
    PartWork,
    check,
    check_address,
    muted,
    own_folder,
    packed,
    reason,
    unpacked,
)
from inkdigits.errors import InkdigitsError
from inkdigits.many import core_count

__all__ = ["answers", "tasks"]

_STORE_BYTES = 256 * 2**20  # of a cluster of our own, for parts and answers: names, texts and boxes
_CAREFUL = 4  # parts after a restart: those that an actor may have had in hand when it ended
_HEARS_S = 0.2  # seconds after which a wait for tasks looks up
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_USAGE_STATS_REPORT_URL": "http://127.0.0.1:9/",  # nobody: else it would tell that it tells nothing
    "RAY_worker_niceness": "0",  # as the command that asks; else it yields to whatever else the machine does
    "RAY_BACKEND_LOG_LEVEL": "fatal",
    "RAY_DATA_LOG_LEVEL": "CRITICAL",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",  # or it warns that a later version will leave them alone
    "RAY_DEDUP_LOGS": "0",
    "RAY_TQDM": "0",
}


def answers(work: PartWork, parts_for: Callable[[int], Sequence[Any]], cluster: Cluster) -> Iterator[Any]:
    """Yields the answer to each part, in their order; a part whose process or machine is lost is done again.

    Args:
        work: what is done with a part.
        parts_for: returns the parts, at least one, for as many processes as may be; each pickles.
        cluster: where.

    Raises:
        MissingExtraError: Ray is not installed.
        InkdigitsError: there is no such cluster, or it cannot do the work.
    """
    with _connected(cluster) as ray, _boundary():
        from ray import data

        context = data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = context.print_on_execution_start = False
        cores = int(ray.cluster_resources().get("CPU", 1)) // cluster.threads
        parts = parts_for(max(1, cluster.most or cores))
        most = min(len(parts), cluster.most or len(parts))
        least = min(cluster.least, most)
        pool = data.ActorPoolStrategy(
            min_size=least, max_size=most, initial_size=max(least, min(most, cores))
        )
        rows = data.from_items(
            [{"part": pickle.dumps(part)} for part in parts], override_num_blocks=len(parts)
        )
        done = rows.map_batches(
            _Actor,
            fn_constructor_args=(ray.put(pickle.dumps(work)), str(Path.cwd())),
            batch_size=1,
            batch_format="pyarrow",
            compute=pool,
            num_cpus=cluster.threads,
        )
        batches: Any = done.iter_batches(batch_size=None, batch_format="pyarrow", prefetch_batches=0)
        for batch in batches:
            for answer in batch["answer"].to_pylist():
                yield unpacked(answer)


def tasks(
    call: Callable[[Any], Any],
    arguments: Sequence[Any],
    cluster: Cluster,
    on_wait: Callable[[list[Any]], None],
) -> Iterator[Any]:
    """Yields what a function gives for each argument, as it comes.

    Args:
        call: pickles, as do arguments and results.
        arguments: one a task.
        cluster: where; ``most`` of them are under way at a time.
        on_wait: called now and then with the arguments that are under way.

    Raises:
        MissingExtraError: Ray is not installed.
        InkdigitsError: there is no such cluster, or ``call`` raised it.
    """
    with _connected(cluster) as ray, _boundary():
        remote = ray.remote(num_cpus=cluster.threads, max_retries=3)(_called)
        function, here, left = ray.put(pickle.dumps(call)), str(Path.cwd()), list(arguments)
        running: dict[Any, Any] = {}
        while left or running:
            while left and len(running) < (cluster.most or len(arguments)):
                argument = left.pop(0)
                running[remote.remote(function, pickle.dumps(argument), here)] = argument
            done, _ = ray.wait(list(running), timeout=_HEARS_S)
            interrupt.check()
            on_wait(list(running.values()))
            for one in done:
                yield unpacked(ray.get(one))
                del running[one]


class _Actor:
    """A process that holds what does the work, and does it part by part."""

    def __init__(self, work: Any, folder: str) -> None:
        import ray

        _settle(folder)
        self._work: PartWork = pickle.loads(ray.get(work))  # noqa: S301 - what our own driver has pickled
        self._careful = _CAREFUL if ray.get_runtime_context().was_current_actor_reconstructed else 0
        self._began: float | None = None
        if self._work.patience is not None:
            threading.Thread(target=self._watch, args=(self._work.patience,), daemon=True).start()

    def __call__(self, batch: Any) -> Any:
        import pyarrow as pa

        (part,) = batch["part"].to_pylist()
        careful, self._careful = self._careful > 0, self._careful - 1
        begin = _nothing if careful else self._begin
        answer = packed(lambda: self._work(pickle.loads(part), careful, begin))  # noqa: S301 - our own driver's
        self._began = None
        return pa.table({"answer": pa.array([answer], pa.large_binary())})

    def _begin(self) -> None:
        self._began = time.monotonic()

    def _watch(self, patience: float) -> None:
        """Ends this process when an item takes too long; Ray starts it again with the same part."""
        while True:
            time.sleep(min(patience / 4, 0.5))
            began = self._began
            if began is not None and time.monotonic() - began > patience:
                os._exit(1)


def _called(call: bytes, argument: bytes, folder: str) -> bytes:
    _settle(folder)
    return packed(lambda: pickle.loads(call)(pickle.loads(argument)))  # noqa: S301 - our own driver's


def _settle(folder: str) -> None:
    """Goes to the folder of the command, for what is named from there; a machine may not have it."""
    with suppress(OSError):
        os.chdir(folder)


def _nothing(*_: object, **__: object) -> None:
    """Does nothing: nobody watches, nobody is told."""


@contextmanager
def _connected(cluster: Cluster) -> Generator[Any]:
    """Gives Ray, connected to a cluster, and lets go of it at the end."""
    check()
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    address = cluster.address or os.environ.get("RAY_ADDRESS")
    place: Path | None = None
    if address is not None:
        check_address(address)
    else:
        place = own_folder()
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))  # or it is kept in the home folder
    import ray
    from ray._private import node, ray_constants, worker

    logging.getLogger("ray").setLevel(logging.CRITICAL)
    worker.print_to_stdstream = _nothing  # it would tell among the rows which process was lost
    quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.CRITICAL}
    signals = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        if place is None:
            with muted():
                ray.init(address=address, **quiet)
        else:
            # As Ray has it on macOS and Windows, where no other machine can join.
            ray_constants.ENABLE_RAY_CLUSTER = False
            # Without a dashboard its process is started all the same, and asks which cloud it runs in.
            node.Node.start_api_server = _nothing
            with interrupt.blocked(), muted():  # Ctrl-C is for this process, which ends its own
                ray.init(
                    address="local",
                    num_cpus=max(core_count(), cluster.threads * (cluster.most or 1)),
                    object_store_memory=_STORE_BYTES,
                    include_dashboard=False,
                    _temp_dir=str(place),
                    **quiet,
                )
        if threading.current_thread() is threading.main_thread():
            for number, handler in signals.items():  # Ray has put its own in their place
                signal.signal(number, handler)
        yield ray
    except (ConnectionError, ValueError, RuntimeError) as error:
        if ray.is_initialized():
            raise
        where = f"at {address}" if address else "on this machine"
        raise InkdigitsError(
            f"no Ray cluster {where}: {reason(error)}; name its head with --address, or leave that out"
        ) from error
    finally:
        ray.shutdown()
        if place is not None:
            shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _boundary() -> Generator[None]:
    """Turns Ray's errors into ours."""
    from ray.exceptions import RayError

    try:
        yield
    except RayError as error:
        raise InkdigitsError(
            f"the Ray cluster failed: {reason(error)}; look at it, and go on with --resume"
        ) from error
