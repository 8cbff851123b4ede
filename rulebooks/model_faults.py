"""What pydantic finds wrong with a value of a file, in both languages."""

from pydantic_core import ErrorDetails

from rulebooks.faults import FaultError
from rulebooks.sentences import Fact, Worded

IN_CHINESE = {
    "missing": "没有写",
    "extra_forbidden": "没有这个键",
    "string_type": "要写文字",
    "string_too_short": "至少 {min_length} 个字",
    "string_too_long": "最多 {max_length} 个字",
    "string_pattern_mismatch": "写法不对",
    "int_type": "要写整数",
    "int_parsing": "要写整数",
    "int_from_float": "要写整数",
    "float_type": "要写数字",
    "float_parsing": "要写数字",
    "finite_number": "要写数字",
    "bool_type": "要写是（true）或者否（false）",
    "bool_parsing": "要写是（true）或者否（false）",
    "literal_error": "只能写 {expected} 之一",
    "enum": "只能写 {expected} 之一",
    "greater_than": "要大于 {gt}",
    "greater_than_equal": "至少是 {ge}",
    "less_than": "要小于 {lt}",
    "less_than_equal": "最多是 {le}",
    "too_short": "至少 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "list_type": "要写一列值",
    "tuple_type": "要写一列值",
    "dict_type": "要写一组键和值",
    "model_type": "要写一组键和值",
    "date_type": "要写日期",
    "date_parsing": "要写日期",
    "date_from_datetime_parsing": "要写日期",
    "date_from_datetime_inexact": "要写日期，不写时刻",
    "time_type": "要写时刻",
    "time_parsing": "要写时刻",
    "path_type": "要写路径",
}
"""The Chinese of an error of pydantic by its type; places in braces are its own facts."""

OTHER = "不合要求"


def why_wrong(details: ErrorDetails) -> Fact:
    """The faults that a validator of the house raised, else pydantic's English with its Chinese."""
    facts = details.get("ctx", {})
    if isinstance(cause := facts.get("error"), FaultError):
        return cause.faults
    return Worded(details["msg"], IN_CHINESE.get(details["type"], OTHER).format(**facts))
