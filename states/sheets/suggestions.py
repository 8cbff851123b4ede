"""The fields of the actions of a suggestion, from its text to its archive."""

from dataclasses import replace

from states.reasons import choices
from states.sheets.common import (
    ANSWER,
    CLASSES,
    DEPUTY,
    EXPLANATION,
    KEY_LEVEL,
    LEADER,
    NOTE,
    OTHER_UNIT,
    REASON,
    REGION,
    RULEBOOK,
    SOME_PARTS,
    SOME_REASON,
    TITLE,
    UNIT,
    UNITS,
)
from states.sheets.field import Field, Sheet, Type
from states.vocabulary import Disposal, Reopening, Secrecy, Track, Verdict

TEXT: Sheet = (
    TITLE,
    Field("facts", Type.AREA, ("案由", "Facts"), required=True,
          hint=("写清情况和问题", "the facts and the problem")),
    Field("proposal", Type.AREA, ("建议", "Suggestion"), required=True,
          hint=("写清请求解决什么；有几条就分几条写", "what is asked for, request by request")),
    Field("points", Type.NUMBER, ("请求条数", "Requests"), required=True, default=1, example=1),
    Field("secrecy", Type.CHOICE, ("保密", "Secrecy"), among=choices(Secrecy), required=True,
          hint=("选身份保护的，承办单位看不到代表姓名",
                "with identity protection the units do not see the deputy's name")),
)  # fmt: skip
"""The fields of the text that a deputy writes."""

ONE_MATTER = Field("one_matter", Type.FLAG, ("一事一议", "About one matter"), form=False, default=True)
IN_SESSION = Field("in_session", Type.FLAG, ("会议期间提出", "Made during a session"), example=False)
SESSION = Field("session", Type.LINE, ("届次", "Term and session"), hint=("如 6-5", "such as 6-5"))

PROPOSED = replace(UNITS, stays=True)
"""Units of which those proposed before stay."""
REVISED = ("title", "facts", "proposal", "secrecy")
"""Fields of a revision of which what was written before goes on."""

SHEETS: dict[str, Sheet] = {
    "draft": (
        *TEXT,
        ONE_MATTER,
        replace(IN_SESSION, form=False),
        replace(SESSION, form=False),
        Field("lead", Type.CHOICE, ("领衔代表", "Lead deputy"), form=False, example="D1",
              hint=("替代表起草时写", "when somebody else writes it down")),
        Field("from_opinion", Type.LINE, ("来自哪件群众意见", "Opinion that it comes from"), form=False),
        replace(RULEBOOK, required=False, form=False, kept=True),
        replace(REGION, required=False, form=False),
    ),
    "revise": (*(replace(field, stays=True) if field.key in REVISED else field for field in TEXT), ONE_MATTER),
    "invite_cosign": (
        Field("cosigners", Type.DEPUTIES, ("邀请联名", "Invite co-signers"), required=True, example=["D2"],
              hint=("写姓名或编号，用顿号或空格隔开", "names or numbers, with commas or spaces between")),
    ),
    "confirm_cosign": (),
    "decline_cosign": (),
    "request_consult": (replace(UNIT, refused="consulted_unit_missing"), NOTE),
    "answer_consult": (replace(ANSWER, refused="answer_missing"),),
    "submit": (IN_SESSION, replace(SESSION, stays=True)),
    "resubmit": (),
    "open_review": (),
    "request_revision": (REASON,),
    "decline": (
        Field("code", Type.CHOICE, ("不作为建议的情形", "Ground for not accepting"), required=True),
        REASON,
    ),
    "register": (
        Field("subject_class", Type.LINE, ("类别", "Class"), required=True, refused="class_and_committee_missing",
              hint=("如 环资城建", "such as environment, construction")),
        Field("committee", Type.UNIT, ("归口委员会", "Committee by field"), required=True,
              refused="class_and_committee_missing"),
        Field("number", Type.LINE, ("编号", "Number"), hint=("不填自动编", "empty: the next one")),
        Field("merged_group", Type.LINE, ("并案的组", "Merged group")),
    ),
    "propose_units": (PROPOSED, replace(SOME_REASON, kept=True)),
    "assign": (
        PROPOSED,
        Field("track", Type.CHOICE, ("办理方式", "Track"), among=choices(Track), required=True,
              refused="unknown_track", default=Track.NORMAL.value),
        Field("reply_on", Type.DAY, ("定下的答复日", "Reply day that is set"),
              hint=("不填按规则集计算", "empty: as the rulebook counts")),
    ),
    "reassign": (
        Field("replaces", Type.CHOICE, ("接替哪一份", "Which part is taken over"), required=True, example="J-1/a1"),
        UNIT,
    ),
    "send_forms": (),
    "urge_feedback": (DEPUTY,),
    "lapse_evaluation": (SOME_REASON,),
    "order_rehandle": (OTHER_UNIT, replace(SOME_REASON, required=False, kept=True), SOME_PARTS),
    "decline_rehandle": (REASON,),
    "decide_mediation": (
        Field("outcome", Type.CHOICE, ("处置", "Outcome"), among=choices(Disposal), required=True,
              example=Disposal.CLOSE.value),
        Field("decision", Type.AREA, ("书面处置决定", "Written decision"), required=True, refused="decision_missing"),
        OTHER_UNIT,
        SOME_PARTS,
    ),
    "close_with_explanation": (
        replace(EXPLANATION, refused="delivered_explanation_missing"),
        Field("signed_by", Type.LINE, ("签字人", "Signed by"), required=True, refused="delivered_explanation_missing"),
    ),
    "reopen_by_inspection": (
        Field("verdict", Type.CHOICE, ("查验结论", "Verdict of the inspection"), among=(Verdict.NOT_MATCHING,),
              required=True),
        Field("to", Type.CHOICE, ("重开到", "Reopen to"), among=choices(Reopening), required=True,
              example=Reopening.REHANDLING.value),
        Field("commitments", Type.CHOICE, ("没有落实的承诺", "Promises not kept"), empty=("–", "–"),
              many=True),
        Field("corrected_class", Type.CHOICE, ("更正后的分类", "Corrected class"), among=CLASSES,
              empty=("不更正", "Not corrected")),
        Field("inspection", Type.AREA, ("查验记录", "Record of the inspection"), required=True, kept=True),
        replace(OTHER_UNIT, form=False),
        SOME_PARTS,
    ),
    "withdraw": (
        replace(REASON, refused="withdrawal_reason_missing"),
        Field("agreed", Type.DEPUTIES, ("同意撤回的联名代表", "Co-signers who agree to the withdrawal"),
              example=["D2"]),
    ),
    "archive": (),
    "correct_assigned_date": (
        Field("assigned_on", Type.DAY, ("更正后的交办日", "Corrected assignment day"), required=True),
        REASON,
    ),
    "change_rules": (RULEBOOK, REASON),
    "set_region": (REGION, REASON),
    "settle_rules": (),
    "determine_key": (replace(KEY_LEVEL, refused="unknown_key_level"), LEADER),
    "urge": (NOTE,),
    "publish": (),
    "exempt_publication": (REASON,),
}  # fmt: skip
