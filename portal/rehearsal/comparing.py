"""The comparison of two rulebooks over the same year as text: side by side, Chinese first."""

from collections import Counter
from dataclasses import asdict

from rich.console import Console
from rich.table import Table
from rich.text import Text

from portal.rehearsal.against import STANDINGS, Against, ComparedLimit, Side, YearDifference
from portal.rehearsal.year_report import RUNG_NAMES
from states.roles import Role
from states.vocabulary import LimitKey
from states.words import ACTION_NAMES

STANDING_NAMES = {"in_time": "按时", "late": "逾期办", "never": "逾期未办", "running": "在办"}
RECIPIENT_NAMES = Role.names() | {
    "unit": "承办单位",
    "chair_meeting": "主任会议",
    "standing_committee": "常委会",
}
SHOWN = 20


def tell_against(console: Console, against: Against, most: int = SHOWN) -> None:
    """Print both sides, and the first `shown` limits that are late on one side only, or else that differ at all."""
    a, b = against.a, against.b
    console.print(
        f"同一年的办理，两个规则集 the same acts under two rulebooks：{against.first} 至 {against.ended}\n"
        f"甲 A  {a.title}  {a.ident}\n乙 B  {b.title}  {b.ident}\n"
        f"办理动作 acts: 甲 {a.acts}（被拒 refused {len(a.refused)}），乙 {b.acts}（被拒 {len(b.refused)}）",
        highlight=False,
    )
    if against.supposed:
        console.print(f"乙的假设 supposed of B: {'；'.join(against.supposed)}", highlight=False, markup=False)
    if against.same:
        console.print("\n没有不同 no difference: 时限、阶梯、告知都一样。")
    _limits(console, a, b)
    _two(console, "\n二、督办阶梯 what the ladder did", "级 rung", RUNG_NAMES, a.rungs, b.rungs)
    kinds = _kinds(a.recipients), _kinds(b.recipients)
    _two(console, "\n三、告知谁 who is told", "对象 recipient", RECIPIENT_NAMES, *kinds)
    _recipients(console, a, b)
    _cases(console, against.differences, most)
    _refused(console, a, b)


def _limits(console: Console, a: Side, b: Side) -> None:
    table = Table("时限 limit", header_style="bold")
    for side in ("甲", "乙"):
        for name in STANDING_NAMES.values():
            table.add_column(f"{side} {name}", justify="right")
    for key in dict.fromkeys((*a.limits, *b.limits)):
        cells = [_number(side.limits.get(key), standing) for side in (a, b) for standing in STANDINGS]
        table.add_row(f"{LimitKey.name_of(key)} {key}", *cells)
    console.print("\n一、时限 limits: – 表示没有这一项 there is none")
    console.print(table)


def _number(counted: Counter[str] | None, standing: str) -> Text:
    if counted is None:
        return Text("–", "dim")
    late = standing in ("late", "never") and counted[standing]
    return Text(str(counted[standing]), "red" if late else "")


def _two(
    console: Console, title: str, first: str, names: dict[str, str], a: Counter[str], b: Counter[str]
) -> None:
    table = Table(first, "甲 A", "乙 B", "差", header_style="bold")
    for key in [*(key for key in names if a[key] or b[key]), *sorted({*a, *b} - names.keys())]:
        table.add_row(f"{names.get(key, '')} {key}".strip(), str(a[key]), str(b[key]), _gap(b[key] - a[key]))
    table.add_row("合计", str(a.total()), str(b.total()), _gap(b.total() - a.total()), style="bold")
    console.print(title)
    console.print(table)


def _recipients(console: Console, a: Side, b: Side) -> None:
    """Those for whom it makes the most difference."""
    gaps = {name: b.recipients[name] - a.recipients[name] for name in {*a.recipients, *b.recipients}}
    most = sorted((name for name in gaps if gaps[name]), key=lambda name: (-abs(gaps[name]), name))[:10]
    if most:
        table = Table("告知最不同的 recipient", "甲 A", "乙 B", "差", header_style="bold")
        for label in most:
            table.add_row(label, str(a.recipients[label]), str(b.recipients[label]), _gap(gaps[label]))
        console.print(table)


def _cases(console: Console, differences: list[YearDifference], most: int) -> None:
    turned = [difference for difference in differences if difference.outcome]
    console.print(
        f"\n四、不同的时限 limits that differ {len(differences)}，其中一边逾期一边不逾期 late on one side only "
        f"{len(turned)}"
        + (f"，先列 {most} 个 the first {most}" if len(turned or differences) > most else ""),
        highlight=False,
    )
    if differences:
        table = Table("件 case", "时限 limit", "甲 A", "依据", "乙 B", "依据", header_style="bold")
        for shown_difference in (turned or differences)[:most]:
            what = f"{shown_difference.key}" + (
                f" 第{shown_difference.round}轮" if shown_difference.round > 1 else ""
            )
            who = (
                shown_difference.subject
                if shown_difference.subject != shown_difference.case
                else shown_difference.case
            )
            table.add_row(who, what, *_cells(shown_difference.a), *_cells(shown_difference.b))
        console.print(table)


def _cells(limit: ComparedLimit | None) -> tuple[str, str]:
    if limit is None:
        return "–", ""
    met = f"，{limit.met_on} 办" if limit.met_on and limit.standing == "late" else ""
    return f"{limit.last_day} {STANDING_NAMES[limit.standing]}{met}", limit.source


def _refused(console: Console, a: Side, b: Side) -> None:
    for name, side in (("甲 A", a), ("乙 B", b)):
        if side.refused:
            console.print(f"\n{name} 拒绝的动作 acts refused {len(side.refused)}", highlight=False)
            for (action, reason), number in _reasons(side).items():
                console.print(
                    f"  {number} × {ACTION_NAMES.get(action, '')} {action}: {reason}", highlight=False
                )


def _reasons(side: Side) -> dict[tuple[str, str], int]:
    """How often each act was refused, with the first reason; reasons name cases, so one stands for all."""
    first: dict[str, str] = {}
    for refused in side.refused:
        first.setdefault(refused.action, f"{refused.case} {refused.on}: {refused.reason}")
    counted = Counter(refusal.action for refusal in side.refused)
    return {(action, first[action]): number for action, number in counted.most_common()}


def _kinds(counts: Counter[str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for name, number in counts.items():
        counted[name.partition(":")[0]] += number
    return counted


def _gap(number: int) -> str:
    return f"{number:+d}" if number else "0"


def against_json(against: Against) -> dict[str, object]:
    """Everything that `tell_against` prints and every limit that differs, as one JSON object."""
    return {
        "first": against.first,
        "ended": against.ended,
        "supposed": against.supposed,
        "same": against.same,
        "a": _side_json(against.a),
        "b": _side_json(against.b),
        "differences": [
            asdict(difference) | {"late_on_one_side": difference.outcome}
            for difference in against.differences
        ],
    }


def _side_json(side: Side) -> dict[str, object]:
    return {
        "rulebook": side.ident,
        "title": side.title,
        "acts": side.acts,
        "refused": side.refused,
        "limits": {
            key: {standing: counted[standing] for standing in STANDINGS}
            for key, counted in side.limits.items()
        },
        "rungs": _sorted(side.rungs),
        "told": _sorted(side.recipients),
        "kinds": _sorted(side.kinds),
    }


def _sorted(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items()))
