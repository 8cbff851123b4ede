"""Refused because the register cannot keep what came, or has no text of rules for it."""

from states.reasons.row import Row

KEEPING = {
    "not_json": Row("data cannot be kept as JSON: {why}", "内容存不了：{why}"),
    "holds_nul": Row("data holds a NUL character, which no database keeps", "内容里有空字符，存不了"),
    "case_unnamed": Row("an action names its case", "没有写明是哪一件"),
    "name_too_long": Row(
        "{key} has {length} characters; at most {most}", "{key} 有 {length} 个字，最多 {most} 个"
    ),
    "text_too_long": Row(
        "data.{key} has {length} characters; at most {most}", "{key} 有 {length} 个字，最多 {most} 个"
    ),
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
    "unknown_rulebook": Row(
        'no rulebook is named "{rulebook}"; known are {known}', "没有规则集“{rulebook}”；有：{known}"
    ),
    "rulebook_like": Row(
        'no rulebook is named "{rulebook}", did you mean "{like}"?',
        "没有规则集“{rulebook}”；是不是“{like}”？",
    ),
    "rulebook_not_in_force": Row(
        '"{rulebook}" was not in force on {day}; the earliest is {earliest}',
        "规则集“{rulebook}”在 {day} 还没有施行；最早的从 {earliest} 起",
    ),
    "rulebook_unreadable": Row("{why}", "规则集读不了：{why}"),
    "unknown_kind_of_case": Row("kind is {given}; one of {known}", "种类是 {given}，应为 {known} 之一"),
    "ground_missing": Row(
        "who sets it and on what ground: by and source are needed", "要写明由谁定、依据什么"
    ),
}
