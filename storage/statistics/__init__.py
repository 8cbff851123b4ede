"""What the register counts (统计): every figure from the events alone, as of any past day, the same for ever.

`readers` turn the events of a case into `facts`, `items` says what is counted, `figures` is the table of what there is
to count, `tables` groups. `opinions` does the same for citizens' opinions, `rules` takes a rulebook's variants and
weights, `published` checks tables that others printed.
"""

from storage.statistics.figures import FIGURES, Figure, percent
from storage.statistics.opinions import OPINION_FIGURES, OPINION_GROUPINGS, count_opinions
from storage.statistics.reading import facts_on
from storage.statistics.rules import StatisticsError
from storage.statistics.tables import GROUPINGS, Group, Table, count

__all__ = [
    "FIGURES",
    "GROUPINGS",
    "OPINION_FIGURES",
    "OPINION_GROUPINGS",
    "Figure",
    "Group",
    "StatisticsError",
    "Table",
    "count",
    "count_opinions",
    "facts_on",
    "percent",
]
