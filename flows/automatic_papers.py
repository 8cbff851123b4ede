"""Automatic papers: numbered in the order of events; their files are made on request or at night.

Papers are entered every night, and when one without a number is requested. All due papers of the region are then
entered in the order of their events, so that numbers do not depend on requests; a file is made from the events when
it is first requested, and stored. None of this runs in the register's transactions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flows.paper_facts import CasePapers, PaperHead
from flows.paper_fields import FIELDS
from flows.paper_lists import ListRequest, list_paper
from flows.paper_reprints import Issued, lines_of
from notifications.papers import KINDS, OCCASIONS, Kind, Offices, Paper, Templates, kinds_of, load_offices
from rulebooks import midnight
from states import Dossier
from states.job_results import JobReport, JobResult
from states.ladder import levels_of
from states.reasons import Id, Refused
from states.vocabulary import Subject
from storage import Register, UnknownCase
from storage.chain import event_mark
from storage.folk import Folk
from storage.looking_up import dossiers_of
from storage.paper_occasions import (
    CHUNK,
    gone_through,
    grown,
    histories,
    occasions,
    papered_until,
    regions_with_cases,
)
from storage.papers import (
    PaperEntry,
    PaperMissing,
    content_of,
    enter_papers,
    issued_figures,
    keep_content,
    paper,
    papers_of,
    unmade,
)
from storage.stored import StoredEvent, StoredPaper
from storage.visible import documents

A_NIGHT = 1_000
"""Files made for a region in one night; others are made on request, or in the next nights."""

_ORDER = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(frozen=True)
class PapersReport(JobReport):
    """How many papers were numbered, and how many files were made."""

    numbered: int
    made: int

    @property
    def results(self) -> tuple[JobResult, ...]:
        return (JobResult("papers_made", numbered=self.numbered, made=self.made),)


def make_papers(
    register: Register, at: datetime, folder: Path | None = None, region: str = "", files: int = A_NIGHT
) -> PapersReport:
    """The work of the night, in the office's templates of `folder`; a second call does nothing."""
    return PaperRoom(register, folder).make_all(at, "duban", region, files=files)


@dataclass(frozen=True)
class Made:
    """A paper with its file."""

    row: StoredPaper
    content: bytes

    @property
    def name(self) -> str:
        """The file name, made of the paper's kind and number."""
        number = str(self.row["number"]) or str(self.row["id"]).replace("/", "-")
        return f"{KINDS[self.row['kind']].name} {number}.docx"


