"""The shipped templates: each kind in the form of an official paper, measures and fonts as GB/T 9704-2012 has them.

A4; 37 mm above, 28 mm on the left, 22 lines of 28 characters a page; 方正小标宋 22 pt for the title, 仿宋 16 pt for the
body, which is indented by two characters; 发文字号, 落款, 抄送 and — page number — in their places.
"""

from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from notifications.papers.docx_files import same_bytes
from notifications.papers.elements import Grid, Heading, Layout, Lines, Pairs, Part, When
from notifications.papers.kinds import KINDS, Kind

BODY, TITLE, BLACK, SONG, LATIN = "仿宋_GB2312", "方正小标宋简体", "黑体", "宋体", "Times New Roman"
THREE, TWO, FOUR, SMALL = Pt(16), Pt(22), Pt(14), Pt(12)
"""三号, 二号, 四号, 小四."""
CHARACTER = Pt(16)
RED = RGBColor(0xE6, 0x00, 0x12)
LEFT, RIGHT, CENTRE = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.CENTER
TEXT_WIDTH = Mm(156)


@lru_cache(maxsize=64)
def shipped(kind: str) -> bytes:
    """The template of that kind as it is shipped, a .docx; the same bytes each time."""
    chosen = KINDS[kind]
    document = Document()
    _page(document, chosen)
    _HEADS[chosen.layout](document, chosen)
    _write_all(document, chosen.body)
    if chosen.layout != Layout.LIST:
        _end(document, chosen)
    _page_numbers(document, chosen)
    buffer = BytesIO()
    document.core_properties.title = chosen.name
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.save(buffer)
    return same_bytes(buffer.getvalue())


# -- the page ----------------------------------------------------------------------------------------------------


def _page(document: DocumentObject, kind: Kind) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    if kind.layout == Layout.LIST:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.top_margin, section.bottom_margin = Mm(28), Mm(26)
        section.left_margin, section.right_margin = Mm(20), Mm(20)
        section.footer_distance = Mm(16)
    normal: Any = document.styles["Normal"]
    normal.font.name, normal.font.size = LATIN, THREE
    _east_asian(normal.element.get_or_add_rPr(), BODY)
    spacing = normal.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(28)
    spacing.widow_control = False


def _page_numbers(document: DocumentObject, kind: Kind) -> None:
    """— 1 —, on the right of odd pages and on the left of even ones; the first page of a letter bears none."""
    section = document.sections[0]
    document.settings.odd_and_even_pages_header_footer = True
    for footer, side in ((section.footer, RIGHT), (section.even_page_footer, LEFT)):
        footer.is_linked_to_previous = False
        line = footer.paragraphs[0]
        line.alignment = side
        indent = line.paragraph_format
        indent.left_indent = indent.right_indent = FOUR
        _run(line, "— ", SONG, FOUR)
        _field(line, "PAGE")
        _run(line, " —", SONG, FOUR)
    if kind.layout == Layout.LETTER:
        section.different_first_page_header_footer = True
        section.first_page_footer.is_linked_to_previous = False
        _border(section.first_page_footer.paragraphs[0], bottom=("thinThickSmallGap", 24, "E60012"))


# -- heads ---------------------------------------------------------------------------------------------------------


def _letter(document: DocumentObject, kind: Kind) -> None:
    """信函格式: the name of the office in red over a double line, the number on the right under it."""
    head = _mark(document, "{{ issuer }}")
    _border(head, bottom=("thickThinSmallGap", 24, "E60012"))
    _line(document, "{{ number }}", align=RIGHT)
    if "class_letter" in kind.fields:
        _if(document, "class_letter", lambda: _line(document, "办理结果：{{ class_letter }}", BLACK, align=RIGHT))
    _title(document, kind)
    _recipients(document)


def _document(document: DocumentObject, kind: Kind) -> None:
    """The red head of a document: name, number in the middle, one red line."""
    _mark(document, "{{ issuer }}文件")
    _line(document, "")
    number = _line(document, "{{ number }}", align=CENTRE)
    _border(number, bottom=("single", 12, "E60012"))
    _line(document, "")
    _title(document, kind)
    _recipients(document)


