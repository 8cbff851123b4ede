"""The fields of judging actions: a deputy's evaluation, an inspection, the second evaluation, conversions."""

from dataclasses import replace

from states.reasons import choices
from states.sheets.common import CLASSES, PART, PROMISE, SCORE, SOME_REASON, SUPERVISION
from states.sheets.field import Field, Sheet, Type
from states.vocabulary import ConversionKind, Dimension, Satisfaction, ScoredFor, Verdict

DIMENSIONS: Sheet = tuple(
    Field(
        of.value, Type.RADIO, (of.zh, of.en), among=choices(Satisfaction), required=True,
        example=Satisfaction.SATISFIED,
    )
    for of in Dimension
)
"""A form shows those that the rulebook names."""

JUDGEMENT: Sheet = (
    *DIMENSIONS,
    Field("assignments", Type.JUDGEMENTS, ("各份的评价", "Judgements of the parts"), form=False,
          hint=("各份不同时写", "where they differ")),
    Field("channel", Type.LINE, ("评价从哪里来", "How the form came"), form=False),
)  # fmt: skip

INSPECTED = Field("inspected", Type.CHOICE, ("查验什么", "What is inspected"), required=True)
"""The single choice by which a form asks for the part or promise of an inspection."""

INVITED, IN_TIME, COMPLETE, SOLVED = (
    ("请代表参加调研、征求代表意见", "Deputies invited to research and asked for their opinion"),
    ("在期限以内，不拖延", "Within the limits, without delay"),
    ("每一条请求都答复了", "Every request answered"),
    ("问题真正解决了多少", "How much of the matter is really solved"),
)
NOT_AS_CLAIMED = (Verdict.PARTLY_MATCHING.value, Verdict.NOT_MATCHING.value)

SHEETS: dict[str, Sheet] = {
    "evaluate": (*JUDGEMENT, replace(SOME_REASON, required=False)),
    "correct_evaluation": (*JUDGEMENT, replace(SOME_REASON, label=("为什么更正", "Why it is corrected"))),
    "inspect": (
        PART,
        PROMISE,
        SUPERVISION,
        Field("verdict", Type.RADIO, ("查验结论", "Verdict of the inspection"), among=choices(Verdict), required=True,
              refused="unknown_verdict", example=Verdict.MATCHING),
        Field("found", Type.CHOICE, ("查实的分类", "Class as found"), among=CLASSES,
              empty=("与申报一致", "As claimed"), needed_if=("verdict", NOT_AS_CLAIMED),
              hint=("部分相符、不符的要选；查验承诺的不选",
                    "To be chosen where it matches in part or not at all; not for a promise")),
        Field("finding", Type.AREA, ("查到的情况", "What was found"), needed_if=("verdict", NOT_AS_CLAIMED),
              hint=("部分相符、不符的要写", "Needed where it matches in part or not at all")),
        Field("location", Type.LINE, ("查验地点", "Place of the inspection"), required=True,
              refused="location_missing",
              hint=("写清到了哪里，如幸福小区3号楼", "Say where you went: which estate, which building")),
        Field("participants", Type.PEOPLE, ("参加的人", "Who took part"),
              hint=("写姓名，用顿号或空格隔开", "Names, with commas or blanks between them")),
        Field("evidence", Type.PHOTOS, ("照片、材料", "Photographs and papers"),
              hint=("JPEG、PNG 或者 PDF；在手机上可以直接拍，最多 8 份",
                    "JPEG, PNG or PDF; a phone can take them at once; at most 8")),
    ),
    "assess": tuple(
        replace(SCORE, key=measure.value, label=(measure.zh, measure.en), hint=hint)
        for measure, hint in zip(ScoredFor, (INVITED, IN_TIME, COMPLETE, SOLVED), strict=True)
    ),
    "rate_suggestion": (SCORE,),
    "record_conversion": (
        Field("kind", Type.CHOICE, ("转化成", "Becomes"), among=choices(ConversionKind), required=True,
              refused="unknown_conversion_kind", example=ConversionKind.LAW_PLAN),
        Field("target", Type.LINE, ("计划、项目或者决定的名称", "Name of the plan, project or decision"),
              required=True, refused="target_missing",
              hint=("如 2027 年立法计划：养老服务条例",
                    "For example: plan of laws for 2027, regulation on care for the elderly")),
    ),
    "report_conversion": (
        Field("conversion", Type.CHOICE, ("哪一项转化", "Which one was taken up"), required=True, example="J-1/v1"),
        Field("report", Type.AREA, ("督办报告", "Supervision report"), required=True, refused="result_unproved"),
    ),
    "nominate": (SCORE, replace(SOME_REASON, refused="nomination_unreasoned")),
    "award": (),
    "mark_repeat": (
        Field("repeat_of", Type.LINE, ("重复的是以前哪一件", "Which earlier suggestion it repeats"), required=True,
              hint=("写那一件的编号", "The number of that suggestion")),
    ),
}  # fmt: skip
