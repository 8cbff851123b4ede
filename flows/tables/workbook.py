"""A workbook: its sheets, its texts, its formats; which sheet is the table."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from flows.tables.cells import CellRow, Unreadable
from flows.tables.formats import BUILTIN, BY_MACHINE, NO_CODE
from flows.tables.package import Package
from flows.tables.resource_limits import MAX_FORMAT, MAX_TEXT, Limits
from flows.tables.worksheet import Formats, Outline, has_content, outline, rows

HIDDEN = ("hidden", "veryHidden")
FILL, GUIDE = "填写", "说明"
"""The sheets of a template: the table, and how it is filled in."""
BESIDE = ("comments", "threadedComment", "drawing")
"""What a person sees on a sheet beside its cells."""


@dataclass
class Book:
    """The parts of a workbook that a table is read from; sheets are (name, part, whether hidden), in order."""

    package: Package
    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    texts: list[str | None] = field(default_factory=list)
    formats: Formats = field(default_factory=lambda: Formats([], False))
    counted_anew: bool = False
    """Whether Excel counts every formula when it opens the book: a nought that stands there is a place kept free."""


def read_workbook(
    file: IO[bytes], size: int, limits: Limits
) -> tuple[str, list[str], Outline, Iterator[CellRow]]:
    """The name of the sheet that is the table, the hidden sheets beside it, its outline, and the rows with content.

    The table is the only visible sheet that holds anything beside the guide. Raises Unreadable.
    """
    book = _book(Package(file, size, limits))
    visible = [sheet for sheet in book.sheets if not sheet[2]]
    if not visible:
        raise Unreadable("no_sheet")
    visible = [sheet for sheet in visible if sheet[0] != GUIDE] or visible
    filled = [sheet for sheet in visible if has_content(book.package, sheet[1])]
    if len(filled) > 1:
        raise Unreadable("several_sheets", names=[name for name, _, _ in filled])
    name, part, _ = (filled or visible)[0]
    hidden = [sheet[0] for sheet in book.sheets if sheet[2] and has_content(book.package, sheet[1])]
    looked = outline(book.package, part)
    looked.counted_anew = book.counted_anew
    looked.beside = sorted({kind for kind, _ in book.package.relations(part).values() if kind in BESIDE})
    return name, hidden, looked, rows(book.package, part, book.texts, book.formats, looked)


def every_sheet(
    file: IO[bytes], size: int, limits: Limits
) -> Iterator[tuple[str, bool, Outline, Iterator[CellRow]]]:
    """Each sheet as it stands: its name, whether it is hidden, its outline, and the rows with content."""
    book = _book(Package(file, size, limits))
    for name, part, hidden in book.sheets:
        looked = outline(book.package, part)
        looked.counted_anew, looked.as_stands = book.counted_anew, True
        looked.beside = sorted({kind for kind, _ in book.package.relations(part).values() if kind in BESIDE})
        yield name, hidden, looked, rows(book.package, part, book.texts, book.formats, looked)


def _book(package: Package) -> Book:
    main = next(
        (part for kind, part in package.relations("").values() if kind == "officeDocument"), "xl/workbook.xml"
    )
    if not package.has(main):
        raise Unreadable("no_workbook", why=main)
    related = package.relations(main)
    book, since_1904 = Book(package), False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal since_1904
        if tag == "workbookPr":
            since_1904 = attributes.get("date1904", "0") in ("1", "true")
        elif tag == "calcPr":
            book.counted_anew = attributes.get("fullCalcOnLoad", "0") in ("1", "true")
        elif tag == "sheet":
            id_ = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            kind, part = related.get(id_, ("", ""))
            if kind == "worksheet":
                hidden = attributes.get("state", "visible") in HIDDEN
                book.sheets.append((attributes.get("name", ""), part, hidden))

    package.read(main, start)
    parts = dict(related.values())
    if "sharedStrings" in parts:
        book.texts = _texts(package, parts["sharedStrings"])
    codes = _codes(package, parts["styles"]) if "styles" in parts else []
    book.formats = Formats(codes, since_1904)
    return book


def _texts(package: Package, part: str) -> list[str | None]:
    """The texts that cells share; None for one that is longer than Excel keeps."""
    texts: list[str | None] = []
    pieces: list[str] = []
    size = 0
    inside = reading = False
    phonetic = 0

    def start(tag: str, _attributes: dict[str, str]) -> None:
        nonlocal inside, reading, phonetic, size
        if tag == "si":
            inside, size = True, 0
            pieces.clear()
        elif tag == "rPh":
            phonetic += 1
        elif tag == "t":
            reading = inside and not phonetic

    def end(tag: str) -> None:
        nonlocal inside, reading, phonetic
        if tag == "si":
            texts.append("".join(pieces) if size <= MAX_TEXT else None)
            inside = False
        elif tag == "rPh":
            phonetic -= 1
        elif tag == "t":
            reading = False

    def text(more: str) -> None:
        nonlocal size
        if reading:
            size += len(more)
            if size <= MAX_TEXT:
                pieces.append(more)

    package.read(part, start, end, text)
    return texts


def _codes(package: Package, part: str) -> list[str | None]:
    """The format's code of each style; None for one that shows a day in the machine's own way."""
    own: dict[int, str] = {}
    codes: list[str | None] = []
    inside = False

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt":
            code = attributes.get("formatCode", "")
            if len(code) > MAX_FORMAT:
                raise Unreadable("broken", part=part)
            own[int(attributes.get("numFmtId", "0"))] = code
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            number = int(attributes.get("numFmtId", "0") or 0)
            by_machine = number in BY_MACHINE and number not in own
            codes.append(None if by_machine else own.get(number, BUILTIN.get(number, NO_CODE.format(number))))

    def end(tag: str) -> None:
        nonlocal inside
        if tag == "cellXfs":
            inside = False

    try:
        package.read(part, start, end)
    except ValueError:
        raise Unreadable("broken", part=part) from None
    return codes
