"""The use of a suggestion beyond its reply (吸纳转化), and excellent suggestions (优秀建议)."""

from states.cases import Conversion
from states.reasons import Given, Id, Label, Refused, ids
from states.vocabulary import Excellence
from states.work import Work


def keep_conversion(work: Work) -> None:
    row = Conversion(
        id=f"{work.case.id}/v{len(work.dossier.conversions) + 1}",
        case_id=work.case.id,
        kind=str(work.given("kind")),
        target=str(work.given("target")),
        by=work.action.by,
        converted_on=work.on,
    )
    work.add("conversions", row.id, row)


def known_conversion(work: Work) -> Refused | None:
    row = work.dossier.conversions.get(str(work.given("conversion")))
    if row is None:
        named = Given(work.given("conversion"))
        return Refused(
            "row_not_found", key=Label("conversion"), given=named, known=ids(work.dossier.conversions)
        )
    if row.done_on is not None:
        return Refused("result_known", conversion=Id(row.id), day=row.done_on)
    return None


def end_conversion(work: Work) -> None:
    work.edit("conversions", str(work.given("conversion")), done_on=work.on)


def nominate(work: Work) -> None:
    work.edit_case(excellent=Excellence.NOMINATED.value, quality_score=int(work.data["score"]))


def nominated(work: Work) -> Refused | None:
    return None if work.case.excellent == Excellence.NOMINATED else Refused("not_nominated")


def award(work: Work) -> None:
    work.edit_case(excellent=Excellence.AWARDED.value)


def known_repeat(work: Work) -> Refused | None:
    """Which earlier suggestion this one repeats (多次提出)."""
    earlier = work.given("repeat_of")
    if not earlier or earlier == work.case.id:
        return Refused("repeated_case_missing")
    return None


def mark_repeat(work: Work) -> None:
    work.edit_case(repeat_of=str(work.given("repeat_of")))
