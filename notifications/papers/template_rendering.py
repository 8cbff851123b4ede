"""Rendering a paper with its template, and finding the faults of templates."""

import difflib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from lxml.etree import LxmlError
from markupsafe import Markup, escape

from notifications.papers.docx_files import same_bytes
from notifications.papers.errors import PaperError
from notifications.papers.form import shipped
from notifications.papers.kinds import KINDS, Kind
from notifications.papers.paper import Fields, Paper, Row
from notifications.papers.samples import sample
from notifications.papers.tags import TagRefused, TagsOfTemplate, TagUnfit
from states.reasons import Given, Label, Refused, Worded, labels

NEEDED = ("title", "number", "issuer", "day")
"""The fields that every template must have: issuer, title, number and day."""

_STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_MARKS = re.compile(r"(?<=[{}])_(?=[{}%])|(?<=%)_(?=})")
"""The line of `{_{` and its like, by which docxtpl lets a template write braces; people write them, too."""
_OF_A_TAG = (ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError, TypeError, ValueError)
"""What a tag can raise that is no fault of the language."""
_OF_LANGUAGE: tuple[tuple[type[Exception], str], ...] = (
    (TemplateSyntaxError, "标签的写法不对"),
    (SecurityError, "用了文书里不能用的写法"),
    (UndefinedError, "用了没有的值"),
    (ZeroDivisionError, "除数是零"),
    (MemoryError, "内容太大"),
    (RecursionError, "套得太深"),
    (LxmlError, "文档的格式坏了"),
)
_OTHER = "标签算不出来"
_MISSING = re.compile(r"'(\w+)' is undefined|has no attribute '(\w+)'")


class Templates:
    """The templates in use: those of the folder (the office's own, `KIND.docx`), else the shipped ones.

    Raises PaperError where the folder is not there.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if folder is not None and not folder.is_dir():
            raise PaperError(
                Refused("no_papers_folder", folder=Label(folder), setting=Label("DUBAN_PAPERS_DIR"))
            )
        self.folder = folder

    def render(self, paper: Paper) -> bytes:
        """The paper as a .docx; the same paper and template give the same bytes.

        Raises PaperError when the office's template has a fault.
        """
        kind = KINDS[paper.kind]
        name, template = self._template(kind)
        return _filled(kind, paper, name, template)

    def faults(self) -> dict[str, Refused]:
        """The faults of the office's templates, by file; empty when all can be used."""
        faults: dict[str, Refused] = {}
        for file in sorted(self.folder.glob("*.docx")) if self.folder else ():
            if file.name.startswith("~$"):  # Word keeps one beside a document that is open
                continue
            kind = KINDS.get(file.stem)
            if kind is None:
                faults[file.name] = _of_nothing(file)
                continue
            template = file.read_bytes()
            if template == shipped(kind.id):
                continue
            try:
                _check(kind, file.name, template)
            except PaperError as error:
                faults[file.name] = error.refused
        return faults

    def own(self) -> list[str]:
        """The kinds whose template is the office's."""
        return [kind for kind in KINDS if self.folder and (self.folder / f"{kind}.docx").is_file()]

    def _template(self, kind: Kind) -> tuple[str, bytes]:
        file = self.folder / f"{kind.id}.docx" if self.folder else None
        if file is not None and file.is_file():
            return file.name, file.read_bytes()
        return f"{kind.id}.docx", shipped(kind.id)


