"""The fields of the actions of a citizens' opinion."""

from dataclasses import replace

from states.reasons import choices
from states.sheets.common import ANSWER, DEPUTY, NOTE, RATING, REGION, RULEBOOK, TITLE, UNIT
from states.sheets.field import Field, Sheet, Type
from states.vocabulary import Becomes

BODY = Field("body", Type.AREA, ("群众意见", "Citizen's opinion"), required=True)
INTO = Field("into", Type.LINE, ("并入或者转化成的那一件", "Case that it is merged into or became"), required=True)

SHEETS: dict[str, Sheet] = {
    "record": (
        replace(TITLE, required=False, form=False),
        BODY,
        Field("citizen", Type.LINE, ("群众的称呼", "How the citizen is called"), kept=True),
        replace(DEPUTY, required=False, form=False),
        Field("place", Type.LINE, ("在哪个家站点收到的", "Reception place"), form=False, kept=True),
        replace(RULEBOOK, required=False, form=False, kept=True),
        replace(REGION, required=False, form=False),
    ),
    "answer_on_site": (replace(ANSWER, refused="answer_missing"),),
    "route": (replace(UNIT, refused="routed_unit_missing"),),
    "handle": (),
    "answer": (replace(ANSWER, refused="answer_missing"),),
    "relay": (),
    "rate": (RATING, NOTE),
    "close": (),
    "refer": (
        Field("channel", Type.LINE, ("告知的其他渠道", "Other way the citizen was told"), required=True,
              refused="channel_missing"),
    ),
    "merge": (INTO,),
    "promote": (
        Field("kind", Type.CHOICE, ("转化成", "Becomes"), among=choices(Becomes), required=True,
              refused="unknown_promotion"),
        replace(INTO, refused="promoted_case_missing"),
    ),
}  # fmt: skip
