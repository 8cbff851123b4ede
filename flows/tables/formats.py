"""How Excel shows a number: its format codes, as far as their result is certain."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

GENERAL = "General"

BUILTIN: dict[int, str] = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 14: "m/d/yyyy", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "m/d/yyyy h:mm", 37: "#,##0;-#,##0", 38: "#,##0;[Red]-#,##0",
    39: "#,##0.00;-#,##0.00", 40: "#,##0.00;[Red]-#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
    48: "##0.0E+0", 49: "@",
    # Chinese Excel's own days, 27 to 36 and 50 to 58 (ECMA-376 part 1, 18.8.30, zh-cn)
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"',
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    55: '上午/下午h"时"mm"分"', 56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""The built-in formats, which a workbook names by number alone."""

NO_CODE = "[{}]"
"""What stands for a format that has a number and no code that would hold everywhere: currencies of the machine."""

BY_MACHINE = {14, 22, 30}
"""Formats whose order of day, month and year is the machine's: what a person saw cannot be told."""

EXACT = Decimal(10) ** 15
"""From this magnitude on Excel does not keep every digit."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|_(?P<space>.)|\*(?P<fill>.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General|G/通用格式)|(?P<noon>AM/PM|A/P|上午/下午)|(?P<science>E[+-])"
    r"|(?P<day>y+|m+|d+|h+|s+|e+|g+|a{3,}|b+)|(?P<digit>[0#?])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_COLOUR = re.compile(
    r"(black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|黑|蓝|青|绿|洋红|红|白|黄)\Z", re.I
)


@dataclass(frozen=True)
class Section:
    """One of a format's parts between semicolons: its tokens as (kind, text)."""

    tokens: tuple[tuple[str, str], ...]

    @property
    def is_day(self) -> bool:
        return any(kind in ("day", "noon") for kind, _ in self.tokens)

    @property
    def has_time(self) -> bool:
        return any(kind == "noon" or (kind == "day" and text[0] in "hs") for kind, text in self.tokens)


@lru_cache(maxsize=512)
def format_sections(code: str) -> tuple[Section, ...]:
    """The sections of a format's code, in order: positive, negative, nought, text."""
    parts: list[list[tuple[str, str]]] = [[]]
    for match in _TOKEN.finditer(code):
        kind, text = str(match.lastgroup), match.group(str(match.lastgroup))
        if kind == "other" and text == ";":
            parts.append([])
        elif kind in ("quoted", "escaped"):
            parts[-1].append(("literal", text))
        elif kind == "bracket":
            if text.startswith("$"):
                parts[-1].append(_locale(text[1:]))
            elif not _COLOUR.match(text):
                parts[-1].append(("day", "elapsed") if text.lower().strip("hms") == "" else ("unclear", text))
        elif kind not in ("space", "fill"):
            parts[-1].append((kind, text.lower() if kind == "day" else text))
    return tuple(Section(tuple(tokens)) for tokens in parts)


def _locale(text: str) -> tuple[str, str]:
    """The sign of a currency; unclear where the locale brings digits or a calendar of its own, or the machine's.

    ECMA-376 part 1, 18.8.31: a locale is up to four hexadecimal digits; what stands before them, or behind a comma,
    are numerals and a calendar (130000 is the lunar one); F800, F400, x-sysdate, x-systime are the machine's.
    """
    sign, _, locale = text.partition("-")
    language, _, flags = locale.partition(",")
    number = flags or language
    own = language.upper() in ("F800", "F400") or language.lower().startswith("x-sys")
    if own or (re.fullmatch("[0-9A-Fa-f]{5,8}", number) and int(number, 16) >> 16):
        return "unclear", text
    return "literal", sign


def is_day(code: str) -> bool:
    return format_sections(code)[0].is_day


def shows_text(code: str, text: str) -> str | None:
    """A text under the format; None when the result is uncertain."""
    if len(parts := format_sections(code)) < 4 and not any(token == ("other", "@") for token in parts[0].tokens):
        return text
    tokens = (parts[3] if len(parts) > 3 else parts[0]).tokens
    if any(kind not in ("literal", "other") for kind, _ in tokens):
        return None
    return "".join(text if token == ("other", "@") else token[1] for token in tokens)


def shows_number(code: str, value: Decimal) -> str | None:
    """A number under the format; None when the result is uncertain or would lose digits as in 1.39E+10."""
    parts = format_sections(code)
    if any(kind == "unclear" for part in parts for kind, _ in part.tokens):
        return None
    sign = ""
    if value < 0 and len(parts) > 1:
        part = parts[1]
    elif value == 0 and len(parts) > 2:
        part = parts[2]
    else:
        part, sign = parts[0], "-" if value < 0 else ""
    tokens = part.tokens
    kinds = {kind for kind, _ in tokens}
    if "general" in kinds:
        return sign + "".join(plain_digits(abs(value)) if kind == "general" else text for kind, text in tokens)
    if ("other", "@") in tokens and "digit" not in kinds:
        return "".join(
            f"{sign}{plain_digits(abs(value))}" if token == ("other", "@") else token[1] for token in tokens
        )
    if value == 0 and len(parts) > 2 and tokens and kinds == {"literal"}:
        return "".join(text for _, text in tokens)
    if kinds & {"science", "day", "noon"} or "digit" not in kinds or ("other", "/") in tokens:
        return None
    filled = _filled(tokens, abs(value))
    return None if filled is None or (sign and not re.search("[1-9]", filled)) else (sign + filled).strip()


