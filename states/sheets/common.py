"""Fields of several actions."""

from dataclasses import replace

from states.reasons import choices
from states.sheets.field import Field, Type
from states.vocabulary import KeyLevel, PartRole, ReplyClass, Satisfaction

REASON = Field("reason", Type.AREA, ("理由", "Reason"), required=True, refused="reason_missing", example="路面破损")
NOTE = Field("note", Type.AREA, ("内容", "Content"), kept=True)
UNIT = Field("unit", Type.UNIT, ("单位", "Unit"), required=True, example="U1")
UNITS = Field(
    "units", Type.UNITS, ("承办单位", "Units"), required=True, example=[{"unit": "U1", "role": PartRole.SOLE}]
)
EXPLANATION = Field("explanation", Type.AREA, ("书面说明", "Written explanation"), required=True)
ANSWER = Field("answer", Type.AREA, ("答复", "Answer"), required=True)
SCORE = Field("score", Type.SCORE, ("分数", "Score"), required=True, refused="bad_score", example=80)
KEY_LEVEL = Field(
    "key_level", Type.CHOICE, ("重点督办", "Key item"), among=choices(KeyLevel), required=True, example=KeyLevel.CHAIR
)
LEADER = Field(
    "leader", Type.CHOICE, ("领办的政府领导", "Government leader in charge"), empty=("–", "–"), example="M1",
    needed_if=("key_level", (KeyLevel.GOV_LEADER,)), refused="leader_missing",
    hint=("只有政府领导领办的要选是哪一位", "Only where a government leader leads"),
)  # fmt: skip
RATING = Field(
    "rating", Type.CHOICE, ("群众评价", "Citizen's rating"), among=choices(Satisfaction), required=True,
    refused="unknown_rating", example=Satisfaction.SATISFIED,
)  # fmt: skip
CLASSES = choices(ReplyClass)
DEPUTY = Field("deputy", Type.CHOICE, ("代表", "Deputy"), required=True, example="D1")
RULEBOOK = Field("rulebook", Type.CHOICE, ("规则集", "Rulebook"), required=True, example="suqian")
REGION = Field(
    "region", Type.LINE, ("区划代码", "Region code"), required=True,
    hint=("本区划或者下级的，如 321302", "your own region or one below it, such as 321302"), example="321302",
)  # fmt: skip

SOME_REASON = replace(REASON, refused="")
"""A reason that is not always required."""
OTHER_UNIT = replace(UNIT, required=False)
SOME_PARTS = Field("assignments", Type.CHOICE, ("哪几份承办", "Which parts"), many=True, form=False, example=["J-1/a1"])

PART = Field("assignment", Type.CHOICE, ("哪一份承办", "Which part"), form=False, example="J-1/a1",
             hint=("只可能是一份时不用写", "may be left out when only one can be meant"))  # fmt: skip
PROMISE = replace(PART, key="commitment", label=("哪一项承诺", "Which promise"), example="J-1/c1")
SUPERVISION = replace(PART, key="supervision", label=("哪一项督办", "Which supervision"), example="J-1/s1")
ON_BEHALF_OF = Field(
    "on_behalf_of", Type.CHOICE, ("替哪位代表办", "The deputy for whom an assistant acts"), form=False, example="D1"
)

TITLE = Field("title", Type.LINE, ("标题", "Title"), required=True, example="关于修路的建议",
              hint=("如：关于……的建议", "such as: On …"))  # fmt: skip
