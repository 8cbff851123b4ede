"""The values of audit findings."""

from rulebooks.vocabulary import Named


class Severity(Named):
    """How bad a finding is; the worst first."""

    CRITICAL = "critical", "危急", "Critical"
    SERIOUS = "serious", "严重", "Serious"
    WARNING = "warning", "警告", "Warning"
    INFO = "info", "提示", "Notice"


class FindingStanding(Named):
    """The standing of a finding: people acknowledge or waive it, a later audit finds it gone."""

    OPEN = "open", "待处理", "open"
    ACKNOWLEDGED = "acknowledged", "已知悉", "Acknowledged"
    WAIVED = "waived", "已豁免", "waived"
    GONE = "gone", "已消失", "gone"


class FindingCode(Named):
    """What an audit can find; docs/operating.md says when."""

    ABOLISHED_UNIT = "ABOLISHED_UNIT", "单位已撤销", "Unit abolished"
    ACCESS_ALTERED = "ACCESS_ALTERED", "访问记录被改动", "The access log was changed"
    ADDRESSEE_AWAY = "ADDRESSEE_AWAY", "收件人不在", "Addressee away"
    CALENDAR = "CALENDAR", "日历缺年度安排", "Calendar lacks a year"
    CHAIN = "CHAIN", "事件链有误", "Chain broken"
    CHAIN_GAP = "CHAIN_GAP", "责任链有空缺", "Gap in a responsibility chain"
    COMMITMENT_STALLED = "COMMITMENT_STALLED", "承诺停滞", "Promise stalled"
    DOES_NOT_ADD_UP = "DOES_NOT_ADD_UP", "合计不符", "Does not add up"
    EMPTY_BUT_PRAISED = "EMPTY_BUT_PRAISED", "没解决却都满意", "Nothing solved, all satisfied"
    EQUAL_FORMS = "EQUAL_FORMS", "一分钟内相同的评价", "Equal forms within a minute"
    EVALUATION_FROM_UNIT = "EVALUATION_FROM_UNIT", "评价来自承办单位", "Evaluation from the judged unit"
    EVALUATION_LAPSED = "EVALUATION_LAPSED", "评价期满未了结", "Evaluation lapsed"
    GATE_WITHOUT_EVIDENCE = "GATE_WITHOUT_EVIDENCE", "三先三后缺证据", "Gate without evidence"
    INCOMPLETE = "INCOMPLETE", "巡检不全", "Audit incomplete"
    INSPECT = "INSPECT", "抽查", "Drawn for inspection"
    JOB_FAILED = "JOB_FAILED", "定时任务失败", "Job failed"
    JUDGED_FROM_UNIT_ADDRESS = "JUDGED_FROM_UNIT_ADDRESS", "评价来自单位的网络地址", "Form from the unit's own address"
    JUDGED_IN_MINUTES = "JUDGED_IN_MINUTES", "送达几分钟就评价", "Judged within minutes"
    JUDGED_WITHOUT_CONTACT = "JUDGED_WITHOUT_CONTACT", "没有沟通却满意", "Satisfied without a contact"
    MANY_RETURNS = "MANY_RETURNS", "退办过多", "Many returns"
    NO_CLOCK = "NO_CLOCK", "没有期限", "No limit"
    NO_REGION = "NO_REGION", "没有区划", "no region"
    OVERDUE = "OVERDUE", "逾期", "Late"
    PRAISE_ABOVE_INSPECTIONS = "PRAISE_ABOVE_INSPECTIONS", "满意率远高于查验", "Satisfaction far above inspections"
    REPLY_INCOMPLETE = "REPLY_INCOMPLETE", "答复要素不全", "Reply incomplete"
    RULEBOOK_OFF = "RULEBOOK_OFF", "督办阶梯停用", "Ladder switched off"
    RULEBOOK_UNKNOWN = "RULEBOOK_UNKNOWN", "规则集文本缺失", "Text of a rulebook is gone"
    RULES_UNCONFIRMED = "RULES_UNCONFIRMED", "本地规则集待确认", "Region's rulebook to be confirmed"
    RUNG_ASTRAY = "RUNG_ASTRAY", "催办级不符", "Rung astray"
    SATISFIED_BUT_REFUTED = "SATISFIED_BUT_REFUTED", "满意而查验不符", "Satisfied, but refuted"
    STILL_PLANNED = "STILL_PLANNED", "承诺过的又提", "Promised before"
    SWEEP_BEHIND = "SWEEP_BEHIND", "扫描滞后", "Sweep behind"
    UNDECIDED = "UNDECIDED", "久未决定", "Undecided"
    UNSENT = "UNSENT", "消息没有送到", "Message not sent"
    WRONG_LAST_DAY = "WRONG_LAST_DAY", "最后一天不符", "Wrong last day"
