"""The texts of each notice: Chinese first, English second."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from states.vocabulary import Card, Level


@dataclass(frozen=True)
class Letter:
    """The text of a notice: `title` is one line, `body` Chinese then English."""

    title: str
    body: str


WORDS: dict[str, tuple[str, str]] = {
    "assignment.assigned": ("交办：请签收", "A suggestion was assigned to your unit; please sign for it."),
    "assignment.reassigned": ("改交你单位承办：请签收", "A suggestion was reassigned to your unit."),
    "assignment.rectified": ("承办单位报告已改正", "The unit reports that it has rectified."),
    "assignment.rehandle_assigned": ("重新办理：请签收", "A suggestion is to be handled again by your unit."),
    "assignment.communicated": (
        "承办单位登记了一次沟通，请确认",
        "The unit recorded a contact; please confirm it.",
    ),
    "assignment.contact_attempted": (
        "承办单位曾联系您，未接通",
        "The unit tried to reach you without success.",
    ),
    "assignment.communication_denied": ("代表否认沟通记录", "The deputy denies the recorded contact."),
    "assignment.return_requested": ("承办单位申请退办", "A unit asks to return a suggestion."),
    "assignment.return_granted": (
        "同意退回，另定承办单位",
        "The return was granted; another unit will be named.",
    ),
    "assignment.return_refused": ("不同意退回，请继续办理", "The return was refused; please go on."),
    "assignment.opinion_sent": ("协办意见已送到", "A co-unit sent its opinion."),
    "assignment.opinion_rejected": (
        "协办意见退回重提",
        "The opinion was sent back; please send a better one.",
    ),
    "assignment.opinion_accepted": ("协办意见已采纳", "The opinion was accepted."),
    "assignment.opinion_waived": (
        "主办单位不再等待协办意见",
        "The lead unit no longer waits for the opinion.",
    ),
    "assignment.draft_sent": ("答复稿征询您的意见", "A draft reply is before you for your opinion."),
    "assignment.consult_reminded": (
        "提醒：答复稿等待您的意见",
        "Reminder: a draft reply waits for your opinion.",
    ),
    "assignment.consult_objected": ("代表对答复稿有意见", "The deputy objects to the draft."),
    "assignment.consult_agreed": ("代表同意答复稿", "The deputy agrees to the draft."),
    "assignment.consult_lapsed": (
        "征询期满，未收到意见",
        "The time for an opinion is over, none was received.",
    ),
    "assignment.delay_explained": ("承办单位说明了逾期原因", "The unit explained the delay."),
    "assignment.delivered": ("答复已送达", "The reply was delivered."),
    "assignment.extension_requested": ("承办单位申请延期", "A unit asks for an extension."),
    "assignment.extension_granted": ("答复期限已延长", "The limit for the reply was extended."),
    "assignment.extension_refused": ("不同意延期", "The extension was refused."),
    "assignment.coordination_requested": ("承办单位意见不一致，请协调", "Units disagree; please coordinate."),
    "assignment.coordination_settled": ("协调意见已定", "The coordination is settled."),
    "commitment.progressed": ("承诺事项有进展", "A commitment has made progress."),
    "commitment.claimed": ("承诺事项申报完成，待查验", "A commitment is claimed as done; to be inspected."),
    "commitment.verified": ("承诺事项查验通过", "A commitment was verified."),
    "commitment.verification_failed": ("承诺事项查验不符", "A commitment was found unkept."),
    "commitment.rescheduled": ("承诺事项调整期限", "The day of a commitment was moved."),
    "commitment.cancelled": ("承诺事项不能落实，附说明", "A commitment cannot be kept; see the explanation."),
    "evaluator.escalated": ("代表不满意", "A deputy is dissatisfied."),
    "limit.escalated": ("督办升级", "The limit is still not met; supervision climbed a rung."),
    "limit.reminded": ("到期提醒", "A last day comes near."),
    "limit.overdue": ("时限已过", "A limit has passed."),
    "limit.moved": ("最后一天有变", "A last day has moved."),
    "opinion.answered": ("群众意见已有结果", "A citizen's opinion has a result."),
    "opinion.promoted": ("群众意见已转化", "A citizen's opinion was taken up."),
    "opinion.recorded": ("收到一条群众意见，请当场答复或者转交", "A citizen's opinion came in; answer or route it."),
    "opinion.referred": ("您的意见请通过其他渠道反映", "Please bring your matter by another way."),
    "opinion.relayed": ("您反映的问题有了结果", "There is a result on your matter."),
    "opinion.routed": ("群众意见已转交", "A citizen's opinion was routed."),
    "suggestion.assigned": ("您的建议已交办", "Your suggestion was assigned."),
    "suggestion.assigned_date_corrected": ("交办日期已更正", "The day of assignment was corrected."),
    "suggestion.rules_changed": ("适用的规则集已改定", "The rules that govern the suggestion were corrected."),
    "suggestion.region_set": ("建议的区划已改定", "The region of the suggestion was set."),
    "suggestion.closed_with_explanation": ("未能落实，附书面说明", "Closed with a written explanation."),
    "suggestion.consult_answered": ("部门回复了提前沟通", "The department answered."),
    "suggestion.consult_requested": ("代表请求提前沟通，请答复", "A deputy asks to talk beforehand; please answer."),
    "suggestion.cosign_confirmed": ("联名代表已确认", "A co-signer confirmed."),
    "suggestion.cosign_declined": ("联名代表未同意", "A co-signer declined."),
    "suggestion.cosign_invited": ("邀请您联名", "You are asked to co-sign."),
    "suggestion.declined": ("不作为建议处理，附理由", "Not accepted as a suggestion; see the reasons."),
    "suggestion.dissatisfied_again": ("再次不满意，需处置", "Dissatisfied again; to be dealt with."),
    "suggestion.awarded": ("您的建议评为优秀建议", "Your suggestion was chosen as excellent."),
    "suggestion.conversion_reported": ("吸纳转化已有结果", "What took up your suggestion has a result."),
    "suggestion.converted": ("建议已吸纳转化", "The suggestion was taken up beyond its reply."),
    "suggestion.evaluated_dissatisfied": ("代表不满意，请研判", "The deputy is dissatisfied; please study."),
    "suggestion.evaluated_ok": ("评价已收到", "The evaluation was received."),
    "suggestion.evaluation_corrected": ("代表更正了评价，请研判", "A deputy corrected an evaluation; please study."),
    "suggestion.evaluation_lapsed": ("评价期满未反馈", "The time for the evaluation is over."),
    "suggestion.feedback_urged": ("提醒：请评价答复", "Reminder: please evaluate the reply."),
    "suggestion.forms_sent": ("请评价答复", "Please evaluate the reply."),
    "suggestion.fulfilled": ("承诺事项全部落实，销号", "All commitments are kept."),
    "suggestion.inspected": ("已到现场查验", "It was inspected on site."),
    "suggestion.key_determined": ("列为重点督办", "Chosen for key supervision."),
    "suggestion.mediation_decided": ("处置意见已定", "The mediation was decided."),
    "suggestion.reassigned": ("已另定承办单位", "Another unit was named."),
    "suggestion.registered": ("您的建议已登记", "Your suggestion was registered."),
    "suggestion.rehandle_declined": ("不再重新办理，附理由", "Not handled again; see the reasons."),
    "suggestion.rehandle_ordered": ("已要求重新办理", "It is to be handled again."),
    "suggestion.reopened_by_inspection": ("查验不符，重新开启", "Reopened after an inspection."),
    "suggestion.resubmitted": ("代表重新提交", "The deputy submitted again."),
    "suggestion.revision_requested": ("请修改后再提交", "Please revise and submit again."),
    "suggestion.submitted": ("收到一件建议", "A suggestion was received."),
    "suggestion.urged": ("有人催办，请抓紧办理", "Somebody urges this suggestion; please go on."),
    "suggestion.withdrawn": ("建议已撤回，停止办理", "The suggestion was withdrawn; stop handling it."),
    "supervision.begun": ("一项督办已开始承担", "A supervision has begun."),
    "supervision.confirmed": (
        "督办函：已确定督办，请按要求办理并报告",
        "The supervision was confirmed; please act on it and report.",
    ),
    "supervision.lapsed": ("督办建议逾期未定", "A proposed supervision lapsed."),
    "supervision.proposed": ("拟督办，请定", "A supervision is proposed; please decide."),
    "supervision.reported": ("督办报告已提交", "A supervision was reported on."),
    "supervision.released": ("督办解除", "The supervision was lifted."),
    "supervision.started": ("督办开始", "The supervision began."),
}
"""For each kind of notice: its title in Chinese, and a sentence in English."""


RUNGS: dict[Level | None, tuple[str, str]] = {
    Level.U1: (
        "请即办理；不能办结的，书面说明原因和预计办结日",
        "Act now, or explain in writing why not and until when.",
    ),
    Level.U2: (
        "由分管领导督促，政府督查机构同时掌握",
        "The leader in charge is to see to it; the supervision office knows.",
    ),
    Level.U3: (
        "逾期未办结又未说明原因，予以书面通报",
        "Overdue and unexplained: a written notice to all concerned.",
    ),
    Level.U4: ("拟请分管领导约谈，是否督办请定", "A talk with the unit is proposed; please confirm or decline."),
    Level.U5: (
        "拟提请主任会议责成限期改正并报告，是否督办请定",
        "An order to put it right is proposed; please decide.",
    ),
    Level.C1: (
        "承诺到期没有落实；不能落实的，书面向代表说明并告知人大",
        "A promise was not kept; explain in writing to the deputy and the congress.",
    ),
    Level.C3: ("承诺跨年没有落实，拟跨年度跟踪督办，请定", "A promise outlived its year: following up is proposed."),
    Level.Q3: ("多次不满意，拟列为重点督办，请定", "Dissatisfied again and again: a key supervision is proposed."),
    Level.U6: ("拟提请常委会专题询问或者工作评议，是否督办请定", "A special inquiry is proposed; please decide."),
}
"""For each rung above the reminder: what it asks, in Chinese and in English. Its name is the rulebook's."""

