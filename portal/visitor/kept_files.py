"""Keeping a form's files when the database is busy: the form is shown again without loss."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from secrets import token_urlsafe
from threading import Lock
from time import monotonic

from starlette.datastructures import Headers, UploadFile

KEPT = "kept"
"""The field that names the files kept for the form that is sent again."""
SECRET = ("password", "again", "old")
"""Fields that a page must not repeat, such as passwords: they are typed again."""

Files = Mapping[str, Sequence[tuple[str, str, bytes]]]
"""The files of a form by field: name, kind, content."""


@dataclass(frozen=True)
class _Bundle:
    account: str
    files: Files
    size: int
    until: float


class KeptFiles:
    """Files of forms to be sent again, in memory for a quarter of an hour; when they get large the oldest go."""

    MOST = 128 << 20
    SECONDS = 900.0

    def __init__(self) -> None:
        self._lock = Lock()
        self._bundles: OrderedDict[str, _Bundle] = OrderedDict()

    def keep(self, account: str, files: Files) -> str:
        """The name under which this account gets the files back."""
        name = token_urlsafe(16)
        size = sum(len(content) for some in files.values() for _, _, content in some)
        with self._lock:
            self._bundles[name] = _Bundle(account, files, size, monotonic() + self.SECONDS)
            while self._bundles and (self._over() or next(iter(self._bundles.values())).until < monotonic()):
                self._bundles.popitem(last=False)
        return name

    def given_back(self, name: str, account: str) -> dict[str, list[UploadFile]]:
        """The files kept under this name; none when they belong to another account or are gone."""
        with self._lock:
            bundle = self._bundles.get(name)
        if bundle is None or bundle.account != account or bundle.until < monotonic():
            return {}
        return {field: [_upload(*file) for file in some] for field, some in bundle.files.items()}

    def _over(self) -> bool:
        return sum(bundle.size for bundle in self._bundles.values()) > self.MOST


def read_again(uploads: Mapping[str, Sequence[UploadFile]]) -> Files:
    """The files of a form that was read already."""
    contents = {}
    for field, some in uploads.items():
        for upload in some:
            upload.file.seek(0)
        contents[field] = [(file.filename or "", file.content_type or "", file.file.read()) for file in some]
    return contents


def _upload(name: str, kind: str, content: bytes) -> UploadFile:
    headers = Headers({"content-type": kind})
    return UploadFile(BytesIO(content), size=len(content), filename=name, headers=headers)
