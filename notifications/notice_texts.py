"""The words of each kind of notice: what happened, and what its reader does now."""

from typing import NamedTuple

from states.vocabulary import Level


class Task(NamedTuple):
    """What a reader does now, in Chinese and in English."""

    zh: str
    en: str


class News(NamedTuple):
    """`title` and `english` say what happened, `act` what its reader does now."""

    title: str
    english: str
    act: Task


LOOK = Task("请查看", "Have a look.")
SIGN_FOR = Task("请签收；不属于本单位职责的，申请退办", "Sign for it, or ask to return it.")
GO_ON = Task("请继续办理", "Go on handling it.")
DECIDE = Task("请作出决定，写明理由", "Decide, with your reasons.")
SEND_AGAIN = Task("请修改后重新提交", "Revise and submit it again.")
STUDY = Task("请研判，决定是否重新办理", "Study it, and decide whether it is to be handled again.")
REHANDLE = Task("请承办单位签收并重新办理", "The unit signs for it and handles it again.")
JUDGE = Task("请评价答复", "Evaluate the reply.")
CONSULTED = Task("请对答复稿提出意见，或者同意", "Agree to the draft, or object to it.")
FOLLOW = Task("请按要求办理并报告", "Do what is asked, and report.")
ASSIGN = Task("请研究并交办，或者要求修改", "Study it, then assign it or ask for a revision.")

