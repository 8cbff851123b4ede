"""Refusals about a citizens' opinion (群众意见)."""

from rulebooks.sentences import Row

OPINIONS = {
    "opinion_empty": Row(
        "an opinion says something: data.title or data.body", "请写群众意见的内容", ("title", "body")
    ),
    "answer_missing": Row("an answer has a text: data.answer", "请写答复内容", ("answer",)),
    "routed_unit_missing": Row("data.unit names where the opinion goes", "请选转交哪个单位", ("unit",)),
    "channel_missing": Row(
        "data.channel says which other way the citizen was told", "请写告知的其他渠道", ("channel",)
    ),
    "merged_case_missing": Row("data.into names the other opinion", "请写并入哪一件", ("into",)),
    "unknown_promotion": Row(
        "data.kind is {given}; one of {known}", "请选转化成的类别，收到的是 {given}；有：{known}", ("kind",)
    ),
    "promoted_case_missing": Row("data.into names what the opinion became", "请写转化成哪一件", ("into",)),
    "no_such_opinion": Row(
        "there is no citizen's opinion “{number}”; check the number", "没有编号是“{number}”的群众意见，请核对编号"
    ),
    "unknown_rating": Row("data.rating is {given}; one of {known}", "请选评价", ("rating",)),
}
