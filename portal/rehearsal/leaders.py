"""How the congress's leaders decide on the supervisions that the ladder proposes, and what a confirmed one leads to."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from random import Random

from portal.rehearsal.parameters import SUPERVISION_CONFIRMED, SUPERVISION_DECLINED
from portal.rehearsal.participants import Inhabitants
from portal.rehearsal.roster import LEADERS
from portal.rehearsal.stage import Life, Playhouse, Turn
from states.roles import Role
from states.vocabulary import Level
from storage.waiting import Proposal


class Leaders:
    """They meet on Mondays; what they leave aside lapses by itself."""

    def __init__(self, stage: Playhouse, everybody: Mapping[str, Inhabitants], seed: int) -> None:
        self.stage, self.everybody, self.seed = stage, everybody, seed
        self._looked: set[str] = set()

    def meet(self, undecided: Iterable[Proposal]) -> None:
        """Decide on every proposal that is new to them."""
        for proposal in undecided:
            if proposal.id not in self._looked and proposal.case_id in self.everybody:
                self._looked.add(proposal.id)
                verdict = self._verdict(proposal)
                if verdict != "lapse":
                    self.stage.begin(_decided(self.everybody[proposal.case_id], proposal.id, verdict))

    def _verdict(self, proposal: Proposal) -> str:
        if proposal.level == Level.KEY:
            return "confirm"
        planned = self.everybody[proposal.case_id].habits.leaders.get(proposal.level)
        if planned:
            return planned
        fate = Random(f"{self.seed}/{proposal.id}").random()
        if fate < SUPERVISION_CONFIRMED:
            return "confirm"
        return "decline" if fate < SUPERVISION_CONFIRMED + SUPERVISION_DECLINED else "lapse"


def _decided(people: Inhabitants, supervision: str, verdict: str) -> Life:
    """Confirmed or declined; a confirmed supervision is planned, carried out, reported and lifted."""
    stage = people.stage
    which = {"supervision": supervision}
    if verdict == "decline":
        why = "承办单位已提交整改安排，暂不列入。"
        declined = people.deed("decline_supervision", Role.LEADER, LEADERS[1], reason=why, **which)
        yield Turn(stage.today, (declined,))
        return
    yield Turn(stage.today, (people.deed("confirm_supervision", Role.LEADER, LEADERS[0], **which),))
    plan = "听取汇报、现场视察、限期答复。"
    planned = people.committee("plan_supervision", plan=plan, **which)
    yield Turn(stage.after(stage.today, 4), (planned, people.committee("start_supervision", **which)))
    report = "已督办，办理情况见附件。"
    yield Turn(
        stage.work(stage.today + timedelta(days=40)),
        (people.committee("report_supervision", report=report, **which),),
    )
    yield Turn(
        stage.after(stage.today, 5), (people.deed("release_supervision", Role.LEADER, LEADERS[0], **which),)
    )
