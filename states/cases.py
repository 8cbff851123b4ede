"""The data of a case: the rows that `decide` reads and writes, and its inputs and results.

The row classes are plain records; `storage` keeps one table for each, column by field.
They are mutable because a decision edits its own copies (see `states.work`); nobody else changes them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeAlias

from states.vocabulary import ContactStanding, KeyLevel, PartRole, Secrecy, Subject, SupervisionKind, Track, V


@dataclass
class Case:
    """A suggestion (件) or a citizens' opinion (群众意见): the main row of a case.

    `since` is the day of the last step, here and in the other rows that have a state; `reply_on` the absolute
    last day that the assignment set. `proposed` are the units named before there are parts: the one asked beforehand,
    those proposed, the one to which an opinion went.
    """

    id: str
    machine: str
    state: str
    region: str
    rulebook: str
    rulebook_ident: str
    opened_at: datetime
    title: str = ""
    number: str = ""
    lead: str = ""
    round: int = 1
    track: str = Track.NORMAL.value
    in_session: bool = False
    session: str = ""
    key_level: str = KeyLevel.NONE.value
    secrecy: str = Secrecy.NONE.value
    subject_class: str = ""
    committee: str = ""
    merged_group: str = ""
    linked_case: str = ""
    corrected_class: str = ""
    repeat_of: str = ""
    excellent: str = ""
    quality_score: int = 0
    one_matter: bool = True
    complete: bool = False
    points: int = 1
    proposed: list[dict[str, str]] = field(default_factory=list)
    parts: int = 0
    returns: int = 0
    submitted_on: date | None = None
    assigned_on: date | None = None
    reply_on: date | None = None
    answered_on: date | None = None
    ended_on: date | None = None
    since: date | None = None

    @property
    def is_key(self) -> bool:
        return self.key_level != KeyLevel.NONE

    @property
    def is_protected(self) -> bool:
        """Whether units must not learn who the deputy is."""
        return self.secrecy != Secrecy.NONE

    @property
    def is_opinion(self) -> bool:
        return self.machine == Subject.OPINION


@dataclass
class Party:
    """A deputy's part in a suggestion: the lead (领衔) or a co-signer (联名).

    `urges` counts reminders to evaluate the reply; `urged_on` is when the deputy last urged the units.
    """

    id: str
    case_id: str
    deputy: str
    lead: bool
    confirmed_on: date | None = None
    dropped_on: date | None = None
    urges: int = 0
    urged_on: date | None = None


@dataclass
class Assignment:
    """One unit's part in one handling round (主办/会办/分办/独办), with limits of its own."""

    id: str
    case_id: str
    round: int
    unit: str
    role: str
    state: str
    assigned_on: date
    part: str = ""
    replaces: str = ""
    replaced: bool = False
    receipted_on: date | None = None
    return_requested_by: str = ""
    proposed_unit: str = ""
    contacts: int = 0
    attempts: int = 0
    attempted_on: date | None = None
    handling_on: date | None = None
    contact_gate: str = ""
    researched_on: date | None = None
    deputy_invited: bool = False
    reply_class: str = ""
    points_answered: int = 0
    promises: list[dict[str, str]] = field(default_factory=list)
    consult: str = ""
    consult_reminders: int = 0
    objections: int = 0
    signed_on: date | None = None
    signed_rank: str = ""
    publicity: str = ""
    served: dict[str, str] = field(default_factory=dict)
    delivered_on: date | None = None
    opinion_sent_on: date | None = None
    waived_on: date | None = None
    extension: str = ""
    extended: int = 0
    coordination: str = ""
    since: date | None = None

    @property
    def assists(self) -> bool:
        """A co-unit (会办), which gives its opinion to the lead and does not answer the deputy."""
        return self.role == PartRole.CO


@dataclass
class Communication:
    """A contact between unit and deputy (沟通记录); the deputy may confirm or deny that it took place.

    `recorded_on` is the day of entry, when the deputy learns of it; a late entry gains no time.
    """

    id: str
    case_id: str
    assignment_id: str
    round: int
    deputy: str
    kind: str
    stage: str
    face_to_face: bool
    happened_on: date
    recorded_on: date
    standing: str = ContactStanding.OPEN.value


@dataclass
class Evaluation:
    """One deputy's judgement of one reply; written once, never changed: a correction is a row that `corrects` it."""

    id: str
    case_id: str
    assignment_id: str
    round: int
    deputy: str
    attitude: str
    result: str
    value: str
    channel: str
    evaluated_on: date
    corrects: str = ""


@dataclass
class Assessment:
    """The second of two evaluations (双评): a committee's of the handling, or a unit's of the suggestion.

    `by` is the committee or unit. Scores are 0 to 100; a unit's has its overall `score` alone. Written once.
    """

    id: str
    case_id: str
    assignment_id: str
    round: int
    kind: str
    by: str
    score: int
    assessed_on: date
    participation: int | None = None
    timeliness: int | None = None
    completeness: int | None = None
    effect: int | None = None


