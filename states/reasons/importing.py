"""What is wrong with the rows of a file that is taken over: of the directory, of reception places, of the calendar.

In Chinese the name of the column stands before the sentence, with its place in the file.
"""

from rulebooks.sentences import Row

IMPORTING = {
    "record_unreadable": Row("{why}", "读不了：{why}"),
    "table_unusable": Row("{table}: {why}", "{table}：{why}"),
    "file_unopened": Row("cannot be opened: {why}", "打不开：{why}"),
    "file_unmoved": Row("cannot be moved aside, so it was not read: {why}", "移不开，所以没有读：{why}"),
    "file_read_elsewhere": Row("another process reads it", "另一个进程正在读"),
    "file_irregular": Row("no regular file", "不是普通文件"),
    "file_of_program": Row("another program's own file", "别的程序正在用的临时文件"),
    "file_no_table": Row("no table: {known: or } is needed", "不是表：要 {known: 或者 }"),
    "rows_many": Row(
        "{count} rows, at most {most} at once; send them in parts", "有 {count} 条，一次最多 {most} 条，请分几次"
    ),
    "opinion_column_missing": Row(
        "a column for the title or the content is needed; columns that can be used: {known}",
        "要有“标题”或者“内容”这一列；能用的列：{known}",
    ),
    "cell_too_long": Row(
        "{column} holds {length} characters; at most {most}", "有 {length} 个字，最多 {most} 个"
    ),
    "cell_unseen_character": Row(
        "{column} holds in its cell the character {character}, which no reader sees",
        "有看不见的字符 {character}，请重新填写",
    ),
    "cell_unseen_letter": Row(
        "{column} holds a letter that cannot be seen; type it again", "有看不见的字符，请重新填写"
    ),
    "cell_shortened": Row(
        "{column} {given} is a number that Excel shortened; make the column a text and type it again",
        "“{given}”是表格软件缩写的数，请把这一列设为文本后重新填写",
    ),
    "cell_empty": Row("{column:both} is empty", "没有填"),
    "cell_of_no_set": Row("{column} {given}; one of {known:each}", "没有“{given}”；有：{known}"),
    "cell_no_day": Row("{column} {why}", "日期不对：{why}"),
    "cell_no_mail": Row(
        "{column} {given} is no mail address; for example {example}", "“{given}”不是邮箱，例如 {example}"
    ),
    "cell_no_phone": Row(
        "{column} {given} is no number that can be called; for example {examples: or }",
        "“{given}”打不通，例如 {examples: 或者 }",
    ),
    "cell_unknown": Row("{column} {value} is not known", "没有 {value}，请先导入它所在的表"),
    "cell_unknown_before": Row(
        "{column} {value} is not known; import {table} first", "没有 {value}，请先导入{table}"
    ),
    "row_twice": Row(
        "{column} {value} is given twice, first in record {first}", "{value} 重复，第 {first} 条已经有了"
    ),
    "region_own_parent": Row("{region} is its own parent", "{region} 的上级不能是自己"),
    "region_below_itself": Row("{region} would lie below itself", "{region} 会落到自己下面"),
    "term_reversed": Row(
        "{column} {last} lies before {other} {first}", "{last} 早于任期开始 {first}"
    ),
    "staff_unknown": Row(
        "{column} {person} is not known; import people as {needed} first",
        "没有 {person}，请先在人员表里导入，身份是{needed}",
    ),
    "staff_of_other_role": Row(
        "{column} {person} is {role}; import people as {needed} first",
        "{person} 是{role}，不是{needed}，请先在人员表里导入",
    ),
    "row_outside_region": Row(
        "{touched} {region}, outside {own}; its own office imports it",
        "{touched}{region}，不在{own}以内；请由那里的办事机构导入",
    ),
    "import_unknown": Row("there is no import {id} that can be taken back from here", "这里没有能撤回的导入 {id}"),
    "import_over": Row("the import of {file} was taken back already", "“{file}”的导入已经撤回过了"),
    "row_twice_in_file": Row("{column} {value} stands in row {row} already", "{value} 在第 {row} 行已经有了"),
    "row_unfit": Row("unfit: {why}", "不合要求：{why}"),
    "row_changed_since": Row("it was changed after the import", "导入以后又改过"),
    "row_built_on": Row("{count} entries name it already", "已经有 {count} 处用到它"),
    "row_waits_for_another": Row(
        "it waits; another person decides on a change of one's own rights", "正在等确认；改的是本人的身份，要由别人决定"
    ),
    # notices of the calendar
    "notice_ending": Row("a notice is a file that ends in {endings: or }", "请用以 {endings: 或者 } 结尾的文件"),
    "notice_keys_unknown": Row(
        "unknown key {unknown}; known are {known}", "没有 {unknown} 这一项；能写的有：{known}"
    ),
    "notice_untitled": Row(
        "write title and number of the notice, or choose a file", "请写文件名称和文号，或者选一个文件"
    ),
    "notice_title_or_year": Row(
        "{title} (the document's name) is needed as text, {year} as a number or not at all",
        "{title} 要写文件名称，{year} 写年份的数字，或者不写",
    ),
    "notice_year_malformed": Row(
        "{given} is no year; write four digits, or nothing for a notice of single days",
        "年份“{given}”不对，请填四位数；不是全年的通知不要填",
    ),
    "days_no_list": Row(
        "{key} is a list of days, for example {example}", "{key} 要写成日子的列表，例如 {example}"
    ),
    "notice_issued_malformed": Row(
        "{key} is the day of the document, {form}, not {given}", "发文日期要写成 {form}，不是“{given}”"
    ),
    "notice_region_malformed": Row(
        "region is a code in quotes, for example {example}", "区划要写成带引号的代码，例如 {example}"
    ),
    "notice_day_malformed": Row(
        "{key}: {given} is no day, and no range of days within a month",
        "{key}：{given} 不是日子，也不是一个月以内的一段日子",
    ),
    "notice_plan_unknown": Row("{column} is {given}; there are {known}", "{column}写的是“{given}”，要写：{known}"),
    "notice_day_twice": Row(
        "{day} is given twice, first in record {first}", "{day} 写了两次，第 {first} 条已经有了"
    ),
    "notice_day_of_other_year": Row(
        "{day} has nothing to do with the notice for {year}", "{day} 与 {year} 年的通知无关"
    ),
    "notice_without_day": Row("a notice for {year} without any day", "{year} 年的通知没有写一天"),
    "notice_empty": Row("no day is given", "没有写日子"),
    "notice_issued_later": Row(
        "issued on {issued}, which lies after the import on {day}", "发文日期 {issued} 晚于导入的 {day}"
    ),
    "notice_holds_everywhere": Row(
        "a notice for a whole year holds everywhere: leave out the region {region}, or the year",
        "全年的通知各地通用：不要写区划 {region}，或者不写年份",
    ),
    "notice_lacks_days": Row(
        "the notice for {year} does not have these statutory days off: {days}; give the whole notice, "
        "days off on a weekend as well, or single days without the year",
        "{year} 年的通知缺这些法定假日：{days}；请写通知全文，周末的假日也写，或者不写年份，只写单独的日子",
    ),
    "notice_of_no_region": Row(
        "there is no region {region}: neither the directory nor any case has it; import regions first",
        "没有区划“{region}”：区划表和各件里都没有，请先导入区划",
    ),
    "notice_of_year_from_below": Row(
        "a notice for a whole year holds everywhere: it is imported by the registrar of the region at the top {top}, "
        "the system administrator or `{command}`, not by {own}; single days of a region go without the year",
        "全年的放假通知各地通用，由最上级区划 {top}的登记员、系统管理员或者 {command} 导入，不由{own}导入；"
        "一个区划自己的日子不写年份",
    ),
    "notice_of_other_region": Row(
        "the region {region} is not within {own}, from which it comes",
        "区划“{region}”不在您的区划 {own} 以内，不能定它的日子",
    ),
}
