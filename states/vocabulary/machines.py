"""What events are of, and the states of each machine."""

from rulebooks.vocabulary import Named


class Subject(Named):
    """What an event is of: one of the five machines, or what hangs on a case without one."""

    SUGGESTION = "suggestion", "代表建议（件）", "Suggestion of a deputy"
    ASSIGNMENT = "assignment", "承办（一个单位的一份）", "Part of a unit"
    COMMITMENT = "commitment", "承诺事项", "Promises"
    SUPERVISION = "supervision", "督办", "Supervision"
    OPINION = "opinion", "群众意见", "Citizen's opinion"
    LIMIT = "limit", "期限", "Limit", False
    EVALUATOR = "evaluator", "评价人", "Evaluator", False


class State(Named):
    """Where a machine stands. Its Chinese may be an act's as well, whose English is another."""


class S(State):
    """A suggestion (件)."""

    DRAFT = "DRAFT", "草拟", "Draft"
    COSIGNING = "COSIGNING", "联名确认", "Co-signing"
    PRE_CONSULT = "PRE_CONSULT", "提前沟通", "Early consultation"
    SUBMITTED = "SUBMITTED", "已提交", "Submitted"
    UNDER_REVIEW = "UNDER_REVIEW", "审核", "Under review"
    RETURNED_FOR_REVISION = "RETURNED_FOR_REVISION", "退回修改", "Sent back for revision"
    NOT_ACCEPTED = "NOT_ACCEPTED", "不作为建议处理", "Not accepted"
    REGISTERED = "REGISTERED", "登记", "Registered"
    ASSIGNING = "ASSIGNING", "拟定承办单位", "Being assigned"
    ASSIGNED = "ASSIGNED", "已交办", "Assigned"
    REASSIGNING = "REASSIGNING", "调整承办单位", "Being reassigned"
    COMMUNICATING = "COMMUNICATING", "办前沟通", "Communicating"
    HANDLING = "HANDLING", "办理中", "Handling"
    CONSULTING = "CONSULTING", "征询意见", "Draft with the deputy"
    REPLY_SIGNING = "REPLY_SIGNING", "审签", "Reply being signed"
    REPLIED = "REPLIED", "已答复", "Replied"
    EVALUATING = "EVALUATING", "评价中", "Being evaluated"
    REHANDLE_REVIEW = "REHANDLE_REVIEW", "重办研判", "Re-handling considered"
    REHANDLING = "REHANDLING", "重新办理", "Being re-handled"
    MEDIATION = "MEDIATION", "再次不满意处置", "Second dissatisfaction"
    REPLY_CLOSED = "REPLY_CLOSED", "答复办结", "Closed with the reply"
    TRACKING = "TRACKING", "跟踪落实", "Tracking"
    FULFILLED = "FULFILLED", "落实办结(销号)", "Fulfilled"
    UNFULFILLED_CLOSED = "UNFULFILLED_CLOSED", "未落实终止", "Closed unfulfilled"
    WITHDRAWN = "WITHDRAWN", "已撤回", "Withdrawn"
    ARCHIVED = "ARCHIVED", "已归档", "Archived"


class A(State):
    """One unit's part of a suggestion (承办)."""

    PENDING_RECEIPT = "PENDING_RECEIPT", "待签收", "Awaiting receipt"
    RECEIVED = "RECEIVED", "已签收", "Received"
    RETURN_REQUESTED = "RETURN_REQUESTED", "申请退办", "Return asked for"
    RETURN_GRANTED = "RETURN_GRANTED", "同意退回", "Return granted"
    ACCEPTED = "ACCEPTED", "承办", "Accepted"
    COMMUNICATED = "COMMUNICATED", "已沟通", "Communicated"
    RESEARCHED = "RESEARCHED", "已调研", "Researched"
    OPINION_SENT = "OPINION_SENT", "协办意见已送", "Opinion sent"
    OPINION_REJECTED = "OPINION_REJECTED", "退回重提", "Opinion sent back"
    OPINION_ACCEPTED = "OPINION_ACCEPTED", "协办意见已采纳", "Opinion accepted"
    DRAFTED = "DRAFTED", "已拟稿", "Drafted"
    CONSULTED = "CONSULTED", "已征询", "Consulted"
    SIGNED = "SIGNED", "已签发", "Signed"
    DELIVERED = "DELIVERED", "已送达", "Delivered"
    COMPLETED = "COMPLETED", "已办结", "Completed"
    CANCELLED = "CANCELLED", "撤销", "Cancelled"


class C(State):
    """A promise of a reply (承诺事项)."""

    PROMISED = "PROMISED", "已承诺", "Promised"
    IN_PROGRESS = "IN_PROGRESS", "推进中", "In progress"
    CLAIMED_DONE = "CLAIMED_DONE", "申报完成", "Claimed as done"
    VERIFIED = "VERIFIED", "查验通过(销号)", "Verified"
    FAILED_VERIFICATION = "FAILED_VERIFICATION", "查验不符", "Failed the inspection"
    RESCHEDULED = "RESCHEDULED", "调整期限", "New day set"
    CANCELLED_EXPLAINED = "CANCELLED_EXPLAINED", "不能落实已说明", "Cannot be kept, explained"


class V(State):
    """An act of supervision (督办)."""

    PROPOSED = "PROPOSED", "拟督办", "Proposed"
    DECLINED = "DECLINED", "不予采纳", "Declined"
    LAPSED = "LAPSED", "逾期未定", "Lapsed undecided"
    CONFIRMED = "CONFIRMED", "主任会议确定", "Confirmed by the chairpersons"
    PLANNED = "PLANNED", "督办方案", "Planned"
    ACTIVE = "ACTIVE", "督办中", "Active"
    REPORTED = "REPORTED", "报告主任会议", "Reported to the chairpersons"
    RELEASED = "RELEASED", "解除", "Released"
