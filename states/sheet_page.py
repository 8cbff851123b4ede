"""The sheets for readers: docs/actions.md, and the rows of one action."""

from states.decide import LIFECYCLES
from states.sheets import SHEETS, Field, Type
from states.sheets.common import ON_BEHALF_OF, PART, PROMISE, SUPERVISION
from states.vocabulary import Subject
from states.words import ACTION_NAMES

HEAD = ("键 key", "内容 what it holds", "类型 type", "必填 needed", "值 values", "说明 help")

COLUMN_HEAD = ("列 column", "填什么 what it holds", "可以填的值 values", "必填 needed", "例 example")

TYPES = {
    Type.LINE: "text", Type.AREA: "text", Type.NUMBER: "whole number", Type.SCORE: "0–100", Type.DAY: "YYYY-MM-DD",
    Type.FLAG: "true, false", Type.CHOICE: "value", Type.RADIO: "value", Type.UNIT: "unit", Type.KNOWN: "text",
    Type.UNITS: "list of {unit, role, part}", Type.PEOPLE: "list of names", Type.DEPUTIES: "list of deputies",
    Type.ANSWERS: "whole number", Type.PROMISES: "list of {text, due_on}", Type.JUDGEMENTS: "{part: judgement}",
    Type.PHOTOS: "list of {sha256, name, place, on}",
}  # fmt: skip

ABOUT = {"assignment": PART, "commitment": PROMISE, "supervision": SUPERVISION}
"""The key that names the row, where an action of the machine could apply to several."""

INTRO = """<!-- Generated from the sheets in states/sheets/. Do not edit; renew it with: duban diagram --write -->

# 每个动作要填什么

# What each action asks

本页由 `states/sheets/` 生成，一个动作一节：动作的数据（`data`）有哪些键，各是什么类型，什么时候必须写。
“必填”一栏打勾的，没有写就不能办；写着条件的，条件成立时才要写；括号里的打勾是网页表单要求填的，规则另行判断。

This page is generated from `states/sheets/`, a section for each action: the keys of its `data`, their types, and when
they are needed. ✓: refused without it; a condition: refused without it when the condition holds; (✓): a form asks for
it, and the rules of the table judge it. A deputy's evaluation has the dimensions that the rulebook names.
Keys that are not listed are kept with the event as they come.
"""


def actions_page() -> str:
    """The whole of docs/actions.md."""
    sections = (_section(subject, machine.actions) for subject, machine in LIFECYCLES.items())
    return "\n".join([INTRO, *sections, _about()])


def field_rows(action: str) -> list[tuple[str, ...]]:
    """The fields of an action, a row for each under `HEAD`."""
    return [_row(field) for field in SHEETS.get(action, ())]


def column_row(field: Field) -> tuple[str, ...]:
    """The row of a table's column under `COLUMN_HEAD`; the example is '' where there is none."""
    chinese, english = [choice.zh for choice in field.choices], [choice.en for choice in field.choices]
    values = filter(None, ("、".join(chinese), ", ".join(english)))
    example = "" if field.example is None else field.named(str(field.example))
    needed = "✓" if field.required else ""
    return "\n".join(field.label), "\n".join(field.hint or ()), "\n".join(values), needed, example


def _section(subject: str, actions: set[str]) -> str:
    founding = {"suggestion": "draft", "supervision": "propose_supervision", "opinion": "record"}.get(subject)
    mine = [action for action in SHEETS if (action in actions or action == founding) and SHEETS[action]]
    return "\n".join([f"## {Subject.name_of(subject)} / {subject}", "", *(_table(action) for action in mine)])


def _table(action: str) -> str:
    return "\n".join([f"### `{action}` {ACTION_NAMES[action]}", "", *_lines(field_rows(action)), ""])


def _about() -> str:
    rows = [_row(field) for field in (*ABOUT.values(), ON_BEHALF_OF)]
    title = "## 哪一份、替谁 / which row, for whom"
    return "\n".join([title, "", *_lines(rows), ""])


def _lines(rows: list[tuple[str, ...]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (HEAD, ("---",) * len(HEAD), *rows)]


def _row(field: Field) -> tuple[str, ...]:
    many = "list of " if field.many else ""
    values = " ".join(f"`{choice.value}` {choice.zh}" for choice in field.among)
    hint = " ".join(field.hint) if field.hint else ""
    return f"`{field.key}`", " ".join(field.label), many + TYPES[field.kind], _needed(field), values, hint


def _needed(field: Field) -> str:
    if field.needed_if:
        other, values = field.needed_if
        return f"`{other}` = {' '.join(f'`{value}`' for value in values)}"
    if field.always:
        return "✓"
    return "(✓)" if field.required else ""
