"""The fields of the actions of one unit's part and of its promises."""

from dataclasses import replace

from states.reasons import choices
from states.sheets.common import CLASSES, DEPUTY, EXPLANATION, NOTE, REASON, SOME_REASON
from states.sheets.field import Field, Sheet, Type
from states.vocabulary import PROMISING, ContactKind, Publicity, Stage

CONTACT_KIND = Field(
    "kind", Type.CHOICE, ("方式", "Kind"), among=choices(ContactKind), required=True, refused="unknown_contact_kind",
    example="phone",
)  # fmt: skip
CONTACT = Field("communication", Type.CHOICE, ("哪一次沟通", "Which contact"), required=True, example="J-1/k1")
LATE_REASON = Field(
    "late_reason", Type.AREA, ("逾期申请、受理的理由", "Why it is asked for late, or taken"),
    hint=("没有逾期的不填", "Empty unless it is late"), example="机构改革",
)  # fmt: skip
INSPECTION = Field("inspection", Type.AREA, ("查验记录", "Record of the inspection"), required=True)

PARTS: dict[str, Sheet] = {
    "receipt": (),
    "accept": (),
    "request_return": (
        replace(REASON, refused="return_incomplete"),
        Field("proposed_unit", Type.UNIT, ("建议改由哪个单位办", "Unit that should have it"), required=True,
              refused="return_incomplete"),
        LATE_REASON,
    ),
    "grant_return": (LATE_REASON,),
    "refuse_return": (REASON,),
    "communicate": (
        CONTACT_KIND,
        Field("face_to_face", Type.FLAG, ("当面沟通", "Face to face"), example=False),
        Field("stage", Type.CHOICE, ("阶段", "Stage"), among=choices(Stage),
              empty=("按办理进度", "By how far handling is")),
        DEPUTY,
        NOTE,
    ),
    "record_attempt": (CONTACT_KIND, DEPUTY, NOTE),
    "confirm_communication": (CONTACT,),
    "deny_communication": (CONTACT, NOTE),
    "start_handling": (),
    "research": (
        Field("deputy_invited", Type.FLAG, ("邀请了代表", "The deputy was invited"), example=True),
        Field("finding", Type.AREA, ("调研情况", "What the research found"), kept=True),
    ),
    "send_opinion": (
        Field("opinion", Type.AREA, ("会办意见", "Co-unit's opinion"), required=True, kept=True),
    ),
    "reject_opinion": (REASON,),
    "accept_opinion": (),
    "waive_opinion": (REASON,),
    "draft_reply": (
        Field("class", Type.CHOICE, ("答复分类", "Reply class"), among=CLASSES, required=True, refused="unknown_class",
              hint=("正在解决、列入计划的，要写承诺事项和完成日期",
                    "under way and planned ask for promises with their dates")),
        Field("reply", Type.AREA, ("复函开头", "Opening of the letter"), kept=True,
              hint=("可以不填；逐条答复接在后面，合成答复稿",
                    "may be empty; the answers follow it and make the draft reply")),
        Field("points_answered", Type.ANSWERS, ("逐条答复", "Answers to the requests"), required=True,
              hint=("每一条请求写一段答复；没有写的不能送出",
                    "one paragraph for each request; nothing goes out with one missing")),
        Field("commitments", Type.PROMISES, ("承诺事项", "Promises"),
              needed_if=("class", tuple(reply_class.value for reply_class in PROMISING)),
              hint=("写清做什么、哪天前做到", "what is done, and by which day")),
    ),
    "send_draft_to_deputy": (),
    "remind_consult": (),
    "object_consult": (REASON,),
    "agree_consult": (),
    "lapse_consult": (SOME_REASON,),
    "endorse": (NOTE,),
    "sign": (
        Field("seal", Type.FLAG, ("已加盖单位公章", "Bears the unit's seal"), refused="seal_missing", example=True),
        Field("publicity", Type.CHOICE, ("公开", "Publish"), among=choices(Publicity), required=True,
              refused="unknown_publicity", example=Publicity.FULL),
        Field("publicity_reason", Type.LINE, ("不公开的理由", "Why it is not made public"),
              refused="publicity_reason_missing", needed_if=("publicity", (Publicity.NONE.value,))),
    ),
    "deliver_reply": (
        Field("lead_by_consent", Type.FLAG,
              ("联名代表同意只送领衔代表", "Co-signers agree that the lead alone is served"), example=False),
        Field("recipients", Type.DEPUTIES, ("这次送达的代表", "Deputies served now"), form=False, example=["D1"],
              hint=("不写时是所有应送的", "left out: all of them")),
    ),
    "request_extension": (REASON,),
    "grant_extension": (),
    "refuse_extension": (REASON,),
    "request_coordination": (REASON,),
    "settle_coordination": (),
    "explain_delay": (REASON,),
    "rectify": (
        Field("measures", Type.AREA, ("整改措施", "What is put right"), required=True, refused="measures_missing"),
    ),
}  # fmt: skip

PROMISES: dict[str, Sheet] = {
    "report_progress": (EXPLANATION,),
    "claim_done": (NOTE,),
    "verify_commitment": (
        INSPECTION,
        Field("deputy_consent", Type.LINE, ("代表的书面同意", "Deputy's written consent")),
    ),
    "fail_verification": (replace(INSPECTION, kept=True),),
    "reschedule_commitment": (Field("due_on", Type.DAY, ("新的日期", "New day"), required=True), REASON),
    "cancel_commitment": (replace(EXPLANATION, refused="explanation_missing"),),
}
