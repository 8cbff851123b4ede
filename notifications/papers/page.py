"""The part of docs/papers.md that tells the kinds, from their table."""

from notifications.papers.kinds import COMMON, LISTS, OF_A_CASE, OF_CASES, Kind
from states.roles import Role

KINDS_BEGIN = "<!-- Generated from notifications/papers/kinds.py; renew it with: duban papers kinds --write -->\n"

GROUPS = {
    "unit": "承办单位", "units": "答复的各单位", "deputies": "领衔和联名代表", "lead": "领衔代表",
    "served": "送达的代表", "evaluators": "评价的代表",
    "body": "主任会议，政府督查的是政府",
}  # fmt: skip
LAYOUTS = {"letter": "信函", "document": "文件", "sheet": "单、表", "list": "清单"}


def kinds_part() -> str:
    """From `KINDS_BEGIN` to the end of the page."""
    lines = [
        KINDS_BEGIN,
        "## 文种 / The kinds",
        "",
        "| 文种 | 模板 template | 事件 event | 谁发 by | 主送 to | 格式 form | 这一文种的字段 fields |",
        "|---|---|---|---|---|---|---|",
        *(_of_a_case(kind) for kind in OF_CASES),
        "",
        f"每种都有 every kind has: {_named(COMMON)}。",
        "",
        f"一件的文书还有 those of a case also have: {_named(OF_A_CASE)}。",
        "",
        "## 清单和报告 / Lists and reports",
        "",
        "不属于哪一件，要的时候做：`duban papers list 文种 --region 区划 --out 文件.docx`（或者 `.xlsx`）。",
        "They belong to no single case and are made when asked for.",
        "",
        "| 文种 | 模板 template | 格式 form | 这一文种的字段 fields |",
        "|---|---|---|---|",
        *(f"| {kind.name} | `{kind.id}.docx` | {LAYOUTS[kind.layout]} | {_named(kind.fields)} |" for kind in LISTS),
        "",
    ]
    return "\n".join(lines)


def _of_a_case(kind: Kind) -> str:
    events = "<br>".join(f"`{event}`" for event in kind.events) + (f" {kind.level}" if kind.level else "")
    by = {"office": Role.REGISTRAR.zh, "unit": "承办单位"}[kind.issuer]
    to = "、".join(GROUPS[group] for group in kind.to)
    return (
        f"| {kind.name} | `{kind.id}.docx` | {events} | {by} | {to} | {LAYOUTS[kind.layout]} | {_named(kind.fields)} |"
    )


def _named(fields: tuple[str, ...]) -> str:
    return " ".join(f"`{field}`" for field in fields) or "–"
