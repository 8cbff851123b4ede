"""The commands that tell stories: story rules, story fooled."""

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from portal.commands.console import Json, print_json, refuse, refusing, rehearsal_register
from portal.rehearsal.comparing import RECIPIENT_NAMES
from portal.rehearsal.fooled import AFTER, BEFORE, FIGURES, Fooled, fooled
from portal.rehearsal.honest import Honest, honest
from portal.rehearsal.one_life import FIRST, LAST, LifeLine, ToldStep, books, explained, live, only_in
from rulebooks import Library
from rulebooks.sheet import in_words
from states.decide import event_names
from states.reasons import Label, Refused, labels
from states.vocabulary import LimitKey
from storage.courtesy import CODES
from storage.rehearsed import OwedLimit
from storage.statistics.rules import Rate
from storage.waiting import Proposal

app = typer.Typer(no_args_is_help=True)
story_app = typer.Typer(no_args_is_help=True, help="故事 stories, each played through the real register")
app.add_typer(story_app, name="story")


@story_app.callback()
def _stories() -> None:
    """Stories, each a command."""


@story_app.command("rules")
def rules(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="规则集，默认全部；第一个是比较的底 default: all; the first is the base"),
    ] = None,
    json_: Json = False,
) -> None:
    """同一件建议在各规则集下，哪天告诉谁什么 one life under every rulebook: who is told what when, and why."""
    library = Library()
    with refusing():
        for name in names or []:
            if library.get(name).of_opinions:
                refuse(Refused("told_rulebook", name=Label(name), known=labels(books(library))))
    lives = _lived(names or books(library), library)
    if json_:
        print_json({"first": FIRST, "last": LAST, "lives": {name: _json(life) for name, life in lives.items()}})
        return
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(
        f"一件建议，{FIRST} 至 {LAST}，同样的人在同样的日子做同样的事，多数逾期。没有依据的是办理流程本身的步骤。\n"
        "One life; the same people do the same on the same days. Lines without an article are the machine's own steps.",
        highlight=False,
    )
    for name, lived in lives.items():
        _tell(console, name, lived)
    _matrix(console, lives)
    _why(console, lives)


@story_app.command("fooled")
def story_fooled(
    honest_years: Annotated[
        int,
        typer.Option(
            "--honest", min=0, help="另外演练这么多个没有作假的年份，数误报 years without fraud, for false findings"
        ),
    ] = 0,
    suggestions: Annotated[int, typer.Option(min=1, help="每年多少件 suggestions of each such year")] = 272,
    json_: Json = False,
) -> None:
    """空头承诺、收集满意，怎样查出来 empty promises and collected ticks, and how they come out."""
    with TemporaryDirectory(prefix="duban-") as folder:
        register = rehearsal_register(f"sqlite:///{Path(folder) / 'story.db'}", "duban story")
        try:
            year = fooled(register)
        finally:
            register.engine.dispose()
    false = honest(honest_years, suggestions) if honest_years else None
    if json_:
        print_json(_fooled_json(year, false))
        return
    console = Console(width=None if sys.stdout.isatty() else 160)
    for moment in year.moments:
        console.print(f"{moment.on}  {moment.said}  [dim]{moment.english}[/dim]", highlight=False)
        for code, number in year.findings.get(moment.on, {}).items():
            if code in CODES:
                console.print(f"            · {code} × {number}", highlight=False)
    table = Table("统计 figure", f"{BEFORE}", f"{AFTER}", "公式 formula", header_style="bold")
    for key in FIGURES:
        table.add_row(year.before[key].name, _rate(year.before[key]), _rate(year.after[key]), year.after[key].formula)
    console.print(table)
    meeting = "、".join(map(_proposal, year.meeting))
    console.print(f"主任会议 before the chairpersons' meeting：{meeting}")
    console.print("领导摘要 the leader's messages：")
    for on, subject, _ in reversed(year.leaders):
        console.print(f"  {on} {subject}", highlight=False)
    if false is not None:
        console.print(
            f"没有作假的 {false.years} 年，{false.suggestions} 件，{false.judgements} 份评价：每千件误报 "
            f"false findings per 1,000 cases in {false.years} years without fraud:",
            highlight=False,
        )
        for code in CODES:
            console.print(f"  {code} {false.per_thousand(code):.2f}（{false.findings[code]}）", highlight=False)


def _rate(rate: Rate) -> str:
    return f"{rate.percent}（{rate.numerator}/{rate.denominator}）"


def _proposal(proposal: Proposal) -> str:
    return f"{proposal.level} {proposal.number}"


def _fooled_json(year: Fooled, false: Honest | None) -> dict[str, object]:
    return {
        "moments": [asdict(moment) for moment in year.moments],
        "found": {str(on): codes for on, codes in year.findings.items()},
        "before": {key: asdict(rate) for key, rate in year.before.items()},
        "after": {key: asdict(rate) for key, rate in year.after.items()},
        "meeting": [asdict(proposal) for proposal in year.meeting],
        "leaders": [{"on": on, "subject": subject} for on, subject, _ in year.leaders],
        "honest": None
        if false is None
        else {**asdict(false), "per_thousand": {code: round(false.per_thousand(code), 2) for code in CODES}},
    }


