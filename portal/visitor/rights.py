"""Who may see what: one table by role, used by the portal and the API.

What a visitor may *do* is decided by the tables in `states/` and by the register; an invisible case cannot be
acted on. docs/rights.md shows this table; a test compares it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from rulebooks import Rulebook
from states import Dossier
from states.cases import Case
from states.judged import REVEALING, UNDECIDED, Rule, hidden_from_blind, hidden_from_judged, policy_of
from states.roles import OFFICE_ROLES, UNIT_ROLES, Role
from states.vocabulary import Duty, S, Scorer, Secrecy
from storage.accounts import Visitor
from storage.rolls import PeopleFilter
from storage.stored import StoredPaper
from storage.visible import Scope, Since


class Reach(StrEnum):
    """Whose cases a role sees."""

    NONE = "none"
    OWN = "own"
    MANDATED = "mandated"
    UNIT = "unit"
    COMMITTEE = "committee"
    PLACE = "place"
    REGION = "region"


class Judged(StrEnum):
    """What a role learns of deputies' evaluations."""

    ALL = "all"
    AFTER_OWN = "after_own"
    """Everything, except that where the rulebook wants blind double evaluation it comes only after their own."""
    OWN = "own"
    BY_RULEBOOK = "by_rulebook"
    NONE = "none"


class Past(StrEnum):
    """Which earlier suggestions a role is shown beside a text that is like them.

    REGISTERED: besides those it sees, those of its region that have a number and protect nobody's identity; of these
    number, title, class and how far they are, and no deputy's name.
    """

    NONE = "none"
    SEEN = "seen"
    REGISTERED = "registered"


@dataclass(frozen=True)
class Right:
    """A line of the table. `names`: sees who is behind an identity-protected suggestion that is not its own.

    `citizens`: sees name and phone of the citizens behind the opinions that it sees.
    """

    reach: Reach
    since: Since = "drafted"
    judged: Judged = Judged.NONE
    names: bool = False
    citizens: bool = False
    pages: frozenset[str] = frozenset()
    past: Past = Past.NONE


def _pages(*names: str) -> frozenset[str]:
    return frozenset(("inbox", *names))


_UNIT = Right(
    Reach.UNIT, "assigned", Judged.BY_RULEBOOK, pages=_pages("cases", "wall", "promises", "rules", "calendar")
)
_OVERSIGHT = ("supervisions", "promises", "inspections", "conversions")
"""The pages of those who supervise for the congress."""

RIGHTS: Mapping[str, Right] = {
    Role.DEPUTY: Right(
        Reach.OWN, "drafted", Judged.OWN, pages=_pages("cases", "write", "reception", "promises", "rules", "calendar"),
        past=Past.REGISTERED,
    ),
    Role.PROXY: Right(
        Reach.MANDATED, "drafted", Judged.NONE, pages=_pages("cases", "write", "rules", "calendar"),
        past=Past.REGISTERED,
    ),
    Role.REGISTRAR: Right(
        Reach.REGION, "submitted", Judged.ALL, names=True, citizens=True,
        pages=_pages(
            "cases", "desk", "intake", "meeting", "wall", "week", "rules", "calendar", "calendar-import", "directory",
            "imports", "findings", "status", "secret", "opinions", "reception", "places", "mandates", "figures",
            "papers", "region-rules", "erasures", *_OVERSIGHT,
        ),
        past=Past.SEEN,
    ),
    Role.DISPATCHER: Right(
        Reach.REGION, "registered", Judged.BY_RULEBOOK,
        pages=_pages(
            "cases", "desk", "intake", "meeting", "wall", "week", "rules", "calendar", "directory", "imports",
            "opinions", "supervisions", "promises",
        ),
        past=Past.SEEN,
    ),
    **dict.fromkeys(UNIT_ROLES, _UNIT),
    Role.COMMITTEE: Right(
        Reach.COMMITTEE, "registered", Judged.AFTER_OWN,
        pages=_pages("cases", "wall", "week", "rules", "calendar", *_OVERSIGHT),  # figures would tell what it judges
    ),
    Role.LEADER: Right(
        Reach.REGION, "registered", Judged.ALL,
        pages=_pages(
            "cases", "wall", "week", "rules", "calendar", "findings", "figures", "papers", *_OVERSIGHT
        ),
    ),
    Role.GOV_LEADER: Right(
        Reach.REGION, "assigned", Judged.BY_RULEBOOK,
        pages=_pages("cases", "wall", "week", "promises", "rules", "calendar"),
    ),
    Role.AUDITOR: Right(
        Reach.REGION, "submitted", Judged.ALL,
        pages=_pages(
            "cases", "wall", "week", "rules", "calendar", "findings", "status", "seals", "access", "figures", "papers",
            *_OVERSIGHT,
        ),
    ),
    Role.CLERK: Right(
        Reach.PLACE, "drafted", Judged.NONE, citizens=True, pages=_pages("cases", "opinions", "reception", "rules")
    ),
    "system": Right(
        Reach.NONE,
        pages=_pages("rules", "calendar", "calendar-import", "directory", "imports", "status", "duties"),
    ),
    "security": Right(Reach.NONE, pages=_pages("accounts", "changes", "mandates", "duties")),
    "audit": Right(Reach.NONE, pages=_pages("access", "seals", "duties")),
}  # fmt: skip
"""Roles of the directory, and the three administrators by their duty; any other role sees nothing."""

