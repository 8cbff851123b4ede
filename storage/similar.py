"""Suggestions similar to a text, the phrases that they share with it, and the units that handled them.

Texts are compared as TF-IDF vectors of one to three characters, with 关于…的建议 stripped. The search index gives
the candidates, within the viewer's scope. Nothing is merged here: people decide.
"""

import re
import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from threading import Lock
from typing import Any

import orjson

from storage.register import Register
from storage.search import coded, normal
from storage.statements import Cursor, Sql, reading
from storage.visible import Scope

COMPARED = 800
"""Characters of a text that are compared; more change the result little."""
SAMPLED = 2_000
"""How many of the newest texts are counted to learn which grams are common."""
COUNTED = 400
"""Characters counted of each."""
BUCKETS = 1 << 18
ASKED = 64
"""How many bigrams are used to find candidates."""
READ = 40_000
"""About how many rows of the index this may read."""
CANDIDATES = 16
LEAST = 0.12
"""The least similarity that is shown."""
PHRASES = 4

_FRAME = re.compile(
    r"^关于(?:进一步|切实|尽快|大力|全面|加快)?(.*?)(?:的|之)?(?:建议|意见|议案|提案|批评)*$", re.DOTALL
)
_BETWEEN = re.compile(r"[\W_]+")

SHOWN = (
    "id", "number", "title", "state", "region", "lead", "secrecy", "subject_class", "committee", "merged_group",
    "rulebook_ident", "submitted_on", "assigned_on", "answered_on", "ended_on",
)  # fmt: skip


@dataclass(frozen=True)
class Said:
    """The texts of a suggestion."""

    title: str = ""
    facts: str = ""
    proposal: str = ""

    @property
    def empty(self) -> bool:
        return not f"{self.title}{self.facts}{self.proposal}".strip()


@dataclass(frozen=True)
class Alike:
    """A suggestion similar to a text: `score` from 0 to 1, and the phrases in both (normal form)."""

    case: Mapping[str, Any]
    score: float
    phrases: tuple[str, ...]


@dataclass(frozen=True)
class Handler:
    """A unit that answered for suggestions, and for which ones (the newest first)."""

    unit: str
    name: str
    role: str
    cases: tuple[str, ...]


def core(title: str) -> str:
    """The title in normal form without its frame: 关于加装路灯的建议 → 加装路灯."""
    plain = normal(title).strip()
    framed = _FRAME.match(plain)
    return (framed.group(1) if framed else plain) or plain


class GramWeights:
    """How common a gram is, learnt from the newest texts, in a fixed number of four-byte buckets.

    Counts are over texts of any scope: they reveal no text.
    """

    def __init__(self) -> None:
        self.counts = array("I", bytes(4 * BUCKETS))
        self.texts = 0
        self.seen = 0
        self._lock = Lock()

    def learn(self, cursor: Cursor, sql: Sql) -> None:
        """Count texts written since the last call; at most `SAMPLED` at once."""
        with self._lock:
            rows = cursor.rows(
                f"SELECT id, title, facts, proposal FROM search_texts WHERE id > {sql.mark} "
                f"ORDER BY id DESC LIMIT {SAMPLED}",
                [self.seen],
            )
            for id_, title, facts, proposal in rows:
                self.seen = max(self.seen, id_)
                self.texts += 1
                text = f"{core(title)}\n{facts[:COUNTED]}\n{proposal[:COUNTED]}"
                for place in {_bucket(gram) for gram in _counted(text)}:
                    self.counts[place] += 1

    def share(self, gram: str) -> float:
        """The part of all texts that have the gram."""
        return self.counts[_bucket(gram)] / max(1, self.texts)

    def rarity(self, gram: str) -> float:
        return log((1 + self.texts) / (1 + self.counts[_bucket(gram)])) + 1


