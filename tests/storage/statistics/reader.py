"""Counts the figures a second time, from exported events as JSON lines and from the written definitions alone.

It knows nothing of the project and looks at a suggestion's events as a list that is asked questions; days are ISO
texts.
"""

import json
from collections import defaultdict

GOOD = {"SATISFIED": 0, "BASICALLY_SATISFIED": 1, "DISSATISFIED": 2}
KINDS = {
    "RESOLVED": 0, "PARTLY_RESOLVED": 1, "UNDER_WAY_DATED": 2, "PLANNED_DATED": 3, "DEFERRED": 4, "REFERENCE": 5,
    "NOT_FEASIBLE": 6, "UPWARD": 7,
}  # fmt: skip
PROMISING = ("UNDER_WAY_DATED", "PLANNED_DATED")


def worst(values, order):
    known = [value for value in values if value in order]
    return max(known, key=lambda value: order[value]) if known else ""


def days_between(first, last):
    from datetime import date

    return (date.fromisoformat(last) - date.fromisoformat(first)).days


class Story:
    """The events of one suggestion, and answers about them."""

    def __init__(self, events, day):
        self.events = events
        self.day = day

    def all(self, *names, subject=None, round=None):
        return [
            event
            for event in self.events
            if event["name"] in names
            and (subject is None or event["subject_id"] == subject)
            and (round is None or event["round"] == round)
        ]

    def last(self, *names, subject=None):
        found = self.all(*names, subject=subject)
        return found[-1] if found else None

    # -- parts ------------------------------------------------------------------------------------------------

    def parts(self):
        """Answering parts in the order in which they were given out: id, unit, round, the day."""
        found = []
        for event in self.all("assignment.assigned", "assignment.reassigned", "assignment.rehandle_assigned"):
            if event["data"]["role"] in ("LEAD", "SOLE", "SEPARATE"):
                found.append((event["subject_id"], event["data"]["unit"], event["round"]))
        return found

    def assigned_on(self, part):
        given = self.last("assignment.assigned", "assignment.reassigned", "assignment.rehandle_assigned", subject=part)
        day = given["on"]
        if given["name"] == "assignment.assigned":
            day = self.day_of_assignment()
        return day

    def day_of_assignment(self):
        event = self.last("suggestion.assigned")
        correction = self.last("suggestion.assigned_date_corrected")
        return correction["data"]["assigned_on"] if correction else event and event["on"]

    def returned(self, part):
        return bool(self.all("assignment.return_granted", subject=part))

    def kept(self):
        return [one for one in self.parts() if not self.returned(one[0])]

    def earlier(self, part):
        """The part of the round before that this one takes up again."""
        _, unit, number = part
        before = [one for one in self.kept() if one[2] == number - 1]
        same = [one for one in before if one[1] == unit]
        if same or len(before) < 2:
            return (same or before or [None])[0]
        orders = self.all(
            "suggestion.rehandle_ordered", "suggestion.mediation_decided", "suggestion.reopened_by_inspection",
            round=number - 1,
        )  # fmt: skip
        named = [one for one in before if orders and one[0] in (orders[-1]["data"].get("assignments") or [])]
        bad = [one for one in before if worst((f[2] for f in self.forms(one)), GOOD) == "DISSATISFIED"]
        return (named or bad or before)[0]

    def chain(self, part, among):
        """The part and those it took up, the newest first, as far as they are among the ones looked at."""
        found = []
        while part is not None and part in among:
            found.append(part)
            part = self.earlier(part) if part[2] > 1 else None
        return found

    # -- the work ------------------------------------------------------------------------------------------------

    def last_day(self, part, key):
        """The last day as the newest note says, and the day on which the limit was met or None."""
        last = met = None
        for event in self.events:
            if event["name"] == "limit.moved" and (event["data"]["subject_id"], event["data"]["key"]) == (part, key):
                last = event["data"]["last_day"]
            for note in event["data"].get("limits", []):
                if (note["subject_id"], note["key"]) == (part, key):
                    last = note["last_day"]
                    if note["did"] == "met":
                        met = event["on"]
        return last, met

    def contacts(self, part):
        denied = {event["data"]["communication"] for event in self.all("assignment.communication_denied")}
        return [
            event
            for event in self.all("assignment.communicated", subject=part)
            if event["data"]["communication"] not in denied
        ]

    def signed_on(self, part):
        event = self.last("assignment.signed", subject=part)
        return event and event["on"]

    def delivered_on(self, part):
        event = self.last("assignment.delivered", subject=part)
        return event and event["on"]

    def kind(self, part):
        """The class of the draft that was delivered."""
        return self.last("assignment.drafted", subject=part)["data"]["class"]

    def three(self, part):
        start = self.last("assignment.handling_started", subject=part)
        asked = self.last("assignment.drafted", "assignment.consult_agreed", "assignment.consult_lapsed", subject=part)
        return bool(
            start
            and start["data"].get("contact_gate") == "met"
            and self.all("assignment.researched", subject=part)
            and asked
            and asked["name"] == "assignment.consult_agreed"
        )

    # -- judgements ----------------------------------------------------------------------------------------------

    def forms(self, part):
        """(attitude, result, worst of everything) of each deputy who judged this part."""
        found = {}
        for event in self.events:
            said = None
            if event["action"] == "evaluate" and event["name"].startswith("suggestion.") and event["round"] == part[2]:
                each = event["data"].get("assignments")
                said, who = (each.get(part[0]) if isinstance(each, dict) else event["data"]), event["by"]
            if event["action"] == "correct_evaluation" and event["round"] == part[2] and event["by"] in found:
                each = event["data"].get("assignments")
                said, who = (each.get(part[0]) if isinstance(each, dict) else event["data"]), event["by"]
            if said:
                three = [said.get(key, "") for key in ("attitude", "result", "overall")]
                found[who] = (three[0], three[1], worst(three, GOOD))
        return list(found.values())

    def outside(self):
        return not self.all("suggestion.registered") or self.all("suggestion.declined", "suggestion.withdrawn")

    # -- promises and inspections --------------------------------------------------------------------------------

    def promises(self):
        """id -> (part, due, verified): each names its part; before 0.1.0 a round's named theirs in the parts' order."""
        found, queue = {}, []
        for event in self.events:
            if event["name"] == "suggestion.reply_delivered":
                for id_, _, number in self.kept():
                    if number == event["round"]:
                        draft = self.last("assignment.drafted", subject=id_)
                        queue += [id_] * len(draft["data"].get("commitments", []))
            if event["name"] == "commitment.promised":
                part = event["data"].get("assignment") or queue.pop(0)
                found[event["subject_id"]] = [part, event["data"]["due_on"], False]
            if event["name"] == "commitment.rescheduled":
                found[event["subject_id"]][1] = event["data"]["due_on"]
            if event["name"] in ("commitment.verified", "commitment.verification_failed"):
                found[event["subject_id"]][2] = event["name"] == "commitment.verified"
        return found

    def found_out(self, part):
        """(corrected class or '', whether the last inspection refuted it, verdicts)"""
        corrected, refuted, verdicts = "", False, []
        promises = self.promises()
        for event in self.events:
            data = event["data"]
            if event["name"] == "inspection.made":
                of = promises[data["commitment"]][0] if data.get("commitment") else data.get("assignment")
                if of == part[0]:
                    verdicts.append(data["verdict"])
                    refuted = data["verdict"] == "NOT_MATCHING"
                    if refuted and not data.get("commitment"):
                        corrected = data["found"]
            by_hand = event["action"] == "reopen_by_inspection"
            if by_hand and event["name"] == "suggestion.reopened_by_inspection" and self.delivered_on(part[0]):
                named = {promises[one][0] for one in data.get("commitments") or [] if one in promises}
                named |= set(data.get("assignments") or [])
                if part[0] in named or (not named and event["round"] == part[2]):
                    refuted, corrected = True, data.get("corrected_class") or corrected
        return corrected, refuted, verdicts

    # -- one item ------------------------------------------------------------------------------------------------

    def points(self, part):
        """What committees gave last for completeness, once the part's reply was delivered."""
        given = self.last("assignment.delivered", subject=part[0])
        scored = [
            event["data"]["completeness"]
            for event in self.all("suggestion.assessed", round=part[2])
            if given and given["seq"] < event["seq"]
        ]
        return scored[-1] if scored else None

    def counts(self, unit=None):
        """key -> [numerator, denominator]; of the suggestion, or of a unit's part in it."""
        parts = [one for one in self.parts() if unit is None or one[1] == unit]
        kept = [one for one in parts if one in self.kept()]
        n = int(not self.outside() and bool(kept or unit is None))
        if unit is None:
            first = [one for one in kept if one[2] == 1]
            taken_up = [self.earlier(one) for one in kept if one[2] > 1]
            newest = [one for one in kept if one not in taken_up]
            answer = self.all("suggestion.reply_delivered")
            replied_on = answer[0]["on"] if answer else None
            assigned_on = self.day_of_assignment()
        else:
            first, newest = kept[:1], kept[-1:]
            replied_on = self.delivered_on(first[0][0]) if first else None
            assigned_on = self.assigned_on(first[0][0]) if first else None
        if not n:
            replied_on = None
        done = int(replied_on is not None)

        found: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        found["assigned"] = [int(bool(n and (unit or assigned_on))), n]
        found["replied"] = [done, n]
        found["days"] = [days_between(assigned_on, replied_on) if done else 0, done]
        for id_, _, _ in parts:
            due = self.last_day(id_, "receipt_by")[0]
            received = self.last("assignment.receipted", subject=id_)
            if due:
                found["receipts_in_time"][1] += 1
                found["receipts_in_time"][0] += bool(received and received["on"] <= due)
            asked = len(self.all("assignment.return_requested", subject=id_))
            found["returns"][0] += asked
            found["returns"][1] += 1
            found["returns_granted"][0] += self.returned(id_)
            found["returns_granted"][1] += asked
        for part in parts:
            verdicts = self.found_out(part)[2]
            found["inspections_matching"][0] += verdicts.count("MATCHES")
            found["inspections_matching"][1] += len(verdicts)

        # what first replies are like
        ids = [one[0] for one in first]
        spoke = all(any(c["on"] <= (self.signed_on(id_) or "") for c in self.contacts(id_)) for id_ in ids)
        met = all(any(c["data"].get("face_to_face") for c in self.contacts(id_)) for id_ in ids)
        found["communicated"] = [done and int(spoke), done]
        found["face_to_face"] = [done and int(met), done]
        found["three_steps"] = [done and int(all(map(self.three, ids))), done]
        waiting = []
        if unit is None:
            waiting = [
                id_ for id_, _, number in parts
                if number == 1 and self.returned(id_) and not self.all("assignment.replaced", subject=id_)
            ]  # fmt: skip
        limits = [limit for id_ in ids + waiting if (limit := self.last_day(id_, "reply_by"))[0]]
        answered = bool(ids) and not waiting and all(map(self.delivered_on, ids))
        overdue = any(not met_on and last <= self.day for last, met_on in limits)
        owed = int(bool(n and limits and (answered or overdue)))
        in_time = owed and answered and all(met_on and met_on <= last for last, met_on in limits)
        found["replied_in_time"] = [int(bool(in_time)), owed]

        # what deputies said
        sent = returned = 0
        for event in self.all("suggestion.forms_sent"):
            number = event["round"]
            forms_of = {one["subject_id"] for one in self.all("evaluator.served", round=number)}
            heard = {one["subject_id"] for one in self.all("evaluator.evaluated", round=number)} & forms_of
            if unit is None:
                sent, returned = sent + len(forms_of), returned + len(heard)
            else:
                for one in kept:
                    if one[2] == number and self.delivered_on(one[0]):
                        sent, returned = sent + len(forms_of), returned + len(self.forms(one))
        found["returned"] = [returned, sent]
        heard_parts = []
        for one in newest:
            heard_parts += [older for older in self.chain(one, kept) if self.forms(older)][:1]
        forms = [form for one in heard_parts for form in self.forms(one)] if n else []
        value = worst((form[2] for form in forms), GOOD)
        at_first = worst((form[2] for one in first for form in self.forms(one)), GOOD) if n else ""
        judged = int(value != "")
        ok = int(value in ("SATISFIED", "BASICALLY_SATISFIED"))
        for key, name in (
            ("satisfied", "SATISFIED"), ("basically_satisfied", "BASICALLY_SATISFIED"),
            ("dissatisfied", "DISSATISFIED"), ("last_satisfied", "SATISFIED"),
        ):  # fmt: skip
            found[key] = [int(value == name), judged]
        found["content"] = [ok, judged]
        found["satisfied_of_replied"] = [int(value == "SATISFIED"), done]
        found["content_of_replied"] = [ok, done]
        found["first_satisfied"] = [int(at_first == "SATISFIED"), int(at_first != "")]
        for place, key in enumerate(("attitude", "result")):
            said = worst((form[place] for form in forms), GOOD)
            found[key] = [int(said == "SATISFIED"), int(said != "")]

        # what was answered and what became of it
        replies = []
        for one in newest:
            replies += [older for older in self.chain(one, kept) if self.delivered_on(older[0])][:1]
        kind = stands = ""
        if done and replies and len(replies) == len(newest):
            kind = worst((self.kind(one[0]) for one in replies), KINDS)
            stands = worst((self.found_out(one)[0] or self.kind(one[0]) for one in replies), KINDS)
        refuted = any(self.found_out(one)[1] for one in replies)
        found["resolved"] = [int(kind == "RESOLVED"), n]
        found["solved"] = [int(kind in ("RESOLVED", "PARTLY_RESOLVED", *PROMISING)), n]
        found["truly_resolved"] = [int(kind == stands == "RESOLVED" and not refuted), n]
        own = {one[0] for one in parts}
        promises = [one for one in self.promises().values() if one[0] in own]
        due = [one for one in promises if one[1] <= self.day] if n else []
        found["promises_kept"] = [sum(one[2] for one in due), len(due)]
        planned = int(bool(kind) and worst(
            (self.kind(one[0]) for one in first if self.delivered_on(one[0])), KINDS
        ) in PROMISING)  # fmt: skip
        kept_all = bool(promises) and all(one[2] for one in promises)
        turned = planned and not refuted and (stands == "RESOLVED" or kept_all)
        found["planned_resolved"] = [int(turned), planned]
        again = int(bool(done and any(one[2] > 1 for one in parts)))
        happy = any(one[2] > 1 for one in heard_parts) and value != "DISSATISFIED"
        found["rehandled"] = [again, done]
        found["rehandled_content"] = [again and int(happy), again]
        public = int(bool(done and self.all("suggestion.published")))
        hidden = bool(self.all("suggestion.publication_exempted")) or any(
            (sign := self.last("assignment.signed", subject=one[0])) and sign["data"].get("publicity") == "NONE"
            for one in newest
        )
        found["published"] = [public, done - int(bool(done and hidden and not public))]
        scores = []
        for one in newest if n else ():
            scores += [given for older in self.chain(one, kept) if (given := self.points(older)) is not None][:1]
        found["complete"] = [sum(scores), 100 * len(scores)]
        key = self.last("suggestion.key_determined")
        found["key"] = [int(bool(n and key and key["data"]["key_level"] != "NONE")), n]
        found["converted"] = [int(bool(n and self.all("suggestion.converted"))), n]
        found["awarded"] = [int(bool(n and self.all("suggestion.awarded"))), n]

        # urging
        urged = []
        for event in self.all("suggestion.urged"):
            before = [one for one in self.events if one["seq"] < event["seq"]]
            then = Story(before, self.day)
            urged += [one[1] for one in then.kept() if one[2] == event["round"]]
        steps = [
            (level, event["data"]["owed_by"])
            for event in self.all("limit.overdue", "limit.escalated")
            for level in event["data"].get("levels") or [event["data"]["level"]]
        ]
        steps = [(level, owner.removeprefix("unit:")) for level, owner in steps if owner.startswith("unit:")]
        urged += [owner for level, owner in steps if level == "U1"]
        found["urges"] = [len([one for one in urged if unit in (None, one)]), 0]
        for key_, level in (("yellow", "U2"), ("red", "U3")):
            found[key_] = [len([one for rung, one in steps if rung == level and unit in (None, one)]), 0]
        if kind:
            found[f"class {kind}"] = [1, 0]
            found[f"stands {stands}"] = [1, 0]
            found[f"cross {kind} {value}"] = [1, 0]
        return found

    def group(self, by):
        draft = self.last("suggestion.drafted")["data"]
        submitted = self.last("suggestion.submitted")
        register = self.last("suggestion.registered")["data"]
        year = submitted["on"][:4]
        in_session = submitted["data"].get("in_session", draft.get("in_session", False))
        session = submitted["data"].get("session") or draft.get("session", "")
        key = self.last("suggestion.key_determined")
        return {
            "batch": (session or f"{year}年会议期间") if in_session else f"闭会-{year}",
            "subject": register["subject_class"],
            "committee": register["committee"],
            "region": draft.get("region", ""),
            "year": year,
            "source": draft.get("source") or ("opinion" if draft.get("from_opinion") else ""),
            "joint": "joint" if self.all("suggestion.cosign_confirmed") else "single",
            "key": key["data"]["key_level"] if key else "NONE",
        }[by]


