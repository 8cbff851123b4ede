"""Cases over the API: lists, one case, what may be done with it, its events, and acting on it."""

import base64
import binascii
from typing import Annotated, Literal

from fastapi import Depends, Header, Path, Query, Request, Response
from pydantic import StringConstraints

from portal.api import models
from portal.api.acting import action_of, done, key_of, new_case_id, refusal_problem, with_files
from portal.api.batching import Careful, take_batch
from portal.api.caller import Actor, Reader, json_only
from portal.api.grouping import CommitGroup
from portal.api.problems import Refusal, answers, problem
from portal.api.shown import case_file, etag_of, event_model, matches, offered
from portal.door.doors import router
from portal.door.files import shown_file
from portal.door.guard import address_of, at_one_moment, need, seen_case, site_of
from portal.visitor.case_digest import take_if_unchanged
from portal.visitor.case_lines import CaseLine, case_lines
from portal.visitor.case_shapes import CaseFile
from portal.visitor.case_view import Viewing
from portal.visitor.known import unresolved
from portal.visitor.rights import scope_of
from portal.visitor.sight import Sight
from portal.visitor.site import Site
from portal.visitor.timeline import timeline
from states import Action
from states.decide import LIFECYCLES
from states.reasons import Label, Refused, labels
from states.roles import Role
from storage import Outcome
from storage.accesses import access
from storage.accounts import Visitor
from storage.attachments import MEDIA_TYPES
from storage.lists import Wanted, list_cases
from storage.order import case_of_key
from storage.visible import region_of_person, seen_of, sees

routes = router("cases")

STATES = sorted({state for name in ("suggestion", "opinion") for state in LIFECYCLES[name].names})

IdempotencyKey = Annotated[
    models.Key,
    Header(
        description="Names this action for ever: sent again with the same key, it is done once",
        examples=["a1b2-7"],
    ),
]
Cursor = Annotated[
    str, Query(max_length=1_000, pattern=models.NO_NUL, description="`next` of the page before")
]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most")]
Search = Annotated[
    str,
    StringConstraints(max_length=100, pattern=models.NO_NUL),
    Query(description="Found in title and number"),
]


