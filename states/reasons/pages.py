"""Refusals on pages: an address, link or button for something that the portal does not have."""

from rulebooks.sentences import Row

PAGES = {
    "no_page": Row("there is no such page", "没有这个页面"),
    "not_taken": Row("the request cannot be taken", "请求不能受理"),
    "no_page_yet": Row(
        "your account has no page yet; ask the security administrator", "您的账号还没有页面，请找安全管理员"
    ),
    "entry_not_kept": Row(
        "the access log cannot be written, so nothing is shown; tell the system administrator",
        "访问记录写不下来，所以不能显示；请告诉系统管理员",
    ),
    "no_such_list": Row("there is no list {name}; there are {known}", "没有这个列表：{name}；有 {known}"),
    "no_such_filter": Row(
        "the list cannot be narrowed by {name}; it can by {known}", "这个列表没有 {name} 这一项；可以选 {known}"
    ),
    "no_such_sort": Row(
        "the list cannot be sorted by {name}; it can by {known}", "这个列表不能按 {name} 排序；可以按 {known}"
    ),
    "no_such_table": Row("there is no table {name}; there are {known}", "没有 {name} 这张表；有 {known}"),
    "no_such_book": Row("there is no rulebook {name}; there are {known}", "没有规则集 {name}；有 {known}"),
    "no_such_figure": Row("there is no figure {name}", "没有这项指标：{name}"),
    "no_such_report": Row("there is no report of that night: {night}", "没有这一晚的巡检日报：{night}"),
    "no_such_entry": Row(
        "there is no such entry, or it is not among those you may see", "没有这条，或者不在您能看到的范围内"
    ),
    "no_such_session": Row("there is none, or it has ended", "没有这一项，或者已经结束"),
    "not_offered": Row(
        "“{action}” is not possible now: the case has moved on, or it is not for you",
        "现在不能“{action}”：这一件已经往前走了，或者不是您的事",
    ),
    "moved_on": Row(
        "suggestions no longer at this step: {count}; reload the page and assign again",
        "{count} 件已经不在拟定承办单位这一步，请刷新后再交办",
    ),
    "days_backwards": Row(
        "from {first} to {last}: the days are the wrong way round", "从 {first} 到 {last}：日期前后颠倒了"
    ),
    "last_day_ahead": Row(
        "{day} has not come yet; the latest day is {today}", "截至日 {day} 还没有到，最晚 {today}"
    ),
    "no_calendar_of": Row(
        "there is no calendar of {year}; the years {first} to {last} can be seen",
        "没有 {year} 年的日历；可以看 {first} 到 {last} 年",
    ),
    "notice_incomplete": Row(
        "the notice is not complete any more; import it again", "这份通知已经不完整，请重新导入"
    ),
    "supervision_of_leaders": Row(
        "supervisions are confirmed by standing-committee leaders or the congress office",
        "督办由常委会领导或者代表工委确定",
    ),
    "mandates_of_own_region": Row(
        "only deputies and assistants of your own region", "只能记本区划的代表和助理"
    ),
    "rules_of_own_region": Row(
        "you set rulebooks for your region and those below it only", "只能定本区划和下级区划用的规则集"
    ),
    # papers
    "no_such_paper": Row(
        "there is no such paper, or it is not yours to see", "没有这份文书，或者不在您能看到的范围内"
    ),
    "paper_not_made": Row(
        "the paper cannot be made, please mend its template: {why}", "文书做不出来，请改好模板：{why}"
    ),
    # links
    "entry_link_gone": Row(
        "this link was used, has run out or was revoked; ask the security administrator for a new one",
        "这个链接用过了、过期了或者收回了；请向安全管理员要一个新的",
    ),
    "term_over": Row(
        "your term ended on {day}, and your access with it; where that is wrong, ask the congress office to mend the "
        "directory",
        "您的任期到 {day} 为止，账号不能再登录；任期有误的，请代表工委改通讯录",
    ),
    "term_not_begun": Row(
        "your term begins on {day}, and your access with it; where that is wrong, ask the congress office to mend the "
        "directory",
        "您的任期从 {day} 开始，账号到那天才能登录；任期有误的，请代表工委改通讯录",
    ),
    "entry_link_used": Row("this link has just been used", "这个链接刚刚用过了"),
    "evaluation_link_gone": Row(
        "this link was used, has run out or was revoked; whoever has not evaluated yet asks the congress office for a "
        "new one",
        "这个链接用过了、过期了或者收回了；还没有评价的，请向代表工委要一个新的",
    ),
    "evaluation_link_refused": Row(
        "evaluation links are given by the congress office to the deputies of the case, while it is being evaluated",
        "评价链接由代表工委在评价期间发给本件的代表",
    ),
    # opinions of the people
    "no_such_step": Row("there is no such step", "没有这个步骤"),
    "not_promoted_now": Row(
        "this cannot become a suggestion now: the deputy, or the congress office for the deputy, writes it before the "
        "opinion is closed",
        "这一件现在不能写成建议：由代表，或者代表工委替代表，在办结以前写",
    ),
    "citizens_kept": Row(
        "citizens' contacts are kept by reception clerks and the congress office",
        "群众的联系方式由接待站工作人员和代表工委管",
    ),
    "no_such_reception": Row(
        "there is no such place, or it is not in your region", "没有这个家站点，或者不在您的区划内"
    ),
    "opinion_not_taken": Row("not taken; scan the code again and fill it in", "没有收下；请重新扫码填写"),
    "place_code_gone": Row(
        "this QR code is no longer in use; find the new one at the place, or come in person",
        "这个二维码已经停用，请到家站点看新的，或者当面反映",
    ),
    "no_trace": Row(
        "there is no such tracking code; check it. If you lost yours, ask at the place for a new one",
        "没有这个查询码，请核对；丢了的，请到家站点要一个新的",
    ),
    # the demonstration
    "nobody_of_the_cast": Row("nobody of that name is in the demonstration", "演示里没有这个人"),
    "clock_moving": Row("the clock is moving; wait until it has arrived", "时钟正在走，请等它走完"),
    "clock_backwards": Row(
        "the clock only goes forward: it is {now}, and what has happened stays; to begin anew, stop and run {command} "
        "again",
        "时钟只能向前：现在是 {now}，已经发生的事不能倒回去；想从头来，停下以后再运行一次 {command}",
    ),
    "clock_too_far": Row(
        "at most {days} days at once; choose a day up to {last}, then move on",
        "一次最多走 {days} 天，请选 {last} 以前的日期，再接着走",
    ),
    "day_unchosen": Row("choose a day", "请选一个日期"),
    "calendar_ends": Row(
        "the calendar ends with {year}; choose an earlier day", "日历只到 {year} 年，请选近一些的日期"
    ),
    # what was typed
    "typed_no_day": Row(
        "{field}: “{text}” is not a day; write it like 2026-03-05",
        "{field}：“{text}”不是日期，请按 2026-03-05 的样子填",
    ),
    "typed_no_option": Row(
        "{field}: “{text}” is not among the choices: {known}", "{field}：“{text}”不在可选之列：{known}"
    ),
    "typed_no_number": Row(
        "{field}: “{text}” is not a number; write 1, 2, 3…", "{field}：“{text}”不是数，请填 1、2、3……"
    ),
    "typed_no_score": Row(
        "{field}: “{text}” is not a score; write a whole number from 0 to {best}",
        "{field}：“{text}”不是分数，请填 0 到 {best} 的整数",
    ),
    "typed_no_deputy": Row(
        "no deputy “{name}” is in the roll; check the name, or write the id",
        "名册里没有代表“{name}”，请核对姓名，或者写编号",
    ),
    "typed_deputies": Row(
        "there is more than one deputy called “{name}”; write the id: {which}",
        "叫“{name}”的代表不止一位，请写编号：{which}",
    ),
    "typed_no_case": Row(
        "there is no suggestion “{number}”; check the number", "没有编号是“{number}”的建议，请核对编号"
    ),
    "photos_ahead": Row("the photos' day {day} has not come yet", "照片的日期 {day} 还没有到"),
}