def _sheet(document: DocumentObject, kind: Kind) -> None:
    """A sheet: the title, who puts it out and its number, then its table."""
    _title(document, kind)
    _line(document, "{{ number }}", size=FOUR, align=RIGHT)
    _recipients(document)


def _list(document: DocumentObject, kind: Kind) -> None:
    _title(document, kind)
    _line(document, "{{ issuer }}　　{{ day }}　　{{ number }}", size=SMALL, align=CENTRE)


_HEADS = {Layout.LETTER: _letter, Layout.DOCUMENT: _document, Layout.SHEET: _sheet, Layout.LIST: _list}


def _mark(document: DocumentObject, text: str) -> Paragraph:
    line = _line(document, text, TITLE, Pt(26), align=CENTRE)
    line.runs[0].font.color.rgb = RED
    line.paragraph_format.line_spacing = Pt(40)
    return line


def _title(document: DocumentObject, kind: Kind) -> None:
    if kind.layout in (Layout.LETTER, Layout.DOCUMENT):
        _line(document, "")
    title = _line(document, "{{ title }}", TITLE, TWO, align=CENTRE)
    title.paragraph_format.line_spacing = Pt(32)
    if kind.layout != Layout.LIST:
        _line(document, "")


def _recipients(document: DocumentObject) -> None:
    _if(document, "recipients", lambda: _line(document, "{{ recipients }}："))


# -- the body --------------------------------------------------------------------------------------------------------


def _write(document: DocumentObject, part: Part) -> None:
    if isinstance(part, str):
        _body(document, part)
    elif isinstance(part, Heading):
        _body(document, part.text, BLACK).paragraph_format.keep_with_next = True
    elif isinstance(part, Lines):
        _line(document, f"{{%p for line in {part.name} %}}")
        _body(document, "{{ line }}")
        _line(document, "{%p endfor %}")
    elif isinstance(part, When):
        _if(document, part.name, lambda: _write_all(document, part.parts))
    elif isinstance(part, Pairs):
        _pairs(document, part)
    else:
        _grid(document, part)


def _write_all(document: DocumentObject, parts: tuple[Part, ...]) -> None:
    for part in parts:
        _write(document, part)


def _if(document: DocumentObject, name: str, write: Callable[[], object]) -> None:
    _line(document, f"{{%p if {name} %}}")
    write()
    _line(document, "{%p endif %}")


def _body(document: DocumentObject, text: str, font: str = BODY) -> Paragraph:
    line = _line(document, text, font)
    line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    _indent_first(line)
    return line


def _pairs(document: DocumentObject, part: Pairs) -> None:
    """A table of four columns: name and value twice a line; a wide value takes the rest of its line."""
    lines: list[list[tuple[str, str]]] = []
    for pair in part.pairs:
        room = bool(lines) and len(lines[-1]) == 1 and lines[-1][0][0] not in part.wide
        if pair[0] not in part.wide and room:
            lines[-1].append(pair)
        else:
            lines.append([pair])
    table = _table(document, len(lines), (34, 44, 34, 44))
    for row, pairs in zip(table.rows, lines, strict=True):
        row.height, row.height_rule = Mm(11), WD_ROW_HEIGHT_RULE.AT_LEAST
        cells = row.cells
        for number, (name, value) in enumerate(pairs):
            _cell(cells[2 * number], name, BLACK, align=CENTRE)
            last = cells[1].merge(cells[3]) if len(pairs) == 1 else cells[2 * number + 1]
            _cell(last, value)
    _line(document, "").paragraph_format.line_spacing = Pt(14)


def _grid(document: DocumentObject, part: Grid) -> None:
    """A head that every page repeats, and a line for each row of the field."""
    whole = sum(weight for _, _, weight in part.columns)
    wide = document.sections[0].orientation == WD_ORIENT.LANDSCAPE
    width = 257 if wide else 156
    widths = tuple(width * weight / whole for _, _, weight in part.columns)
    table = _table(document, 4, widths)
    size = Pt(10.5) if wide or len(part.columns) > 4 else SMALL
    head, begin, line, end = table.rows
    for cell, (name, _, _) in zip(head.cells, part.columns, strict=True):
        _cell(cell, name, BLACK, size, CENTRE)
    _set(head, "w:tblHeader")
    _cell(begin.cells[0], f"{{%tr for row in {part.name} %}}")
    for cell, (_, field, weight) in zip(line.cells, part.columns, strict=True):
        _cell(cell, f"{{{{ row.{field} }}}}", BODY, size, CENTRE if weight < 5 else LEFT)
    _set(line, "w:cantSplit")
    _cell(end.cells[0], "{%tr endfor %}")
    _line(document, "").paragraph_format.line_spacing = Pt(14)