class PaperRoom:
    """The papers of a register, in the office's templates and names of `folder`; raises PaperError for a bad one."""

    def __init__(self, register: Register, folder: Path | None = None) -> None:
        self.register = register
        self.templates = Templates(folder)
        self.offices: Offices = load_offices(folder)

    def enter(self, region: str, until: date | None = None) -> int:
        """Enter the due papers of a region, for events entered up to the day `until`; returns how many are new.

        A second call enters nothing.
        """
        upto = grown(self.register, region)
        end = midnight(until + timedelta(days=1)) if until else None
        after: tuple[datetime, str, int] | None = None
        new = 0
        while events := occasions(self.register, region, OCCASIONS, after):
            after = _place(events[-1])
            chosen = [event for event in events if end is None or event["entered_at"] < end]
            for happened in events[len(chosen) :]:
                upto[happened["case_id"]] = min(upto.get(happened["case_id"], 0), happened["seq"] - 1)
            entries = self._entries(region, chosen)
            if entries:
                new += enter_papers(self.register, region, entries)
            if len(events) < CHUNK:
                break
        gone_through(self.register, upto)
        return new

    def make_all(
        self, at: datetime, by: str, region: str = "", until: date | None = None, files: int = 1_000_000
    ) -> PapersReport:
        """Enter what is due in a region, or in all of them, and make at most so many files, the oldest first."""
        numbered = made = 0
        for code in [region] if region else regions_with_cases(self.register):
            numbered += self.enter(code, until)
            for paper_id in unmade(self.register, code, files) if files else ():
                self.file(paper_id, at, by)
                made += 1
        return PapersReport(numbered, made)

    def of_case(self, dossier: Dossier, events: Sequence[StoredEvent]) -> list[StoredPaper]:
        """The papers of a case in order, those that are due included, which have no number yet.

        Events processed before a kind of paper existed have none of that kind.
        """
        case_id = dossier.case.id
        numbers = {row["id"]: row for row in papers_of(self.register, case_id)}
        since = papered_until(self.register, case_id)
        due = [event for event in events if event["name"] in OCCASIONS and event["seq"] > since]
        for entry in self._entries(dossier.case.region, due, {case_id: dossier}, {case_id: events}) if due else ():
            if entry.id not in numbers:
                numbers[entry.id] = entry.stored()
        return sorted(numbers.values(), key=lambda row: (row["seq"], _ORDER[row["kind"]]))

    def file(self, paper_id: str, at: datetime, by: str) -> Made:
        """The paper's file: the kept one, or made now and kept; raises PaperMissing.

        `at` is the instant of making. A paper that is due and has no number gets it, after all that came before it.
        """
        row = self._row(paper_id)
        kept = content_of(self.register, paper_id)
        if kept is None:
            content = self.templates.render(self._paper(row))
            kept = keep_content(self.register, paper_id, content, at, by)
        return Made(row, kept)

    def make_list(self, request: ListRequest, kind: str) -> Paper:
        """A list or report of many cases without a number; it lists the differences from the last issue."""
        return list_paper(request, KINDS[kind], self.offices, self._issued(request, kind))

    def keep_list(self, request: ListRequest, kind: str, by: str) -> Made:
        """Issue the list with a number of its own, stored with its figures; a second call gives another number."""
        chosen, at = KINDS[kind], request.at
        paper_ = self.make_list(request, kind)
        issuer = f"unit:{request.unit}" if kind == "unit_summary" and request.unit else f"office:{request.region}"
        folk = Folk(self.register, (), [request.unit] if request.unit else [])
        name = folk.region(request.region)
        office = (
            self.offices.of_unit(request.unit, folk.unit(request.unit))
            if issuer.startswith("unit:")
            else self.offices.of_region(request.region, name)
        )
        paper_id = f"{request.region}/l{at.astimezone(UTC):%Y%m%d%H%M%S%f}.{kind}"
        to = (f"unit:{request.unit}",) if kind == "assignment_list" and request.unit else ()
        series, pattern = _series(request.region, issuer, f"{office.code}{chosen.code}", request.on.year)
        figures = {
            "of": _identity(request), "counted_at": paper_.fields["counted_at"],
            "lines": lines_of(chosen, paper_.fields),
        }  # fmt: skip
        entry = PaperEntry(
            id=paper_id, case_id=None, seq=0, round=0, kind=kind, region=request.region, title=paper_.title,
            issuer=issuer, addressees=to, on=request.on, entered_at=at, series=series, pattern=pattern, figures=figures,
        )  # fmt: skip
        enter_papers(self.register, request.region, [entry])
        row = paper(self.register, paper_id)
        content = self.templates.render(replace(paper_, number=row["number"]))
        return Made(row, keep_content(self.register, paper_id, content, at, by))

    def _issued(self, request: ListRequest, kind: str) -> Issued | None:
        """The newest paper of the same kind, region, unit and days."""
        for number, kept in issued_figures(self.register, request.region, kind):
            if kept["of"] == _identity(request):
                return Issued(number, kept["counted_at"], kept["lines"])
        return None

    # -- inside -----------------------------------------------------------------------------------------------------

    def _row(self, paper_id: str) -> StoredPaper:
        try:
            return paper(self.register, paper_id)
        except PaperMissing:
            case_id = paper_id.rpartition("/p")[0]
            try:
                region = self.register.dossier(case_id).case.region
            except UnknownCase:
                raise PaperMissing(Refused("no_paper", paper=Id(paper_id))) from None
            self.enter(region)
            return paper(self.register, paper_id)

    def _entries(
        self, region: str, events: Sequence[StoredEvent], dossiers: Mapping[str, Dossier] | None = None,
        chains: Mapping[str, Sequence[StoredEvent]] | None = None,
    ) -> list[PaperEntry]:  # fmt: skip
        """The papers of these events, in order; a case is read with its whole chain where a paper needs its parts."""
        wanted = [(event, kinds) for event in events if (kinds := kinds_of(event["name"], _levels(event)))]
        cases = dossiers or dossiers_of(self.register, (event["case_id"] for event, _ in wanted))
        if chains is None:
            asks = {event["case_id"] for event, kinds in wanted if any(kind.asks_parts for kind in kinds)}
            chains = histories(self.register, asks)
        folk = self._folk(cases.values())
        entries = []
        for event, kinds in wanted:
            dossier = cases[event["case_id"]]
            rulebook = self.register.texts.of(event["rulebook"])
            facts = CasePapers(dossier, chains.get(dossier.case.id, ()), {}, folk, rulebook, self.offices)
            for kind in kinds:
                for number, head in enumerate(facts.heads(kind, event), start=1):
                    entries.append(_entry(region, kind, event, head, facts, number))
        return entries

    def _paper(self, row: StoredPaper) -> Paper:
        case_id = row["case_id"]
        assert case_id is not None, "a list is kept with its file"
        dossier = self.register.dossier(case_id)
        events = self.register.events(case_id)
        event = events[row["seq"] - 1]
        folk = self._folk([dossier], [happened["by"] for happened in events], events)
        facts = CasePapers(
            dossier, events, documents(self.register, case_id), folk,
            self.register.texts.of(event["rulebook"]), self.offices,
        )  # fmt: skip
        kind = KINDS[row["kind"]]
        return facts.paper(kind, event, row, FIELDS[kind.id](facts, event, row))

    def _folk(
        self, dossiers: Iterable[Dossier], people: Iterable[str] = (), events: Sequence[StoredEvent] = ()
    ) -> Folk:
        names, units = set(people), set()
        for dossier in dossiers:
            holders = {supervision.holder for supervision in dossier.supervisions.values()} - {""}
            names |= {dossier.case.lead, *dossier.parties} | holders
            units |= holders
            units |= {dossier.case.committee, *(part.unit for part in dossier.assignments.values())}
        units |= {str(event["data"]["proposed_unit"]) for event in events if event["data"].get("proposed_unit")}
        units |= {event["unit"] for event in events if event["unit"]}
        return Folk(self.register, names, units)