def up_to(day, events):
    """The events dated on or before the day, and what corrects earlier ones, by the corrected day of assignment."""
    corrected = [one["data"]["assigned_on"] for one in events if one["name"] == "suggestion.assigned_date_corrected"]
    wrong = [one["on"] for one in events if one["name"] == "suggestion.assigned"]
    found = []
    for one in events:
        on = one["on"]
        if corrected and one["name"] in ("suggestion.assigned", "assignment.assigned") and on == wrong[0]:
            on = corrected[-1]
        late = one["name"] == "suggestion.assigned_date_corrected" and corrected[-1] <= day
        if on <= day or late or one["name"] in ("assignment.communication_denied", "limit.moved"):
            found.append(one)
    return found


def count(lines, day, by, systems):
    """group -> figure -> [numerator, denominator] at the end of `day` (ISO text); `systems` is unit -> system."""
    cases = defaultdict(list)
    for line in lines:
        event = json.loads(line)
        cases[event["case_id"]].append(event)
    groups: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for events in cases.values():
        story = Story(up_to(day, sorted(events, key=lambda event: event["seq"])), day)
        if not story.all("suggestion.registered"):
            continue
        if by in ("unit", "system"):
            units = list(dict.fromkeys(one[1] for one in story.parts()))
            items = [(unit if by == "unit" else systems.get(unit, ""), story.counts(unit)) for unit in units]
        else:
            items = [(story.group(by), story.counts())]
        for group, counted in items:
            for key, (part, base) in counted.items():
                groups[group][key][0] += part
                groups[group][key][1] += base
    return groups
