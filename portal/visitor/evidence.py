"""Evidence files: how an inspection names them, and dates in the future."""

from collections.abc import Mapping
from datetime import date

from pydantic import JsonValue

from storage.attachments import Attachment


def shown_ahead(data: Mapping[str, JsonValue], today: date) -> str:
    """The first day of the evidence after today, or '': evidence cannot be from the future."""
    files = data.get("evidence")
    days = [str(file.get("on") or "") for file in files if isinstance(file, dict)] if isinstance(files, list) else []
    return next((day for day in days if day > today.isoformat()), "")


def named_as_evidence(file: Attachment, place: str, on: str) -> dict[str, str]:
    """A file as named by an inspection: its digest with place and day."""
    return {"sha256": file.sha256, "name": file.name, "place": place, "on": on}
