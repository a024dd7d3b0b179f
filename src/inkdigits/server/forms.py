"""Bodies of the type multipart/form-data → files and fields, in memory alone: nothing touches a disk."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from email.message import Message

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, File, FormParser

from inkdigits.server.pictures import RAW_NAME
from inkdigits.server.problems import Problem

__all__ = ["Form", "Upload", "is_multipart", "only", "parse"]

_MAX_FIELDS = 32  # beside the files; a request needs three
_MAX_BOUNDARY = 70  # characters, RFC 2046
_TYPE = "multipart/form-data"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a form.

    Attributes:
        name: the file's name as sent.
        content: its bytes.
    """

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Form:
    """What a body holds.

    Attributes:
        files: (field's name, file), in the order sent.
        fields: field's name → text; the last one counts.
    """

    files: list[tuple[str, Upload]] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)

    def uploads(self, name: str) -> list[Upload]:
        """Returns the files of one field, in the order sent."""
        return [upload for key, upload in self.files if key == name]


def is_multipart(content_type: str) -> bool:
    """Tells whether a body says that it is a form with files."""
    return content_type.partition(";")[0].strip().lower() == _TYPE


def parse(body: bytes, content_type: str, max_files: int) -> Form:
    """Returns what a multipart body holds.

    Raises:
        Problem: 400 it is broken; 413 it has more than ``max_files`` files.
    """
    boundary = _boundary(content_type)
    form = Form()

    def on_file(file: File) -> None:
        if len(form.files) >= max_files:
            raise Problem(
                413,
                f"too many files: expected at most {max_files} a request, received more; send fewer",
            )
        file.file_object.seek(0)
        form.files.append((_text(file.field_name), Upload(_text(file.file_name), file.file_object.read())))
        file.close()

    def on_field(given: Field) -> None:
        if len(form.fields) >= _MAX_FIELDS:
            raise Problem(413, f"too many fields: expected at most {_MAX_FIELDS} beside the files")
        form.fields[_text(given.field_name)] = _text(given.value)

    ended: list[bool] = []
    # One byte more than the body has: a file is never large enough to be written to a disk.
    config = {"MAX_MEMORY_FILE_SIZE": len(body) + 1}
    try:
        parser = FormParser(_TYPE, on_field, on_file, lambda: ended.append(True), boundary, config=config)
        parser.write(body)
        parser.finalize()
    except Problem:
        raise
    except (FormParserError, ValueError, AssertionError) as error:
        # AssertionError: the library's own, for parts without a header.
        raise _broken(str(error)) from error
    if not ended:
        raise _broken("it ends before its last boundary")
    return form


def only(body: bytes, content_type: str) -> Upload:
    """Returns the one picture of a body: the body itself, or a form's field ``file``.

    Raises:
        Problem: 400 the form is broken; 413 it has more files; 422 it has none.
    """
    if not is_multipart(content_type):
        return Upload(RAW_NAME, body)
    uploads = parse(body, content_type, 1).uploads("file")
    if not uploads:
        raise Problem(422, "no picture: expected one field 'file' with a picture, received none")
    upload = uploads[0]
    return upload if upload.name else replace(upload, name=RAW_NAME)


def _boundary(content_type: str) -> bytes:
    header = Message()
    header["Content-Type"] = content_type
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str) or not 0 < len(boundary) <= _MAX_BOUNDARY:
        raise _broken("its Content-Type names no boundary of 1 to 70 characters")
    return boundary.encode("latin-1", "replace")


def _broken(reason: str) -> Problem:
    cause = " ".join(reason.split())[:200] or "it cannot be taken apart"
    return Problem(
        400, f"the multipart body is broken: {cause}; let a library write it, or: curl -F file=@NAME"
    )


def _text(value: bytes | None) -> str:
    return (value or b"").decode("utf-8", "replace")