def write_shipped(folder: Path) -> list[Path]:
    """Write the shipped templates as files to edit; existing files stay and are not returned."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for kind in KINDS:
        file = folder / f"{kind}.docx"
        if not file.exists():
            file.write_bytes(shipped(kind))
            made.append(file)
    return made


def titled(kind: Kind, fields: Fields) -> str:
    """The kind's title with the fields that stand in it.

    Does not use Jinja: the page of a case calls it for each of its papers, and Jinja was half of the cost.
    """
    return _FIELD.sub(lambda match: str(fields[match[1]]), kind.words)


# -- inside --------------------------------------------------------------------------------------------------------


_FIELD = re.compile(r"{{ (\w+) }}")


def _filled(kind: Kind, paper: Paper, name: str, template: bytes) -> bytes:
    document = _opened(name, template)
    context = {name: _clean_field(field) for name, field in paper.context().items()}
    try:
        document.render(context, TagsOfTemplate(), autoescape=True)
    except TemplateError as error:
        raise PaperError(_fault(kind, name, error)) from None
    except (*_OF_A_TAG, LxmlError) as error:
        raise PaperError(Refused("template_wrong", file=Label(name), why=_of_language(error))) from None
    moment = datetime.combine(paper.on, time(0), UTC).replace(tzinfo=None)
    properties = document.docx.core_properties
    properties.title, properties.author, properties.last_modified_by = _clean(paper.title), _clean(paper.issuer), ""
    properties.created = properties.modified = moment
    properties.revision = 1
    buffer = BytesIO()
    document.save(buffer)
    return same_bytes(buffer.getvalue())


def _check(kind: Kind, name: str, template: bytes) -> None:
    """Render the template with a paper that has every field, and with one that has as few as possible."""
    for full in (True, False):
        _filled(kind, sample(kind, full), name, template)
    used = _opened(name, template).get_undeclared_template_variables(TagsOfTemplate())
    missing = [field for field in NEEDED if field not in used]
    if missing:
        raise PaperError(Refused("template_lacks", file=Label(name), fields=labels(map(_tag, missing))))


def _opened(name: str, template: bytes) -> DocxTemplate:
    try:
        document = DocxTemplate(BytesIO(template))
        document.init_docx()
    except (BadZipFile, KeyError, ValueError, LxmlError, PackageNotFoundError) as error:
        raise PaperError(Refused("template_no_document", file=Label(name), why=Label(error))) from None
    return document


def _of_nothing(file: Path) -> Refused:
    name, of = Label(file.name), Given(file.stem)
    near = difflib.get_close_matches(file.stem, KINDS, 1)
    if near:
        return Refused("template_like", file=name, name=of, like=Label(f"{near[0]}.docx"))
    return Refused("template_of_nothing", file=name, name=of, known=labels(KINDS))


def _fault(kind: Kind, name: str, error: TemplateError) -> Refused:
    """What the template's language (its exceptions carry sentences alone) found wrong with a tag."""
    file = Label(name)
    match = _MISSING.search(str(error)) if isinstance(error, UndefinedError) else None
    if match:
        field, of = match[1] or match[2], Label(kind.name)
        close = difflib.get_close_matches(field, kind.tags, 1)
        if close:
            return Refused("template_field_like", file=file, tag=_tag(field), kind=of, like=_tag(close[0]))
        return Refused("template_field", file=file, tag=_tag(field), kind=of, known=labels(kind.tags))
    if not isinstance(error, TemplateSyntaxError):
        return Refused("template_wrong", file=file, why=_of_language(error))
    why = _of_language(error)
    lines = list(getattr(error, "docx_context", ()))[min(3, error.lineno - 1) :]  # three lines before it
    if lines:
        return Refused("template_tag_near", file=file, why=why, text=Label(lines[0].strip()[:200]))
    return Refused("template_tag", file=file, why=why)


def _of_language(error: Exception) -> Worded | Refused:
    """What is wrong with a tag: a rule of the house, or what the language says with its Chinese by kind."""
    if isinstance(error, TagRefused | TagUnfit):
        return error.why
    english = (error.message if isinstance(error, TemplateError) else str(error)) or type(error).__name__
    return Worded(english, next((chinese for kind, chinese in _OF_LANGUAGE if isinstance(error, kind)), _OTHER))


def _tag(field: str) -> Label:
    return Label(f"{{{{ {field} }}}}")


def _clean(text: str) -> str:
    """The text without the characters that no XML holds."""
    return _STRANGE.sub("\ufffd", text)


def _kept(text: str) -> str:
    """The text with anything that looks like a tag escaped."""
    clean = _clean(text)
    return Markup(_MARKS.sub("&#95;", str(escape(clean)))) if _MARKS.search(clean) else clean


def _clean_field(field: str | Sequence[str] | Sequence[Row]) -> str | list[str | dict[str, str | int]]:
    return _kept(field) if isinstance(field, str) else [
        _kept(row) if isinstance(row, str)
        else {key: _kept(cell) if isinstance(cell, str) else cell for key, cell in row.items()}
        for row in field
    ]  # fmt: skip