MOST_LINES = 200
"""Most lines of a digest; the rest is counted."""


@dataclass(frozen=True)
class NoticeItem:
    """A notice with the facts of its text; `limit_title` is the name of the limit in the case's rulebook.

    `about` is the unit or the promise of the case that it is about, `seq` the number of the event that it tells.
    """

    kind: str
    case_id: str
    number: str
    title: str
    data: Mapping[str, JsonValue]
    limit_title: str = ""
    about: str = ""
    seq: int = 0

    @property
    def heading(self) -> str:
        """What the notice is about, in one line."""
        return f"{self.label}《{self.title}》" + (f"（{self.about}）" if self.about else "")

    @property
    def label(self) -> str:
        return self.number or self.case_id

    @property
    def level(self) -> Level | None:
        return Level.of(str(self.data.get("level", "")))

    @property
    def limit(self) -> tuple[str, str, str] | None:
        """Case, subject and key of the limit that the notice is about; None when it is about none."""
        if not self.kind.startswith("limit.") or "key" not in self.data:
            return None
        return self.case_id, str(self.data.get("subject_id", "")), str(self.data["key"])


def letter(item: NoticeItem) -> Letter:
    """One notice as a letter of its own.

    A rung of the ladder is called as the rulebook calls it. Raises KeyError for a kind without words: every kind
    that the machines tell has them (a test compares).
    """
    kind, data = item.kind, item.data
    chinese, english = WORDS[kind]
    level, rung = Level.of(str(data.get("level", ""))), str(data.get("title", ""))
    climbed = level is not None and not level.reminds
    what = f"{rung}：{chinese}" if rung and climbed and kind == "limit.overdue" else rung or chinese
    lines = [f"{item.heading}：{what}。"]
    if level in RUNGS:
        lines.append(f"{RUNGS[level][0]}。")
    if "last_day" in data:
        name = item.limit_title or str(data.get("key", ""))
        moved = f"由 {data['old_last_day']} 改为 " if "old_last_day" in data else ""
        lines.append(f"时限：{name}；最后一天：{moved}{data['last_day']}。")
    lines.append(RUNGS[level][1] if level in RUNGS else english)
    return Letter(f"【{rung or chinese}】{item.label}", "\n".join(lines))


