"""The room of imports: a file is sent, looked at before anything is stored, mended, and then taken over."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from flows.head_rows import first_heads
from flows.import_preview import KEYS, ImportPreview, PreviewFault, PreviewRow, preview_of
from flows.imports import KINDS
from flows.records import BESIDE, TableError
from flows.sent_sheets import cell_text
from flows.sent_tables import NOT_READ, FileChoices, SentFile, SheetReading, read_sent
from flows.tables.worksheet import letters
from portal.door.doors import router, takes_files
from portal.door.files import download
from portal.door.guard import Form, Posted, Who, address_of, need, site_of
from portal.door.reads import with_row_count
from portal.visitor.languages import LANGUAGE, say
from portal.visitor.marked_workbook import OUTCOMES, marked_workbook
from portal.visitor.refusals import fault_words, of_file, sentence
from portal.visitor.rights import reading_region, right_of, roll_of
from portal.visitor.site import Site
from portal.web.import_beside import BesideDirectory, beside_directory
from portal.web.office_pages import importer_of
from portal.web.reception import ReceptionDay, open_places, take_opinions, where_and_when
from portal.web.rendering import Page, go, page
from portal.web.rights_change_pages import change_in_words
from portal.web.sheets import XLSX
from states.sheets import Field
from states.sheets.tables import DIRECTORY, TABLES, TITLES
from storage import ImportReport, StorageError
from storage.accounts import Visitor
from storage.import_drafts import (
    ImportDraft,
    choose,
    draft_of,
    drop_draft,
    keep_draft,
    remember_columns,
    remembered_columns,
)
from storage.places import Place
from storage.rolls import directory_rows
from storage.taking_back import ImportAct, NotTakenBack, latest_acts, take_back

routes = router()

ADDRESSES = {
    **{kind: f"/directory/{kind}.xlsx" for kind in KINDS}, "calendar": "/calendar.xlsx", "reception": "/reception.xlsx"
}  # fmt: skip
"""Where the tables to fill in are."""
NEEDED = {"calendar": "calendar-import", "reception": "reception"}
"""The page that one must have to import a table beside the directory."""
SHOWN = 200
"""Rows of each outcome that a page shows; the marked workbook has all of them."""
_LEFT = re.compile(r"left\.([0-9]{1,4})\.([0-9]{1,7})")
_SET = re.compile(r"set\.([0-9]{1,4})\.([0-9]{1,7})\.([a-z_]+)\.(.*)", re.DOTALL)
_TYPED = re.compile(r"v\.([0-9]{1,4})\.([0-9]{1,7})\.([a-z_]+)")
"""Buttons and fields that mend a row: the sheet, Excel's row, the column of the table, the value."""
SAMPLES = 3
"""Cells of a column that stand beside its head."""


@dataclass(frozen=True)
class ImportRoom(Page):
    """Where a file is sent; `waiting` is the name of one that was not taken over yet."""

    template = "import_room.html"
    kinds: Mapping[str, str]
    kind: str
    words: str
    bad: bool
    waiting: str
    downloads: Mapping[str, str]
    acts: Sequence[ImportAct]


@dataclass(frozen=True)
class MatchedColumn:
    """A column of a sheet: its name in Excel, its head, the first of its cells, and the column of the table."""

    at: int
    letters: str
    head: str
    samples: Sequence[str]
    key: str
    hidden: bool


@dataclass(frozen=True)
class MatchedSheet:
    """A sheet and how it is read. `lacking` are columns that must be there, with the value that holds for all rows."""

    number: int
    name: str
    kind: str
    why: str
    rows: int
    columns: Sequence[MatchedColumn]
    fields: Sequence[Field]
    lacking: Sequence[tuple[Field, str]]
    aside: Sequence[str]


@dataclass(frozen=True)
class ShownChange:
    """A value of a row that changes, in words."""

    column: str
    old: str
    new: str


