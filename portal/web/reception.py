"""A reception day: many opinions at once, typed, pasted from a sheet or from a file, with their answers on site."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from hashlib import sha256
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from uuid import uuid4

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from flows.head_rows import LOOKED_AT
from flows.records import PASTED, TableError
from flows.sent_tables import read_sent
from flows.tables.resource_limits import IMPORT
from portal.door.doors import router, takes_files
from portal.door.guard import Form, Posted, Who, need, site_of
from portal.visitor.languages import say
from portal.visitor.refusals import fault_words, of_file, sentence
from portal.visitor.site import Site
from portal.web.citizen_pages import short, unfit_opinion
from portal.web.pasting import as_pasted, pasted
from portal.web.rendering import page
from portal.web.sheets import table_download
from portal.web.typed import action_key
from rulebooks import ZONE
from states import Action
from states.reasons import Refused, Worded, labels
from states.roles import Role
from states.sheets.tables import OPINIONS
from storage import Outcome
from storage.accounts import Visitor
from storage.citizens import Citizen, beside
from storage.places import Place, places_by_id, places_in
from storage.who_stands import deputies_in_office

routes = router()

COLUMNS = {field.key: field.label[0] for field in OPINIONS}
ROWS = 10
MOST_ROWS = 60
MOST = 5_000
"""Rows of one form, and of one file or paste."""


@dataclass
class Entered:
    """An opinion as it was entered: its number in the form, paste or file, and why it cannot be taken."""

    number: int
    values: dict[str, str]
    fault: str = ""
    origin: str = "typed"
    again: bool = False
    """It was recorded before, from the same sheet or another."""

    @property
    def name(self) -> str:
        where = {"paste": "粘贴的第 %(n)d 条", "file": "文件里第 %(n)d 条"}.get(self.origin, "第 %(n)d 条")
        return say(where, n=self.number)


@dataclass
class ReceptionDay:
    """Where and when the opinions came in."""

    place: Place | None
    region: str
    on: date
    rows: list[Entered] = field(default_factory=list)


@routes.get("/reception")
def reception(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "reception")
    return _form(request, visitor, site_of(request).today(), "", [])


@routes.get("/reception.xlsx")
def template(request: Request, visitor: Who) -> Response:
    """The table to fill in on a place's computer."""
    need(visitor, "reception")
    return table_download("reception", OPINIONS)


