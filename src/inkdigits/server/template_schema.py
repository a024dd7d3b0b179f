"""What the page on which a template is drawn asks for and sends."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["DrawnField", "DrawnTemplate", "PageModel", "SavedModel", "TemplateModel"]

_MOST_FIELDS = 500  # of a form
_Cell = Annotated[
    list[float], Field(min_length=4, max_length=4, description="x, y, width, height, as shares")
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)


class DrawnField(_Model):
    """A field."""

    name: str = Field(max_length=200)
    kind: str = Field(max_length=500, description="its type as a template has it: digits(7)")
    cells: list[_Cell] = Field(min_length=1, description="a box for each character; one for all of them")
    page: int = Field(ge=0)


class DrawnTemplate(_Model):
    """What is to be saved."""

    title: str = Field(max_length=200)
    fields: list[DrawnField] = Field(max_length=_MOST_FIELDS)


class PageModel(_Model):
    """A page of the blank."""

    width: int
    height: int
    picture: str


class TemplateModel(_Model):
    """What is to be drawn on."""

    path: str
    title: str
    pages: list[PageModel]
    offered: list[DrawnField]


class SavedModel(_Model):
    """It is saved."""

    path: str
    fields: int