@dataclass(frozen=True)
class ShownFault:
    """A fault in words, with the names of the form's buttons and field that mend it. `field`: "" where none can."""

    column: str
    given: str
    why: str
    mends: Sequence[tuple[str, str, int]]
    field: str
    options: Mapping[str, str]
    clear: str
    hidden: str


@dataclass(frozen=True)
class ShownRow:
    """A row of the file in words; `leave` is the button that leaves it out."""

    outcome: str
    table: str
    sheet: str
    number: int
    subject: str
    name: str
    changes: Sequence[ShownChange]
    faults: Sequence[ShownFault]
    leave: str


@dataclass(frozen=True)
class ImportPreviewPage(Page):
    """The file before it is stored: how each sheet is read, and what would become of each row.

    `wrong` is the outcome that keeps the file from being taken over whole, "" for none. `moved`: the last days that the
    days of the file would move. The sound `opinions` are recorded as of the day `on`, at one of the `places`.
    """

    template = "import_preview.html"
    draft: str
    file: str
    words: str
    sheets: Sequence[MatchedSheet]
    kinds: Mapping[str, str]
    outcomes: Mapping[str, str]
    counts: Mapping[str, int]
    wrong: str
    moved: int
    opinions: int
    on: date
    places: Sequence[Place]
    rows: Mapping[str, Sequence[ShownRow]]
    sound: int
    listed: int


@dataclass
class _Looked:
    """A draft that was read."""

    draft: ImportDraft
    choices: FileChoices
    file: SentFile
    preview: ImportPreview
    beside: BesideDirectory

    @property
    def is_empty(self) -> bool:
        """Whether no row is sound."""
        return not (any(rows for _, rows in self.preview.parts) or self.beside.notice or self.beside.opinions)


# -- the routes ------------------------------------------------------------------------------------------


@routes.get("/imports")
def imports(request: Request, visitor: Who, kind: str = "", done: str = "") -> HTMLResponse:
    need(visitor, "imports")
    return _room(request, visitor, kind, done)


@routes.post("/imports")
@takes_files
def send_table(request: Request, form: Form) -> Response:
    """Keep the file and show what it would do; nothing of it is stored in the directory."""
    need(form.visitor, "imports")
    site, visitor = site_of(request), form.visitor
    file = form.files.get("file")
    if file is None or not file.filename:
        return _room(request, visitor, form.text("kind"), say("请选一个 Excel 或者 CSV 文件"), 422)
    name = Path(file.filename).name
    choices = {"kind": form.text("kind")} if form.text("kind") in kinds_for(visitor) else {}
    keep_draft(site.register, visitor.account, site.real_now(), name, file.file.read(), choices)
    return _preview(request, visitor)


@routes.post("/imports/preview")
@takes_files
def look_again(request: Request, form: Form) -> Response:
    """The file again, with other columns or other values."""
    need(form.visitor, "imports")
    site, visitor = site_of(request), form.visitor
    draft = _draft(site, form)
    if draft is None:
        return _over(request, visitor)
    try:
        looked = _look(request, visitor, draft)
    except TableError as error:
        return _unusable(request, visitor, error)
    if form.text("do") == "columns":
        _choose_columns(site, visitor, form, looked)
    else:
        _mend(form, looked)
    choose(site.register, visitor.account, draft.id, {**draft.choices, **looked.choices.packed()})
    return _preview(request, visitor)


@routes.post("/imports/marked")
@takes_files
def marked_table(request: Request, form: Form) -> Response:
    """The file with its faults marked, to be sent back to whoever made it."""
    need(form.visitor, "imports")
    draft = _draft(site_of(request), form)
    if draft is None:
        return _over(request, form.visitor)
    try:
        looked = _look(request, form.visitor, draft)
    except TableError as error:
        return _unusable(request, form.visitor, error)
    name = say("%(name)s-有错的标出来了.xlsx", name=Path(draft.file).stem)
    return with_row_count(download(name, XLSX, marked_workbook(looked.file, looked.preview)), len(looked.preview.rows))


