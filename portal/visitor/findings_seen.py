"""The audit's findings, and a verification's, as a visitor may read them: inside their scope, naming no deputy whom
they must not know."""

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from portal.visitor.rights import reading_region, scope_of
from portal.visitor.sight import Sight
from portal.visitor.site import Site
from states.reasons import Refused, from_plain
from states.vocabulary import Secrecy
from storage.accounts import Visitor
from storage.sealing import Fault
from storage.visible import deputies_behind, findings_in, secrecies, seen_of

Key = tuple[str, str, str]
"""(code, case, subject)."""


def findings_seen(site: Site, visitor: Visitor) -> list[tuple[Key, dict[str, Any]]]:
    """Each standing finding with its key.

    The row has its subject and texts as shown, and the values in them (`facts`, empty for old ones).
    """
    rows = findings_in(site.register, scope_of(visitor), visitor.region)
    secrecy = secrecies(site.register, [row["case_id"] for row in rows])
    cases = [{"case_id": row["case_id"], "secrecy": secrecy.get(row["case_id"], Secrecy.NONE)} for row in rows]
    words = {case_id: _words(site, visitor, case_id) for case_id in deputies_behind(site.register, cases)}
    return [((row["code"], row["case_id"], row["subject_id"]), _unnamed(row, words)) for row in rows]


def faults_seen(site: Site, visitor: Visitor, faults: Sequence[Fault]) -> list[tuple[str, Refused]]:
    """(case, fault) of the cases that the visitor sees, and of no case; an administrator sees all unmasked.

    For others a row outside the cases is named by its table alone, because its key may be a person of another region.
    """
    if reading_region(visitor) is None:
        return [(fault.case_id, fault.sentence) for fault in faults]
    scope = scope_of(visitor)
    seen = seen_of(site.register, scope, [fault.case_id for fault in faults]) if scope else {}
    words = {case_id: _words(site, visitor, case_id) for case_id in seen}
    faults_shown = []
    for fault in faults:
        if not fault.case_id:
            faults_shown.append(("", fault.without_key.sentence))
        elif fault.case_id in seen:
            aliases = words.get(fault.case_id, {})
            faults_shown.append((fault.case_id, fault.sentence.reworded(partial(_without, words=aliases))))
    return faults_shown


def _words(site: Site, visitor: Visitor, case_id: str) -> Mapping[str, str]:
    """The words that replace the id of each deputy of a case whom the visitor must not know."""
    return Sight(site, visitor, case_id).aliases or {}


def _unnamed(row: Mapping[str, Any], words: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    aliases = words.get(row["case_id"], {})
    texts = {column: _without(row[column], aliases) for column in ("subject_id", "why", "todo")}
    values = {name: from_plain(kept).reworded(partial(_without, words=aliases)) for name, kept in row["facts"].items()}
    return {**row, **texts, "facts": values}


def _without(text: str, words: Mapping[str, str]) -> str:
    """The text without the ids of deputies whom the visitor must not know."""
    for deputy, word in words.items():
        text = re.sub(rf"(?<![\w-]){re.escape(deputy)}(?![\w-])", word, text)
    return text
