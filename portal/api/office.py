"""What is not a case over the API: the caller, what is late and found, the inbox, directory, rules, engine, tokens."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response

from flows.status import status as engine_status
from portal.api import models
from portal.api.caller import Actor, Caller, OfDirectory, Reader, json_only, let_in
from portal.api.cases import Limit, Search
from portal.api.problems import Refusal, answers
from portal.api.shown import STATE_NAMES
from portal.door.doors import router
from portal.door.guard import need, site_of
from portal.visitor.findings_seen import findings_seen
from portal.visitor.job_outcomes import outcome_for_program
from portal.visitor.owners import OWNERS
from portal.visitor.rights import (
    Judged,
    Reach,
    reading_region,
    right_of,
    roll_of,
    scope_of,
    sees_names,
    shown_state,
)
from portal.visitor.sight import PROTECTED
from portal.visitor.site import Site
from rulebooks import Rulebook, Workdays, statutory_days
from states.reasons import Refused, labels, plain
from states.roles import Role
from states.vocabulary import LimitKey
from storage.accounts import Visitor
from storage.errors import AccountRefused
from storage.lists import late_limits
from storage.messages import list_messages, read_all
from storage.rolls import list_people, list_units
from storage.tokens import Token
from storage.visible import names_of
from storage.waiting import first_proposals

routes = router()

MOST_PROPOSALS = 5_000

AfterId = Annotated[
    str, Query(max_length=300, pattern=models.NO_NUL, description="`next` of the page before")
]


@routes.get("/me", tags=["account"], responses=answers())
def me(caller: Reader) -> models.Me:
    """Who the caller is now."""
    visitor = caller.visitor
    role_name = Role.names().get(visitor.role, "")
    return models.Me(
        **{name: getattr(visitor, name) for name in ("account", "person", "name", "role", "duty")},
        unit=visitor.unit, unit_name=visitor.unit_name, region=visitor.region, role_name=role_name,
        deputies=list(visitor.deputies), pages=sorted(right_of(visitor).pages), scopes=sorted(caller.scopes),
        csrf=None if caller.token else visitor.csrf,
    )  # fmt: skip


# -- what is late, proposed, found ---------------------------------------------------------------------------


@routes.get("/limits/late", tags=["supervision"], responses=answers())
def late(request: Request, caller: Reader) -> models.Late:
    """Duties whose last day has passed, the oldest first: of the cases that the caller may see; a unit sees its own."""
    site, visitor = site_of(request), caller.visitor
    need(visitor, "wall")
    scope = scope_of(visitor)
    today = site.today()
    rows = late_limits(site.register, scope, today) if scope else []
    if visitor.unit and right_of(visitor).reach == Reach.UNIT:
        rows = [row for row in rows if row["owed_by"] == f"unit:{visitor.unit}"]
    owners = [row["owed_by"].partition(":")[2] for row in rows if row["owed_by"].startswith("deputy:")]
    names = names_of(site.register, owners)
    return models.Late(on=today, items=[_late(site, visitor, row, today, names) for row in rows])


def _late(
    site: Site, visitor: Visitor, row: Mapping[str, Any], today: date, names: Mapping[str, str]
) -> models.LateLimit:
    kind, _, id_ = row["owed_by"].partition(":")
    owed_by, owner = row["owed_by"], row["unit_name"] or OWNERS.get(kind, id_)
    if kind == Role.DEPUTY:
        owner = names.get(id_, id_)
        if not sees_names(visitor, row, frozenset((id_,))):
            owed_by, owner = kind, PROTECTED
    state = shown_state(visitor, row["state"], site.text(row["rulebook_ident"]))
    return models.LateLimit(
        case=row["case_id"], number=row["number"], title=row["title"], state=state, state_name=STATE_NAMES[state],
        key=row["key"], name=LimitKey.name_of(row["key"]), owed_by=owed_by, owner=owner,
        last_day=row["last_day"], days=(today - row["last_day"]).days, level=row["level"],
        provisional=bool(row["provisional"]),
    )  # fmt: skip


@routes.get("/proposals", tags=["supervision"], responses=answers())
def proposed(request: Request, caller: Reader) -> models.Proposals:
    """Supervisions that wait for a decision; the judged side sees none of them."""
    site, visitor = site_of(request), caller.visitor
    need(visitor, "wall")
    scope = scope_of(visitor)
    if scope is None or right_of(visitor).judged == Judged.BY_RULEBOOK:
        return models.Proposals(items=[])
    waiting = first_proposals(site.register, scope, MOST_PROPOSALS)
    return models.Proposals(
        items=[
            models.Proposal(
                case=proposal.case_id, **{k: v for k, v in asdict(proposal).items() if k not in ("case_id", "region")}
            )
            for proposal in waiting
        ]
    )


@routes.get("/findings", tags=["supervision"], responses=answers())
def found(request: Request, caller: Reader) -> models.Findings:
    """Open findings of the nightly audit, the most severe first."""
    site, visitor = site_of(request), caller.visitor
    need(visitor, "findings")
    names = ("code", "severity", "why", "todo", "standing", "first_seen", "last_seen")
    return models.Findings(
        items=[
            models.Finding(
                case=row["case_id"], subject=row["subject_id"], **{name: row[name] for name in names}
            )
            for _, row in findings_seen(site, visitor)
        ]
    )


# -- the inbox -----------------------------------------------------------------------------------------------


@routes.get("/inbox", tags=["account"], responses=answers())
def inbox(request: Request, caller: Reader) -> models.Inbox:
    """The newest 200 messages to the caller and their unit."""
    need(caller.visitor, "inbox")
    rows = []
    for who in _recipients(caller.visitor):
        rows += [row for row in list_messages(site_of(request).register, recipient=who) if row["channel"] == "inbox"]
    rows.sort(key=lambda row: (row["created_at"], row["id"]), reverse=True)
    names = ("id", "subject", "body", "urgent", "created_at", "read_at")
    return models.Inbox(items=[models.Message(**{name: row[name] for name in names}) for row in rows[:200]])


@routes.post("/inbox/read", tags=["account"], responses=answers())
def mark_read(request: Request, caller: Actor) -> models.MarkedRead:
    """Mark everything in the inbox as read; a second call changes nothing."""
    need(caller.visitor, "inbox")
    site = site_of(request)
    return models.MarkedRead(
        read=sum(read_all(site.register, who, site.now()) for who in _recipients(caller.visitor))
    )


def _recipients(visitor: Visitor) -> list[str]:
    recipients = [f"person:{visitor.person}"] if visitor.person else []
    return [*recipients, f"unit:{visitor.unit}"] if visitor.unit else recipients


# -- the directory -------------------------------------------------------------------------------------------


@routes.get("/units", tags=["directory"], responses=answers())
def units(
    request: Request, caller: OfDirectory, q: Search = "", cursor: AfterId = "", limit: Limit = 100
) -> models.Page[models.UnitLine]:
    """The units that stand today, by id: of the caller's region, below and above it."""
    visitor, site = caller.visitor, site_of(request)
    if not {"cases", "directory"} & right_of(visitor).pages:
        need(visitor, "directory")
    rows = list_units(site.register, site.today(), q, cursor, limit + 1, reading_region(visitor))
    items = [models.UnitLine.model_validate(row) for row in rows[:limit]]
    return models.Page(items=items, next=items[-1].id if len(rows) > limit else None)


