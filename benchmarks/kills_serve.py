"""The server that benchmarks/kills.py kills while it is sent one correction after the other."""

import contextlib
import http.client
import io
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from kills_processes import END_S, Killed, left_running, start
from PIL import Image

__all__ = ["Serve"]


class Serve:
    """``inkdigits serve --corrections`` with a client that sends one correction after the other."""

    def __init__(self, folder: Path) -> None:
        self._corrections = folder / "corrected"
        self._sent, self._acknowledged = 0, set[str]()
        self._workers = 1

    def prepare(self) -> float:
        """Says how long corrections are sent at most."""
        return 3.0  # seconds of corrections before the kill; the start is waited for

    def kill(self, after: float) -> Killed:
        """Starts the server, sends it corrections, kills it, and looks for what it acknowledged."""
        self._workers = 3 - self._workers  # one process, then two, and so on
        words = ["serve", "--port", "0", "--no-browser", "--corrections", str(self._corrections)]
        process = start([*words, "--workers", str(self._workers)], stdout=subprocess.PIPE)
        with process.stdout as told:  # type: ignore[union-attr]
            line = told.readline().decode()
        if not line:
            return Killed(False, [f"does not start again: {process.wait()}"])
        address = line.split()[-1].removeprefix("http://").rstrip("/")
        client = threading.Thread(target=self._send, args=(address,))
        client.start()
        time.sleep(after)
        process.kill()
        process.wait()
        faults = left_running(process.pid)
        client.join()
        return Killed(True, faults + self._checked())

    def finish(self) -> list[str]:
        """Says whether there was anything to lose."""
        return [] if self._acknowledged else ["no correction was acknowledged: the kills came too early"]

    def _send(self, address: str) -> None:
        """Sends corrections, each of another picture, until the server is gone."""
        failures = 0
        while failures < 3:
            self._sent += 1
            try:
                with contextlib.closing(http.client.HTTPConnection(address, timeout=END_S)) as connection:
                    connection.request("POST", "/v1/corrections", *_form(self._sent))
                    answer = connection.getresponse()
                    content = answer.read()
            except (OSError, http.client.HTTPException):
                failures += 1
                time.sleep(0.2)  # a worker that is starting
                continue
            if answer.status == 201:
                self._acknowledged.add(json.loads(content)["id"])

    def _checked(self) -> list[str]:
        kept = [path.stem for path in _pictures(self._corrections)]
        faults = [f"lost: {len(self._acknowledged - set(kept))}"] if self._acknowledged - set(kept) else []
        pictures = [path.read_bytes() for path in _pictures(self._corrections)]
        if len(set(pictures)) < len(pictures) or len(kept) > self._sent:
            faults.append("doubled: a correction is there twice")
        for content in pictures:
            try:
                Image.open(io.BytesIO(content)).load()
            except (OSError, SyntaxError):
                faults.append("a picture is not whole")
        return faults


def _pictures(folder: Path) -> Iterator[Path]:
    return folder.glob("[0-9]/*.png")


def _form(number: int) -> tuple[bytes, dict[str, str]]:
    """Returns body and headers of a correction whose picture is like no other."""
    pixels = np.full((40, 40), 250, np.uint8)
    pixels[8:32, 18:23] = 20
    pixels[0, :24] = [number >> bit & 1 for bit in range(24)]
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="label"\r\n\r\n%d\r\n' % (number % 10),
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
        b"Content-Type: image/png\r\n\r\n" + file.getvalue() + b"\r\n--x--\r\n",
    ]
    return b"".join(parts), {"Content-Type": "multipart/form-data; boundary=x"}
