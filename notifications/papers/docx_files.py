"""Reproducible .docx files: the same parts give the same bytes."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_FIRST = ("[Content_Types].xml", "_rels/.rels")


def same_bytes(docx: bytes) -> bytes:
    """The package with its parts in one order and without the time at which it was written."""
    buffer = BytesIO()
    with ZipFile(BytesIO(docx)) as old, ZipFile(buffer, "w", ZIP_DEFLATED) as new:
        names = sorted(old.namelist(), key=lambda name: (name not in _FIRST, name))
        for name in names:
            part = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            part.compress_type, part.external_attr = ZIP_DEFLATED, 0o600 << 16
            new.writestr(part, old.read(name))
    return buffer.getvalue()
