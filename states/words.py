"""The words of the trade for actions, events, roles of parts, limits and tables; `docs/glossary.md` lists them all."""

from dataclasses import dataclass

from states.process_files import PROCESS_FILES


@dataclass(frozen=True)
class Words:
    """What an action or an event is called; `done` where the English of what happened is another."""

    zh: str
    en: str
    done: str = ""


ACTIONS = {
    # suggestion
    "draft": Words("起草", "Draft", "Drafted"),
    "revise": Words("修改", "Revise", "Revised"),
    "invite_cosign": Words("邀请联名", "Invite co-signers", "Co-signers invited"),
    "confirm_cosign": Words("确认联名", "Confirm co-signing", "Co-signing confirmed"),
    "decline_cosign": Words("谢绝联名", "Decline co-signing", "Co-signing declined"),
    "request_consult": Words("提前沟通", "Consult early", "Consulted early"),
    "answer_consult": Words("答复沟通", "Answer the consultation", "Consultation answered"),
    "submit": Words("提交", "Submit", "Submitted"),
    "open_review": Words("开始审核", "Start the review", "Review started"),
    "request_revision": Words("退回修改", "Send back for revision", "Sent back for revision"),
    "resubmit": Words("重新提交", "Submit again", "Submitted again"),
    "decline": Words("不作为建议处理", "Decline as a suggestion", "Not accepted as a suggestion"),
    "register": Words("登记", "Register", "Registered"),
    "propose_units": Words("拟定承办单位", "Propose units", "Units proposed"),
    "assign": Words("交办", "Assign", "Assigned"),
    "reassign": Words("调整承办单位", "Reassign", "Reassigned"),
    "send_forms": Words("发征询意见表", "Send the evaluation forms", "Evaluation forms sent"),
    "evaluate": Words("评价", "Evaluate", "Evaluated"),
    "urge_feedback": Words("催评", "Urge the evaluation", "Evaluation urged"),
    "lapse_evaluation": Words("评价逾期", "Let the evaluation lapse", "Evaluation lapsed"),
    "correct_evaluation": Words("更正评价", "Correct the evaluation"),
    "order_rehandle": Words("责成重新办理", "Order re-handling", "Re-handling ordered"),
    "order_rehandle_by_rule": Words("依规定重新办理", "Order re-handling by rule"),
    "decline_rehandle": Words("不予重新办理", "Decline re-handling", "Re-handling declined"),
    "decide_mediation": Words(
        "再次不满意的处置决定", "Decide after a second dissatisfaction", "Decided after a second dissatisfaction"
    ),
    "track": Words("转入跟踪落实", "Track its promises", "Tracking begun"),
    "fulfil": Words("落实办结", "Close as fulfilled", "Closed as fulfilled"),
    "close_with_explanation": Words("说明情况终止", "Close with an explanation", "Closed with an explanation"),
    "inspect": Words("查验", "Inspect"),
    "reopen_tracking_by_finding": Words("查验不符重开跟踪", "Reopen tracking after an inspection"),
    "rehandle_by_finding": Words("查验不符重新办理", "Handle again after an inspection"),
    "reopen_by_inspection": Words("查验不符重开", "Reopen after an inspection", "Reopened after an inspection"),
    "assess": Words("归口评价", "Score the handling"),
    "rate_suggestion": Words("评建议质量", "Score the suggestion"),
    "record_conversion": Words("登记吸纳转化", "Record a conversion"),
    "report_conversion": Words("登记转化结果", "Record what came of a conversion"),
    "nominate": Words("推荐优秀建议", "Nominate as excellent"),
    "award": Words("评定优秀建议", "Award as excellent"),
    "mark_repeat": Words("标记多次提出", "Mark as raised before"),
    "withdraw": Words("撤回", "Withdraw", "Withdrawn"),
    "archive": Words("归档", "Archive", "Archived"),
    "correct_assigned_date": Words("更正交办日", "Correct the assignment day", "Assignment day corrected"),
    "change_rules": Words("改定规则集", "Put under another rulebook", "Came under another rulebook"),
    "set_region": Words("改定区划", "Set the region", "Region set"),
    "settle_rules": Words("终止规则集没有的期限", "End limits that the rulebook does not know"),
    "determine_key": Words("确定重点督办", "Determine as key item", "Determined as key item"),
    "urge": Words("催办", "Urge", "Urged"),
    "publish": Words("公开", "Publish", "Published"),
    "exempt_publication": Words("不予公开", "Exempt from publication", "Exempted from publication"),
    # assignment
    "receipt": Words("签收", "Receipt", "Received"),
    "accept": Words("承办", "Take on", "Taken on"),
    "request_return": Words("申请退办", "Ask for a return", "Return asked for"),
    "grant_return": Words("同意退回", "Grant the return", "Return granted"),
    "refuse_return": Words("不同意退回", "Refuse the return", "Return refused"),
    "communicate": Words("沟通", "Communicate", "Communicated"),
    "record_attempt": Words("记录联系未果", "Record a failed attempt", "Failed attempt recorded"),
    "confirm_communication": Words("确认沟通", "Confirm the contact", "Contact confirmed"),
    "deny_communication": Words("否认沟通", "Deny the contact", "Contact denied"),
    "start_handling": Words("开始办理", "Start handling", "Handling started"),
    "research": Words("调研", "Research", "Researched"),
    "send_opinion": Words("送会办意见", "Send the co-unit's opinion", "Co-unit's opinion sent"),
    "reject_opinion": Words("退回会办意见", "Send the opinion back", "Opinion sent back"),
    "accept_opinion": Words("采纳会办意见", "Accept the opinion", "Opinion accepted"),
    "waive_opinion": Words("不再等待会办意见", "Wait no longer for the opinion", "Opinion no longer waited for"),
    "draft_reply": Words("拟答复稿", "Draft the reply", "Reply drafted"),
    "send_draft_to_deputy": Words("征询意见", "Send the draft to the deputy", "Draft sent to the deputy"),
    "remind_consult": Words("提醒征询", "Remind the deputy of the draft", "Deputy reminded of the draft"),
    "object_consult": Words("对答复稿提出异议", "Object to the draft", "Draft objected to"),
    "agree_consult": Words("同意答复稿", "Agree to the draft", "Draft agreed to"),
    "lapse_consult": Words("征询逾期", "Let the consultation lapse", "Consultation lapsed"),
    "endorse": Words("审核", "Review", "Reviewed"),
    "sign": Words("签发", "Sign", "Signed"),
    "deliver_reply": Words("送达答复", "Deliver the reply", "Reply delivered"),
    "request_extension": Words("申请延期", "Ask for an extension", "Extension asked for"),
    "grant_extension": Words("批准延期", "Grant the extension", "Extension granted"),
    "refuse_extension": Words("不批准延期", "Refuse the extension", "Extension refused"),
    "request_coordination": Words("提请协调", "Ask for coordination", "Coordination asked for"),
    "settle_coordination": Words("协调一致", "Settle the coordination", "Coordination settled"),
    "explain_delay": Words("说明逾期原因", "Explain the delay", "Delay explained"),
    "rectify": Words("整改", "Put right"),
    "complete": Words("办结", "Complete", "Completed"),
    "cancel": Words("撤销", "Cancel the part", "Cancelled"),
    # commitment
    "report_progress": Words("报告进展", "Report progress", "Progress reported"),
    "claim_done": Words("申报完成", "Claim as done", "Claimed as done"),
    "verify_commitment": Words("查验通过", "Verify", "Verified"),
    "fail_verification": Words("查验不符", "Fail the inspection", "Failed the inspection"),
    "reschedule_commitment": Words("调整期限", "Set a new day", "New day set"),
    "cancel_commitment": Words("说明不能落实", "Explain why it cannot be kept", "Explained as not to be kept"),
    # supervision
    "propose_supervision": Words("提出督办", "Propose a supervision", "Supervision proposed"),
    "confirm_supervision": Words("确定督办", "Confirm the supervision", "Supervision confirmed"),
    "decline_supervision": Words("不予督办", "Decline the supervision", "Supervision declined"),
    "lapse_supervision": Words("逾期未定", "Let it lapse undecided", "Lapsed undecided"),
    "plan_supervision": Words("制定督办方案", "Plan the supervision", "Supervision planned"),
    "start_supervision": Words("开始督办", "Start the supervision", "Supervision started"),
    "note_supervision": Words("记录督办进展", "Note progress of the supervision"),
    "report_supervision": Words("报告督办情况", "Report the supervision", "Supervision reported"),
    "release_supervision": Words("解除督办", "Release the supervision", "Supervision released"),
    # what each process file names
    **{
        name: Words(line.title, line.en, line.done)
        for process in PROCESS_FILES.values()
        for name, line in process.actions.items()
    },
}
"""Each action, and what it reads like once it is done."""

