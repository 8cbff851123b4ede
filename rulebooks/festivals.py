"""The statutory days off of a year: known by law before any notice says how they are arranged."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

_LUNAR = """
2000 0205 0404 0606 0912   2001 0124 0405 0625 1001   2002 0212 0405 0615 0921   2003 0201 0405 0604 0911
2004 0122 0404 0622 0928   2005 0209 0405 0611 0918   2006 0129 0405 0531 1006   2007 0218 0405 0619 0925
2008 0207 0404 0608 0914   2009 0126 0404 0528 1003   2010 0214 0405 0616 0922   2011 0203 0405 0606 0912
2012 0123 0404 0623 0930   2013 0210 0404 0612 0919   2014 0131 0405 0602 0908   2015 0219 0405 0620 0927
2016 0208 0404 0609 0915   2017 0128 0404 0530 1004   2018 0216 0405 0618 0924   2019 0205 0405 0607 0913
2020 0125 0404 0625 1001   2021 0212 0404 0614 0921   2022 0201 0405 0603 0910   2023 0122 0405 0622 0929
2024 0210 0404 0610 0917   2025 0129 0404 0531 1006   2026 0217 0405 0619 0925   2027 0206 0405 0609 0915
2028 0126 0404 0528 1003   2029 0213 0404 0616 0922   2030 0203 0405 0605 0912   2031 0123 0405 0624 1001
2032 0211 0404 0612 0919   2033 0131 0404 0601 0908   2034 0219 0405 0620 0927   2035 0208 0405 0610 0916
2036 0128 0404 0530 1004   2037 0215 0404 0618 0924   2038 0204 0405 0607 0913   2039 0124 0405 0527 1002
2040 0212 0404 0614 0920   2041 0201 0404 0603 0910   2042 0122 0404 0622 0928   2043 0210 0405 0611 0917
2044 0130 0404 0531 1005   2045 0217 0404 0619 0925   2046 0206 0404 0608 0915   2047 0126 0405 0529 1004
2048 0214 0404 0615 0922   2049 0202 0404 0604 0911   2050 0123 0404 0623 0930   2051 0211 0405 0613 0919
2052 0201 0404 0601 0907   2053 0219 0404 0620 0926   2054 0208 0404 0610 0916   2055 0128 0405 0530 1005
2056 0215 0404 0617 0924   2057 0204 0404 0606 0913   2058 0124 0404 0625 1002   2059 0212 0405 0614 0921
2060 0202 0404 0603 0909   2061 0121 0404 0622 0928   2062 0209 0404 0611 0917   2063 0129 0405 0601 1006
2064 0217 0404 0619 0925   2065 0205 0404 0608 0915   2066 0126 0404 0528 1003   2067 0214 0405 0616 0923
2068 0203 0404 0604 0911   2069 0123 0404 0623 0929   2070 0211 0404 0613 0919   2071 0131 0405 0602 0908
2072 0219 0404 0620 0926   2073 0207 0404 0610 0916   2074 0127 0404 0530 1005   2075 0215 0404 0617 0924
2076 0205 0404 0606 0912   2077 0124 0404 0624 1001   2078 0212 0404 0614 0920   2079 0202 0404 0604 0910
2080 0122 0404 0622 0928   2081 0209 0404 0611 0917   2082 0129 0404 0601 1006   2083 0217 0404 0619 0926
2084 0206 0404 0607 0914   2085 0126 0404 0527 1003   2086 0214 0404 0615 0922   2087 0203 0404 0605 0911
2088 0124 0404 0623 0929   2089 0210 0404 0613 0918   2090 0130 0404 0602 0908   2091 0218 0404 0621 0927
2092 0207 0404 0609 0916   2093 0127 0404 0529 1005   2094 0215 0404 0617 0924   2095 0205 0404 0606 0913
2096 0125 0404 0624 0930   2097 0212 0404 0614 0920   2098 0201 0404 0604 0909   2099 0121 0404 0623 0929
"""
"""Of each year: its number, then month and day of 正月初一, 清明, 端午, 中秋.

Source: the lunisolar calendar by GB/T 33661-2017; tests compare every year with the package holidays, and the years of
the seed with the days that the yearly notices named.
"""

_VERSIONS = (
    (2025, range(-1, 3), range(1, 3), True),
    (2014, range(3), range(1, 2), True),
    (2008, range(-1, 2), range(1, 2), True),
    (2000, range(3), range(1, 4), False),
)
"""全国年节及纪念日放假办法, by its version: from which year, the days of 春节 counted from 正月初一, those of May, and
whether 清明, 端午 and 中秋 are off. Of 2024 by its 第二条; inferred: those of 1999, 2007 and 2013, whose texts are not
at hand, from the yearly notices, which name the statutory days among those that they arrange."""


def _lunar() -> dict[int, tuple[str, ...]]:
    words = _LUNAR.split()
    return {int(words[at]): tuple(words[at + 1 : at + 5]) for at in range(0, len(words), 5)}


@cache
def statutory_days(year: int) -> Mapping[date, str]:
    """The days off of everybody in `year` with the festival's name; none outside 2000 to 2099."""
    lunar = _lunar().get(year)
    if lunar is None:
        return {}
    new_year, qingming, dragon_boat, mid_autumn = (date(year, int(d[:2]), int(d[2:])) for d in lunar)
    _, spring, may, of_2007 = next(version for version in _VERSIONS if year >= version[0])
    days = [(date(year, 1, 1), "元旦")]
    days += [(new_year + timedelta(days=n), "春节") for n in spring]
    days += [(qingming, "清明节")] if of_2007 else []
    days += [(date(year, 5, n), "劳动节") for n in may]
    days += [(dragon_boat, "端午节"), (mid_autumn, "中秋节")] if of_2007 else []
    days += [(date(year, 10, n), "国庆节") for n in range(1, 4)]
    festivals: dict[date, str] = {}
    for day, name in days:
        festivals[day] = f"{festivals[day]}、{name}" if day in festivals else name
    return MappingProxyType(dict(sorted(festivals.items())))
