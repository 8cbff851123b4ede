"""Refusals of arguments at the command line."""

from rulebooks.sentences import Row

ARGUMENTS = {
    "argument_account": Row(
        "give a person, or --duty with one of {known}, and --name",
        "请写人员编号，或者 --duty（{known}）和 --name",
    ),
    "argument_out": Row("--out {file}: its name ends in one of {known}", "--out {file}：文件名要以 {known} 结尾"),
    "argument_keep": Row("--keep keeps a {kind}", "--keep 只留存 {kind}"),
    "argument_instant": Row(
        "{text} is no instant; for example 2026-03-05T09:00+08:00",
        "{text} 不是时间，要像 2026-03-05T09:00+08:00 这样写",
    ),
    "argument_day": Row("{text} is no day, expected YYYY-MM-DD", "{text} 不是日期，要像 2026-03-05 这样写"),
    "argument_days": Row("{last} lies before {first}", "{last} 在 {first} 以前"),
    "argument_term": Row("START and AMOUNT are needed, or --batch FILE", "请写开始日和数量，或者 --batch 和文件"),
    "argument_unknown": Row("there is no {given} to choose; there are {known}", "不能选 {given}；可以选 {known}"),
    "argument_ids": Row("give ids, or --all", "请写编号，或者 --all"),
    "argument_evidence": Row(
        "--file belongs to {belongs}, not to {action}", "--file 只用于 {belongs}，不用于 {action}"
    ),
    "argument_file": Row("{key} {file}: {why}", "{key} {file}：{why}"),
    "argument_json": Row("--data is not JSON: {why}", "--data 的写法不对：{why}"),
    "argument_object": Row("--data is a JSON object, got {kind}", "--data 要写一组键和值，写的是 {kind}"),
    "argument_history": Row(
        "import history needs --mapping and --rulebook, as duban replay does",
        "导入以前办过的件要写 --mapping 和 --rulebook",
    ),
    "argument_seal": Row(
        "--seal is empty; give the root that was kept, or leave --seal out",
        "--seal 是空的；请写另外保存的封存根，或者不写 --seal",
    ),
    "argument_change": Row(
        "{text} is no change, expected KEY=VALUE like {example}",
        "{text} 不是改动，要像 {example} 这样写",
    ),
    "argument_ahead": Row(
        "--at {at} lies after the moment of entry {entered}; only a register for rehearsals is told another time "
        "({command})",
        "--at {at} 晚于录入的时刻 {entered}；只有演练用的库可以另给时间（{command}）",
    ),
    "argument_audit_ahead": Row(
        "--on {on} lies ahead of {today}: an audit looks at what has been", "--on {on} 晚于 {today}：巡检只看已经发生的"
    ),
    "argument_stop_ahead": Row(
        "--on {on} lies ahead of {today}: the ladder is stopped from today on, or was before",
        "--on {on} 晚于 {today}：督办阶梯从今天起停，或者以前就停了",
    ),
    "argument_evidence_ahead": Row(
        "{key} {on} lies after {today}: what shows something was taken by now",
        "{key} {on} 晚于 {today}：照片和材料是已经有的",
    ),
    "paper_not_of_case": Row("{case} has no paper {paper}; there are: {known}", "{case} 没有文书 {paper}；有：{known}"),
    "no_such_audit": Row("no audit {audit}; there are: {known}", "没有巡检 {audit}；有：{known}"),
    "no_audit_yet": Row("no audit yet", "还没有巡检过"),
    "file_there": Row("{file} is there already", "已经有文件 {file}"),
    "rehearsed_rulebook": Row(
        "--rulebook {rulebook} is one of two: add --against NAME, --holiday DAY or --set KEY=VALUE",
        "--rulebook {rulebook} 要和另一个比：加上 --against 规则集、--holiday 日期或者 --set 键=值",
    ),
    "compared_rulebook": Row(
        "rulebook {name} is for the machine {machine}; compared are those for suggestions",
        "规则集 {name} 用于 {machine}；这里比较代表建议的规则集",
    ),
    "told_rulebook": Row(
        "rulebook {name} is not for suggestions; there are {known}", "规则集 {name} 不用于代表建议；有 {known}"
    ),
}
