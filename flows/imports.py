"""Tables that other systems drop into a folder, taken over by night: regions, units, people, places, notices."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flows.notices import read_notice
from flows.records import BadRecord, TableError, read_table
from rulebooks import ZONE
from storage import COLUMNS, REQUIRED, ImportRefused, ImportReport, Register

KINDS = ("regions", "units", "people", "places")
"""In the order in which one names the other; a file is named for its kind: people.xlsx, units.csv."""


@dataclass
class ImportsReport:
    """The files taken over, and those refused with the reason; every one was moved aside."""

    done: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        if not self.done and not self.refused:
            return "no files"
        return f"files taken over: {len(self.done)}, refused: {len(self.refused)}"


def take_over(register: Register, folder: str | Path, at: datetime, region: str = "") -> ImportsReport:
    """Take over the files of `folder`, or of its subfolder `region`; then move them to done/ or refused/ in it.

    A refused file has a .txt beside it that says why. An empty or missing folder is no fault.
    """
    place = Path(folder) / region
    report = ImportsReport()
    if not folder or not place.is_dir():
        return report
    files = [
        path
        for path in sorted(place.iterdir())
        if path.is_file() and path.suffix in (".csv", ".xlsx", ".toml")
    ]
    stamp = at.astimezone(ZONE).strftime("%Y%m%d-%H%M%S")
    for path in sorted(
        files, key=lambda one: (KINDS.index(one.stem) if one.stem in KINDS else len(KINDS), one.name)
    ):
        try:
            _take(register, path, at)
        except (TableError, ImportRefused) as refusal:
            moved = _move(path, "refused", stamp)
            moved.with_name(f"{moved.name}.txt").write_text(f"{refusal}\n", "utf-8")
            report.refused[path.name] = str(refusal)
        else:
            _move(path, "done", stamp)
            report.done.append(path.name)
    return report


def _take(register: Register, path: Path, at: datetime) -> None:
    if path.suffix == ".toml" or path.stem.startswith("calendar"):
        register.import_calendar(read_notice(path), at, f"import {path.name}")
        return
    if path.stem not in KINDS:
        raise TableError(
            f"{path.name}: named for nothing known; {', '.join(KINDS)}, calendar… or a notice as .toml"
        )
    take_table(register, path.stem, path)


def take_table(register: Register, kind: str, path: Path) -> ImportReport:
    """Take over a workbook or CSV of one kind, all or none; raises ImportRefused or TableError."""
    names = COLUMNS[kind]
    found, faults = [], []
    for record in read_table(path):
        if isinstance(record, BadRecord):
            faults.append((record.number, record.reason))
            continue
        for column in REQUIRED[kind]:
            if column not in record.values and names[column] not in record.values:
                wanted = "、".join(f"{names[one]} ({one})" for one in REQUIRED[kind])
                raise TableError(f"{path.name}: needs the columns {wanted}; found: {', '.join(record.values)}")
        found.append((record.number, record.values))
    if faults:
        raise ImportRefused(path.name, faults)
    return register.import_directory(kind, found)


def _move(path: Path, where: str, stamp: str) -> Path:
    target = path.parent / where / f"{stamp}-{path.name}"
    target.parent.mkdir(exist_ok=True)
    return path.rename(target)
