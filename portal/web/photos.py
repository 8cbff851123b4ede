"""Photographs and papers: as they come with an inspection, and as they are shown."""

from datetime import date

from portal.door.guard import Posted
from portal.visitor.evidence import named_as_evidence
from portal.visitor.filled import Typed, day_typed
from portal.visitor.languages import worded
from states.reasons import Label, Refused
from storage.attachments import MAX_BYTES, Attachment, checked
from storage.errors import RefusedByRule


def evidence_of(form: Posted, data: dict[str, object], today: date) -> list[Attachment]:
    """The files of the form, which the data then names as evidence with their place and day; raises Typed."""
    on = form.text("taken_on").strip()
    taken_on = day_typed(worded("照片哪天拍的"), on) if on else today.isoformat()
    if taken_on > today.isoformat():
        raise Typed(Refused("photos_ahead", day=Label(taken_on)))
    files = []
    for upload in form.uploads.get("evidence", ()):
        content = upload.file.read(MAX_BYTES + 1)
        if not content:  # a field in which nothing was chosen
            continue
        try:
            files.append(checked(upload.filename or "", content))
        except RefusedByRule as fault:
            raise Typed(fault.refused) from None
    evidence = [named_as_evidence(file, str(data.get("location", "")), taken_on) for file in files]
    if evidence:
        data["evidence"] = evidence
    return files


