"""A second reader of the statistics, written from docs/figures.md alone: it knows the exported events and no code.

`count` goes through the events once and makes of each suggestion what its events say as of a day; the figures are then
counted item by item. `read` and `figures` are its two halves, for who counts the same events more than once.
Where the page is silent, it is read so:

- Parts of the figures over 承办 are those of answering units, also what was given back and what was withdrawn.
  A part that was given back is no item, and a suggestion is not replied while it waits for a successor.
- A limit is due from its last day on, a promise from its day on.
- A suggestion is spoken about, met over and so on when each of its answering units did so.
- What is handled again stands, with its class, value and points, until the same is known of what replaces it.
- A unit that comes in with a later round answers for the first time there.
- Batch and year are those of the submission; the days of a unit run from when it got its part.
"""

import json
from collections import defaultdict
from datetime import date

ANSWERING = ("LEAD", "SOLE", "SEPARATE")
CLASSES = (
    "RESOLVED",
    "PARTLY_RESOLVED",
    "UNDER_WAY_DATED",
    "PLANNED_DATED",
    "DEFERRED",
    "REFERENCE",
    "NOT_FEASIBLE",
    "UPWARD",
)
FIGURES = (
    "assigned", "receipts_in_time", "returns", "returns_granted", "communicated", "face_to_face", "three_steps",
    "complete", "replied", "replied_in_time", "returned", "satisfied", "basically_satisfied", "dissatisfied",
    "content", "satisfied_of_replied", "content_of_replied", "first_satisfied", "last_satisfied", "attitude",
    "result", "resolved", "solved", "truly_resolved", "inspections_matching", "promises_kept",
    "planned_resolved", "rehandled", "rehandled_content", "published", "key", "converted", "awarded", "urges",
    "yellow", "red",
)  # fmt: skip
VALUES = ("SATISFIED", "BASICALLY_SATISFIED", "DISSATISFIED")
PROMISES = ("UNDER_WAY_DATED", "PLANNED_DATED")
OF_UNITS = ("unit", "system")
RUNGS = {"U1": "urges", "U2": "yellow", "U3": "red"}


def count(lines, day, by, systems):
    """Group -> key of a figure -> [numerator, denominator], of all events as they stand on `day`."""
    return figures(read(lines), day, by, systems)


def read(lines):
    """The events of each suggestion, in the order of their numbers."""
    cases = defaultdict(list)
    for line in lines:
        event = json.loads(line)
        cases[event["case_id"]].append(event)
    for events in cases.values():
        events.sort(key=lambda event: event["seq"])
    return cases


def figures(cases, day, by, systems):
    groups: dict[str, dict[str, list[int]]]
    groups = defaultdict(lambda: defaultdict(lambda: [0, 0], {key: [0, 0] for key in FIGURES}))
    for events in cases.values():
        if events[0]["name"] != "suggestion.drafted":
            continue
        case = Case(events, day)
        for group, units in case.items(by, systems):
            for key, top, base in said_of(case, units):
                sums = groups[group][key]
                sums[0] += top
                sums[1] += base
    return {group: dict(sums) for group, sums in groups.items()}


class Part:
    """A unit's part in one round."""

    def __init__(self, event, since):
        self.id, self.round, self.since = event["subject_id"], event["round"], since
        self.unit, self.role = event["data"]["unit"], event["data"]["role"]
        self.replaces = event["data"].get("replaces")
        self.answers = self.role in ANSWERING
        self.given_back = self.replaced = False
        self.received = self.signed = self.delivered = self.handled = None
        self.contacts = []
        self.researched = self.agreed = self.lapsed = None
        self.drafted = self.reply_class = self.standing = None
        self.requests = self.granted = 0
        self.points = None

    def spoken(self):
        return self.signed is not None and any(when(contact) < when(self.signed) for contact in self.contacts)

    def met(self):
        return any(contact["data"].get("face_to_face") for contact in self.contacts)

    def stepped(self):
        """先沟通后办理、先调研后答复、先征询意见后正式行文: the records are there, and nothing lapsed."""
        spoken = self.handled is not None and any(when(contact) < when(self.handled) for contact in self.contacts)
        return spoken and bool(self.researched) and bool(self.agreed) and not self.lapsed


