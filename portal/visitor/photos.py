"""Photographs and papers that prove something: how they are named, and which lie ahead of today."""

from collections.abc import Mapping
from datetime import date

from pydantic import JsonValue

from storage.attachments import Attachment


def shown_ahead(data: Mapping[str, JsonValue], today: date) -> str:
    """The first day of the evidence that lies ahead of today, or '': what shows something was taken by now."""
    files = data.get("evidence")
    days = [str(file.get("on") or "") for file in files if isinstance(file, dict)] if isinstance(files, list) else []
    return next((day for day in days if day > today.isoformat()), "")


def named_as_evidence(file: Attachment, place: str, on: str) -> dict[str, str]:
    """How an inspection names a file: by its digest, with the place and day it shows."""
    return {"sha256": file.sha256, "name": file.name, "place": place, "on": on}
