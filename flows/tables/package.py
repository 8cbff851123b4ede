"""A workbook as a zip archive: checked before anything is unpacked, then read part by part."""

import posixpath
import zlib
from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from flows.tables.cells import Unreadable
from flows.tables.resource_limits import Limits

_PIECE = 1 << 16
_OLD = b"\xd0\xcf\x11\xe0"  # the container of .xls, and of an .xlsx with a password

Start = Callable[[str, dict[str, str]], None]


class Package:
    """The parts of a workbook by name. Raises Unreadable when they are too many, too large, or inconsistent."""

    def __init__(self, file: IO[bytes], size: int, limits: Limits) -> None:
        if file.read(4) == _OLD:
            raise Unreadable("old_or_locked")
        try:
            self._zip = ZipFile(file)
        except (BadZipFile, ValueError, OSError, NotImplementedError, EOFError) as error:
            raise Unreadable("no_workbook", why=str(error)) from None
        self._left = limits.unpacked
        self._check(size, limits)

    def _check(self, size: int, limits: Limits) -> None:
        parts = self._zip.infolist()
        if len(parts) > limits.parts:
            raise Unreadable("many_parts", parts=len(parts), most=limits.parts)
        unpacked = sum(part.file_size for part in parts)
        if unpacked > limits.unpacked:
            raise Unreadable("unpacks_large", size=unpacked, most=limits.unpacked)
        if unpacked > limits.small and unpacked > limits.ratio * size:
            raise Unreadable("unpacks_much", size=unpacked, times=unpacked // size)
        if len({part.filename.lower() for part in parts}) < len(parts):
            raise Unreadable("broken", part="zip")
        for other in parts:
            if other.flag_bits & 1:
                raise Unreadable("old_or_locked")
            if other.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
                raise Unreadable("broken", part=other.filename[:100])

    def has(self, name: str) -> bool:
        return name in self._zip.NameToInfo

    def pieces(self, name: str) -> Iterator[bytes]:
        """The part's bytes; the total over all parts is counted, whatever sizes the archive declares."""
        try:
            with self._zip.open(name) as part:
                while piece := part.read(_PIECE):
                    self._left -= len(piece)
                    if self._left < 0:
                        raise Unreadable("unpacks_large", size=None, most=None)
                    yield piece
        except (BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError, OSError):
            raise Unreadable("broken", part=name[:100]) from None

    def walk(
        self, name: str, start: Start, end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> Iterator[None]:  # fmt: skip
        """Read the part as XML, piece by piece, and call with each element's local name, its end and its text."""
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda tag, attributes: start(local(tag), attributes)
        if end is not None:
            parser.EndElementHandler = lambda tag: end(local(tag))
        if text is not None:
            parser.CharacterDataHandler = text
        parser.StartDoctypeDeclHandler = _no_doctype
        try:
            for piece in self.pieces(name):
                parser.Parse(piece, False)
                yield
            parser.Parse(b"", True)
        except expat.ExpatError:
            raise Unreadable("broken", part=name[:100]) from None

    def read(
        self, name: str, start: Start, end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:  # fmt: skip
        """`walk` to its end."""
        for _ in self.walk(name, start, end, text):
            pass

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """The parts that `name` points to: (last word of the kind, name of the part) by id."""
        folder, base = posixpath.split(name)
        relations: dict[str, tuple[str, str]] = {}

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2]
                relations[attributes.get("Id", "")] = (kind, target.lstrip("/"))

        where = posixpath.join(folder, "_rels", f"{base}.rels")
        if self.has(where):
            self.read(where, start)
        return relations


def local(tag: str) -> str:
    """An element's name without its prefix."""
    return tag.rpartition(":")[2]


def _no_doctype(*_: object) -> None:
    raise Unreadable("broken", part="DOCTYPE")
