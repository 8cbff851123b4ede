"""Texts that break programs which believe what they are sent, and the forms of pages with what else they hold."""

from collections.abc import Mapping
from typing import Any

from tests.builders import CITY

BAD = (
    "\0", "a\x01b", "a\x7fb", "a\x1b[31mb", "a\x85b", "\udc80", "\ud800x", "\ufffe", "\ufeffa", "\u202eabc", "\u2066",
    "a\u2028b", "a\u200bb", "e\u0301" * 40, "\u1100\u1161", "👨‍👩‍👧‍👦", "𠀀", "\U0010ffff",
    "9" * 5_000, "9" * 20, "-1", "-" + "9" * 30, "²", "１２", "٣", "1e400", "NaN", "Infinity", "-0", "0x10", "1_000",
    "x" * 20_000, "字" * 301, "", "   ", "\u3000", "\u00a0", "a\r\nBcc: a@example.org", "\n", "\r", "a\tb",
    "=?utf-8?q?=0D=0ABcc:_a=40example.org?=", "{_{ x }_}", "{{ 7*7 }}", "{% include 'x' %}", "%(x)s", "{0}",
    "../../x", "/", "//example.org", "\\\\x", "%", "%00", "%c0%ae", "'; --", '"', "<b>&amp;", "]]>", "=1+1", "@SUM(A1)",
    "+1", "9999-12-31", "0000-00-00", "0001-01-01", "10000-01-01", "-0001-01-01", "2025-02-30", "2025-W01-1",
    "1999-W01-1", "2025-05-06T25:61:00Z", "24:00", "[", "http://[", "javascript:x", "null", "[]", "{}", "con", "..",
)  # fmt: skip

WRONG: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, 10**20, 10**400, float("nan"), float("inf"), [], {}, [None], {"": None}, [[[]]],
)  # fmt: skip
RAW = (
    b"", b"{", b"[]", b"null", b"NaN", b"1e999", b'{"a":1,"a":2}', b"[" * 100_000, b'{"a":' * 50_000, b"9" * 5_000,
    b'{"action":"\\ud800"}', b'{"action":"\\u0000"}', b'{"action":"\xff"}', b'{"action":"\xc0\xae"}', b"\xef\xbb\xbf{}",
    '{"action":1}'.encode("utf-16"), b'{"action": ' + b"9" * 5_000 + b"}", b'{"limit": -1e999}', b"{'a':1}",
)  # fmt: skip

