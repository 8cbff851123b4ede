"""The main pages: lists, a case and its actions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, NamedTuple, NoReturn
from urllib.parse import quote, urlencode
from uuid import uuid4

from fastapi import Depends, Query, Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.files import shown_file
from portal.door.guard import Form, Posted, Who, at_one_moment, need, seen_case, site_of
from portal.visitor.act_buttons import (
    ActButton,
    Done,
    act_buttons,
    asks_nothing,
    is_done_at_once,
    what_was_done,
)
from portal.visitor.case_digest import digest_of, take_if_unchanged
from portal.visitor.case_lines import CaseLine, case_lines
from portal.visitor.case_shapes import CaseFile, Limit, PaperLine
from portal.visitor.case_view import Viewing, names_in
from portal.visitor.choosing import Choices
from portal.visitor.columns import Column, on_page
from portal.visitor.errors import DoorRefused
from portal.visitor.filled import Typed, read_form
from portal.visitor.form_context import read_beside, stored_beside
from portal.visitor.forms import ROLE_OPTIONS, UNITS_SHOWN, Asked, is_long_form, questions_of
from portal.visitor.known import as_meant, why_not
from portal.visitor.languages import say, worded
from portal.visitor.list_columns import CASES
from portal.visitor.offers import (
    Offer,
    candidate,
    data_for,
    decided,
    may_promote,
    offers,
)
from portal.visitor.quotas import quota_of
from portal.visitor.refusals import sentence
from portal.visitor.reply import last_draft, taken_apart
from portal.visitor.reply_shown import ReplyShown, replies_shown
from portal.visitor.rights import reading_region, right_of, scope_of
from portal.visitor.rule_words import rule_words
from portal.visitor.site import COUNTED, Site
from portal.visitor.sorting import Sorting, order_of
from portal.visitor.stage_line import StageCell, StageEvents, by_stage, stage_line
from portal.web.draft_pages import begun, forget_begun, saved_at, typed_in
from portal.web.photos import evidence_of
from portal.web.rendering import Page, go, page
from portal.web.typed import action_key, deputy_typed
from states import Action
from states.decide import LIFECYCLES
from states.reasons import Label, Refused, labels
from states.roles import Role
from states.texts import NAME
from states.vocabulary import Beside, S
from states.whose_move import whose_move
from states.words import ACTION_NAMES
from storage import Outcome
from storage.accounts import Visitor
from storage.erasing import erasure_waits
from storage.form_drafts import BegunForm
from storage.lists import Listed, Wanted, cases_before, list_cases
from storage.orders import Order, SortKey
from storage.todo import Todo
from storage.visible import Scope, sees

routes = router()
PAGE = 50
CHANGED = (
    "您打开这张表以后，这一件变了，所以没有存。您填的还在下面；现在存着的，与您填的不同的，列在前面。"
    "看过以后再提交一次，就照您填的办。"
)
CHANGED_SINCE = "您打开这一页以后，这一件变了，所以没有办。看过以后再按一次，就照办。"
STILL = "还能办"
SOON = timedelta(days=10)

GROUPS = {
    "doing": ("在办", Wanted(ended=False)),
    "done": ("已办", Wanted(ended=True)),
    "supervised": ("督办", Wanted(supervised=True)),
    "all": ("全部", Wanted()),
}
"""The lists of every role; 逾期, counted by day, is shown beside them."""
NEWEST_FIRST = frozenset({"done"})
"""Lists that begin with the newest by number; in all others the most urgent stands first."""


@dataclass(frozen=True)
class CasePage(Page):
    """`shut`: names of the refused offers with the reason; `evaluators`: deputies to whom a link may be given."""

    template = "case.html"
    case: CaseFile
    usual: Sequence[ActButton]
    folded: Mapping[str, Sequence[ActButton]]
    shut: Sequence[tuple[str, str]]
    done: Done | None
    evaluators: Mapping[str, str]
    promotable: bool
    may_track: bool
    erasure_waits: bool
    lead: str
    key: str
    papers: Sequence[PaperLine]
    replies: Sequence[ReplyShown]

    @property
    def stages(self) -> Sequence[StageCell]:
        return stage_line(self.case)

    @property
    def course(self) -> Sequence[StageEvents]:
        return by_stage(self.case)

    @property
    def turn(self) -> Limit | None:
        """The duty that runs out first: whose move it is."""
        return next((limit for limit in self.case.limits if limit.duty), None)

    @property
    def waited(self) -> str:
        """Whose move it is where no limit says so."""
        return say("、").join(say(role.zh) for role in whose_move(LIFECYCLES[self.case.machine], self.case.state))

    @property
    def sections(self) -> Sequence[tuple[str, str]]:
        """The parts of the page: where each begins, and what it is called."""
        case = self.case
        watched = case.commitments or case.supervisions or case.inspections or case.twice or self.shows_slots
        shown: Sequence[tuple[str, str, object]] = (
            ("reply", "答复", self.replies), ("request", "内容", True), ("handling", "沟通", case.communications),
            ("supervision", "督办与承诺", watched), ("papers", "文书", self.papers), ("course", "经过", True),
        )  # fmt: skip
        return [(where, name) for where, name, is_there in shown if is_there]

    @property
    def shows_acts(self) -> bool:
        return bool(self.usual or self.folded or self.shut)

    @property
    def opened(self) -> str:
        """The fold that is open: what else is usual, or the first where there is nothing above it."""
        return STILL if STILL in self.folded or self.usual else next(iter(self.folded), "")

    @property
    def shows_origin(self) -> bool:
        return self.case.is_opinion or bool(self.case.links)

    @property
    def shows_slots(self) -> bool:
        return bool(self.case.slots) and bool(self.case.supervisions or self.case.parts)


class Narrowed(NamedTuple):
    """Filters of a list in its address, beside the words: a unit, and between which days an open limit ends."""

    unit: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def holding(self) -> dict[str, str]:
        """What of it holds, as an address says it."""
        return {name: str(value) for name, value in self._asdict().items() if value}

    @property
    def more(self) -> str:
        """What an address of the same list ends with."""
        return "".join(f"&{name}={quote(value)}" for name, value in self.holding.items())


def _narrowed(
    unit: Annotated[str, Query(max_length=NAME)] = "", since: Annotated[str, Query(max_length=NAME)] = "",
    until: Annotated[str, Query(max_length=NAME)] = "",
) -> Narrowed:  # fmt: skip
    """An empty field of the form narrows nothing; neither does what is no day."""
    return Narrowed(unit, _day_of(since), _day_of(until))


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


Narrowing = Annotated[Narrowed, Depends(_narrowed)]


@dataclass(frozen=True)
class CasesPage(Page):
    """`counts`, `late`, `soon`: of whole lists, none counted beyond `most`; `more`: where the next page begins."""

    template = "cases.html"
    columns: Sequence[Column]
    rows: Sequence[CaseLine]
    groups: Mapping[str, tuple[str, Wanted]]
    group: str
    counts: Mapping[str, int]
    q: str
    more: str
    done: str
    late: int
    soon: int
    days: int
    most: int
    sorting: Sorting
    narrowed: Narrowed
    units: Mapping[str, str]
    chips: Sequence[tuple[str, str]]

    @property
    def is_calm(self) -> bool:
        return not (self.late or self.soon)


@routes.get("/cases")
@at_one_moment
def cases(
    request: Request, visitor: Who, narrowed: Narrowing, group: str = "doing", q: str = "", after: str = "",
    done: str = "", sort: str = "",
) -> HTMLResponse:  # fmt: skip
    need(visitor, "cases")
    site = site_of(request)
    scope = scope_of(visitor)
    groups = groups_of(site, visitor)
    if group not in groups:
        raise DoorRefused(404, Refused("no_such_list", name=Label(group), known=labels(groups)))
    order = list_order(group, sort)
    rows: list[Listed] = []
    counts = dict.fromkeys(groups, 0)
    late = soon = 0
    if scope is not None:
        wanted = replace(groups[group][1], text=q[:100], after=after, order=order, **narrowed._asdict())
        rows = list_cases(site.register, scope, wanted, PAGE + 1)
        counts, late, soon = counted_lists(site, scope, groups)
    more = ""
    if len(rows) > PAGE:
        rows = rows[:PAGE]
        more = f"{rows[-1].case['number']}~{rows[-1].case['id']}" if order is None else str(cases_before(after) + PAGE)
    units = site.choices(reading_region(visitor) or "").units
    kept = {"group": group, "q": q, **narrowed.holding}
    return page(request, CasesPage(
        columns=on_page(CASES), rows=case_lines(site, visitor, rows), groups=groups, group=group, counts=counts, q=q,
        more=more, done=say(ACTION_NAMES.get(done, ""), "action"), late=late, soon=soon, days=SOON.days, most=COUNTED,
        sorting=Sorting(order, "/cases", kept), narrowed=narrowed, units=units,
        chips=_chips(narrowed, units, kept, sort),
    ), visitor)  # fmt: skip


@routes.get("/case/{case_id:path}/file/{sha256}")
def case_file(request: Request, visitor: Who, case_id: str, sha256: str) -> Response:
    """A photograph or paper of the case, for everybody who sees the case."""
    seen_case(request, visitor, case_id, "file")
    kept = site_of(request).register.attachment(case_id, sha256)
    if kept is None:
        raise DoorRefused(404, Refused("no_such_file"))
    return shown_file(kept)


@routes.get("/case/{case_id:path}")
@at_one_moment
def case_page(request: Request, visitor: Who, case_id: str, done: str = "") -> HTMLResponse:
    sight = seen_case(request, visitor, case_id, "case")
    names, offered = names_in(sight), offers(sight)
    buttons = act_buttons(sight, lambda: sight.view, offered)
    usual = [button for button in buttons if button.beside is None]
    folded = {STILL: usual[1:]}
    folded |= {group.zh: [button for button in buttons if button.beside is group] for group in Beside}
    return page(request, CasePage(
        case=sight.view, usual=usual[:1],
        folded={name: some for name, some in folded.items() if some},
        shut=[(offer.name, sentence(offer.refused, names)) for offer in offered if offer.refused is not None],
        done=what_was_done(done, sight.view, buttons), evaluators=_evaluators(sight),
        promotable=may_promote(visitor, sight.whole),
        may_track=sight.view.is_opinion and right_of(visitor).citizens,
        erasure_waits=sight.view.citizen is not None and erasure_waits(site_of(request).register, case_id),
        lead=sight.whole.case.lead, key=uuid4().hex, papers=sight.papers(), replies=replies_shown(sight),
    ), visitor)  # fmt: skip


@routes.get("/act/{case_id:path}")
@at_one_moment
def act_page(
    request: Request, visitor: Who, case_id: str, do: str, on: str = "", back: str = ""
) -> Response:
    """The form of an action, prefilled with the fields of the address; one that would be empty is done on the case."""
    sight = seen_case(request, visitor, case_id, "act")
    offer = _decided(sight, _candidate(sight, do, on))
    if offer.refused is None and is_done_at_once(sight, lambda: sight.view, offer):
        return go(f"/case/{case_id}")
    words, proposed = sentence(offer.refused, names_in(sight)), _proposals(request)
    draft = None if proposed else begun(request, visitor, _form_address(case_id, offer))
    return _form(request, sight, offer, words, proposed or typed_in(draft), back=back, draft=draft)


@routes.post("/act/{case_id:path}")
@at_one_moment
def act(
    request: Request, form: Form, case_id: str, do: str, on: str = "", back: str = ""
) -> Response:
    """Take an action; a refused one shows the form again with the reason and the input.

    Afterwards the case is shown, or the intake where `back` says so.
    """
    site, visitor = site_of(request), form.visitor
    sight = seen_case(request, visitor, case_id, do)
    offer = _candidate(sight, do, on)
    fields = _fields(sight, offer)
    try:
        data = read_form(fields, form.fields, lambda name: deputy_typed(site, name, reading_region(visitor)))
        files = evidence_of(form, data, site.today()) if do == "inspect" else []
    except Typed as fault:
        return _form(request, sight, _decided(sight, offer), sentence(fault.refused), form.fields, 422, back)
    if do == "evaluate":
        data["channel"] = "portal"
    action = Action(
        case_id,
        do,
        visitor.person,
        offer.role,
        data | data_for(offer, visitor, sight.whole),
        key=action_key(form.text("key")),
    )
    action = as_meant(sight, action)

    def take(seen: int | None) -> Outcome:
        return site.register.apply([action], site.now(), {action.key: seen} if seen else None, files=files)[0]

    outcome = take_if_unchanged(sight, action, lambda digest: digest == form.text("shown"), take)
    if outcome is None:
        return _changed(request, sight.anew(), offer, form, back)
    if not outcome.done:
        words = why_refused(sight.anew(), outcome)
        return _form(request, sight, _decided(sight, offer), words, form.fields, 409, back)
    if is_long_form(fields):
        forget_begun(request, visitor, _form_address(case_id, offer))
    scope = scope_of(visitor)
    if scope is None or not sees(site.register, scope, case_id):
        return go(f"/cases?group=todo&done={do}")  # who declined to co-sign has no part in it any more
    if back == "intake":
        return go(f"/intake?done={do}")
    return go(f"/case/{case_id}?done={do}")


# -- inside ------------------------------------------------------------------------------------------------------

def _chips(
    narrowed: Narrowed, units: Mapping[str, str], kept: Mapping[str, str], sort: str
) -> list[tuple[str, str]]:
    """What narrows the list, and the address of the list without it."""
    words = {
        "unit": say("单位：%(name)s", name=units.get(narrowed.unit, narrowed.unit)),
        "since": say("最后一天从 %(day)s 起", day=narrowed.since),
        "until": say("最后一天到 %(day)s", day=narrowed.until),
    }  # fmt: skip
    whole = {**kept, "sort": sort}
    return [
        (words[name], "/cases?" + urlencode({key: value for key, value in whole.items() if value and key != name}))
        for name in narrowed.holding
    ]


def list_order(group: str, sort: str) -> Order | None:
    """The order that the address asks for, else the one of the list. Raises DoorRefused."""
    return order_of(CASES, sort) or (None if group in NEWEST_FIRST else Order(SortKey.DUE))


def counted_lists(
    site: Site, scope: Scope, groups: Mapping[str, tuple[str, Wanted]]
) -> tuple[dict[str, int], int, int]:
    """How many cases each list has; of what is to do, how many are late, and how many more end within `SOON`."""
    lists = {name: records for name, (_, records) in groups.items()}
    lists["todo late"] = replace(lists["todo"], late_on=site.today())
    lists["todo soon"] = replace(lists["todo"], due_by=site.today() + SOON)
    counts = site.counts(scope, lists)
    late = counts.pop("todo late")
    return counts, late, counts.pop("todo soon") - late


def groups_of(site: Site, visitor: Visitor) -> dict[str, tuple[str, Wanted]]:
    """The lists of a visitor by key: name, and what each looks for."""
    deputies = visitor.deputies if visitor.role == Role.PROXY else (visitor.person,)
    todo = Todo(visitor.role, visitor.unit, deputies)
    first = {"todo": ("待办", Wanted(ended=None, todo=todo)), "doing": GROUPS["doing"]}
    return {**first, "late": ("逾期", Wanted(late_on=site.today())), **GROUPS}


def _candidate(sight: Viewing, do: str, on: str) -> Offer:
    return candidate(sight, do, on) or _not_offered(do)


def _decided(sight: Viewing, offer: Offer) -> Offer:
    """The decided offer of a form that is shown."""
    return decided(sight, offer) or _not_offered(offer.action)


def _not_offered(do: str) -> NoReturn:
    raise DoorRefused(409, Refused("not_offered", action=worded(ACTION_NAMES.get(do, do), "action")))


def why_refused(sight: Viewing, outcome: Outcome) -> str:
    """The register's refusal in words that reveal no evaluation to the judged side before its time."""
    return sentence(why_not(sight, outcome), names_in(sight))


