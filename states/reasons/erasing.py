"""Refusals about the erasure of personal data."""

from rulebooks.sentences import Row

ERASING = {
    "erasure_empty": Row(
        "{case} has no name and no telephone of a citizen: say which words or files are to be erased",
        "{case} 没有群众的称呼和电话：请写要删除哪些字，或者哪些附件",
        ("words",),
    ),
    "erasure_words": Row(
        "{count} words: at most {most}, each of {least} to {longest} characters",
        "共 {count} 个词：最多 {most} 个，每个 {least} 到 {longest} 个字",
        ("words",),
    ),
    "erasure_file": Row("{case} has no file {digest}", "{case} 没有附件 {digest}", ("files",)),
    "erasure_waits": Row("an erasure at {case} waits already", "{case} 已经有一项删除在等确认"),
    "erasure_over": Row("this erasure waits no longer", "这项删除已经不在等确认了"),
    "erasure_list": Row("line {line} of {file} is no erasure", "{file} 第 {line} 行不是一项删除"),
    "erasure_alone": Row(
        "{actor} asked for it: another person has to confirm it", "这是 {actor} 申请的，要由另一个人确认"
    ),
}
