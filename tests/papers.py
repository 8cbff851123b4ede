"""Papers as tests read them."""

from io import BytesIO
from zipfile import ZipFile

from docx import Document
from docx.table import Table
from docx.text.paragraph import Paragraph


def words_of(docx: bytes) -> str:
    """The text of a paper: paragraphs and tables in order, one paragraph a line."""
    lines: list[str] = []
    for block in Document(BytesIO(docx)).iter_inner_content():
        if isinstance(block, Paragraph):
            lines.append(block.text)
        elif isinstance(block, Table):
            for row in block.rows:
                lines += [line for cell in row.cells for line in cell.text.split("\n")]
    return "\n".join(lines)


def body_of(docx: bytes) -> str:
    """What a template holds, tags and all."""
    with ZipFile(BytesIO(docx)) as package:
        return package.read("word/document.xml").decode()