def _fields(sight: Viewing, offer: Offer) -> list[Asked]:
    region = sight.whole.case.region
    choices: Choices = replace(sight.site.choices(region, sight.deputies), role=offer.role, aliases=sight.aliases)
    questions = questions_of(offer.action, sight.known, sight.rulebook, choices, offer.row)
    if offer.action == "draft_reply":
        opening, answers = taken_apart(last_draft(sight.events, sight.texts, offer.row), sight.whole.case.points)
        drafted = {"reply": opening, "points_answered": answers}
        questions = [replace(question, value=drafted.get(question.key, question.value)) for question in questions]
    if offer.action == "revise":
        written = sight.written()
        questions = [replace(question, value=written.get(question.key, question.value)) for question in questions]
    return questions


def _form(
    request: Request, sight: Viewing, offer: Offer, words: str, typed: Mapping[str, Sequence[str]],
    status: int = 200, back: str = "", stored: Sequence[tuple[str, str]] = (),
    draft: BegunForm | None = None,
) -> HTMLResponse:  # fmt: skip
    fields = _fields(sight, offer)
    quotas = quota_of(sight.site, sight.whole.case) if fields and offer.action == "confirm_supervision" else []
    return page(
        request, "act.html", sight.visitor, status, case=sight.view, offer=offer,
        fields=fields, words=words, photos=any(question.field.kind == "photos" for question in fields),
        quotas=quotas, rule_words=rule_words(offer.action, sight.rulebook),
        typed=typed, key=next(iter(typed.get("key", ())), "") or uuid4().hex, roles=ROLE_OPTIONS,
        reading=read_beside(sight.view, offer), to_intake=back == "intake", shown=digest_of(sight.view),
        stored=stored, is_long=is_long_form(fields), draft_of=_form_address(sight.view.id, offer),
        saved_on=saved_at(draft),
    )  # fmt: skip