def _end(document: DocumentObject, kind: Kind) -> None:
    """落款 and date, the note on publicity, and who gets a copy, at the foot of the page."""
    blank = _line(document, "")
    blank.paragraph_format.keep_with_next = True
    name = _line(document, "{{ issuer }}", align=RIGHT)
    name.paragraph_format.right_indent = 2 * CHARACTER
    name.paragraph_format.keep_with_next = True
    day = _line(document, "{{ day }}", align=RIGHT)
    day.paragraph_format.right_indent = 4 * CHARACTER
    if "publicity" in kind.fields:
        _if(document, "signed_by", lambda: _body(document, "签发人：{{ signed_by }}"))
        _if(document, "publicity", lambda: _body(document, "（{{ publicity }}）"))

    def copies() -> None:
        _line(document, "")
        line = _line(document, "　抄送：{{ copies }}。", size=FOUR)  # lines as wide as the text, so no indent
        _border(line, top=("single", 8, "000000"), bottom=("single", 8, "000000"))

    _if(document, "copies", copies)


# -- pieces of WordprocessingML ----------------------------------------------------------------------------------------


def _line(
    document: DocumentObject, text: str, font: str = BODY, size: Pt = THREE, align: WD_ALIGN_PARAGRAPH = LEFT
) -> Paragraph:
    line = document.add_paragraph()
    line.alignment = align
    _run(line, text, font, size)
    return line


def _run(line: Paragraph, text: str, font: str, size: Pt) -> None:
    run = line.add_run(text)
    run.font.name, run.font.size = LATIN, size
    _east_asian(run._element.get_or_add_rPr(), font)


def _east_asian(properties: Any, font: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")


def _indent_first(line: Paragraph) -> None:
    """By two characters, whatever their size, as Word counts them."""
    properties = line._element.get_or_add_pPr()
    line.paragraph_format.first_line_indent = 2 * CHARACTER
    properties.find(qn("w:ind")).set(qn("w:firstLineChars"), "200")


def _field(line: Paragraph, code: str) -> None:
    run = line.add_run()
    run.font.name, run.font.size = LATIN, FOUR
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._element.append(element)


def _border(line: Paragraph, **sides: tuple[str, int, str]) -> None:
    borders = OxmlElement("w:pBdr")
    for side in ("top", "bottom"):
        if side in sides:
            style, size, colour = sides[side]
            edge = OxmlElement(f"w:{side}")
            for name, value in (("val", style), ("sz", str(size)), ("space", "4"), ("color", colour)):
                edge.set(qn(f"w:{name}"), value)
            borders.append(edge)
    properties = line._element.get_or_add_pPr()
    follows = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    after = next((successor for name in follows if (successor := properties.find(qn(name))) is not None), None)
    if after is None:
        properties.append(borders)
    else:
        after.addprevious(borders)


def _table(document: DocumentObject, lines: int, widths: tuple[float, ...]) -> Table:
    table: Table = document.add_table(lines, len(widths))
    table.style = document.styles["Table Grid"]
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    return table


def _cell(
    cell: _Cell, text: str, font: str = BODY, size: Pt = SMALL, align: WD_ALIGN_PARAGRAPH = LEFT
) -> None:
    for number, segment in enumerate(text.split("\n")):
        line = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        line.alignment = align
        line.paragraph_format.line_spacing = Pt(20)
        _run(line, segment, font, size)
    properties = cell._element.get_or_add_tcPr()
    middle = OxmlElement("w:vAlign")
    middle.set(qn("w:val"), "center")
    properties.append(middle)


def _set(row: Any, tag: str) -> None:
    """`w:tblHeader` repeats a row on every page, `w:cantSplit` keeps it whole."""
    row._tr.get_or_add_trPr().append(OxmlElement(tag))