@dataclass
class Inspection:
    """An inspection (查验) of a reply or of one promise: the claim and the finding; written once.

    `claimed` and `found` are reply classes, or states of a promise. `evidence` names photographs and papers by
    their digest, each with its place and day.
    """

    id: str
    case_id: str
    assignment_id: str
    commitment_id: str
    supervision_id: str
    round: int
    verdict: str
    claimed: str
    found: str
    by: str
    inspected_on: date
    place: str
    participants: list[str] = field(default_factory=list)
    evidence: list[dict[str, str]] = field(default_factory=list)


@dataclass
class Conversion:
    """The use of a suggestion beyond its reply (吸纳转化): the plan, project or decision that took it up."""

    id: str
    case_id: str
    kind: str
    target: str
    by: str
    converted_on: date
    done_on: date | None = None


@dataclass
class Commitment:
    """A promise made in a reply (承诺事项), with the day by which it is to be kept."""

    id: str
    case_id: str
    assignment_id: str
    text: str
    state: str
    promised_on: date
    due_on: date
    rescheduled: int = 0
    verified_on: date | None = None
    since: date | None = None


@dataclass
class Supervision:
    """An act of supervision (督办) over a case; begins and ends independently of the handling, at any stage.

    `kind` is one of `states.supervision.KINDS`; `holder` the committee, person or group that carries it out.
    """

    id: str
    case_id: str
    level: str
    slot: str
    state: str
    proposed_on: date
    by: str = ""
    decided_on: date | None = None
    since: date | None = None
    kind: str = SupervisionKind.LADDER.value
    holder: str = ""

    @classmethod
    def raised(
        cls, case_id: str, before: int, level: str, on: date, slot: str = "",
        kind: str = SupervisionKind.LADDER.value, holder: str = "",
    ) -> "Supervision":
        """A new one of a case that has had `before` of them, proposed on a day."""
        id_ = f"{case_id}/s{before + 1}"
        return cls(id_, case_id, level, slot, V.PROPOSED.value, on, since=on, kind=kind, holder=holder)


@dataclass
class Deadline:
    """A running or ended limit of one subject. `last_day` is inclusive; overdue is never stored.

    `missed` counts earlier runs of the same limit that ended late, so that a restart keeps lateness; `earlier` are
    these runs as JSON, so that a corrected calendar can judge them again.
    `rungs` counts the past stops of the ladder, skipped ones included; `level` is the highest rung climbed.
    `explained_on`, `rectified_on`: when the unit last explained or rectified the delay (read by rungs U3 and U6).
    """

    case_id: str
    subject: str
    subject_id: str
    key: str
    round: int
    owed_by: str
    duty: bool
    started_on: date
    amount: str
    unit: str
    roll: str
    last_day: date
    provisional: bool
    source: str
    rungs: int = 0
    level: str = ""
    next_rung_on: date | None = None
    met_at: datetime | None = None
    met_on: date | None = None
    void_on: date | None = None
    extended: int = 0
    missed: int = 0
    explained_on: date | None = None
    rectified_on: date | None = None
    earlier: str = ""

    @property
    def open(self) -> bool:
        return self.met_at is None and self.void_on is None


Row = (
    Case
    | Party
    | Assignment
    | Communication
    | Evaluation
    | Assessment
    | Commitment
    | Inspection
    | Conversion
    | Supervision
    | Deadline
)
DeadlineKey = tuple[str, str, str, int]


@dataclass
class Dossier:
    """A case with all its rows, by id; deadlines by (subject, subject_id, key, round)."""

    case: Case
    parties: dict[str, Party] = field(default_factory=dict)
    assignments: dict[str, Assignment] = field(default_factory=dict)
    communications: dict[str, Communication] = field(default_factory=dict)
    evaluations: dict[str, Evaluation] = field(default_factory=dict)
    assessments: dict[str, Assessment] = field(default_factory=dict)
    inspections: dict[str, Inspection] = field(default_factory=dict)
    conversions: dict[str, Conversion] = field(default_factory=dict)
    commitments: dict[str, Commitment] = field(default_factory=dict)
    supervisions: dict[str, Supervision] = field(default_factory=dict)
    deadlines: dict[DeadlineKey, Deadline] = field(default_factory=dict)


Json: TypeAlias = "str | float | Sequence[Json] | Mapping[str, Json] | None"
"""The JSON values that an action may carry."""


@dataclass(frozen=True)
class Action:
    """A requested act. `at` is the instant of the fact (aware); None means the instant of entry.

    `data` is JSON-like; docs/actions.md lists the keys of each action. `unit` is the actor's own unit.
    """

    case: str
    name: str
    by: str
    role: str
    data: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    key: str = ""
    unit: str = ""


@dataclass
class Event:
    """A fact that the decision established; `action` is set on the first event of an action only.

    `round` is the handling round in which it happened, which an order to handle again ends.
    """

    name: str
    subject: str
    subject_id: str
    on: date
    round: int
    action: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Notice:
    """A notice to a recipient, kind:id, for example unit:U12, deputy:D7 or registrar:3213."""

    recipient: str
    kind: str
    data: dict[str, Any]
    urgent: bool = False


@dataclass
class Decision:
    """The result of an allowed action: the new dossier, its changed rows, events in order, notices."""

    dossier: Dossier
    changed: list[Row]
    events: list[Event]
    notices: list[Notice]
