"""Stored files as answers."""

from collections.abc import Mapping
from urllib.parse import quote

from fastapi import Response

from storage.attachments import Attachment


def shown_file(file: Attachment) -> Response:
    """The file for display in the browser; its type was derived from its content when it was stored."""
    return Response(file.content, media_type=file.media_type, headers=_headers(file))


def _headers(file: Attachment) -> Mapping[str, str]:
    return {
        "content-disposition": f"inline; filename*=UTF-8''{quote(file.name, safe='')}",
        "x-content-type-options": "nosniff",
        # the browser's own page around an image has a style in its head; nothing else of it is let in
        "content-security-policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; object-src 'self'; "
        "frame-ancestors 'none'",
    }