@routes.post("/imports/take")
@takes_files
def take_tables(request: Request, form: Form) -> Response:
    """Take over all rows, or those without a fault; or put the file away."""
    need(form.visitor, "imports")
    site, visitor, do = site_of(request), form.visitor, form.text("do")
    draft = _draft(site, form)
    if draft is None:
        return _over(request, visitor)
    if do == "drop":
        drop_draft(site.register, visitor.account)
        return go("/imports")
    try:
        looked = _look(request, visitor, draft)
        refused = looked.preview.of("refused")
        if refused and do != "sound":
            words = say("没有导入：有 %(n)d 行不收，改好，或者只导入无误的行", n=len(refused))
            return _preview(request, visitor, words, 422)
        if looked.is_empty:
            return _preview(request, visitor, say("没有导入：没有一行可以导入"), 422)
        on, place, words = where_and_when(site, visitor, form) if looked.beside.opinions else (site.today(), None, "")
        if words:
            return _preview(request, visitor, say("没有导入：%(why)s", why=say(words)), 422)
        importer = importer_of(request, visitor, draft.file)
        parts = [(kind, records) for kind, records in looked.preview.parts if records]
        reports = site.register.import_tables(parts, importer) if parts else []
        lines = [*map(_reported, reports), *_take_beside(request, visitor, looked.beside, on, place)]
    except (StorageError, TableError) as error:
        _note(request, visitor, draft, refused=True)
        return _preview(request, visitor, say("没有导入：%(why)s", why=of_file(error)), 422)
    drop_draft(site.register, visitor.account)
    _note(request, visitor, draft)
    if refused:
        lines.append(say("没有导入的有 %(n)d 行", n=len(refused)))
    return _room(request, visitor, "", "\n".join(lines))


def _reported(report: ImportReport) -> str:
    """What an import of the directory did."""
    words = say(
        "已导入%(table)s：新增 %(new)d 条，更新 %(replaced)d 条",
        table=say(TITLES[report.kind][0]), new=report.new, replaced=report.replaced,
    )  # fmt: skip
    if report.waiting:
        words += say("；%(n)d 条改变有账号的人能看什么、办什么，等安全管理员确认", n=report.waiting)
    return words


def _take_beside(
    request: Request, visitor: Visitor, beside: BesideDirectory, on: date, place: Place | None
) -> Iterator[str]:
    """Take over the days and the opinions of the file; what became of them."""
    site = site_of(request)
    if beside.notice:
        report = site.register.import_calendar(beside.notice, site.now(), visitor.person or visitor.account)
        yield say("已导入日历：%(n)d 天，%(moved)d 个最后一天随之调整或者确定", n=len(beside.notice.days),
                  moved=len(report.moved))  # fmt: skip
    if beside.opinions:
        day = ReceptionDay(place, place.region if place else visitor.region, on, beside.opinions)
        outcomes = take_opinions(site, visitor, day, "")
        taken = sum(done.done and not done.repeated and done.action.name == "record" for done in outcomes)
        yield say("已导入接待日：收下 %(n)d 件", n=taken)
        for row in day.rows:
            if row.again:
                yield say("%(who)s：这一天在这里已经登记过，没有再记", who=row.name)
            elif row.fault:
                yield say("%(who)s：%(what)s", who=row.name, what=say(row.fault))


@routes.post("/imports/back")
def take_back_import(request: Request, form: Form) -> Response:
    """Take back all that one file changed, but for what was built on."""
    need(form.visitor, "imports")
    site, visitor = site_of(request), form.visitor
    try:
        back = take_back(site.register, form.text("id"), importer_of(request, visitor, ""))
    except NotTakenBack as error:
        return _room(request, visitor, "", say("没有撤回：%(why)s", why=sentence(error.refused)), 409)
    site.accounts.note(
        site.real_now(), visitor.account, visitor.role or visitor.duty, f"import-back {form.text('id')}"[:200],
        address=address_of(request),
    )  # fmt: skip
    words = say("已撤回：删去 %(removed)d 条，改回 %(changed)d 条", removed=back.removed, changed=back.changed)
    if back.waiting:
        words += say("；%(n)d 条改变有账号的人能看什么、办什么，等安全管理员确认", n=back.waiting)
    for row in back.kept:
        words += "\n" + say("没有动 %(who)s：%(why)s", who=row.subject, why=sentence(row.why))
    return _room(request, visitor, "", words)