def plain_digits(value: Decimal) -> str:
    """A number in its digits; one of very many noughts as 1E-10."""
    if value == value.to_integral_value():
        return format(value.quantize(Decimal(1)), "f")
    return format(value, "f") if abs(value) >= Decimal("1E-4") else format(value.normalize(), "E")


def _filled(tokens: tuple[tuple[str, str], ...], value: Decimal) -> str | None:
    """The digits in their places; None where commas scale, or stand among signs of other kinds."""
    value *= Decimal(100) ** sum(1 for token in tokens if token == ("other", "%"))
    point = next((at for at, token in enumerate(tokens) if token == ("other", ".")), len(tokens))
    whole, rest = tokens[:point], tokens[point + 1 :]
    decimals = [text for kind, text in rest if kind == "digit"]
    places = [at for at, (kind, _) in enumerate(whole) if kind == "digit"]
    commas = [at for at, token in enumerate(whole) if token == ("other", ",")]
    if not places and not decimals:
        return None
    last = places[-1] if places else -1
    if any(token == ("other", ",") for token in rest) or any(at > last for at in commas):
        return None
    between = [
        token for at, token in enumerate(whole) if places and places[0] < at < last and token[0] != "digit"
    ]
    if commas and any(token != ("other", ",") for token in between):
        return None
    rounded = value.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    digits, _, fraction = format(rounded, "f").partition(".")
    digits = "" if digits == "0" else digits
    head = _whole(whole, places, digits, bool(commas))
    if head is None:
        return None
    return head + ("." if point < len(tokens) else "") + _fraction(rest, decimals, fraction)


def _whole(tokens: tuple[tuple[str, str], ...], places: list[int], digits: str, grouped: bool) -> str | None:
    if not places:
        return None if digits else "".join(text for _, text in tokens)
    left, pieces, count = digits, [], 0
    for at in range(len(tokens) - 1, -1, -1):
        kind, text = tokens[at]
        if kind != "digit":
            if (kind, text) != ("other", ","):
                pieces.append(text)
            continue
        more = [left[-1:] or {"0": "0", "?": " "}.get(text, "")]
        left = left[:-1]
        if at == places[0]:
            more += reversed(left)
            left = ""
        for sign in more:
            if sign and grouped and count and count % 3 == 0:
                pieces.append("," if sign != " " else " ")
            count += bool(sign)
            pieces.append(sign)
    return "".join(reversed(pieces))


def _fraction(tokens: tuple[tuple[str, str], ...], decimals: list[str], fraction: str) -> str:
    kept = len(fraction)
    while kept and decimals[kept - 1] == "#" and fraction[kept - 1] == "0":
        kept -= 1
    pieces, at = [], 0
    for kind, text in tokens:
        if kind != "digit":
            pieces.append(text)
            continue
        pieces.append(fraction[at] if at < kept else "")
        at += 1
    return "".join(pieces)


def shows_day(code: str, day: datetime) -> str | None:
    """A day or time under the format; None when that cannot be told: names of months, hours that run on, eras."""
    part, *rest = format_sections(code)
    if any(section.tokens != (("other", "@"),) for section in rest):
        return None
    tokens = part.tokens
    half = any(kind == "noon" for kind, _ in tokens)
    days = [(at, text) for at, (kind, text) in enumerate(tokens) if kind == "day"]
    minutes = {
        at for number, (at, text) in enumerate(days) if text in ("m", "mm")
        and ((number and days[number - 1][1][0] == "h") or (number + 1 < len(days) and days[number + 1][1][0] == "s"))
    }  # fmt: skip
    pieces = []
    for at, (kind, text) in enumerate(tokens):
        if kind == "day":
            piece = _part_of(day, "min" if at in minutes else "", text, half)
            if piece is None:
                return None
            pieces.append(piece)
        elif kind == "noon":
            names = {"AM/PM": ("AM", "PM"), "上午/下午": ("上午", "下午")}.get(text.upper())
            if names is None:
                return None
            pieces.append(names[day.hour >= 12])
        elif kind in ("literal", "other") and text not in ("@", "%"):
            pieces.append(text)
        else:
            return None
    return "".join(pieces).strip()


def _part_of(day: datetime, minutes: str, text: str, half: bool) -> str | None:
    values = {
        "y": day.year,
        "m": day.minute if minutes else day.month,
        "d": day.day,
        "h": day.hour,
        "s": day.second,
    }
    if text == "elapsed" or text[0] not in values:
        return None
    number = values[text[0]]
    if text[0] == "y":
        return f"{number:04d}" if len(text) > 2 else f"{number % 100:02d}"
    if text[0] == "h" and half:
        number = number % 12 or 12
    return None if len(text) > 2 else f"{number:0{len(text)}d}"


def serial_moment(serial: float, since_1904: bool) -> datetime | None:
    """The day of a serial number, to the second; None for what is no day (before the first, or 1900-02-29)."""
    if since_1904:
        start = datetime(1904, 1, 1)  # noqa: DTZ001 - Excel knows no zones
    else:
        if 60 <= serial < 61:
            return None
        start = datetime(1899, 12, 31 if serial < 60 else 30)  # noqa: DTZ001
    if not 0 <= serial < 2_958_466:
        return None
    # A cell holds a fraction of a day; written with few digits, 9:32:09 comes as 9:32:08.992.
    nearest = start + timedelta(days=serial) + timedelta(milliseconds=500)
    return nearest.replace(microsecond=0)
