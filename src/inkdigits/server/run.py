"""Runs the server: its socket, its processes, its end."""

from __future__ import annotations

import multiprocessing
import multiprocessing.synchronize
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from types import FrameType
from typing import Any, Self, cast

import uvicorn
from uvicorn import _subprocess
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from inkdigits.errors import InkdigitsError
from inkdigits.processes import end_with_parent, send_self
from inkdigits.server import logs, preloaded
from inkdigits.server.app import create_app
from inkdigits.server.drain import drain_on_signals
from inkdigits.server.metrics import FOLDER
from inkdigits.server.preloaded import ReaderOptions
from inkdigits.server.protocol import Protocol
from inkdigits.server.settings import Settings
from inkdigits.server.template_app import create_template_app
from inkdigits.tables.new_template import NewTemplate

__all__ = ["ReaderOptions", "serve", "serve_template", "url"]

_GRACE_S = 5  # seconds that the last answers have to be taken, after the server has drained


class _OwnSocket(socket.socket):
    """A socket of which every worker opens its own on the same port: the kernel shares out connections.

    A socket that all workers listen on together gives a burst of connections to whoever wakes up first, and
    the others idle.
    """

    def __reduce__(self) -> tuple[Callable[..., Self], tuple[Any, ...]]:
        """Makes multiprocessing send the address in place of the socket."""
        return type(self).bound, (self.family, self.getsockname())

    @classmethod
    def bound(cls, family: socket.AddressFamily, address: Any) -> Self:
        """Returns a new socket on an address that others of this kind may have, too."""
        opened = cls(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            opened.bind(address)
        except OSError:
            opened.close()
            raise
        return opened


def serve(settings: Settings, options: ReaderOptions, on_address: Callable[[str], None]) -> int:
    """Serves until a signal ends it.

    Args:
        settings: how to listen, limits, token, corrections.
        options: the reader of each worker.
        on_address: called with the server's address, in a thread, once every worker reads pictures.

    Returns:
        The exit code: 0, or 1 when the workers could not start.

    Raises:
        InkdigitsError: the address cannot be listened on, or a folder cannot be used.
    """
    logs.configure()
    listener = _listener(settings)
    address = url(settings.host, listener.getsockname()[1])
    settings = replace(settings, port=listener.getsockname()[1])
    started = multiprocessing.get_context("spawn").Semaphore(0)  # one up for each worker that reads
    config = _config(partial(_build, settings, options, started), settings)
    if settings.workers == 1:
        _when(started, settings.workers, partial(on_address, address))
        _run(config, listener)
        return 0
    with tempfile.TemporaryDirectory(prefix="inkdigits-metrics-") as folder:
        os.environ[FOLDER] = folder
        _subprocess.spawn = preloaded.context(options)  # uvicorn has no setting for it
        supervisor = Multiprocess(config, [listener])
        _when(started, settings.workers, partial(on_address, address))
        supervisor.run()
    failed = any(process.exitcode == STARTUP_FAILURE for process in supervisor.processes)
    return int(failed)


def serve_template(
    new: NewTemplate, settings: Settings, on_address: Callable[[str], None], on_saved: Callable[[int], None]
) -> int:
    """Serves the page on which a template is drawn until a signal ends it; returns the exit code.

    Args:
        new: what is drawn.
        settings: how to listen.
        on_address: called with the server's address, in a thread.
        on_saved: called with how many fields it has, whenever the template is written.

    Raises:
        InkdigitsError: the address cannot be listened on.
    """
    logs.configure()
    listener = _listener(settings)
    started = multiprocessing.get_context("spawn").Semaphore(0)
    drain = partial(drain_on_signals, limit_s=settings.timeout_s + _GRACE_S)
    app = create_template_app(new, settings, on_start=drain, on_ready=started.release, on_saved=on_saved)
    _when(started, 1, partial(on_address, url(settings.host, listener.getsockname()[1])))
    _run(_config(lambda: app, settings), listener)
    return 0


def _config(build: Callable[[], Any], settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        build,
        factory=True,
        workers=settings.workers,
        log_config=None,
        access_log=False,
        http=cast("Any", partial(Protocol, head_timeout_s=settings.timeout_s)),  # it takes any callable
        loop="asyncio",
        ws="none",
        lifespan="on",
        proxy_headers=False,  # nobody may name another client than the one that connects
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
        timeout_worker_healthcheck=60,
    )


def _run(config: uvicorn.Config, listener: socket.socket) -> None:
    """Runs a server in this process until a signal ends it."""
    for number in (signal.SIGINT, signal.SIGTERM):
        # Uvicorn raises the signal again when it has ended: by then it has done what it asked for.
        signal.signal(number, _ignore)
    listener.listen(config.backlog)
    uvicorn.Server(config).run([listener])


def url(host: str, port: int) -> str:
    """Returns the address to open in a browser."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{shown}:{port}/"


def _when(started: multiprocessing.synchronize.Semaphore, workers: int, call: Callable[[], None]) -> None:
    """Calls once every worker has started, in a thread that keeps no process alive."""

    def wait() -> None:
        for _ in range(workers):
            started.acquire()
        call()

    threading.Thread(target=wait, daemon=True).start()


def _build(settings: Settings, options: ReaderOptions, started: multiprocessing.synchronize.Semaphore) -> Any:
    """Makes a worker's application; uvicorn calls it in the worker.

    A semaphore comes to another process as a whole only, never one of its methods.
    """
    logs.configure()
    end_with_parent(partial(send_self, signal.SIGTERM))  # what it has accepted is answered first
    drain = partial(drain_on_signals, limit_s=settings.timeout_s + _GRACE_S)
    return create_app(
        partial(preloaded.reader, options),
        settings,
        on_start=drain,
        on_ready=started.release,
        on_failure=_fail,
    )


def _ignore(number: int, frame: FrameType | None) -> None:
    """Does nothing about a signal."""


def _fail() -> None:
    os._exit(STARTUP_FAILURE)  # tells the supervisor not to start it again


def _listener(settings: Settings) -> socket.socket:
    try:
        family, *_, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        if settings.workers > 1 and sys.platform == "linux":
            return _OwnSocket.bound(family, address)
        # The protocol is named: only then does asyncio turn off Nagle's algorithm, which holds answers back
        # until the client has acknowledged their heads, 40 ms later.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        try:
            if os.name == "posix":  # elsewhere it would let two servers share a port
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
        except OSError:
            listener.close()
            raise
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InkdigitsError(
            f"cannot listen on {settings.host}:{settings.port}: {reason}; choose another --port or --host"
        ) from error
    return listener