class Similar:
    """Finds similar suggestions; one per process, because it caches which grams are common."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.weights = GramWeights()

    def like(self, query: Said, scopes: Sequence[Scope], but: str = "", most: int = 3) -> list[Alike]:
        """At most `most` suggestions of the scopes similar to `query`, the most similar first, without `but`."""
        if query.empty or not scopes:
            return []
        with reading(self.register.engine) as cursor:
            sql = self.register.layout.sql
            self.weights.learn(cursor, sql)
            candidates = _candidates(cursor, sql, self._rare_grams(query), scopes, but)
        own = self._vectors(query)
        scored = []
        for case, other in candidates:
            score = _likeness(own, self._vectors(other))
            if score >= LEAST:
                scored.append((score, case, other))
        scored.sort(key=lambda pair: (-pair[0], pair[1]["id"]))
        return [
            Alike(case, round(score, 3), self._phrases(query, other)) for score, case, other in scored[:most]
        ]

    def _rare_grams(self, query: Said) -> list[tuple[str, float]]:
        """The most distinctive bigrams with their weights: those of the title, then of the text."""
        title, text = core(query.title), normal(f"{query.facts}\n{query.proposal}")[:COMPARED]
        weights: dict[str, float] = {}
        budget = READ / max(1, self.weights.seen)
        for part in (title, text):
            counts = Counter(gram for gram in _runs(part, 2))
            weighed = {gram: (1 + log(count)) * self.weights.rarity(gram) for gram, count in counts.items()}
            for gram in sorted(weighed, key=lambda term: (-weighed[term], term)):
                share = self.weights.share(gram)
                if gram in weights or share > budget or len(weights) >= ASKED:
                    continue
                budget -= share
                weights[gram] = weighed[gram] * self.weights.rarity(gram)
        return list(weights.items())

    def _vectors(self, query: Said) -> tuple[dict[str, float], dict[str, float]]:
        title = core(query.title)
        text = f"{title}\n{normal(query.facts)}\n{normal(query.proposal)}"[:COMPARED]
        return self._vector(title), self._vector(text)

    def _vector(self, text: str) -> dict[str, float]:
        counts = Counter(_counted(text))
        weighed = {gram: (1 + log(count)) * self.weights.rarity(gram) for gram, count in counts.items()}
        length = sqrt(sum(weight * weight for weight in weighed.values())) or 1.0
        return {gram: weight / length for gram, weight in weighed.items()}

    def _phrases(self, query: Said, other: Said) -> tuple[str, ...]:
        theirs = normal(f"{other.title}\n{other.facts}\n{other.proposal}")
        mine = shared(core(query.title), theirs, 3)
        mine += shared(normal(f"{query.facts}\n{query.proposal}")[: 2 * COMPARED], theirs, 4)
        weight = {phrase: sum(map(self.weights.rarity, _runs(phrase, 2))) for phrase in mine}
        kept: list[str] = []
        for candidate in sorted(weight, key=lambda phrase: (-weight[phrase], phrase)):
            if not any(candidate in other or other in candidate for other in kept):
                kept.append(candidate)
        return tuple(kept[:PHRASES])


def shared(mine: str, theirs: str, least: int) -> list[str]:
    """The longest substrings of `mine` of at least so many characters that occur in `theirs`, without punctuation."""
    phrases: dict[str, None] = {}
    for run in _BETWEEN.split(mine):
        at = 0
        while at + least <= len(run):
            end = at + least
            if run[at:end] not in theirs:
                at += 1
                continue
            while end < len(run) and run[at : end + 1] in theirs:
                end += 1
            phrases[run[at:end]] = None
            at = end - least + 2 if end < len(run) else end
    return [phrase for phrase in phrases if not phrase.isdecimal()]


def marked(title: str, phrases: Iterable[str]) -> list[tuple[str, bool]]:
    """The title in pieces, each with whether it is part of one of the phrases."""
    plain = normal(title)
    hit = [False] * len(title)
    if len(plain) == len(title):
        for phrase in phrases:
            at = plain.find(phrase)
            while at >= 0:
                hit[at : at + len(phrase)] = [True] * len(phrase)
                at = plain.find(phrase, at + 1)
    pieces: list[tuple[str, bool]] = []
    for char, shared_char in zip(title, hit, strict=True):
        if pieces and pieces[-1][1] == shared_char:
            pieces[-1] = (pieces[-1][0] + char, shared_char)
        else:
            pieces.append((char, shared_char))
    return pieces


def handlers(register: Register, cases: Sequence[str]) -> list[Handler]:
    """The units that answered for these suggestions (主办、独办、分办), those with most of them first."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT a.unit, u.name, a.role, a.case_id FROM assignments a JOIN units u ON u.id = a.unit "
            f"WHERE a.case_id {sql.any} AND {_ANSWERS} ORDER BY a.id",
            [sql.many(cases)],
        )
    units: dict[str, tuple[str, Counter[str], list[str]]] = {}
    for unit, name, role, case in rows:
        _, roles, handled = units.setdefault(unit, (name, Counter(), []))
        roles[role] += 1
        if case not in handled:
            handled.append(case)
    order = {case: number for number, case in enumerate(cases)}
    return sorted(
        (
            Handler(unit, name, roles.most_common(1)[0][0], tuple(sorted(handled, key=order.__getitem__)))
            for unit, (name, roles, handled) in units.items()
        ),
        key=lambda handler: (-len(handler.cases), order[handler.cases[0]], handler.unit),
    )


