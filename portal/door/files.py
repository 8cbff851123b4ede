"""Files as answers."""

from urllib.parse import quote

from fastapi import Response

from states.outgoing import file_name
from storage.attachments import Attachment


def download(name: str, media_type: str, content: bytes) -> Response:
    """A file to be saved under this name."""
    return Response(content, media_type=media_type, headers={"content-disposition": _disposition("attachment", name)})


def shown_file(file: Attachment) -> Response:
    """The file for display in the browser; its type was derived from its content when it was stored."""
    headers = {
        "content-disposition": _disposition("inline", file.name),
        "x-content-type-options": "nosniff",
        # the browser's own page around an image has a style in its head; nothing else of it is let in
        "content-security-policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; object-src 'self'; "
        "frame-ancestors 'none'",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)


def _disposition(kind: str, name: str) -> str:
    """As RFC 6266 has it, for names in any script."""
    plain = file_name(name)
    return f'{kind}; filename="{plain}"' if plain.isascii() else f"{kind}; filename*=UTF-8''{quote(plain, safe='')}"
