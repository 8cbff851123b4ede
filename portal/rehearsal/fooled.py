"""A story: a unit answers twelve suggestions with empty promises and collects ticks, and how that comes out.

The story takes the acts of people and decides nothing: findings, limits, lists and figures come by themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType

from flows.audit import nightly_audit
from flows.deliver import deliver
from flows.digest import digest
from flows.escalate import escalate
from flows.sweep import sweep
from portal.rehearsal.year import IN_HOUSE
from rulebooks import ZONE
from states import Action
from states.cases import Json
from states.reasons import Worded
from states.vocabulary import Level, PartRole, Publicity, ReplyClass, Satisfaction, Verdict
from storage import Register
from storage.accounts import Accounts
from storage.findings import findings
from storage.marks import Purpose, require
from storage.messages import list_messages
from storage.statistics import count
from storage.statistics.rules import Rate
from storage.waiting import Proposal, proposals

CITY, COMMITTEE, UNIT = "321300", "KC", "U1"
GOOD: Mapping[str, Json] = {"attitude": Satisfaction.SATISFIED, "result": Satisfaction.SATISFIED}
CASES = tuple(f"S{number:02}" for number in range(1, 13))
SOLVED, PLANNED = CASES[:4], CASES[4:]
"""What the unit says it has done, and what it only promises."""
UNTRUE, REGRETTED = SOLVED[:3], PLANNED[:4]
"""What the committee finds undone on site, and whose deputies say more when they are asked again, back to back."""
ORDERED, LEFT = REGRETTED[:2], REGRETTED[2:]
CLAIMED = PLANNED[6:]
"""Promises that the unit claims to have kept."""
FIGURES = (
    "replied", "returned", "satisfied", "dissatisfied", "resolved", "truly_resolved", "inspections_matching",
    "promises_kept", "rehandled", "key",
)  # fmt: skip

BEFORE, AFTER = date(2026, 5, 29), date(2027, 1, 11)
"""Two days after the ticks; after the leadership has decided."""
UNIT_ADDRESS = "10.66.0.8"

PEOPLE = (
    *((f"D{case[1:]}", f"代表{case[1:]}", "deputy", "") for case in CASES),
    ("R1", "代表工委", "registrar", ""), ("L1", "常委会主任", "leader", ""), ("X1", "巡检员", "auditor", ""),
    ("W1", "承办人", "handler", UNIT), ("V1", "分管局长", "unit_leader", UNIT), ("H1", "局长", "unit_head", UNIT),
    ("C1", "委员会办公室", "committee", COMMITTEE),
)  # fmt: skip
NOTHING: Mapping[str, Json] = MappingProxyType({})
ROLES = {person: role for person, _, role, _ in PEOPLE}


@dataclass(frozen=True)
class FooledMoment:
    """Something that happened: on which day, in Chinese and English."""

    on: date
    said: str
    english: str


@dataclass
class Fooled:
    """The story as played: its moments, findings by code on the days looked at, lists and figures before and after."""

    moments: list[FooledMoment] = field(default_factory=list)
    findings: dict[date, dict[str, int]] = field(default_factory=dict)
    before: Mapping[str, Rate] = field(default_factory=dict)
    after: Mapping[str, Rate] = field(default_factory=dict)
    meeting: Sequence[Proposal] = ()
    """what lies before the chairpersons' meeting in the new year"""
    leaders: tuple[tuple[date, str, str], ...] = ()
    """the leader's messages: day, subject, body"""


def fooled(register: Register) -> Fooled:
    """Play the story into an empty register."""
    require(register.engine, Purpose.REHEARSAL, Worded("a story", "演练的故事"))
    return _Story(register).play()


