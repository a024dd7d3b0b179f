"""What the server was started with, checked once."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from inkdigits import spec
from inkdigits.errors import ConfigError

__all__ = [
    "MAX_BYTES",
    "MAX_FILES",
    "MAX_PIXELS",
    "QUEUE",
    "TIMEOUT_S",
    "Settings",
    "is_loopback",
]

MAX_BYTES = 32 * 2**20  # bytes of one request's body; three photos of a phone, or a scanned page of 300 dpi
MAX_PIXELS = 50_000_000  # pixels of one picture; the largest camera of common phones, 150 MB once decoded
MAX_FILES = 64  # pictures a batch request
TIMEOUT_S = 30.0  # seconds from a request's first byte to its answer
QUEUE = 64  # requests a worker holds that are not answered; half a second's work when each is one digit


@dataclass(frozen=True, slots=True)
class Settings:
    """How a server listens, what it accepts and how much of it.

    Attributes:
        host: address or name to listen on.
        port: TCP port; 0 for a free one.
        workers: processes that read.
        token: what requests have to bring as ``Authorization: Bearer``; None for none.
        no_auth: listen beyond loopback without a token all the same.
        corrections: folder where corrected digits are kept; None for nowhere.
        review: results of ``inkdigits read --output`` whose unsure cells people look at; None for none.
        review_max_error: ask about sure cells with a higher risk than this, too; None for unsure ones alone.
        pictures: folder in which the pictures of these results are looked for first; None for none.
        max_bytes: bytes of one request's body.
        max_pixels: pixels of one picture, known from its header.
        max_files: pictures of one batch request.
        timeout_s: seconds from a request's first byte to its answer.
        queue: requests with a complete body that a worker holds unanswered; more are refused with 503.

    Raises:
        ConfigError: a value is out of range, or the server would be open to a network without a token.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    token: str | None = field(default=None, repr=False)
    no_auth: bool = False
    corrections: Path | None = None
    review: Path | None = None
    review_max_error: float | None = None
    pictures: Path | None = None
    max_bytes: int = MAX_BYTES
    max_pixels: int = MAX_PIXELS
    max_files: int = MAX_FILES
    timeout_s: float = TIMEOUT_S
    queue: int = QUEUE

    def __post_init__(self) -> None:
        self._check_ranges()
        if self.token is not None and not self.token.strip():
            raise ConfigError("--token is empty; expected a secret, such as: openssl rand -hex 16")
        if self.token is not None and self.no_auth:
            raise ConfigError("--token and --no-auth contradict each other; give one of them")
        if not self.loopback and self.token is None and not self.no_auth:
            raise ConfigError(
                f"--host {self.host} can be reached from other machines; expected --token SECRET (or "
                "INKDIGITS_TOKEN), received none; add one, or --no-auth to let everybody in"
            )

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)

    def _check_ranges(self) -> None:
        if not 0 <= self.port <= 65535:
            raise ConfigError(f"--port is {self.port}; expected 0 (a free one) to 65535")
        for option, value in (
            ("--workers", self.workers),
            ("--max-bytes", self.max_bytes),
            ("--max-files", self.max_files),
            ("--queue", self.queue),
        ):
            if value < 1:
                raise ConfigError(f"{option} is {value}; expected 1 or more")
        if not 1 <= self.max_pixels <= spec.MAX_SOURCE_PIXELS:
            raise ConfigError(
                f"--max-pixels is {self.max_pixels:,}; expected 1 to {spec.MAX_SOURCE_PIXELS:,}, which is as "
                "much as the reader takes"
            )
        if not 0 < self.timeout_s <= 3600:  # also false for NaN
            raise ConfigError(f"--timeout is {self.timeout_s}; expected seconds above 0, up to 3600")


def is_loopback(host: str) -> bool:
    """Tells an address or name that only this machine can reach; no name is looked up."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
