"""Automatic supervision: escalated cases go to their committee, those it does not take up to the office."""

from datetime import date

from states import Action
from states.roles import Role
from states.vocabulary import JUDGED_LEVELS, Level, SupervisionKind
from storage import Register
from storage.unsupervised import Unsupervised, unsupervised, untaken


def begun_by_rule(register: Register, on: date) -> list[Action]:
    """The supervisions that the system begins on `on`, at most one of each kind for a case.

    归口督办 for what reached a level that the rulebook names (`oversight.field_from`, or a higher one of its ladder);
    兜底督办 where there is no committee by field, or where it made no plan within `oversight.take_within`.
    """
    acts: dict[str, Action] = {}
    for case in unsupervised(register):
        if case.case_id not in acts and _reaches(register, case):
            kind = SupervisionKind.FIELD if case.committee else SupervisionKind.NET
            acts[case.case_id] = _begin(case.case_id, kind, case.level)
    tasks = untaken(register, on)
    calendar = register.workdays_of(task.region for task in tasks)
    for task in tasks:
        within = register.texts.of(task.rulebook_ident).oversight.take_within
        if calendar[task.region].add(task.since, within) < on:
            acts[task.case_id] = _begin(task.case_id, SupervisionKind.NET, task.level)
    return list(acts.values())


def _reaches(register: Register, case: Unsupervised) -> bool:
    wanted, reached = register.texts.of(case.rulebook_ident).oversight.field_from, Level(case.level)
    return any(level.ladder is reached.ladder and reached >= level for level in wanted)


def _begin(case_id: str, kind: str, level: str) -> Action:
    """One begun by dissatisfaction is marked as revealing it, so that it is hidden from those who must not know."""
    data = {"kind": kind, "level": level, "key": "feedback_by"} if level in JUDGED_LEVELS else {"kind": kind}
    return Action(case_id, "propose_supervision", "duban", Role.SYSTEM.value, data, key=f"rule/{kind}/{case_id}")
