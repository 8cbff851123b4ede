"""What a form asks for each action, and how what is typed becomes the action's data."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.visitor.languages import say
from portal.visitor.reply import compose
from rulebooks import Rulebook
from states import Dossier
from states.supervision import KINDS, LIVE
from states.vocabulary import (
    ContactKind,
    ConversionKind,
    Dimension,
    KeyLevel,
    Level,
    PartRole,
    Publicity,
    ReplyClass,
    Satisfaction,
    ScoredFor,
    Secrecy,
    SupervisionKind,
    Track,
    Verdict,
)

PROPOSED = {level.value: level.zh for level in Level if level.proposes}
"""The levels of the ladder that a body decides on."""
AGAIN = ("LADDER", "GROUP", "INSPECTION")
"""Kinds of supervision of which a case may have several at once."""


@dataclass(frozen=True)
class Field:
    """One thing a form asks. `kind` is line, area, number, score, day, flag, choice, radio, unit, units, known, people,
    deputies, answers, promises or photos.

    `known` is a line that proposes what is known; `photos` come as files beside the data.

    `sample` stands for an answer when it is only asked whether the action is open at all.
    """

    label: str
    kind: str = "line"
    options: Mapping[str, str] | None = None
    sample: Any = "x"
    hint: str = ""


def _choice(label: str, options: Mapping[str, str], sample: str, hint: str = "") -> Field:
    return Field(label, "choice", options, sample, hint)


FIELDS: dict[str, Field] = {
    "title": Field("标题", hint="如：关于……的建议"),
    "facts": Field("案由", "area", hint="写清情况和问题"),
    "proposal": Field("建议", "area", hint="写清请求解决什么；有几条就分几条写"),
    "points": Field("请求条数", "number", sample=1),
    "secrecy": _choice("保密", Secrecy.names(), "NONE", "选身份保护的，承办单位看不到代表姓名"),
    "in_session": Field("会议期间提出", "flag", sample=False),
    "session": Field("届次", hint="如 6-5"),
    "cosigners": Field("邀请联名", "deputies", sample=["x"], hint="写姓名或编号，用顿号或空格隔开"),
    "agreed": Field("同意撤回的联名代表", "deputies", sample=[]),
    "unit": Field("单位", "unit"),
    "units": Field("承办单位", "units", sample=[{"unit": "x", "role": "SOLE"}]),
    "track": _choice("办理方式", Track.names(), "NORMAL"),
    "reply_on": Field("定下的答复日", "day", sample=None, hint="不填按规则集计算"),
    "reason": Field("理由", "area"),
    "late_reason": Field("逾期申请、受理的理由", "area", hint="没有逾期的不填"),
    "proposed_unit": Field("建议改由哪个单位办", "unit"),
    "code": Field("不作为建议的情形", "choice"),
    "number": Field("编号", sample="", hint="不填自动编"),
    "subject_class": Field("类别", hint="如 环资城建"),
    "committee": Field("归口委员会", "unit"),
    "merged_group": Field("并案的组", sample=""),
    "replaces": Field("接替哪一份", "choice"),
    "assigned_on": Field("更正后的交办日", "day", sample=None),
    "rulebook": Field("规则集", "choice", sample=""),
    "region": Field("区划代码", hint="本区划或者下级的，如 321302"),
    "key_level": _choice("重点督办", KeyLevel.names(), "CHAIR"),
    "outcome": _choice("处置", {"rehandle": "重新办理", "close": "办结"}, "close"),
    "decision": Field("书面处置决定", "area"),
    "signed_by": Field("签字人"),
    "deputy": Field("代表", "choice"),
    "kind": _choice("方式", ContactKind.names(), "phone"),
    "face_to_face": Field("当面沟通", "flag", sample=False),
    "stage": _choice("阶段", {"": "按办理进度", "before": "办前", "during": "办中", "after": "办后"}, ""),
    "note": Field("内容", "area", sample=""),
    "deputy_invited": Field("邀请了代表", "flag", sample=True),
    "finding": Field("调研情况", "area", sample=""),
    "opinion": Field("会办意见", "area"),
    "class": _choice("答复分类", ReplyClass.names(), "RESOLVED", "正在解决、列入计划的，要写承诺事项和完成日期"),
    "answers": Field("逐条答复", "answers", sample=None, hint="每一条请求写一段答复；没有写的不能送出"),
    "reply": Field("复函开头", "area", sample="", hint="可以不填；逐条答复接在后面，合成答复稿"),
    "commitments": Field("承诺事项", "promises", sample=[], hint="写清做什么、哪天前做到"),
    "seal": Field("已加盖单位公章", "flag", sample=True),
    "publicity": _choice("公开", Publicity.names(), "FULL"),
    "publicity_reason": Field("不公开的理由", sample=""),
    "lead_by_consent": Field("联名代表同意只送领衔代表", "flag", sample=False),
    "measures": Field("整改措施", "area"),
    "explanation": Field("书面说明", "area"),
    "due_on": Field("新的日期", "day", sample=None),
    "inspection": Field("查验记录", "area"),
    "deputy_consent": Field("代表的书面同意", sample=""),
    "verdict": _choice("查验结论", {Verdict.NOT_MATCHING.value: Verdict.NOT_MATCHING.zh}, Verdict.NOT_MATCHING.value),
    "to": _choice("重开到", {"TRACKING": "跟踪落实", "REHANDLING": "重新办理"}, "REHANDLING"),
    "unkept": Field("没有落实的承诺", "choice"),
    "corrected_class": _choice("更正后的分类", {"": "不更正", **ReplyClass.names()}, ""),
    "communication": Field("哪一次沟通", "choice"),
    "supervision_kind": Field("督办种类", "choice", sample=""),
    "level": Field("督办级别", "choice", {"": "–", **PROPOSED}, "", "只有逐级督办要选级别"),
    "criterion": Field("重点督办的理由", "choice", sample=""),
    "holder": Field("由谁承担", "known", sample="", hint="写哪个委员会、哪个代表小组或者哪个人；可以不填"),
    "key_rank": _choice("确定为", {one.value: one.zh for one in KeyLevel if one is not KeyLevel.NONE}, "CHAIR"),
    "inspected": Field("查验什么", "choice", sample=""),
    "inspect_verdict": Field("查验结论", "radio", Verdict.names(), "MATCHING"),
    "found": _choice(
        "查实的分类", {"": "与申报一致", **ReplyClass.names()}, "", "部分相符、不符的要选；查验承诺的不选"
    ),
    "location": Field("查验地点", hint="写清到了哪里，如幸福小区3号楼"),
    "participants": Field("参加的人", "people", sample=[], hint="写姓名，用顿号或空格隔开"),
    "seen": Field("查到的情况", "area", sample="", hint="部分相符、不符的要写"),
    "photos": Field("照片、材料", "photos", sample=None, hint="JPEG、PNG 或者 PDF；在手机上可以直接拍，最多 8 份"),
    "taken_on": Field("照片哪天拍的", "day", sample=None, hint="不填就是今天"),
    **{
        name: Field(name.zh, "score", sample=80, hint=hint)
        for name, hint in zip(
            ScoredFor,
            ("请代表参加调研、征求代表意见", "在期限以内，不拖延", "每一条请求都答复了", "问题真正解决了多少"),
            strict=True,
        )
    },
    "score": Field("分数", "score", sample=80),
    "conversion_kind": _choice("转化成", ConversionKind.names(), "LAW_PLAN"),
    "target": Field("计划、项目或者决定的名称", hint="如 2027 年立法计划：养老服务条例"),
    "conversion": Field("哪一项转化", "choice", sample=""),
    "repeat_of": Field("重复的是以前哪一件", hint="写那一件的编号"),
    "plan": Field("督办方案", "area"),
    "report": Field("督办报告", "area"),
    "answer": Field("答复", "area"),
    "channel": Field("告知的其他渠道"),
    "into": Field("并入或者转化成的那一件"),
    "promoted_to": _choice("转化成", {"suggestion": "建议", "project": "项目", "law": "立法"}, "suggestion"),
    "rating": _choice("群众评价", Satisfaction.names(), "SATISFIED"),
    "body": Field("群众意见", "area"),
    "citizen": Field("群众的称呼", sample=""),
}  # fmt: skip

KEYS = {
    "unkept": "commitments", "promoted_to": "kind", "supervision_kind": "kind", "conversion_kind": "kind",
    "key_rank": "key_level", "inspect_verdict": "verdict", "seen": "finding",
}  # fmt: skip
"""Fields whose key in the action's data is another field's, too."""

FORMS: dict[str, tuple[str, ...]] = {
    "revise": ("title", "facts", "proposal", "points", "secrecy"),
    "invite_cosign": ("cosigners",),
    "request_consult": ("unit", "note"),
    "answer_consult": ("answer",),
    "submit": ("in_session", "session"),
    "request_revision": ("reason",),
    "decline": ("code", "reason"),
    "register": ("subject_class", "committee", "number", "merged_group"),
    "propose_units": ("units", "reason"),
    "assign": ("units", "track", "reply_on"),
    "reassign": ("replaces", "unit"),
    "urge_feedback": ("deputy",),
    "lapse_evaluation": ("reason",),
    "order_rehandle": ("unit", "reason"),
    "decline_rehandle": ("reason",),
    "decide_mediation": ("outcome", "decision", "unit"),
    "close_with_explanation": ("explanation", "signed_by"),
    "reopen_by_inspection": ("verdict", "to", "unkept", "corrected_class", "inspection"),
    "withdraw": ("reason", "agreed"),
    "correct_assigned_date": ("assigned_on", "reason"),
    "change_rules": ("rulebook", "reason"),
    "set_region": ("region", "reason"),
    "determine_key": ("key_level",),
    "urge": ("note",),
    "exempt_publication": ("reason",),
    "request_return": ("reason", "proposed_unit", "late_reason"),
    "grant_return": ("late_reason",),
    "refuse_return": ("reason",),
    "communicate": ("kind", "face_to_face", "stage", "deputy", "note"),
    "record_attempt": ("kind", "deputy", "note"),
    "confirm_communication": ("communication",),
    "deny_communication": ("communication", "note"),
    "research": ("deputy_invited", "finding"),
    "send_opinion": ("opinion",),
    "reject_opinion": ("reason",),
    "waive_opinion": ("reason",),
    "draft_reply": ("class", "reply", "answers", "commitments"),
    "object_consult": ("reason",),
    "lapse_consult": ("reason",),
    "endorse": ("note",),
    "sign": ("seal", "publicity", "publicity_reason"),
    "deliver_reply": ("lead_by_consent",),
    "request_extension": ("reason",),
    "refuse_extension": ("reason",),
    "request_coordination": ("reason",),
    "explain_delay": ("reason",),
    "rectify": ("measures",),
    "report_progress": ("explanation",),
    "claim_done": ("note",),
    "verify_commitment": ("inspection", "deputy_consent"),
    "fail_verification": ("inspection",),
    "reschedule_commitment": ("due_on", "reason"),
    "cancel_commitment": ("explanation",),
    "inspect": (
        "inspected", "inspect_verdict", "found", "seen", "location", "participants", "photos", "taken_on"
    ),
    "assess": ScoredFor.values(),
    "rate_suggestion": ("score",),
    "record_conversion": ("conversion_kind", "target"),
    "report_conversion": ("conversion", "report"),
    "nominate": ("score", "reason"),
    "mark_repeat": ("repeat_of",),
    "propose_supervision": ("supervision_kind", "level", "criterion", "holder", "reason"),
    "confirm_supervision": ("key_rank",),
    "decline_supervision": ("reason",),
    "plan_supervision": ("plan",),
    "note_supervision": ("note",),
    "report_supervision": ("report",),
    "answer_on_site": ("answer",),
    "route": ("unit",),
    "answer": ("answer",),
    "rate": ("rating", "note"),
    "refer": ("channel",),
    "merge": ("into",),
    "promote": ("into", "promoted_to"),
}
"""What each action asks; an action that is not here asks nothing.

