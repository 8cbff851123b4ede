"""The stages that a year cut off on some morning may lack, each shown by one made-up suggestion."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from portal.rehearsal.roster import COMMITTEES, REGISTRAR, City
from states import Action
from states.cases import Json
from states.roles import Role
from states.vocabulary import A, PartRole, Publicity, ReplyClass, Satisfaction, Secrecy
from storage import Outcome, Register
from storage.rehearsed import first_judging, first_received

_TITLES = (
    "关于湖滨新区增设夜间公交的建议", "关于整修东塘街道背街小巷路灯的建议", "关于规范校门口临时停车的建议",
    "关于石桥镇卫生院增配急救车的建议", "关于在高铁片区建设口袋公园的建议", "关于加强外卖骑手交通安全的建议",
    "关于扩建城北污水处理厂的建议", "关于改造杨集镇农贸市场的建议", "关于完善社区助餐点的建议",
    "关于整治大兴片区黑臭水体的建议", "关于加密王营片区中小学校医的建议", "关于保护洪泽湖沿岸湿地的建议",
    "关于解决双河镇饮水管网渗漏的建议",
)  # fmt: skip

CORNERS = len(_TITLES)


@dataclass
class _Writer:
    """Makes the actions of a made-up suggestion; keys count on, so that filling twice changes nothing."""

    city: City
    case: str

    def __post_init__(self) -> None:
        self._keys = count(1)

    def deed(self, name: str, by: str, role: Role, **data: Json) -> Action:
        return Action(self.case, name, by, role.value, data, key=f"corner/{self.case}/{next(self._keys)}")

    def office(self, name: str, **data: Json) -> Action:
        return self.deed(name, REGISTRAR, Role.REGISTRAR, **data)

    def written(self, lead: str, title: str, submit: bool = True, **more: Json) -> list[Action]:
        text = {
            "region": self.city.code, "rulebook": self.city.rulebook, "title": title,
            "facts": "群众多次反映，代表实地看过，情况属实。",
            "proposal": "由主管部门制定方案，年内见效，结果公开。", **more,
        }  # fmt: skip
        draft = self.deed("draft", lead, Role.DEPUTY, **text)
        return [draft, self.deed("submit", lead, Role.DEPUTY)] if submit else [draft]

    def registered(self) -> list[Action]:
        field = next(iter(COMMITTEES))
        return [self.office("open_review"), self.office("register", subject_class=field, committee="C1")]


def fill(register: Register, city: City, year: int, deputy: str, at: datetime) -> list[Outcome]:
    """Add a suggestion at each early stage, most of them of `deputy`, and let one reply be judged dissatisfied.

    What was refused is among the outcomes, for whoever wants to know; nothing else hangs on it.
    """
    others = [f"D{number:03}" for number in range(1, 12) if f"D{number:03}" != deputy]
    writers = [_Writer(city, f"{year}-{9001 + number}") for number in range(CORNERS)]
    outcomes = register.apply([deed for deeds in _early(writers, deputy, others) for deed in deeds], at)
    outcomes += register.apply(_dissatisfied(register, deputy), at + timedelta(minutes=5))
    outcomes += register.apply(_returned(register), at + timedelta(minutes=10))
    return outcomes


def _early(writers: Sequence[_Writer], deputy: str, others: Sequence[str]) -> list[list[Action]]:
    """The states before the assignment, one suggestion each."""
    draft, cosigning, invited, asking, submitted, reviewed, revising, registered, *proposed, twice = zip(
        writers, _TITLES, strict=True
    )
    w, title = draft
    acts = [w.written(deputy, title, submit=False)]
    w, title = cosigning
    names = [*others[:2]]
    acts.append(
        [*w.written(deputy, title, False), w.deed("invite_cosign", deputy, Role.DEPUTY, cosigners=names)]
    )
    w, title = invited
    acts.append(
        [
            *w.written(others[0], title, False),
            w.deed("invite_cosign", others[0], Role.DEPUTY, cosigners=[deputy]),
        ]
    )
    w, title = asking
    acts.append(
        [*w.written(deputy, title, False), w.deed("request_consult", deputy, Role.DEPUTY, unit="U27")]
    )
    w, title = submitted
    acts.append(w.written(deputy, title))
    w, title = reviewed
    acts.append([*w.written(others[3], title, secrecy=Secrecy.IDENTITY_PROTECTED), w.office("open_review")])
    w, title = revising
    why = "请补充具体位置和影响的范围。"
    acts.append(
        [*w.written(deputy, title), w.office("open_review"), w.office("request_revision", reason=why)]
    )
    w, title = registered
    acts.append([*w.written(others[4], title), *w.registered()])
    for number, (w, title) in enumerate(proposed):
        units = [{"unit": f"U{30 + number}", "role": PartRole.SOLE}]
        acts.append(
            [*w.written(others[5 + number], title), *w.registered(), w.office("propose_units", units=units)]
        )
    w, title = twice
    acts.append(_dissatisfied_twice(w, others[9], title))
    return acts


def _dissatisfied_twice(w: _Writer, lead: str, title: str) -> list[Action]:
    """Answered in a hurry, judged, handled again in a hurry and judged again: the office has to mediate."""
    unit = "U10"
    reply: dict[str, Json] = {"class": ReplyClass.RESOLVED, "points_answered": 1, "reply": "漏点已经修补。"}
    why = "管网没有换，仍在漏。"
    bad = {"attitude": Satisfaction.BASICALLY_SATISFIED, "result": Satisfaction.DISSATISFIED, "reason": why}
    acts = [*w.written(lead, title), *w.registered()]
    acts += [w.office("propose_units", units=[{"unit": unit, "role": PartRole.SOLE}]), w.office("assign")]
    for round_ in (1, 2):
        part = {"assignment": f"{w.case}/a{round_}"}

        def unit_does(
            name: str, role: Role = Role.HANDLER, part: dict[str, str] = part, /, **data: Json
        ) -> Action:
            letter = "Z" if role == Role.UNIT_HEAD else "C"
            return w.deed(name, f"{unit}-{letter}", role, **part, **data)

        acts += [
            unit_does("receipt"),
            unit_does("accept"),
            unit_does("communicate", kind="visit", face_to_face=True),
            w.deed("confirm_communication", lead, Role.DEPUTY, communication=f"{w.case}/k{round_}"),
            unit_does("start_handling"),
            unit_does("research", deputy_invited=True, note="现场看了三处漏点。"),
            unit_does("draft_reply", **reply),
            unit_does("send_draft_to_deputy"),
            w.deed("agree_consult", lead, Role.DEPUTY, **part),
            unit_does("sign", Role.UNIT_HEAD, seal=True, publicity=Publicity.FULL),
            unit_does("deliver_reply"),
            w.office("send_forms"),
            w.deed("evaluate", lead, Role.DEPUTY, **bad),
            *([w.office("order_rehandle")] if round_ == 1 else []),
        ]
    return acts


def _dissatisfied(register: Register, deputy: str) -> list[Action]:
    """A reply that waits for its evaluation is judged dissatisfied: by somebody other than `deputy`."""
    why = "只说了困难，没有说什么时候做、谁来做。"
    data = {"attitude": Satisfaction.SATISFIED, "result": Satisfaction.DISSATISFIED, "reason": why}
    return [
        Action(case, "evaluate", lead, Role.DEPUTY.value, data, key=f"corner/{case}/evaluate")
        for case, lead in first_judging(register, but=deputy)
    ]


def _returned(register: Register) -> list[Action]:
    """A unit that has just received its part asks to give it back, so that the office has to decide."""
    acts = []
    for case, part, unit, state in first_received(register):
        names = ["receipt", "request_return"] if state == A.PENDING_RECEIPT else ["request_return"]
        for name in names:
            role, by = (Role.HANDLER, f"{unit}-C") if name == "receipt" else (Role.UNIT_LEADER, f"{unit}-F")
            why = {
                "reason": "不属于本单位职责，建议另定。",
                "proposed_unit": "U01" if unit != "U01" else "U02",
            }
            data = {"assignment": part} | (why if name == "request_return" else {})
            acts.append(Action(case, name, by, role.value, data, key=f"corner/{part}/{name}"))
    return acts
