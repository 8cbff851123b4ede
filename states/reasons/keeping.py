"""Refusals because the register cannot store the input, or has no rulebook text for it."""

from rulebooks.sentences import Row

KEEPING = {
    "not_json": Row("data cannot be kept as JSON: {why}", "内容存不了：{why}"),
    "holds_nul": Row("data holds a NUL character, which no database keeps", "内容里有空字符，存不了"),
    "case_unnamed": Row("an action names its case", "没有写明是哪一件"),
    "name_too_long": Row(
        "{key} has {length} characters; at most {most}", "{key} 只写一行，有 {length} 个字，最多 {most} 个"
    ),
    "text_too_long": Row(
        "data.{key} has {length} characters; at most {most}", "{key} 有 {length} 个字，最多 {most} 个"
    ),
    "unseen_character": Row(
        "{key} holds the character {character}, which no reader sees",
        "{key} 里有看不见的字符 {character}，请去掉以后再提交",
    ),
    "line_broken": Row("{key} is one line, and holds a line break", "{key} 只能写一行，里面有换行"),
    "key_used": Row(
        "key {key} was used for {action} on {case}; another action needs another key",
        "{key} 这个键在 {case} 上用于“{action}”了；另一个步骤要用另一个键",
    ),
    "evidence_without_file": Row(
        "no file came with the evidence {digest}: it is sent with the action",
        "材料 {digest} 的内容没有一起送来",
    ),
    # texts of rules
    "text_gone": Row(
        "the text {text} is gone, and {why}", "规则集文本 {text} 没有留存，又没有同名的规则集可用：{why}"
    ),
    "rulebook_is_file": Row(
        "data.rulebook is the name of an installed rulebook, not a file",
        "规则集要写名称，不是文件",
        ("rulebook",),
    ),
    "rulebook_unreadable": Row("{why:\n}", "规则集读不了：{why:；}"),
    "no_such_limit": Row("{case} has no limit {limit}; it has: {known}", "{case} 没有期限 {limit}；有：{known}"),
    "unknown_kind_of_case": Row("kind is {given}; one of {known}", "种类是 {given}，应为 {known} 之一"),
    "ground_missing": Row(
        "who sets it and on what ground: by and source are needed", "要写明由谁定、依据什么"
    ),
    # the clock
    "clock_behind_entries": Row(
        "the newest entry lies {off} ahead of the clock", "最新的一条记录比时钟快 {off}"
    ),
    "clock_behind_engine": Row(
        "another engine's clock lies {off} ahead of this one", "另一个引擎的时钟比这一个快 {off}"
    ),
    "clock_stepped_ahead": Row("the clock stepped ahead by {off}", "时钟往前跳了 {off}"),
    "clock_stepped_back": Row("the clock stepped back by {off}", "时钟往回跳了 {off}"),
    "clock_held": Row(
        "{alarm}: no sweep, sending or seal until somebody has looked at the machine's clock and says "
        "`duban clock accept --by WHO --reason WHY`",
        "{alarm}；扫描、发送、封存都停着，要有人看过这台机器的时钟，"
        "再运行 `duban clock accept --by 谁 --reason 怎么回事`",
    ),
    "clock_unexplained": Row(
        "who accepts the clock, and why, is kept: --by WHO --reason WHY",
        "要写明谁认可、怎么回事：--by 谁 --reason 怎么回事",
    ),
    "no_clock_alarm": Row(
        "there is no alarm about the clock, and no entry lies ahead of it", "时钟没有告警，也没有比它快的记录"
    ),
    # files and stubs
    "file_too_large": Row(
        "{name} has {size} bytes, at most {most} are taken",
        "“{name}”有 {size} 字节，最多 {most} 字节。请压缩以后再传。"
    ),
    "file_of_other_type": Row(
        "{name} is no {known: or }",
        "“{name}”不是 {known}。请拍照或者扫描以后再传。"
    ),
    "no_paper": Row("there is no paper {paper}", "没有文书 {paper}"),
    "paper_altered": Row(
        "the file of {paper} is not the one that was made: its digest does not match",
        "{paper} 的文件不是当初生成的：摘要不一致",
    ),
    "no_place": Row("there is no place {place}", "没有家站点 {place}"),
    "stub_number": Row(
        "a number has digits, letters, dashes and brackets, at most 40",
        "编号只能有数字、字母、横线、括号和“密、届、次、号”这样的字，最多 40 个；内容一个字也不要写",
    ),
    "stub_there": Row("{number} is entered already", "编号 {number} 已经登记过了"),
}