NOBODY = Right(Reach.NONE)

JUDGING = frozenset({"evaluate", "correct_evaluation", "lapse_evaluation", "urge_feedback", "assess"})
DECIDING = frozenset({"order_rehandle", "order_rehandle_by_rule", "decline_rehandle", "decide_mediation"})
"""Actions that give a judgement, and those whose reasons reveal it."""


HIDES: Mapping[Judged, Rule] = {Judged.BY_RULEBOOK: hidden_from_judged, Judged.AFTER_OWN: hidden_from_blind}
"""By role without immediate knowledge of judgements: what the text of a case hides."""


def right_of(visitor: Visitor) -> Right:
    """The visitor's line of the table."""
    return RIGHTS.get(visitor.duty or visitor.role, NOBODY)


def scope_of(visitor: Visitor) -> Scope | None:
    """The cases the visitor may see; None: none at all."""
    right = right_of(visitor)
    hidden = REVEALING if right.judged in HIDES else ()
    rule = HIDES.get(right.judged)
    if right.reach == Reach.OWN:
        return Scope(deputies=(visitor.person,), places=visitor.places)
    if right.reach == Reach.MANDATED:
        return Scope(deputies=visitor.deputies)
    if right.reach == Reach.UNIT and visitor.unit:
        return Scope(unit=visitor.unit, since=right.since, hidden_limits=hidden, rule=rule)
    if right.reach == Reach.COMMITTEE and visitor.unit:
        return Scope(
            region=visitor.region, committee=visitor.unit, since=right.since, machines=("suggestion",),
            hidden_limits=hidden, rule=rule,
        )  # fmt: skip
    if right.reach == Reach.PLACE and (visitor.places or visitor.region):
        region = None if visitor.places else visitor.region
        return Scope(region=region, places=visitor.places, machines=("opinion",))
    if right.reach == Reach.REGION and visitor.region:
        return Scope(
            region=visitor.region, since=right.since, hidden_limits=hidden, rule=rule,
            talks=visitor.role in OFFICE_ROLES,
        )  # fmt: skip
    return None


def reading_region(visitor: Visitor) -> str | None:
    """The region in which, and below which, everything lies that the visitor reads; None for a duty: every region."""
    return None if visitor.duty else visitor.region


def roll_of(visitor: Visitor) -> PeopleFilter | None:
    """The people of the directory whom the visitor may list; None: nobody.

    Whoever has the page 通讯录 sees everybody of the region and below, with their addresses. Without addresses a unit
    or committee sees its own people, deputies and their assistants the deputies of the region, leaders and auditors
    everybody of the region and below. A duty has no region and sees every one; a person without region or unit lists
    nobody.
    """
    if "directory" in right_of(visitor).pages:
        return PeopleFilter(region=reading_region(visitor), contacts=True)
    if right_of(visitor).reach in (Reach.OWN, Reach.MANDATED):
        return PeopleFilter(region=visitor.region, role=Role.DEPUTY.value)
    if visitor.unit and right_of(visitor).reach != Reach.NONE:
        return PeopleFilter(unit=visitor.unit)
    return PeopleFilter(region=visitor.region) if right_of(visitor).reach == Reach.REGION else None


