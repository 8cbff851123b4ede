"""The issuers of papers: names and number codes of offices, from the office's own file or the directory."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from notifications.papers.errors import PaperError
from rulebooks.file_faults import toml_fault
from states.reasons import Label, Refused, labels

FILE = Label("office.toml")
_GROUPS = ("congress", "government", "units")
_KEYS = ("name", "code", "contact", "phone")


@dataclass(frozen=True)
class IssuingOffice:
    """An office as its papers name it. `code` is the 机关代字, in front of the kind's own: 宿人办 + 督〔2026〕3号."""

    name: str
    code: str
    contact: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Offices:
    """The offices of office.toml by region, and the units by id; what is not there is made from names."""

    congress: Mapping[str, IssuingOffice]
    government: Mapping[str, IssuingOffice]
    units: Mapping[str, IssuingOffice]

    def of_region(self, region: str, name: str) -> IssuingOffice:
        """The congress's office of a region with this name."""
        return self.congress.get(region) or IssuingOffice(f"{name}人大常委会代表工作委员会", f"{name[:1]}人办")

    def of_government(self, region: str, name: str) -> IssuingOffice:
        """The government's office, where it decides."""
        return self.government.get(region) or IssuingOffice(f"{name}人民政府办公室", f"{name[:1]}政办")

    def of_unit(self, unit: str, name: str, phone: str = "") -> IssuingOffice:
        """An answering unit; its name takes the place of its code in numbers until the file gives the code."""
        return self.units.get(unit) or IssuingOffice(name, name, phone=phone)


def load_offices(folder: Path | None) -> Offices:
    """The offices as `office.toml` in the folder gives them; none where there is no such file.

    Raises PaperError with file and key.
    """
    file = folder / FILE if folder else None
    if file is None or not file.is_file():
        return Offices({}, {}, {})
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PaperError(Refused("offices_unreadable", file=FILE, why=toml_fault(error))) from None
    strange = sorted(set(table) - set(_GROUPS))
    if strange:
        raise PaperError(Refused("offices_unknown_key", file=FILE, key=Label(strange[0]), known=labels(_GROUPS)))
    return Offices(*(_table(table.get(group, {}), group) for group in _GROUPS))


def _table(table: object, group: str) -> dict[str, IssuingOffice]:
    if not isinstance(table, dict) or not all(isinstance(row, dict) for row in table.values()):
        raise PaperError(Refused("offices_no_table", file=FILE, key=Label(f"[{group}.CODE]")))
    offices = {}
    for key, values in table.items():
        strange = sorted(set(values) - set(_KEYS))
        if strange:
            unknown = Label(f"{group}.{key}.{strange[0]}")
            raise PaperError(Refused("offices_unknown_key", file=FILE, key=unknown, known=labels(_KEYS)))
        for name in _KEYS:
            if not isinstance(values.get(name, ""), str) or (name in ("name", "code") and not values.get(name)):
                raise PaperError(Refused("offices_no_text", file=FILE, key=Label(f"{group}.{key}.{name}")))
        offices[key] = IssuingOffice(**values)
    return offices
