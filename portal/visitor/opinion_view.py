"""An opinion as its citizen follows it."""

from dataclasses import dataclass
from datetime import date

from portal.visitor.languages import say
from portal.visitor.site import Site
from states import Dossier
from states.decide import LIFECYCLES
from states.vocabulary import Satisfaction
from states.whose_move import sources_of
from storage.visible import documents, names_of


@dataclass
class Followed:
    """An opinion as its citizen sees it: no official's name, the answer once it is meant for the citizen."""

    title: str
    body: str
    state: str
    steps: list[tuple[date, str]]
    answer: str = ""
    ratable: bool = False
    rating: str = ""


_TELLING = frozenset({"answer_on_site", "relay", "close"})
"""Steps after which the answer is meant for the citizen."""

_TO_CITIZEN = {
    "record": "已登记", "answer_on_site": "当场答复", "route": "已转交%(what)s", "handle": "单位开始办理",
    "answer": "单位已办出结果，待代表核实反馈", "relay": "结果反馈给您", "rate": "您评价了", "close": "办结",
    "refer": "请通过其他渠道反映：%(what)s", "merge": "与另一件相同的意见一起办", "promote": "已转化，继续推动解决",
}  # fmt: skip


def followed(site: Site, dossier: Dossier) -> Followed:
    """What the holder of the tracking code sees."""
    case, events = dossier.case, site.register.events(dossier.case.id)
    texts = documents(site.register, case.id)
    units = {str(event["data"].get("unit")) for event in events if event["action"] == "route"}
    names = names_of(site.register, (), sorted(units))
    body_seen = any(event["action"] in _TELLING for event in events)
    seen = Followed(case.title, "", say(LIFECYCLES["opinion"].names[case.state], "state"), [])
    for event in events:
        words, data = _TO_CITIZEN.get(event["action"]), event["data"]
        if words is None:
            continue
        what = names.get(str(data.get("unit")), "") if event["action"] == "route" else data.get("channel", "")
        seen.steps.append((event["on"], say(words, "event", what=what)))
        for kind in ("body", "answer"):
            kept = data.get(kind)
            if isinstance(kept, dict) and (kind == "body" or body_seen):
                setattr(seen, kind, texts.get(kept["document"], ""))
        if event["action"] == "rate":
            seen.rating = Satisfaction.name_of(str(data.get("rating") or ""))
    seen.ratable = case.state in sources_of("opinion", "rate")
    return seen
