"""Refusals because of who acts, for whom, or when."""

from rulebooks.sentences import Row

ACTING = {
    "role_may_not": Row(
        "{role} may not do this; it is for {roles:each}", "{role}不能做这一步；这是{roles}的事"
    ),
    "unknown_role": Row("unknown role {role}; one of {known}", "没有 {role} 这种身份；有：{known}"),
    "other_unit": Row(
        "this is for unit {units}, {actor} acts for {unit}", "这是单位 {units} 的事，{actor} 属于 {unit}"
    ),
    "other_committee": Row(
        "this is for {committee}, {actor} acts for {unit}", "这是 {committee} 的事，{actor} 属于 {unit}"
    ),
    "no_part": Row("{actor} has no part in {case}", "{actor} 没有承办 {case}"),
    "proxy_names_deputy": Row(
        "a proxy names the deputy: data.on_behalf_of is missing", "助理要写明替哪位代表办", ("on_behalf_of",)
    ),
    "deputy_for_another": Row(
        "a deputy acts for nobody else; on_behalf_of is for proxies", "代表只能办自己的事；替代表办的是助理"
    ),
    "no_deputy_of_case": Row("{deputy} is no deputy of {case}", "{deputy} 不是本件 {case} 的代表"),
    "no_deputy_here": Row("{deputy} is no deputy of this suggestion", "{deputy} 不是本件的代表"),
    "not_lead_deputy": Row(
        "this is for the lead deputy {lead}, not for co-signer {deputy}",
        "这是领衔代表 {lead} 的事，不是联名代表 {deputy} 的",
    ),
    "may_not_write": Row(
        "{role:both} may not write a suggestion; deputies do", "{role}不能写建议；写建议的是代表"
    ),
    "writes_for_another": Row(
        "{actor} writes in its own name, not in that of {lead}",
        "{actor} 以自己的名义写，不能以 {lead} 的名义",
    ),
    "may_not_record_opinion": Row("{role:both} may not record an opinion", "{role}不能登记群众意见"),
    "acts_for_judged": Row("{actor} acts for {unit}, which is judged", "{actor} 属于被评价的单位 {unit}"),
    "own_return": Row(
        "{actor} asked for the return and cannot decide on it", "退办是 {actor} 申请的，不能由本人决定"
    ),
    "may_not_sign": Row("{role} may not sign; allowed: {ranks}", "{role}不能签发；能签发的是：{ranks}"),
    # the day
    "not_a_day": Row(
        "{key}: {given} is not a day, expected YYYY-MM-DD",
        "{key}：{given} 不是日期，请按 2026-03-05 的样子填",
        ("{key}",),
    ),
    "after_entry": Row("{moment} lies after the moment of entry {entry}", "{moment} 晚于录入的时刻 {entry}"),
    "before_opening": Row(
        "{moment} lies before the case was opened, {opened}", "{moment} 早于立件的时刻 {opened}"
    ),
    "before_last_step": Row(
        "{day} lies before {since}, the day of the step before", "{day} 早于上一步的日期 {since}"
    ),
    "before_assignment": Row("{day} lies before the assignment on {assigned}", "{day} 早于交办日 {assigned}"),
    "before_limit": Row(
        "{day} lies before {since}, when the limit {limit} started",
        "{day} 早于期限 {limit} 开始的日期 {since}",
    ),
    "before_return": Row(
        "{day} lies before {since}, when the return was granted", "{day} 早于同意退回的日期 {since}"
    ),
    "before_draft_sent": Row(
        "{day} lies before {since}, when the draft was sent", "{day} 早于送稿的日期 {since}"
    ),
    "before_forms": Row(
        "{day} lies before {since}, when the forms went out", "{day} 早于发征询意见表的日期 {since}"
    ),
    "before_signing": Row("delivered on {day}, but signed on {signed}", "送达日 {day} 早于签发日 {signed}"),
    "no_zone": Row("at {moment} has no zone", "时刻 {moment} 没有时区"),
    "outside_calendar": Row("{moment} lies outside the calendar", "{moment} 超出了日历"),
    # the directory
    "not_one_text": Row("data.{key} is {given}; it is one text", "{key}：要写成一段文字，收到的是 {given}", ("{key}",)),
    "unknown_value": Row(
        "data.{key} is {given}; one of {known}", "{key}：{given} 不在可选之列；有：{known}", ("{key}",)
    ),
    "unknown_person": Row(
        "unknown person {person}; import it first: duban import people FILE",
        "不知道 {person} 是谁，请先导入人员",
    ),
    "unknown_unit": Row(
        "unknown unit {unit}; import it first: duban import units FILE",
        "通讯录里没有单位 {unit}，请先导入单位",
    ),
    "unknown_region": Row(
        "unknown region {region}; import it first: duban import regions FILE",
        "没有区划 {region}，请先导入区划",
    ),
    "unknown_place": Row(
        "unknown place {place}; import it first: duban import places FILE",
        "没有家站点 {place}，请先导入家站点",
    ),
    "unit_abolished": Row("unit {unit} was abolished on {day}", "单位 {unit} 已在 {day} 撤销"),
    "place_closed": Row("place {place} was closed on {day}", "家站点 {place} 已在 {day} 关闭"),
    "person_without_unit": Row(
        "{actor} belongs to no unit in the directory", "通讯录里 {actor} 不属于任何单位"
    ),
    "person_of_other_unit": Row(
        "{actor} belongs to {unit}, not to {claimed}", "{actor} 属于 {unit}，不属于 {claimed}"
    ),
    "person_of_other_role": Row(
        "{actor} is {role} in the directory and does not act as {claimed}",
        "通讯录里 {actor} 的身份是{role}，不能以{claimed}的身份办",
    ),
    "not_a_deputy": Row(
        "{person} is {role} in the directory, not a deputy", "通讯录里 {person} 的身份是{role}，不是代表"
    ),
    "not_a_gov_leader": Row(
        "{person} is {role} in the directory, not a government leader", "通讯录里 {person} 的身份是{role}，不是政府领导"
    ),
    "outside_term": Row(
        "{deputy}'s term is {start} to {end}, the day is {day}",
        "{deputy} 的任期是 {start} 到 {end}，这一天是 {day}",
    ),
    "no_mandate": Row(
        "{actor} holds no mandate of {deputy} on {day}", "{day} 这一天，{actor} 没有代表 {deputy} 的委托"
    ),
    "draft_without_region": Row(
        "data.region: {actor} has no region in the directory, so the draft names one",
        "通讯录里 {actor} 没有区划，起草时要写明区划",
        ("region",),
    ),
    "record_without_region": Row(
        "data.region: {actor} has no region in the directory, so the record names one",
        "通讯录里 {actor} 没有区划，登记时要写明区划",
        ("region",),
    ),
    "region_out_of_reach": Row(
        "data.region: {region} lies outside {own}, where {actor} works",
        "区划 {region} 不在 {own} 以内，不能由 {actor} 改定",
        ("region",),
    ),
}
