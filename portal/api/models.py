"""The request and response types of the API; their descriptions and examples are its documentation."""

from datetime import date, datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from portal.api.problems import Problem
from portal.visitor.case_shapes import Told

T = TypeVar("T")

NO_NUL = r"^[^\x00]*$"
Word = Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL)]
Ident = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=NO_NUL)]
Text = Annotated[str, StringConstraints(max_length=100_000, pattern=NO_NUL)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class Asked(BaseModel):
    """A request body: an unknown key is refused."""

    model_config = ConfigDict(extra="forbid")


class Page(BaseModel, Generic[T]):
    """A page of a list. `next` is the cursor of the page after it, null on the last one."""

    items: list[T]
    next: str | None = Field(None, description="Give it as `cursor` to go on; null: there is no more")


# -- who ------------------------------------------------------------------------------------------------------


class Me(BaseModel):
    """Who the caller is, as the directory knows them now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "account": "W1", "person": "W1", "name": "承办人1", "role": "handler",
                    "role_name": "承办人", "duty": "",
                    "unit": "U1", "unit_name": "第1局", "region": "321300", "deputies": [], "pages": ["cases", "inbox"],
                    "scopes": ["read", "act"], "csrf": None,
                }
            ]
        }
    )  # fmt: skip

    account: str
    person: str
    name: str
    role: str
    role_name: str
    duty: str = Field(description="system, security or audit for an administrator, else empty")
    unit: str
    unit_name: str
    region: str
    deputies: list[str] = Field(description="Deputies for whom an assistant may act today")
    pages: list[str] = Field(description="The pages of the role, as docs/rights.md lists them")
    scopes: list[str]
    csrf: str | None = Field(description="With a session: what X-CSRF-Token must say; null with a token")


# -- cases ----------------------------------------------------------------------------------------------------


class Happened(BaseModel):
    """An event of a case."""

    id: str = Field(description="Opaque; the id of the event in the stream")
    case: str
    event: str = Field(examples=["suggestion.assigned"])
    name: str = Field(examples=["交办"])
    on: date
    entered_at: datetime
    who: str
    level: str
    texts: list[Told]


class On(Asked):
    """The row of a case that an action concerns."""

    kind: Literal["assignment", "commitment", "supervision"]
    id: Ident


class AskedField(BaseModel):
    """What an action asks for in `data`."""

    key: str
    label: str
    kind: str
    required: bool
    options: dict[str, str] = Field(
        description="What may be chosen, by value; empty where it is not a choice"
    )


class Offer(BaseModel):
    """An action open to the caller's role in this state; `refused` says why it cannot be taken yet."""

    action: str
    name: str
    on: On | None
    refused: str | None = Field(description="The reason of the rules in English, null when it can be done")
    code: str | None = Field(description="The name of that reason, which stays")
    detail: str | None = Field(description="The reason in Chinese, or in English where Accept-Language asks for it")
    fields: list[AskedField]


Data = Annotated[
    dict[str, object],
    Field(description="What the action says; docs/actions.md lists the keys. The evidence of `inspect` may bring its "
                      "files as `content`, base64", examples=[{"reason": "…"}]),
]
"""Its schema is that of the action (`data_schema`). Whatever JSON comes is taken as it is: the rules judge it."""


class ActionAsked(Asked):
    """An action on a case."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"action": "communicate", "data": {"kind": "phone", "note": "约定周四走访"}}]
        }
    )

    action: Word = Field(examples=["communicate"])
    data: Data = Field(default_factory=dict)
    on: On | None = Field(
        None, description="Which part, promise or supervision; may be left out when there is one"
    )


class BatchedAction(ActionAsked):
    """An action of a batch, with its case and its own idempotency key."""

    case: Ident
    key: Key
    if_match: Annotated[str, StringConstraints(max_length=400, pattern=NO_NUL)] | None = Field(
        None, description="The ETag of the case as it was read; where the case changed since, the problem is 412"
    )


class Batch(Asked):
    """Up to 500 actions, taken in order; each is answered by itself."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"actions": [{"case": "C1", "action": "assign", "data": {}, "key": "meeting-3-C1"}]}]
        }
    )

    actions: list[BatchedAction] = Field(min_length=1, max_length=500)


class ActionDone(BaseModel):
    """An action that was taken, now or, when `repeated`, before under the same key."""

    case: str
    action: str
    state: str
    state_name: str
    repeated: bool