def _lived(names: Sequence[str], library: Library) -> dict[str, ToldStep]:
    with TemporaryDirectory(prefix="duban-") as folder:
        register = rehearsal_register(f"sqlite:///{Path(folder) / 'lives.db'}", "duban story", library)
        try:
            return live(register, names)
        finally:
            register.engine.dispose()


def _tell(console: Console, name: str, life: ToldStep) -> None:
    console.print(f"\n{life.rulebook.title}  {life.rulebook.ident}", style="bold", highlight=False)
    table = Table(
        "日 day", "告诉谁 who", "什么 what", "时限 limit", "最后一天", "依据 article", header_style="bold"
    )
    for line in life.lines:
        table.add_row(
            str(line.day), _who(line), _what(line), LimitKey.name_of(line.key),
            str(line.last_day or ""), Text(line.source),
        )  # fmt: skip
    console.print(table)
    for bad in life.refused:
        console.print(f"被拒 refused: {bad.on} {bad.action}: {bad.reason}", style="dim", highlight=False)


def _who(line: LifeLine) -> str:
    kind, _, name = line.who.partition(":")
    return f"{RECIPIENT_NAMES.get(kind, kind)} {name}"


LIMIT_EVENTS = {
    "limit.reminded": "提醒",
    "limit.overdue": "逾期",
    "limit.escalated": "升级",
    "limit.excused": "已说明，不升级",
    "limit.moved": "最后一天改动",
    "supervision.proposed": "提请督办",
}


def _what(line: LifeLine) -> str:
    name = LIMIT_EVENTS.get(line.what) or event_names().get(line.what, line.what)
    return f"{name} {line.level}".strip()


def _matrix(console: Console, lives: dict[str, ToldStep]) -> None:
    """Every limit of the life by rulebook: the last day, red when it was kept late or not at all."""
    table = Table("时限 limit", header_style="bold")
    for name in lives:
        table.add_column(name, overflow="fold")
    places = {_place(limit) for life in lives.values() for limit in life.limits}
    for key, subject, round_ in sorted(places, key=lambda place: (place[2], place[0], place[1])):
        title = LimitKey.name_of(key) + (f" 第{round_}轮" if round_ > 1 else "")
        table.add_row(f"{title} {subject}", *(_cell(life, (key, subject, round_)) for life in lives.values()))
    console.print("\n各规则集的最后一天 the last days side by side（红：逾期 red: late；–：没有这一项 none）")
    console.print(table)


def _cell(life: ToldStep, place: tuple[str, str, int]) -> Text:
    for limit in life.limits:
        if _place(limit) == place:
            return Text(f"{limit.last_day:%y-%m-%d}", "red" if _late(limit) else "")
    return Text("–", "dim")


def _place(limit: OwedLimit) -> tuple[str, str, int]:
    """A limit by its key, the part it belongs to, and the round; the cases have different names."""
    return limit.key, limit.subject_id.partition("/")[2] or limit.subject_id.partition("@")[2], limit.round


def _late(limit: OwedLimit) -> bool:
    return not limit.void and (limit.met_on or LAST) > limit.last_day


def _why(console: Console, lives: dict[str, ToldStep]) -> None:
    """Against the first: how many lines differ, and which rules of the texts explain them."""
    (base, first), *others = lives.items()
    for name, other in others:
        lines = [*only_in(first, other), *only_in(other, first)]
        causes: dict[str, None] = {}
        unexplained = 0
        for line in lines:
            keys = explained(first.rulebook, other.rulebook, line)
            causes |= dict.fromkeys(".".join(key.split(".")[:2]) for key in keys)
            unexplained += not keys
        reasons = "，".join(f"{key}（{_terms(first, other, key)}）" for key in causes) or "–"
        console.print(
            f"\n{base} / {name}: 不同 {len(lines)} 行，出自 explained by {reasons}；不能解释 unexplained {unexplained}",
            highlight=False,
        )


def _terms(a: ToldStep, b: ToldStep, key: str) -> str:
    """What the two rulebooks say under the key, where it is a limit."""
    section, _, name = key.partition(".")
    if section != "limits":
        return "不同 differs"
    days = []
    for life in (a, b):
        limit = life.rulebook.limits.get(name)
        days.append(in_words(limit) if limit else "无")
    return f"{days[0]} / {days[1]}"


def _json(life: ToldStep) -> dict[str, object]:
    return {
        "rulebook": life.rulebook.ident,
        "title": life.rulebook.title,
        "state": life.state,
        "told": [asdict(line) for line in life.lines],
        "limits": [asdict(limit) for limit in life.limits],
        "refused": life.refused,
    }
