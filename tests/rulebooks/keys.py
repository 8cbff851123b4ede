"""The keys of each section of a rulebook in the schema of 0.1.0: a later key says what was before it was there."""

OF_010: dict[str, tuple[str, ...]] = {
    "Rulebook": (
        "name", "title", "level", "jurisdiction", "machine", "extends", "in_force", "zone",
        "limits", "extension", "returns", "gates", "reply", "commitments", "classes", "evaluation",
        "rehandle", "withdrawal", "admissibility", "publicity", "key", "slots", "double_evaluation",
        "ladder", "commitment_ladder", "quality", "oversight", "proposals", "urging", "subjects",
        "numbering", "statistics", "weights", "office_hours", "calendar",
    ),
    "Limit": (
        "source", "says", "amount", "unit", "roll", "title", "subject", "owed_by", "roles",
        "rounds", "in_session", "starts", "meets", "pauses", "again", "again_starts", "complex",
        "readings", "duty", "climbs_to",
    ),
    "Term": (
        "source", "says", "amount", "unit", "roll",
    ),
    "Reading": (
        "source", "says", "amount", "unit", "roll", "starts", "complex",
    ),
    "Extension": (
        "source", "says", "basis", "total", "asked_before_due", "tell_deputy",
    ),
    "Returns": (
        "source", "says", "max", "late", "keeps_clock",
    ),
    "Gates": (
        "source", "says", "confirm_within", "attempts", "consult_reminders", "feedback_urges",
    ),
    "ReplyRules": (
        "source", "says", "recipients", "signers", "key_signers", "stop", "copies",
    ),
    "CommitmentRules": (
        "source", "says", "rescheduled_by", "cancelled_by", "copies",
    ),
    "Classes": (
        "source", "says", "map",
    ),
    "Grade": (
        "letter", "text",
    ),
    "EvaluationRules": (
        "source", "says", "scale", "dimensions", "sent_by", "returned_to", "unit_sees", "joint",
        "non_response", "articles",
    ),
    "Rehandle": (
        "source", "says", "decided_by", "max_rounds", "afterwards",
    ),
    "Withdrawal": (
        "source", "says", "until", "joint_all",
    ),
    "Admissibility": (
        "source", "says", "codes",
    ),
    "PublicityRules": (
        "source", "says", "default", "window",
    ),
    "Key": (
        "source", "says", "criteria", "quotas",
    ),
    "Slots": (
        "source", "says", "parties", "always",
    ),
    "SlotRule": (
        "slot", "title", "role",
    ),
    "DoubleEvaluation": (
        "source", "says", "scheme",
    ),
    "Rung": (
        "source", "says", "level", "title", "tells", "offset_working_days", "offset_days", "unless",
    ),
    "QualityRung": (
        "source", "says", "level", "dissatisfied", "repeated", "title", "tells", "proposes",
    ),
    "Oversight": (
        "source", "says", "field_from", "take_within",
    ),
    "ProposalRules": (
        "source", "says", "decide_within",
    ),
    "Urging": (
        "source", "says", "deputy_every",
    ),
    "Subjects": (
        "source", "says", "map",
    ),
    "Numbering": (
        "source", "says", "in_session", "between",
    ),
    "Statistics": (
        "source", "says", "variants",
    ),
    "ScoreWeights": (
        "source", "says", "weights",
    ),
    "OfficeHours": (
        "source", "says", "start", "end",
    ),
    "CalendarRules": (
        "id",
    ),
}  # fmt: skip
