"""The nightly import of tables dropped into a folder: regions, units, people, places, calendar notices."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from loguru import logger

from flows.dropped import NotMoved, found_in, leave_note, left_behind, said_name, taken_aside
from flows.notices import changing, for_region, read_notice
from flows.records import TableError, TableFault
from flows.sent_tables import SentFile, SentRow, read_sent, require_table, unread_rows
from rulebooks import ZONE
from rulebooks.sentences import Reason
from states.job_results import JobReport, JobResult
from states.reasons import Label, Refused, Worded
from storage import ImportRefused, ImportReport, Register
from storage.form_drafts import drop_forms_over
from storage.import_drafts import drop_over
from storage.powers import Importer

KINDS = ("regions", "units", "people", "places")
"""The kinds in order of reference; a file is named for its kind: people.xlsx, units.csv."""
MOST = 200
"""Characters of a refusal that the report repeats."""


@dataclass
class ImportsReport(JobReport):
    """The files taken over, those refused with the reason, and those left where they lie with the reason.

    Names are those of paths inside the folder. The first two kinds were moved aside. `notes` say what of a file
    taken over was not read, `waiting` how many of its rows wait for a confirmation.
    """

    done: list[str] = field(default_factory=list)
    refused: dict[str, Worded] = field(default_factory=dict)
    left: dict[str, Reason] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, int] = field(default_factory=dict)

    @property
    def results(self) -> tuple[JobResult, ...]:
        taken = JobResult("files_taken", taken=len(self.done), refused=len(self.refused))
        waiting = sum(self.waiting.values())
        results = [
            *([taken] if self.done or self.refused else ()),
            *(JobResult("file_refused", file=Label(name), why=_beginning(why)) for name, why in self.refused.items()),
            *(JobResult("file_left", file=Label(name), why=why) for name, why in self.left.items()),
            *(JobResult("file_note", file=Label(name), note=Label(note)) for name, note in self.notes.items()),
            *([JobResult("rows_waiting", count=waiting)] if waiting else ()),
        ]
        return tuple(results) or (JobResult("no_files"),)


def take_over(register: Register, folder: str | Path, at: datetime, region: str = "") -> ImportsReport:
    """Import the files of `folder` and its subfolders, or of the subfolder `region` alone.

    The files of a subfolder come from the region of that name, and may change that region and those below.

    Each is moved to reading/ before it is read, then to done/ or refused/ beside it; so one that kills the process is
    not read again, but refused at the next run. A refused file has a .txt beside it with the reason. An empty or
    missing folder is not an error. Files that waited too long for somebody to take them after a preview go, and
    forms that nobody sent.
    """
    drop_over(register, at)
    drop_forms_over(register, at)
    place = Path(folder) / region
    report = ImportsReport()
    if not folder or not place.is_dir():
        return report
    stamp = at.astimezone(ZONE).strftime("%Y%m%d-%H%M%S")
    for path in left_behind(place):
        named = said_name(str(path.relative_to(place)))
        _refused(report, path, named, TableError(said_name(path.name), TableFault("reader_ended")))
    files, left = found_in(place)
    report.left = {said_name(name): why for name, why in left.items()}
    for path in sorted(files, key=lambda file: (_order(file), file.as_posix().lower())):
        name = said_name(str(path.relative_to(place)))
        try:
            _take_aside(register, path, _importer(folder, path, at), stamp, name, report)
        except NotMoved as refusal:
            report.left[name] = refusal.why
    refused = {name: _beginning(why) for name, why in report.refused.items()}
    for name, why in (refused | report.left).items():
        logger.warning("import folder: {} was not taken: {}", name, why)
    return report


def _beginning(why: Worded) -> Worded:
    """The first line of each language."""
    return Worded(why.value.partition("\n")[0][:MOST], why.zh.partition("\n")[0][:MOST])


def _importer(folder: str | Path, path: Path, at: datetime) -> Importer:
    """The importer of a file: the whole directory for the folder itself, a region for its subfolder."""
    named = Path(said_name(path.relative_to(folder).as_posix()))
    region, *inside = named.parts
    return Importer("folder", at, "folder", named.as_posix(), region if inside else None)


def _take_aside(
    register: Register, path: Path, importer: Importer, stamp: str, name: str, report: ImportsReport
) -> None:
    named = Path(name)
    with taken_aside(path, stamp) as aside:
        try:
            notes, waiting = _take(register, aside.path, named, importer)
        except (TableError, ImportRefused) as refusal:
            _refused(report, aside.moved("refused"), name, refusal)
        except Exception as error:  # ours: the file is kept, the others go on
            logger.exception("import folder: {} could not be taken over", name)
            why = TableError(named.name, TableFault("inside", {"why": type(error).__name__}))
            _refused(report, aside.moved("refused"), name, why)
        else:
            aside.moved("done")
            report.done.append(name)
            if notes:
                report.notes[name] = "; ".join(notes)
            if waiting:
                report.waiting[name] = waiting


def _refused(report: ImportsReport, moved: Path, name: str, why: TableError | ImportRefused) -> None:
    leave_note(moved, "\n\n".join(dict.fromkeys((why.chinese, str(why)))))
    report.refused[name] = Worded(str(why), why.chinese)


def _order(path: Path) -> int:
    kind = path.stem.lower()
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def _take(register: Register, path: Path, named: Path, importer: Importer) -> tuple[Sequence[str], int]:
    """Take over the file at `path`, which was dropped as `named`: what was not read, and how many rows wait."""
    kind = named.stem.lower()
    if named.suffix.lower() == ".toml" or kind.startswith("calendar"):
        read = for_region(read_notice(path, named.stem), importer.region or "")
        notice = changing(read, register.workdays(read.region))
        if importer.region is not None:
            register.check_calendar_of(notice, importer.region)
        if notice.days or not read.days:
            register.import_calendar(notice, importer.at, f"import {named.name}")
        return notice.notes, 0
    if kind not in KINDS:
        raise TableError(named.name, TableFault("file_unknown", {"kinds": ", ".join(KINDS)}))
    report = take_table(register, kind, path, importer, named.name)
    return report.notes, report.waiting


def take_table(
    register: Register, kind: str, path: Path, importer: Importer, named: str = ""
) -> ImportReport:
    """Take over a workbook or CSV of one kind, all or none, but for what waits.

    Raises ImportRefused, with each place, or TableError.
    """
    file = read_sent(path, (kind,), named)
    require_table(file, kind)
    rows = file.rows(kind)
    faults = unread_rows(rows)
    if faults:
        raise ImportRefused(file.name, faults)
    try:
        records = [(number, row.values) for number, row in enumerate(rows, start=1)]
        report = register.import_directory(kind, records, importer)
    except ImportRefused as refusal:
        raise _placed(refusal, file, rows) from None
    return report.noting(file.notes)


def _placed(refusal: ImportRefused, file: SentFile, rows: Sequence[SentRow]) -> ImportRefused:
    """The refusal with sheet, row and column of each fault."""
    faults = []
    for fault in refusal.faults:
        if fault.number:
            place = file.place_of(rows[fault.number - 1], fault.column)
            why = Refused("fault_at", place=Worded(place.english, place.chinese), what=fault.why)
            fault = replace(fault, why=why)
        faults.append(fault)
    return ImportRefused(file.name, faults)
