"""The tables for readers: Mermaid diagrams, Markdown tables and JSON of the machines in `LIFECYCLES`."""

from collections.abc import Callable, Iterable, Iterator

from pydantic import JsonValue

from states.decide import FOUNDING, LIFECYCLES
from states.lifecycle import Lifecycle
from states.reasons import Refused
from states.roles import Role
from states.sheets import SHEETS
from states.table import Step
from states.vocabulary import Subject
from states.whose_move import whose_move
from states.words import ACTION_NAMES
from states.work import Work

INTRO = """<!-- Generated from the tables in states/. Do not edit; renew it with: duban diagram --write -->

# 办理流程：状态与步骤

# Lifecycle: states and steps

本页由 `states/` 里的五张表生成：建议、承办、承诺事项、督办、群众意见（写在 `states/processes/opinion.toml`）。
流程以表为准，改流程就是改表。

- **目标**为“（不变）”的行只记录事实，不改变状态；其余各行是步骤，日期不得早于上一步。
- **随动**：各答复单位都走到这一步时，建议随之前进；建议的阶段就是走得最慢的答复单位的阶段。
- **轮到谁**：这一状态等谁走下一步；“–”是由别的状态机带动、由系统完成，或者已经结束。
- **自动**：条件一成立就由系统完成；**内部**：只由别的步骤带动。
- 起草（`draft`）和登记意见（`record`）开案，提出督办（`propose_supervision`）开一项督办，承诺事项随答复产生。
- 是否逾期不是状态，而是期限的最后一天（含当天）与日期的比较。

规则栏的字母是条文：代表法（2025）；BJ 北京 2014，SH 上海 2015，SD 山东 2017，QD 青岛 2021，HA 河南 2017，
ZJ 浙江 2016，CQ 重庆 2018，后面的数字是条；T、A、K 是建议、承办、承诺事项各行的编号，
D 是时限的编号，U 是催办阶梯的级，G1–G3 是先沟通后办理、先调研后答复、先征询意见后正式行文三道门槛；
house rule 是本系统自定，没有条文；practice 是某地做法。

This page is generated from the five tables in `states/`, that of opinions a file of
`states/processes/`. A line whose target is “（不变）” records a fact and moves
nothing; every other line is a step, and no step is dated before the one before it. 随动: the suggestion follows when
every answering part has come so far. 轮到谁: who is waited for; “–” where another machine or the system carries it on,
or it has ended. 自动: taken at once when its condition holds. 内部: taken by another step only.

Letters in the rule column are articles: BJ Beijing 2014, SH Shanghai 2015, SD Shandong 2017, QD Qingdao 2021,
HA Henan 2017, ZJ Zhejiang 2016, CQ Chongqing 2018, 代表法 the national law of 2025. T, A and K number the lines of
suggestion, assignment and commitment, D the time limits, U the rungs of the ladder; G1–G3 are the three gates:
communicate before handling, research before replying, consult before the formal document.
A house rule has no article; a practice is that of the place named.

The data keys are those of the action's sheet; [actions.md](actions.md) says what each holds and when it is needed.
"""


def mermaid(machine: Lifecycle) -> str:
    """The state diagram of one machine, without facts that change no state."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {state}: {name} {state}" for state, name in machine.names.items()]
    founding = [ACTION_NAMES[action] for action, subject in FOUNDING.items() if subject == machine.subject]
    lines.append(f"    [*] --> {machine.initial}" + (f": {founding[0]}" if founding else ""))
    lines += [
        f"    {source} --> {target}: {ACTION_NAMES.get(action, action)}"
        for source, action, target in _moves(machine)
    ]
    return "\n".join(lines)


def lifecycle_page() -> str:
    """The whole of docs/lifecycle.md."""
    return "\n".join([INTRO, *(_section(machine) for machine in LIFECYCLES.values())])


def as_json() -> dict[str, dict[str, JsonValue]]:
    """The five machines with their states and steps, for programs."""
    return {
        subject: {
            "name": Subject.name_of(subject),
            "initial": machine.initial,
            "founding": [action for action, founded in FOUNDING.items() if founded == subject],
            "states": [{"id": state, "name": name} for state, name in machine.names.items()],
            "steps": [_step(machine, step) for step in machine.steps],
        }
        for subject, machine in LIFECYCLES.items()
    }


def data_keys(step: Step) -> list[str]:
    """The data keys of the sheet of the step's action; none for steps that nobody takes."""
    taken = not (step.follows or step.auto or step.internal)
    return [field.key for field in SHEETS.get(step.action, ())] if taken else []


def _moves(machine: Lifecycle) -> Iterator[tuple[str, str, str]]:
    """The edges that lead elsewhere, as the built machine holds them."""
    for source, action, target in machine.edges():
        if source != target:
            yield source, action, target


def _step(machine: Lifecycle, step: Step) -> dict[str, JsonValue]:
    return {
        "action": step.action,
        "name": ACTION_NAMES.get(step.action, step.action),
        "event": f"{machine.subject}.{step.event}",
        "from": [str(state) for state in step.sources],
        "to": None if step.target is None else str(step.target),
        "kind": _kind(step),
        "roles": [role.value for role in step.by],
        "owner": step.owner.value,
        "when": [condition.__name__ for condition in step.when],
        "guards": [_rule(guard) for guard in step.guards],
        "data": [*data_keys(step)],
        "tells": list(step.tells),
        "article": step.article,
    }


def _kind(step: Step) -> str:
    if step.follows:
        return "follows"
    if step.auto:
        return "automatic"
    return "internal" if step.internal else "step" if step.target is not None else "fact"


def _named(roles: Iterable[Role]) -> str:
    return "、".join(role.zh for role in roles) or "–"


def _rule(guard: Callable[[Work], bool | Refused | None]) -> str:
    """A guard by its name and the first line of its docstring."""
    sentence = (guard.__doc__ or "").strip().partition("\n")[0]
    return f"{guard.__name__}: {sentence}" if sentence else guard.__name__


def _section(machine: Lifecycle) -> str:
    subject = machine.subject
    rows = [_row(machine, step) for step in machine.steps]
    states = [
        f"| `{state}` | {name} | {_named(whose_move(machine, state))} |" for state, name in machine.names.items()
    ]
    return "\n".join(
        [
            f"## {Subject.name_of(subject)} / {subject}",
            "",
            "```mermaid",
            mermaid(machine),
            "```",
            "",
            "| 状态 state | 中文 | 轮到谁 whose move |",
            "|---|---|---|",
            *states,
            "",
            "| 步骤 action | 事件 event | 起 from | 止 to | 谁 role | 条件 guards | 数据 data | 依据 source |",
            "|---|---|---|---|---|---|---|---|",
            *rows,
            "",
        ]
    )


def _row(machine: Lifecycle, step: Step) -> str:
    kind = {"follows": "随动", "automatic": "自动", "internal": "内部"}.get(_kind(step), "")
    cells = (
        f"`{step.action}` {ACTION_NAMES.get(step.action, '')}" + (f"（{kind}）" if kind else ""),
        f"`{machine.subject}.{step.event}`",
        "、".join(machine.names[str(state)] for state in step.sources),
        "（不变）" if step.target is None else machine.names[str(step.target)],
        _named(step.by),
        "<br>".join(_rule(rule) for rule in (*step.when, *step.guards)) or "–",
        " ".join(f"`{key}`" for key in data_keys(step)) or "–",
        step.article,
    )
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"