`evaluate` and `correct_evaluation` ask the rulebook's dimensions.
"""

OPTIONAL = frozenset(
    {
        "session", "note", "finding", "number", "merged_group", "late_reason", "reply_on", "publicity_reason",
        "deputy_consent", "corrected_class", "stage", "citizen", "commitments", "agreed", "unkept", "unit_again",
        "reply", "level", "criterion", "holder", "found", "participants", "seen", "photos", "taken_on",
    }
)  # fmt: skip
"""Fields that may stay empty."""

NEEDED = frozenset({("note_supervision", "note")})
"""Fields that may stay empty elsewhere."""

UNITS_SHOWN = 6
PROMISES_SHOWN = 4
FULL_SCORE = 100


class Typed(Exception):
    """What was typed cannot become data; the message says what was found and what would work, in Chinese."""


@dataclass(frozen=True)
class Asked:
    """A field as a page shows it: with the options of this case, and what is already known."""

    key: str
    field: Field
    options: Mapping[str, str]
    value: Any = ""
    required: bool = True


@dataclass(frozen=True)
class Choices:
    """What may be chosen, by id: units that handle, committees, and the names of the case's deputies."""

    units: Mapping[str, str]
    committees: Mapping[str, str]
    deputies: Mapping[str, str]
    role: str = ""
    """In which role the action would be taken."""
    rulebooks: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """The titles of installed rulebooks by name, by the machine that they are for."""
    aliases: Mapping[str, str] | None = None
    """The keys under which deputies are offered to whoever must not learn their ids, in the order of the keys."""