def usual_handlers(
    register: Register, scope: Scope, subject_class: str, most: int = 3
) -> list[tuple[str, str, int]]:
    """(unit, name, suggestions) of those that answered for most suggestions of this class in the scope."""
    if not subject_class:
        return []
    sql = register.layout.sql
    where, values = scope.where(sql)
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT a.unit, u.name, count(DISTINCT a.case_id) FROM assignments a JOIN units u ON u.id = a.unit "
            f"JOIN cases c ON c.id = a.case_id WHERE c.subject_class = {sql.mark} AND {where} AND {_ANSWERS} "
            f"GROUP BY a.unit, u.name ORDER BY 3 DESC, a.unit LIMIT {int(most)}",
            [subject_class, *values],
        )
    return [(unit, name, count) for unit, name, count in rows]


_ANSWERS = (
    "a.role <> 'CO' AND a.state NOT IN ('RETURN_GRANTED', 'CANCELLED', 'RETURN_REQUESTED') "
    "AND u.abolished_on IS NULL"
)


def said_in(register: Register, cases: Iterable[str]) -> dict[str, Said]:
    """The texts of these cases, in normal form."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT case_id, title, facts, proposal FROM search_texts WHERE case_id {sql.any}",
            [sql.many(cases)],
        )
    return {case: Said(*texts) for case, *texts in rows}


# -- inside ------------------------------------------------------------------------------------------------------


def _candidates(
    cursor: Cursor, sql: Sql, query_weights: Sequence[tuple[str, float]], scopes: Sequence[Scope], but: str
) -> list[tuple[dict[str, Any], Said]]:
    """The cases of the scopes with the highest weight of common grams."""
    if not query_weights:
        return []
    terms = [(coded(gram), weight) for gram, weight in query_weights]
    if sql.postgres:
        index = (
            "SELECT i.case_id AS place, sum(g.weight) AS weight "
            "FROM unnest(%s::text[], %s::float8[]) AS g(gram, weight) "
            "JOIN search_index i ON i.grams @> ARRAY[g.gram] GROUP BY i.case_id"
        )
        values: list[Any] = [[gram for gram, _ in terms], [weight for _, weight in terms]]
        place = "s.case_id = m.place"
    else:
        index = (
            "SELECT search_index.rowid AS place, sum(g.weight) AS weight FROM (SELECT "
            "json_extract(value, '$[0]') AS gram, json_extract(value, '$[1]') AS weight FROM json_each(?)) g "
            "JOIN search_index ON search_index MATCH g.gram GROUP BY search_index.rowid"
        )
        values = [orjson.dumps([[f'"{gram}"', weight] for gram, weight in terms]).decode()]
        place = "s.id = m.place"
    allowed = []
    more: list[Any] = []
    for scope in scopes:
        condition, bound = scope.where(sql)
        allowed.append(f"({condition})")
        more += bound
    rows = cursor.rows(
        f"SELECT {', '.join(f'c.{name}' for name in SHOWN)}, s.title, s.facts, s.proposal "
        f"FROM ({index}) m JOIN search_texts s ON {place} JOIN cases c ON c.id = s.case_id "
        f"WHERE c.machine = 'suggestion' AND c.id <> {sql.mark} AND ({' OR '.join(allowed)}) "
        f"ORDER BY m.weight DESC, c.id LIMIT {CANDIDATES}",
        [*values, but, *more],
    )
    records = []
    for row in rows:
        case = dict(zip(SHOWN, row, strict=False))
        for name in ("submitted_on", "assigned_on", "answered_on", "ended_on"):
            case[name] = sql.read_day(case[name]) if case[name] else None
        records.append((case, Said(*row[len(SHOWN) :])))
    return records


def _likeness(
    mine: tuple[Mapping[str, float], Mapping[str, float]],
    theirs: tuple[Mapping[str, float], Mapping[str, float]],
) -> float:
    """The similarity of the whole texts, or of titles and texts together, whichever is higher."""
    title, text = (_cosine(left, other) for left, other in zip(mine, theirs, strict=True))
    return max(text, (title + text) / 2)


def _cosine(left: Mapping[str, float], other: Mapping[str, float]) -> float:
    few, many = (left, other) if len(left) < len(other) else (other, left)
    return sum(weight * many[gram] for gram, weight in few.items() if gram in many)


def _runs(text: str, length: int) -> Iterable[str]:
    """The substrings of so many characters without punctuation or blanks."""
    for run in _BETWEEN.split(text):
        for at in range(len(run) - length + 1):
            yield run[at : at + length]


def _counted(text: str) -> Iterable[str]:
    for length in (1, 2, 3):
        yield from _runs(text, length)


def _bucket(gram: str) -> int:
    return zlib.crc32(gram.encode()) % BUCKETS
