"""The audit's findings as a visitor may read them: inside their scope, and naming no deputy whom they must not know."""

import re
from collections.abc import Mapping
from typing import Any

from portal.rights import scope_of
from portal.visitor.aliases import aliases_of
from portal.web.site import Site
from storage.accounts import Visitor
from storage.visible import deputies_behind, findings_in, secrecies

Key = tuple[str, str, str]
"""(code, case, subject)."""


def findings_seen(site: Site, visitor: Visitor) -> list[tuple[Key, dict[str, Any]]]:
    """Each finding that stands with the key under which it is kept; the row has the subject as it is shown."""
    rows = findings_in(site.register, scope_of(visitor), visitor.region)
    secrecy = secrecies(site.register, [row["case_id"] for row in rows])
    cases = [{"case_id": row["case_id"], "secrecy": secrecy.get(row["case_id"], "NONE")} for row in rows]
    words = {case_id: _words(site, visitor, case_id) for case_id in deputies_behind(site.register, cases)}
    return [((row["code"], row["case_id"], row["subject_id"]), _unnamed(row, words)) for row in rows]


def _words(site: Site, visitor: Visitor, case_id: str) -> Mapping[str, str]:
    """What stands for the id of each deputy of a case whom the visitor must not know."""
    return aliases_of(site, visitor, site.register.dossier(case_id)) or {}


def _unnamed(row: Mapping[str, Any], words: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    told = dict(row)
    for deputy, word in words.get(row["case_id"], {}).items():
        for column in ("subject_id", "why", "todo"):
            told[column] = re.sub(rf"(?<![\w-]){re.escape(deputy)}(?![\w-])", word, told[column])
    return told