NO_CHOICES = Choices({}, {}, {})


def asked(
    action: str, dossier: Dossier | None, rulebook: Rulebook, choices: Choices, row: str = ""
) -> list[Asked]:
    """The fields of an action's form for a case, or for a `row` of it."""
    if action in ("evaluate", "correct_evaluation"):
        why = Field("理由" if action == "evaluate" else "为什么更正", "area")
        return [*_dimensions(rulebook), Asked("reason", why, {}, required=action != "evaluate")]
    found = []
    for key in FORMS.get(action, ()):
        field = FIELDS[key]
        if _not_asked(key, dossier, rulebook, row, choices.role):
            continue
        required = (key not in OPTIONAL or (action, key) in NEEDED) and field.kind != "flag"
        if (action, key) in (
            ("order_rehandle", "unit"),
            ("decide_mediation", "unit"),
            ("order_rehandle", "reason"),
        ):
            required = False
        found.append(
            Asked(
                key, field, _options(key, field, dossier, rulebook, choices), _known(key, dossier), required
            )
        )
    return found


def _not_asked(key: str, dossier: Dossier | None, rulebook: Rulebook, row: str, role: str) -> bool:
    """What the kinds of supervision at hand do not need: grounds, a level, the rank of a key item."""
    kinds = _kinds(dossier, role) if dossier else {}
    if key == "criterion":
        return not (rulebook.key and rulebook.key.criteria) or "KEY" not in kinds
    if key == "level":
        return "LADDER" not in kinds
    if key == "key_rank":
        if dossier is None or dossier.case.key_level != "NONE":
            return True
        return row not in dossier.supervisions or dossier.supervisions[row].kind != "KEY"
    return False