NEW = "一把钥匙开一把锁2026"
KEY, DAY = "k" * 32, "2025-05-06"
ROOM = {"code": "", "case_id": "draft", "subject_id": "", "standing": "ACKNOWLEDGED", "reason": "理由", "shown": ""}
POSTED: Mapping[str, tuple[tuple[str, Mapping[str, str]], ...]] = {
    "/sign-in": (("", {"account": "W1", "password": NEW, "next": "/cases"}),),
    "/sign-in/code": (("security", {"code": "123456", "next": "/"}),),
    "/sign-out": (("H1", {}),),
    "/link/{token}": (("", {"account": "W1", "password": NEW, "again": NEW, "code": "1234", "holder": "李四"}),),
    "/password": (("S1", {"old": NEW, "password": NEW, "again": NEW}),),
    "/write": (
        ("D1", {"title": "路灯", "facts": "不亮", "proposal": "修", "key": KEY, "look": "", "lead": "D1"}),
        ("A1", {"title": "路灯", "facts": "不亮", "proposal": "修", "key": KEY, "on_behalf_of": "D1", "region": CITY}),
    ),
    "/drafts": (("D1", {"form": "/write", "title": "路灯", "facts": "不亮", "keep": "yes"}),),
    "/write/hints": (("D1", {"title": "路灯不亮", "facts": "不亮", "proposal": "修", "points": "1"}),),
    "/wall/decide": (("L1", {"do": "confirm_supervision", "case": "assigned", "supervision": "x", "reason": "理由",
                             "key": KEY}),),
    "/inbox/read": (("D1", {}),),
    "/findings": (("R1", ROOM),),
    "/seals": (("X1", {}),),
    "/meeting": (("R1", {"case": "registered", "on": "2025-03-12", "reply_on": DAY, "shown": "", "key": KEY,
                         "track-registered": "NORMAL"}),),
    "/imports": (("R1", {"file": "x", "kind": "units"}),),
    "/imports/preview": (("R1", {"draft": "x", "do": "columns", "sheet": "0", "kind": "units", "mend": "typed"}),),
    "/imports/marked": (("R1", {"draft": "x"}),),
    "/imports/take": (("R1", {"draft": "x", "do": "all"}),),
    "/imports/back": (("R1", {"id": "x"}),),
    "/accounts": (("security", {"do": "create", "name": "X9", "person": "D2", "duty": ""}),
                  ("security", {"do": "link", "name": "W2"}), ("security", {"do": "disable", "name": "W2"})),
    "/accounts/slips": (("security", {"role": "deputy"}),),
    "/changes": (("security", {"do": "confirm", "id": "1", "why": "理由"}), ("security", {"id": "1", "why": "理由"})),
    "/duties": (("security", {"do": "create", "account": "audit2", "duty": "audit", "holder": "李四"}),
                ("system", {"do": "confirm", "id": "1"}), ("audit", {"do": "refuse", "id": "1"})),
    "/erasures": (("R1", {"do": "ask", "case": "opinion", "words": "张三丰", "files": "", "ground": "request",
                          "reason": "来电"}), ("R1", {"do": "confirm", "id": "x"})),
    "/mandates": (("R1", {"proxy": "A1", "deputy": "D1", "since": "2025-01-01", "until": DAY, "of": "", "shown": "",
                          "do": ""}),),
    "/region-rules": (("R1", {"region": CITY, "kind": "suggestion", "rulebook": "suqian", "from_day": DAY,
                              "source": "办公会议", "shown": ""}),),
    "/calendar/preview": (("R1", {"year": "2026", "title": "通知", "off": "2026-05-06", "on": "2026-05-09",
                                  "issued_on": "2025-11-01", "region": CITY}),),
    "/calendar/import": (("R1", {"notice": "{}"}),),
    "/secret": (("R1", {"number": "密 2025-7", "received_on": "2025-03-10"}),),
    "/evaluation-link/{case_id:path}": (("R1", {"deputy": "D1", "revoke": ""}),),
    "/e/{token}": (("", {"attitude": "SATISFIED", "result": "SATISFIED", "overall": "SATISFIED", "reason": "理由",
                         "comment": "好"}),),
    "/tokens": (("W1", {"name": "程序", "days": "30", "scope": "read"}),),
    "/tokens/revoke": (("W1", {"id": "x"}),),
    "/look": (("D1", {"large": "1", "language": "en", "back": "/cases", "do": "x"}),),
    "/o/t/{code}": (("", {"rating": "SATISFIED", "note": "好"}),),
    "/o/{code}": (("", {"title": "路灯", "body": "路灯不亮", "name": "李四", "phone": "139", "deputy": "D1",
                        "matter": "", "website": "", "key": KEY}),),
    "/opinions": (("R1", {"group": "route", "do": "route", "case": "opinion", "unit": "U1", "shown": "", "key": KEY}),),
    "/promote/{case_id:path}": (("D1", {"deputy": "D1", "key": KEY}), ("R1", {"deputy": "D1", "key": KEY})),
    "/tracking/{case_id:path}": (("R1", {}),),
    "/forget/{case_id:path}": (("R1", {}),),
    "/places": (("R1", {"id": "P2", "of": "", "key": KEY, "name": "家", "region": CITY, "kind": "home",
                        "address": "路 1 号", "schedule": "每周三", "deputies": "D1", "clerks": "K1", "closed_on": "",
                        "shown": ""}),),
    "/places/{place_id}": (("R1", {}),),
    "/reception": (("R1", {"on": "2025-03-11", "place": "P1", "key": KEY, "paste": "", "title": "路灯", "body": "不亮",
                           "name": "李四", "phone": "139", "deputy": "D1", "unit": "U1", "answer": "修好了"}),),
    "/papers/number": (("R1", {}),),
    "/sessions": (("V1", {"do": "end", "id": "x"}),),
}  # fmt: skip
"""By the path of a form: who sends it, and what its fields hold so that it is read to its end."""
GOOD = {key: value for forms in POSTED.values() for _, fields in forms for key, value in fields.items()}
