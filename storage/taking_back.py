"""Taking an import back: what was new goes, what changed changes back, and what was built on stays and is named."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlmodel import SQLModel, col, func, select

from states.reasons import Label, Refused
from states.roles import UNIT_ROLES
from storage.directory import COLUMNS, import_directory
from storage.errors import ImportRefused, RefusedByRule
from storage.humans import people_behind, people_in
from storage.import_log import KEYS, Line, decide_lines, stored, undecided_lines
from storage.power_log import power_change
from storage.powers import Directory, Importer, beyond
from storage.register import Register
from storage.statements import Cursor, reading, transaction
from storage.tables.directory import ChainLinkRow, PersonRow, RegionRow, UnitRow
from storage.tables.imports import ImportDecisionRow, ImportLineRow, ImportReversalRow, ImportRow
from storage.tables.places import PlacePersonRow, PlaceRow
from storage.typed_rows import among, hold_tables
from storage.unreachable import OFFICES

USED_BY: Mapping[str, tuple[tuple[str, str], ...]] = {
    "regions": (("regions", "parent_code"), ("units", "region"), ("people", "region"), ("places", "region"),
                ("cases", "region"), ("secret_stubs", "region"), ("region_rules", "region"),
                ("calendar_notices", "region")),
    "units": (("people", "unit"), ("assignments", "unit"), ("assignments", "proposed_unit"), ("events", "unit"),
              ("supervisions", "holder"), ("cases", "committee")),
    "people": (("accounts", "person"), ("place_people", "person"), ("parties", "deputy"),
               ("communications", "deputy"), ("evaluations", "deputy"), ("links", "deputy"), ("mandates", "proxy"),
               ("mandates", "deputy"), ("events", "by"), ("cases", "lead"), ("supervisions", "holder")),
    "places": (("opinion_places", "place"),),
}  # fmt: skip
"""What is built on a row of a table: the columns that name it."""
ADDRESSED: Mapping[str, tuple[str, ...]] = {
    "regions": tuple(role.value for role in OFFICES), "units": ("unit", "unit_head", "committee", *UNIT_ROLES),
    "people": ("person", "deputy"), "places": ("place",),
}  # fmt: skip
"""As what a row is told and owes: the kinds before its id."""
ADDRESSES = (("messages", "recipient"), ("outbox", "recipient"), ("deadlines", "owed_by"))
"""Columns that have such a kind and id."""
ROWS: Mapping[str, type[SQLModel]] = {
    "regions": RegionRow, "units": UnitRow, "people": PersonRow, "places": PlaceRow,
}  # fmt: skip
BACKWARDS = ("places", "people", "units", "regions")
"""What names something goes before what it names."""


class NotTakenBack(RefusedByRule):
    """An import cannot be taken back."""


@dataclass(frozen=True)
class ImportAct:
    """The imports of one file: what they did, and when they were taken back, if they were."""

    id: str
    at: datetime
    by: str
    file: str
    kinds: tuple[str, ...]
    new: int
    changed: int
    waiting: int
    taken_back: datetime | None = None


@dataclass(frozen=True)
class KeptRow:
    """A row of an import that stays as it is, and why."""

    kind: str
    subject: str
    why: Refused


@dataclass(frozen=True)
class TakenBack:
    """How many rows went, changed back or wait to, and those that stay."""

    removed: int = 0
    changed: int = 0
    waiting: int = 0
    kept: tuple[KeptRow, ...] = ()


def latest_acts(register: Register, region: str | None, most: int = 20) -> list[ImportAct]:
    """The newest imports, those of one region where given; what took others back is left out."""
    made, back = ImportRow, ImportReversalRow
    counters = select(back.counter).where(back.counter != "")
    rows = select(made, back.at).outerjoin(back, col(back.import_id) == made.id).where(col(made.id).not_in(counters))
    if region is not None:
        rows = rows.where(made.region == region)
    with reading(register.engine) as cursor:
        recent = cursor.session.exec(rows.order_by(col(made.at).desc(), made.by, made.file).limit(4 * most)).all()
    acts = []
    for (at, by, file), some in groupby(recent, lambda row: (row[0].at, row[0].by, row[0].file)):
        imports = list(some)
        taken = [at_ for _, at_ in imports]
        acts.append(ImportAct(
            imports[0][0].id, at, by, file, tuple(row.kind for row, _ in imports), sum(row.new for row, _ in imports),
            sum(row.changed for row, _ in imports), sum(row.waiting for row, _ in imports),
            taken[0] if all(taken) else None,
        ))  # fmt: skip
    return acts[:most]


def take_back(register: Register, id_: str, importer: Importer) -> TakenBack:
    """Take back all imports of the file of which this is one, in one transaction.

    A change back that changes rights waits for a confirmation as any other. Raises NotTakenBack for an import that is
    not there, was taken back already, or lies outside the importer's region.
    """
    with transaction(register.engine) as cursor:
        session = cursor.session
        hold_tables(session, "SHARE ROW EXCLUSIVE", ImportReversalRow, ImportDecisionRow, *ROWS.values())
        made = session.get(ImportRow, id_)
        if made is None or importer.region not in (None, made.region):
            raise NotTakenBack(Refused("import_unknown", id=Label(id_)))
        of_file = (ImportRow.at == made.at, ImportRow.by == made.by, ImportRow.file == made.file)
        imports = list(session.exec(select(ImportRow.id, ImportRow.kind).where(*of_file)))
        if any(session.get(ImportReversalRow, import_id) for import_id, _ in imports):
            raise NotTakenBack(Refused("import_over", file=Label(made.file or id_)))
        imports.sort(key=lambda row: BACKWARDS.index(row[1]))
        parts = [_Reversal(register, cursor, import_id, kind, importer).run() for import_id, kind in imports]
    if any(kind == "regions" for _, kind in imports):
        register.follow_regions(importer.at)
    return TakenBack(
        sum(part.removed for part in parts), sum(part.changed for part in parts),
        sum(part.waiting for part in parts), tuple(row for part in parts for row in part.kept),
    )  # fmt: skip


class _Reversal:
    """One import on its way back."""

    def __init__(self, register: Register, cursor: Cursor, id_: str, kind: str, importer: Importer) -> None:
        self.register, self.cursor, self.session = register, cursor, cursor.session
        self.id, self.kind, self.importer = id_, kind, importer
        self.kept: list[KeptRow] = []

    def run(self) -> TakenBack:
        lines = self._effective()
        now = stored(self.session, self.kind, [line["subject"] for line in lines])
        same = []
        for line in lines:
            if now.get(line["subject"]) == line["new"]:
                same.append(line)
            else:
                self._keep(line, Refused("row_changed_since"))
        self._withdraw()
        removed = self._remove([line for line in same if line["old"] is None])
        report = self._change([line for line in same if line["old"] is not None])
        self.session.add(ImportReversalRow(
            import_id=self.id, at=self.importer.at, by=self.importer.by, counter=report[0], removed=removed,
            kept=[row.subject for row in self.kept],
        ))  # fmt: skip
        return TakenBack(len(removed), report[1], report[2], tuple(self.kept))

    def _keep(self, line: Line, why: Refused) -> None:
        self.kept.append(KeptRow(self.kind, line["subject"], why))

    def _effective(self) -> list[Line]:
        """The rows that the import wrote, at once or after a confirmation."""
        line, decision = ImportLineRow, ImportDecisionRow
        confirmed = select(decision.line).where(
            decision.import_id == line.import_id, decision.line == line.line, decision.outcome == "confirmed"
        )
        wrote = (col(line.outcome) != "waits") | confirmed.exists()
        rows = select(line).where(line.import_id == self.id, wrote).order_by(col(line.line))
        return [row.model_dump() for row in self.session.exec(rows)]

    def _withdraw(self) -> None:
        """Rows that still wait are superseded; a change of one's own rights is decided by another person."""
        own = people_behind(self.session, self.importer.by)
        waiting = undecided_lines(self.session, id_=self.id)
        mine = [line for line in waiting if own & people_in(self.kind, line)]
        for line in mine:
            self._keep(line, Refused("row_waits_for_another"))
        others = [line for line in waiting if line not in mine]
        decide_lines(self.session, others, "superseded", self.importer.by, self.importer.at)

    def _remove(self, lines: Sequence[Line]) -> list[str]:
        """Remove new rows on which nothing was built; one may go because another of them went."""
        directory = Directory(self.session, self.kind, [line["new"] for line in lines])
        left, removed = [], []
        for line in lines:
            if why := beyond(directory, self.kind, self.importer, line["new"], line["new"]):
                self._keep(line, why.why)
            else:
                left.append(line)
        while left:
            uses = self._uses(left)
            going = [line for line in left if not uses[line["subject"]]]
            if not going:
                break
            self._delete(going)
            removed += [line["subject"] for line in going]
            left = [line for line in left if uses[line["subject"]]]
        for line in left:
            self._keep(line, Refused("row_built_on", count=uses[line["subject"]]))
        return removed

    def _uses(self, lines: Sequence[Line]) -> Counter[str]:
        """How many rows name each of them; a link of a chain that the import of the person began is no use of them."""
        subjects = [line["subject"] for line in lines]
        addresses = {f"{kind}:{subject}": subject for kind in ADDRESSED[self.kind] for subject in subjects}
        count: Counter[str] = Counter()
        for place in ADDRESSES:
            for address, number in self._naming(place, [*addresses]):
                count[addresses[address]] += number
        for place in USED_BY[self.kind]:
            count.update(dict(self._naming(place, subjects)))
        if self.kind == "units":  # a case may name its committee as people call it
            called = {line["new"]["name"]: line["subject"] for line in lines}
            for name, number in self._naming(("cases", "committee"), [*called]):
                count[called[name]] += number
        if self.kind == "people":
            count.update(self._chosen(subjects))
        return count

    def _naming(self, place: tuple[str, str], names: Sequence[str]) -> list[tuple[str, int]]:
        """How many rows have each of the names in a column, which is (table, column)."""
        table, column = place
        naming = SQLModel.metadata.tables[table].columns[column]
        rows = select(naming, func.count()).where(among(self.session, naming, names)).group_by(naming)
        return [(name, number) for name, number in self.session.exec(rows).all()]

    def _chosen(self, people: Sequence[str]) -> Iterator[str]:
        """Each person once for every unit of whose chain a file of units made them a link."""
        theirs = among(self.session, ChainLinkRow.person, people)
        links = self.session.exec(select(ChainLinkRow.unit, ChainLinkRow.person).where(theirs)).all()
        line, made = ImportLineRow, ImportRow
        of_units = select(line.subject, line.new).join(made, col(made.id) == line.import_id).where(made.kind == "units")
        linked = among(self.session, line.subject, [unit for unit, _ in links])
        named = {
            (unit, person)
            for unit, new in self.session.exec(of_units.where(linked))
            for person in new.get("chain", {}).values()
        }
        return (person for unit, person in links if (unit, person) in named)

    def _delete(self, lines: Sequence[Line]) -> None:
        session, subjects = self.session, [line["subject"] for line in lines]
        linked = {"people": ChainLinkRow.person, "units": ChainLinkRow.unit, "places": PlacePersonRow.place}
        if self.kind in linked:
            links = PlacePersonRow if self.kind == "places" else ChainLinkRow
            for link in session.exec(select(links).where(among(session, linked[self.kind], subjects))).all():
                session.delete(link)
        key = SQLModel.metadata.tables[self.kind].columns[KEYS[self.kind]]
        for row in session.exec(select(ROWS[self.kind]).where(among(session, key, subjects))).all():
            session.delete(row)
        session.flush()
        for line in lines:
            for column in line["powers"].split():
                value = str(line["new"].get(column) or "")
                session.add(power_change(
                    self.importer.at, self.importer.by, f"{self.kind}.{column}", line["subject"], line["region"], value
                ))  # fmt: skip

    def _change(self, lines: Sequence[Line]) -> tuple[str, int, int]:
        """Import the old values again: the id of that import, how many rows changed, how many wait."""
        left = list(lines)
        while left:
            records = [(number, _as_sent(self.kind, line)) for number, line in enumerate(left, start=1)]
            try:
                report = import_directory(self.register.layout, self.cursor, self.kind, records, self.importer)
            except ImportRefused as refusal:
                why = {fault.number: fault.why for fault in refusal.faults}
                for number in sorted(why):
                    self._keep(left[number - 1], why[number])
                left = [line for number, line in enumerate(left, start=1) if number not in why]
            else:
                return report.id, len(left) - report.waiting, report.waiting
        return "", 0, 0


def _as_sent(kind: str, line: Line) -> dict[str, str]:
    """The old values of a row as a file would have them."""
    old, new = line["old"], line["new"]
    if kind == "units":
        old = old | {role: old["chain"].get(role, "") for role in {*old["chain"], *new["chain"]}}
    values = {column: old[column] for column in COLUMNS[kind] if column in old}
    return {
        column: "、".join(value) if isinstance(value, list) else str(value or "") for column, value in values.items()
    }
