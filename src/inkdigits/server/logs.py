"""One JSON object a line on standard error: what people grep for, and machines collect."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

__all__ = ["LOGGER", "configure", "event"]

LOGGER = logging.getLogger("inkdigits.server")


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            "process": record.process,
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            fields["traceback"] = self.formatException(record.exc_info)
        return json.dumps(fields, ensure_ascii=True, default=str)  # ASCII: no name can steer a terminal


def configure() -> None:
    """Sends this server's and uvicorn's records to standard error as JSON lines; call it once a process."""
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonLines())
    for name in (LOGGER.name, "uvicorn"):
        logger = logging.getLogger(name)
        logger.handlers = [handler]
        logger.setLevel(logging.INFO)
        logger.propagate = False
    logging.getLogger("python_multipart").setLevel(logging.CRITICAL)  # it warns of what is answered with 400


def event(level: int, name: str, **fields: Any) -> None:
    """Logs one event with its fields."""
    if LOGGER.isEnabledFor(level):
        LOGGER.log(level, name, extra={"fields": fields})