@routes.post("/reception")
@takes_files
def take_day(request: Request, form: Form) -> Response:
    """Record every valid row, in one transaction; the others are shown again with the reason."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "reception")
    on, place, words = where_and_when(site, visitor, form)
    rows, notes = list(_typed(form)), list[str]()
    for read in (_pasted, _filed):
        try:
            rows += read(form, notes)
        except TableError as error:
            words = words or say("表格不能用：%(why)s", why=of_file(error))
    if words or not rows:
        return _form(request, visitor, on, form.text("place"), rows, words or "还没有填意见", status=422)
    day = ReceptionDay(place, place.region if place else visitor.region, on, rows)
    outcomes = take_opinions(site, visitor, day, action_key(form.text("key")))
    bad = [row for row in rows if row.fault]
    totals = Counter(outcome.action.name for outcome in outcomes if outcome.done and not outcome.repeated)
    taken, answered = totals["record"], totals["answer_on_site"]
    done = ""
    if taken:
        words = "收到 %(n)d 件，当场答复 %(answered)d 件，其余 %(rest)d 件待转交"
        done = say(words, n=taken, answered=answered, rest=taken - answered)
    elif any(outcome.repeated for outcome in outcomes):
        done = say("这些已经收下过，没有重复登记")
    again = say("、").join(row.name for row in rows if row.again)
    if again:
        words = "%(which)s这一天在这里已经登记过，没有再记；确是另一位群众的，请在下面一条条填"
        done += "\n" + say(words, which=again)
    done = "\n".join((done, *notes)).strip()
    words = say("%(n)d 条没有收下，改好后再提交", n=len(bad)) if bad else ""
    status = 200 if taken or not bad or any(outcome.repeated for outcome in outcomes) else 422
    return _form(request, visitor, on, form.text("place"), bad, words, done, status)


def where_and_when(site: Site, visitor: Visitor, form: Posted) -> tuple[date, Place | None, str]:
    """The day and the place of a form, and what is wrong with them ("": nothing)."""
    on, words = _day(site, form.text("on"))
    stations = open_places(site, visitor)
    place = next((station for station in stations if station.id == form.text("place")), None)
    if stations and place is None and (visitor.places or form.text("place")):
        words = words or "请选家站点"
    if place is None and not visitor.region:
        words = words or "通讯录里没有您的区划，也没有您的家站点：请代表工委补上"
    return on, place, words


def take_opinions(site: Site, visitor: Visitor, day: ReceptionDay, key: str) -> list[Outcome]:
    """One batch: each sound row an opinion, with its answer where there is one; refusals become the rows' faults."""
    deputies = deputies_of(site, day)
    at = None if day.on == site.today() else datetime.combine(day.on, time(12), ZONE)
    actions: list[Action] = []
    citizens: dict[str, Citizen] = {}
    row_of: dict[str, Entered] = {}
    met: Counter[str] = Counter()
    for row in day.rows:
        row.fault = row.fault or unfit_row(row, deputies)
        if row.fault:
            continue
        values = row.values
        deputy = deputies.get(values["deputy"], ("",))[0]
        if not values["deputy"] and visitor.role == Role.DEPUTY:
            deputy = visitor.person
        mine = _row_key(row, day, deputy, key, met)
        case = f"O{sha256(mine.encode()).hexdigest()[:14]}"
        row_of[case] = row
        citizens[case] = Citizen(values["name"], values["phone"])
        data = {
            "title": values["title"] or short(values["body"]), "body": values["body"] or values["title"],
            "region": day.region, **({"deputy": deputy} if deputy else {}),
            **({"place": day.place.id} if day.place else {}),
        }  # fmt: skip
        actions.append(Action(case, "record", visitor.person, visitor.role, data, at, mine))
        if values["answer"]:
            actions.append(
                Action(
                    case, "answer_on_site", visitor.person, visitor.role, {"answer": values["answer"]}, at,
                    f"{mine}/answer",
                )
            )  # fmt: skip
    outcomes = site.register.apply(actions, site.now(), also=beside(site.register, citizens))
    for outcome in outcomes:
        row = row_of[outcome.action.case]
        if not outcome.done and not row.fault:
            row.fault = sentence(outcome.refused)
        elif outcome.repeated and row.origin != "typed" and outcome.action.name == "record":
            row.again = True
    return outcomes


def _row_key(row: Entered, day: ReceptionDay, deputy: str, key: str, met: Counter[str]) -> str:
    """What makes a row one opinion: its place in a typed form, its text and day in a sheet that may come again.

    Name and phone are no part of it: keys stand in events.
    """
    if row.origin == "typed":
        return f"{key}/{row.number}"
    place = day.place.id if day.place else day.region
    text = "\n".join(
        (place, day.on.isoformat(), deputy, *(row.values[column] for column in ("title", "body", "answer")))
    )
    met[text] += 1
    digest = sha256(f"{met[text]}\n{text}".encode()).hexdigest()
    return f"reception/{digest[:40]}"


def unfit_row(row: Entered, deputies: dict[str, tuple[str, ...]]) -> str:
    values = row.values
    words = unfit_opinion({**values, "body": values["body"] or values["title"]})
    if words:
        return words
    if len(values["answer"]) > 5_000:
        return "当场答复太长：最多 5000 个字"
    persons = deputies.get(values["deputy"], ())
    if values["deputy"] and len(persons) != 1:
        if not persons:
            return say("名册里没有代表“%(name)s”，请核对姓名，或者写编号", name=values["deputy"])
        which = say("、").join(persons)
        return say("叫“%(name)s”的代表不止一位，请写编号：%(which)s", name=values["deputy"], which=which)
    return ""