def _form_address(case_id: str, offer: Offer) -> str:
    """The address of the form, by which what was begun in it is kept."""
    return f"/act/{case_id}?do={offer.action}&on={quote(offer.row)}"


def _changed(request: Request, sight: Viewing, offer: Offer, form: Posted, back: str) -> HTMLResponse:
    """The form again with the input, and the stored values beside it; sent again it is stored."""
    stored = stored_beside(_fields(sight, offer), form.fields)
    words = CHANGED_SINCE if asks_nothing(sight, offer) else CHANGED
    return _form(request, sight, offer, say(words), form.fields, 409, back, stored)


def _proposals(request: Request) -> dict[str, list[str]]:
    """What the address proposes for the fields of a form; its rows of units are filled up to those it shows."""
    proposals: dict[str, list[str]] = {}
    for key, value in request.query_params.multi_items():
        if key in _PROPOSED:
            proposals.setdefault(key, []).append(value[:NAME])
    if "unit" in proposals:
        for key in ("unit", "role", "part"):
            units_proposed = proposals.get(key, [])[:UNITS_SHOWN]
            proposals[key] = units_proposed + [""] * (UNITS_SHOWN - len(units_proposed))
    return proposals


_PROPOSED = ("merged_group", "subject_class", "committee", "unit", "role", "reason", "inspected", "kind")


def _evaluators(sight: Viewing) -> dict[str, str]:
    """The deputies to whom the registrar may give a link to evaluate: silent ones, while it is being evaluated."""
    dossier = sight.whole
    if sight.visitor.role != Role.REGISTRAR or dossier.case.state != S.EVALUATING:
        return {}
    heard = {row.deputy for row in dossier.evaluations.values() if row.round == dossier.case.round}
    rules = sight.rulebook.evaluation
    each = rules is not None and rules.joint == "each"
    silent = [
        row.deputy
        for row in dossier.parties.values()
        if row.dropped_on is None and row.confirmed_on and row.deputy not in heard and (each or row.lead)
    ]
    return {deputy: sight.names[deputy] for deputy in silent if deputy in sight.names}
