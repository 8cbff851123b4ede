"""Photographs and papers: as they come with an inspection, and as they are shown."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

from fastapi import Response

from portal.web.fields import Typed
from portal.web.guard import Posted
from portal.web.languages import say
from storage.attachments import MAX_BYTES, Attachment, AttachmentRefused, checked


def evidence_of(form: Posted, data: dict[str, Any], today: date) -> list[Attachment]:
    """The files of the form, which the data then names as evidence with their place and day; raises Typed."""
    taken_on = str(data.pop("taken_on", "") or today.isoformat())
    if taken_on > today.isoformat():
        raise Typed(say("照片的日期 %(day)s 还没有到", day=taken_on))
    found = []
    for upload in form.uploads.get("photos", ()):
        content = upload.file.read(MAX_BYTES + 1)
        if not content:  # a field in which nothing was chosen
            continue
        try:
            found.append(checked(upload.filename or "", content))
        except AttachmentRefused as fault:
            raise Typed(say(fault.words, **fault.values)) from None
    evidence = [named_as_evidence(one, str(data.get("location", "")), taken_on) for one in found]
    if evidence:
        data["evidence"] = evidence
    return found


def shown_ahead(data: Mapping[str, Any], today: date) -> str:
    """The first day of the evidence that lies ahead of today, or '': what shows something was taken by now."""
    told = data.get("evidence")
    days = [str(one.get("on") or "") for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    return next((day for day in days if day > today.isoformat()), "")


def named_as_evidence(one: Attachment, place: str, on: str) -> dict[str, str]:
    """How an inspection names a file: by its digest, with the place and day it shows."""
    return {"sha256": one.sha256, "name": one.name, "place": place, "on": on}


def shown_file(one: Attachment) -> Response:
    """The file, to be looked at in the browser; its type was told by its content when it was kept."""
    return Response(one.content, media_type=one.media_type, headers=_headers(one))


def _headers(one: Attachment) -> Mapping[str, str]:
    return {
        "content-disposition": f"inline; filename*=UTF-8''{quote(one.name, safe='')}",
        "x-content-type-options": "nosniff",
        # the browser's own page around an image has a style in its head; nothing else of it is let in
        "content-security-policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; object-src 'self'; "
        "frame-ancestors 'none'",
    }