class _Story:
    def __init__(self, register: Register) -> None:
        self.register = register
        self.year = Fooled()
        self.day = date(2026, 3, 1)

    def play(self) -> Fooled:
        self._settle()
        self._until(date(2026, 3, 2))
        for case in CASES:
            self._submitted(case)
        self._say("12 件建议交办给同一个单位", "twelve suggestions are assigned to one unit")
        self._until(date(2026, 3, 5))
        self._each("receipt", "W1")
        self._each("accept", "W1")
        self._until(date(2026, 3, 10))
        self._each("communicate", "W1", kind="phone")
        self._until(date(2026, 3, 20))
        self._each("start_handling", "W1")
        self._reply()
        self._collect_ticks()
        self._look("巡检第二天就看出：几分钟内、同一分钟、从单位的网络地址", "the next night's audit sees it")
        self._until(BEFORE)
        self.year.before = self._figures()
        self._inspect()
        self._ask_again()
        self._promises_fall_due()
        self._new_year()
        return self.year

    # -- the acts -------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        take = self.register.import_directory
        take("regions", _rows({"code": CITY, "name": "示范市", "level": "city"}))
        take("units", _rows(
            {"id": UNIT, "name": "城市管理局", "region": CITY, "kind": "government"},
            {"id": COMMITTEE, "name": "环资城建委员会", "region": CITY, "kind": "committee"},
        ))  # fmt: skip
        take("people", _rows(*(
            {"id": person, "name": name, "role": role, "unit": unit, "region": "" if unit else CITY}
            for person, name, role, unit in PEOPLE
        )))  # fmt: skip
        accounts = Accounts(self.register)
        at = _at(self.day, 8)
        accounts.create("W1", at, "story", person="W1")
        accounts.note(_at(date(2026, 5, 20), 9), "W1", "handler", "sign-in", "", UNIT_ADDRESS)

    def _submitted(self, case: str) -> None:
        deputy = _deputy(case)
        self._act(
            case, "draft", deputy, rulebook="suqian", region=CITY, title=f"关于整治第{case[1:]}号背街小巷的建议",
            facts="路面破损，污水外溢", proposal="整修路面，疏通管道",
        )  # fmt: skip
        self._act(case, "submit", deputy)
        self._act(case, "open_review", "R1")
        self._act(case, "register", "R1", subject_class="环资城建", committee=COMMITTEE)
        self._act(case, "propose_units", "R1", units=[{"unit": UNIT, "role": PartRole.SOLE}])
        self._act(case, "assign", "R1")

    def _reply(self) -> None:
        self._until(date(2026, 5, 20))
        self._each("research", "W1", deputy_invited=False)
        self._each(
            "draft_reply", "W1", SOLVED, more={"class": ReplyClass.RESOLVED}, points_answered=1, reply="已经整治完毕。",
        )  # fmt: skip
        promise = [{"text": "9月底前整修完毕", "due_on": "2026-09-30"}]
        self._each(
            "draft_reply", "W1", PLANNED, more={"class": ReplyClass.PLANNED_DATED}, points_answered=1,
            commitments=promise, reply="列入计划，9月底前整修完毕。",
        )  # fmt: skip
        self._each("send_draft_to_deputy", "W1")
        self._until(date(2026, 5, 22))
        for case in CASES:
            self._act(case, "agree_consult", _deputy(case))

    def _collect_ticks(self) -> None:
        self._until(date(2026, 5, 27))
        self._each("sign", "H1", seal=True, publicity=Publicity.FULL)
        self._each("deliver_reply", "W1", at=time(10))
        self._each("send_forms", "R1", at=time(10, 1))
        accounts = Accounts(self.register)
        for number, case in enumerate(CASES):
            at = _at(self.day, 10, 5, 3 * number)
            self._act(case, "evaluate", _deputy(case), at=at.timetz(), more=GOOD)
            accounts.note(at, "", "deputy", "evaluate", case, UNIT_ADDRESS)
        self._say(
            "答复送达五分钟后，12 份评价在一分钟内从单位的网络地址交上来，全部满意",
            "five minutes later twelve forms come in within a minute, all satisfied, from the unit's address",
        )

    def _inspect(self) -> None:
        self._until(date(2026, 6, 1))
        for case in SOLVED:
            untrue = {"verdict": Verdict.NOT_MATCHING, "found": ReplyClass.PLANNED_DATED, "finding": "现场没有动工"}
            verdict = untrue if case in UNTRUE else {"verdict": Verdict.MATCHING}
            self._act(case, "inspect", "C1", location=f"第{case[1:]}号巷", more=verdict)
        self._say("委员会到现场查验 4 件“已解决”：3 件不符，当即重新办理", "three of four are untrue")
        self._look("满意而查验不符", "satisfied, but refuted")

    def _ask_again(self) -> None:
        self._until(date(2026, 6, 5))
        for case in REGRETTED:
            self._act(
                case, "correct_evaluation", _deputy(case), attitude=Satisfaction.SATISFIED,
                result=Satisfaction.DISSATISFIED, reason="当时碍于情面，实际没有解决",
            )  # fmt: skip
        self._say("代表工委背靠背再问，4 位代表更正为不满意", "asked again, four deputies correct themselves")
        self._until(date(2026, 6, 10))
        self._each("order_rehandle", "R1", ORDERED, reason="代表反映没有解决")
        self._each("decline_rehandle", "R1", LEFT, reason="承诺尚未到期，到期查验")

    def _promises_fall_due(self) -> None:
        self._until(date(2026, 9, 28))
        for case in CLAIMED:
            self._act(case, "claim_done", "W1")
        self._until(date(2026, 10, 9))
        for case in CLAIMED:
            self._act(
                case, "inspect", "C1", commitment=f"{case}/c1", location=f"第{case[1:]}号巷",
                verdict=Verdict.NOT_MATCHING, finding="只立了围挡",
            )  # fmt: skip
        self._say("承诺到期，申报完成的 2 项查验不符", "the promises fall due; two that were claimed kept are not")
        self._until(date(2026, 10, 26))

    def _new_year(self) -> None:
        self._until(date(2027, 1, 4))
        self.year.meeting = proposals(self.register, CITY)
        for proposal in self.year.meeting:
            if proposal.level == Level.C3:
                self._act(proposal.case_id, "confirm_supervision", "L1", supervision=proposal.id)
        self._say("主任会议确定跨年度跟踪督办", "the chairpersons' meeting decides to follow up over the years")
        self._until(AFTER)
        self.year.after = self._figures()
        self.year.leaders = tuple(
            (message["created_at"].astimezone(ZONE).date(), message["subject"], message["body"])
            for message in list_messages(self.register, recipient="person:L1", most=10_000)
            if message["channel"] == "inbox"
        )

    # -- the days ---------------------------------------------------------------------------------------------

    def _until(self, day: date) -> None:
        """Go on to the morning of `day`: every night is swept and audited, every Monday reviewed."""
        while self.day < day:
            self.day += timedelta(days=1)
            sweep(self.register, _at(self.day, 0, 5))
            nightly_audit(self.register, _at(self.day, 2))
            if self.day.weekday() == 0:
                escalate(self.register, _at(self.day, 8, 25))
                digest(self.register, _at(self.day, 8, 30), "leaders", IN_HOUSE)
            deliver(self.register, _at(self.day, 9), IN_HOUSE)

    def _each(
        self, name: str, by: str, cases: Sequence[str] = CASES, at: time = time(10),
        more: Mapping[str, Json] = NOTHING, **data: Json,
    ) -> None:  # fmt: skip
        for case in cases:
            self._act(case, name, by, at, {**data, **more})

    def _act(
        self, case: str, name: str, by: str, at: time = time(10), more: Mapping[str, Json] = NOTHING,
        **data: Json,
    ) -> None:  # fmt: skip
        now = datetime.combine(self.day, at.replace(tzinfo=None), ZONE)
        (outcome,) = self.register.apply([Action(case, name, by, ROLES[by], {**data, **more})], now)
        if not outcome.done:
            raise AssertionError(f"{self.day} {name} {case}: {outcome.reason}")

    def _say(self, chinese: str, english: str) -> None:
        self.year.moments.append(FooledMoment(self.day, chinese, english))

    def _look(self, chinese: str, english: str) -> None:
        """What the audit of the coming night finds."""
        self._until(self.day + timedelta(days=1))
        codes: dict[str, int] = {}
        for finding in findings(self.register):
            codes[finding["code"]] = codes.get(finding["code"], 0) + 1
        self.year.findings[self.day] = codes
        self._say(chinese, english)

    def _figures(self) -> dict[str, Rate]:
        total = count(self.register, self.day, "unit", at=_at(self.day, 23)).total
        return {key: total.rate(key) for key in FIGURES}


def _deputy(case: str) -> str:
    return f"D{case[1:]}"


def _at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute, second), ZONE).astimezone(UTC)


def _rows(*rows: dict[str, str]) -> list[tuple[int, dict[str, str]]]:
    return list(enumerate(rows, start=1))