class Case:
    """A suggestion as it stands on a day."""

    def __init__(self, events, day):
        self.day = day
        self.parts = {}
        self.limits = {}
        self.ended = {}
        self.promises = {}
        # round -> deputy -> part -> what was judged
        self.forms: dict[int, dict[str, dict[str, dict[str, str]]]] = defaultdict(dict)
        self.sent = defaultdict(set)
        self.served = defaultdict(set)
        self.inspections = []
        self.urged = []  # figure, unit
        self.assigned = self.submitted = self.withdrawn = None
        self.registered = {}
        self.region = self.source = ""
        self.key = "NONE"
        self.in_session, self.session = False, ""
        self.cosigners = set()
        self.published = self.exempt = self.converted = self.awarded = False
        corrected = [event for event in events if event["name"] == "suggestion.assigned_date_corrected"]
        self.assigned_on = corrected[-1]["data"]["assigned_on"] if corrected else None
        denials = [event for event in events if event["name"] == "assignment.communication_denied"]
        self.denied = {denial["data"]["communication"] for denial in denials}
        for event in events:
            if self._holds(event):
                self._take(event)
        first = self.of_round(1)
        self.counts = not self.withdrawn or (bool(first) and all(part.delivered for part in first))

    # As of a day ------------------------------------------------------------------------------------------------

    def _day(self, event):
        """The day a fact bears; an assignment counts from its corrected day."""
        if self.assigned_on and event["name"] in ("suggestion.assigned", "assignment.assigned"):
            return self.assigned_on
        return event["on"]

    def _holds(self, event):
        if event["name"] in (
            "suggestion.assigned_date_corrected", "suggestion.rules_changed", "suggestion.region_set", "limit.moved"
        ):  # fmt: skip
            return True
        return self._day(event) <= self.day

    # The facts --------------------------------------------------------------------------------------------------

    def _take(self, event):
        name, data = event["name"], event["data"]
        self._limits(event)
        machine, _, fact = name.partition(".")
        taker = getattr(self, f"_{machine}_{fact}", None) or getattr(self, f"_{machine}", None)
        if taker:
            taker(event, data)

    def _limits(self, event):
        changes = event["data"].get("limits", ())
        if event["name"] == "limit.moved" and not changes:
            changes = (event["data"],)
        for limit in changes:
            where = (limit["key"], limit["subject_id"], limit["round"])
            if event["name"] == "limit.moved" and self.limits.get(where) != limit.get("old_last_day"):
                continue
            self.limits[where] = limit["last_day"]
            if limit.get("did") in ("started", "void"):
                self.ended[where] = event["on"] if limit["did"] == "void" else None

    def _suggestion_drafted(self, event, data):
        self.region = data.get("region", "")
        self.source = data.get("from_opinion", "")
        self.in_session, self.session = data.get("in_session", False), data.get("session", "")

    def _suggestion_region_set(self, event, data):
        self.region = data["region"]

    def _suggestion_submitted(self, event, data):
        self.submitted = event
        self.in_session = data.get("in_session", self.in_session)
        self.session = data.get("session", self.session)

    def _suggestion_cosign_confirmed(self, event, data):
        self.cosigners.add(data.get("on_behalf_of") or event["by"])

    def _suggestion_registered(self, event, data):
        self.registered = data

    def _suggestion_withdrawn(self, event, data):
        self.withdrawn = event

    def _suggestion_assigned(self, event, data):
        self.assigned = self._day(event)

    def _suggestion_key_determined(self, event, data):
        self.key = data.get("key_level", "NONE")

    def _supervision_confirmed(self, event, data):
        self.key = data.get("key_level", self.key)

    def _suggestion_urged(self, event, data):
        self.urged += [
            ("urges", unit) for unit in sorted({part.unit for part in self.of_round(event["round"])})
        ]

    def _limit_overdue(self, event, data):
        kind, _, owes = data.get("owed_by", "").partition(":")
        if kind == "unit":
            for rung in data.get("levels") or [data.get("level")]:
                if rung in RUNGS:
                    self.urged += [(RUNGS[rung], owes)]

    _limit_escalated = _limit_overdue

    def _suggestion_published(self, event, data):
        self.published = True

    def _suggestion_publication_exempted(self, event, data):
        self.exempt = True

    def _suggestion_converted(self, event, data):
        self.converted = True

    def _suggestion_awarded(self, event, data):
        self.awarded = True

    def _suggestion_forms_sent(self, event, data):
        self.sent[event["round"]] |= self.served[event["round"]]

    def _evaluator_served(self, event, data):
        self.served[event["round"]].add(event["subject_id"].rpartition("@")[2])

    def _suggestion_evaluated(self, event, data):
        if event["action"] == "evaluate":
            self._judged(event, data)

    _suggestion_evaluated_ok = _suggestion_evaluated
    _suggestion_evaluated_dissatisfied = _suggestion_dissatisfied_again = _suggestion_evaluated

    def _judged(self, event, data):
        deputy = data.get("on_behalf_of") or event["by"]
        judged = self.forms[event["round"]].setdefault(deputy, {})
        for part, judgement in (data.get("assignments") or {"": data}).items():
            judged[part] = {
                key: value for key, value in judgement.items() if isinstance(value, str) and value in VALUES
            }

    _suggestion_evaluation_corrected = _judged

    def _suggestion_assessed(self, event, data):
        for part in self.of_round(event["round"]):
            if part.delivered and data.get("assignment", part.id) == part.id and "completeness" in data:
                part.points = data["completeness"]

    def _suggestion_inspected(self, event, data):
        part = data.get("assignment") or self.promises.get(data.get("commitment"), {}).get("part", "")
        self.inspections.append((part, data.get("verdict")))
        if data.get("verdict") == "NOT_MATCHING" and data.get("found") and part in self.parts:
            self.parts[part].standing = data["found"]

    def _suggestion_reopened_by_inspection(self, event, data):
        if data.get("corrected_class"):
            for part in self.of_round(event["round"]):
                part.standing = data["corrected_class"]

    def _assignment_assigned(self, event, data):
        self.parts[event["subject_id"]] = Part(event, self._day(event))

    _assignment_reassigned = _assignment_rehandle_assigned = _assignment_assigned

    def _assignment(self, event, data):
        part = self.parts.get(event["subject_id"])
        if part is not None:
            taker = TAKEN.get(event["name"])
            if taker:
                taker(part, event, data)

    def _assignment_communicated(self, event, data):
        part = self.parts.get(event["subject_id"])
        if part is not None and data.get("communication") not in self.denied:
            part.contacts.append(event)

    def _commitment_promised(self, event, data):
        promise = {"due": data["due_on"], "part": data.get("assignment"), "verified": False}
        self.promises[event["subject_id"]] = promise

    def _commitment_rescheduled(self, event, data):
        self.promises[event["subject_id"]]["due"] = data["due_on"]

    def _commitment_verified(self, event, data):
        self.promises[event["subject_id"]]["verified"] = True

    def _commitment_verification_failed(self, event, data):
        self.promises[event["subject_id"]]["verified"] = False

    # The items --------------------------------------------------------------------------------------------------

    def of_round(self, number, units=None):
        """Those who answer in a round; a part that was given back answers no more."""
        return [
            part
            for part in self.parts.values()
            if part.round == number
            and part.answers
            and not part.given_back
            and (units is None or part.unit in units)
        ]

    def items(self, by, systems):
        """(group, units): a suggestion, or each unit's part in it."""
        if not self.registered:
            return []
        if by not in OF_UNITS:
            return [(self.group(by), None)]
        units = dict.fromkeys(part.unit for part in self.parts.values() if part.answers)
        return [(unit if by == "unit" else systems.get(unit, ""), (unit,)) for unit in units]

    def group(self, by):
        year = self.submitted["on"][:4] if self.submitted else ""
        if by == "batch":
            if not self.in_session:
                return f"闭会-{year}"
            return self.session or f"{year}年会议期间"
        return {
            "subject": self.registered.get("subject_class", ""),
            "committee": self.registered.get("committee", ""),
            "region": self.region,
            "year": year,
            "source": self.source,
            "joint": "joint" if self.cosigners else "single",
            "key": self.key,
        }[by]