def deputies_of(site: Site, day: ReceptionDay) -> dict[str, tuple[str, ...]]:
    """Ids of the deputies in office by name and by id; a name at the place means its own deputy."""
    rows = deputies_in_office(site.register, day.on)
    by_name: dict[str, tuple[str, ...]] = {}
    for person, name in rows:
        by_name[name] = (*by_name.get(name, ()), person)
    if day.place:
        here: dict[str, tuple[str, ...]] = {}
        for person, name in day.place.deputies:
            here[name] = (*here.get(name, ()), person)
        by_name |= here
    return by_name | {person: (person,) for person, _ in rows}


# -- what was entered --------------------------------------------------------------------------------------------


def _typed(form: Posted) -> Iterator[Entered]:
    columns = [form.fields.get(name, ()) for name in COLUMNS]
    for number in range(max(map(len, columns))):
        values = {
            name: (texts[number] if number < len(texts) else "").strip()
            for name, texts in zip(COLUMNS, columns, strict=True)
        }
        if any(values.values()):
            yield Entered(number + 1, values)


def _pasted(form: Posted, notes: list[str]) -> Iterator[Entered]:
    table = pasted(form.raw("paste"), COLUMNS, (COLUMNS["title"], COLUMNS["body"]), MOST)
    if table.aside:
        notes.append(say("没有读粘贴的这几列：%(names)s", names=say("、").join(table.aside.values())))
    yield from _bounded("paste", PASTED, table.rows)


def _filed(form: Posted, notes: list[str]) -> Iterator[Entered]:
    file = form.files.get("file")
    if file is None or not file.filename:
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        with path.open("wb") as copy:
            copyfileobj(file.file, copy)
        limits = replace(IMPORT, records=MOST + LOOKED_AT)
        table = read_sent(path, ("reception",), Path(file.filename).name, limits=limits)
    notes += table.notes
    sent = table.rows("reception")
    is_told = any({"title", "body"} & {*table.keys_of(row).values()} for row in sent)
    if not is_told and (sent or not table.of_kind("reception")):
        raise TableError(table.name, Refused("opinion_column_missing", known=labels(COLUMNS.values())))
    rows = [
        {"fault": say("；").join(map(fault_words, row.faults.values()))} if row.faults else row.values for row in sent
    ]
    yield from _bounded("file", table.name, rows)


def _bounded(origin: str, table: str | Worded, rows: Sequence[dict[str, str]]) -> Iterator[Entered]:
    if len(rows) > MOST:
        raise TableError(table, Refused("rows_many", count=len(rows), most=MOST))
    for number, row in enumerate(rows, start=1):
        values = {name: row.get(name, "").strip() for name in COLUMNS}
        yield Entered(number, values, row.get("fault", ""), origin)


def _day(site: Site, text: str) -> tuple[date, str]:
    today = site.today()
    try:
        on = date.fromisoformat(text) if text else today
    except ValueError:
        return today, say("接待日“%(text)s”不是日期，请按 2026-03-05 的样子填", text=text)
    return (on, "") if on <= today else (today, "接待日不能在今天以后")


def open_places(site: Site, visitor: Visitor) -> list[Place]:
    stations = (
        places_by_id(site.register, visitor.places)
        if visitor.places
        else places_in(site.register, visitor.region)
        if visitor.region and visitor.role != Role.DEPUTY
        else []
    )
    return [place for place in stations if place.is_open(site.today())]


def _form(
    request: Request, visitor: Visitor, on: date, place: str, bad: list[Entered], words: str = "", told: str = "",
    status: int = 200,
) -> HTMLResponse:  # fmt: skip
    site = site_of(request)
    shown, rest = bad[:MOST_ROWS], bad[MOST_ROWS:]
    blank = [Entered(0, dict.fromkeys(COLUMNS, "")) for _ in range(max(0, ROWS - len(shown)))]
    return page(
        request, "reception.html", visitor, status, columns=OPINIONS, rows=[*shown, *blank], bad=bad,
        paste=_as_text(rest), places=open_places(site, visitor), place=place, on=on, words=words, told=told,
        key=uuid4().hex,
    )  # fmt: skip


def _as_text(rows: list[Entered]) -> str:
    return as_pasted([list(row.values.values()) for row in rows])