@routes.get("/cases", responses=answers())
@at_one_moment
def cases(
    request: Request,
    caller: Reader,
    group: Annotated[Literal["doing", "late", "done", "supervised", "all"], Query()] = "doing",
    state: Annotated[
        list[str] | None, Query(max_length=20, description=f"One or more of {', '.join(STATES)}")
    ] = None,
    q: Search = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> models.Page[CaseLine]:
    """The cases that the caller may see, the newest number first; `state` is the state that they are shown in."""
    site, visitor = site_of(request), caller.visitor
    need(visitor, "cases")
    scope = scope_of(visitor)
    if scope is None:
        return models.Page(items=[])
    wanted = Wanted(
        states=_known_states(state or []), ended={"doing": False, "done": True}.get(group),
        late_on=site.today() if group == "late" else None, supervised=group == "supervised", text=q,
        after=_after(cursor),
    )  # fmt: skip
    listed = list_cases(site.register, scope, wanted, limit + 1)
    more, listed = len(listed) > limit, listed[:limit]
    lines = case_lines(site, visitor, listed)
    last = listed[-1].case if more else None
    return models.Page(items=lines, next=_cursor(f"{last['number']}~{last['id']}") if last else None)


@routes.post("/cases", status_code=201, responses=answers(409, 413, 415), dependencies=[Depends(json_only)])
def open_case(
    request: Request, response: Response, caller: Actor, body: models.NewCase, idempotency_key: IdempotencyKey
) -> models.ActionDone:
    """Draft a suggestion, or record a citizen's opinion. `Location` names the new case."""
    site, visitor = site_of(request), caller.visitor
    if isinstance(body, models.DraftAsked):
        need(visitor, "write")
        name, letter = "draft", "J"
        data = body.model_dump(exclude={"kind", "on_behalf_of", "rulebook"})
        if body.on_behalf_of:
            data["on_behalf_of"] = body.on_behalf_of
    else:
        need(visitor, "opinions")
        name, letter = "record", "Q"
        data = {key: value for key, value in body.model_dump(exclude={"kind", "rulebook"}).items() if value}
        data["region"] = visitor.region
    data |= _rules_named(site, visitor, body)
    outcome = _opened(request, visitor, name, letter, data, key_of(visitor, idempotency_key))
    if not outcome.done:
        raise Refusal.of(refusal_problem(site, visitor, outcome))
    response.headers["Location"] = f"/api/v1/cases/{outcome.action.case}"
    return done(site, visitor, outcome)


def _opened(
    request: Request, visitor: Visitor, name: str, letter: str, data: dict[str, object], key: str
) -> Outcome:
    """The case that was opened under the key, else a new one; of two requests at once the second gets the first's."""
    register = site_of(request).register
    engine, sql = register.engine, register.layout.sql
    existing = case_of_key(engine, sql, key)
    case_id = existing or new_case_id(letter)
    action = Action(case_id, name, visitor.person, visitor.role, data, key=key)
    outcome = _grouping(request).apply(action, _access(request, visitor, name, case_id))
    if outcome.done or existing or not case_of_key(engine, sql, key):
        return outcome
    return _opened(request, visitor, name, letter, data, key)


@routes.get("/cases/{case_id:path}/offers", responses=answers(404))
@at_one_moment
def offers_of(request: Request, caller: Reader, case_id: str) -> list[models.Offer]:
    """The actions open to the caller now, and those that the rules refuse, with the reason."""
    _storable(case_id)
    return offered(seen_case(request, caller.visitor, case_id, "offers"))


@routes.get("/cases/{case_id:path}/events", responses=answers(404))
@at_one_moment
def events_of(request: Request, caller: Reader, case_id: str) -> list[models.Happened]:
    """The events of the case that the caller may learn of, in order."""
    _storable(case_id)
    sight = seen_case(request, caller.visitor, case_id, "events")
    return [event_model(case_id, event) for event in timeline(sight)]


@routes.get(
    "/cases/{case_id:path}/files/{sha256}",
    responses={**answers(404), 200: {"content": {media_type: {} for media_type in MEDIA_TYPES}}},
    response_class=Response,
)
def file_of(
    request: Request, caller: Reader, case_id: str, sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
) -> Response:
    """A photograph or paper of the case, which an inspection names by the SHA-256 of its content."""
    _storable(case_id)
    seen_case(request, caller.visitor, case_id, "file")
    kept = site_of(request).register.attachment(case_id, sha256)
    if kept is None:
        raise Refusal(404, Refused("no_such_file"))
    return shown_file(kept)


@routes.post(
    "/cases/{case_id:path}/actions",
    responses=answers(404, 409, 412, 413, 415),
    dependencies=[Depends(json_only)],
)
def act(
    request: Request, caller: Actor, case_id: str, body: models.ActionAsked, idempotency_key: IdempotencyKey,
    if_match: Annotated[str | None, Header(max_length=400, description="The ETag of the case as it was read")] = None,
) -> models.ActionDone:  # fmt: skip
    """Take an action, in the role that the directory gives the caller. What the rules refuse is a 409."""
    _storable(case_id)
    site, visitor = site_of(request), caller.visitor
    scope = scope_of(visitor)
    if scope is None or not sees(site.register, scope, case_id):
        site.accounts.note_all([_access(request, visitor, body.action, case_id, True)])
        raise Refusal(404)
    sight = Viewing(site, visitor, case_id)
    action, files = with_files(action_of(sight, body, idempotency_key), site.today())
    entry = _access(request, visitor, body.action, case_id)

    def take(seen: int | None) -> Outcome:
        return _grouping(request).apply(action, entry, seen, files)

    outcome: Outcome | None = None
    if if_match is None:
        outcome = take(None)
    else:
        outcome = take_if_unchanged(sight, action, lambda dossier: matches(if_match, etag_of(dossier)), take)
    if outcome is None:
        raise Refusal(412)
    if not outcome.done:
        raise Refusal.of(refusal_problem(site, visitor, outcome))
    return done(site, visitor, outcome)


@routes.get(
    "/cases/{case_id:path}",
    responses={
        **answers(404),
        200: {
            "headers": {
                "ETag": {"description": "For If-Match and If-None-Match", "schema": {"type": "string"}}
            }
        },
        304: {"description": "The case is as the caller knows it (If-None-Match)"},
    },
)
@at_one_moment
def case(
    request: Request, response: Response, caller: Reader, case_id: str,
    if_none_match: Annotated[str | None, Header(max_length=400)] = None,
) -> CaseFile:  # fmt: skip
    """The case as the caller may see it."""
    _storable(case_id)
    shape, etag = case_file(seen_case(request, caller.visitor, case_id, "case"))
    response.headers["ETag"] = etag
    if if_none_match is not None and matches(if_none_match, etag):
        return Response(status_code=304, headers={"ETag": etag})  # type: ignore[return-value]
    return shape


@routes.post("/actions", responses=answers(413, 415), dependencies=[Depends(json_only)])
def act_together(request: Request, caller: Actor, body: models.Batch) -> models.BatchAnswers:
    """Take up to 500 actions in order, in one transaction; each is answered by itself, a refusal stops no other.

    With the ETag of its case in `if_match` an action is refused with 412 where the case changed since it was read; what
    earlier actions of the same batch changed does not count.
    """
    site, visitor = site_of(request), caller.visitor
    scope = scope_of(visitor)
    seen = seen_of(site.register, scope, [action.case for action in body.actions]) if scope else set()
    site.accounts.note_all(
        [_access(request, visitor, action.action, action.case, action.case not in seen) for action in body.actions]
    )
    taken = [action for action in body.actions if action.case in seen]
    actions = [
        with_files(action_of(Sight(site, visitor, asked_action.case), asked_action, asked_action.key), site.today())
        for asked_action in taken
    ]
    files = [file for _, some in actions for file in some]
    careful = [Careful(action, pair.if_match) for (action, _), pair in zip(actions, taken, strict=True)]
    together = take_batch(site, visitor, careful, files)
    outcomes = iter([_or_again(site, visitor, *pair) for pair in zip(taken, together, strict=True)])
    answered = []
    for sound_action in body.actions:
        if sound_action.case not in seen:
            answered.append(models.BatchAnswer(key=sound_action.key, done=None, problem=problem(404)))
            continue
        outcome = next(outcomes)
        answered.append(
            models.BatchAnswer(
                key=sound_action.key, done=done(site, visitor, outcome) if outcome.done else None,
                problem=None if outcome.done else refusal_problem(site, visitor, outcome),
            )
        )  # fmt: skip
    return models.BatchAnswers(items=answered)


# -- inside ------------------------------------------------------------------------------------------------------


def _or_again(site: Site, visitor: Visitor, item: models.BatchedAction, outcome: Outcome) -> Outcome:
    """The outcome; an action on a supervision that the batch itself began is taken again, now that it exists.

    Only those from whom supervisions are hidden name them by numbers of their own, which are looked up beforehand.
    """
    if outcome.done or outcome.stale or not unresolved(outcome.action):
        return outcome
    action, files = with_files(action_of(Sight(site, visitor, item.case), item, item.key), site.today())
    return site.register.apply([action], site.now(), files=files)[0]


def _rules_named(site: Site, visitor: Visitor, new: models.DraftAsked | models.OpinionAsked) -> dict[str, str]:
    """The rulebook that the registrar names; for anybody else that of the region, and another one is refused."""
    if not new.rulebook or visitor.role == Role.REGISTRAR:
        return {"rulebook": new.rulebook} if new.rulebook else {}
    deputy = getattr(new, "on_behalf_of", "")
    region = region_of_person(site.register, deputy) if deputy else visitor.region
    own = site.register.rulebook_for(region, new.kind, site.today())
    if new.rulebook != own:
        rulebook, place = Label(new.rulebook), Label(region)
        raise Refusal(409, Refused("rulebook_of_the_office", rulebook=rulebook, own=Label(own), region=place))
    return {}


def _grouping(request: Request) -> CommitGroup:
    grouping: CommitGroup = request.app.state.grouping
    return grouping


def _access(
    request: Request, visitor: Visitor, what: str, case_id: str, refused: bool = False
) -> dict[str, object]:
    return access(
        site_of(request).real_now(), visitor.account, visitor.role or visitor.duty, what, case_id,
        address_of(request), refused, region=visitor.region,
    )  # fmt: skip


def _storable(case_id: str) -> None:
    """Answer 404 for an id that no database can store."""
    if not case_id or "\0" in case_id or len(case_id) > 300:
        raise Refusal(404)


def _known_states(states: list[str]) -> tuple[str, ...]:
    unknown = sorted(set(states) - set(STATES))
    if unknown:
        raise Refusal(422, Refused("no_such_state", states=labels(state[:100] for state in unknown)))
    return tuple(states)


def _cursor(place: str) -> str:
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def _after(cursor: str) -> str:
    if not cursor:
        return ""
    try:
        place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        place = ""
    if "~" not in place or "\0" in place:
        raise Refusal(422, Refused("no_such_place", key=Label("cursor"), next=Label("next")))
    return place
