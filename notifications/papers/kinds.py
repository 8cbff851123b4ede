"""The kinds of papers: for each its occasion, issuer, recipients, and shipped text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from notifications.papers.elements import Grid, Heading, Layout, Lines, Pairs, Part, When
from states.vocabulary import Level

Issuer = Literal["office", "unit"]
Group = Literal["unit", "units", "deputies", "lead", "served", "evaluators", "body"]

COMMON = ("title", "issuer", "day", "number", "recipients", "copies", "contact", "phone")
"""Fields of every paper."""

OF_A_CASE = (
    "case_number", "case_title", "case_name", "deputies", "subject_class", "committee", "case_unit", "part_role",
    "part", "units", "reply_by",
)  # fmt: skip
"""Fields of every paper about a case; those about no single unit have `case_unit`, `part_role` and `part` empty."""


@dataclass(frozen=True)
class Kind:
    """A line of the table. `code` stands in the number behind the office's own: 宿人办 + 督.

    `events` occasion it, those of the ladder only at `level`. `judging`: it tells of a deputy's judgement.
    `each_unit`: each unit that promised something puts out its own. `unaddressed`: it is put out also while there is
    nobody yet to whom it goes.
    `words`: the title, in which fields may stand; `fields`: what it has beside `OF_A_CASE` and `COMMON`.
    """

    id: str
    name: str
    code: str
    words: str
    layout: Layout
    body: tuple[Part, ...]
    events: tuple[str, ...] = ()
    level: str = ""
    issuer: Issuer = "office"
    to: tuple[Group, ...] = ()
    judging: bool = False
    each_unit: bool = False
    unaddressed: bool = False
    fields: tuple[str, ...] = ()

    @property
    def of_a_case(self) -> bool:
        return bool(self.events)

    @property
    def asks_parts(self) -> bool:
        """Whether its issuer or recipients depend on the parts of the case and their results."""
        return self.each_unit or "units" in self.to

    @property
    def tags(self) -> tuple[str, ...]:
        """The fields that a template of this kind may ask for."""
        return (*COMMON, *(OF_A_CASE if self.of_a_case else ()), *self.fields)


_CASE = (
    ("建议编号", "{{ case_number }}"), ("类别", "{{ subject_class }}"), ("建议标题", "{{ case_title }}"),
    ("提出建议的代表", "{{ deputies }}"),
)  # fmt: skip
_WIDE = frozenset(
    ("建议标题", "提出建议的代表", "承办内容", "其他承办单位", "时限依据", "督办事由", "办理要求", "申报情况",
     "查验情况", "佐证材料", "具体理由", "对答复的意见", "承办单位", "承诺事项", "查验结论")
)  # fmt: skip
_CONTACT = When("contact", ("联系人：{{ contact }}{% if phone %}　　联系电话：{{ phone }}{% endif %}",))
_TEXT = (When("facts", (Heading("案由"), Lines("facts"))), When("proposal", (Heading("建议"), Lines("proposal"))))

OF_CASES = (
    Kind("assign_sheet", "交办单", "交", "代表建议交办单", Layout.SHEET, (
            Pairs((*_CASE, ("归口委员会", "{{ committee }}"), ("承办方式", "{{ part_role }}"),
                   ("承办单位", "{{ case_unit }}"), ("承办内容", "{{ part }}"), ("其他承办单位", "{{ others }}"),
                   ("交办日期", "{{ day }}"), ("签收期限", "{{ receipt_by }}"), ("答复期限", "{{ reply_by }}"),
                   ("会办意见期限", "{{ opinion_by }}"), ("时限依据", "{{ source }}")), _WIDE),
            "请按规定签收，先与代表沟通再办理，先调研再答复，先征询代表意见再正式行文，并在答复期限以前书面答复代表。"
            "不属于本单位职责的，请在规定期限内书面说明理由申请退办。",
            *_TEXT,
            Heading("签收回执"),
            "签收人：　　　　　　签收日期：　　　年　　月　　日",
        ), ("assignment.assigned", "assignment.reassigned"), to=("unit",),
        fields=("others", "receipt_by", "opinion_by", "source", "facts", "proposal")),
    Kind("assigned_notice", "交办告知书", "告", "关于{{ case_name }}交办情况的告知书", Layout.LETTER, (
            "您提出的{{ case_name }}《{{ case_title }}》，已于{{ day }}交由以下单位办理：{{ units }}。",
            When("reply_by", ("承办单位应当在{{ reply_by }}以前书面答复您。",)),
            "办理期间，承办单位会与您沟通并就答复稿征询您的意见。您对交办有意见的，请与我们联系。",
        ), ("suggestion.assigned",), to=("deputies",)),
    Kind("reassigned_notice", "调整承办单位告知书", "告", "关于调整{{ case_name }}承办单位的告知书", Layout.LETTER, (
            "您提出的{{ case_name }}《{{ case_title }}》，原承办单位的退办申请已经同意，"
            "自{{ day }}起改由{{ case_unit }}{% if part_role %}（{{ part_role }}）{% endif %}办理。",
            When("reply_by", ("法定的答复期限不因调整而重新计算，承办单位仍应当在{{ reply_by }}以前书面答复您。",)),
        ), ("assignment.reassigned",), to=("deputies",)),
    Kind("declined_notice", "不作为建议处理告知书", "告", "关于《{{ case_title }}》不作为建议处理的告知书",
         Layout.LETTER, (
            "您提出的《{{ case_title }}》收悉。经研究，该件属于“{{ ground }}”的情形，不作为代表建议处理。",
            When("reason", ("具体理由：", Lines("reason"))),
            "您可以通过其他途径反映有关情况，也可以补充修改后另行提出建议。感谢您对我们工作的关心和支持。",
        ), ("suggestion.declined",), to=("lead",), fields=("ground", "reason")),
    Kind("return_decision", "退办决定", "退", "关于{{ case_unit }}申请退办{{ case_name }}的决定", Layout.LETTER, (
            "你单位{{ asked_on }}对{{ case_name }}《{{ case_title }}》提出的退办申请收悉。申请理由：",
            Lines("asked"),
            When("proposed_unit", ("你单位建议改由{{ proposed_unit }}办理。",)),
            "经研究，{{ decision }}。",
            When("reason", ("理由：", Lines("reason"))),
            When("goes_on", ("请你单位继续办理。法定的答复期限不因申请退办而变动{{ goes_on }}。",)),
        ), ("assignment.return_granted", "assignment.return_refused"), to=("unit",),
        fields=("asked_on", "asked", "proposed_unit", "decision", "reason", "goes_on")),
    Kind("extension_decision", "延期批复", "延", "关于{{ case_name }}延期答复的批复", Layout.LETTER, (
            "{{ case_unit }}{{ asked_on }}关于{{ case_name }}《{{ case_title }}》延期答复的申请收悉。申请理由：",
            Lines("asked"),
            "经研究，{{ decision }}。",
            When("reason", ("理由：", Lines("reason"))),
            When("reply_by", ("{{ case_unit }}应当在{{ reply_by }}以前书面答复代表。",)),
        ), ("assignment.extension_granted", "assignment.extension_refused"), to=("unit",),
        fields=("asked_on", "asked", "decision", "reason")),
    Kind("consult_letter", "征询意见函", "征函", "关于征询{{ case_name }}答复稿意见的函", Layout.LETTER, (
            "您提出的{{ case_name }}《{{ case_title }}》，我单位已经研究办理，拟作如下答复。现征询您的意见"
            "{% if consult_by %}，请在{{ consult_by }}以前告知是否同意{% endif %}。",
            Heading("拟答复内容"), Lines("reply"),
            When("promises", (Heading("拟承诺事项"), Grid("promises", (("序号", "n", 1), ("事项", "text", 6),
                                                              ("完成时间", "due", 3))))),
            "您不同意的，请写明意见，我单位将继续办理。",
            _CONTACT,
        ), ("assignment.draft_sent",), issuer="unit", to=("deputies",), fields=("consult_by", "reply", "promises")),
    Kind("reply_letter", "答复函", "函", "关于{{ case_name }}的答复", Layout.LETTER, (
            "您提出的《{{ case_title }}》收悉，现答复如下：",
            Lines("reply"),
            When("promises", (Heading("承诺事项"), Grid("promises", (("序号", "n", 1), ("事项", "text", 6),
                                                            ("完成时间", "due", 3))))),
            "感谢您对我们工作的关心和支持，欢迎继续提出意见和建议。",
            _CONTACT,
        ), ("assignment.delivered",), issuer="unit", to=("served",),
        fields=("class_letter", "class_text", "publicity", "signed_by", "reply", "promises")),
    Kind("feedback_form", "征询意见表", "表", "代表对建议答复的征询意见表", Layout.SHEET, (
            Pairs((*_CASE, ("承办单位", "{{ units }}"), ("发出日期", "{{ day }}"), ("反馈期限", "{{ feedback_by }}")),
                  _WIDE),
            Grid("dimensions", (("评价项目", "name", 3), ("评价（请在相应的一格打“√”）", "scale", 7))),
            Pairs((("具体理由", "（不满意的，请写明）\n\n"), ("对答复的意见", "\n\n")), _WIDE),
            "代表签名：　　　　　　日期：　　　年　　月　　日",
            "本表由代表直接填写，交{{ returned_to }}。任何单位和个人不得代填，不得向代表打招呼。",
        ), ("suggestion.forms_sent",), to=("evaluators",), fields=("feedback_by", "dimensions", "returned_to")),
    Kind("rehandle_notice", "重新办理通知", "重", "关于重新办理{{ case_name }}的通知", Layout.DOCUMENT, (
            "{{ case_name }}《{{ case_title }}》由你单位答复后，经研究决定重新办理（第{{ round }}轮）。"
            "现将有关要求通知如下：",
            When("reason", (Heading("重新办理的理由"), Lines("reason"))),
            Heading("办理要求"),
            "由你单位主要负责人负责，再次与代表当面沟通，听取意见，调研后提出办法。"
            "{% if reply_by %}重新办理的答复应当在{{ reply_by }}以前送达代表。{% endif %}",
        ), ("assignment.rehandle_assigned",), to=("unit",), fields=("round", "reason")),
    Kind("not_rehandled_notice", "不予重新办理告知书", "复", "关于{{ case_name }}不予重新办理的告知书", Layout.LETTER, (
            "您对{{ case_name }}《{{ case_title }}》答复的评价收悉。经研究，不再重新办理，"
            "您的评价按原意见记录在案。理由：",
            Lines("reason"),
        ), ("suggestion.rehandle_declined",), to=("deputies",), judging=True, fields=("reason",)),
    Kind("supplement_letter", "补充答复函", "函", "关于{{ case_name }}的补充答复", Layout.LETTER, (
            "您提出的{{ case_name }}《{{ case_title }}》，我单位答复时承诺的事项已经全部落实，"
            "现将落实情况补充答复如下：",
            Grid("kept", (("序号", "n", 1), ("事项", "text", 6), ("承诺时间", "due", 3), ("落实日期", "verified", 3))),
            "您对落实情况有意见的，请与我们联系。感谢您对我们工作的关心和支持。",
            _CONTACT,
        ), ("assignment.fulfilled", "suggestion.fulfilled"), issuer="unit", to=("served",), each_unit=True,
        fields=("kept",)),
    Kind("change_report", "承诺变更报告", "函", "关于{{ case_name }}承诺事项变更情况的报告", Layout.LETTER, (
            "您提出的{{ case_name }}《{{ case_title }}》，我单位答复时承诺：{{ promise }}"
            "{% if due %}，{{ due }}以前完成{% endif %}。因情况发生变化，"
            "{% if new_due %}改为{{ new_due }}以前完成{% else %}不能落实{% endif %}。现将有关情况报告如下：",
            Lines("reason"),
            "您对此有意见的，请与我们联系。",
            _CONTACT,
            When("signed_by", ("签发人：{{ signed_by }}",)),
        ), ("commitment.rescheduled", "commitment.cancelled"), issuer="unit", to=("served",),
        fields=("promise", "due", "new_due", "reason", "signed_by")),
    Kind("urge_notice", "催办通知书", "催", "催办通知书", Layout.LETTER, (
            "你单位承办的{{ case_name }}《{{ case_title }}》，{{ limit }}为{{ last_day }}，至{{ day }}仍未办结，"
            "逾期{{ late }}天。",
            "请即办理。不能办结的，书面说明原因和预计办结的日期，送{{ issuer }}。逾期不说明的，将予以通报。",
            When("source", ("依据：{{ source }}。",)),
        ), ("limit.overdue", "limit.escalated"), Level.U1, to=("unit",),
        fields=("limit", "last_day", "late", "source")),
    Kind("supervision_sheet", "督办单", "督", "代表建议督办单", Layout.SHEET, (
            Pairs((*_CASE, ("承办单位", "{{ case_unit }}"), ("督办期限", "{{ limit }}"), ("最后一天", "{{ last_day }}"),
                   ("逾期天数", "{{ late }}"), ("督办级别", "{{ level }}"), ("时限依据", "{{ source }}"),
                   ("督办事由", "{{ limit }}已过，至{{ day }}仍未办结。"),
                   ("办理要求", "由单位分管领导督促办理，政府督查机构同时掌握；办结后报{{ issuer }}销号。")), _WIDE),
            "承办单位分管领导意见：",
            "签字：　　　　　　　　日期：　　　年　　月　　日",
        ), ("limit.overdue", "limit.escalated"), Level.U2, to=("unit",),
        fields=("limit", "last_day", "late", "source", "level")),
    Kind("circular", "通报", "通", "关于{{ case_unit }}逾期未办结代表建议的通报", Layout.DOCUMENT, (
            "{{ case_unit }}承办的{{ case_name }}《{{ case_title }}》，{{ limit }}为{{ last_day }}，"
            "至{{ day }}逾期{{ late }}天，既未办结，也没有书面说明原因。经催办、督办仍未改正，现予以通报。",
            "请{{ case_unit }}主要负责人亲自过问，立即办理，并将办理情况书面报告。本通报作为年度考核的依据。",
            When("source", ("依据：{{ source }}。",)),
        ), ("limit.overdue", "limit.escalated"), Level.U3, to=("unit",),
        fields=("limit", "last_day", "late", "source")),
    Kind("supervision_letter", "督办函", "督", "关于督办{{ case_name }}的函", Layout.LETTER, (
            "{{ case_name }}《{{ case_title }}》已经确定为{{ level }}，现予督办。",
            When("cause", ("督办事由：{{ cause }}。",)),
            "请你单位主要负责人负责，制定办理方案，加强与代表的沟通，按期办结，并将进展和结果书面报告。",
            When("reply_by", ("答复期限：{{ reply_by }}。",)),
        ), ("supervision.confirmed",), to=("units",), fields=("level", "cause")),
    Kind("supervision_plan", "督办方案", "督", "关于{{ case_name }}的{{ supervision }}方案", Layout.DOCUMENT, (
            "{{ case_name }}《{{ case_title }}》列入{{ supervision }}{% if holder %}，由{{ holder }}承担{% endif %}"
            "{% if units %}，承办单位：{{ units }}{% endif %}。督办方案如下：",
            Lines("plan"),
            When("reply_by", ("答复期限：{{ reply_by }}。",)),
        ), ("supervision.planned",), to=("units",), unaddressed=True, fields=("supervision", "holder", "plan")),
    Kind("supervision_report", "督办报告", "督", "关于{{ case_name }}{{ supervision }}情况的报告", Layout.DOCUMENT, (
            "{{ case_name }}《{{ case_title }}》自{{ began }}起{{ supervision }}"
            "{% if holder %}，由{{ holder }}承担{% endif %}。现将督办情况报告如下：",
            Lines("report"),
            When("progress", (Heading("督办进展"), Grid("progress", (("日期", "day", 3), ("进展", "note", 7))))),
        ), ("supervision.reported",), to=("body",), fields=("supervision", "holder", "began", "report", "progress")),
    Kind("inspection_record", "查验记录", "查", "代表建议办理结果查验记录", Layout.SHEET, (
            Pairs((*_CASE, ("承办单位", "{{ case_unit }}"), ("承诺事项", "{{ promise }}"),
                   ("查验日期", "{{ inspected_on }}"), ("查验地点", "{{ place }}"),
                   ("申报情况", "{{ claimed }}"), ("查验情况", "{{ found }}"),
                   ("查验结论", "{{ verdict }}"), ("佐证材料", "{{ evidence }}")), _WIDE),
            "查验人签字：　　　　　　　　　　承办单位签字：",
        ), ("inspection.made",), to=("unit",),
        fields=("promise", "inspected_on", "place", "claimed", "found", "verdict", "evidence")),
)  # fmt: skip
"""Papers of a case, in the order in which one event gives them out."""

_SPAN = "（{{ first_day }}至{{ last_day }}）"

_STAND = ("截至日：{{ last_day }}；统计时点：{{ counted_at }}。", When("changes", (Lines("changes"),)))
"""The foot of every list: the day up to which facts count, the time of counting, differences from the last issue."""
_COUNTED = ("counted_at", "changes")

LISTS = (
    Kind("assignment_list", "交办清单", "交", "{{ unit }}承办代表建议交办清单" + _SPAN, Layout.LIST, (
            Grid("rows", (("序号", "n", 3), ("编号", "number", 4), ("标题", "title", 10), ("代表", "deputies", 5),
                          ("承办单位", "unit", 6), ("方式", "role", 3), ("承办内容", "part", 5),
                          ("交办日期", "assigned", 5), ("答复期限", "reply_by", 5))),
            "共{{ count }}件。", *_STAND,
        ), fields=("unit", "first_day", "last_day", "rows", "count", *_COUNTED)),
    Kind("commitment_ledger", "承诺台账", "诺", "代表建议承诺事项台账" + _SPAN, Layout.LIST, (
            Grid("rows", (("序号", "n", 3), ("编号", "number", 4), ("标题", "title", 8), ("承办单位", "unit", 5),
                          ("承诺事项", "text", 9), ("承诺日期", "promised", 5), ("完成期限", "due", 5),
                          ("延期", "moved", 3), ("状态", "state", 4), ("查验日期", "verified", 5))),
            "共{{ count }}项，已销号{{ kept }}项，到期未销号{{ late }}项。", *_STAND,
        ), fields=("unit", "first_day", "last_day", "rows", "count", "kept", "late", *_COUNTED)),
    Kind("conversion_list", "吸纳转化清单", "转", "人大工作吸纳转化代表建议清单" + _SPAN, Layout.LIST, (
            Grid("rows", (("序号", "n", 3), ("编号", "number", 4), ("标题", "title", 8), ("代表", "deputies", 5),
                          ("转化为", "target", 5), ("转化内容", "text", 8), ("结果", "result", 8), ("日期", "on", 5))),
            "共{{ count }}件。", *_STAND,
        ), fields=("first_day", "last_day", "rows", "count", *_COUNTED)),
    Kind("duty_list", "代表履职清单", "履", "人大代表履职清单" + _SPAN, Layout.LIST, (
            Grid("rows", (("序号", "n", 3), ("代表", "deputy", 4), ("代表团", "delegation", 5), ("领衔建议", "led", 3),
                          ("联名建议", "joined", 3), ("已答复", "answered", 3), ("重点督办", "key", 3),
                          ("确认沟通", "talks", 3), ("评价答复", "judged", 3), ("群众意见", "opinions", 3))),
            "共{{ count }}名代表。", *_STAND,
        ), fields=("first_day", "last_day", "rows", "count", *_COUNTED)),
    Kind("paper_register", "发文登记簿", "登", "发文登记簿" + _SPAN, Layout.LIST, (
            Grid("rows", (("序号", "n", 3), ("发文字号", "number", 8), ("文种", "kind", 4), ("标题", "title", 10),
                          ("主送", "to", 6), ("日期", "on", 5), ("建议编号", "case", 4))),
            "共{{ count }}件。", *_STAND,
        ), fields=("first_day", "last_day", "rows", "count", *_COUNTED)),
    Kind("unit_summary", "单位办理情况总结", "总", "{{ unit }}办理代表建议情况总结", Layout.DOCUMENT, (
            "{{ first_day }}至{{ last_day }}，{{ unit }}共承办代表建议{{ count }}件，"
            "其中主办、独办、分办{{ answering }}件，会办{{ co }}件。",
            Heading("一、总体情况"),
            Grid("figures", (("项目", "name", 4), ("数值", "value", 2), ("算法", "formula", 5))),
            Heading("二、逐件情况"),
            Grid("rows", (("编号", "number", 4), ("标题", "title", 8), ("方式", "role", 2),
                          ("答复日期", "delivered", 4), ("类别", "class_", 3), ("是否按时", "timely", 3))),
            When("promises", (Heading("三、承诺事项"), Grid("promises", (("编号", "number", 4), ("承诺事项", "text", 8),
                                                              ("完成期限", "due", 4), ("状态", "state", 4))))),
            *_STAND,
        ), fields=(
            "unit", "first_day", "last_day", "count", "answering", "co", "figures", "rows", "promises", *_COUNTED,
        )),
    Kind("handling_report", "办理情况报告", "报", "关于{{ region }}代表建议办理情况的报告", Layout.DOCUMENT, (
            "{{ first_day }}至{{ last_day }}，{{ region }}共登记代表建议{{ count }}件。现将办理情况报告如下：",
            Heading("一、基本情况"),
            Grid("figures", (("项目", "name", 4), ("数值", "value", 2), ("算法", "formula", 5))),
            Heading("二、分类情况"),
            Grid("subjects", (("类别", "name", 5), ("件数", "count", 2), ("已答复", "answered", 2))),
            Heading("三、承办单位情况"),
            Grid("units", (("承办单位", "name", 6), ("承办", "count", 2), ("已答复", "answered", 2),
                           ("逾期", "late", 2), ("重办逾期", "late_again", 2))),
            When("open_points", (Heading("四、存在的问题"), Lines("open_points"))),
            *_STAND,
        ), fields=(
            "region", "first_day", "last_day", "count", "figures", "subjects", "units", "open_points", *_COUNTED,
        )),
)  # fmt: skip
"""Papers of no single case, made when they are asked for."""

KINDS: Mapping[str, Kind] = {kind.id: kind for kind in (*OF_CASES, *LISTS)}

OCCASIONS = tuple(sorted({event for kind in OF_CASES for event in kind.events}))
"""Events that occasion papers; those of the ladder only at some rungs."""


def kinds_of(event: str, levels: Sequence[str] = ()) -> list[Kind]:
    """The kinds that an event occasions; `levels` are the rungs that a limit reached."""
    return [kind for kind in OF_CASES if event in kind.events and kind.level in ("", *levels)]