def kinds_for(visitor: Visitor) -> tuple[str, ...]:
    """The tables that the visitor may import."""
    return (*KINDS, *(kind for kind, needed in NEEDED.items() if needed in right_of(visitor).pages))


# -- reading ---------------------------------------------------------------------------------------------


def _draft(site: Site, form: Posted) -> ImportDraft | None:
    """The file that waits, if it is still the one that the form showed."""
    draft = draft_of(site.register, form.visitor.account, site.real_now())
    return draft if draft and form.text("draft") in ("", draft.id) else None


def _look(request: Request, visitor: Visitor, draft: ImportDraft) -> _Looked:
    """Read the file as it was chosen, or as the office chose it for the same heads before. Raises TableError."""
    site = site_of(request)
    choices = FileChoices.unpacked(draft.choices)
    kinds = (str(draft.choices["kind"]),) if draft.choices.get("kind") else kinds_for(visitor)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        path.write_bytes(draft.content)
        file = read_sent(path, kinds, draft.file, choices)
        remembered = [reading for reading in file.sheets if _remember(site, visitor, reading, kinds, choices)]
        if remembered:
            file = read_sent(path, kinds, draft.file, choices)
    roll = roll_of(visitor)
    listed = {kind: directory_rows(site.register, kind, roll) for kind in DIRECTORY} if roll else {}
    preview = preview_of(site.register, file, listed, importer_of(request, visitor, draft.file))
    beside = beside_directory(site, visitor, file)
    preview.rows += beside.rows
    return _Looked(draft, choices, file, preview, beside)


def _remember(
    site: Site, visitor: Visitor, reading: SheetReading, kinds: Sequence[str], choices: FileChoices
) -> bool:
    """Choose for a sheet what the office chose for the same heads before; whether it did."""
    name = reading.sheet.name
    if name in choices.columns or name in choices.kinds or (reading.why and reading.why.code != "other_sheet"):
        return False
    heads = reading.heads or first_heads(reading.sheet)
    for kind in (reading.kind,) if reading.kind else kinds:
        columns = remembered_columns(site.register, visitor.region, kind, heads.line)
        if columns is not None:
            choices.kinds[name], choices.columns[name] = kind, columns
            return True
    return False


def _note(request: Request, visitor: Visitor, draft: ImportDraft, refused: bool = False) -> None:
    kind = str(draft.choices.get("kind") or "table")
    site_of(request).accounts.note(
        site_of(request).real_now(), visitor.account, visitor.role or visitor.duty,
        f"import {kind} {draft.file}", address=address_of(request), refused=refused,
    )  # fmt: skip


# -- choosing --------------------------------------------------------------------------------------------


def _choose_columns(site: Site, visitor: Visitor, form: Posted, looked: _Looked) -> None:
    """Take the columns of one sheet as the form has them; the office is offered them again for the same heads."""
    reading, choices = _sheet(looked.file, form.text("sheet")), looked.choices
    if reading is None:
        return
    name, kind = reading.sheet.name, form.text("kind")
    if kind != reading.kind and kind in (*kinds_for(visitor), NOT_READ):
        choices.kinds[name] = kind
        choices.columns.pop(name, None)
        return
    if reading.heads is None:
        return
    fields = {field.key for field in TABLES.get(reading.kind, ())}
    columns: dict[int, str] = {}
    for column in reading.heads.names:
        key = form.text(f"c{column}")
        if key in fields and key not in columns.values():
            columns[column] = key
    if columns != reading.heads.keys:
        choices.columns[name] = columns
        remember_columns(site.register, visitor.region, reading.kind, reading.heads.line, columns)
    constants = {key: value for key in fields - {*columns.values()} if (value := form.text(f"all-{key}"))}
    choices.constants[name] = constants


