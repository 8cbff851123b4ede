"""Findings of an audit: why each matters and what to do about it."""

from rulebooks.sentences import Row

FOUND = {
    "limit_overdue": Row(
        "{limit} has been over for {days} days (last day {day}, {level})",
        "{limit}逾期 {days} 天（最后一天 {day}，{level}）",
    ),
    "handled_without_limit": Row("live without {limit}", "在办而没有{limit}"),
    "unreceived_without_limit": Row("not signed for, and nothing has a last day", "没有签收，也没有任何期限"),
    "promise_without_limit": Row("a promise without a limit", "承诺没有期限"),
    "stands_without_limit": Row(
        "{state} since {day}, and nobody has a last day", "{state}，自 {day} 起没有动，也没有任何人的最后一天"
    ),
    "reply_without_facts": Row(
        "delivered without signer, publicity or recipients", "已送达而签发级别、公开决定或者收件代表不全"
    ),
    "signed_without_gates": Row(
        "signed without the evidence of the three gates", "已签发而缺“三先三后”的证据"
    ),
    "supervision_undecided": Row("{level} proposed, undecided", "{level} 拟督办未定"),
    "extension_undecided": Row("an extension was asked for and is undecided", "延期申请未批复"),
    "return_undecided": Row("a return was asked for and is undecided", "退办申请未决定"),
    "window_over": Row("the window is over, and the case still open", "评价期满而未了结"),
    "promise_moved": Row("moved {times} times", "已调整 {times} 次期限"),
    "promise_still": Row("no progress since {day}", "自 {day} 起没有进展"),
    "returns_asked": Row("asked to return {asked} of {all} this year", "今年 {all} 件中申请退办 {asked} 件"),
    "judged_by_the_judged": Row(
        "entered from the side of the judged unit, by {person}", "评价由承办单位一方（{person}）录入"
    ),
    "raised_before": Row(
        "raised before as {number}, then answered as planned", "与 {number} 同题，上次答复为列入计划"
    ),
    "answering_unit_gone": Row("the unit {unit} is abolished", "承办单位 {unit} 已撤销"),
    "link_missing": Row("nobody is {role} in the responsibility chain", "责任链里没有{role}"),
    "link_away": Row(
        "{person}, {role} in the responsibility chain, is away, and nobody of the unit is there to be told",
        "责任链里的{role} {person} 不在任期内或者账号已停用，单位也没有别人能收到通知",
    ),
    "link_stood_in": Row(
        "{person}, {role} in the responsibility chain, is away; told instead: {instead}",
        "责任链里的{role} {person} 不在任期内或者账号已停用，通知改发 {instead}",
    ),
    "office_away": Row(
        "nobody of the region is {role} any more, nor of one above: nobody is told",
        "本地的{role}今天都不在任，上级也没有，通知没有人收到",
    ),
    "office_stood_in": Row(
        "nobody of the region is {role} any more; told instead: {instead}",
        "本地的{role}今天都不在任，通知改发 {instead}",
    ),
    "committee_away": Row(
        "nobody of {unit} is there any more: what the committee is to know reaches nobody",
        "{unit} 的人今天都不在任，应当通知本委的没有人收到",
    ),
    "committee_stood_in": Row(
        "nobody of {unit} is there any more; told instead: {instead}", "{unit} 的人今天都不在任，通知改发 {instead}"
    ),
    "unit_away": Row(
        "nobody is left in {unit}, which has suggestions to handle, and it has no address",
        "{unit} 有件在办，而人今天都不在任，也没有邮箱、电话",
    ),
    "deputy_away": Row(
        "{person} is a deputy no more and leads {count} open suggestions; the congress office is told, too",
        "{person} 今天不在任，领衔的 {count} 件建议还没有办结，通知同时发代表工委",
    ),
    "deputy_away_named": Row(
        "{person} is a deputy no more, leads {count} open suggestions and is named by {opinions} open opinions; "
        "the congress office is told, too",
        "{person} 今天不在任，领衔的 {count} 件建议、交其联系的 {opinions} 条群众意见还没有办结，通知同时发代表工委",
    ),
    "drawn": Row("drawn for inspection", "抽中查验"),
    "ladder_off": Row(
        "its ladder is off since {day}, by {person}: {reason}", "{day} 起由 {person} 停用督办阶梯：{reason}"
    ),
    "rules_gone": Row(
        "the text {text} is gone, its limits cannot be counted", "规则集文本 {text} 没有留存，期限不能再算"
    ),
    "rules_gone_of_ended": Row(
        "the text {text} is gone, all cases under it have ended",
        "规则集文本 {text} 没有留存，在其下的件都已办结",
    ),
    "lies_nowhere": Row(
        "it has no region: only the office of the topmost one sees it", "没有区划，所在地的代表工委看不到"
    ),
    "rule_unconfirmed": Row(
        "{kind} uses {rulebook} ({source}); the office has not confirmed it",
        "{kind}用规则集 {rulebook}：{source}，尚未确认",
    ),
    "job_failed": Row("the last run failed ({by}): {error}", "上次运行失败（{by}）：{error}"),
    "access_altered": Row(
        "the file {file} of the access log was changed: {fault}", "访问记录文件 {file} 被改动过：{fault}"
    ),
    "file_shortened": Row("the file is shorter than what was written", "文件比写下的短"),
    "line_not_as_written": Row("line {line} is not the one that was written", "第 {line} 行不是写下的那一行"),
    "line_not_as_moved": Row("line {line} is not the one that was moved", "第 {line} 行不是移走的那一行"),
    "file_ends_early": Row(
        "it ends after line {line}, and {moved} were there", "到第 {line} 行就完了，原来有 {moved} 行"
    ),
    "file_gone": Row("the file is gone, and was not ended", "文件没有了，而它还没有写完"),
    "message_dead": Row(
        "a message to {recipient} failed ({channel}): {error}",
        "发给 {recipient} 的消息失败（{channel}）：{error}",
    ),
    "channel_unconfigured": Row(
        "there is no channel {channel}: {count} messages stand in the inbox alone",
        "没有配置 {channel}，{count} 条消息只在收件箱里",
    ),
    "calendar_open": Row(
        "the calendar of {year} is not whole, {count} last days are provisional",
        "{year} 年放假安排未导入或者不全，{count} 个最后一天是暂定的",
    ),
    "events_miscounted": Row(
        "cases count {counted} events, there are {stored}", "各件计 {counted} 个事件，实有 {stored} 个"
    ),
    "looked_at_part": Row("{seen} of {open} open cases were looked at", "看过 {seen} 件，在办 {open} 件"),
    "audit_ended_early": Row(
        "a value that cannot be read ended the audit; it stands among the findings of the chains",
        "有一个值读不出来，巡检中断；这个值列在事件链的发现中",
    ),
    "last_day_wrong": Row(
        "{limit} is stored as {stored} and is {counted} as the rules count it",
        "{limit}存为 {stored}，按规则应为 {counted}，不一致",
    ),
    "rung_wrong": Row(
        "the next rung of {limit} is stored as {stored} and should be {expected}",
        "{limit}下一级存为 {stored}，应为 {expected}，不一致",
    ),
    "unswept": Row("{count} limits were due and not swept", "{count} 个期限到了级而未扫描"),
    "fault_at": Row("{place}: {what}", "{place}：{what}"),
    "rows_not_as_entered": Row("{count} rows, the first {row}: {what}", "{row} 等 {count} 行：{what}"),
    # signs of courtesy
    "judged_in_minutes": Row(
        "judged {minutes} minutes after the reply was delivered", "答复送达后 {minutes} 分钟就评了满意"
    ),
    "judged_without_contact": Row(
        "satisfied without a single contact on record", "没有一次沟通记录而评了满意"
    ),
    "judged_against_inspection": Row(
        "satisfied, while an inspection found that it is not so", "评价满意，查验不符"
    ),
    "equal_forms": Row(
        "{count} equal forms within a minute: {cases}", "一分钟内录入 {count} 份相同的评价：{cases}"
    ),
    "empty_but_praised": Row(
        "{praised} of {empty} replies that solve nothing are judged satisfied without a word: {cases}",
        "{empty} 件答复没有解决问题，其中 {praised} 件评满意而没有写一个字：{cases}",
    ),
    "praised_above": Row(
        "{content} of {forms} forms are satisfied, {matching} of {inspections} inspections match",
        "{forms} 份评价中满意 {content} 份，{inspections} 次查验中相符 {matching} 次",
    ),
    "judged_from_unit": Row(
        "the form came from an address that only the unit's people use",
        "评价来自只有承办单位的人用的网络地址",
    ),
    # what is to be done
    "todo_urge_or_decide": Row("urge, or decide the proposal", "催办或者确定督办"),
    "todo_compare": Row("compare the assignment with its limits", "核对交办和期限"),
    "todo_urge_receipt": Row(
        "urge it, or let the office set other rules", "催促签收，或者由人大机关改定规则集"
    ),
    "todo_urge_or_date": Row("urge it, or set a day", "催办，或者定一个日子"),
    "todo_complete_reply": Row("complete the reply", "补正答复"),
    "todo_find_out": Row("complete the record, find out why", "补充记录，查明原因"),
    "todo_decide": Row("decide it", "作出决定"),
    "todo_urge_evaluation": Row("urge, or record the silence", "催评或者记为未反馈"),
    "todo_inspect_or_talk": Row("inspect, or talk", "查验或者约谈"),
    "todo_look_at_assigning": Row("look at how it is assigned to", "了解交办是否准确"),
    "todo_new_form": Row("send a new form", "作废并重新发表"),
    "todo_earlier_promise": Row("look at the earlier promise", "核对上次的承诺"),
    "todo_reassign": Row("reassign it to the unit that took over", "改由接收职能的单位承办"),
    "todo_name_link": Row("name a person in the file of units", "在单位表里填上"),
    "todo_name_holder": Row("import who does it now", "导入接任的人"),
    "todo_pass_on": Row("pass on to them what comes in", "代收并转告本人"),
    "todo_inspect": Row("inspect on site", "实地查验"),
    "todo_switch_on": Row("turn it on again, or use another rulebook", "恢复或者改用其他规则集"),
    "todo_text_or_rules": Row(
        "bring the text back, or let the office move the case", "找回该文本，或者由人大机关改定规则集"
    ),
    "todo_text": Row("bring the text back", "找回该文本"),
    "todo_region": Row("the congress office sets its region: {action}", "由代表工委“改定区划”：{action}"),
    "todo_confirm_rule": Row(
        "confirm it on its page, or set another: {command}", "在“本地规则集”页确认，或者改定：{command}"
    ),
    "todo_log": Row("look at the log, and run it again", "看日志，重新运行"),
    "todo_who_changed": Row(
        "find out who did it; the file is kept aside in {folder}", "查是谁改的，文件留在 {folder}"
    ),
    "todo_mend_address": Row("mend the address, then send it again: {command}", "改正地址后重发：{command}"),
    "todo_configure": Row(
        "set it up and run {command}; waive this where the office has none",
        "配置后运行 {command}；单位没有这个渠道的，豁免本项",
    ),
    "todo_import_calendar": Row("import it whole once it is out: {command}", "通知发布后导入全文：{command}"),
    "todo_verify": Row("run {command}", "运行 {command} 核验"),
    "todo_verify_who": Row("run {command}, find out who changed it", "运行 {command}，查明谁改动"),
    "todo_verify_keep": Row("run {command}, keep the database as it is", "运行 {command}，保全数据库"),
    "todo_engine": Row("look at the engine: {command}", "查引擎：{command}"),
    "todo_run_again": Row("run it again", "重新巡检"),
    "todo_ask_deputy": Row(
        "the congress office asks the deputy again, back to back", "请代表工委背靠背再问代表"
    ),
    "todo_inspect_more": Row("inspect more of it", "扩大查验"),
}