@routes.get("/people", tags=["directory"], responses=answers())
def people(
    request: Request, caller: OfDirectory, q: Search = "", cursor: AfterId = "", limit: Limit = 100
) -> models.Page[models.PersonLine]:
    """The people of the directory whom the caller may see, by id: docs/rights.md says whom."""
    roll = roll_of(caller.visitor)
    if roll is None:
        raise Refusal(403, Refused("no_directory"))
    rows = list_people(site_of(request).register, roll, q, cursor, limit + 1)
    items = [models.PersonLine.model_validate(row) for row in rows[:limit]]
    return models.Page(items=items, next=items[-1].id if len(rows) > limit else None)


# -- rules and calendar --------------------------------------------------------------------------------------


@routes.get("/rulebooks", tags=["rules"], responses=answers())
def rulebooks(request: Request, caller: Reader) -> models.Rulebooks:
    """The newest version of every rulebook."""
    need(caller.visitor, "rules")
    library = site_of(request).register.library
    return models.Rulebooks(
        items=[models.RulebookLine(**_of_book(library.get(name))) for name in library.names()]
    )


@routes.get("/rulebooks/{name}", tags=["rules"], responses=answers(404))
def rulebook(
    request: Request, caller: Reader, name: Annotated[str, Path(examples=["suqian"])]
) -> models.RulebookWhole:
    """A rulebook with every limit and its source."""
    need(caller.visitor, "rules")
    library = site_of(request).register.library
    if name not in library.names():
        raise Refusal(404, Refused("no_such_rulebook", known=labels(library.names())))
    book = library.get(name)
    sections = book.model_dump(mode="json")
    limits = [
        models.RuleLimit(
            key=key, title=limit.title, amount=limit.amount, unit=str(limit.unit), says=limit.says, source=limit.source
        )
        for key, limit in book.limits.items()
    ]
    return models.RulebookWhole(**_of_book(book), limits=limits, sections=sections)


def _of_book(book: Rulebook) -> dict[str, object]:
    names = ("name", "title", "machine", "level", "jurisdiction", "in_force", "ident")
    return {name: getattr(book, name) for name in names}


