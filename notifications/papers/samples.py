"""Sample papers for checking templates: with every field, and with as few as possible."""

from datetime import date

from notifications.papers.elements import Grid, Lines, Part, When
from notifications.papers.kinds import KINDS, OF_A_CASE, Kind
from notifications.papers.paper import Paper, Row

ON = date(2026, 3, 5)

WORDS: dict[str, str] = {
    "case_number": "6-2-018", "case_title": "关于整修东城老街路面的建议",
    "case_name": "市六届人大二次会议第18号建议", "deputies": "张三、李四", "subject_class": "环资城建",
    "committee": "环境资源城乡建设委员会", "case_unit": "市住房和城乡建设局", "part_role": "主办",
    "part": "路面整修", "units": "市住房和城乡建设局（主办）、市财政局（会办）", "reply_by": "2026年6月5日",
    "others": "市财政局（会办）", "receipt_by": "2026年3月10日", "opinion_by": "2026年4月5日",
    "source": "代表法第五十一条", "ground": "属于个人事务的", "asked_on": "2026年3月2日",
    "proposed_unit": "市交通运输局", "decision": "不同意退回", "goes_on": "，仍为2026年6月5日",
    "consult_by": "2026年5月12日", "class_letter": "A", "class_text": "已经解决或者基本解决",
    "publicity": "此件公开发布", "signed_by": "王五", "feedback_by": "2026年6月26日",
    "returned_to": "市人大常委会代表工作委员会", "round": "2", "limit": "答复期限", "last_day": "2026年3月2日",
    "late": "3", "level": "重点督办", "cause": "涉及群众出行", "promise": "完成路面整修",
    "due": "2026年6月30日", "new_due": "2026年9月30日",
    "inspected_on": "2026年9月1日", "place": "东城老街", "claimed": "已经完成",
    "found": "北段路面完好，南段尚未施工", "verdict": "部分相符", "evidence": "照片两张",
    "supervision": "重点督办", "holder": "环境资源城乡建设委员会", "began": "2026年2月20日",
    "unit": "市住房和城乡建设局", "first_day": "2026年1月1日", "count": "2", "kept": "1", "answering": "1",
    "co": "1", "region": "宿迁市", "counted_at": "2026年3月5日09:00", "late_again": "1",
}  # fmt: skip
"""What stands in a field of one text; a test compares with the kinds."""


def sample(kind: Kind, full: bool = True) -> Paper:
    """A made-up paper of this kind; not `full`: every field that may be empty is."""
    names = (*(OF_A_CASE if kind.of_a_case else ()), *kind.fields)
    shapes = _shapes(kind.body)
    fields = {name: _value(name, shapes.get(name), full) for name in names}
    return Paper(
        kind.id, f"{kind.name}（样张）", "宿迁市人大常委会代表工作委员会", ON,
        number=f"宿人办{kind.code}〔2026〕3号" if full else "",
        recipients=("市住房和城乡建设局",) if full else (), copies=("市人民政府办公室", "市财政局") if full else (),
        contact="赵六" if full else "", phone="0527-80000000" if full else "", fields=fields,
    )  # fmt: skip


def samples() -> list[Paper]:
    """A full one of every kind."""
    return [sample(kind) for kind in KINDS.values()]


def _value(name: str, shape: Grid | Lines | None, full: bool) -> str | list[str] | list[Row]:
    if isinstance(shape, Grid):
        rows: list[Row] = [
            {field: WORDS.get(field, f"{head}{number}") if field != "n" else number for head, field, _ in shape.columns}
            for number in (1, 2)
        ]
        return rows if full else []
    if isinstance(shape, Lines):
        return ["第一段文字。", "第二段文字。"] if full else []
    return WORDS.get(name, name) if full else ""


def _shapes(parts: tuple[Part, ...]) -> dict[str, Grid | Lines]:
    shapes: dict[str, Grid | Lines] = {}
    for part in parts:
        if isinstance(part, When):
            shapes |= _shapes(part.parts)
        elif isinstance(part, Grid | Lines):
            shapes[part.name] = part
    return shapes
