"""What becomes of the promises in a reply (承诺事项): kept, late, moved, refuted, broken."""

from datetime import timedelta

from portal.rehearsal.participants import Inhabitants
from portal.rehearsal.roster import Town
from portal.rehearsal.stage import Life, Turn
from states.cases import Commitment
from states.roles import Role


def keeping(people: Inhabitants) -> Life:
    """Every promise of the round just answered gets a life of its own."""
    dossier = people.stage.register.dossier(people.id)
    for row in dossier.commitments.values():
        part = dossier.assignments[row.assignment_id]
        if part.round == people.round:
            people.stage.begin(_promise(people, row, part.unit))
    yield from ()


def _promise(people: Inhabitants, row: Commitment, unit: str) -> Life:
    stage, chance = people.stage, people.chance
    kind = people.habits.promise
    due = row.due_on
    handler = Town.of(unit, Role.HANDLER)
    halfway = stage.work(row.promised_on + (due - row.promised_on) // 2)
    report = people.deed("report_progress", Role.HANDLER, handler, commitment=row.id, note="按计划推进。")
    yield Turn(max(halfway, stage.after(stage.today, 25)), (report,))
    if kind == "broken":
        return
    if kind == "closed":
        words = {
            "explanation": "土地指标未批，已向代表书面说明。",
            "signed_by": Town.of(unit, Role.UNIT_HEAD),
        }
        yield Turn(stage.after(due, 60), (people.office("close_with_explanation", **words),))
        return
    if kind == "rescheduled":
        due += timedelta(days=60)
        moved = {"commitment": row.id, "due_on": due.isoformat(), "reason": "汛期停工，顺延两个月。"}
        head = Town.of(unit, Role.UNIT_HEAD)
        asked_on = stage.work(row.due_on - timedelta(days=6))
        yield Turn(asked_on, (people.deed("reschedule_commitment", Role.UNIT_HEAD, head, **moved),))
    claimed = due + timedelta(days=12) if kind == "late" else due - timedelta(days=chance.randint(8, 30))
    claim = people.deed("claim_done", Role.HANDLER, handler, commitment=row.id)
    yield Turn(stage.work(max(claimed, stage.today)), (claim,))
    if kind == "refuted":
        failed = people.committee("fail_verification", commitment=row.id, finding="现场与申报不符。")
        yield Turn(stage.after(stage.today, 3), (failed,))
        again = people.deed("claim_done", Role.HANDLER, handler, commitment=row.id)
        yield Turn(stage.after(stage.today, 10), (again,))
    checked = people.committee("verify_commitment", commitment=row.id, inspection="现场查验，与申报相符。")
    yield Turn(stage.after(stage.today, 4), (checked,))
