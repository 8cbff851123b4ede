"""The sentences of table faults: each code of the reader in Chinese and English, with its facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from flows.tables.cells import Fact
from flows.tables.worksheet import letters

WORDS: dict[str, tuple[str, str]] = {
    # the file
    "ending": (
        "以“{ending}”结尾：请另存为 .xlsx 或者 .csv",
        "it ends in {ending}, a table is a .csv or .xlsx file: save it as one",
    ),
    "not_opened": ("打不开：{chinese}", "cannot be read: {why}"),
    "not_regular": ("不是普通文件", "cannot be read: not a regular file"),
    "file_large": (
        "有 {size:,} 字节，最多 {most:,}：请分成几个文件",
        "has {size:,} bytes, at most {most:,}: split it",
    ),
    "empty": ("表是空的：第一行要写列名", "the table is empty; its first record must name the columns"),
    "memory": ("太大，读它要的内存超过限度：请分成几个文件", "needs more memory than a table may: split it"),
    "time": (
        "{seconds} 秒没有读完：请分成几个文件，删去多余的行和列",
        "was not read within {seconds} seconds: split it, delete rows and columns that hold nothing",
    ),
    "reader_ended": (
        "读取时出错，这个文件已损坏或者不是表：请用 Excel 打开后另存为 .xlsx",
        "breaks its reader: open it in Excel and save it anew as .xlsx",
    ),
    "busy": ("正在读别的 {most} 张表：请稍后再试", "{most} other tables are being read: try again later"),
    "answer_large": ("内容超过 {most:,} 字节：请分成几个文件", "holds more than {most:,} bytes: split it"),
    "many_records": ("超过 {most:,} 条：请分成几个文件", "has more than {most:,} records: split it"),
    "many_faults": (
        "有错的超过 {most} 条，没有读完",
        "has more than {most} bad records; the rest was not read",
    ),
    "inside": (
        "导入时程序出错（{why}），见日志：改好后请放回文件夹",
        "ended with an error of the program ({why}), see the log: put it back into the folder afterwards",
    ),
    "file_unknown": (
        "不知道是什么表：请以 {kinds} 或者 calendar 命名，放假通知也可以是 .toml",
        "named for nothing known; {kinds}, calendar… or a notice as .toml",
    ),
    # CSV
    "utf16": ("是 UTF-16 文本：请另存为“CSV UTF-8”", "is UTF-16 text; save the table as CSV UTF-8"),
    "workbook_as_csv": (
        "是 Excel 工作簿，名字却是 .csv：请改名为 .xlsx，或者另存为“CSV UTF-8”",
        "is a workbook of Excel under the name of a CSV: call it .xlsx, or save it as CSV UTF-8",
    ),
    "encoding_unclear": (
        "分不清是 UTF-8 还是 GB18030：请另存为“CSV UTF-8”",
        "may be UTF-8 or GB18030: save it as CSV UTF-8",
    ),
    "undecodable": (
        "不是 {encoding}：本条第 {at} 个字节起是 {bytes}",
        "is not {encoding}: {bytes} at byte {at} of the record",
    ),
    "other_encoding": (
        "是 UTF-8，文件其余部分是 {encoding}：请整个另存为“CSV UTF-8”",
        "is UTF-8 in a file of {encoding}: save the whole as CSV UTF-8",
    ),
    "nul": ("有空字符（NUL），不是文本", "holds a NUL byte, so it is not text"),
    "quote_open": (
        "引号没有结束：从第 {line} 行起读不出来",
        "opens a quote that is never closed: from line {line} on the file is lost",
    ),
    "quote_single": ("引号里面的引号没有写成两个", "has a quote inside a quoted field that is not doubled"),
    "carriage_return": ("引号外面有回车符", "has a carriage return outside quotes"),
    "no_csv": ("不是 CSV：{why}", "is not CSV: {why}"),
    "record_large": (
        "有 {size:,} 字节，一条最多 {most:,}",
        "has {size:,} bytes; one record may have {most:,}",
    ),
    # the workbook
    "no_workbook": (
        "不是 Excel 工作簿：请另存为 .xlsx",
        "cannot be read: not a workbook ({why}); save it as .xlsx",
    ),
    "old_or_locked": (
        "是旧的 .xls 或者设了密码：请去掉密码，另存为 .xlsx",
        "is an old .xls or has a password: save it as .xlsx without one",
    ),
    "broken": (
        "工作簿内部有错（{part}）：请用 Excel 打开后另存为 .xlsx",
        "is broken inside ({part}): open it in Excel and save it anew as .xlsx",
    ),
    "broken_row": (
        "工作簿内部有错（第 {part} 行）：请用 Excel 打开后另存为 .xlsx",
        "is broken inside (row {part}): open it in Excel and save it anew as .xlsx",
    ),
    "broken_cell": (
        "工作簿内部有错（单元格 {part}）：请用 Excel 打开后另存为 .xlsx",
        "is broken inside (cell {part}): open it in Excel and save it anew as .xlsx",
    ),
    "broken_text": (
        "工作簿内部有错（第 {part} 段文字）：请用 Excel 打开后另存为 .xlsx",
        "is broken inside (text {part}): open it in Excel and save it anew as .xlsx",
    ),
    "broken_number": (
        "工作簿内部有错（数 {part}）：请用 Excel 打开后另存为 .xlsx",
        "is broken inside (number {part}): open it in Excel and save it anew as .xlsx",
    ),
    "many_parts": ("里面有 {parts:,} 个部分，最多 {most:,}", "holds {parts:,} parts, at most {most:,}"),
    "unpacks_large": (
        "解开后太大：请删去多余的行、列和图片",
        "unpacks to more than a table may: delete rows, columns and pictures that are not needed",
    ),
    "unpacks_much": (
        "解开后是原来的 {times} 倍：请删去多余的空行空列再存",
        "unpacks to {times} times its size: delete rows and columns that hold nothing",
    ),
    "no_sheet": ("没有显示出来的工作表", "has no visible sheet"),
    "several_sheets": (
        "有内容的工作表不止一张：{names}；请只留一张，其余的另存为别的文件",
        "more than one sheet holds something: {names}; leave one, save the others as files of their own",
    ),
    "many_merged": (
        "合并的单元格超过 {most:,} 处：请取消合并",
        "has more than {most:,} merged ranges: unmerge them",
    ),
    # TOML
    "no_toml": ("不是能读的 TOML", "is not TOML: {why}"),
    "no_toml_at": ("第 {line} 行第 {column} 列起不是 TOML", "is not TOML: {why}"),
    # header and rows
    "header": ("表头{why}", "the header {why}"),
    "header_twice": ("表头里有重复的列名：{names}", "the header names a column twice: {names}"),
    "columns_needed": ("要有这几列：{names}；现有：{found}", "needs the columns {names}; found: {found}"),
    "columns_missing": ("缺少{names}；现有：{found}", "missing column {names}; found: {found}"),
    "many_columns": ("有 {columns:,} 列，最多 {most}", "has {columns:,} columns, at most {most}"),
    "width": ("有 {columns} 列，表头有 {header} 列", "has {columns} columns, the header has {header}"),
    "nameless": (
        "第 {column} 列有内容，表头没有列名",
        "has a value in column {column}, which the header does not name",
    ),
    "hidden_row": (
        "这一行隐藏着：请取消隐藏或者筛选，不要的就删去",
        "is hidden: show it (clear the filter), or delete it",
    ),
    # cells
    "hidden_column": (
        "这一列隐藏着：请取消隐藏，不要的就删去",
        "stands in a hidden column: show it, or delete it",
    ),
    "merged": (
        "{range} 是合并单元格：请取消合并，每格分别填写",
        "{range} is merged: unmerge it and fill in each cell",
    ),
    "error": (
        "是错误值 {shown}：请改正公式或者清空",
        "shows the error {shown}: mend the formula, or clear the cell",
    ),
    "formula_without_value": (
        "公式没有算出的值：请用 Excel 打开后保存",
        "has a formula without a value: open the file in Excel and save it",
    ),
    "text_long": ("超过 {most:,} 个字", "has more than {most:,} characters"),
    "too_many_digits": (
        "是 {value}：Excel 只保留 15 位数字，请把单元格设为文本后重新填写",
        "is {value}: Excel keeps 15 digits only; make the cell a text and type it again",
    ),
    "shown_otherwise": (
        "存的是 {value}，按格式“{format}”显示得不一样：请把单元格设为文本后重新填写",
        'holds {value}, which the format "{format}" shows otherwise: make the cell a text and type it again',
    ),
    "no_day": ("不是日期：{value}", "is no day: {value}"),
    "no_text": ("有存不了的字符", "holds a character that no database keeps"),
    # what is not read of a sheet, and why
    "guide_sheet": ("是填写说明", "is the guide to the table"),
    "hidden_sheet": ("是隐藏的工作表", "is a hidden sheet"),
    "other_sheet": ("没有这张表的列名", "has no heads of this table"),
    "left_sheet": ("按您的选择不读", "is not read, as was chosen"),
    "above_head": ("在列名上面", "stands above the heads"),
    "head": ("是列名", "is a head"),
    "head_again": ("重复了列名", "repeats the heads"),
    "section_row": ("是分段的标题", "is the title of a section"),
    "foot_row": ("是表后的合计或者说明", "is a sum or a remark behind the table"),
    "nothing_read": ("这一行在要读的列里没有内容", "holds nothing in the columns that are read"),
    "other_column": ("这一列不读", "stands in a column that is not read"),
    "hidden_column_read": ("这一列隐藏着，也读了", "stands in a hidden column and is read"),
    "left_row": ("按您的选择不导入这一行", "is left out, as was chosen"),
}
"""By code; a fact in braces."""


@dataclass(frozen=True)
class CellPlace:
    """Where it is: sheet ("": a CSV file), Excel's row (0: the whole), column from 0 (-1: the whole row), heading."""

    sheet: str = ""
    row: int = 0
    column: int = -1
    heading: str = ""

    @property
    def chinese(self) -> str:
        parts = [f"工作表“{self.sheet}”"] if self.sheet else []
        parts += [f"第 {self.row} 行"] if self.row else []
        parts += [f"{letters(self.column)} 列"] if self.column >= 0 else []
        return "".join(parts) + (f"（{self.heading}）" if self.heading else "")

    @property
    def english(self) -> str:
        parts = [f'sheet "{self.sheet}"'] if self.sheet else []
        parts += [f"row {self.row}"] if self.row else []
        parts += [f"column {letters(self.column)}"] if self.column >= 0 else []
        return ", ".join(parts) + (f" ({self.heading})" if self.heading else "")


@dataclass(frozen=True)
class TableFault:
    """What is wrong, by code and facts, and where."""

    code: str
    facts: Mapping[str, "Fact | TableFault"] = field(default_factory=dict)
    place: CellPlace = CellPlace()

    @property
    def chinese(self) -> str:
        return _at(self.place.chinese, "：", WORDS[self.code][0].format(**_in_language(self.facts, 0)))

    @property
    def english(self) -> str:
        return _at(self.place.english, ": ", WORDS[self.code][1].format(**_in_language(self.facts, 1)))

    @property
    def fault_only(self) -> "TableFault":
        """The same without the place."""
        return replace(self, place=CellPlace())

    def __str__(self) -> str:
        return self.english


def _at(place: str, mark: str, words: str) -> str:
    return f"{place}{mark}{words}" if place else words


def _in_language(facts: Mapping[str, Fact | TableFault], language: int) -> dict[str, Fact | TableFault]:
    joint = ("、", ", ")[language]
    worded = {
        key: joint.join(map(str, fact)) if isinstance(fact, list) else fact for key, fact in facts.items()
    }
    if isinstance(why := facts.get("why"), TableFault):
        worded["why"] = (why.chinese, why.english)[language]
    return worded