def _identity(request: ListRequest) -> list[str]:
    return [request.unit, request.first.isoformat(), request.last.isoformat()]


def _place(event: StoredEvent) -> tuple[datetime, str, int]:
    """Where an event stands in the order of entry."""
    return event["entered_at"], event["case_id"], event["seq"]


def _levels(event: StoredEvent) -> tuple[str, ...]:
    return levels_of(event["data"]) if event["subject"] == Subject.LIMIT else ()


def _entry(
    region: str, kind: Kind, event: StoredEvent, head: PaperHead, facts: CasePapers, number: int
) -> PaperEntry:  # fmt: skip
    """`number`: which of the papers of this kind it is that the event occasions."""
    code = f"{facts.office(head.issuer).code}{kind.code}"
    series, pattern = _series(region, head.issuer, code, event["on"].year)
    more = f".{number}" if number > 1 else ""
    return PaperEntry(
        id=f"{event['case_id']}/p{event_mark(event['hash'])}.{kind.id}{more}", case_id=event["case_id"],
        seq=event["seq"], round=event["round"], kind=kind.id, region=region, title=head.title, issuer=head.issuer,
        addressees=head.addressees, on=event["on"], entered_at=event["entered_at"], series=series, pattern=pattern,
    )  # fmt: skip


def _series(region: str, issuer: str, code: str, year: int) -> tuple[str, str]:
    """The series of a number, and its pattern: 宿人办督〔2026〕3号."""
    written = code.replace("{", "{{").replace("}", "}}")
    return f"papers/{region}/{issuer}/{code}/{year}", f"{written}〔{year}〕{{serial}}号"
