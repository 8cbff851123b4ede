"""Faults found by a verification: in seals, chains of events, rows, texts and files."""

from rulebooks.sentences import Row

CHAINS = {
    "no_such_seal": Row("no seal with this root is stored", "没有存过这个封存根"),
    "seal_gone": Row("is missing", "缺失"),
    "root_differs": Row("its root does not follow from the sealed heads", "封存根与封存的各件对不上"),
    "seal_counts_differ": Row("covers {heads} cases, not {cases}", "封存了 {heads} 件，不是 {cases} 件"),
    "sealed_case_gone": Row("the case was sealed and is gone", "这一件封存过，现在没有了"),
    "sealed_elsewhere": Row(
        "counts as sealed up to event {counted}, its seal says {sealed}",
        "记为封存到第 {counted} 个事件，封存里是第 {sealed} 个",
    ),
    "event_missing": Row("missing, the next one is {next}", "缺失，下一个是第 {next} 个"),
    "event_out_of_chain": Row("does not follow the event before it", "接不上前一个事件"),
    "event_rewritten": Row("was rewritten: its hash does not match", "改写过：摘要对不上"),
    "sealed_event_gone": Row("was sealed and is gone", "封存过，现在没有了"),
    "sealed_event_differs": Row("is not the one that was sealed", "不是封存的那一个"),
    "chain_cut": Row(
        "missing: the case counts {events} events, the chain ends before",
        "缺失：这一件记有 {events} 个事件，链在这以前断了",
    ),
    "row_gone": Row("was written by an event and is gone", "有事件写过这一行，现在没有了"),
    "row_from_nowhere": Row("no event wrote this row", "没有事件写过这一行"),
    "row_altered": Row(
        "was altered: it is not as its last event left it", "改动过：与最后一个事件写下的不同"
    ),
    "row_not_entered": Row("no entry of the seal says that this row was written", "封存记录里没有这一行"),
    "row_not_as_entered": Row(
        "was altered: it is not as it was entered last", "改动过：与封存记录里最后一次写下的不同"
    ),
    "entered_row_gone": Row("was entered and is gone", "封存记录里有这一行，现在没有了"),
    "value_strange": Row(
        "was altered: {column} is not in the form in which it is written", "改动过：{column} 不是写入时的形式"
    ),
    "gone": Row("is gone", "没有了"),
    "text_differs": Row("is not the text that came with its event", "不是随事件存下的原文"),
    "file_differs": Row("is not the file that came with its event", "不是随事件存下的文件"),
    "rules_differ": Row("is not the text of its digest", "与摘要对不上，不是原来的规则文本"),
    "orphans": Row("rows of a case that is gone", "有些行所属的件已经没有了"),
    # what was decided of a finding
    "unknown_finding_standing": Row(
        "{given}; a finding is acknowledged or waived", "{given}：一项发现或者认可，或者不再处理"
    ),
    "finding_unreasoned": Row("a reason is needed in writing", "请写明为什么这样处理这条发现"),
    "decides_no_findings": Row(
        "{person} is {role}; findings are decided by {known}",
        "{person} 的身份是{role}；决定发现的是：{known}",
    ),
    "no_finding": Row(
        "no standing finding {finding}; see them with: duban findings", "没有这项发现：{finding}"
    ),
}
