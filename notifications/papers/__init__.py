"""Papers (文书): their kinds, texts and forms, from templates that an office can replace."""

from notifications.papers.errors import PaperError
from notifications.papers.form import shipped
from notifications.papers.issuers import IssuingOffice, Offices, load_offices
from notifications.papers.kinds import KINDS, LISTS, OCCASIONS, OF_CASES, Kind, kinds_of
from notifications.papers.paper import Paper, chinese_day, chinese_number, paragraphs
from notifications.papers.samples import sample, samples
from notifications.papers.template_rendering import Templates, titled, write_shipped

__all__ = [
    "KINDS",
    "LISTS",
    "OCCASIONS",
    "OF_CASES",
    "IssuingOffice",
    "Kind",
    "Offices",
    "Paper",
    "PaperError",
    "Templates",
    "chinese_day",
    "chinese_number",
    "kinds_of",
    "load_offices",
    "paragraphs",
    "sample",
    "samples",
    "shipped",
    "titled",
    "write_shipped",
]
