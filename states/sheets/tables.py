"""The columns of each table that can be imported: the directory, the calendar, the opinions of a reception day.

A cell of a closed set has the Chinese name or the value itself.
"""

from dataclasses import replace

from states.process_files import PROCESS_FILES
from states.roles import CHAIN_ROLES, Role
from states.sheets.asked import process_sheets
from states.sheets.common import ANSWER, DEPUTY, TITLE
from states.sheets.field import Field, Sheet, Type, Words
from states.vocabulary import DayKind, PlaceKind, RegionLevel, UnitKind

RECORD = {field.key: field for field in process_sheets(PROCESS_FILES["opinion"])["record"]}
PEOPLES_ROLES = tuple(role for role in Role if role is not Role.SYSTEM)

ID = Field("id", Type.LINE, ("编号", "Number"), required=True,
           hint=("每行不同；再导入同一个编号，就替换原来的",
                 "Of one row alone; imported again it replaces that row"))  # fmt: skip
NAME = Field("name", Type.LINE, ("名称", "Name"), required=True)
HOME = Field("region", Type.LINE, ("区划", "Region"), hint=("区划表里的代码", "A code of the table of regions"),
             example="321300")  # fmt: skip
EMAIL = Field("email", Type.LINE, ("邮箱", "E-mail"), hint=("通知发到这里", "Notices go there"),
              example="office@example.org")  # fmt: skip
PHONE = Field("phone", Type.LINE, ("电话", "Phone"), example="0527-84350000")
PERSON = Field("person", Type.LINE, ("编号", "Number"), hint=("人员表里的编号", "A number of the table of people"))
PERSONS = replace(
    PERSON, hint=("人员表里的编号，几位之间用、隔开", "Numbers of the table of people, with commas between them")
)


def _day(key: str, label: Words) -> Field:
    return Field(key, Type.DAY, label, hint=("年-月-日", "YYYY-MM-DD"), example="2027-12-31")


DIRECTORY: dict[str, Sheet] = {
    "regions": (
        Field("code", Type.LINE, ("代码", "Code"), required=True, hint=("行政区划代码", "The region's official code"),
              example="321302"),
        replace(NAME, example="宿城区"),
        Field("level", Type.CHOICE, ("级别", "Level"), among=tuple(RegionLevel), required=True, example="county"),
        Field("parent_code", Type.LINE, ("上级代码", "Code above"), example="321300",
              hint=("上一级区划的代码，最高一级不填", "The code of the region above; empty at the top")),
    ),
    "units": (
        replace(ID, example="U1"),
        replace(NAME, example="市交通运输局"),
        HOME,
        Field("kind", Type.CHOICE, ("类别", "Class"), among=tuple(UnitKind), required=True, example="government"),
        _day("abolished_on", ("撤销日期", "Abolished on")),
        EMAIL,
        PHONE,
        *(replace(PERSON, key=role.value, label=(role.zh, role.en), example="H1") for role in CHAIN_ROLES),
    ),
    "people": (
        replace(ID, example="D1"),
        Field("name", Type.LINE, ("姓名", "Name"), required=True, example="张三"),
        Field("role", Type.CHOICE, ("身份", "Role"), among=PEOPLES_ROLES, required=True, example="deputy"),
        Field("unit", Type.LINE, ("单位", "Unit"), hint=("单位表里的编号；单位里的人要填",
              "A number of the table of units, for people of a unit")),
        HOME,
        Field("delegation", Type.LINE, ("代表团", "Delegation"), example="宿城团"),
        _day("term_from", ("任期开始", "Term from")),
        _day("term_to", ("任期结束", "Term to")),
        EMAIL,
        PHONE,
    ),
    "places": (
        replace(ID, example="P1"),
        replace(NAME, example="幸福社区代表联络站"),
        replace(HOME, required=True),
        Field("kind", Type.CHOICE, ("类别", "Class"), among=tuple(PlaceKind), required=True, example="station"),
        Field("address", Type.LINE, ("地址", "Address"), example="人民路1号"),
        Field("schedule", Type.LINE, ("接待时间", "Reception hours"), example="每月15日上午"),
        replace(PERSONS, key="deputies", label=(Role.DEPUTY.zh, Role.DEPUTY.en), example="D1"),
        replace(PERSONS, key="clerks", label=("工作人员", "Clerks"), example="K1"),
        _day("closed_on", ("关闭日期", "Closed on")),
    ),
}  # fmt: skip
"""The tables of the directory by the name of their file."""

DAYS: Sheet = (
    replace(_day("day", ("日期", "Day")), required=True, example="2027-10-09"),
    Field("plan", Type.CHOICE, ("安排", "Arrangement"), among=tuple(DayKind), required=True, example="work"),
    replace(NAME, required=False, example="国庆节调休"),
    Field("source", Type.LINE, ("来源", "Source"), example="市政府办公室通知",
          hint=("哪份文件说的", "The document that says so")),
)  # fmt: skip

ONE_OF_BOTH: Words = ("标题和内容至少写一样", "At least one of title and content")
OPINIONS: Sheet = (
    replace(TITLE, required=False, hint=ONE_OF_BOTH),
    replace(RECORD["body"], label=("内容", "Content"), required=False, hint=ONE_OF_BOTH,
            example="小区门口的路灯不亮，晚上看不清路"),
    Field("name", Type.LINE, ("称呼", "Name"), example="王先生",
          hint=("只有接待站工作人员和代表工委看得到", "Seen by reception clerks and the congress office alone")),
    replace(PHONE, example="13812345678"),
    replace(DEPUTY, required=False, hint=("写姓名或者编号", "Name or number")),
    replace(ANSWER, label=("当场答复", "Answered on the spot"), required=False, example="已请社区当天修好",
            hint=("写了的，登记后就是当场答复", "With one it is answered as soon as it is recorded")),
)  # fmt: skip
"""An opinion and its answer on site: fields of `record` and `answer_on_site`, and the citizen's name and phone."""

TABLES: dict[str, Sheet] = {**DIRECTORY, "calendar": DAYS, "reception": OPINIONS}
"""Every table with fixed columns; those of a history are defined by its mapping."""

TITLES: dict[str, Words] = {
    "regions": ("区划", "Region"),
    "units": ("单位", "Units"),
    "people": ("人员", "People"),
    "places": ("家站点", "Places"),
    "calendar": ("日历", "Calendar"),
    "reception": ("接待日", "Reception day"),
}
