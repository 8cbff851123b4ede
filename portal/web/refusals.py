"""The register's refusals in Chinese: the rules speak English, people here read Chinese.

A key is the sentence of the rules with {} for what changes; a test finds every sentence in `states` and `storage`
and asks for its line here. A sentence without a line is shown as it is.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from flows.records import BadRecord
from portal.web.languages import LANGUAGE
from states.decide import LIFECYCLES
from states.roles import Role
from states.vocabulary import LimitKey, PartRole
from states.words import ACTION_NAMES
from storage import COLUMNS, ImportRefused

CHINESE: dict[str, str] = {
    # who and when
    "{} may not do this; it is for {}": "{0}不能做这一步；这是{1}的事",
    "{} lies before {}, the day of the step before": "{0} 早于上一步的日期 {1}",
    "this is for unit {}, {} acts for {}": "这是单位 {0} 的事，{1} 属于 {2}",
    "a proxy names the deputy: data.on_behalf_of is missing": "助理要写明替哪位代表办",
    "a deputy acts for nobody else; on_behalf_of is for proxies": "代表只能办自己的事；替代表办的是助理",
    "{} is no deputy of {}": "{0} 不是本件 {1} 的代表",
    "this is for the lead deputy {}, not for co-signer {}": "这是领衔代表 {0} 的事，不是联名代表 {1} 的",
    "{}: {} is not a day, expected YYYY-MM-DD": "{0}：{1} 不是日期，请按 2026-03-05 的样子填",
    "{} lies after the moment of entry {}": "{0} 晚于录入的时刻 {1}",
    "{} lies before the case was opened, {}": "{0} 早于立件的时刻 {1}",
    "{} lies outside the calendar": "{0} 超出了日历",
    "at {} has no zone": "时刻 {0} 没有时区",
    "{} belongs to no unit in the directory": "通讯录里 {0} 不属于任何单位",
    "{} belongs to {}, not to {}": "{0} 属于 {1}，不属于 {2}",
    "{} is {} in the directory and does not act as {}": "通讯录里 {0} 的身份是{1}，不能以{2}的身份办",
    "{} is {} in the directory, not a deputy": "通讯录里 {0} 的身份是{1}，不是代表",
    "{}'s term is {} to {}, the day is {}": "{0} 的任期是 {1} 到 {2}，这一天是 {3}",
    "{} holds no mandate of {} on {}": "{2} 这一天，{0} 没有代表 {1} 的委托",
    "unknown person {}; import it first: duban import people FILE": "通讯录里没有 {0}，请先导入人员",
    "unknown unit {}; import it first: duban import units FILE": "通讯录里没有单位 {0}，请先导入单位",
    "unknown region {}; import it first: duban import regions FILE": "没有区划 {0}，请先导入区划",
    "unknown place {}; import it first: duban import places FILE": "没有家站点 {0}，请先导入家站点",
    "place {} was closed on {}": "家站点 {0} 已在 {1} 关闭",
    "unit {} was abolished on {}": "单位 {0} 已在 {1} 撤销",
    # the case
    "{} is {} ({}), from which {} does not lead": "{0} 现在是“{2}”，不能“{3}”",
    "{} is final": "{0}，已经终结",
    "{} exists already": "{0} 已经有了",
    "{} has changed since it was read": "{0} 在您读取以后变了，请刷新后再办",
    "there is no case {}": "没有这一件：{0}",
    "{} knows no action {}": "{0} 没有 {1} 这个步骤",
    "{} has no part in {}": "{0} 没有承办 {1}",
    "{} belongs to round {}, round {} is running": "{0} 是第 {1} 轮的，现在是第 {2} 轮",
    "the suggestion is {}": "这件建议已经是“{0}”",
    "{} lies before the assignment on {}": "{0} 早于交办日 {1}",
    "data.{} says which one is meant: {}": "请选是哪一份：{1}",
    "data.{}: {} not found; there are: {}": "没有 {1}；有：{2}",
    "data.communication: {} not found; on record: {}": "没有这次沟通 {0}；记录里有：{1}",
    "rulebook {} is for a {}, not for a {}": "规则集 {0} 用于{1}，不用于{2}",
    "data.rulebook {}: {} is under {} already": "{1} 已经适用 {2}，请选另一个规则集",
    "every limit of {} is one of its rulebook": "{0} 的期限都是规则集里有的",
    "the text {} is gone, and {}": "规则集文本 {0} 没有留存，又没有安装同名的规则集（{1}）；请先装上",
    "data.region: {} has no region in the directory, so the draft names one": "通讯录里 {0} 没有区划，起草时要写明区划",
    "data.region: {} has no region in the directory, so the record names one":
        "通讯录里 {0} 没有区划，登记时要写明区划",
    "data.region is the code of the region where it belongs": "请写它所在区划的代码",
    "data.region: {} is in {} already": "{0} 已经在区划 {1}",
    "{} is in {} and assigned: it stays there; only what has no region gets one then":
        "{0} 在区划 {1}，已经交办，不再改；交办以后只给没有区划的件定区划",
    "data.region: {} lies outside {}, where {} works": "区划 {0} 不在 {1} 以内，不能由 {2} 改定",
    "kind is {}; one of {}": "种类是 {0}，应为 {1} 之一",
    "who sets it and on what ground: by and source are needed": "要写明由谁定、依据什么",
    "data.rulebook is the name of an installed rulebook, not a file": "规则集要写名称，不是文件",
    "{} ({}) may not write a suggestion; deputies do": "{1}不能写建议；写建议的是代表",
    "{} writes in its own name, not in that of {}": "{0} 以自己的名义写，不能以 {1} 的名义",
    "{} ({}) may not record an opinion": "{1}不能登记群众意见",
    "an opinion says something: data.title or data.body": "请写群众意见的内容",
    "data holds a NUL character, which no database keeps": "内容里有空字符，存不了",
    "data cannot be kept as JSON: {}": "内容存不了：{0}",
    "an action names its case": "没有写明是哪一件",
    "{} has {} characters; at most {}": "{0} 有 {1} 个字，最多 {2} 个",
    "data.{} has {} characters; at most {}": "{0} 有 {1} 个字，最多 {2} 个",
    # writing and review
    "one suggestion is about one matter (一事一议)": "一事一议：一件建议只写一件事",
    "title, facts and proposal are to be filled in: data.title, data.facts, data.proposal":
        "标题、案由、建议都要填",
    "data.secrecy is {}: NONE or IDENTITY_PROTECTED; a state secret is not entered here":
        "保密填“一般”或者“身份保护”；涉及国家秘密的不在本系统办理",
    "data.points is {}: the number of request points, at least 1": "请求条数是 {0}：至少 1 条",
    "data.cosigners names the deputies who are asked to join": "请写邀请哪些代表联名",
    "{} leads the suggestion and cannot co-sign it": "{0} 是领衔代表，不用再联名",
    "already answered": "已经答复过了",
    "{} was not asked to co-sign": "没有邀请 {0} 联名",
    "data.unit names the department that is asked": "请选向哪个单位了解",
    "data.code is {}; grounds of this rulebook: {}": "请选不作为建议的情形；规则集列的有：{1}",
    "a written reason is needed: data.reason": "请写理由",
    "registering sets data.subject_class and data.committee (归口)": "登记时要填类别和归口委员会",
    "a number {} needs the session, for example 6-2; data.session was {}": "编号要用届次，如 6-2；现在是 {1}",
    "a withdrawal is in writing: data.reason": "撤回要写书面理由",
    "too late to withdraw under this rulebook": "按规则集，现在不能撤回了",
    "co-signers have not agreed: {} (data.agreed)": "联名代表还没有同意：{0}",
    # assignment
    "data.units is a list of {unit, role, part}": "请选承办单位",
    "unknown role {}; one of {}": "没有 {0} 这种承办方式；有：{1}",
    "a unit is named twice": "同一个单位选了两次",
    "{} LEAD, {} SOLE, {} SEPARATE, {} CO: needed is one LEAD (with any CO), one SOLE alone, or at least two SEPARATE":
        "主办 {0}、独办 {1}、分办 {2}、会办 {3} 个：应当是一个主办（可有会办），或者一个独办，或者至少两个分办",
    "each SEPARATE unit needs its part of the content: units.part": "分办的每个单位都要写明办哪一部分",
    "data.track is {}; one of {}": "办理方式 {0} 不对；有：{1}",
    "data.reply_on {} is not after the assignment on {}": "定下的答复日 {0} 不在交办日 {1} 之后",
    "data.replaces is {}; waiting for a new unit: {}": "请选接替哪一份；等着另定单位的：{1}",
    "{} lies before {}, when the return was granted": "{0} 早于同意退回的日期 {1}",
    "data.unit names the new unit": "请选新的承办单位",
    "{} already has a part in this suggestion": "{0} 已经承办这件建议",
    "returned {} times, {} allowed: a leader decides now": "已经退办 {0} 次，最多 {1} 次：现在由领导决定",
    "{}: not answering parts of round {}": "{0}：不是第 {1} 轮要答复的承办",
    "data.unit takes over one part: data.assignments names it": "另定单位时要写明接哪一份",
    "data.assigned_on is the corrected day": "请填更正后的交办日",
    "{} lies before the submission on {}": "{0} 早于提交日 {1}",
    "{} lies after {}": "{0} 晚于 {1}",
    "{} lies after {}, when a unit had received its part": "{0} 晚于 {1}，那天单位已经签收",
    # the unit
    "the right to ask for a return ended on {} ({})": "申请退办的期限 {0} 已过（{1}）",
    "a return is asked for until {}, later with the reason for the delay: data.late_reason":
        "申请退办的期限 {0} 已过；逾期申请要写明为什么逾期",
    "asked for on {}, after {}: why it is taken is needed, data.late_reason":
        "{0} 才申请退办，已过 {1}；受理逾期申请要写明理由",
    "a return needs a written reason and a proposed unit: data.reason, data.proposed_unit":
        "申请退办要写理由，并建议由哪个单位办",
    "{} asked for the return and cannot decide on it": "退办是 {0} 申请的，不能由本人决定",
    "a re-handling cannot be returned; the order names the unit": "重新办理的不能退办",
    "{} is {}: only a co-unit sends an opinion": "{0} 是{1}：只有会办单位送会办意见",
    "a co-unit never answers the deputy by itself": "会办单位不单独答复代表",
    "data.class is {}; one of {}": "请选答复分类",
    "data.points_answered is {}: each of the {} request points is answered":
        "答复了 {0} 条：{1} 条请求要逐条答复",
    "data.commitments is {}: a list of {text, due_on}": "承诺事项要写明内容和日期",
    "class {} promises something: data.commitments with text and due_on is needed":
        "这一类答复是有承诺的：请写承诺事项和完成日期",
    "commitments.due_on {} does not lie after {}": "承诺的日期 {0} 不在 {1} 之后",
    "a commitment is {text, due_on}, got {}": "承诺事项要写明内容和日期",
    "commitments.due_on: {} is not a day, expected YYYY-MM-DD": "承诺的日期 {0} 不对，请按 2026-03-05 的样子填",
    "units disagree ({}): the coordination is to be settled first": "单位之间意见不一致（{0}）：先协调一致",
    "{} may not sign; allowed: {}": "{0}不能签发；能签发的是：{1}",
    "a reply bears the unit's seal: data.seal": "答复要加盖单位公章",
    "data.publicity is {}; one of {}": "请选公开的方式",
    "a reply that is not made public needs data.publicity_reason": "不公开的要写理由",
    "{}: not deputies of this suggestion": "{0}：不是本件的代表",
    "delivered on {}, but signed on {}": "送达日 {0} 早于签发日 {1}",
    "this rulebook knows no extension": "规则集没有延期",
    "no reply limit is running": "没有正在计算的答复期限",
    "an extension is asked for on or before the last day {}": "延期要在最后一天 {0}（含）以前申请",
    "the total limit is already given": "已经给足了最长期限",
    "{} owes nothing that could be late": "{0} 没有会逾期的事",
    "what was done to put it right: data.measures": "请写整改措施",
    "no extension was asked for": "没有申请延期",
    "an extension was already asked for": "已经申请过延期",
    "no coordination is open": "没有待协调的事",
    "data.kind is {}; one of {} (走访 座谈 面商 电话 网络)": "请选沟通方式：走访、座谈、面商、电话、网络",
    "{} is no deputy of this suggestion": "{0} 不是本件的代表",
    "{} is already {}": "{0} 已经{1}",
    "{} was a contact with {}": "{0} 是与 {1} 的沟通",
    "no contact with the deputy is on record (G1); {} of {} failed attempts documented":
        "先沟通后办理：还没有与代表沟通的记录；联系未果的记录 {0} 次，要 {1} 次",
    "the deputy has not confirmed the contact and has {} working days to deny it (G1)":
        "先沟通后办理：代表还没有确认这次沟通，{0} 个工作日内可以否认",
    "handling started on {}": "{0} 已经开始办理",
    "handling has not started: start_handling first": "还没有开始办理：先“开始办理”",
    "no research is on record (G2)": "先调研后答复：还没有调研记录",
    "a key item needs research to which the deputy was invited (G2)": "重点督办件：调研要邀请代表参加",
    "opinions of {} are neither accepted nor waived (G2)": "{0} 的会办意见还没有采纳，也没有决定不再等",
    "the opinion is already accepted": "会办意见已经采纳",
    "the co-unit may send its opinion until {}": "会办单位到 {0} 为止都可以送会办意见",
    "the draft lies with the deputy; wait for the answer": "答复稿在代表那里，等代表的意见",
    "no draft lies with the deputy": "没有送给代表的答复稿",
    "the deputy objected to this draft: draft again first": "代表对这一稿有异议：先重新拟稿",
    "{} lies before {}, when the draft was sent": "{0} 早于送稿的日期 {1}",
    "the deputy may answer until {}": "代表到 {0} 为止都可以提意见",
    "{} of {} reminders were sent": "提醒了 {0} 次，要 {1} 次",
    "{} lies before {}, when the limit {} started": "{0} 早于期限 {2} 开始的日期 {1}",
    "an extension to {} does not lie after the last day {}": "延到 {0} 不晚于原来的最后一天 {1}",
    # promises, supervision
    "needed: an inspection record or the deputy's written consent: data.inspection, data.deputy_consent":
        "要有查验记录，或者代表的书面同意",
    "data.due_on is the new day, after today's": "请填新的日期，要在今天以后",
    "needed: the written explanation to the deputy: data.explanation": "要有给代表的书面说明",
    "needed: the written explanation delivered and who signed it: data.explanation, data.signed_by":
        "要有送达的书面说明和签字人",
    "the supervision plan is needed: data.plan": "请写督办方案",
    "the supervision report is needed: data.report": "请写督办报告",
    "{} may not propose a supervision": "{0}不能提出督办",
    "data.level names the level proposed": "请选督办级别",
    "data.key_level is {}; one of {}": "请选重点督办的级别",
    "{} urged on {}; again from {} on": "{0} 在 {1} 催过；{2} 起可以再催",
    "only an inspection with verdict NOT_MATCHING (不符) reopens: data.verdict": "查验结论是“不符”才能重开",
    "data.to is {}; TRACKING or REHANDLING": "请选重开到跟踪落实还是重新办理",
    "data.commitments names the promises found unkept; on record: {}": "请选没有落实的承诺；台账里有：{0}",
    "still owed: {}": "还有没办的：{0}",
    "mediation ends with a written decision: data.decision": "请写书面处置决定",
    "data.outcome is {}; rehandle or close": "请选重新办理还是办结",
    "data.level names the level proposed, or data.kind the kind of supervision": "请选督办种类；逐级督办要选级别",
    "{} may not begin {}": "{0}不能提出{1}",
    "{} is such a supervision already": "{0} 已经是这样的督办",
    "data.criterion is {}; the rulebook's grounds: {}": "重点督办的理由 {0} 不在规则集里；有：{1}",
    "{} is {}: not for {}": "{0} 是{1}，不是{2}的事",
    "what was done or seen is needed: data.note": "请写做了什么、看到什么",
    # inspections
    "data.verdict is {}; one of {}": "请选查验结论",
    "data.location says where it was looked at": "请写到哪里查验的",
    "data.assignment: {} is no delivered reply; there are: {}": "请选查验哪一份答复",
    "data.found is {}: the reply class as found; one of {}": "结论不是相符的，请选查实的分类",
    "data.finding says in words what was found": "结论不是相符的，请写查到的情况",
    "data.evidence is a list of {sha256, name, place, on}": "照片和材料没有收到，请重新选",
    "no file came with the evidence {}: it is sent with the action": "材料 {0} 的内容没有一起送来",
    # both evaluations, conversions
    "under this rulebook no committee scores the handling (double_evaluation.scheme)": "规则集没有归口委员会评价",
    "under this rulebook no unit scores the suggestion (double_evaluation.scheme)": "规则集没有单位评建议质量",
    "no committee has this field": "这一件没有归口委员会",
    "this is for {}, {} acts for {}": "这是 {0} 的事，{1} 属于 {2}",
    "there is no reply to score yet": "还没有可以评价的答复",
    "data.{} is {}: a whole number from 0 to 100": "分数 {1} 不对，请填 0 到 100 的整数",
    "{} has scored round {}; a score is never changed": "{0} 已经评过第 {1} 轮；评分不能改",
    "{} has not evaluated round {}: there is nothing to correct": "{0} 还没有评价第 {1} 轮，没有可以更正的",
    "a correction says why: data.reason": "更正评价要写理由",
    "it says what was said before": "和原来的评价一样，不用更正",
    "the reply side is closed, and no deputy corrected his evaluation to dissatisfied":
        "答复已经办结，也没有代表把评价更正为不满意",
    "data.target names the plan, project or decision that took it up": "请写进入了哪个计划、项目或者决定",
    "{} has its result since {}": "{0} 在 {1} 已经有结果",
    "the result is proved in writing: data.report": "请写转化的结果和依据",
    "a nomination says why: data.reason": "推荐要写理由",
    "only what was nominated is awarded": "推荐过的才能评定",
    "data.repeat_of names the earlier suggestion": "请写重复的是以前哪一件",
    # evaluation
    "the unit that is judged does not send the form; the congress office does":
        "征询意见表由代表工委发，不由被评价的单位发",
    "{} acts for {}, which is judged": "{0} 属于被评价的单位 {1}",
    "{} lies before {}, when the forms went out": "{0} 早于发征询意见表的日期 {1}",
    "{} does not evaluate: the lead deputy does, after asking the others":
        "{0} 不单独评价：由领衔代表征求联名代表意见后评价",
    "{} has evaluated round {}; an evaluation is never changed": "{0} 已经评价过第 {1} 轮；评价不能改",
    "a dissatisfied deputy gives concrete reasons: data.reason": "评价不满意的，请写具体理由",
    "{}: data.{} is {}; one of {}": "{0}：请选{1}的评价",
    "this rulebook gives no window that lapses by itself: the office decides, with data.reason":
        "规则集没有自动到期的规定：由代表工委写明理由决定",
    "{} may evaluate until {}": "{0} 到 {1} 为止都可以评价",
    "{} was urged {} of {} times": "{0} 催了 {1} 次，要 {2} 次",
    "no evaluation of {} is outstanding": "{0} 没有待评价的",
    # seals and chains
    "no seal with this root is stored": "没有存过这个封存根",
    "is missing": "缺失",
    "its root does not follow from the sealed heads": "封存根与封存的各件对不上",
    "covers {} cases, not {}": "封存了 {0} 件，不是 {1} 件",
    "the case was sealed and is gone": "这一件封存过，现在没有了",
    "counts as sealed up to event {}, its seal says {}": "记为封存到第 {0} 个事件，封存里是第 {1} 个",
    "missing, the next one is {}": "缺失，下一个是第 {0} 个",
    "does not follow the event before it": "接不上前一个事件",
    "was rewritten: its hash does not match": "改写过：摘要对不上",
    "was sealed and is gone": "封存过，现在没有了",
    "is not the one that was sealed": "不是封存的那一个",
    "missing: the case counts {} events, the chain ends before": "缺失：这一件记有 {0} 个事件，链在这以前断了",
    "was written by an event and is gone": "有事件写过这一行，现在没有了",
    "no event wrote this row": "没有事件写过这一行",
    "was altered: it is not as its last event left it": "改动过：与最后一个事件写下的不同",
    "is gone": "没有了",
    "is not the text that came with its event": "不是随事件存下的原文",
    # accounts, duties, changes of power
    "there is no account {}": "没有账号 {0}",
    "there is an account {} already": "已经有账号 {0} 了",
    "{} is no administrator's account": "{0} 不是三员的账号",
    "there is no duty {}; one of {}": "没有 {0} 这一员；有：{1}",
    "this link does not work any more": "这个链接已经失效",
    "the duty {} has an account already": "这一员（{0}）已经有账号了",
    "{} is no {} in the directory": "通讯录里 {0} 的身份不是{1}",
    "the mandate would end on {}, before it begins on {}": "委托到 {0} 为止，早于开始的 {1}",
    "{} is no account name: 1 to 64 characters, no space around them": "账号名 {0} 不行：1 到 64 个字，前后没有空格",
    "an account is for a person of the directory or for a duty, one of {}":
        "账号给通讯录里的人，或者给三员之一：{0}",
    "{} is nobody in the directory; import people first": "通讯录里没有 {0}，请先导入人员",
    "{} has the account {} already": "{0} 已经有账号 {1} 了",
    "{} asks for an account of their own; one person does not hold two duties":
        "{0} 是给自己申请；同一个人不能担任两员",
    "nobody else with another duty could confirm it; at the server: duban account {}":
        "没有另一位担任别的一员的人可以确认；请在服务器上办：duban account {0}",
    "{} cannot confirm it: another person with another duty than {} has to, who is not {}":
        "{0} 不能确认：要由与 {1} 不同的另一个人、担任另一员，而且不是 {2} 本人",
    "{}; one of {}": "没有 {0}；有：{1}",
    "a new administrator has a name and a duty, one of {}": "新的管理员要有账号名和担任哪一员：{0}",
    "{} has no duty; the security administrator does it alone": "{0} 不是三员，由安全管理员一个人办",
    "this request waits no longer": "这项申请已经不在等确认了",
    "nothing of the import {} waits any more; see: duban account changes": "这一批（{0}）没有等确认的了，请刷新",
    "{} imported {}; somebody else has to confirm it": "{1} 是 {0} 导入的，要由另一个人确认",
    "{} in {} is about {}; somebody else has to confirm it": "{1} 里的 {0} 就是 {2} 本人，要由另一个人确认",
    # opinions
    "an answer has a text: data.answer": "请写答复内容",
    "data.unit names where the opinion goes": "请选转交哪个单位",
    "data.channel says which other way the citizen was told": "请写告知的其他渠道",
    "data.into names the other opinion": "请写并入哪一件",
    "data.into names what the opinion became": "请写转化成哪一件",
    "data.kind is {}; one of {}": "类别 {0} 不对；有：{1}",
    "data.rating is {}; one of {}": "请选评价",
}  # fmt: skip

_WORDS = {
    **Role.names(),
    **ACTION_NAMES,
    **LimitKey.names(),
    **PartRole.names(),
    **{state: name for machine in LIFECYCLES.values() for state, name in machine.names.items()},
}
"""Names of the rules inside a sentence, as people read them."""


_NOTES = re.compile(r"\s*\([^()]*[\u4e00-\u9fff][^()]*(?:\([^()]*\)[^()]*)*\)")
"""Chinese in brackets after the English it stands for."""

_ID = re.compile(r"[^\s,;:()'\"]+")


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Longest sentences first, so that a general one never takes what a special one says better."""
    ordered = sorted(CHINESE, key=lambda one: -len(one.replace("{}", "")))
    return [
        (re.compile("(.*?)".join(map(re.escape, one.split("{}"))) + r"\Z", re.DOTALL), CHINESE[one])
        for one in ordered
    ]