class BatchAnswer(BaseModel):
    """The result of one action of a batch: `done`, or the `problem` that it would get alone."""

    key: str
    done: ActionDone | None
    problem: Problem | None


class BatchAnswers(BaseModel):
    items: list[BatchAnswer]


class DraftAsked(Asked):
    """A new suggestion of the caller, or of a deputy who gave them a mandate."""

    kind: Literal["suggestion"]
    title: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=NO_NUL)]
    facts: Text
    proposal: Text
    points: int = Field(1, ge=1, le=99)
    secrecy: Literal["NONE", "IDENTITY_PROTECTED"] = "NONE"
    rulebook: Word = Field("", description="That of the deputy's region, which the office sets; another is refused")
    on_behalf_of: Word = Field("", description="For an assistant: the deputy's id")


class OpinionAsked(Asked):
    """A citizen's opinion that the caller records."""

    kind: Literal["opinion"]
    title: Annotated[str, StringConstraints(max_length=300, pattern=NO_NUL)] = ""
    body: Text = ""
    citizen: Word = ""
    deputy: Word = Field("", description="The deputy of the reception place, by id")
    rulebook: Word = Field("", description="Default: that of the region; only the registrar names another")


NewCase = Annotated[DraftAsked | OpinionAsked, Field(discriminator="kind")]


# -- what is late ----------------------------------------------------------------------------------------------


class LateLimit(BaseModel):
    """A duty whose last day has passed."""

    case: str
    number: str
    title: str
    state: str
    state_name: str
    key: str
    name: str
    owed_by: str = Field(examples=["unit:U1"])
    owner: str = Field(examples=["第1局"])
    last_day: date
    days: int = Field(description="Civil days since the last day")
    level: str
    provisional: bool


class Late(BaseModel):
    on: date
    items: list[LateLimit]


class Proposal(BaseModel):
    """A supervision that was proposed and is not decided yet."""

    id: str
    case: str
    number: str
    title: str
    level: str
    state: str
    proposed_on: date
    units: str


class Proposals(BaseModel):
    items: list[Proposal]


class SupervisedItem(BaseModel):
    """A supervision and its state; `waits` is the step it waits for: decision, plan, start, progress, report, end."""

    id: str
    case: str
    number: str
    title: str
    kind: str = Field(examples=["KEY"])
    kind_name: str = Field(examples=["重点督办"])
    level: str = Field(description="Rung of a ladder, or empty")
    state: str
    state_name: str
    holder_name: str
    units: list[str] = Field(description="Names of the units that handle the case")
    proposed_on: date
    last_on: date
    waits: str


class Supervisions(BaseModel):
    items: list[SupervisedItem]


class FigureRate(BaseModel):
    """A rate, or a plain count, which has no denominator and no percentage."""

    key: str
    name: str
    english: str
    numerator: int
    denominator: int | None
    percent: str = Field(description="With one decimal; – where nothing is in the base")
    formula: str
    words: str
    origin: str


class FigureGroup(BaseModel):
    """`late`: items whose first reply came, or is owed, after its last day; `late_again` the same of re-handling."""

    key: str
    name: str
    n: int
    late: int
    late_again: int
    rates: list[FigureRate]
    score: str = Field(description="Empty where the rulebook gives no weights")


class Figures(BaseModel):
    """Figures of the facts dated up to `on`, as they were known at `at`."""

    on: date
    at: datetime | None
    by: str
    counts: str = Field(description="suggestions, or parts of units")
    rulebook: str
    groups: list[FigureGroup]
    total: FigureGroup


class PromisedItem(BaseModel):
    """A promise made in a reply."""

    id: str
    case: str
    number: str
    title: str
    unit: str
    unit_name: str
    text: str
    state: str
    state_name: str
    promised_on: date
    due_on: date
    rescheduled: int = Field(description="How often its day was moved")
    verified_on: date | None


class Promises(BaseModel):
    items: list[PromisedItem]


class InspectedItem(BaseModel):
    """An inspection: `claimed` is the class of the reply or the state of the promise, `found` what was seen."""

    id: str
    case: str
    number: str
    title: str
    unit_name: str
    commitment_id: str
    promise: str
    claimed: str
    found: str
    verdict: str = Field(examples=["NOT_MATCHING"])
    verdict_name: str = Field(examples=["不符"])
    place: str
    by_name: str
    inspected_on: date