@routes.get("/calendar", tags=["rules"], responses=answers())
def calendar(
    request: Request,
    caller: Reader,
    year: Annotated[int, Query(ge=2000, le=2100, examples=[2026])],
    region: Annotated[str, Query(max_length=60, description="Whose calendar; by default the caller's region's")] = "",
) -> models.Calendar:
    """The days of a year that differ from their weekday, and whether its calendar is settled."""
    need(caller.visitor, "rules")
    site = site_of(request)
    region = region or caller.visitor.region
    workdays = site.workdays(region)
    first = date(year, 1, 1)
    every = [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]
    names = _day_names(site, year, region)
    odd = [day for day in every if workdays.is_workday(day) != (day.weekday() < 5)]
    return models.Calendar(
        year=year, known=workdays.knows(year), working_days=_count(workdays, every),
        days=[models.Day(day=day, working=workdays.is_workday(day), name=names.get(day, "")) for day in odd],
    )  # fmt: skip


def _count(workdays: Workdays, days: list[date]) -> int:
    return sum(workdays.is_workday(day) for day in days)


def _day_names(site: Site, year: int, region: str) -> dict[date, str]:
    words = site.register.calendar_sources(year, region)
    return {**statutory_days(year), **{day: name for day, _, name, *_ in words if name}}


# -- the engine ----------------------------------------------------------------------------------------------


@routes.get("/status", tags=["engine"], responses=answers())
def status(request: Request, caller: Reader) -> models.Status:
    """The engines: which are alive, the last run of each job with its result, and the next."""
    need(caller.visitor, "status")
    site = site_of(request)
    state = engine_status(site.register, site.now())
    names = models.Job.model_fields.keys()
    jobs = [
        models.Job.model_validate(
            {key: value for key, value in job.items() if key in names}
            | {"detail": outcome_for_program(job), "results": [plain(result) for result in job["results"]]}
        )
        for job in state["jobs"].values()
    ]
    public_names = ("at", "engines", "leader", "next_due", "messages", "duties_alone", "waiting_changes")
    kept = {name: state[name] for name in public_names}
    clock = state["clock"] and models.ClockAlarm(**{key: state["clock"][key] for key in models.ClockAlarm.model_fields})
    return models.Status(**kept, clock=clock, jobs=jobs)


# -- tokens --------------------------------------------------------------------------------------------------


@routes.get("/tokens", tags=["account"], responses=answers())
def tokens(
    request: Request,
    caller: Reader,
    every: Annotated[
        bool, Query(description="For the security administrator: the tokens of all accounts")
    ] = False,
) -> models.TokenLines:
    """The caller's tokens, the newest first; without their secrets."""
    site, visitor = site_of(request), caller.visitor
    if every:
        need(visitor, "accounts")
    tokens_listed = site.tokens.listed("" if every else visitor.account)
    return models.TokenLines(items=[models.TokenLine(**_of_token(request, token)) for token in tokens_listed])


@routes.post(
    "/tokens",
    status_code=201,
    tags=["account"],
    responses=answers(409, 413, 415),
    dependencies=[Depends(json_only)],
)
def make_token(request: Request, caller: Actor, body: models.TokenAsked) -> models.TokenMade:
    """Make a token for the caller's own account; needs a session, a token cannot make another."""
    site = site_of(request)
    if caller.token:
        raise Refusal(403, Refused("token_makes_none"))
    now = site.real_now()
    try:
        secret, made = site.tokens.make(
            caller.visitor.account, body.name, body.scopes, now, timedelta(days=body.days)
        )
    except AccountRefused as error:
        raise Refusal(409, error.refused) from None
    site.accounts.note(
        now, caller.visitor.account, caller.visitor.role or caller.visitor.duty, f"token-make {made.id}"
    )
    return models.TokenMade(**_of_token(request, made), token=secret)


@routes.delete("/tokens/{token_id}", status_code=204, tags=["account"], responses=answers(404))
def revoke_token(
    request: Request,
    caller: Annotated[Caller, Depends(let_in)],
    token_id: Annotated[str, Path(max_length=64, pattern=models.NO_NUL)],
) -> Response:
    """End a token at once: one's own, or, for the security administrator, anybody's. A token may end itself."""
    site, visitor = site_of(request), caller.visitor
    anybody = "accounts" in right_of(visitor).pages and not caller.token
    now = site.real_now()
    if caller.token and caller.token != token_id:
        raise Refusal(403, Refused("token_ends_itself"))
    if not site.tokens.revoke(token_id, now, visitor.account, "" if anybody else visitor.account):
        raise Refusal(404, Refused("no_such_token"))
    site.accounts.note(now, visitor.account, visitor.role or visitor.duty, f"token-revoke {token_id}")
    return Response(status_code=204)


def _of_token(request: Request, token: Token) -> dict[str, object]:
    values = asdict(token)
    del values["revoked_by"]
    return values | {"works": token.works(site_of(request).real_now())}