def _dimensions(rulebook: Rulebook) -> list[Asked]:
    rules = rulebook.evaluation
    dimensions = rules.dimensions if rules else ("attitude", "result")
    values = Satisfaction.values()
    scale = rules.scale if rules and len(rules.scale) == len(values) else tuple(Satisfaction.names().values())
    options = dict(zip(values, scale, strict=True))
    return [
        Asked(name, Field(Dimension.name_of(name), "radio", sample="SATISFIED"), options)
        for name in dimensions
    ]


def _options(
    key: str, field: Field, dossier: Dossier | None, rulebook: Rulebook, choices: Choices
) -> Mapping[str, str]:
    if key == "committee":
        return choices.committees
    if field.kind in ("unit", "units"):
        return choices.units
    if field.kind == "known":
        return choices.committees
    if field.options is not None:
        return field.options
    if key == "code":
        rule = rulebook.admissibility
        return rule.codes if rule else {"OTHER": "其他"}
    if key == "criterion":
        grounds = rulebook.key.criteria if rulebook.key else ()
        return {"": "–", **dict(zip(grounds, grounds, strict=True))}
    if dossier is None:
        return {}
    if key == "rulebook":
        return choices.rulebooks.get(dossier.case.machine, {})
    if key == "supervision_kind":
        return _kinds(dossier, choices.role)
    if key == "inspected":
        return _inspectable(dossier, choices)
    if key == "conversion":
        return {row.id: row.target for row in dossier.conversions.values() if row.done_on is None}
    if key == "replaces":
        return {
            row.id: choices.units.get(row.unit, row.unit)
            for row in dossier.assignments.values()
            if row.state == "RETURN_GRANTED" and not row.replaced and row.round == dossier.case.round
        }
    if key == "deputy":
        open_ = [row.deputy for row in dossier.parties.values() if row.dropped_on is None and row.confirmed_on]
        if choices.aliases is not None:
            hidden = [key for deputy, key in choices.aliases.items() if deputy in open_]
            return {key: say("代表%(n)d", n=number) for number, key in enumerate(hidden, start=1)}
        return {one: choices.deputies.get(one, say("代表")) for one in open_}
    if key == "communication":
        return {
            row.id: f"{row.happened_on} {say(ContactKind.name_of(row.kind))}"
            for row in dossier.communications.values()
            if row.standing == "OPEN"
        }
    if key == "unkept":
        return {"": "–", **{row.id: row.text for row in dossier.commitments.values()}}
    return {}