def _set(field):
    def take(part, event, data):
        setattr(part, field, event)

    return take


def _drafted(part, event, data):
    part.drafted = data.get("class")


def _delivered(part, event, data):
    part.delivered, part.reply_class, part.standing = event, part.drafted, part.drafted


def _requested(part, event, data):
    part.requests += 1


def _granted(part, event, data):
    part.granted, part.given_back = part.granted + 1, True


TAKEN = {
    "assignment.replaced": _set("replaced"),
    "assignment.receipted": _set("received"),
    "assignment.handling_started": _set("handled"),
    "assignment.researched": _set("researched"),
    "assignment.consult_agreed": _set("agreed"),
    "assignment.consult_lapsed": _set("lapsed"),
    "assignment.signed": _set("signed"),
    "assignment.drafted": _drafted,
    "assignment.delivered": _delivered,
    "assignment.return_requested": _requested,
    "assignment.return_granted": _granted,
}


def when(event):
    return event["at"], event["seq"]


def worst(values, order):
    values = [value for value in values if value]
    return max(values, key=order.index) if values else None


def said_of(case, units):
    """(key, numerator, denominator) of one item for every figure."""
    mine = [part for part in case.parts.values() if part.answers and (units is None or part.unit in units)]
    rounds = sorted({part.round for part in mine})
    # For a unit that comes in with a later round that one is its first, and only what it does itself is handling again.
    first = case.of_round(rounds[0], units) if rounds else []
    # A part that was given back has to be filled before the suggestion is replied; its last day goes on and waits.
    vacant = [
        part for part in mine if part.round == 1 and part.given_back and not part.replaced and units is None
    ]
    replied = bool(first) and not vacant and all(part.delivered for part in first)
    again = replied and len(rounds) > 1

    receipts = [(part, ("receipt_by", part.id, part.round)) for part in mine]
    receipts = [
        (part, case.limits[where])
        for part, where in receipts
        if where in case.limits and not (case.ended.get(where) and case.ended[where] <= case.limits[where])
    ]
    yield (
        "receipts_in_time",
        sum(1 for part, limit in receipts if part.received and part.received["on"] <= limit),
        len(receipts),
    )
    requests = sum(part.requests for part in mine)
    yield "returns", requests, len(mine)
    yield "returns_granted", sum(part.granted for part in mine), requests
    for figure in RUNGS.values():
        yield (
            figure,
            sum(1 for key, unit in case.urged if key == figure and (units is None or unit in units)),
            0,
        )
    if not case.counts or (units and all(part.given_back for part in mine)):
        return

    yield "assigned", bool(case.assigned), 1
    yield "communicated", replied and all(part.spoken() for part in first), replied
    yield "face_to_face", replied and all(part.met() for part in first), replied
    yield "three_steps", replied and all(part.stepped() for part in first), replied
    scored = [part.points for part in newest(part for part in mine if part.points is not None)]
    yield "complete", sum(scored), 100 * len(scored)
    yield "replied", replied, 1
    limits = [(part, case.limits.get(("reply_by", part.id, part.round))) for part in first]
    waiting = [case.limits.get(("reply_by", part.id, part.round)) for part in vacant]
    due = any(limit and limit <= case.day for limit in [*waiting, *(limit for _, limit in limits)])
    yield (
        "replied_in_time",
        replied and all(limit and part.delivered["on"] <= limit for part, limit in limits),
        (replied or due) and any(limit for _, limit in limits + [(None, limit) for limit in waiting]),
    )

    sent = sum(len(case.sent[number]) for number in rounds)
    yield "returned", sum(len(case.forms[number]) for number in rounds), sent

    values = {part: judged(case, part) for part in mine}
    final = worst_of([values[part] for part in newest(part for part in mine if values[part])])
    value = worst(final.values(), VALUES)
    is_given = value is not None
    content = value in VALUES[:2]
    yield "satisfied", value == "SATISFIED", is_given
    yield "basically_satisfied", value == "BASICALLY_SATISFIED", is_given
    yield "dissatisfied", value == "DISSATISFIED", is_given
    yield "content", content, is_given
    yield "satisfied_of_replied", replied and value == "SATISFIED", replied
    yield "content_of_replied", replied and content, replied
    at_first = worst(worst_of([values[part] for part in first]).values(), VALUES)
    yield "first_satisfied", at_first == "SATISFIED", at_first is not None
    yield "last_satisfied", value == "SATISFIED", is_given
    yield "attitude", final.get("attitude") == "SATISFIED", "attitude" in final
    yield "result", final.get("result") == "SATISFIED", "result" in final

    now = newest(part for part in mine if part.delivered) if replied else []
    kind = worst([part.reply_class for part in now], CLASSES)
    stands = worst([part.standing for part in now], CLASSES)
    yield "resolved", kind == "RESOLVED", 1
    yield "solved", kind in CLASSES[:4], 1
    ids = {part.id for part in mine}
    inspections = [verdict for part, verdict in case.inspections if units is None or part in ids]
    yield "truly_resolved", kind == "RESOLVED" and stands == "RESOLVED", 1
    yield "inspections_matching", inspections.count("MATCHING"), len(inspections)
    promises = [promise for promise in case.promises.values() if units is None or promise["part"] in ids]
    past = [promise for promise in promises if promise["due"] <= case.day]
    yield "promises_kept", sum(promise["verified"] for promise in past), len(past)
    promised = replied and worst([part.reply_class for part in first], CLASSES) in PROMISES
    turned = kind == "RESOLVED" or (bool(promises) and all(promise["verified"] for promise in promises))
    yield "planned_resolved", promised and turned, promised
    yield "rehandled", again, replied
    after = any(judgement for part, judgement in values.items() if part.round > rounds[0])
    yield "rehandled_content", again and after and content, again
    yield "published", replied and case.published, replied and (case.published or not case.exempt)
    yield "key", case.key != "NONE", 1
    yield "converted", case.converted, 1
    yield "awarded", case.awarded, 1
    if replied:
        given = max(part.delivered["on"] for part in first)
        yield (
            "days",
            (
                date.fromisoformat(given)
                - date.fromisoformat(case.assigned if units is None else min(part.since for part in first))
            ).days,
            1,
        )
    if kind:
        yield f"class {kind}", 1, 0
        yield f"stands {stands}", 1, 0
        yield f"cross {kind} {value or ''}", 1, 0


def newest(parts):
    """One that was handled again stands until the same is known of its successor."""
    parts = list(parts)
    again = {part.replaces for part in parts}
    return [part for part in parts if part.id not in again]


def judged(case, part):
    """Dimension -> the worst value that a deputy gave this part."""
    forms = case.forms[part.round].values()
    return worst_of([form.get(part.id, form.get("", {})) for form in forms])


def worst_of(judgements):
    """Dimension -> the worst value of several judgements."""
    by_dimension = defaultdict(list)
    for judgement in judgements:
        for dimension, value in judgement.items():
            by_dimension[dimension].append(value)
    return {dimension: worst(values, VALUES) for dimension, values in by_dimension.items()}
