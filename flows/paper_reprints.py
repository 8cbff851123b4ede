"""The differences between a report and its last issue, which a reprint lists."""

from collections.abc import Mapping
from dataclasses import dataclass

from notifications.papers import Kind
from notifications.papers.elements import grids
from notifications.papers.paper import Fields, grid_rows

COUNTS = {
    "count": "合计",
    "kept": "已销号",
    "late": "到期未销号",
    "answering": "主办、独办、分办",
    "co": "会办",
}  # fmt: skip
"""The fields of one number, as a reprint names them."""


@dataclass(frozen=True)
class Issued:
    """An issued report: its number, when it was counted in words, and its lines (name -> text)."""

    number: str
    counted_at: str
    lines: Mapping[str, str]


def lines_of(kind: Kind, fields: Fields) -> dict[str, str]:
    """Every figure of a report by a name of its own: single numbers, and cells of the tables whose rows have names."""
    counts = {words: str(fields[name]) for name, words in COUNTS.items() if name in kind.fields}
    for grid in grids(kind.body):
        (_, name, _), *others = grid.columns
        if name != "name":
            continue
        for row in grid_rows(fields, grid.name):
            counts |= {f"{row[name]} {head}": str(row[field]) for head, field, _ in others}
    return counts


def changes(issued: Issued, lines: Mapping[str, str]) -> list[str]:
    """Sentences: which paper it differs from, then line by line the old and the new text."""
    names = dict.fromkeys((*issued.lines, *lines))
    differences = [
        f"{name}：原为{issued.lines.get(name, '无')}，现为{lines.get(name, '无')}。"
        for name in names
        if issued.lines.get(name) != lines.get(name)
    ]
    against = f"{issued.number}（统计时点{issued.counted_at}）"
    return [f"与{against}相比有下列不同：", *differences] if differences else [f"各项数字与{against}一致。"]