def _mend(form: Posted, looked: _Looked) -> None:
    """Take what a button says, and every value that was typed."""
    do, choices = form.text("mend"), looked.choices
    if do == "hidden":
        choices.hidden_rows = True
    elif place := _LEFT.fullmatch(do):
        if reading := _sheet(looked.file, place[1]):
            choices.left.add((reading.sheet.name, int(place[2])))
    elif (place := _SET.fullmatch(do)) and (reading := _sheet(looked.file, place[1])):
        _set(looked, reading, int(place[2]), place[3], place[4])
    for name in form.fields:
        place, value = _TYPED.fullmatch(name), form.text(name)
        if place and value and (reading := _sheet(looked.file, place[1])):
            choices.values[reading.sheet.name, int(place[2]), place[3]] = value


def _set(looked: _Looked, reading: SheetReading, number: int, key: str, value: str) -> None:
    """Put the value where it was refused, and in every row of this kind where the same stands."""
    rows = looked.file.rows(reading.kind)
    row = next((row for row in rows if (row.sheet, row.number) == (reading.sheet.name, number)), None)
    given = row.values.get(key, "") if row else ""
    looked.choices.values[reading.sheet.name, number, key] = value
    if given:
        for other in rows:
            if other.values.get(key) == given:
                looked.choices.values[other.sheet, other.number, key] = value


def _sheet(file: SentFile, number: str) -> SheetReading | None:
    """The sheet of this number in a form; None for one that is not there."""
    return next((reading for at, reading in enumerate(file.sheets) if str(at) == number), None)


# -- showing ---------------------------------------------------------------------------------------------


def _room(request: Request, visitor: Visitor, kind: str, words: str = "", status: int = 200) -> HTMLResponse:
    site = site_of(request)
    draft, kinds = draft_of(site.register, visitor.account, site.real_now()), kinds_for(visitor)
    return page(request, ImportRoom(
        kinds={kind_: TITLES[kind_][0] for kind_ in kinds}, kind=kind if kind in kinds else "", words=words,
        downloads={kind_: ADDRESSES[kind_] for kind_ in kinds},
        bad=status != 200, waiting=draft.file if draft else "",
        acts=latest_acts(site.register, reading_region(visitor)),
    ), visitor, status)  # fmt: skip


def _over(request: Request, visitor: Visitor) -> HTMLResponse:
    return _room(request, visitor, "", say("这个文件已经不在了：请重新选文件"), 409)


def _unusable(request: Request, visitor: Visitor, error: TableError) -> HTMLResponse:
    drop_draft(site_of(request).register, visitor.account)
    return _room(request, visitor, "", say("没有导入：%(why)s", why=of_file(error)), 422)


def _preview(request: Request, visitor: Visitor, words: str = "", status: int = 200) -> HTMLResponse:
    site = site_of(request)
    draft = draft_of(site.register, visitor.account, site.real_now())
    if draft is None:
        return _over(request, visitor)
    try:
        looked = _look(request, visitor, draft)
    except TableError as error:
        return _unusable(request, visitor, error)
    preview = looked.preview
    counts = {outcome: preview.count().get(outcome, 0) for outcome in OUTCOMES}
    rows = {outcome: [_row(looked, row) for row in preview.of(outcome)[:SHOWN]] for outcome in OUTCOMES}
    return page(request, ImportPreviewPage(
        draft=draft.id, file=draft.file, words=words,
        sheets=[_matched(number, reading, looked) for number, reading in enumerate(looked.file.sheets)],
        kinds={kind: TITLES[kind][0] for kind in kinds_for(visitor)}, outcomes=OUTCOMES, counts=counts, rows=rows,
        moved=looked.beside.moved, opinions=len(looked.beside.opinions), on=site.today(),
        places=open_places(site, visitor) if looked.beside.opinions else (),
        wrong="refused" if counts["refused"] else "",
        sound=sum(counts.values()) - counts["refused"], listed=SHOWN,
    ), visitor, status)  # fmt: skip


