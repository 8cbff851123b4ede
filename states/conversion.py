"""What a suggestion is good for beyond its reply (吸纳转化), and which ones are excellent (优秀建议)."""

from states.cases import Conversion
from states.vocabulary import ConversionKind
from states.work import Work


def sound_conversion(work: Work) -> str | None:
    kind = work.given("kind")
    if kind not in ConversionKind.values():
        return f"data.kind is {kind!r}; one of {', '.join(ConversionKind)}"
    return None if work.given("target") else "data.target names the plan, project or decision that took it up"


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


def known_conversion(work: Work) -> str | None:
    """The result needs proof: what was passed, opened or decided."""
    row = work.dossier.conversions.get(str(work.given("conversion")))
    if row is None:
        known = ", ".join(work.dossier.conversions) or "-"
        return f"data.conversion: {work.given('conversion')!r} not found; there are: {known}"
    if row.done_on is not None:
        return f"{row.id} has its result since {row.done_on}"
    return None if work.given("report") else "the result is proved in writing: data.report"


def end_conversion(work: Work) -> None:
    work.edit("conversions", str(work.given("conversion")), done_on=work.on)


def sound_score(work: Work) -> str | None:
    score = work.data.get("score")
    if not isinstance(score, int) or isinstance(score, bool) or not 0 <= score <= 100:
        return f"data.score is {score!r}: a whole number from 0 to 100"
    return None if work.given("reason") else "a nomination says why: data.reason"


def nominate(work: Work) -> None:
    work.edit_case(excellent="NOMINATED", quality_score=int(work.data["score"]))


def nominated(work: Work) -> str | None:
    return None if work.case.excellent == "NOMINATED" else "only what was nominated is awarded"


def award(work: Work) -> None:
    work.edit_case(excellent="AWARDED")


def known_repeat(work: Work) -> str | None:
    """Which earlier suggestion this one repeats (多次提出)."""
    earlier = work.given("repeat_of")
    if not earlier or earlier == work.case.id:
        return "data.repeat_of names the earlier suggestion"
    return None


def mark_repeat(work: Work) -> None:
    work.edit_case(repeat_of=str(work.given("repeat_of")))