def _kinds(dossier: Dossier, role: str) -> Mapping[str, str]:
    """The kinds of supervision that the role may begin, without those that the case has already."""
    going = {row.level for row in dossier.supervisions.values() if row.state in LIVE}
    ordered = sorted(KINDS, key=lambda name: name == "LADDER")  # what the ladder proposes by itself comes last
    mine = {name: SupervisionKind.name_of(name) for name in ordered if role in KINDS[name].by}
    return {name: said for name, said in mine.items() if name in AGAIN or name not in going} or mine


def _inspectable(dossier: Dossier, choices: Choices) -> Mapping[str, str]:
    """The replies of the newest answered round and all promises, as the row that an inspection is about."""
    answered = [row for row in dossier.assignments.values() if row.delivered_on and row.reply_class]
    newest = max((row.round for row in answered), default=0)
    replies = {
        f"assignment:{row.id}": say(
            "答复：%(unit)s，申报“%(claimed)s”", unit=choices.units.get(row.unit, row.unit),
            claimed=say(ReplyClass.name_of(row.reply_class)),
        )
        for row in answered
        if row.round == newest
    }  # fmt: skip
    promises = {
        f"commitment:{row.id}": say("承诺：%(text)s，%(day)s 前", text=row.text, day=row.due_on)
        for row in dossier.commitments.values()
    }
    return {**replies, **promises}


def _known(key: str, dossier: Dossier | None) -> Any:
    if dossier is None:
        return ""
    case = dossier.case
    if key == "units":
        return case.proposed
    if key == "answers":
        return [""] * case.points
    return {"title": case.title, "points": case.points, "secrecy": case.secrecy, "session": case.session}.get(
        key, ""
    )


def sample(action: str, dossier: Dossier, rulebook: Rulebook, role: str = "") -> dict[str, Any]:
    """Data with which it is asked whether the action is open: as if the form were filled in well."""
    data: dict[str, Any] = {}
    for one in asked(action, dossier, rulebook, Choices({}, {}, {}, role)):
        value = one.field.sample
        if one.field.kind in ("choice", "radio") and one.options and value not in one.options:
            value = next(iter(one.options))
        data |= _row_of(value) if one.key == "inspected" else {KEYS.get(one.key, one.key): value}
    if "answers" in data:
        data["points_answered"] = dossier.case.points
    if action in ("assign", "propose_units") and dossier.case.proposed:
        data["units"] = dossier.case.proposed
    if action == "withdraw":
        data["agreed"] = list(dossier.parties)
    if action == "evaluate":
        data.pop("reason")
    if action == "correct_evaluation":  # it must differ from what was said
        first = next(iter(data))
        said = {getattr(row, first, row.value) for row in dossier.evaluations.values()}
        data[first] = next((value for value in reversed(Satisfaction.values()) if value not in said), "DISSATISFIED")
    if data.get("kind") == "LADDER":
        data["level"] = next(iter(PROPOSED))
    if "unit" in data and action in ("order_rehandle", "decide_mediation"):
        del data["unit"]
    return {key: value for key, value in data.items() if value not in (None, "", [])}