def _matched(number: int, reading: SheetReading, looked: _Looked) -> MatchedSheet:
    fields = TABLES.get(reading.kind, ())
    heads = reading.heads
    columns = []
    if heads:
        data = [row for row in reading.sheet.rows if row.number > heads.last and row.number not in reading.aside]
        for column, head in sorted(heads.names.items()):
            samples = [text for row in data[:SAMPLES] if (text := cell_text(row.cells.get(column, ""))[:20])]
            columns.append(MatchedColumn(
                column, letters(column), head, samples, heads.keys.get(column, ""), reading.sheet.is_hidden(column)
            ))  # fmt: skip
    numbered = "id" if reading.kind in ("units", "people", "places") else ""
    constants = looked.choices.constants.get(reading.sheet.name, {})
    lacking = [
        (field, constants.get(field.key, ""))
        for field in fields
        if field.required and field.key != numbered and reading.column(field.key) < 0
    ]
    aside = [
        say("第 %(n)d 行：%(why)s", n=row, why=fault_words(why)) for row, why in sorted(reading.aside.items())
    ]
    if heads:
        shown_beside = dict.fromkeys(BESIDE[gap].partition(" ") for gap in reading.sheet.beside)
        names = [english if LANGUAGE.get() == "en" else chinese for chinese, _, english in shown_beside]
        aside += [say("没有读：%(why)s", why=name) for name in names]
    why = fault_words(reading.why) if reading.why else ""
    return MatchedSheet(
        number, reading.sheet.name, reading.kind, why, len(reading.rows), columns, fields, lacking, aside[:SHOWN]
    )


def _row(looked: _Looked, row: PreviewRow) -> ShownRow:
    number = next(at for at, reading in enumerate(looked.file.sheets) if reading.sheet.name == row.sheet)
    changes = list(_changes(row)) if row.outcome in ("changed", "waits", "new") else []
    faults = [_fault(number, row, fault) for fault in row.faults]
    return ShownRow(
        row.outcome, TITLES[row.kind][0], row.sheet, row.number, row.subject, row.name, changes, faults,
        f"left.{number}.{row.number}",
    )  # fmt: skip


def _changes(row: PreviewRow) -> Iterator[ShownChange]:
    old = row.old or {}
    fields = {field.key: field for field in TABLES[row.kind]}
    for key, value in row.new.items():
        if old.get(key) != value and (row.old is not None or value) and key != KEYS.get(row.kind):
            column = fields[key].label[0] if key in fields else "责任链"
            named = fields[key].named if key in fields else str
            before, after = (
                change_in_words(key, value_ if isinstance(value_, (dict, list)) else named(str(value_ or "")))
                for value_ in (old.get(key), value)
            )
            yield ShownChange(column, before, after)


def _fault(number: int, row: PreviewRow, fault: PreviewFault) -> ShownFault:
    field = next((field for field in TABLES[row.kind] if field.key == fault.key), None)
    where = f"{number}.{row.number}.{fault.key}"
    column = f"{letters(fault.place.column)} {fault.place.heading}" if fault.place.column >= 0 else ""
    is_hidden = getattr(fault.why, "code", "") == "record_unreadable" and not fault.key
    return ShownFault(
        column or (field.label[0] if field else ""), fault.given, sentence(fault.why),
        [(f"set.{where}.{mend.value}", mend.label, mend.same) for mend in fault.mends],
        f"v.{where}" if field else "",
        {choice.zh: choice.zh for choice in field.choices} if field else {},
        f"set.{where}." if fault.optional and field else "",
        "hidden" if is_hidden else "",
    )  # fmt: skip