def past_scopes(visitor: Visitor) -> tuple[Scope, ...]:
    """The scopes in which suggestions similar to the visitor's text are searched."""
    past, scope = right_of(visitor).past, scope_of(visitor)
    if past == Past.NONE or scope is None:
        return ()
    if past == Past.REGISTERED and visitor.region:
        return (scope, Scope(region=visitor.region, open_only=True))
    return (scope,)


def past_stage(visitor: Visitor, case: Mapping[str, Any], rulebook: Rulebook | None) -> str:
    """The stage of an earlier suggestion in words; less detailed for viewers who see it only as registered."""
    if right_of(visitor).past != Past.REGISTERED:
        return S(shown_state(visitor, case["state"], rulebook)).zh
    if case["state"] == S.WITHDRAWN:
        return S.WITHDRAWN.zh
    for day, words in (("answered_on", "已答复"), ("assigned_on", "办理中")):
        if case[day]:
            return words
    return "已登记" if case["number"] else "还没有登记"


def sees_names(visitor: Visitor, case: Mapping[str, Any] | Case, parties: frozenset[str]) -> bool:
    """Whether the visitor learns which deputies are behind the case; `parties` are their ids."""
    secrecy = case.secrecy if isinstance(case, Case) else case["secrecy"]
    if secrecy != Secrecy.IDENTITY_PROTECTED or right_of(visitor).names:
        return True
    return bool(parties & {visitor.person, *visitor.deputies})


def sees_judgement(visitor: Visitor, dossier: Dossier, rulebook: Rulebook, round_: int) -> bool:
    """Whether the visitor may know the deputies' judgements of this round's replies."""
    judged = right_of(visitor).judged
    if judged == Judged.AFTER_OWN:
        return not judges_blind(dossier, rulebook, round_)
    if judged != Judged.BY_RULEBOOK:
        return judged == Judged.ALL
    unit_sees = policy_of(rulebook).unit_sees
    if unit_sees == "on_return":
        return True
    decided = round_ < dossier.case.round or dossier.case.state not in UNDECIDED
    return unit_sees == "after_decision" and decided


def sees_correction(visitor: Visitor, dossier: Dossier, rulebook: Rulebook, round_: int) -> bool:
    """Whether the visitor may know that an evaluation was corrected: the judged side only once it is acted on."""
    if not sees_judgement(visitor, dossier, rulebook, round_):
        return False
    by_rulebook = right_of(visitor).judged == Judged.BY_RULEBOOK
    return not by_rulebook or policy_of(rulebook).unit_sees == "on_return" or round_ < dossier.case.round


def judges_blind(dossier: Dossier, rulebook: Rulebook, round_: int) -> bool:
    """Whether the committee by field has yet to score this round without knowing the deputy's judgement."""
    case = dossier.case
    if not policy_of(rulebook).blind or round_ != case.round or case.state == S.MEDIATION:
        return False
    return not any(row.kind == Scorer.COMMITTEE and row.round == round_ for row in dossier.assessments.values())


def sees_rating(visitor: Visitor, dossier: Dossier, rulebook: Rulebook) -> bool:
    """Whether the visitor may know a citizen's rating of an opinion: all who see it except the judged side."""
    if right_of(visitor).judged != Judged.BY_RULEBOOK:
        return True
    return sees_judgement(visitor, dossier, rulebook, dossier.case.round)


def sees_paper(
    visitor: Visitor, dossier: Dossier, rulebook: Rulebook, paper: StoredPaper, judging: bool
) -> bool:
    """Whether somebody who sees the case may have a paper of it; `judging` ones tell of a deputy's judgement.

    A unit has what is addressed to it and what it put out itself, deputies and their assistants what is addressed to
    them; the office and whoever supervises has all of it, the judged side nothing of a judgement before its time.
    """
    right = right_of(visitor)
    parties = {paper["issuer"], *paper["addressees"]}
    if right.reach == Reach.UNIT:
        return f"unit:{visitor.unit}" in parties
    if right.reach in (Reach.OWN, Reach.MANDATED):
        own = (visitor.person,) if right.reach == Reach.OWN else visitor.deputies
        return bool(parties & {f"deputy:{deputy}" for deputy in own})
    if right.reach not in (Reach.REGION, Reach.COMMITTEE):
        return False
    return not judging or sees_judgement(visitor, dossier, rulebook, paper["round"])


