"""Refusals because of the state of a case, or of what a step of a suggestion lacks."""

from rulebooks.sentences import Row

CASES = {
    "state_not_left_by": Row(
        "{which} is {state:both}, from which {action} does not lead",
        "{which} 现在是“{state}”，不能“{action}”",
    ),
    "is_final": Row("{state} is final", "{state}，已经终结"),
    "not_handed_in": Row("{state}: not handed in yet, so nobody supervises it", "{state}，还没有提交，不能督办"),
    "case_exists": Row("{case} exists already", "{case} 已经有了"),
    "no_case": Row("there is no case {case}", "没有这一件：{case}"),
    "case_changed": Row("{case} has changed since it was read", "{case} 在您读取以后变了，请刷新后再办"),
    "unknown_action": Row("{machine} knows no action {action}", "{machine}没有 {action} 这个步骤"),
    "other_round": Row(
        "{part} belongs to round {round}, round {running} is running",
        "{part} 是第 {round} 轮的，现在是第 {running} 轮",
    ),
    "suggestion_closed": Row("the suggestion is {state}", "这件建议已经是“{state}”"),
    "which_one": Row("data.{key} says which one is meant: {known}", "请选是哪一份：{known}", ("{key}",)),
    "row_not_found": Row(
        "data.{key}: {given} not found; there are: {known}", "没有 {given}；有：{known}", ("{key}",)
    ),
    "contact_not_found": Row(
        "data.communication: {given} not found; on record: {known}",
        "请选是哪一次沟通，收到的是 {given}；记录里有：{known}",
        ("communication",), "known",
    ),
    "rulebook_of_other_kind": Row(
        "rulebook {rulebook} is for a {kind}, not for a {wanted}",
        "规则集 {rulebook} 用于{kind}，不用于{wanted}",
    ),
    "rulebook_already": Row(
        "data.rulebook {rulebook}: {case} is under {text} already",
        "{case} 已经适用 {text}，请选另一个规则集",
        ("rulebook",),
    ),
    "limits_known": Row("every limit of {case} is one of its rulebook", "{case} 的期限都是规则集里有的"),
    "region_missing": Row(
        "data.region is the code of the region where it belongs", "请写它所在区划的代码", ("region",)
    ),
    "region_already": Row(
        "data.region: {case} is in {region} already", "{case} 已经在区划 {region}", ("region",)
    ),
    "region_fixed": Row(
        "{case} is in {region} and assigned: it stays there; only what has no region gets one then",
        "{case} 在区划 {region}，已经交办，不再改；交办以后只给没有区划的件定区划",
    ),
    "number_taken": Row(
        "the number {number} is that of {case}, {title}", "编号 {number} 已经给了 {case}“{title}”", ("number",)
    ),
    # drafting, joining, submitting
    "one_matter": Row("one suggestion is about one matter{:一事一议}", "一事一议：一件建议只写一件事"),
    "title_missing": Row("a suggestion has a title: data.title", "请写标题", ("title",)),
    "left_blank": Row(
        "data.{key} is blank: leave it out to keep what stands, or write what is to stand",
        "“{key}”是空的：不改就照原来的写，要改请写清楚",
        ("{key}",),
    ),
    "text_incomplete": Row(
        "title, facts and proposal are to be filled in: data.title, data.facts, data.proposal",
        "标题、案由、建议都要填",
        ("title", "facts", "proposal"),
    ),
    "too_few_points": Row(
        "data.points is {given}: the number of request points, at least 1",
        "请求条数是 {given}：至少 1 条",
        ("points",),
    ),
    "unknown_secrecy": Row(
        "data.secrecy is {given}: NONE or IDENTITY_PROTECTED; a state secret is not entered here",
        "保密填“一般”或者“身份保护”；涉及国家秘密的不在本系统办理",
        ("secrecy",),
    ),
    "cosigners_missing": Row(
        "data.cosigners names the deputies who are asked to join", "请写邀请哪些代表联名", ("cosigners",)
    ),
    "lead_cannot_cosign": Row(
        "{lead} leads the suggestion and cannot co-sign it", "{lead} 是领衔代表，不用再联名"
    ),
    "not_asked_to_cosign": Row("{deputy} was not asked to co-sign", "没有邀请 {deputy} 联名"),
    "cosign_answered": Row("already answered", "已经答复过了"),
    "consulted_unit_missing": Row(
        "data.unit names the department that is asked", "请选向哪个单位了解", ("unit",)
    ),
    "reason_missing": Row("a written reason is needed: data.reason", "请写理由", ("reason",)),
    "unknown_ground": Row(
        "data.code is {given}; grounds of this rulebook: {known}",
        "请选不作为建议的情形；规则集列的有：{known}",
        ("code",),
    ),
    "class_and_committee_missing": Row(
        "registering sets data.subject_class and data.committee{:归口}",
        "登记时要填类别和归口委员会",
        ("subject_class", "committee"),
    ),
    "session_missing": Row(
        "a number {pattern} needs the session, for example 6-2; data.session was {given}",
        "编号要用届次，如 6-2；现在是 {given}",
        ("session",),
    ),
    "withdrawal_reason_missing": Row(
        "a withdrawal is in writing: data.reason", "撤回要写书面理由", ("reason",)
    ),
    "too_late_to_withdraw": Row("too late to withdraw under this rulebook", "按规则集，现在不能撤回了"),
    "cosigners_disagree": Row(
        "co-signers have not agreed: {deputies} (data.agreed)", "联名代表还没有同意：{deputies}", ("agreed",)
    ),
    # assigning
    "units_malformed": Row("data.units is a list of {{unit, role, part}}", "请选承办单位", ("units",)),
    "unknown_part_role": Row(
        "unknown role {roles}; one of {known}", "没有 {roles} 这种承办方式；有：{known}"
    ),
    "unit_named_twice": Row("a unit is named twice", "同一个单位选了两次"),
    "roles_unsound": Row(
        "{leads} LEAD, {soles} SOLE, {separates} SEPARATE, {cos} CO: "
        "needed is one LEAD (with any CO), one SOLE alone, or at least two SEPARATE",
        "主办 {leads}、独办 {soles}、分办 {separates}、会办 {cos} 个："
        "应当是一个主办（可有会办），或者一个独办，或者至少两个分办",
    ),
    "separate_part_missing": Row(
        "each SEPARATE unit needs its part of the content: units.part", "分办的每个单位都要写明办哪一部分"
    ),
    "unknown_track": Row(
        "data.track is {given}; one of {known}", "办理方式 {given} 不对；有：{known}", ("track",)
    ),
    "reply_day_too_early": Row(
        "data.reply_on {day} is not after the assignment on {assigned}",
        "定下的答复日 {day} 不在交办日 {assigned} 之后",
        ("reply_on",),
    ),
    "unknown_replaced_part": Row(
        "data.replaces is {given}; waiting for a new unit: {known}",
        "请选接替哪一份；等着另定单位的：{known}",
        ("replaces",), "known",
    ),
    "new_unit_missing": Row("data.unit names the new unit", "请选新的承办单位", ("unit",)),
    "unit_has_part": Row("{unit} already has a part in this suggestion", "{unit} 已经承办这件建议"),
    "returned_too_often": Row(
        "returned {times} times, {most} allowed: a leader decides now",
        "已经退办 {times} 次，最多 {most} 次：现在由领导决定",
    ),
    "not_answering_parts": Row(
        "{parts}: not answering parts of round {round}", "{parts}：不是第 {round} 轮要答复的承办"
    ),
    "taken_part_unnamed": Row(
        "data.unit takes over one part: data.assignments names it",
        "另定单位时要写明接哪一份",
        ("unit", "assignments"),
    ),
    "corrected_day_missing": Row(
        "data.assigned_on is the corrected day", "请填更正后的交办日", ("assigned_on",)
    ),
    "before_submission": Row(
        "{day} lies before the submission on {submitted}", "{day} 早于提交日 {submitted}"
    ),
    "corrected_day_ahead": Row("{day} lies after {today}", "{day} 晚于 {today}"),
    "not_before_set_day": Row(
        "{day} does not lie before {fixed}, the last day that the assignment set",
        "{day} 不早于交办时定下的最后一天 {fixed}",
    ),
    "after_receipt": Row(
        "{day} lies after {received}, when a unit had received its part",
        "{day} 晚于 {received}，那天单位已经签收",
    ),
    # after the reply
    "unknown_outcome": Row(
        "data.outcome is {given}; rehandle or close", "请选重新办理还是办结", ("outcome",)
    ),
    "decision_missing": Row(
        "mediation ends with a written decision: data.decision", "请写书面处置决定", ("decision",)
    ),
    "delivered_explanation_missing": Row(
        "needed: the written explanation delivered and who signed it: data.explanation, data.signed_by",
        "要有送达的书面说明和签字人",
        ("explanation", "signed_by"),
    ),
    "not_refuted": Row(
        "only an inspection with verdict NOT_MATCHING{:不符} reopens: data.verdict",
        "查验结论是“不符”才能重开",
        ("verdict",),
    ),
    "unknown_reopening": Row(
        "data.to is {given}; TRACKING or REHANDLING", "请选重开到跟踪落实还是重新办理", ("to",)
    ),
    "unkept_promises_missing": Row(
        "data.commitments names the promises found unkept; on record: {known}",
        "请选没有落实的承诺；台账里有：{known}",
        ("commitments",),
    ),
    "still_owed": Row("still owed: {limits}", "还有没办的：{limits}"),
    "leader_missing": Row(
        "data.leader names the government leader who leads it", "请选由哪位政府领导领办", ("leader",)
    ),
    "unknown_key_level": Row(
        "data.key_level is {given}; one of {known}", "请选重点督办的级别", ("key_level",)
    ),
    "urged_lately": Row(
        "{deputy} urged on {day}; again from {again} on", "{deputy} 在 {day} 催过；{again} 起可以再催"
    ),
}