class Inspections(BaseModel):
    items: list[InspectedItem]


class Converted(BaseModel):
    """What a suggestion led to in the congress's own work."""

    id: str
    case: str
    number: str
    title: str
    kind: str = Field(examples=["LAW_PLAN"])
    kind_name: str = Field(examples=["立法计划"])
    target: str
    converted_on: date
    done_on: date | None


class Excellent(BaseModel):
    """A suggestion that was nominated or awarded."""

    case: str
    number: str
    title: str
    excellent: str = Field(examples=["NOMINATED"])
    score: int | None


class Conversions(BaseModel):
    items: list[Converted]
    excellent: list[Excellent]


class Finding(BaseModel):
    """A finding of the nightly audit."""

    code: str
    severity: str
    case: str
    subject: str
    why: str
    todo: str
    standing: str
    first_seen: date
    last_seen: date


class Findings(BaseModel):
    items: list[Finding]


class Message(BaseModel):
    id: str
    subject: str
    body: str
    urgent: bool
    created_at: datetime
    read_at: datetime | None


class Inbox(BaseModel):
    items: list[Message]


class MarkedRead(BaseModel):
    read: int = Field(description="How many messages were new")


# -- directory, rules, engine ------------------------------------------------------------------------------------


class UnitLine(BaseModel):
    id: str
    name: str
    region: str
    kind: str


class PersonLine(BaseModel):
    """Somebody of the directory; `email` and `phone` are empty where the caller must not learn them."""

    id: str
    name: str
    role: str
    unit: str
    region: str
    delegation: str
    term_from: date | None
    term_to: date | None
    email: str
    phone: str


class RulebookLine(BaseModel):
    name: str
    title: str
    machine: str
    level: str
    jurisdiction: str
    in_force: date
    ident: str


class RuleLimit(BaseModel):
    key: str
    title: str
    amount: int | str | None
    unit: str
    says: str
    source: str


class RulebookWhole(RulebookLine):
    limits: list[RuleLimit]
    sections: dict[str, object] = Field(description="Every section as the rulebook says it; docs/rulebooks.md")


class Rulebooks(BaseModel):
    items: list[RulebookLine]


class Day(BaseModel):
    """A day that differs from its weekday: a day off on a weekday, or a working day on a weekend."""

    day: date
    working: bool
    name: str


class Calendar(BaseModel):
    year: int
    known: bool = Field(
        description="Whether the year's notice is there; else last days in it are provisional"
    )
    working_days: int
    days: list[Day]


class JobResult(BaseModel):
    code: str
    facts: dict[str, JsonValue]


class Job(BaseModel):
    name: str
    what: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    next_at: datetime | None = None
    by: str | None = None
    did: str | None = Field(None, description="What the last run did, in English")
    error: str | None = None
    detail: str | None = Field(None, description="What it did or why it failed, in the language asked for")
    results: list[JobResult] = Field([], description="The same as codes and facts; empty for a run before schema 0024")


class ClockAlarm(BaseModel):
    """The clock stepped, or lies behind the newest entry or another engine's: nothing happens by itself meanwhile."""

    raised_at: datetime
    engine: str
    kind: str
    seconds: int


class Status(BaseModel):
    at: datetime
    clock: ClockAlarm | None
    engines: list[str]
    leader: str | None
    next_due: datetime | None
    messages: dict[str, int]
    duties_alone: list[str] = Field(description="Duties whose acts on administrators no second person could confirm")
    waiting_changes: int = Field(description="Imported rows that wait for the security administrator")
    jobs: list[Job]


# -- tokens --------------------------------------------------------------------------------------------------------


class TokenLine(BaseModel):
    id: str
    account: str
    name: str
    scopes: list[str]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    works: bool


class TokenLines(BaseModel):
    items: list[TokenLine]


class TokenAsked(Asked):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "局里的办公系统", "scopes": ["read", "act"], "days": 90}]}
    )

    name: Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=NO_NUL)]
    scopes: list[Literal["read", "act", "directory"]] = Field(min_length=1, max_length=3)
    days: int = Field(90, ge=1, le=366)


class TokenMade(TokenLine):
    token: str = Field(description="Shown this once, and kept nowhere")
