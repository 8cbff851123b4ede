"""Who lives in the rehearsed city: units with their chains, deputies, committees, offices, all with made-up names."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from portal.rehearsal.parameters import DEPUTIES
from states.roles import Role
from states.vocabulary import UnitKind
from storage import Register


@dataclass(frozen=True)
class City:
    """A city that can be rehearsed: its region, the rulebook of its suggestions, its counties."""

    key: str
    code: str
    name: str
    rulebook: str
    session: str
    """term-session of the year's congress, as numbers are written"""
    counties: tuple[str, ...]


CITIES = {
    "suqian": City(
        "suqian", "321300", "宿迁市", "suqian", "6-5", ("宿城区", "宿豫区", "沭阳县", "泗阳县", "泗洪县")
    )
}

COMMITTEES = {
    "财政经济": "财政经济委员会",
    "农业农村": "农业与农村委员会",
    "社会建设": "社会建设委员会",
    "教科文卫": "教科文卫委员会",
    "环资城建": "环资城建委员会",
    "民主法制": "监察和司法委员会",
}

BUREAUS: dict[str, Sequence[str]] = {
    "财政经济": ("发展改革委", "财政局", "工业和信息化局", "商务局", "国资委", "税务局", "统计局", "金融办"),
    "农业农村": ("农业农村局", "水利局", "林业中心", "供销社", "气象局", "乡村振兴中心"),
    "社会建设": ("民政局", "人力资源社会保障局", "医疗保障局", "退役军人局", "应急局", "公安局", "消防救援支队",
             "残联", "总工会"),
    "教科文卫": ("教育局", "科技局", "文化旅游局", "卫生健康委", "体育局", "疾控中心", "广播电视台"),
    "环资城建": ("自然资源局", "生态环境局", "住房城乡建设局", "城市管理局", "交通运输局", "公积金中心",
             "公交集团", "供电公司", "邮政管理局", "通信管理办"),
    "民主法制": ("司法局", "中级人民法院", "人民检察院", "信访局", "市场监管局", "数据局", "机关事务中心"),
}  # fmt: skip
"""The units by the field of the suggestions that come to them."""

KINDS = {"中级人民法院": "court", "人民检察院": "procuratorate", "总工会": "other", "残联": "other"}

FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹潘葛范彭鲁韦马方任袁柳史唐费薛雷"
GIVEN = (
    "安邦晨东帆光海航宏华嘉健江捷静军凯兰磊丽林明宁鹏平青荣瑞珊涛婷伟文晓欣秀雪岩燕阳怡毅英永宇源云泽志中卓"
)

REGISTRAR, DISPATCHER, AUDITOR = "R01", "G01", "X01"
LEADERS = ("L01", "L02", "L03")


@dataclass(frozen=True)
class Town:
    """The people of a city by what they do; the ids are those of the directory."""

    city: City
    deputies: tuple[str, ...]
    units: tuple[str, ...]
    by_name: dict[str, str]
    """the units, as matters name them"""
    by_field: dict[str, tuple[str, ...]]
    committees: dict[str, str]
    """the committee's unit by field"""

    @staticmethod
    def of(unit: str, role: Role) -> str:
        """The person of a unit's responsibility chain, or of a committee."""
        return f"{unit}-{_LETTER[role]}"


_LETTER = {
    Role.HANDLER: "C",
    Role.SECTION_HEAD: "K",
    Role.UNIT_LEADER: "F",
    Role.UNIT_HEAD: "Z",
    Role.COMMITTEE: "W",
}
_CHAIN = (Role.HANDLER, Role.SECTION_HEAD, Role.UNIT_LEADER, Role.UNIT_HEAD)

Row = dict[str, str]


def settle_town(register: Register, city: City, chance: Random) -> Town:
    """Import regions, units with their responsibility chains and people, as an office would; who lives there."""
    counties = [
        {"code": f"{city.code[:4]}{number:02}", "name": name, "level": "county", "parent_code": city.code}
        for number, name in enumerate(city.counties, start=2)
    ]
    regions: list[Row] = [{"code": city.code, "name": city.name, "level": "city"}, *counties]
    units, committees = _units(city), _committees(city)
    people: list[Row] = [
        *_officials(city, chance),
        *(
            _person(chance, Town.of(unit["id"], role), role, unit=unit["id"])
            for unit in units
            for role in _CHAIN
        ),
        *(
            _person(chance, Town.of(unit["id"], Role.COMMITTEE), Role.COMMITTEE, unit=unit["id"])
            for unit in committees
        ),
        *_deputies(city, chance),
    ]
    chained = [
        {**unit, **{role.value: Town.of(unit["id"], role) for role in _CHAIN}, "gov_leader": _charge(unit)}
        for unit in units
    ]
    for kind, rows in (
        ("regions", regions), ("units", [*units, *committees]), ("people", people), ("units", chained),
    ):  # fmt: skip
        register.import_directory(kind, list(enumerate(rows, start=1)))
    by_name = {unit["name"].removeprefix("市"): unit["id"] for unit in units}
    return Town(
        city,
        tuple(person["id"] for person in people if person["role"] == Role.DEPUTY),
        tuple(unit["id"] for unit in units),
        by_name,
        {kind: tuple(by_name[name] for name in names) for kind, names in BUREAUS.items()},
        {kind: unit["id"] for kind, unit in zip(COMMITTEES, committees, strict=True)},
    )


def _units(city: City) -> list[Row]:
    names = [name for names in BUREAUS.values() for name in names]
    return [
        {
            "id": f"U{number:02}",
            "name": f"市{name}",
            "region": city.code,
            "kind": KINDS.get(name, "government"),
            "email": f"u{number:02}@{city.key}.example.org",
        }
        for number, name in enumerate(names, start=1)
    ]


def _committees(city: City) -> list[Row]:
    return [
        {"id": f"C{number}", "name": name, "region": city.code, "kind": "committee"}
        for number, name in enumerate(COMMITTEES.values(), start=1)
    ]


def _officials(city: City, chance: Random) -> list[Row]:
    roles = {
        REGISTRAR: Role.REGISTRAR, DISPATCHER: Role.DISPATCHER, AUDITOR: Role.AUDITOR, "Q01": Role.GOV_LEADER,
        "Q02": Role.GOV_LEADER, **dict.fromkeys(LEADERS, Role.LEADER),
    }  # fmt: skip
    return [_person(chance, name, role, region=city.code) for name, role in roles.items()]


def _charge(unit: Row) -> str:
    """Which of the two leaders of the government has the unit in charge; the courts have none."""
    return "" if unit["kind"] in (UnitKind.COURT, UnitKind.PROCURATORATE) else f"Q0{1 + int(unit['id'][1:]) % 2}"


def _deputies(city: City, chance: Random) -> list[Row]:
    return [
        {
            **_person(chance, f"D{number:03}", Role.DEPUTY, region=city.code),
            "delegation": f"{city.counties[number % len(city.counties)]}代表团",
        }
        for number in range(1, DEPUTIES + 1)
    ]


def _person(chance: Random, id_: str, role: Role, unit: str = "", region: str = "") -> Row:
    name = chance.choice(FAMILY) + "".join(chance.sample(GIVEN, chance.choice((1, 2, 2))))
    return {
        "id": id_,
        "name": name,
        "role": role.value,
        "unit": unit,
        "region": region,
        "email": f"{id_.lower()}@example.org",
    }
