"""Faults of the office's own templates of papers and of its names (office.toml)."""

from rulebooks.sentences import Row

PAPERS = {
    "no_papers_folder": Row(
        "{folder} is no folder; {setting} names the folder of the office's templates",
        "没有文件夹 {folder}；{setting} 写的是本机关模板所在的文件夹",
    ),
    "template_of_nothing": Row(
        "{file}: no kind of paper is called {name}; there are {known}", "{file}：没有文种 {name}；有 {known}"
    ),
    "template_like": Row(
        "{file}: no kind of paper is called {name}, did you mean {like}?", "{file}：没有文种 {name}，是不是 {like}？"
    ),
    "template_lacks": Row(
        "{file}: lacks {fields}, without which it makes no paper", "{file}：缺 {fields}，做不成文书"
    ),
    "template_no_document": Row(
        "{file}: is no .docx of Word ({why})", "{file}：不是能用的文档，请用办公软件打开后另存"
    ),
    "template_field": Row(
        "{file}: {tag} is no field of {kind}; there are {known}", "{file}：{kind}没有字段 {tag}；有 {known}"
    ),
    "template_field_like": Row(
        "{file}: {tag} is no field of {kind}, did you mean {like}?", "{file}：{kind}没有字段 {tag}，是不是 {like}？"
    ),
    "template_tag": Row("{file}: a tag cannot be read: {why}", "{file}：有一处标签读不了：{why}"),
    "template_tag_near": Row(
        "{file}: a tag cannot be read: {why} near “{text}”", "{file}：有一处标签读不了：{why}，在“{text}”附近"
    ),
    "template_wrong": Row("{file}: wrong template: {why}", "{file}：模板有错：{why}"),
    "tag_numbers_alone": Row("{operator} is for numbers alone", "{operator} 只用于数"),
    "tag_range": Row("{name} gives at most {most} numbers in a paper", "一份文书里 {name} 最多给出 {most} 个数"),
    "tag_not_for_papers": Row("{tag} is not for templates of papers", "文书的模板不能用 {tag}"),
    "tag_parts": Row("more than {most} parts of tags", "标签里的成分超过 {most} 个"),
    "tag_loops": Row("at most {most} loops stand inside each other", "循环最多套 {most} 层"),
    # office.toml
    "offices_unreadable": Row("{file}: the names cannot be read: {why}", "{file}：机关名称读不了：{why}"),
    "offices_unknown_key": Row("{file}: {key} is unknown; there are {known}", "{file}：没有 {key}；有 {known}"),
    "offices_no_table": Row("{file}: {key} is a table with name and code", "{file}：{key} 下面要写名称和代字"),
    "offices_no_text": Row("{file}: {key} is a text that is not empty", "{file}：{key} 要写字，不能空着"),
}
