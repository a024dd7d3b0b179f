"""What a review's requests and answers look like: checked where they come in, told in OpenAPI."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool

__all__ = [
    "AnswerBody",
    "AnsweredModel",
    "CellsModel",
    "NextBody",
    "ReleaseBody",
    "ReviewModel",
    "UndoBody",
    "UndoneModel",
    "body_of",
]

MOST_CELLS = 32  # that a window has at a time
MOST_TEXT = 4096  # characters; a page whose numbers have no boxes is one cell

_Id = Annotated[
    str, Field(pattern=r"^[0-9A-Za-z-]{8,64}$", description="chosen by the sender, another each time")
]
_Tab = Annotated[
    str, Field(pattern=r"^[0-9A-Za-z-]{8,64}$", description="the window; cells are given to one at a time")
]
_Who = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,40}$", description="the person's name or initials")]


def _number(value: object) -> object:
    """Refuses what pydantic takes for a number and JSON Schema does not; 8.0 is a whole number to both."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError("Input should be a whole number")
    return value


_Whole = Annotated[int, BeforeValidator(_number)]
_CELL = Annotated[_Whole, Field(ge=0, lt=2**31, description="place in the table of results, from 0")]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class NextBody(_Model):
    """Asks for cells."""

    tab: _Tab
    count: _Whole = Field(8, ge=1, le=MOST_CELLS, description="how many to have at a time")
    again: StrictBool = Field(False, description="give those that were skipped, too")


class AnswerBody(_Model):
    """Says what stands in a cell."""

    id: _Id
    cell: _CELL
    verdict: Literal["text", "other", "skip"] = Field(
        description="text: this stands there; other: it is no number; skip: somebody may look later"
    )
    text: str = Field(
        "", pattern=r"^[^\x00-\x09\x0b-\x1f\x7f]*$", max_length=MOST_TEXT, description="what stands there"
    )
    who: _Who
    tab: _Tab


class UndoBody(_Model):
    """Takes an answer back."""

    id: _Id
    undoes: _Id
    who: _Who
    tab: _Tab


class ReleaseBody(_Model):
    """Gives back what a window has."""

    tab: _Tab


class ReviewModel(_Model):
    """How far a review is."""

    name: str = Field(description="of the file of results")
    cells: int = Field(description="all that have a text")
    asked: int = Field(description="those that a person is to look at")
    done: int = Field(description="those of them that have an answer")
    skipped: int
    corrected: int = Field(description="answers that are not what was read")
    left: int
    share_left: float = Field(ge=0, le=1)
    expected_errors: float = Field(
        ge=0, description="in how many cells without an answer an error is expected, by their confidences"
    )
    expected_unlooked: float = Field(ge=0, description="how many of these in cells that are not asked about")


class CellModel(_Model):
    """One cell to look at."""

    cell: int
    source: str
    number: int = Field(description="which of the source, from 1; 0 for all of it")
    text: str = Field(description="what was read")
    confidence: float = Field(ge=0, le=1)
    alternatives: list[tuple[str, float]] = Field(description="other texts, the likeliest first")
    question: str = Field(description="what is doubtful; cells with the same follow each other")
    place: dict[str, str] = Field(description="what else the results tell, such as row and column")


class CellsModel(_Model):
    """The next cells of a window."""

    cells: list[CellModel]
    review: ReviewModel


class AnsweredModel(_Model):
    """An answer that is kept."""

    id: str
    cell: int
    at: str = Field(description="ISO 8601, UTC")
    corrections: int = Field(description="digits that were kept for training because of it")
    review: ReviewModel


class UndoneModel(_Model):
    """The cell of an answer that was taken back; it is this window's again."""

    cell: CellModel
    review: ReviewModel


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """Returns the documentation of a body of JSON."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})  # which the document would look for at its own root
    body = {"schema": _whole(schema, parts)}
    return {"requestBody": {"required": True, "content": {"application/json": body}}}


def _whole(schema: Any, parts: dict[str, Any]) -> Any:
    """Returns a schema with its parts in place of what refers to them; none refers to itself."""
    if isinstance(schema, list):
        return [_whole(one, parts) for one in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    told = cast("dict[str, Any]", schema)
    if "$ref" in told:
        return _whole(parts[told["$ref"].rpartition("/")[2]], parts)
    return {name: _whole(one, parts) for name, one in told.items()}