def read(
    fields: Sequence[Asked], form: Mapping[str, Sequence[str]], deputies: Callable[[str], str]
) -> dict[str, Any]:
    """What was typed, as an action's data; raises Typed. `deputies` gives the id of a name, or raises it.

    Empty fields are left out: the rules say what is missing.
    """
    data: dict[str, Any] = {}
    for one in fields:
        value = _value(one, form, deputies)
        if value not in (None, "", []):
            data |= _row_of(value) if one.key == "inspected" else {KEYS.get(one.key, one.key): value}
    if "answers" in data:
        answers = data.pop("answers")
        data["points_answered"] = sum(1 for answer in answers if answer)
        data["reply"] = compose(data.get("reply", ""), answers)
    return data


def _row_of(value: str) -> dict[str, str]:
    """What is inspected: `assignment:ID` or `commitment:ID` as data of the action."""
    kind, _, row = value.partition(":")
    return {kind: row} if row else {}


def _value(one: Asked, form: Mapping[str, Sequence[str]], deputies: Callable[[str], str]) -> Any:
    key, kind, label = one.key, one.field.kind, say(one.field.label)
    texts = [text.strip() for text in form.get(key, ())]
    text = texts[0] if texts else ""
    if kind == "flag":
        return text == "yes"
    if kind == "units":
        rows = zip(form.get("unit", ()), form.get("role", ()), form.get("part", ()), strict=False)
        return [
            {"unit": unit, "role": role, **({"part": part.strip()} if part.strip() else {})}
            for unit, role, part in rows
            if unit
        ]
    if kind == "answers":
        answers = [answer.strip() for answer in form.get("answer", ())]
        return [*answers, *[""] * len(one.value)][: len(one.value)]
    if kind == "promises":
        found = []
        for said, due in zip(form.get("promise", ()), form.get("promise_due", ()), strict=False):
            if said.strip() or due:
                found.append({"text": said.strip(), "due_on": _day(say("承诺事项"), due)})
        return found
    if not text:
        return None
    if kind == "number":
        if not text.isdecimal() or len(text) > 4:
            raise Typed(say("%(label)s：“%(text)s”不是数，请填 1、2、3……", label=label, text=text))
        return int(text)
    if kind == "score":
        if not text.isdecimal() or int(text) > FULL_SCORE:
            raise Typed(say("%(label)s：“%(text)s”不是分数，请填 0 到 100 的整数", label=label, text=text))
        return int(text)
    if kind == "day":
        return _day(label, text)
    if kind in ("deputies", "people"):
        for mark in "、，,；;\n":
            text = text.replace(mark, " ")
        return [deputies(name) if kind == "deputies" else name for name in text.split()]
    if kind == "known":
        return next((id_ for id_, name in one.options.items() if text == name), text)
    if kind in ("choice", "radio", "unit") and text not in one.options:
        known = say("、").join(map(say, one.options.values())) or say("没有可选的")
        raise Typed(say("%(label)s：“%(text)s”不在可选之列：%(known)s", label=label, text=text, known=known))
    if key == "unkept":
        return [text]
    return text


def _day(label: str, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Typed(say("%(label)s：“%(text)s”不是日期，请按 2026-03-05 的样子填", label=label, text=text)) from None


ROLE_OPTIONS = {key: PartRole.name_of(key) for key in ("SOLE", "LEAD", "CO", "SEPARATE")}
