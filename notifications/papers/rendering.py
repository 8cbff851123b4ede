"""A paper and its template become a file; a template that cannot do that is told what is wrong with it."""

import difflib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, time
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from notifications.papers.errors import PaperError
from notifications.papers.form import shipped
from notifications.papers.kinds import KINDS, Kind
from notifications.papers.package import same_bytes
from notifications.papers.paper import Fields, Paper, Row
from notifications.papers.samples import sample

NEEDED = ("title", "number", "issuer", "day")
"""Without these no template makes a paper: who says what, under which number, and when."""

_STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
_MISSING = re.compile(r"'(\w+)' is undefined|has no attribute '(\w+)'")


class Templates:
    """The templates in use: those of the folder (the office's own, `KIND.docx`), else the shipped ones.

    Raises PaperError where the folder is not there.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if folder is not None and not folder.is_dir():
            raise PaperError(f"{folder} is no folder; DUBAN_PAPERS_DIR names the folder of the office's templates")
        self.folder = folder

    def render(self, paper: Paper) -> bytes:
        """The paper as a .docx; the same paper and template give the same bytes.

        Raises PaperError when the office's template has a fault.
        """
        kind = KINDS[paper.kind]
        name, template = self._template(kind)
        return _filled(kind, paper, name, template)

    def faults(self) -> dict[str, str]:
        """What is wrong with the office's templates, by file; empty when all of them can be used."""
        faults: dict[str, str] = {}
        for file in sorted(self.folder.glob("*.docx")) if self.folder else ():
            if file.name.startswith("~$"):  # Word keeps one beside a document that is open
                continue
            kind = KINDS.get(file.stem)
            if kind is None:
                near = difflib.get_close_matches(file.stem, KINDS, 1)
                hint = f", did you mean {near[0]}.docx?" if near else f"; there are {', '.join(KINDS)}"
                faults[file.name] = f"{file.name}: no kind of paper is called {file.stem!r}{hint}"
                continue
            template = file.read_bytes()
            if template == shipped(kind.id):
                continue
            try:
                _check(kind, file.name, template)
            except PaperError as error:
                faults[file.name] = str(error)
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
    """The shipped templates as files to edit; one that is there already stays as it is and is not returned."""
    folder.mkdir(parents=True, exist_ok=True)
    made = []
    for kind in KINDS:
        file = folder / f"{kind}.docx"
        if not file.exists():
            file.write_bytes(shipped(kind))
            made.append(file)
    return made


def titled(kind: Kind, fields: Fields) -> str:
    """The kind's title with the fields that stand in it."""
    return _compiled(kind.words).render(fields)


# -- inside --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)  # docxtpl escapes by itself


@lru_cache(maxsize=256)
def _compiled(words: str) -> Template:
    """The page of a case names all its papers, and compiling a title took longer than all else about it."""
    return _environment().from_string(words)


def _filled(kind: Kind, paper: Paper, name: str, template: bytes) -> bytes:
    document = _opened(name, template)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    context = {name: _clean_field(field) for name, field in paper.context().items()}
    try:
        document.render(context, environment, autoescape=True)
    except TemplateError as error:
        raise PaperError(_fault(kind, name, error)) from None
    moment = datetime.combine(paper.on, time(0), UTC).replace(tzinfo=None)
    properties = document.docx.core_properties
    properties.title, properties.author, properties.last_modified_by = context["title"], context["issuer"], ""
    properties.created = properties.modified = moment
    properties.revision = 1
    buffer = BytesIO()
    document.save(buffer)
    return same_bytes(buffer.getvalue())


def _check(kind: Kind, name: str, template: bytes) -> None:
    """Fill the template with a paper that has everything, and with one that has as little as there can be."""
    for full in (True, False):
        _filled(kind, sample(kind, full), name, template)
    used = _opened(name, template).get_undeclared_template_variables(
        SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    )
    missing = [field for field in NEEDED if field not in used]
    if missing:
        lacking = "、".join(f"{{{{ {field} }}}}" for field in missing)
        raise PaperError(f"{name}: lacks {lacking}, without which it makes no paper")


def _opened(name: str, template: bytes) -> DocxTemplate:
    try:
        document = DocxTemplate(BytesIO(template))
        document.init_docx()
    except (BadZipFile, KeyError, ValueError, PackageNotFoundError) as error:
        raise PaperError(f"{name}: is no .docx of Word ({error})") from None
    return document


def _fault(kind: Kind, name: str, error: TemplateError) -> str:
    """The fault in the words of whoever edits the template."""
    near = ""
    if isinstance(error, UndefinedError):
        match = _MISSING.search(str(error))
        if match:
            tag = match[1] or match[2]
            close = difflib.get_close_matches(tag, kind.tags, 1)
            near = f", did you mean {{{{ {close[0]} }}}}?" if close else f"; there are {', '.join(kind.tags)}"
            return f"{name}: {{{{ {tag} }}}} is no field of {kind.name}{near}"
    if isinstance(error, TemplateSyntaxError):
        lines = list(getattr(error, "docx_context", ()))[min(3, error.lineno - 1) :]  # three lines before it
        where = f" near “{lines[0].strip()[:200]}”" if lines else ""
        return f"{name}: a tag cannot be read: {error.message}{where}"
    return f"{name}: {error}"


def _clean(text: str) -> str:
    """The text without the characters that no XML holds."""
    return _STRANGE.sub("\ufffd", text)


def _clean_field(field: str | Sequence[str] | Sequence[Row]) -> str | list[str | dict[str, str | int]]:
    return _clean(field) if isinstance(field, str) else [
        _clean(row) if isinstance(row, str)
        else {key: _clean(cell) if isinstance(cell, str) else cell for key, cell in row.items()}
        for row in field
    ]  # fmt: skip
