"""Bodies of JSON, checked against what they are to hold."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from inkdigits.server.problems import Problem

__all__ = ["parsed"]

Body = TypeVar("Body", bound=BaseModel)


def parsed(model: type[Body], content: bytes, *, strict: bool = False) -> Body:
    """Returns what a body of JSON holds.

    Args:
        model: what it is to hold.
        content: the body.
        strict: take no text for a number, no number for a truth.

    Raises:
        Problem: 422 it is no JSON, or holds something else.
    """
    try:
        return model.model_validate_json(content, strict=strict or None)  # False would undo the model's own
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"])) or "body"
        raise Problem(422, f"wrong {name}: {first['msg']}; /docs says what is expected") from error
