"""Refusals about judging a handling: evaluation, scores, inspection, supervision, conversion."""

from rulebooks.sentences import Row

JUDGING = {
    "judged_sends_no_form": Row(
        "the unit that is judged does not send the form; the congress office does",
        "征询意见表由代表工委发，不由被评价的单位发",
    ),
    "not_an_evaluator": Row(
        "{deputy} does not evaluate: the lead deputy does, after asking the others",
        "{deputy} 不单独评价：由领衔代表征求联名代表意见后评价",
    ),
    "evaluated_before": Row(
        "{deputy} has evaluated round {round}; an evaluation is corrected, never changed",
        "{deputy} 已经评价过第 {round} 轮；评价只能更正，不能改",
    ),
    "dissatisfaction_unreasoned": Row(
        "a dissatisfied deputy gives concrete reasons: data.reason", "评价不满意的，请写具体理由", ("reason",)
    ),
    "judgement_missing": Row(
        "{part}: data.{dimension} is {given}; one of {known}",
        "{part}：请选{dimension}的评价",
        ("{dimension}",),
    ),
    "window_open": Row("{deputy} may evaluate until {last_day}", "{deputy} 到 {last_day} 为止都可以评价"),
    "urged_too_little": Row(
        "{deputy} was urged {urged} of {needed} times", "{deputy} 催了 {urged} 次，要 {needed} 次"
    ),
    "no_evaluation_outstanding": Row("no evaluation of {deputy} is outstanding", "{deputy} 没有待评价的"),
    # corrections
    "nothing_to_correct": Row(
        "{deputy} has not evaluated round {round}: there is nothing to correct",
        "{deputy} 还没有评价第 {round} 轮，没有可以更正的",
    ),
    "correction_unreasoned": Row("a correction says why: data.reason", "更正评价要写理由", ("reason",)),
    "correction_says_the_same": Row("it says what was said before", "和原来的评价一样，不用更正"),
    "reply_side_closed": Row(
        "the reply side is closed, and no deputy corrected his evaluation to dissatisfied",
        "答复已经办结，也没有代表把评价更正为不满意",
    ),
    # scores
    "committee_scores_not": Row(
        "under this rulebook no committee scores the handling (double_evaluation.scheme)",
        "规则集没有归口委员会评价",
    ),
    "unit_scores_not": Row(
        "under this rulebook no unit scores the suggestion (double_evaluation.scheme)",
        "规则集没有单位评建议质量",
    ),
    "no_committee": Row("no committee has this field", "这一件没有归口委员会"),
    "no_reply_to_score": Row("there is no reply to score yet", "还没有可以评价的答复"),
    "bad_score": Row(
        "data.{key} is {given}: a whole number from 0 to 100",
        "{key}要填 0 到 100 的整数，收到的是 {given}",
        ("{key}",),
    ),
    "scored_before": Row(
        "{scorer} has scored round {round}; a score is never changed",
        "{scorer} 已经评过第 {round} 轮；评分不能改",
    ),
    # inspections
    "unknown_verdict": Row("data.verdict is {given}; one of {known}", "请选查验结论", ("verdict",)),
    "location_missing": Row("data.location says where it was looked at", "请写到哪里查验的", ("location",)),
    "no_delivered_reply": Row(
        "data.assignment: {given} is no delivered reply; there are: {known}",
        "请选查验哪一份答复；已经送达的：{known}",
        ("assignment",), "known",
    ),
    "unknown_found_class": Row(
        "data.found is {given}: the reply class as found; one of {known}",
        "结论不是相符的，请选查实的分类",
        ("found",),
    ),
    "finding_missing": Row(
        "data.finding says in words what was found", "结论不是相符的，请写查到的情况", ("finding",)
    ),
    "evidence_malformed": Row(
        "data.evidence is a list of {{sha256, name, place, on}}",
        "照片和材料没有收到，请重新选",
        ("evidence",),
    ),
    # supervision
    "unknown_supervision_kind": Row(
        "data.kind is {given}; one of {known}", "督办种类 {given} 不对；有：{known}", ("kind",)
    ),
    "no_field_committee": Row(
        "the suggestion has no committee by its field yet; registering it names one",
        "还没有归口委员会，登记以后才能归口督办",
    ),
    "may_not_supervise": Row("{role} may not begin {kind}", "{role}不能提出{kind}"),
    "supervision_kind_missing": Row(
        "data.level names the level proposed, or data.kind the kind of supervision",
        "请选督办种类；逐级督办要选级别",
        ("level", "kind"),
    ),
    "supervised_already": Row(
        "{supervision} is such a supervision already", "{supervision} 已经是这样的督办"
    ),
    "unknown_criterion": Row(
        "data.criterion is {given}; the rulebook's grounds: {known:、}",
        "重点督办的理由 {given} 不在规则集里；有：{known}",
        ("criterion",),
    ),
    "key_ground_missing": Row(
        "a key item needs its ground: data.criterion of the rulebook's ({known:、}), or data.reason in words",
        "列为重点督办要有理由：选规则集里的一条（{known}），或者写明理由",
        ("criterion", "reason"),
    ),
    "other_sides_supervision": Row(
        "{supervision} is {kind}: not for {role}", "{supervision} 是{kind}，不是{role}的事"
    ),
    "dissatisfaction_undecided": Row(
        "first decide on the dissatisfaction itself: the suggestion is {state}",
        "先对不满意作出决定：这件建议现在是“{state}”",
    ),
    "tells_of_correction": Row(
        "it would tell the units of a late correction: order a re-handling first, or decline it",
        "这样单位会知道代表更正过评价：请先决定是不是重新办理",
    ),
    "note_missing": Row("what was done or seen is needed: data.note", "请写做了什么、看到什么", ("note",)),
    "plan_missing": Row("the supervision plan is needed: data.plan", "请写督办方案", ("plan",)),
    "report_missing": Row("the supervision report is needed: data.report", "请写督办报告", ("report",)),
    # conversion, excellence
    "unknown_conversion_kind": Row(
        "data.kind is {given}; one of {known}", "请选转化的类别，收到的是 {given}；有：{known}", ("kind",)
    ),
    "target_missing": Row(
        "data.target names the plan, project or decision that took it up",
        "请写进入了哪个计划、项目或者决定",
        ("target",),
    ),
    "result_known": Row("{conversion} has its result since {day}", "{conversion} 在 {day} 已经有结果"),
    "result_unproved": Row(
        "the result is proved in writing: data.report", "请写转化的结果和依据", ("report",)
    ),
    "nomination_unreasoned": Row("a nomination says why: data.reason", "推荐要写理由", ("reason",)),
    "not_nominated": Row("only what was nominated is awarded", "推荐过的才能评定"),
    "repeated_case_missing": Row(
        "data.repeat_of names the earlier suggestion", "请写重复的是以前哪一件", ("repeat_of",)
    ),
}