WORDS: dict[str, News] = {
    "assignment.assigned": News("交办：请签收", "A suggestion was assigned to your unit.", SIGN_FOR),
    "assignment.reassigned": News("改交你单位承办：请签收", "A suggestion was reassigned to your unit.", SIGN_FOR),
    "assignment.rectified": News(
        "承办单位报告已改正", "The unit reports that it has rectified.",
        Task("请核对改正情况", "Check that it is so."),
    ),
    "assignment.rehandle_assigned": News(
        "重新办理：请签收", "A suggestion is to be handled again by your unit.",
        Task("请签收并重新办理", "Sign for it and handle it again."),
    ),
    "assignment.communicated": News(
        "承办单位登记了一次沟通，请确认", "The unit recorded a contact.",
        Task("请确认或者否认这次沟通", "Confirm or deny the contact."),
    ),
    "assignment.contact_attempted": News(
        "承办单位曾联系您，未接通", "The unit tried to reach you without success.",
        Task("请与承办单位联系", "Get in touch with the unit."),
    ),
    "assignment.communication_denied": News(
        "代表否认沟通记录", "The deputy denies the recorded contact.",
        Task("请承办单位重新联系代表", "The unit talks to the deputy again."),
    ),
    "assignment.return_requested": News("承办单位申请退办", "A unit asks to return a suggestion.", DECIDE),
    "assignment.return_granted": News(
        "同意退回，另定承办单位", "The return was granted; another unit will be named.", LOOK
    ),
    "assignment.return_refused": News("不同意退回，请继续办理", "The return was refused.", GO_ON),
    "assignment.opinion_sent": News(
        "协办意见已送到", "A co-unit sent its opinion.",
        Task("请采纳或者退回协办意见", "Accept the opinion, or send it back."),
    ),
    "assignment.opinion_rejected": News(
        "协办意见退回重提", "The opinion was sent back.", Task("请重新提出协办意见", "Send a better one.")
    ),
    "assignment.opinion_accepted": News("协办意见已采纳", "The opinion was accepted.", LOOK),
    "assignment.opinion_waived": News(
        "主办单位不再等待协办意见", "The lead unit no longer waits for the opinion.", LOOK
    ),
    "assignment.draft_sent": News("答复稿征询您的意见", "A draft reply is before you for your opinion.", CONSULTED),
    "assignment.consult_reminded": News(
        "提醒：答复稿等待您的意见", "Reminder: a draft reply waits for your opinion.", CONSULTED
    ),
    "assignment.consult_objected": News(
        "代表对答复稿有意见", "The deputy objects to the draft.",
        Task("请修改答复稿，再征询代表", "Revise the draft, and ask the deputy again."),
    ),
    "assignment.consult_agreed": News(
        "代表同意答复稿", "The deputy agrees to the draft.",
        Task("请签发并送达答复", "Sign the reply and deliver it."),
    ),
    "assignment.consult_lapsed": News(
        "征询期满，未收到意见", "The time for an opinion is over, none was received.",
        Task("请承办单位签发并送达答复", "The unit signs the reply and delivers it."),
    ),
    "assignment.delay_explained": News(
        "承办单位说明了逾期原因", "The unit explained the delay.",
        Task("请核对原因和预计办结日", "Check the reason and the day by which it is to be done."),
    ),
    "assignment.delivered": News(
        "答复已送达", "The reply was delivered.",
        Task("请查看答复；代表请等征询意见表", "Read the reply; the deputy waits for the form."),
    ),
    "assignment.extension_requested": News("承办单位申请延期", "A unit asks for an extension.", DECIDE),
    "assignment.extension_granted": News(
        "答复期限已延长", "The limit for the reply was extended.",
        Task("请按新的期限办理", "Work to the new last day."),
    ),
    "assignment.extension_refused": News(
        "不同意延期", "The extension was refused.",
        Task("请按原来的期限办理", "Work to the last day as it was."),
    ),
    "assignment.coordination_requested": News(
        "承办单位意见不一致，请协调", "Units disagree.", Task("请协调并记下意见", "Coordinate, and record the outcome.")
    ),
    "assignment.coordination_settled": News(
        "协调意见已定", "The coordination is settled.", Task("请按协调意见办理", "Handle it as was settled.")
    ),
    "commitment.progressed": News("承诺事项有进展", "A commitment has made progress.", LOOK),
    "commitment.claimed": News(
        "承诺事项申报完成，待查验", "A commitment is claimed as done.",
        Task("请到现场查验", "Inspect it on site."),
    ),
    "commitment.verified": News("承诺事项查验通过", "A commitment was verified.", LOOK),
    "commitment.verification_failed": News(
        "承诺事项查验不符", "A commitment was found unkept.",
        Task("请承办单位继续落实，再申报", "The unit goes on, and claims it again when it is done."),
    ),
    "commitment.rescheduled": News(
        "承诺事项调整期限", "The day of a commitment was moved.",
        Task("请查看新的日期和理由", "Look at the new day and the reason."),
    ),
    "commitment.cancelled": News(
        "承诺事项不能落实，附说明", "A commitment cannot be kept.", Task("请查看说明", "Read the explanation.")
    ),
    "evaluator.escalated": News("代表不满意", "A deputy is dissatisfied.", STUDY),
    "limit.escalated": News(
        "督办升级", "The limit is still not met; supervision climbed a rung.",
        Task("请督促办理", "See that it is done."),
    ),
    "limit.reminded": News(
        "到期提醒", "A last day comes near.", Task("请在最后一天以前办好", "Do it by the last day.")
    ),
    "limit.overdue": News("时限已过", "A limit has passed.", Task("请即办理", "Act now.")),
    "limit.moved": News(
        "最后一天有变", "A last day has moved.", Task("请按新的最后一天办理", "Work to the new last day.")
    ),
    "opinion.answered": News(
        "群众意见已有结果", "A citizen's opinion has a result.",
        Task("请把结果反馈群众", "Relay the result to the citizen."),
    ),
    "opinion.promoted": News("群众意见已转化", "A citizen's opinion was taken up.", LOOK),
    "opinion.recorded": News(
        "收到一条群众意见，请当场答复或者转交", "A citizen's opinion came in.",
        Task("请当场答复或者转交", "Answer it on the spot, or route it."),
    ),
    "opinion.referred": News(
        "您的意见请通过其他渠道反映", "Your matter belongs elsewhere.",
        Task("请用查询码查看向哪里反映", "Look with your tracking code where to bring it."),
    ),
    "opinion.relayed": News(
        "您反映的问题有了结果", "There is a result on your matter.",
        Task("请用查询码查看结果并评价", "Look at it with your tracking code, and rate it."),
    ),
    "opinion.routed": News(
        "群众意见已转交", "A citizen's opinion was routed.",
        Task("请承办单位在期限内答复", "The unit answers within the limit."),
    ),
    "suggestion.assigned": News("您的建议已交办", "Your suggestion was assigned.", LOOK),
    "suggestion.assigned_date_corrected": News(
        "交办日期已更正", "The day of assignment was corrected.",
        Task("请按更正后的期限办理", "Work to the corrected last days."),
    ),
    "suggestion.rules_changed": News(
        "适用的规则集已改定", "The rules that govern the suggestion were corrected.",
        Task("请查看新的期限", "Look at the new last days."),
    ),
    "suggestion.region_set": News("建议的区划已改定", "The region of the suggestion was set.", LOOK),
    "suggestion.closed_with_explanation": News(
        "未能落实，附书面说明", "Closed with a written explanation.", Task("请查看说明", "Read the explanation.")
    ),
    "suggestion.consult_answered": News(
        "部门回复了提前沟通", "The department answered.",
        Task("请查看回复，修改或者提交建议", "Read the answer, then revise or submit your suggestion."),
    ),
    "suggestion.consult_requested": News(
        "代表请求提前沟通，请答复", "A deputy asks to talk beforehand.", Task("请答复代表", "Answer the deputy.")
    ),
    "suggestion.cosign_confirmed": News("联名代表已确认", "A co-signer confirmed.", LOOK),
    "suggestion.cosign_declined": News(
        "联名代表未同意", "A co-signer declined.",
        Task("请查看联名情况，决定是否提交", "Look at the co-signers, and decide whether to submit."),
    ),
    "suggestion.cosign_invited": News(
        "邀请您联名", "You are asked to co-sign.", Task("请确认或者不同意联名", "Confirm or decline.")
    ),
    "suggestion.declined": News(
        "不作为建议处理，附理由", "Not accepted as a suggestion.", Task("请查看理由", "Read the reasons.")
    ),
    "suggestion.dissatisfied_again": News(
        "再次不满意，需处置", "Dissatisfied again.", Task("请提出处置意见", "Decide how to deal with it.")
    ),
    "suggestion.awarded": News("您的建议评为优秀建议", "Your suggestion was chosen as excellent.", LOOK),
    "suggestion.conversion_reported": News(
        "吸纳转化已有结果", "What took up your suggestion has a result.", LOOK
    ),
    "suggestion.converted": News("建议已吸纳转化", "The suggestion was taken up beyond its reply.", LOOK),
    "suggestion.evaluated_dissatisfied": News("代表不满意，请研判", "The deputy is dissatisfied.", STUDY),
    "suggestion.evaluated_ok": News("评价已收到", "The evaluation was received.", LOOK),
    "suggestion.evaluation_corrected": News("代表更正了评价，请研判", "A deputy corrected an evaluation.", STUDY),
    "suggestion.evaluation_lapsed": News(
        "评价期满未反馈", "The time for the evaluation is over.",
        Task("请查看怎样按规则集结案", "Look at how the rulebook ends it."),
    ),
    "suggestion.feedback_urged": News("提醒：请评价答复", "Reminder: an evaluation is waited for.", JUDGE),
    "suggestion.forms_sent": News("请评价答复", "The form of the evaluation has come.", JUDGE),
    "suggestion.fulfilled": News("承诺事项全部落实，销号", "All commitments are kept.", LOOK),
    "suggestion.inspected": News(
        "已到现场查验", "It was inspected on site.",
        Task("请查看查验结果；不符的，继续办理", "Look at the result; what was refuted is handled on."),
    ),
    "suggestion.key_determined": News("列为重点督办", "Chosen for key supervision.", FOLLOW),
    "suggestion.mediation_decided": News(
        "处置意见已定", "The mediation was decided.", Task("请查看处置意见", "Read the decision.")
    ),
    "suggestion.reassigned": News("已另定承办单位", "Another unit was named.", LOOK),
    "suggestion.registered": News("您的建议已登记", "Your suggestion was registered.", LOOK),
    "suggestion.rehandle_declined": News(
        "不再重新办理，附理由", "Not handled again.", Task("请查看理由", "Read the reasons.")
    ),
    "suggestion.rehandle_ordered": News("已要求重新办理", "It is to be handled again.", REHANDLE),
    "suggestion.reopened_by_inspection": News(
        "查验不符，重新开启", "Reopened after an inspection.", REHANDLE
    ),
    "suggestion.resubmitted": News("代表重新提交", "The deputy submitted again.", ASSIGN),
    "suggestion.revision_requested": News("请修改后再提交", "A revision is asked for.", SEND_AGAIN),
    "suggestion.submitted": News("收到一件建议", "A suggestion was received.", ASSIGN),
    "suggestion.urged": News("有人催办，请抓紧办理", "Somebody urges this suggestion.", GO_ON),
    "suggestion.withdrawn": News(
        "建议已撤回，停止办理", "The suggestion was withdrawn.", Task("请停止办理", "Stop handling it.")
    ),
    "supervision.begun": News(
        "一项督办已开始承担", "A supervision has begun.",
        Task("请承担的一方制定方案，承办单位配合", "Whoever carries it makes a plan; the unit works along."),
    ),
    "supervision.confirmed": News(
        "督办函：已确定督办，请按要求办理并报告", "The supervision was confirmed.", FOLLOW
    ),
    "supervision.lapsed": News(
        "督办建议逾期未定", "A proposed supervision lapsed.",
        Task("请查看；仍要督办的，重新提出", "Look at it; propose it again where it is still wanted."),
    ),
    "supervision.proposed": News(
        "拟督办，请定", "A supervision is proposed.",
        Task("请确定督办或者不予督办", "Confirm or decline it."),
    ),
    "supervision.reported": News(
        "督办报告已提交", "A supervision was reported on.",
        Task("请审阅报告；办好了的，解除督办", "Read the report; lift the supervision where all is done."),
    ),
    "supervision.released": News("督办解除", "The supervision was lifted.", LOOK),
    "supervision.started": News("督办开始", "The supervision began.", FOLLOW),
}  # fmt: skip
"""For each kind of notice what happened and what to do."""

