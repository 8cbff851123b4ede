"""What is measured: the cases it starts from, and the actions it takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from states import Action
from states.cases import Json
from states.vocabulary import PartRole
from storage import Register
from storage.sealing import seal, verify

AT = datetime(2025, 3, 12, 3, tzinfo=UTC)
"""A Wednesday without holidays around it; every case is opened then."""

DAY = timedelta(days=1)

FALLS_DUE = AT + 8 * DAY
"""The last of five working days after `AT` is over, and nothing else of an opinion."""

REGION = {"code": "321300", "name": "宿迁市", "level": "city"}
UNITS = [
    {"id": "U1", "name": "住房和城乡建设局", "region": "321300", "kind": "government"},
    {"id": "U2", "name": "交通运输局", "region": "321300", "kind": "government"},
]
PEOPLE = [
    {"id": "R1", "name": "登记员", "role": "registrar", "region": "321300"},
    {"id": "D1", "name": "代表甲", "role": "deputy", "region": "321300"},
    {"id": "H1", "name": "承办人甲", "role": "handler", "unit": "U1", "region": "321300"},
    {"id": "H2", "name": "承办人乙", "role": "handler", "unit": "U2", "region": "321300"},
]
DRAFT: dict[str, Json] = {
    "rulebook": "suqian",
    "region": "321300",
    "title": "关于整修幸福路路面的建议",
    "facts": "幸福路自中学至医院一段路面破损，雨天积水，学生和病人出行不便，居民多次反映。" * 5,
    "proposal": "一、整修破损路面；二、疏通雨水管道；三、增设照明。" * 5,
    "points": 3,
}
OPINION: dict[str, Json] = {
    "rulebook": "message-board",
    "title": "小区门口的路灯不亮",
    "body": "小区东门外的路灯已经半个月不亮，晚上老人和孩子出入不安全，请有关部门尽快修好。" * 3,
    "citizen": "市民甲",
}
ANSWER = {"answer": "您好，路灯线路已于昨日修复，今后将加强巡查，感谢您的监督。" * 3}
CALL = {"kind": "phone", "note": "电话联系代表，介绍现状和初步打算，代表希望先修学校门口一段。"}


@dataclass(frozen=True)
class Workload:
    """One row of the table. `count` units of work are done by `run`; aims that do not apply are None.

    `stage` names what `prepare` builds, so that workloads share it.
    """

    name: str
    what: str
    unit: str
    count: int
    stage: str
    prepare: Callable[[Register], None]
    run: Callable[[Register], None]
    least_ratio: float | None = None
    least_rate: float | None = None
    most_seconds: float | None = None


def workloads(quick: bool) -> list[Workload]:
    singles = 100 if quick else 300
    batches = 3 if quick else 10
    opened = 300 if quick else 1_000
    kept = 2_000 if quick else 100_000

    def opinions(register: Register) -> None:
        take(register, [recorded(i) for i in range(opened)])

    def suggestions(register: Register) -> None:
        accept_suggestions(register, opened)

    answers = [action("answer", f"O{i}", "sys", "system", ANSWER) for i in range(opened)]
    calls = [action("communicate", f"S{i}", "H1", "handler", CALL) for i in range(opened)]
    single, batch = 0.4, 0.3
    return [
        Workload("single-answer", "an opinion is answered, one action a transaction", "actions", singles,
                 "opinions", opinions, acting(answers[:singles], 1), least_ratio=single),
        Workload("single-contact", "a unit records a contact, one action a transaction", "actions", singles,
                 "suggestions", suggestions, acting(calls[:singles], 1), least_ratio=single),
        Workload("batch-answer", "opinions are answered, 100 a transaction", "actions", batches * 100,
                 "opinions", opinions, acting(answers[: batches * 100], 100), least_ratio=batch),
        Workload("batch-contact", "units record contacts, 100 a transaction", "actions", batches * 100,
                 "suggestions", suggestions, acting(calls[: batches * 100], 100), least_ratio=batch),
        Workload("create-opinions", "1,000 opinions are recorded, five limits each", "cases", 1_000, "directory",
                 directory, acting([recorded(i) for i in range(1_000)], 1_000), most_seconds=1.5),
        Workload("create-suggestions", "1,000 suggestions are drafted", "cases", 1_000, "directory",
                 directory, acting([drafted(i) for i in range(1_000)], 1_000), most_seconds=1.5),
        Workload("sweep", f"{kept:,} limits fall due on one day, two are told of each", "limits", kept, "kept",
                 sealed_opinions(kept), lambda register: swept(register, kept), least_rate=20_000),
        Workload("verify", f"{kept:,} sealed cases are verified", "cases", kept, "kept", sealed_opinions(kept),
                 lambda register: verified(register, kept)),
    ]  # fmt: skip


# -- actions -------------------------------------------------------------------------------------------


def action(name: str, case: str, by: str, role: str, data: Mapping[str, Json]) -> Action:
    return Action(case, name, by, role, data, key=f"{name}-{case}-{by}")


def recorded(number: int) -> Action:
    return action("record", f"O{number}", "sys", "system", OPINION)


def drafted(number: int) -> Action:
    return action("draft", f"S{number}", "D1", "deputy", DRAFT)


def take(register: Register, actions: Sequence[Action], size: int = 1_000, at: datetime = AT) -> None:
    """Take the actions, `size` a transaction; a refused one is a fault of the bench."""
    for start in range(0, len(actions), size):
        for outcome in register.apply(actions[start : start + size], at):
            if not outcome.done or outcome.repeated:
                raise AssertionError(outcome)


def acting(actions: Sequence[Action], size: int) -> Callable[[Register], None]:
    return lambda register: take(register, actions, size, AT + DAY)


def swept(register: Register, due: int) -> None:
    report = register.sweep(FALLS_DUE)
    assert report.climbed == due, report


def verified(register: Register, cases: int) -> None:
    proof = verify(register)
    assert proof.ok, proof.faults
    assert proof.cases == cases, proof


# -- where it starts from --------------------------------------------------------------------------------


def directory(register: Register) -> None:
    register.import_directory("regions", [(1, REGION)])
    register.import_directory("units", list(enumerate(UNITS, start=1)))
    register.import_directory("people", list(enumerate(PEOPLE, start=1)))


def accept_suggestions(register: Register, count: int) -> None:
    """Suggestions whose lead and co-unit have accepted."""
    directory(register)
    units = [{"unit": "U1", "role": PartRole.LEAD}, {"unit": "U2", "role": PartRole.CO}]
    classed = {"subject_class": "社会建设", "committee": "社会建设委员会"}
    steps: list[tuple[str, str, str, Mapping[str, Json]]] = [
        ("draft", "D1", "deputy", DRAFT),
        ("submit", "D1", "deputy", {}),
        ("open_review", "R1", "registrar", {}),
        ("register", "R1", "registrar", classed),
        ("propose_units", "R1", "registrar", {"units": units}),
        ("assign", "R1", "registrar", {}),
        ("receipt", "H1", "handler", {}),
        ("accept", "H1", "handler", {}),
        ("receipt", "H2", "handler", {}),
        ("accept", "H2", "handler", {}),
    ]
    for name, by, role, data in steps:
        take(register, [action(name, f"S{i}", by, role, data) for i in range(count)])


def sealed_opinions(count: int) -> Callable[[Register], None]:
    def prepare(register: Register) -> None:
        take(register, [recorded(i) for i in range(count)])
        seal(register, AT + DAY)

    return prepare
