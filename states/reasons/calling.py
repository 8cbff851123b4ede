"""Refusals of a request before any rule: its sender, its content, its target."""

from rulebooks.sentences import Row

CALLING = {
    # of which kind a refusal is
    "unauthenticated": Row("show a token that works, or sign in", "请先出示有效的令牌或者登录"),
    "forbidden": Row("your role or token may not do this", "您的身份或者令牌不能这样做"),
    "not_found": Row(
        "there is no such case, or it is not among those you may see", "没有这一件，或者不在您能看到的范围内"
    ),
    "method_not_allowed": Row("this address is not used like this", "这个地址不能这样用"),
    "not_allowed": Row("the rules do not allow this now", "规则不允许现在这样办"),
    "stale": Row("the case has changed since you read it", "这一件在您读取以后变了"),
    "too_large": Row("the content is too large", "内容太大"),
    "media_type": Row("the content is to be {type}", "内容要用 {type}"),
    "invalid": Row("the content of the request is wrong", "请求的内容不对"),
    "too_many": Row("too many requests; try again later", "请求太多，请稍后再试"),
    "head_too_large": Row("the address or the headers are too long", "地址或者请求头太长"),
    "internal": Row("the system failed, and nothing was done", "系统出错，没有办成"),
    "database_away": Row(
        "the database cannot be reached or its disk is full; nothing was kept, please tell the system administrator",
        "数据库连不上或者磁盘满了，没有存下；请告诉系统管理员，过一会儿再试",
    ),
    "busy": Row("the database is busy; try again in some seconds", "数据库正忙，请过几秒钟再试"),
    # who comes
    "bad_token": Row("the token is wrong, has ended or was revoked", "令牌不对、过期了或者收回了"),
    "scope_missing": Row("this token has no scope {scope}", "这个令牌没有 {scope} 权限"),
    "csrf_missing": Row(
        "with a session the header {header} is needed; {path} tells it", "凭登录办理要带请求头 {header}（见 {path}）"
    ),
    "token_makes_none": Row(
        "a token makes no tokens: sign in and use the page of tokens", "令牌不能再发令牌：请登录后在“令牌”页面办"
    ),
    "token_ends_itself": Row("a token can revoke only itself", "令牌只能收回它自己"),
    "too_many_streams": Row(
        "an account has at most {most} streams of events at once", "一个账号最多同时开 {most} 个事件流"
    ),
    "sign_in_first": Row("sign in first, then send it", "请先登录，再提交"),
    "too_many_tries": Row("too many tries; try again in some minutes", "尝试太多，请过几分钟再试"),
    "other_page": Row(
        "this form does not come from the page you have open; reload it and try again",
        "这张表不是从您现在打开的页面提交的，请刷新后再试",
    ),
    "other_site": Row("the form comes from another site and is refused", "表单来自别的网站，不予受理"),
    "no_such_page": Row("this page is not for your role", "您的身份没有这个页面"),
    "no_directory": Row("the directory is not for your role", "您的身份不看通讯录"),
    # what is sent
    "sent_too_large": Row(
        "what was sent is too large; send it in several parts", "提交的内容太大，请分几次提交"
    ),
    "unseen_in_address": Row(
        "the address holds a character that no reader sees", "地址里有看不见的字符，不能受理"
    ),
    "sent_packed": Row(
        "what is sent may not be compressed, and its texts are {encoding}", "提交的内容不能压缩，文字要用 {encoding}"
    ),
    "sent_while_busy": Row(
        "another program is writing just now, and nothing was taken; try again in a moment",
        "现在有别的程序正在写，没有收下；请过一会儿再试",
    ),
    "evidence_ahead": Row(
        "evidence of {day} lies ahead: today is {today}", "材料的日期 {day} 还没有到，今天是 {today}"
    ),
    "content_undecoded": Row("the content of “{name}” is not {encoding}", "“{name}”的内容不是 {encoding}"),
    "rulebook_of_the_office": Row(
        "data.rulebook is {rulebook}; the office set {own} for region {region}",
        "这里用规则集“{own}”，由人大机关确定，不由提出的人选；请不写规则集，或者写 {own}",
        ("rulebook",),
    ),
    # what is looked for
    "no_such_address": Row("there is no such address", "没有这个地址"),
    "no_such_file": Row("this case has no such photograph or paper", "这一件没有这份照片或者材料"),
    "no_such_token": Row("there is no such token, or it was revoked", "没有这个令牌，或者已经收回"),
    "no_such_rulebook": Row("there is no such rulebook; there are {known}", "没有规则集；有 {known}"),
    "no_such_state": Row("there is no state {states}", "没有这个状态：{states}"),
    "no_such_place": Row("{key} is wrong: use {next} of the page before", "{key} 不对：请用上一页的 {next}"),
    "no_such_grouping": Row(
        "cannot group by “{given}”; there are {known}", "不能按“{given}”分组；有 {known}"
    ),
    "no_day": Row("“{text}” is not a day; write it like 2026-03-05", "“{text}”不是日期，请按 2026-03-05 的样子填"),
    "day_ahead": Row("{day} has not come yet and cannot be counted", "{day} 还没有到，不能统计"),
    "access_log_unwritten": Row(
        "the access log in {folder} cannot be written: {why}", "写不了 {folder} 里的访问记录：{why}"
    ),
    "access_unentered": Row(
        "what cannot be entered in the access log is not shown: {why}", "访问记录写不下来，所以不显示：{why}"
    ),
    "access_not_kept": Row("the access log cannot be written", "访问记录写不下来，所以不能显示"),
}