def together(items: Sequence[NoticeItem], on: str) -> Letter:
    """The text of all notices for one person on the day `on`: one notice as its letter, several as a digest.

    A limit has one line, with every rung and its day; the most severe come first. A notice addressed to a person
    twice, as handler and as head of section, appears once.
    """
    items = list(
        {(item.kind, item.case_id, item.seq, item.limit, str(item.data.get("on", ""))): item for item in items}.values()
    )
    if len(items) == 1:
        return letter(items[0])
    about: dict[tuple[str, str, str], list[NoticeItem]] = {}
    others: list[NoticeItem] = []
    for item in items:
        if item.limit is not None:
            about.setdefault(item.limit, []).append(item)
        else:
            others.append(item)
    limits = sorted(about.values(), key=_urgency)
    lines = [_limit_line(limit) for limit in limits] + [
        f"· {item.heading}：{WORDS[item.kind][0]}" for item in others
    ]
    late = sum(1 for limit in limits if any(item.kind != "limit.reminded" for item in limit))
    head = (
        f"{on} 共 {len(lines)} 项：逾期 {late} 项，临近到期 {len(limits) - late} 项，其他 {len(others)} 项。"
    )
    rest = [f"……另有 {len(lines) - MOST_LINES} 项，请到系统查看。"] if len(lines) > MOST_LINES else []
    english = f"{len(lines)} items: {late} overdue, {len(limits) - late} soon due, {len(others)} others."
    return Letter(
        f"【督办摘要】{on} 逾期 {late} 项，共 {len(lines)} 项",
        "\n".join([head, *lines[:MOST_LINES], *rest, english]),
    )


def _urgency(items: Sequence[NoticeItem]) -> tuple[int, str, str]:
    rank = max(item.level.rank if item.level else -1 for item in items)
    return -rank, str(items[0].data.get("last_day", "")), items[0].label


def _limit_line(items: Sequence[NoticeItem]) -> str:
    first = items[0]
    dated = sorted(items, key=lambda item: str(item.data.get("on", "")))
    rungs = "、".join(
        dict.fromkeys(
            f"{item.data.get('title') or WORDS[item.kind][0]}（{item.data.get('on', '')}）" for item in dated
        )
    )
    light = "红" if any(item.level and item.level.card is Card.RED for item in items) else "黄"
    light = "蓝" if all(item.kind == "limit.reminded" for item in items) else light
    name = first.limit_title or str(first.data.get("key", ""))
    last = dated[-1].data.get("last_day", "")
    return f"· 〔{light}〕{first.heading}{name}，最后一天 {last}：{rungs}"
