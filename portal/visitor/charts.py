"""Charts as SVG made on the server, always with a table of their figures beside them.

Colours come from style.css by class, so that a chart follows large type and print. Nothing here needs a script.
"""

from collections.abc import Sequence
from zlib import crc32

from markupsafe import Markup

from storage.statistics.figures import percent

WIDTH = 640
LABEL = 150
FIGURE = 56
BAR = 22
GAP = 8
PLOT = 160
FOOT = 24


def bars(title: str, rows: Sequence[tuple[str, int]], unit: str = "") -> Markup:
    """Horizontal bars, one a row, the longest with full width: how many cases are open in each stage."""
    most = max((value for _, value in rows), default=0) or 1
    length = WIDTH - LABEL - FIGURE
    parts = []
    for number, (label, value) in enumerate(rows):
        top = number * (BAR + GAP) + GAP
        middle = top + BAR / 2
        wide = round(length * value / most, 1)
        parts.append(
            Markup('<text class="label" x="{}" y="{}">{}</text>').format(
                LABEL - 8, middle, shorter(label, 10)
            )
            + Markup('<rect class="bar" x="{}" y="{}" width="{}" height="{}"/>').format(LABEL, top, wide, BAR)
            + Markup('<text class="figure" x="{}" y="{}">{}{}</text>').format(
                round(LABEL + wide + 6, 1), middle, value, unit
            )
        )
    description = ", ".join(f"{label} {value}{unit}" for label, value in rows)
    return _svg("bars", title, description, len(rows) * (BAR + GAP) + GAP, parts)


def columns(title: str, rows: Sequence[tuple[str, int | None]], most: int = 100, unit: str = "%") -> Markup:
    """Vertical columns over weeks, each with its figure: the share that was on time. None: nothing was due."""
    step = WIDTH / max(len(rows), 1)
    parts = [Markup('<line class="axis" x1="0" x2="{}" y1="{}" y2="{}"/>').format(WIDTH, PLOT, PLOT)]
    every = -(-len(rows) // 13)  # labels of more than a quarter's weeks would run into one another
    for number, (label, value) in enumerate(rows):
        left, middle = round(number * step + step * 0.15, 1), round(number * step + step / 2, 1)
        if value is not None:
            high = round((PLOT - FOOT) * min(max(value, 0), most) / (most or 1), 1)
            parts.append(
                Markup('<rect class="bar" x="{}" y="{}" width="{}" height="{}"/>').format(
                    left, round(PLOT - high, 1), round(step * 0.7, 1), high
                )
            )
        if number % every == 0:
            figure = "–" if value is None else f"{value}{unit}"
            high_text = PLOT - (0 if value is None else high) - 4
            parts.append(
                Markup('<text class="top" x="{}" y="{}">{}</text>').format(middle, round(high_text, 1), figure)
            )
            parts.append(
                Markup('<text class="foot" x="{}" y="{}">{}</text>').format(middle, PLOT + 17, label)
            )
    description = ", ".join(f"{label} {'–' if value is None else f'{value}{unit}'}" for label, value in rows)
    return _svg("columns", title, description, PLOT + FOOT, parts)


def shares(title: str, rows: Sequence[tuple[str, int, int]]) -> Markup:
    """Horizontal bars of rates, one a row, full width being 100 %, with percentage, numerator and denominator."""
    length = WIDTH - LABEL - 2 * FIGURE
    parts = []
    for number, (label, part, base) in enumerate(rows):
        top = number * (BAR + GAP) + GAP
        middle = top + BAR / 2
        wide = round(length * min(part / base, 1), 1) if base else 0
        parts.append(
            Markup('<text class="label" x="{}" y="{}">{}</text>').format(LABEL - 8, middle, shorter(label, 10))
            + Markup('<rect class="bar" x="{}" y="{}" width="{}" height="{}"/>').format(LABEL, top, wide, BAR)
            + Markup('<text class="figure" x="{}" y="{}">{}</text>').format(
                round(LABEL + wide + 6, 1), middle, _share(part, base)
            )
        )
    description = ", ".join(f"{label} {_share(part, base)}" for label, part, base in rows)
    return _svg("bars", title, description, len(rows) * (BAR + GAP) + GAP, parts)


def _share(part: int, base: int) -> str:
    share = percent(part, base)
    return f"{share}% {part}/{base}" if base else f"{share} {part}/{base}"


STANDALONE = Markup(
    "<style>.chart{{font:14px sans-serif;fill:#1f1e1c}}.bar{{fill:#1b4d80}}.label{{text-anchor:end}}"
    ".label,.figure{{dominant-baseline:central}}</style>"
).format()
"""The style of a chart in a file of its own, without style.css."""


def as_file(picture: Markup) -> str:
    """The chart as a file of its own, with its title above it."""
    head, mark, rest = str(picture).partition("</desc>")
    return f"{head}{mark}{STANDALONE}{rest}"


def shorter(text: str, most: int) -> str:
    """The text, cut to `most` Chinese characters; other characters count half."""
    room = most * 2
    for number, sign in enumerate(text):
        room -= 2 if ord(sign) > 0x2E80 else 1
        if room < 0:
            return text[:number] + "…"
    return text


def _svg(kind: str, title: str, description: str, height: float, parts: Sequence[Markup]) -> Markup:
    """A chart with its title and its figures as text for screen readers."""
    id_ = f"chart-{crc32(f'{title} {description}'.encode()):x}"
    return Markup(
        '<svg class="chart {}" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-t {}-d" '
        'xmlns="http://www.w3.org/2000/svg"><title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>'
    ).format(kind, WIDTH, height, id_, id_, id_, title, id_, description, Markup("").join(parts))
