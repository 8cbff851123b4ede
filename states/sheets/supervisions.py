"""The fields of the actions of a supervision."""

from dataclasses import replace

from states.reasons import choices
from states.sheets.common import KEY_LEVEL, LEADER, NOTE, REASON, SOME_REASON
from states.sheets.field import Field, Sheet, Type
from states.vocabulary import KeyLevel, Level, SupervisionKind

KIND = Field("kind", Type.CHOICE, ("督办种类", "Kind of supervision"), among=choices(SupervisionKind), required=True)

FOUNDED: Sheet = (
    KIND,
    Field("level", Type.CHOICE, ("督办级别", "Level of supervision"),
          among=tuple(level for level in Level if level.proposes), take=tuple(Level), empty=("–", "–"),
          hint=("只有逐级督办要选级别", "Only a supervision of the ladder has a level")),
    Field("criterion", Type.CHOICE, ("重点督办的理由", "Ground for key supervision"), empty=("–", "–")),
    Field("holder", Type.KNOWN, ("由谁承担", "Carried out by"),
          hint=("写哪个委员会、哪个代表小组或者哪个人；可以不填",
                "A committee, a group of deputies or a person; may stay empty")),
    replace(SOME_REASON, kept=True),
    Field("slot", Type.LINE, ("由五位一体的哪一位督办", "Which of the five supervises"), form=False, example="1"),
)  # fmt: skip

SHEETS: dict[str, Sheet] = {
    "confirm_supervision": (
        replace(KEY_LEVEL, label=("确定为", "Determined as"), among=tuple(
            level for level in KeyLevel if level is not KeyLevel.NONE
        )),
        LEADER,
    ),
    "decline_supervision": (REASON,),
    "lapse_supervision": (),
    "plan_supervision": (
        Field("plan", Type.AREA, ("督办方案", "Supervision plan"), required=True, refused="plan_missing"),
    ),
    "start_supervision": (),
    "note_supervision": (replace(NOTE, required=True, refused="note_missing", kept=False),),
    "report_supervision": (
        Field("report", Type.AREA, ("督办报告", "Supervision report"), required=True, refused="report_missing"),
    ),
    "release_supervision": (),
}  # fmt: skip
