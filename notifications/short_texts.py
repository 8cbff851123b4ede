"""The text of an SMS: what happened, until when, what its reader does and where, in one short message.

Neither titles, which may name a citizen, nor evaluations: whoever holds the telephone reads them on its locked screen.
"""

from collections.abc import Sequence

from notifications.letters import NoticeItem, case_link, without_repeats
from notifications.notice_texts import DISCREET, LOOK, WORDS
from states.judged import REVEALING
from states.vocabulary import Ladder

SHORT = 70
"""Characters of one short message with Chinese in it; a longer one is sent, and paid, as several."""
IN_DUBAN = "办理：督办系统"
NEWS = "办理情况有变"
"""What is said where the event would tell an evaluation."""


def short_text(items: Sequence[NoticeItem], address: str = "") -> str:
    """One short message for these notices of one person; of several it names the most pressing, and counts the others.

    `address` is the portal's. What does not fit gives way: the link to the name of the system, what is to be done to
    its core, at last the end of what happened and of the number.
    """
    items = without_repeats(items)
    item = max(reversed(items), key=_pressing)
    others = f"，另有 {len(items) - 1} 项" if len(items) > 1 else ""
    last_day = item.data.get("last_day")
    until = f"，最后一天 {last_day}" if last_day else ""
    what, act = (NEWS, LOOK.zh) if is_discreet(item) else (_event(item), item.act.zh)
    page = case_link(item, address) if len(items) == 1 else address
    head = f"【{what}】{item.label}{until}{others}。"
    for ending in (f"{task}。{where}" for task in (act, _core(act)) for where in (page, IN_DUBAN) if where):
        if len(head + ending) <= SHORT:
            return head + ending
    what = _cut(what, 12)
    rest = f"{until}{others}。{_core(act)}。{IN_DUBAN}"
    return f"【{what}】{_cut(item.label, SHORT - len(what + rest) - 2)}{rest}"


def is_discreet(item: NoticeItem) -> bool:
    """Whether its words would tell whether or how a deputy judged."""
    judged_rung = item.level is not None and item.level.ladder is Ladder.QUALITY
    return item.kind in DISCREET or judged_rung or item.data.get("key") in REVEALING


def _pressing(item: NoticeItem) -> tuple[bool, int]:
    return item.kind != "limit.reminded", item.level.rank if item.level else -1


def _event(item: NoticeItem) -> str:
    return str(item.data.get("title", "")) or WORDS[item.kind].title


def _core(act: str) -> str:
    """The clause that says what is to be done: the first that begins with 请, else the last (是否……请定)."""
    clauses = act.replace("；", "，").split("，")
    return next((clause for clause in clauses if clause.startswith("请")), clauses[-1])


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