def shown_state(visitor: Visitor, state: str, rulebook: Rulebook | None) -> str:
    """The state as the visitor may know it: before the decision the judged side sees EVALUATING.

    So does a committee that judges blind, until the mediation.
    """
    rule = HIDES.get(right_of(visitor).judged)
    return S.EVALUATING.value if rule is not None and state in rule(rulebook).states else state


_REACH = {
    Reach.NONE: "不看任何一件 none",
    Reach.OWN: "自己领衔、联名的 own",
    Reach.MANDATED: "委托的代表的 of deputies who gave a mandate",
    Reach.UNIT: "本单位承办的（退办、撤销的除外）parts of the unit",
    Reach.COMMITTEE: "归口本委的 of the committee's field",
    Reach.PLACE: "本站点的群众意见；没有站点的，本区划及以下的群众意见 opinions of the place, or of the region",
    Reach.REGION: "本区划及以下的 of the region and below",
}
_PAST = {
    Past.NONE: "–",
    Past.SEEN: "看得到的件 those it sees",
    Past.REGISTERED: "另有本区划已登记、不涉身份保护的：编号、标题、类别、进度 "
    "besides, registered ones of the region: number, title, class, progress",
}
_SINCE = {
    "drafted": "起草 draft", "submitted": "提交 submission", "registered": "登记 registration",
    "assigned": "交办 assignment",
}  # fmt: skip
_JUDGED = {
    Judged.ALL: "全部 all",
    Judged.OWN: "自己作的 own",
    Judged.AFTER_OWN: "规则集的“双评”是代表和委员会的，自己评过以后才看 after its own, where both judge blind",
    Judged.BY_RULEBOOK: "按规则集 `evaluation.unit_sees`",
    Judged.NONE: "不看 none",
}


def rights_page() -> str:
    """The whole of docs/rights.md."""
    lines = [
        "<!-- Generated from portal/visitor/rights.py. Do not edit; renew it with: duban rights --write -->",
        "",
        "# 谁能看什么 / Who may see what",
        "",
        "看不到的件不能办理；能办什么由 [lifecycle.md](lifecycle.md) 的各张表决定。身份保护的件，只有代表本人、",
        "受委托的助理和标“是”的身份能看到代表是谁。三员互相分离，不看任何一件。人员名单（通讯录页面、表格、接口）：有通讯录",
        "页面的看本区划及以下的人和联系方式，单位和委员会看本单位的人，代表和助理看本区划及以下的代表，领导和巡检员看本区划",
        "及以下的人。访问记录、巡检发现、核验结果同样只到本区划及以下；另记本区划的件被谁看过。",
        "可选的单位是本区划、以下和以上的。三员没有区划，看全部。提前沟通期间的草稿，另由被征询的单位、代表工委和政府办公室看。",
        "",
        "Nobody acts on what they do not see; what may be done is in the tables of [lifecycle.md](lifecycle.md).",
        "Who is behind an identity-protected suggestion is seen by its deputies, their assistants and the roles",
        "marked 是. The judged side (units, government office and leaders) learns of evaluations only what",
        "`evaluation.unit_sees` of the rulebook says: `never`, `after_decision` or `on_return`; before that the state",
        "shown is 评价中, and messages say no more than pages. Directory (page, workbooks, API), access log, findings",
        "and verifications end with the own region and what lies below; the log also has all who opened a case of",
        "it. Units to choose from are those of the region, below and above it. Duties have no region and read all.",
        "While a deputy consults a unit about a draft, that unit and the two offices see it, too.",
        "Programs that come in for an account have the rights of this table, less what their token lacks.",
        "",
        "| 身份 role | 哪些件 cases | 从哪一步起 since | 评价 evaluations | 受保护的姓名 names | "
        "群众的联系方式 citizens | 相似建议 similar | 页面 pages |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for role, right in RIGHTS.items():
        name = Duty.names().get(role) or Role.name_of(role)
        pages = " ".join(f"`{page}`" for page in sorted(right.pages))
        since = "–" if right.reach == Reach.NONE else _SINCE[right.since]
        lines.append(
            f"| {name} `{role}` | {_REACH[right.reach]} | {since} | {_JUDGED[right.judged]} | "
            f"{'是' if right.names else '–'} | {'是' if right.citizens else '–'} | {_PAST[right.past]} | {pages} |"
        )
    return "\n".join(lines) + "\n"
