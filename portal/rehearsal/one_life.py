"""One and the same life under every rulebook: who was told what on which day, and the article behind it.

The people of the life do the same on the same days whatever the rulebook; what differs is what the texts say.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache

from flows.sweep import sweep
from portal.rehearsal.recorded import said_under
from portal.rehearsal.stage import StepRefused, days_from
from rulebooks import ZONE, Library, Rulebook
from rulebooks.sheet import diff
from rulebooks.vocabulary import Level
from states import Action
from states.cases import Json
from states.reasons import Worded
from states.vocabulary import LimitKey, PartRole, Publicity, ReplyClass, Satisfaction, Subject
from storage import Register
from storage.marks import Purpose, require
from storage.rehearsed import OwedLimit, notices_of, owed_limits
from storage.stored import StoredEvent, StoredNotice

REGION = "321300"
BAD: Mapping[str, Json] = {
    "attitude": Satisfaction.SATISFIED, "result": Satisfaction.DISSATISFIED, "reason": "只说在办，没有时间表。",
}  # fmt: skip
GOOD = {"attitude": Satisfaction.SATISFIED, "result": Satisfaction.SATISFIED}
PROMISE = [{"text": "增设两处路灯", "due_on": "2025-12-15"}]
DRAFT: Mapping[str, Json] = {
    "class": ReplyClass.UNDER_WAY_DATED,
    "points_answered": 1,
    "reply": "正在解决，年底前完成。",
    "commitments": PROMISE,
}
TEXT = {
    "title": "关于整修东塘街道路灯的建议",
    "facts": "多处路灯不亮。",
    "proposal": "整修并增设。",
    "region": REGION,
}
UNITS = [{"unit": "U1", "role": PartRole.LEAD}, {"unit": "U2", "role": PartRole.CO}]

Deed = tuple[str, str, str, str, Mapping[str, Json]]

PLAN: tuple[Deed, ...] = (
    ("2025-04-01", "draft", "deputy", "D1", TEXT),
    ("2025-04-01", "invite_cosign", "deputy", "D1", {"cosigners": ["D2"]}),
    ("2025-04-02", "confirm_cosign", "deputy", "D2", {}),
    ("2025-04-03", "submit", "deputy", "D1", {}),
    ("2025-04-07", "open_review", "registrar", "R1", {}),
    ("2025-04-08", "register", "registrar", "R1", {"subject_class": "环资城建", "committee": "C1"}),
    ("2025-04-25", "propose_units", "registrar", "R1", {"units": UNITS}),
    ("2025-04-25", "assign", "registrar", "R1", {}),
    ("2025-04-30", "receipt", "handler", "U1-C", {"assignment": "S1/a1"}),
    ("2025-04-30", "accept", "handler", "U1-C", {"assignment": "S1/a1"}),
    ("2025-05-08", "receipt", "handler", "U2-C", {"assignment": "S1/a2"}),
    ("2025-05-08", "accept", "handler", "U2-C", {"assignment": "S1/a2"}),
    (
        "2025-06-06",
        "communicate",
        "handler",
        "U1-C",
        {"assignment": "S1/a1", "kind": "visit", "face_to_face": True},
    ),
    ("2025-06-09", "confirm_communication", "deputy", "D1", {"communication": "S1/k1"}),
    ("2025-06-10", "start_handling", "handler", "U1-C", {"assignment": "S1/a1"}),
    ("2025-06-12", "research", "handler", "U1-C", {"assignment": "S1/a1", "note": "现场调研。"}),
    (
        "2025-07-04",
        "send_opinion",
        "handler",
        "U2-C",
        {"assignment": "S1/a2", "opinion": "同意，由本单位配合。"},
    ),
    ("2025-07-07", "accept_opinion", "handler", "U1-C", {"assignment": "S1/a2"}),
    ("2025-07-14", "draft_reply", "handler", "U1-C", {"assignment": "S1/a1", **DRAFT}),
    ("2025-07-14", "send_draft_to_deputy", "handler", "U1-C", {"assignment": "S1/a1"}),
    ("2025-07-18", "agree_consult", "deputy", "D1", {"assignment": "S1/a1"}),
    ("2025-08-04", "sign", "unit_head", "U1-Z", {"assignment": "S1/a1", "seal": True, "publicity": Publicity.FULL}),
    ("2025-08-06", "deliver_reply", "handler", "U1-C", {"assignment": "S1/a1"}),
    ("2025-08-07", "send_forms", "registrar", "R1", {}),
    ("2025-08-26", "evaluate", "deputy", "D1", BAD),
    ("2025-09-05", "order_rehandle", "registrar", "R1", {}),
    ("2025-09-08", "receipt", "handler", "U1-C", {"assignment": "S1/a3"}),
    ("2025-09-08", "accept", "handler", "U1-C", {"assignment": "S1/a3"}),
    (
        "2025-09-12",
        "communicate",
        "handler",
        "U1-C",
        {"assignment": "S1/a3", "kind": "visit", "face_to_face": True},
    ),
    ("2025-09-15", "confirm_communication", "deputy", "D1", {"communication": "S1/k2"}),
    ("2025-09-16", "start_handling", "handler", "U1-C", {"assignment": "S1/a3"}),
    ("2025-09-17", "research", "handler", "U1-C", {"assignment": "S1/a3", "note": "再次调研。"}),
    ("2025-09-24", "draft_reply", "handler", "U1-C", {"assignment": "S1/a3", **DRAFT}),
    ("2025-09-24", "send_draft_to_deputy", "handler", "U1-C", {"assignment": "S1/a3"}),
    ("2025-09-26", "agree_consult", "deputy", "D1", {"assignment": "S1/a3"}),
    ("2025-11-10", "sign", "unit_head", "U1-Z", {"assignment": "S1/a3", "seal": True, "publicity": Publicity.FULL}),
    ("2025-11-12", "deliver_reply", "handler", "U1-C", {"assignment": "S1/a3"}),
    ("2025-11-13", "send_forms", "registrar", "R1", {}),
    ("2025-11-20", "evaluate", "deputy", "D1", GOOD),
    ("2025-12-05", "publish", "registrar", "R1", {}),
    ("2026-01-20", "claim_done", "handler", "U1-C", {"commitment": "S1/c1"}),
    ("2026-01-20", "claim_done", "handler", "U1-C", {"commitment": "S1/c2"}),
    (
        "2026-01-26",
        "verify_commitment",
        "committee",
        "C1-W",
        {"commitment": "S1/c1", "inspection": "现场相符。"},
    ),
    (
        "2026-01-26",
        "verify_commitment",
        "committee",
        "C1-W",
        {"commitment": "S1/c2", "inspection": "现场相符。"},
    ),
    ("2026-02-27", "archive", "registrar", "R1", {}),
)
FIRST, LAST = date(2025, 4, 1), date(2026, 2, 27)

CAUSES: Mapping[str, tuple[str, ...]] = {
    "suggestion.feedback_urged": ("limits.feedback_by.", "gates.feedback_urges"),
    "suggestion.evaluation_lapsed": ("limits.feedback_by.", "gates.feedback_urges"),
    "assignment.consult_reminded": ("limits.consult_by.", "gates.consult_reminders"),
    "assignment.consult_lapsed": ("limits.consult_by.", "gates.consult_reminders"),
    "suggestion.rehandle_ordered": ("rehandle.decided_by",),
    "suggestion.rehandle_assigned": ("rehandle.decided_by",),
    "assignment.rehandle_assigned": ("rehandle.decided_by",),
    "supervision.lapsed": ("proposals.",),
}
"""Which rules decide whether and when a notice that is no limit's own goes out, by the notice's name."""

SILENT: Mapping[str, Json] = {
    "rehandle.decided_by": "office",
    "gates.feedback_urges": 2,
    "gates.consult_reminders": 2,
}
"""What holds where a rulebook is silent, so that its silence differs from nothing that says the same."""

WORDING = (".source", ".says", ".title")


@dataclass(frozen=True, order=True)
class LifeLine:
    """Somebody was told something; of a limit: which one, of which round, on which rung, with which last day."""

    day: date
    who: str
    what: str
    key: str = ""
    round: int = 0
    level: str = ""
    last_day: date | None = field(default=None, compare=False)
    source: str = field(default="", compare=False)


@dataclass
class ToldStep:
    """The life under one rulebook."""

    rulebook: Rulebook
    state: str
    lines: list[LifeLine]
    limits: list[OwedLimit]
    refused: list[StepRefused]


def books(library: Library) -> list[str]:
    """The rulebooks under which a suggestion can live."""
    return [name for name in library.names() if not library.get(name).of_opinions]


def live(register: Register, names: Sequence[str]) -> dict[str, ToldStep]:
    """Live the life under each of the rulebooks, side by side in an empty register, with the sweep of every night."""
    require(register.engine, Purpose.REHEARSAL, Worded("a life", "一件的演练"))
    rulebooks = {name: register.library.get(name, FIRST) for name in names}
    refused: dict[str, list[StepRefused]] = {name: [] for name in names}
    for kind, rows in _DIRECTORY:
        register.import_directory(kind, list(enumerate(rows, start=1)))
    for day in days_from(FIRST, LAST):
        sweep(register, datetime.combine(day, time(0, 5), ZONE))
        deeds = [deed for deed in PLAN if deed[0] == day.isoformat()]
        acts = [
            (name, said_under(book, _action(deed, name)))
            for name, book in rulebooks.items()
            for deed in deeds
        ]
        outcomes = register.apply([act for _, act in acts], datetime.combine(day, time(10), ZONE))
        for (name, act), outcome in zip(acts, outcomes, strict=True):
            if not outcome.done:
                refused[name].append(StepRefused(act.case, act.name, day, outcome.reason))
    return {name: _lived(register, book, refused[name]) for name, book in rulebooks.items()}


def _lived(register: Register, rulebook: Rulebook, refused: list[StepRefused]) -> ToldStep:
    case = rulebook.name
    limits = owed_limits(register, case)
    return ToldStep(
        rulebook, register.dossier(case).case.state, _lines(register, rulebook, limits), limits, refused
    )


def explained(a: Rulebook, b: Rulebook, line: LifeLine) -> list[str]:
    """The keys that differ between the rulebooks and decide on this line; none: the texts do not explain it."""
    wanted = CAUSES.get(line.what, ())
    if line.key:
        wanted = (f"limits.{line.key}.",)
        if line.round > 1:  # a round that is ordered later begins later
            wanted = (*wanted, "rehandle.decided_by")
        if line.level and (a.ladder, a.proposals) != (b.ladder, b.proposals):
            wanted = (*wanted, "ladder.")
    elif line.what.startswith("supervision."):  # of limits that reach the leadership
        high = {key for book in (a, b) for key, limit in book.limits.items() if limit.climbs_to >= Level.U4}
        wanted = (*wanted, *(f"limits.{key}." for key in sorted(high)))
    return [key for key in _differing(a, b) if key.startswith(wanted)] if wanted else []


def only_in(a: ToldStep, b: ToldStep) -> list[LifeLine]:
    """What was told under `a` and not under `b`."""
    return sorted((Counter(a.lines) - Counter(b.lines)).elements())


@cache
def _differing(a: Rulebook, b: Rulebook) -> tuple[str, ...]:
    """The keys that say something else, words and articles apart."""
    return tuple(
        difference.key
        for difference in diff(a, b)
        if not difference.key.endswith(WORDING)
        and "articles." not in difference.key
        and _here(difference.before, difference.key) != _here(difference.after, difference.key)
    )


def _here(value: Json, key: str) -> Json:
    return SILENT.get(key) if value is None else value


def _action(deed: Deed, case: str) -> Action:
    """The deed on the suggestion `case`, which the plan calls S1."""
    _, name, role, by, data = deed
    ours = {
        key: value.replace("S1/", f"{case}/", 1) if isinstance(value, str) else value
        for key, value in data.items()
    }
    return Action(case, name, by, role, ours)


def _lines(register: Register, rulebook: Rulebook, limits: Iterable[OwedLimit]) -> list[LifeLine]:
    case = rulebook.name
    by_place = {(limit.subject_id, limit.key, limit.round): limit for limit in limits}
    events = {event["seq"]: event for event in register.events(case)}
    return sorted(_line(rulebook, events[notice["seq"]], notice, by_place) for notice in notices_of(register, case))


def _line(
    rulebook: Rulebook,
    event: StoredEvent,
    notice: StoredNotice,
    by_place: dict[tuple[str, str, int], OwedLimit],
) -> LifeLine:
    data, what = event["data"], notice["kind"]
    if event["subject"] not in (Subject.LIMIT, Subject.SUPERVISION) or "key" not in data:
        return LifeLine(event["on"], notice["recipient"], what, source=_source(rulebook, what))
    limit = by_place[data.get("limit_of") or data["subject_id"], data["key"], event["round"]]
    return LifeLine(
        event["on"], notice["recipient"], what, data["key"], event["round"], data.get("level", ""),
        limit.last_day, limit.source,
    )  # fmt: skip


_SECTIONS = {
    "suggestion.reply_delivered": "reply",
    "suggestion.forms_sent": "evaluation",
    "suggestion.evaluated_dissatisfied": "rehandle",
    "suggestion.rehandle_ordered": "rehandle",
    "assignment.rehandle_assigned": "rehandle",
}
"""The section that speaks of what is told."""


def _source(rulebook: Rulebook, kind: str) -> str:
    """The article of the section; '' for the steps of the machine itself and where the rulebook is silent."""
    if kind == "suggestion.feedback_urged" and LimitKey.FEEDBACK_BY in rulebook.limits:
        return rulebook.limits["feedback_by"].source
    section = getattr(rulebook, _SECTIONS[kind]) if kind in _SECTIONS else None
    return str(section.source) if section else ""


def _person(id_: str, name: str, role: str, **where: str) -> dict[str, str]:
    return {"id": id_, "name": name, "role": role, **where}


_LINKS = {"handler": "C", "section_head": "K", "unit_leader": "F", "unit_head": "Z"}
_UNITS = (
    {"id": "U1", "name": "市城市管理局", "region": REGION, "kind": "government"},
    {"id": "U2", "name": "市财政局", "region": REGION, "kind": "government"},
)
_DIRECTORY: tuple[tuple[str, tuple[dict[str, str], ...]], ...] = (
    ("regions", ({"code": REGION, "name": "某市", "level": "city"},)),
    ("units", (*_UNITS, {"id": "C1", "name": "环资城建委员会", "region": REGION, "kind": "committee"})),
    (
        "people",
        (
            _person("D1", "代表甲", "deputy", region=REGION),
            _person("D2", "代表乙", "deputy", region=REGION),
            _person("R1", "代表工委", "registrar", region=REGION),
            _person("G1", "督查室", "dispatcher", region=REGION),
            _person("Q1", "分管市长", "gov_leader", region=REGION),
            _person("L1", "常委会副主任", "leader", region=REGION),
            _person("C1-W", "委员会经办", "committee", unit="C1"),
            *(
                _person(f"{unit['id']}-{letter}", unit["name"], role, unit=unit["id"])
                for unit in _UNITS
                for role, letter in _LINKS.items()
            ),
        ),
    ),
    (
        "units",
        tuple(
            {
                **unit,
                **{role: f"{unit['id']}-{letter}" for role, letter in _LINKS.items()},
                "gov_leader": "Q1",
            }
            for unit in _UNITS
        ),
    ),
)
