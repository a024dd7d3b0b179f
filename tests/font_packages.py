"""Archives of made-up fonts as npm has them, for what downloads fonts."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile

from inkdigits.data.fonts import FontPackage


def packed(name: str, *weights: int) -> bytes:
    """Returns an archive as npm has it, with fonts that are nothing but their weight."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for file in (
            *(f"{name}-latin-{weight}-normal.woff" for weight in weights),
            f"{name}-greek-400-normal.woff",
        ):
            member = tarfile.TarInfo(f"package/files/{file}")
            content = file.encode()
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return out.getvalue()


def package_of(archive: bytes, use: str = "print") -> FontPackage:
    digest = base64.b64encode(hashlib.sha512(archive).digest()).decode()
    return FontPackage(use, "made", "1.0.0", digest)