def told(reason: str, names: Mapping[str, str] = {}) -> str:
    """A refusal's reason in the visitor's language; in English it is the rules' own sentence without its Chinese.

    `names` are the names of the ids that the rules speak of: cases, their parts, units, people.
    """
    if LANGUAGE.get() == "en":
        return _named(_NOTES.sub("", reason), names)
    return in_chinese(reason, names)


def of_file(refusal: Exception) -> str:
    """Why a file was refused, in the visitor's language."""
    return str(refusal) if LANGUAGE.get() == "en" else str(getattr(refusal, "chinese", refusal))


def in_language(record: BadRecord) -> str:
    """Why a record of a file cannot be read, in the visitor's language."""
    return record.reason if LANGUAGE.get() == "en" else record.chinese


def in_words(refusal: ImportRefused) -> list[str]:
    """Why rows were refused, in the visitor's language; in Chinese each begins with the name of its column."""
    if LANGUAGE.get() == "en":
        return [reason for _, reason in refusal.faults]
    names = {column: chinese for kind in COLUMNS.values() for column, chinese in kind.items()}
    return [
        f"{names[column]}：{why}" if column in names else why
        for column, why in zip(refusal.columns, refusal.reasons, strict=True)
    ]


def in_chinese(reason: str, names: Mapping[str, str] = {}) -> str:
    """A refusal's reason as people read it; unchanged when no line of the table fits."""
    chinese, told = _matched(reason)
    return chinese.format(*(_worded(one, names) for one in told)) if chinese else reason


@lru_cache(maxsize=4096)
def _matched(reason: str) -> tuple[str, tuple[str, ...]]:
    """The Chinese of a sentence, and what stands in it for {}; '' when no line of the table fits."""
    for pattern, chinese in _patterns():
        found = pattern.match(reason)
        if found:
            return chinese, found.groups()
    return "", ()


def _worded(text: str, names: Mapping[str, str]) -> str:
    text = re.sub(r"\b[a-z_]+ \((?=[^)]*\))", "(", text)  # "deputy (代表)" says it twice
    plain = re.sub(r"[()]", "", text) if text.startswith("(") else text
    known = re.sub(r"\b[A-Za-z_]+\b", lambda one: _WORDS.get(one.group(), one.group()), plain)
    return known if known != plain else _named(plain, names)


def _named(text: str, names: Mapping[str, str]) -> str:
    """Each id that stands alone in the text by its name."""
    return _ID.sub(lambda one: names.get(one.group(), one.group()), text)