DISCREET = frozenset({
    "assignment.rehandle_assigned", "evaluator.escalated", "suggestion.dissatisfied_again",
    "suggestion.evaluated_dissatisfied", "suggestion.evaluated_ok", "suggestion.evaluation_corrected",
    "suggestion.evaluation_lapsed", "suggestion.mediation_decided", "suggestion.rehandle_declined",
    "suggestion.rehandle_ordered",
})  # fmt: skip
"""Kinds whose words tell whether or how a deputy judged: a short message says only that something has changed."""

RUNGS: dict[Level | None, Task] = {
    Level.U1: Task(
        "请即办理；不能办结的，书面说明原因和预计办结日",
        "Act now, or explain in writing why not and until when.",
    ),
    Level.U2: Task(
        "请分管领导督促办理；政府督查机构同时掌握",
        "The leader in charge is to see to it; the supervision office knows.",
    ),
    Level.U3: Task(
        "请主要负责人限期办结；逾期未办结又未说明原因，予以书面通报",
        "The head of the unit is to see it done: overdue and unexplained, it is a written notice to all concerned.",
    ),
    Level.U4: Task("拟请分管领导约谈，是否督办请定", "A talk with the unit is proposed; please confirm or decline."),
    Level.U5: Task(
        "拟提请主任会议责成限期改正并报告，是否督办请定",
        "An order to put it right is proposed; please decide.",
    ),
    Level.C1: Task(
        "承诺没有落实；请书面向代表说明并告知人大",
        "A promise was not kept; explain in writing to the deputy and the congress.",
    ),
    Level.C3: Task(
        "承诺跨年没有落实，拟跨年度跟踪督办，请定",
        "A promise outlived its year: following up is proposed; please decide.",
    ),
    Level.Q3: Task(
        "多次不满意，拟列为重点督办，请定",
        "Dissatisfied again and again: a key supervision is proposed; please decide.",
    ),
    Level.U6: Task(
        "拟提请常委会专题询问或者工作评议，是否督办请定",
        "A special inquiry is proposed; please decide.",
    ),
}
"""For each rung above the reminder what it asks of its reader. Its name is the rulebook's."""
