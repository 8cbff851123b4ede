"""The texts of each notice: Chinese first, English second."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from pydantic import JsonValue

from notifications.notice_texts import RUNGS, WORDS, Task
from states.vocabulary import Card, Level


@dataclass(frozen=True)
class Letter:
    """The text of a notice: `title` is one line, `body` Chinese then English."""

    title: str
    body: str


MOST_LINES = 200
"""Most lines of a digest; the rest is counted."""


@dataclass(frozen=True)
class NoticeItem:
    """A notice with the facts of its text; `limit_title` is the name of the limit in the case's rulebook.

    `about` is the unit or the promise of the case that it is about, `seq` the number of the event that it tells.
    """

    kind: str
    case_id: str
    number: str
    title: str
    data: Mapping[str, JsonValue]
    limit_title: str = ""
    about: str = ""
    seq: int = 0

    @property
    def heading(self) -> str:
        """What the notice is about, in one line."""
        return f"{self.label}《{self.title}》" + (f"（{self.about}）" if self.about else "")

    @property
    def label(self) -> str:
        return self.number or self.case_id

    @property
    def level(self) -> Level | None:
        return Level.of(str(self.data.get("level", "")))

    @property
    def act(self) -> Task:
        """What its reader does now: what the rung asks, else what the kind asks."""
        return RUNGS.get(self.level) or WORDS[self.kind].act

    @property
    def limit(self) -> tuple[str, str, str] | None:
        """Case, subject and key of the limit that the notice is about; None when it is about none."""
        if not self.kind.startswith("limit.") or "key" not in self.data:
            return None
        return self.case_id, str(self.data.get("subject_id", "")), str(self.data["key"])


def letter(item: NoticeItem, address: str = "") -> Letter:
    """One notice as a letter of its own: what happened, what to do, and where, at the portal's `address` if it has one.

    A rung of the ladder is called as the rulebook calls it. Raises KeyError for a kind without words: every kind
    that the machines tell has them (a test compares).
    """
    kind, data, words = item.kind, item.data, WORDS[item.kind]
    rung, climbed = str(data.get("title", "")), item.level is not None and not item.level.reminds
    what = f"{rung}：{words.title}" if rung and climbed and kind == "limit.overdue" else rung or words.title
    lines = [f"{item.heading}：{what}。", f"{item.act.zh}。"]
    if "last_day" in data:
        name = item.limit_title or str(data.get("key", ""))
        moved = f"由 {data['old_last_day']} 改为 " if "old_last_day" in data else ""
        lines.append(f"时限：{name}；最后一天：{moved}{data['last_day']}。")
    where = case_link(item, address) or f"在督办系统里查找 {item.label}"
    english = "" if address else f" Look for {item.label} in duban."
    lines += [f"办理页面：{where}", f"{words.english} {item.act.en}{english}"]
    return Letter(f"【{rung or words.title}】{item.label}", "\n".join(lines))


def case_link(item: NoticeItem, address: str) -> str:
    """The page of the case, '' where the portal's address is not known."""
    return f"{address.rstrip('/')}/case/{quote(item.case_id)}" if address else ""


def together(items: Sequence[NoticeItem], on: str, address: str = "") -> Letter:
    """The text of all notices for one person on the day `on`: one notice as its letter, several as a digest.

    A limit has one line, with every rung and its day; the most severe come first. A notice addressed to a person
    twice, as handler and as head of section, appears once.
    """
    items = without_repeats(items)
    if len(items) == 1:
        return letter(items[0], address)
    about: dict[tuple[str, str, str], list[NoticeItem]] = {}
    others: list[NoticeItem] = []
    for item in items:
        if item.limit is not None:
            about.setdefault(item.limit, []).append(item)
        else:
            others.append(item)
    limits = sorted(about.values(), key=_urgency)
    lines = [
        *(f"{_limit_line(limit)}；{_gravest(limit).act.zh}{_link(limit[0], address)}" for limit in limits),
        *(f"· {item.heading}：{WORDS[item.kind].title}；{item.act.zh}{_link(item, address)}" for item in others),
    ]
    late = sum(1 for limit in limits if any(item.kind != "limit.reminded" for item in limit))
    head = (
        f"{on} 共 {len(lines)} 项：逾期 {late} 项，临近到期 {len(limits) - late} 项，其他 {len(others)} 项。"
    )
    rest = [f"……另有 {len(lines) - MOST_LINES} 项，请到系统查看。"] if len(lines) > MOST_LINES else []
    where = [] if address else ["办理页面：在督办系统里按编号查找。"]
    counts = f"{len(lines)} items: {late} overdue, {len(limits) - late} soon due, {len(others)} others."
    acts = dict.fromkeys(item.act.en for item in (*map(_gravest, limits), *others))
    english = " ".join((counts, "To do:", *acts, "" if address else "Look for each number in duban.")).rstrip()
    return Letter(
        f"【督办摘要】{on} 逾期 {late} 项，共 {len(lines)} 项",
        "\n".join([head, *lines[:MOST_LINES], *rest, *where, english]),
    )


def without_repeats(items: Sequence[NoticeItem]) -> list[NoticeItem]:
    """The notices without those that reach the same person twice, as handler and as head of section."""
    return list(
        {(item.kind, item.case_id, item.seq, item.limit, str(item.data.get("on", ""))): item for item in items}.values()
    )


def _link(item: NoticeItem, address: str) -> str:
    return f" {case_link(item, address)}" if address else ""


def _gravest(items: Sequence[NoticeItem]) -> NoticeItem:
    """The notice of a limit's highest rung, the last of several."""
    return max(reversed(items), key=lambda item: item.level.rank if item.level else -1)


def _urgency(items: Sequence[NoticeItem]) -> tuple[int, str, str]:
    rank = max(item.level.rank if item.level else -1 for item in items)
    return -rank, str(items[0].data.get("last_day", "")), items[0].label


def _limit_line(items: Sequence[NoticeItem]) -> str:
    first = items[0]
    dated = sorted(items, key=lambda item: str(item.data.get("on", "")))
    rungs = "、".join(
        dict.fromkeys(
            f"{item.data.get('title') or WORDS[item.kind].title}（{item.data.get('on', '')}）" for item in dated
        )
    )
    light = "红" if any(item.level and item.level.card is Card.RED for item in items) else "黄"
    light = "蓝" if all(item.kind == "limit.reminded" for item in items) else light
    name = first.limit_title or str(first.data.get("key", ""))
    last = dated[-1].data.get("last_day", "")
    return f"· 〔{light}〕{first.heading}{name}，最后一天 {last}：{rungs}"