ACTION_NAMES = {action: words.zh for action, words in ACTIONS.items()}

EFFECT_EVENTS = {
    "suggestion.drafted": Words("起草", "Drafted"),
    "supervision.proposed": Words("提出督办", "Supervision proposed"),
    "supervision.begun": Words("开始承担督办", "Supervision begun"),
    "inspection.made": Words("查验", "Inspect"),
    "evaluator.corrected": Words("更正评价", "Correct the evaluation"),
    "evaluator.escalated": Words("不满意升级", "Dissatisfaction escalated"),
    "assignment.assigned": Words("交办", "Assigned"),
    "assignment.reassigned": Words("改交", "Reassigned"),
    "assignment.rehandle_assigned": Words("交办重新办理", "Assigned for re-handling"),
    "assignment.replaced": Words("另定单位", "Another unit named"),
    "assignment.fulfilled": Words("承诺全部落实", "All its promises kept"),
    "commitment.promised": Words("作出承诺", "Promise made"),
    "commitment.lapsed": Words("承诺随撤回终止", "Promise ended by the withdrawal"),
    "evaluator.served": Words("收到答复", "Reply received"),
    "evaluator.evaluated": Words("评价", "Evaluated"),
    "evaluator.lapsed": Words("评价逾期", "Evaluation lapsed"),
    **{
        f"{name}.{process.opening.event}": Words(opened.zh, opened.done or opened.en)
        for name, process in PROCESS_FILES.items()
        for opened in (ACTIONS[process.opening.do],)
    },
}
"""Events that no line of a table is named for: of opening a case, and of a line's effects."""

TABLE_NAMES = {
    "cases": "件（建议或者群众意见）",
    "parties": "领衔与联名代表",
    "assignments": "承办",
    "communications": "沟通记录",
    "evaluations": "满意度评价",
    "assessments": "双评",
    "commitments": "承诺事项台账",
    "inspections": "查验",
    "conversions": "吸纳转化",
    "supervisions": "督办",
    "deadlines": "期限",
}
