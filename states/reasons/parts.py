"""Refusals about one unit's part: its return, the three gates (三先三后), its reply, its promises."""

from rulebooks.sentences import Row

PARTS = {
    "return_lapsed": Row(
        "the right to ask for a return ended on {last_day} ({source})",
        "申请退办的期限 {last_day} 已过（{source}）",
    ),
    "late_return_unexplained": Row(
        "a return is asked for until {last_day}, later with the reason for the delay: data.late_reason",
        "申请退办的期限 {last_day} 已过；逾期申请要写明为什么逾期",
        ("late_reason",),
    ),
    "late_return_unreasoned": Row(
        "asked for on {asked}, after {last_day}: why it is taken is needed, data.late_reason",
        "{asked} 才申请退办，已过 {last_day}；受理逾期申请要写明理由",
        ("late_reason",),
    ),
    "return_incomplete": Row(
        "a return needs a written reason and a proposed unit: data.reason, data.proposed_unit",
        "申请退办要写理由，并建议由哪个单位办",
        ("reason", "proposed_unit"),
    ),
    "rehandling_not_returned": Row(
        "a re-handling cannot be returned; the order names the unit", "重新办理的不能退办"
    ),
    "not_a_co_unit": Row(
        "{part} is {role}: only a co-unit sends an opinion", "{part} 是{role}：只有会办单位送会办意见"
    ),
    "co_unit_answers_not": Row("a co-unit never answers the deputy by itself", "会办单位不单独答复代表"),
    # three gates
    "unknown_contact_kind": Row(
        "data.kind is {given}; one of {known}{:走访 座谈 面商 电话 网络}",
        "请选沟通方式：走访、座谈、面商、电话、网络",
        ("kind",),
    ),
    "contact_decided": Row("{contact} is already {standing}", "{contact} 已有结果：{standing}"),
    "contact_with_another": Row("{contact} was a contact with {deputy}", "{contact} 是与 {deputy} 的沟通"),
    "no_contact": Row(
        "no contact with the deputy is on record (G1); {attempts} of {needed} failed attempts documented",
        "先沟通后办理：还没有与代表沟通的记录；联系未果的记录 {attempts} 次，要 {needed} 次",
    ),
    "contact_unconfirmed": Row(
        "the deputy has not confirmed the contact and has {days} working days to deny it (G1)",
        "先沟通后办理：代表还没有确认这次沟通，{days} 个工作日内可以否认",
    ),
    "handling_started": Row("handling started on {day}", "{day} 已经开始办理"),
    "handling_not_started": Row(
        "handling has not started: start_handling first", "还没有开始办理：先“开始办理”"
    ),
    "no_research": Row("no research is on record (G2)", "先调研后答复：还没有调研记录"),
    "research_without_deputy": Row(
        "a key item needs research to which the deputy was invited (G2)", "重点督办件：调研要邀请代表参加"
    ),
    "opinions_outstanding": Row(
        "opinions of {units} are neither accepted nor waived (G2)",
        "{units} 的会办意见还没有采纳，也没有决定不再等",
    ),
    "opinion_accepted": Row("the opinion is already accepted", "会办意见已经采纳"),
    "opinion_not_due": Row(
        "the co-unit may send its opinion until {last_day}", "会办单位到 {last_day} 为止都可以送会办意见"
    ),
    "draft_with_deputy": Row(
        "the draft lies with the deputy; wait for the answer", "答复稿在代表那里，等代表的意见"
    ),
    "no_draft_with_deputy": Row("no draft lies with the deputy", "没有送给代表的答复稿"),
    "deputy_objected": Row(
        "the deputy objected to this draft: draft again first", "代表对这一稿有异议：先重新拟稿"
    ),
    "deputy_may_answer": Row("the deputy may answer until {last_day}", "代表到 {last_day} 为止都可以提意见"),
    "too_few_reminders": Row("{sent} of {needed} reminders were sent", "提醒了 {sent} 次，要 {needed} 次"),
    "no_window": Row(
        "this rulebook gives no window that lapses by itself: the office decides, with data.reason",
        "规则集没有自动到期的规定：由代表工委写明理由决定",
        ("reason",),
    ),
    # the reply
    "unknown_class": Row("data.class is {given}; one of {known}", "请选答复分类", ("class",)),
    "points_unanswered": Row(
        "data.points_answered is {given}: each of the {points} request points is answered",
        "答复了 {given} 条：{points} 条请求要逐条答复",
        ("points_answered",),
    ),
    "promises_malformed": Row(
        "data.commitments is {given}: a list of {{text, due_on}}",
        "承诺事项要逐项列出，写明内容和日期",
        ("commitments",),
    ),
    "promise_missing": Row(
        "class {reply_class} promises something: data.commitments with text and due_on is needed",
        "“{reply_class}”是有承诺的：请写承诺事项和完成日期",
        ("commitments",),
    ),
    "promise_malformed": Row(
        "a commitment is {{text, due_on}}, got {given}", "每一项承诺都要写明内容和日期", ("commitments",)
    ),
    "promise_without_day": Row(
        "commitments.due_on: {given} is not a day, expected YYYY-MM-DD",
        "承诺的日期 {given} 不对，请按 2026-03-05 的样子填",
        ("commitments",),
    ),
    "promise_too_early": Row(
        "commitments.due_on {due} does not lie after {day}",
        "承诺的日期 {due} 不在 {day} 之后",
        ("commitments",),
    ),
    "units_disagree": Row(
        "units disagree ({units}): the coordination is to be settled first",
        "单位之间意见不一致（{units}）：先协调一致",
    ),
    "seal_missing": Row("a reply bears the unit's seal: data.seal", "答复要加盖单位公章", ("seal",)),
    "unknown_publicity": Row("data.publicity is {given}; one of {known}", "请选公开的方式", ("publicity",)),
    "publicity_reason_missing": Row(
        "a reply that is not made public needs data.publicity_reason",
        "不公开的要写理由",
        ("publicity_reason",),
    ),
    "unknown_recipients": Row("{deputies}: not deputies of this suggestion", "{deputies}：不是本件的代表"),
    "coordination_closed": Row("no coordination is open", "没有待协调的事"),
    # limits
    "no_extension": Row("this rulebook knows no extension", "规则集没有延期"),
    "no_reply_limit": Row("no reply limit is running", "没有正在计算的答复期限"),
    "extension_too_late": Row(
        "an extension is asked for on or before the last day {last_day}",
        "延期要在最后一天 {last_day}（含）以前申请",
    ),
    "total_given": Row("the total limit is already given", "已经给足了最长期限"),
    "extension_moves_nothing": Row(
        "an extension to {day} does not lie after the last day {last_day}",
        "延到 {day} 不晚于原来的最后一天 {last_day}",
    ),
    "extension_not_asked": Row("no extension was asked for", "没有申请延期"),
    "extension_asked": Row("an extension was already asked for", "已经申请过延期"),
    "nothing_owed": Row("{part} owes nothing that could be late", "{part} 没有会逾期的事"),
    "measures_missing": Row("what was done to put it right: data.measures", "请写整改措施", ("measures",)),
    "limit_uncountable": Row("{why:; }", "期限算不出来：{why:；}"),
    # promises
    "proof_missing": Row(
        "needed: an inspection record or the deputy's written consent: data.inspection, data.deputy_consent",
        "要有查验记录，或者代表的书面同意",
        ("inspection", "deputy_consent"),
    ),
    "new_day_missing": Row(
        "data.due_on is the new day, after today's", "请填新的日期，要在今天以后", ("due_on",)
    ),
    "explanation_missing": Row(
        "needed: the written explanation to the deputy: data.explanation",
        "要有给代表的书面说明",
        ("explanation",),
    ),
}
